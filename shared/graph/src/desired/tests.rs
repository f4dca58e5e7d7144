//! The file: what is read, and what is said about what is wrong.

use super::*;
use ChangeType::{Created, Deleted, Updated};
use teamwire_payload::cloud::MicrosoftCloud;
use teamwire_payload::subscribable::GraphApi;

const TENANT: &str = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93";

fn faults(text: &str) -> Vec<String> {
    let faults = DesiredState::parse(text).unwrap_err();
    faults.0.iter().map(ToString::to_string).collect()
}

fn in_tenant(rest: &str) -> String {
    format!("[[tenants]]\nid = \"{TENANT}\"\n{rest}")
}

#[test]
fn a_resource_alone_is_wanted_with_all_that_it_has() {
    let text = in_tenant("[[tenants.subscriptions]]\nresource = \"/chats/getAllMessages\"");
    let desired = DesiredState::parse(&text).unwrap();
    let tenant = desired.tenant(&TENANT.parse().unwrap()).unwrap();
    let [wanted] = &*tenant.subscriptions else {
        panic!("{tenant:?}")
    };
    assert_eq!(wanted.resource.to_string(), "chats/getAllMessages");
    assert_eq!(wanted.changes, [Created, Updated, Deleted]);
    let expected = DesiredSettings {
        rich: true,
        lifetime_minutes: 4320,
        lifecycle: true,
        backfill_hours: None,
        silence: SilenceLimit::Usual,
    };
    assert_eq!(wanted.settings, expected);
}

#[test]
fn without_lifecycle_events_a_life_is_short() {
    let file = |more: &str| {
        format!(
            "[[tenants]]\nid = \"{TENANT}\"\n[[tenants.subscriptions]]\nresource = \"chats\"\n{more}\n"
        )
    };
    let desired = DesiredState::parse(&file("lifecycle = false")).unwrap();
    assert_eq!(
        desired.tenants[0].subscriptions[0]
            .settings
            .lifetime_minutes,
        55
    );
    let faults =
        DesiredState::parse(&file("lifecycle = false\nlifetime-minutes = 60")).unwrap_err();
    assert!(faults.to_string().contains("must be 45 to 55"), "{faults}");
    assert!(DesiredState::parse(&file("lifecycle = \"no\"")).is_err());
}

#[test]
fn the_nearest_setting_holds() {
    let text = format!(
        r#"
        [defaults]
        payload = "basic"
        lifetime-minutes = 60
        backfill-on-first-start = 24
        silence = "2d"

        [[tenants]]
        id = "{TENANT}"
        defaults = {{ lifetime-minutes = 0x78 }}
        [[tenants.subscriptions]]
        resource = "chats"
        changes = ["updated", "Created", "updated"]
        payload = "rich"
        backfill-on-first-start = false
        silence = false
        [[tenants.subscriptions]]
        resource = "chats/19:a@thread.v2/messages?$search=x"

        [[tenants]]
        id = "2432b57b-0abd-43db-aa7b-16eadd115d34"
        [[tenants.subscriptions]]
        resource = "teams"
        "#
    );
    let desired = DesiredState::parse(&text).unwrap();
    let settings: Vec<_> = desired
        .tenants
        .iter()
        .flat_map(|tenant| &tenant.subscriptions)
        .map(|wanted| {
            let settings = wanted.settings;
            (
                settings.rich,
                settings.lifetime_minutes,
                settings.backfill_hours,
                wanted.silence_minutes(),
            )
        })
        .collect();
    let expected = [
        (true, 120, None, None),
        (false, 120, Some(24), Some(2880)),
        (false, 60, Some(24), Some(2880)),
    ];
    assert_eq!(settings, expected);
    assert_eq!(
        desired.tenants[0].subscriptions[0].changes,
        [Created, Updated]
    );
}

