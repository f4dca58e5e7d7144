//! Lists, as someone who fills a gap reads them.

use crate::api::{Api, TENANTS};
use crate::endpoint::Endpoint;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeSet;

pub(crate) const TEAM: &str = "fbe2bf47-16c8-47cf-b4a5-4b9b187c508b";
pub(crate) const CHANNEL: &str = "19:c1@thread.tacv2";

/// Lets changes happen to one basic subscription in the first tenant.
pub(crate) async fn announced(api: &Api, resource: &str, mut announcement: Value) -> Vec<Value> {
    let endpoint = Endpoint::start().await;
    let id = api.subscribe(0, &endpoint, resource, None).await;
    announcement["subscriptions"] = json!([id]);
    let ledger = api.announce(&announcement).await;
    let path = format!("/v1.0/subscriptions/{id}");
    api.call(0, reqwest::Method::DELETE, &path, &Value::Null)
        .await;
    ledger["changes"].as_array().unwrap().clone()
}

/// Every entry of a list, the sizes of its pages, and the delta link at the end.
pub(crate) async fn walk(api: &Api, path: &str) -> (Vec<Value>, Vec<usize>, Option<String>) {
    let (mut entries, mut pages) = (Vec::new(), Vec::new());
    let mut next = match path.starts_with("http") {
        true => path.to_owned(),
        false => format!("/v1.0/{path}"),
    };
    loop {
        let (status, page) = api.get(&next).await;
        assert_eq!(status, 200, "{next}: {page}");
        let value = page["value"].as_array().unwrap();
        pages.push(value.len());
        entries.extend(value.iter().cloned());
        match page["@odata.nextLink"].as_str() {
            Some(link) => next = link.to_owned(),
            None => {
                let link = page["@odata.deltaLink"].as_str();
                return (entries, pages, link.map(str::to_owned));
            }
        }
    }
}

pub(crate) async fn all(api: &Api, path: &str) -> Vec<Value> {
    walk(api, path).await.0
}

pub(crate) fn texts(entries: &[Value], member: &str) -> Vec<String> {
    let texts = entries.iter().map(|entry| entry[member].as_str().unwrap());
    texts.map(str::to_owned).collect()
}

/// Dates can't be compared as text: their fractions have no zeros at the end.
fn moments(dates: &[String]) -> Vec<Timestamp> {
    dates.iter().map(|date| date.parse().unwrap()).collect()
}

#[tokio::test]
async fn the_messages_of_a_chat_are_listed_newest_first_between_two_dates() {
    let api = Api::start().await;
    let chat = "chats/19:one@thread.v2/messages";
    let changes = announced(
        &api,
        chat,
        json!({"count": 55, "updated": 0.3, "deleted": 0.2}),
    )
    .await;
    let (entries, pages, _) = walk(&api, chat).await;
    assert_eq!(pages, [20, 20, 15]);
    let dates = texts(&entries, "lastModifiedDateTime");
    assert!(moments(&dates).is_sorted_by(|one, other| one > other));
    let announced: BTreeSet<&str> = changes
        .iter()
        .map(|change| change["resource"].as_str().unwrap())
        .collect();
    let listed: BTreeSet<String> = texts(&entries, "id")
        .into_iter()
        .map(|id| format!("chats('19:one@thread.v2')/messages('{id}')"))
        .collect();
    assert!(listed.iter().map(String::as_str).eq(announced));

    let (early, late) = (&dates[40], &dates[10]);
    let filter = format!(
        "$filter=lastModifiedDateTime gt {early} and lastModifiedDateTime lt {late}&$top=9"
    );
    let ordered = format!("{chat}?$orderby=lastModifiedDateTime desc&{filter}");
    let (entries, pages, _) = walk(&api, &ordered.replace(' ', "%20")).await;
    assert_eq!(pages, [9, 9, 9, 2]);
    assert_eq!(texts(&entries, "lastModifiedDateTime"), dates[11..40]);
    // Without the same property in $orderby the filter is not heard.
    let (entries, ..) = walk(&api, &format!("{chat}?{filter}").replace(' ', "+")).await;
    assert_eq!(entries.len(), 55);
    for wrong in [
        "$top=51",
        "$top=0",
        "$orderby=lastModifiedDateTime asc",
        "$skiptoken=x",
    ] {
        let path = format!("/v1.0/{chat}?{wrong}").replace(' ', "%20");
        assert_eq!(api.get(&path).await.0, 400, "{wrong}");
    }
}

