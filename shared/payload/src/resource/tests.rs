use super::*;

fn teams(text: &str) -> ResourcePath {
    match ResourceRef::parse(text).unwrap() {
        ResourceRef::Teams(path) => path,
        ResourceRef::Foreign(path) => panic!("{} is not a Teams resource", path.canonical()),
    }
}

#[test]
fn a_chat_message_is_read_in_every_form_and_is_one_resource() {
    let canonical = "chats('19:a_b@unq.gbl.spaces')/messages('1612289765949')";
    for text in [
        canonical,
        "/chats('19:a_b@unq.gbl.spaces')/messages('1612289765949')",
        "chats/19:a_b@unq.gbl.spaces/messages/1612289765949",
        "chats/19%3Aa_b%40unq.gbl.spaces/messages/1612289765949",
        "chats('19%3aa_b%40unq.gbl.spaces')/messages/1612289765949",
        "Chats('19:a_b@unq.gbl.spaces')/Messages('1612289765949')",
    ] {
        let path = teams(text);
        assert_eq!(path.resource_type(), ResourceType::ChatMessage, "{text}");
        assert_eq!(path.canonical(), canonical, "{text}");
        assert_eq!(
            path.get().unwrap().path(),
            "/chats/19%3Aa_b%40unq.gbl.spaces/messages/1612289765949",
            "{text}"
        );
    }
}

#[test]
fn every_form_that_is_announced_is_read_as_its_type() {
    let forms: Vec<_> = announced().collect();
    let message = (
        ResourceType::ChatMessage,
        "chats('c')/messages('m')".to_owned(),
    );
    assert!(forms.contains(&message), "{forms:?}");
    for (resource_type, path) in forms {
        // The one key that has to be a URL.
        let path = path.replace("='j'", "='https%3A%2F%2Fteams.microsoft.com%2Fl%2Fj'");
        assert_eq!(teams(&path).resource_type(), resource_type, "{path}");
    }
}

#[test]
fn the_events_of_a_meetings_calls_are_named_by_its_url_alone() {
    let by_id = ResourceRef::parse("communications/onlineMeetings('m')/meetingCallEvents");
    assert!(matches!(by_id, Ok(ResourceRef::Foreign(_))), "{by_id:?}");
}

#[test]
fn gets_count_against_the_chat_or_channel_that_they_read_and_print_as_their_path() {
    let get = |path| teams(path).get().unwrap();
    let (message, other) = (
        get("chats('a')/messages('1')"),
        get("chats('a')/messages('2')"),
    );
    assert_eq!(message.whose_turn(), other.whose_turn());
    let elsewhere = get("chats('b')/messages('1')");
    assert_ne!(message.whose_turn(), elsewhere.whose_turn());
    assert_eq!(message.content().whose_turn(), message.whose_turn());
    assert_eq!(message.to_string(), "/chats/a/messages/1");
}

#[test]
fn a_reply_keeps_its_parent() {
    let path = teams("teams('t')/channels('19:c@thread.tacv2')/messages('1')/replies('2')");
    let keys: Vec<_> = path.keys().collect();
    assert_eq!(
        keys,
        [
            ("teamId", "t"),
            ("channelId", "19:c@thread.tacv2"),
            ("messageId", "1"),
            ("replyId", "2")
        ]
    );
    assert_eq!(
        path.get().unwrap().path(),
        "/teams/t/channels/19%3Ac%40thread.tacv2/messages/1/replies/2"
    );
}

#[test]
fn every_type_has_its_path() {
    use ResourceType as T;
    for (text, resource_type, has_get) in [
        ("chats('c')", T::Chat, true),
        ("chats('c')/messages('m')", T::ChatMessage, true),
        ("chats('c')/members('x==')", T::ConversationMember, true),
        ("teams('t')", T::Team, true),
        ("teams('t')/channels('h')", T::Channel, true),
        (
            "teams('t')/channels('h')/messages('m')",
            T::ChatMessage,
            true,
        ),
        (
            "teams('t')/channels('h')/messages('m')/replies('r')",
            T::ChatMessage,
            true,
        ),
        ("teams('t')/members('x')", T::ConversationMember, true),
        (
            "teams('t')/channels('h')/members('x')",
            T::ConversationMember,
            true,
        ),
        (
            "teams('t')/channels('h')/allMembers('x')",
            T::ConversationMember,
            false,
        ),
        (
            "teams('t')/channels('h')/sharedWithTeams('s')",
            T::SharedWithChannelTeamInfo,
            true,
        ),
        (
            "communications/onlineMeetings('m')/transcripts('i')",
            T::CallTranscript,
            false,
        ),
        (
            "communications/onlineMeetings('m')/recordings('i')",
            T::CallRecording,
            false,
        ),
        (
            "appCatalogs/teamsApps('a')/installations('i')",
            T::TeamsAppInstallation,
            false,
        ),
    ] {
        let path = teams(text);
        assert_eq!(path.resource_type(), resource_type, "{text}");
        assert_eq!(path.canonical(), text);
        assert_eq!(path.get().is_ok(), has_get, "{text}");
    }
}