#[test]
fn everything_that_is_wrong_is_said_by_line_and_field() {
    let text = format!(
        r#"[default]
payload = "rich"
[[tenants]]
id = "contoso"
[[tenants.subscriptions]]
resource = "chats/getAllMesages"
[[tenants.subscriptions]]
resource = "chats"
changes = ["created", "deleted"]
payload = "full"
lifetime-minutes = 44
backfill-on-first-start = true
silence = "4 hours"
silense = "4h"
[[tenants]]
id = "{TENANT}"
[[tenants.subscriptions]]
change = ["created"]
[[tenants.subscriptions]]
resource = "teams?$search=x"
changes = []
"#
    );
    assert_eq!(
        faults(&text),
        [
            "line 1: default is not a field; did you mean defaults?",
            "line 4: id must be the tenant's GUID",
            "line 6: resource can't be subscribed to: chats/getAllMesages is not a path of \
             Teams that can be subscribed to; did you mean chats/getAllMessages?",
            "line 9: changes of chats are among created, updated",
            "line 10: payload must be \"rich\" or \"basic\"",
            "line 11: lifetime-minutes must be 45 to 4320",
            "line 12: backfill-on-first-start must be false, or 1 to 5760 hours",
            "line 13: silence must be false, or minutes, hours or days such as \"4h\": \"15m\" to \"30d\"",
            "line 14: silense is not a field; did you mean silence?",
            "line 17: resource is missing",
            "line 18: change is not a field; did you mean changes?",
            "line 20: resource can't be subscribed to: teams does not take $search",
        ]
    );
}

#[test]
fn the_same_subscription_twice_is_named_by_both_lines() {
    let text = in_tenant(
        r#"[[tenants.subscriptions]]
resource = "chats/getAllMessages"
[[tenants.subscriptions]]
resource = "/chats/getAllMessages?model=A"
changes = ["deleted", "updated", "created"]
[[tenants.subscriptions]]
resource = "chats/getAllMessages"
changes = ["created"]
"#,
    );
    assert_eq!(
        faults(&text),
        ["line 5: subscription is the same as at line 3, changes and all"]
    );
    let twice = format!("{}\n{}", in_tenant(""), in_tenant(""));
    assert_eq!(
        faults(&twice),
        [format!("line 4: id {TENANT} stands at line 1 too")]
    );
}

#[test]
fn what_is_not_toml_is_said_by_line_and_nothing_follows_from_it() {
    let said = faults("[[tenants]]\nid = contoso\n");
    assert!(said[0].starts_with("line 2: is not TOML: "), "{said:?}");
    for (text, says) in [
        (
            "tenants = 1",
            "line 1: tenants must be tables, each begun with [[tenants]]",
        ),
        (
            "tenants = [1]",
            "line 1: tenants must be tables, each begun with [[tenants]]",
        ),
        ("defaults = 1", "line 1: defaults must be a table"),
        ("[[tenants]]\nid = 1", "line 2: id must be text"),
    ] {
        assert_eq!(faults(text), [says], "{text}");
    }
}

#[test]
fn an_empty_file_wants_nothing() {
    assert_eq!(DesiredState::parse(""), Ok(DesiredState::default()));
    let none = DesiredState::parse(&in_tenant("")).unwrap();
    assert!(none.tenants[0].subscriptions.is_empty());
}

#[test]
fn there_is_an_end_to_how_many_can_be_wanted() {
    let one =
        |n| format!("[[tenants.subscriptions]]\nresource = \"chats/19:{n}@thread.v2/messages\"\n");
    let all = |count| in_tenant(&(0..count).map(one).collect::<String>());
    assert!(DesiredState::parse(&all(MOST_SUBSCRIPTIONS)).is_ok());
    assert_eq!(
        faults(&all(MOST_SUBSCRIPTIONS + 1)),
        ["line 1: subscriptions are 10001 in all; an organization may have 10000"]
    );
}

