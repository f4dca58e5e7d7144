//! Paths that look odd and are right.

use super::url;
use proptest::prelude::*;
use teamwire_payload::resource::ReadablePattern;
use teamwire_payload::{ResourceRef, ResourceType};

const CHAT_ID: &str =
    "19:1273a016-201d-4f95-8083-1b7f99b3edeb_976f4b31-fd01-4e0b-9178-29cc40c14438@unq.gbl.spaces";
const MEMBER_ID: &str = "MCMjMyMjMjQzMmI1N2ItMGFiZC00M2RiLWFhN2ItMTZlYWRkMTE1ZDM0IyMxOTpsUlpI+/8==";
const MEETING_ID: &str =
    "MSo5NzZmNGIzMS1mZDAxLTRlMGItOTE3OC0yOWNjNDBjMTQ0MzgqMCoqMTk6bWVldGluZ19NamtAdGhyZWFkLnYy";
const ORGANIZER: &str = "976f4b31-fd01-4e0b-9178-29cc40c14438";

#[test]
fn an_odd_path_of_teams_is_the_resource_it_names() {
    use ResourceType as T;
    let rows = [
        (format!("chats('{CHAT_ID}')"), T::Chat, "/chats/19%3A"),
        (format!("/chats('{CHAT_ID}')"), T::Chat, "/chats/19%3A"),
        (format!("Chats('{CHAT_ID}')"), T::Chat, "/chats/19%3A"),
        (format!("chats/{CHAT_ID}"), T::Chat, "/chats/19%3A"),
        (
            format!("chats/{}", CHAT_ID.replace('@', "%40")),
            T::Chat,
            "/chats/19%3A",
        ),
        (
            format!("users('{ORGANIZER}')/chats('{CHAT_ID}')"),
            T::Chat,
            "/chats/19%3A",
        ),
        (
            format!("users/a@b.example/chats/{CHAT_ID}/messages/1"),
            T::ChatMessage,
            "/chats/19%3A",
        ),
        (
            "me/chats('c')/messages('1')".into(),
            T::ChatMessage,
            "/chats/c/messages/1",
        ),
        (
            "appCatalogs/teamsApps('a')/installedToChats('c')/messages('1')".into(),
            T::ChatMessage,
            "/chats/c/messages/1",
        ),
        (
            "appCatalogs/teamsApps/a/installedToChats/c/members/x".into(),
            T::ConversationMember,
            "/chats/c/members/x",
        ),
        (
            "chats('c')/messages/1612289765949".into(),
            T::ChatMessage,
            "/chats/c/messages/16",
        ),
        (
            "chats/c/messages('1612289765949')".into(),
            T::ChatMessage,
            "/chats/c/messages/16",
        ),
        ("chats('o''hara')".into(), T::Chat, "/chats/o%27hara"),
        ("chats('''')".into(), T::Chat, "/chats/%27"),
        ("chats('%27')".into(), T::Chat, "/chats/%27"),
        ("chats('a/b')".into(), T::Chat, "/chats/a%2Fb"),
        ("chats('a%2Fb')".into(), T::Chat, "/chats/a%2Fb"),
        ("chats('a//b')".into(), T::Chat, "/chats/a%2F%2Fb"),
        ("chats('a.b..c')".into(), T::Chat, "/chats/a.b..c"),
        ("chats('...')".into(), T::Chat, "/chats/..."),
        ("chats('deltas')".into(), T::Chat, "/chats/deltas"),
        (
            "chats('a+b&c=d;e,f!')".into(),
            T::Chat,
            "/chats/a%2Bb%26c%3Dd%3Be%2Cf%21",
        ),
        (
            format!("chats('c')/members('{MEMBER_ID}')"),
            T::ConversationMember,
            "/chats/c/members/MCMj",
        ),
        (
            "teams('t')/channels('19:a@thread.tacv2')/messages('1')/replies('2')".into(),
            T::ChatMessage,
            "/teams/t/channels/19%3Aa%40thread.tacv2/messages/1/replies/2",
        ),
        (
            "TEAMS('t')/CHANNELS('h')/SHAREDWITHTEAMS('s')".into(),
            T::SharedWithChannelTeamInfo,
            "/teams/t/channels/h/sharedWithTeams/s",
        ),
        (
            format!("communications/onlineMeetings('{MEETING_ID}')/transcripts('MSMj')"),
            T::CallTranscript,
            "/users/976f4b31-fd01-4e0b-9178-29cc40c14438/onlineMeetings/MSo5",
        ),
        (
            format!(
                "communications/onlineMeetings('{}')/recordings('VjIj')",
                MEETING_ID.trim_end_matches('=')
            ),
            T::CallRecording,
            "/users/976f4b31-fd01-4e0b-9178-29cc40c14438/onlineMeetings/MSo5",
        ),
        (
            format!("users('{ORGANIZER}')/adhocCalls('a')/recordings('i')"),
            T::CallRecording,
            "/users/976f4b31-fd01-4e0b-9178-29cc40c14438/adhocCalls/a/recordings/i",
        ),
        (
            format!(
                "users('{}')/onlineMeetings('m')/transcripts('i')",
                ORGANIZER.to_uppercase()
            ),
            T::CallTranscript,
            "/users/976f4b31-fd01-4e0b-9178-29cc40c14438/onlineMeetings/m/transcripts/i",
        ),
    ];
    assert!(rows.len() >= 25, "{} rows", rows.len());
    for (path, resource_type, get) in rows {
        let ResourceRef::Teams(resource) = ResourceRef::parse(&path).unwrap() else {
            panic!("{path} is not of Teams");
        };
        assert_eq!(resource.resource_type(), resource_type, "{path}");
        let read = resource.get().unwrap();
        assert!(read.path().starts_with(get), "{path}: {read}");
        // What is repeated is read again as the same.
        let again = ResourceRef::parse(&resource.canonical()).unwrap();
        assert_eq!(again.canonical(), resource.canonical(), "{path}");
    }
}

#[test]
fn a_view_of_a_resource_is_the_resource() {
    for (view, canonical) in [
        ("users('u')/chats('c')", "chats('c')"),
        ("me/chats/c/messages/1", "chats('c')/messages('1')"),
        (
            "appCatalogs/teamsApps('a')/installedToChats('c')",
            "chats('c')",
        ),
        (
            "users('u')/onlineMeetings('m')/transcripts('i')",
            "communications/onlineMeetings('m')/transcripts('i')",
        ),
    ] {
        assert_eq!(ResourceRef::parse(view).unwrap().canonical(), canonical);
    }
}

proptest! {
    /// No text at all leads anywhere but below the cloud's Graph root.
    #[test]
    fn no_text_leads_to_another_host(path in "[ -~]{0,60}|([a-z]{1,8}(\\('[!-~]{1,20}'\\))?/?){1,5}") {
        let allowed: Vec<ReadablePattern> = ["users/{}", "a/{}", "a/{}/b/{}"]
            .map(|pattern| pattern.parse().unwrap())
            .into();
        if let Some(url) = url(&path, &allowed) {
            prop_assert_eq!(url.scheme(), "https");
            prop_assert_eq!(url.host_str(), Some("graph.microsoft.com"));
            prop_assert_eq!(url.port(), None);
            prop_assert!(url.username().is_empty() && url.password().is_none());
            prop_assert!(url.path().starts_with("/v1.0/"));
            prop_assert!(url.query().is_none() && url.fragment().is_none());
        }
    }
}