#[test]
fn an_id_that_comes_in_two_spellings_is_one() {
    let meeting = "MSo5NzZmNGIzMS1mZDAxLTRlMGItOTE3OC0yOWNjNDBjMTQ0MzgqMCoqMTk6bQ";
    for (one, other) in [
        (
            "teams('FBE2BF47-16c8-47cf-b4a5-4b9b187c508b')".to_owned(),
            "teams/fbe2bf47-16c8-47cf-b4a5-4b9b187c508b".to_owned(),
        ),
        (
            format!("communications/onlineMeetings('{meeting}')/transcripts('i')"),
            format!("communications/onlineMeetings('{meeting}==')/transcripts('i')"),
        ),
    ] {
        assert_eq!(teams(&one).canonical(), teams(&other).canonical());
    }
    assert_ne!(
        teams("chats('A')").canonical(),
        teams("chats('a')").canonical()
    );
}

#[test]
fn a_pointer_is_used_where_the_path_is_a_collection_and_it_points_into_it() {
    let meeting = "MSo5NzZmNGIzMS1mZDAxLTRlMGItOTE3OC0yOWNjNDBjMTQ0MzgqMCoqMTk6bQ==";
    let user = "976f4b31-fd01-4e0b-9178-29cc40c14438";
    let team = "fbe2bf47-16c8-47cf-b4a5-4b9b187c508b";
    let transcript = format!("communications/onlineMeetings('{meeting}')/transcripts('i')");
    let of_user = format!("users/{user}/onlineMeetings/{meeting}/transcripts/i");
    let all = "communications/onlineMeetings/getAllTranscripts";
    for (resource, pointer) in [
        (all, of_user.clone()),
        (all, format!("/{of_user}/")),
        (all, format!("https://graph.microsoft.com/v1.0/{of_user}")),
        (
            all,
            format!("https://dod-graph.microsoft.us/beta/{of_user}"),
        ),
        (
            "/Communications/OnlineMeetings/GetAllTranscripts/",
            of_user.clone(),
        ),
        (
            &format!("{all}?useResourceSpecificConsentBasedAuthorization=true"),
            of_user.clone(),
        ),
        (
            &format!("users/{user}/onlineMeetings/getAllTranscripts"),
            of_user.clone(),
        ),
        (all, transcript.clone()),
    ] {
        let announced = ResourceRef::announced(resource, Some(&pointer)).unwrap();
        assert_eq!(announced.canonical(), transcript, "{resource} {pointer}");
    }
    let announced = ResourceRef::announced(all, Some(&of_user)).unwrap();
    assert_eq!(
        announced.pointer(),
        format!("users('{user}')/onlineMeetings('{meeting}')/transcripts('i')")
    );
    for (resource, pointer) in [
        // Another kind, another collection, another user or team.
        (
            all,
            format!("users/{user}/onlineMeetings/{meeting}/recordings/i"),
        ),
        (all, "chats('c')".to_owned()),
        ("users", "chats('c')".to_owned()),
        ("teams", format!("teams/{team}/channels/h")),
        (
            &format!("users/{user}/onlineMeetings/getAllTranscripts"),
            of_user.replace("976f", "0000"),
        ),
        (
            &format!("teams/{team}/channels"),
            "teams('other')/channels('h')".to_owned(),
        ),
        // No path of one resource.
        (all, all.to_owned()),
        (all, "https://evil.example/v1.0/chats('c')".to_owned()),
        (all, format!("https://evil.example/v1.0/{of_user}")),
        (all, format!("{of_user}?$expand=x")),
        (all, format!("{of_user}/../../x")),
        (all, format!("{of_user}/content")),
        (all, String::new()),
    ] {
        let announced = ResourceRef::announced(resource, Some(&pointer)).unwrap();
        let foreign = ResourceRef::parse(resource).unwrap();
        assert_eq!(announced, foreign, "{resource} {pointer}");
    }
    // What the path itself names is never replaced.
    let chat = ResourceRef::announced("chats('c')", Some("chats('d')")).unwrap();
    assert_eq!(chat.canonical(), "chats('c')");
    assert!(ResourceRef::announced("https://evil.example/x", Some(&of_user)).is_err());
}