#[tokio::test]
async fn delta_goes_on_where_it_ended_and_shows_threads_with_new_replies() {
    let api = Api::start().await;
    let messages = format!("teams/{TEAM}/channels/{CHANNEL}/messages");
    announced(&api, &messages, json!({"count": 60, "seed": 1})).await;
    let (roots, pages, link) = walk(&api, &format!("{messages}/delta?$top=7")).await;
    assert!(pages.iter().rev().skip(1).all(|size| *size == 7));
    assert!(roots.iter().all(|root| root["replyToId"].is_null()));
    let link = link.unwrap();
    let (nothing, _, link) = walk(&api, &link).await;
    assert_eq!(nothing, [] as [Value; 0]);

    let more = announced(
        &api,
        &messages,
        json!({"count": 30, "seed": 2, "deleted": 0.2}),
    )
    .await;
    let (changed, _, _) = walk(&api, &link.unwrap()).await;
    // A thread is there if it is new itself or has a new reply.
    let threads: BTreeSet<String> = more
        .iter()
        .map(|change| {
            let resource = change["resource"].as_str().unwrap();
            let after = resource.split_once("/messages('").unwrap().1;
            after.split_once("')").unwrap().0.to_owned()
        })
        .collect();
    assert_eq!(BTreeSet::from_iter(texts(&changed, "id")), threads);
    let replies = more.iter().filter(|change| {
        let resource = change["resource"].as_str().unwrap();
        resource.contains("/replies(")
    });
    for reply in replies {
        let resource = reply["resource"].as_str().unwrap();
        let (thread, id) = resource.rsplit_once("/replies('").unwrap();
        let list = all(&api, &format!("{thread}/replies")).await;
        assert!(texts(&list, "id").contains(&id.trim_end_matches("')").to_owned()));
    }

    let oldest = &roots[roots.len() / 2]["lastModifiedDateTime"]
        .as_str()
        .unwrap();
    let filter = format!("{messages}/delta?$filter=lastModifiedDateTime gt {oldest}");
    let newer = all(&api, &filter.replace(' ', "%20")).await;
    assert!(!newer.is_empty() && newer.len() < roots.len() + more.len());
    let upper = format!("/v1.0/{messages}/delta?$filter=lastModifiedDateTime lt {oldest}");
    assert_eq!(api.get(&upper.replace(' ', "%20")).await.0, 400);
}

#[tokio::test]
async fn a_state_token_of_another_time_begins_anew() {
    let (api, other) = (Api::start().await, Api::start().await);
    let messages = format!("teams/{TEAM}/channels/{CHANNEL}/messages");
    for api in [&api, &other] {
        announced(api, &messages, json!({"count": 3})).await;
    }
    let (_, _, link) = walk(&other, &format!("{messages}/delta")).await;
    let (_, token) = link.as_deref().unwrap().split_once('?').unwrap();
    for token in [token, "$deltatoken=unknown", "$skiptoken=unknown"] {
        let (status, body) = api.get(&format!("/v1.0/{messages}/delta?{token}")).await;
        assert_eq!(
            (status, &body["error"]["code"]),
            (410, &json!("syncStateNotFound")),
            "{token}"
        );
    }
}

#[tokio::test]
async fn an_export_has_the_messages_of_a_person_s_chats_and_of_a_team_between_two_dates() {
    let api = Api::start().await;
    let me = texts(&all(&api, "users").await, "id")[0].clone();
    let chats = format!("users/{me}/chats/getAllMessages");
    let changes = announced(&api, &chats, json!({"count": 30})).await;
    let export = format!("users/{me}/chats/getAllMessages");
    let entries = all(&api, &format!("{export}?$top=7")).await;
    assert_eq!(entries.len(), changes.len());
    let dates = texts(&entries, "lastModifiedDateTime");
    assert!(moments(&dates).is_sorted());
    let filter = format!(
        "{export}?$filter=lastModifiedDateTime gt {} and lastModifiedDateTime lt {}",
        dates[4], dates[20]
    );
    let some = all(&api, &filter.replace(' ', "%20")).await;
    assert_eq!(texts(&some, "lastModifiedDateTime"), dates[5..20]);
    let sender = entries
        .iter()
        .find_map(|one| one["from"]["user"]["id"].as_str());
    let sender = sender.unwrap();
    for (filter, member, expected) in [
        (
            format!("from/user/id eq '{sender}'"),
            "/from/user/id",
            json!(sender),
        ),
        (
            "messageType ne 'systemEventMessage'".to_owned(),
            "/messageType",
            json!("message"),
        ),
    ] {
        let path = format!("{export}?$top=3&$filter={filter}").replace(' ', "%20");
        let some = all(&api, &path).await;
        let fits = |one: &&Value| one.pointer(member) == Some(&expected);
        assert!(some.iter().all(|one| fits(&one)), "{filter}");
        assert_eq!(some.len(), entries.iter().filter(fits).count(), "{filter}");
    }

    let messages = format!("teams/{TEAM}/channels/{CHANNEL}/messages");
    announced(&api, &messages, json!({"count": 40})).await;
    let entries = all(&api, &format!("teams/{TEAM}/channels/getAllMessages")).await;
    assert_eq!(entries.len(), 40);
    assert!(entries.iter().any(|entry| entry["replyToId"].is_string()));
}