#[test]
fn a_subscription_lives_as_long_as_its_resource_may() {
    let life = |lines: &str| {
        let text = in_tenant(&format!("[[tenants.subscriptions]]\n{lines}"));
        DesiredState::parse(&text).map(|desired| {
            let settings = desired.tenants[0].subscriptions[0].settings;
            (settings.rich, settings.lifetime_minutes)
        })
    };
    let team = "teams/fbe2bf47-16c8-47cf-b4a5-4b9b187c508b";
    for (lines, expected) in [
        ("resource = \"chats\"".to_owned(), (true, 4320)),
        (
            "resource = \"communications/callRecords\"".to_owned(),
            (false, 4230),
        ),
        (
            format!("resource = \"{team}/schedule/shifts\""),
            (false, 360),
        ),
        (
            format!("resource = \"{team}/schedule/shifts\"\nlifetime-minutes = 60"),
            (false, 60),
        ),
        (
            "resource = \"solutions/virtualEvents/events\"".to_owned(),
            (false, 1440),
        ),
    ] {
        assert_eq!(life(&lines), Ok(expected), "{lines}");
    }
    for (lines, says) in [
        (
            format!("resource = \"{team}/schedule/shifts\"\nlifetime-minutes = 361"),
            "line 5: lifetime-minutes must be 45 to 360",
        ),
        (
            "resource = \"communications/callRecords\"\npayload = \"rich\"".to_owned(),
            "line 5: payload must be \"basic\": it is never announced with its data",
        ),
        (
            "resource = \"communications/presences/976f4b31-fd01-4e0b-9178-29cc40c14438\""
                .to_owned(),
            "line 4: resource can't be subscribed to: communications/presences/{user-id} can be \
             subscribed to with the token of a user alone (Presence.Read.All), which an \
             application has not",
        ),
    ] {
        assert_eq!(life(&lines).unwrap_err().to_string(), says, "{lines}");
    }
    // What is said for all gives way to what one resource allows.
    let text = format!(
        "[defaults]\npayload = \"rich\"\nlifetime-minutes = 4000\n{}",
        in_tenant(&format!(
            "[[tenants.subscriptions]]\nresource = \"{team}/schedule/shifts\""
        ))
    );
    let desired = DesiredState::parse(&text).unwrap();
    let settings = desired.tenants[0].subscriptions[0].settings;
    assert_eq!((settings.rich, settings.lifetime_minutes), (false, 360));
}

#[test]
fn what_a_cloud_does_not_have_is_refused_for_it() {
    let file = |resource: &str| {
        in_tenant(&format!(
            "[[tenants.subscriptions]]\nresource = \"{resource}\""
        ))
    };
    let transcripts = file("communications/onlineMeetings/getAllTranscripts");
    assert!(DesiredState::for_cloud(&transcripts, MicrosoftCloud::GccHigh).is_ok());
    assert_eq!(
        DesiredState::for_cloud(&transcripts, MicrosoftCloud::China)
            .unwrap_err()
            .to_string(),
        "line 4: resource can't be subscribed to: communications/onlineMeetings/getAllTranscripts \
         is not in the cloud china"
    );
    assert!(DesiredState::for_cloud(&file("chats/getAllMessages"), MicrosoftCloud::China).is_ok());
    let events = file("solutions/virtualEvents/events");
    assert!(DesiredState::for_cloud(&events, MicrosoftCloud::Dod).is_err());
}

#[test]
fn anything_else_is_declared_with_its_changes_and_its_life() {
    let file = |lines: &str| in_tenant(&format!("[[tenants.subscriptions]]\n{lines}"));
    let resource = "resource = \"/v1.0/users/976F4B31-fd01-4e0b-9178-29cc40c14438/events\"";
    let whole = file(&format!(
        "{resource}\nkind = \"other\"\nchanges = [\"created\"]\nlifetime-minutes = 1440\napi = \"beta\""
    ));
    let desired = DesiredState::parse(&whole).unwrap();
    let wanted = &desired.tenants[0].subscriptions[0];
    assert_eq!(
        wanted.resource.to_string(),
        "users/976f4b31-fd01-4e0b-9178-29cc40c14438/events"
    );
    assert_eq!(wanted.resource.row().api, GraphApi::Beta);
    assert_eq!(wanted.settings.lifetime_minutes, 1440);
    for (lines, says) in [
        (
            format!("{resource}\nkind = \"other\""),
            "line 3: changes has to be said of a resource of kind \"other\"\n\
             line 3: lifetime-minutes has to be said of a resource of kind \"other\"",
        ),
        (
            "resource = \"chats\"\nkind = \"other\"".to_owned(),
            "line 4: resource can't be subscribed to: chats is one that `teamwire resources` lists: \
             leave its kind out",
        ),
        (
            "resource = \"chats\"\nkind = \"mail\"".to_owned(),
            "line 5: kind must be \"other\", or left out for what `teamwire resources` lists",
        ),
        (
            "resource = \"chats\"\napi = \"beta\"".to_owned(),
            "line 5: api is for a resource of kind \"other\": the table knows that of its own",
        ),
        (
            "resource = \"me/events\"\nkind = \"other\"".to_owned(),
            "line 4: resource can't be subscribed to: me/events needs a user who is signed in, whom \
             an application's token has not",
        ),
    ] {
        let faults = DesiredState::parse(&file(&lines)).unwrap_err();
        assert_eq!(faults.to_string(), says, "{lines}");
    }
}