#[test]
fn virtual_events_are_announced_with_a_slash_at_the_end_or_by_their_collection() {
    let webinar = "solutions/virtualEvents/webinars/\
                   88b245ac-b0b2-f1aa-e34a-c81c27abdac2@9f4ebab6-520d-49c0-85cc-7b25c78d4a93";
    let of_webinar = |rest: &str| format!("{webinar}{rest}");
    for (resource, pointer, path) in [
        // Where path and pointer are the same, no pointer is sent on.
        (of_webinar("/"), None, of_webinar("")),
        (of_webinar("/"), Some(of_webinar("/")), of_webinar("")),
        (
            "solutions/virtualEvents/events/".to_owned(),
            Some(of_webinar("/")),
            of_webinar(""),
        ),
        (
            of_webinar("/sessions"),
            Some(of_webinar("/sessions/s")),
            of_webinar("/sessions/s"),
        ),
        (
            of_webinar("/getAttendanceReports"),
            Some(of_webinar("/sessions/s/attendanceReports/r")),
            of_webinar("/sessions/s/attendanceReports/r"),
        ),
    ] {
        let announced = ResourceRef::announced(&resource, pointer.as_deref()).unwrap();
        assert_eq!(announced, ResourceRef::Teams(teams(&path)), "{resource}");
    }
}

#[test]
fn an_organizer_who_is_named_otherwise_is_found_in_the_meeting() {
    let meeting = "MSo5NzZmNGIzMS1mZDAxLTRlMGItOTE3OC0yOWNjNDBjMTQ0MzgqMCoqMTk6bQ==";
    let path = teams(&format!(
        "users('a@b.example')/onlineMeetings('{meeting}')/recordings('i')"
    ));
    let get = path.get().unwrap();
    assert!(
        get.path()
            .starts_with("/users/976f4b31-fd01-4e0b-9178-29cc40c14438/")
    );
}

#[test]
fn a_conversation_is_the_chat_or_channel() {
    for (text, conversation) in [
        ("chats('c')/messages('m')", "chats('c')"),
        (
            "teams('t')/channels('h')/messages('m')/replies('r')",
            "teams('t')/channels('h')",
        ),
        ("teams('t')/members('x')", "teams('t')"),
        (
            "appCatalogs/teamsApps('a')/installations('i')",
            "appCatalogs/teamsApps('a')/installations('i')",
        ),
    ] {
        assert_eq!(teams(text).conversation(), conversation);
    }
}

#[test]
fn a_shape_names_the_keys_and_tells_no_id() {
    assert_eq!(
        teams("chats/c/messages/m").shape(),
        "chats(chatId)/messages(messageId)"
    );
}

#[test]
fn other_resources_pass_through_by_their_canonical_path() {
    for (text, canonical) in [
        ("users('u')", "users('u')"),
        ("print/jobs/7", "print/jobs/7"),
        ("print/jobs('a%2Db')", "print/jobs('a-b')"),
        ("chats('c')/tabs('t')", "chats('c')/tabs('t')"),
        ("chats", "chats"),
        (
            "things(joinWebUrl='https://teams.microsoft.com/l/1')",
            "things(joinWebUrl='https%3A%2F%2Fteams.microsoft.com%2Fl%2F1')",
        ),
    ] {
        let resource = ResourceRef::parse(text).unwrap();
        assert!(matches!(resource, ResourceRef::Foreign(_)), "{text}");
        assert_eq!(resource.canonical(), canonical, "{text}");
    }
}

#[test]
fn a_function_of_graph_is_never_read_as_a_key() {
    for text in [
        "teams/getAllMessages",
        "chats('getAllMessages')",
        "teams('t')/channels('getAllMessages')",
        "teams/t/channels/GETALLMESSAGES",
        "chats/c/messages/delta",
        "chats('$count')",
        "chats('c')/messages('microsoft.graph.delta')",
    ] {
        assert!(
            matches!(ResourceRef::parse(text), Ok(ResourceRef::Foreign(_))),
            "{text}"
        );
    }
}

#[test]
fn a_quote_in_a_key_is_doubled_on_the_wire_and_in_the_canonical_path() {
    let path = teams("chats('o''hara')");
    assert_eq!(path.keys().collect::<Vec<_>>(), [("chatId", "o'hara")]);
    assert_eq!(path.canonical(), "chats('o''hara')");
    assert_eq!(path.get().unwrap().path(), "/chats/o%27hara");
}

#[test]
fn a_path_that_grows_too_long_as_it_is_written_is_refused() {
    /// Of each key, in the longest `chats('a..')/messages('a..')`, where each is two.
    const QUOTES: usize = (limits::RESOURCE_PATH_BYTES - 24) / 4;
    let limit = limits::RESOURCE_PATH_BYTES;
    let guests = |count: usize| vec!["#EXT#@c"; count].join("/");
    let quotes = |count: usize| {
        let key = "'".repeat(count);
        format!("chats/a{key}/messages/a{key}")
    };
    let (fits, grows) = (limit / 12, limit / 8);
    for (path, longer) in [
        (guests(fits), guests(grows)),
        (quotes(QUOTES), quotes(QUOTES + 1)),
    ] {
        let read = ResourceRef::parse(&path).unwrap();
        for written in [read.canonical(), read.pointer()] {
            assert_eq!(ResourceRef::parse(&written).unwrap().canonical(), written);
        }
        assert!(longer.len() <= limit);
        assert_eq!(ResourceRef::parse(&longer), Err(PathFault::Length));
    }
}