#[tokio::test]
async fn what_meetings_left_is_listed_by_organizer_and_date_and_has_content() {
    let api = Api::start().await;
    let organizer = "976f4b31-fd01-4e0b-9178-29cc40c14438";
    let meetings = format!("users/{organizer}/onlineMeetings");
    for (name, collection, kind) in [
        ("getAllTranscripts", "transcripts", "text/vtt"),
        ("getAllRecordings", "recordings", "video/mp4"),
    ] {
        announced(&api, &format!("{meetings}/{name}"), json!({"count": 25})).await;
        let who = format!("meetingOrganizerUserId='{organizer}'");
        let entries = all(&api, &format!("{meetings}/{name}({who})?$top=10")).await;
        assert_eq!(entries.len(), 25);
        let dates = texts(&entries, "createdDateTime");
        let between = format!(
            "{meetings}/{name}({who},startDateTime={},endDateTime={})",
            dates[5], dates[9]
        );
        assert_eq!(
            texts(&all(&api, &between).await, "createdDateTime"),
            dates[5..=9]
        );
        for wrong in [
            "meetingOrganizerUserId='someone'",
            "startDateTime=then",
            "x=1",
        ] {
            let path = format!("/v1.0/{meetings}/{name}({wrong})");
            assert_eq!(api.get(&path).await.0, 400, "{wrong}");
        }
        let (meeting, id) = (&texts(&entries, "meetingId")[0], &texts(&entries, "id")[0]);
        let one = format!("/v1.0/{meetings}/{meeting}/{collection}/{id}");
        assert_eq!(api.get(&one).await.1["id"], entries[0]["id"]);
        let (status, found, bytes) = api.bytes(&format!("{one}/content"), kind).await;
        assert_eq!((status, found.as_str()), (200, kind));
        match collection {
            "transcripts" => assert!(bytes.starts_with(b"WEBVTT")),
            _ => assert!(bytes.len() == 64 * 1024 && bytes[4..].starts_with(b"ftypmp42")),
        }
        let elsewhere = format!("/v1.0/communications/onlineMeetings/{meeting}/{collection}/{id}");
        assert_eq!(api.get(&elsewhere).await.0, 404);
        assert_eq!(api.get(&format!("{elsewhere}/content")).await.0, 404);
    }
}

#[tokio::test]
async fn transcripts_can_be_turned_off_and_recordings_be_long() {
    let api = Api::start().await;
    let set = async |set: Value| {
        let (status, _) = api.post("/simulator/meetings", &set).await;
        assert_eq!(status, 204);
    };
    let tenant = TENANTS[0];
    let transcripts = "communications/onlineMeetings/getAllTranscripts";
    let change = &announced(&api, transcripts, json!({"count": 1})).await[0];
    let organizer = change["data"]["meetingOrganizer"]["user"]["id"]
        .as_str()
        .unwrap();
    let resource = change["resource"].as_str().unwrap();
    let rest = resource.strip_prefix("communications/").unwrap();
    let transcript = format!("/v1.0/users/{organizer}/{rest}");
    set(json!({"tenant": tenant, "transcriptsDisabled": true})).await;
    for path in [&transcript, &format!("{transcript}/content")] {
        let (status, body) = api.get(path).await;
        let code = &body["error"]["innerError"]["code"];
        assert_eq!(
            (status, code),
            (403, &json!("GraphAccessToTranscriptsDisabled"))
        );
    }
    set(json!({"tenant": tenant, "transcriptsDisabled": false})).await;
    assert_eq!(api.get(&transcript).await.0, 200);

    let recordings = "communications/onlineMeetings/getAllRecordings";
    let change = &announced(&api, recordings, json!({"count": 1})).await[0];
    let organizer = change["data"]["meetingOrganizer"]["user"]["id"]
        .as_str()
        .unwrap();
    let resource = change["resource"].as_str().unwrap();
    let rest = resource.strip_prefix("communications/").unwrap();
    set(json!({"tenant": tenant, "recordingBytes": 5_000_000})).await;
    let content = format!("/v1.0/users/{organizer}/{rest}/content");
    assert_eq!(api.bytes(&content, "*/*").await.2.len(), 5_000_000);
}

#[tokio::test]
async fn what_is_not_there_has_no_list() {
    let api = Api::start().await;
    for path in [
        "chats/19:nobody@thread.v2/messages",
        "chats/19:nobody@thread.v2/members",
        "users/nobody/chats",
        "users/nobody/chats/getAllMessages",
        "teams/nothing/channels",
        "teams/nothing/channels/c/messages/delta",
        "chats/getAllMessages",
    ] {
        assert_eq!(api.get(&format!("/v1.0/{path}")).await.0, 404, "{path}");
    }
}
