//! The texts that an operator may write for the `resource` of a subscription: every spelling of one
//! path is that path, and one that can't work is refused with one that would.

use teamwire_payload::SubscriptionPath;

const TEAM: &str = "fbe2bf47-16c8-47cf-b4a5-4b9b187c508b";
const USER: &str = "976f4b31-fd01-4e0b-9178-29cc40c14438";
const CHAT: &str = "19:1273a016-201d-4f95-8083-1b7f99b3edeb_976f4b31@unq.gbl.spaces";
const CHANNEL: &str = "19:4b6bed8d24574f6a9e436813cb2617d8@thread.tacv2";
const MEETING: &str = "MSo5NzZmNGIzMS1mZDAxLTRlMGItOTE3OC0yOWNjNDBjMTQ0MzgqMCoqMTk6bQ==";

/// Each with the one spelling of it.
fn accepted() -> Vec<(String, String)> {
    let row = |text: &str, canonical: &str| {
        let filled = |text: &str| {
            text.replace("{TEAM}", TEAM)
                .replace("{USER}", USER)
                .replace("{CHAT}", CHAT)
                .replace("{CHANNEL}", CHANNEL)
                .replace("{MEETING}", MEETING)
        };
        (filled(text), filled(canonical))
    };
    let mut rows = vec![
        row("/chats/getAllMessages", "chats/getAllMessages"),
        row("chats/getAllMessages/", "chats/getAllMessages"),
        row("  chats/getAllMessages\n", "chats/getAllMessages"),
        row("v1.0/chats/getAllMessages", "chats/getAllMessages"),
        row("/beta/chats/getAllMessages", "chats/getAllMessages"),
        row("V1.0/Chats/GetAllMessages", "chats/getAllMessages"),
        row(
            "https://graph.microsoft.com/v1.0/chats/getAllMessages",
            "chats/getAllMessages",
        ),
        row(
            "HTTPS://GRAPH.MICROSOFT.COM/beta/chats/getAllMessages/",
            "chats/getAllMessages",
        ),
        row(
            "https://graph.microsoft.us/chats/getAllMessages",
            "chats/getAllMessages",
        ),
        row("https://dod-graph.microsoft.us/v1.0/teams", "teams"),
        row(
            "https://microsoftgraph.chinacloudapi.cn/v1.0/teams",
            "teams",
        ),
        row("chats/getAllMessages?model=B", "chats/getAllMessages"),
        row("chats/getAllMessages?", "chats/getAllMessages"),
        row("teams('{TEAM}')/channels", "teams/{TEAM}/channels"),
        row("teams/{TEAM}/channels", "teams/{TEAM}/channels"),
        row("teams(%27{TEAM}%27)/channels", "teams/{TEAM}/channels"),
        row(
            "teams/{TEAM}/channels/{CHANNEL}/messages",
            "teams/{TEAM}/channels/{CHANNEL}/messages",
        ),
        row("chats('{CHAT}')/messages", "chats/{CHAT}/messages"),
        row("chats/48:notes/messages", "chats/48:notes/messages"),
        row(
            "users/Adele.Vance@Contoso.example/chats",
            "users/adele.vance@contoso.example/chats",
        ),
        row(
            "users/{USER}/chats/getAllMessages?$search=Hello",
            "users/{USER}/chats/getAllMessages?$search=Hello",
        ),
        row(
            "users/{USER}/chats?$notifyOnUserSpecificProperties=true",
            "users/{USER}/chats?notifyOnUserSpecificProperties=true",
        ),
        row(
            "communications/onlineMeetings/{MEETING}/transcripts?useResourceSpecificConsentBasedAuthorization=true",
            "communications/onlineMeetings/{MEETING}/transcripts?useResourceSpecificConsentBasedAuthorization=true",
        ),
        row(
            "communications/onlineMeetings/{MEETING}/recordings?useResourceSpecificConsentBasedAuthorization=true",
            "communications/onlineMeetings/{MEETING}/recordings?useResourceSpecificConsentBasedAuthorization=true",
        ),
        row(
            "appCatalogs/teamsApps/{TEAM}/installations?$filter=(scopeInfo/scope eq 'Team')",
            "appCatalogs/teamsApps/{TEAM}/installations?$filter=(scopeInfo/scope eq 'team')",
        ),
        // Functions with the parentheses of their arguments.
        row("chats/getAllMessages()", "chats/getAllMessages"),
        row(
            "users('{USER}')/onlineMeetings/getAllTranscripts()",
            "users/{USER}/onlineMeetings/getAllTranscripts",
        ),
        row("chats/getAllMessages()?model=A", "chats/getAllMessages"),
        // Guests, whose names hold a #.
        row(
            "users/a_b.example%23EXT%23@fab.onmicrosoft.com/chats",
            "users/a_b.example%23ext%23@fab.onmicrosoft.com/chats",
        ),
        row(
            "users('a_b.example#EXT#@fab.onmicrosoft.com')/chats",
            "users/a_b.example%23ext%23@fab.onmicrosoft.com/chats",
        ),
        // Variables of any name, with and without blanks.
        row(
            "chats/{CHAT}/messages?$filter=mentions/any(u:u/mentioned/user/id eq '{USER}')",
            "chats/{CHAT}/messages?$filter=mentions/any(u: u/mentioned/user/id eq '{USER}')",
        ),
        row(
            "chats/{CHAT}/messages?$filter=mentions/any(who : who/mentioned/user/id eq '{USER}')",
            "chats/{CHAT}/messages?$filter=mentions/any(u: u/mentioned/user/id eq '{USER}')",
        ),
        row(
            "communications/callRecords?$filter=participants/any(x: x/id eq '{USER}')",
            "communications/callRecords?$filter=participants/any(p:p/id eq '{USER}')",
        ),
        row(
            "communications/onlineMeetings(joinWebUrl='https%3A%2F%2Fteams.cloud.microsoft%2Fmeet%2F1')/meetingCallEvents",
            "communications/onlineMeetings(joinWebUrl='https%3A%2F%2Fteams.cloud.microsoft%2Fmeet%2F1')/meetingCallEvents",
        ),
        row(
            "solutions/virtualEvents/webinars/{USER}@{TEAM}/sessions",
            "solutions/virtualEvents/webinars/{USER}@{TEAM}/sessions",
        ),
        row(
            "communications/onlineMeetings/MSpkYzE3Njc0Yy04MWQ5LTRhZGI/transcripts",
            "communications/onlineMeetings/MSpkYzE3Njc0Yy04MWQ5LTRhZGI/transcripts",
        ),
    ];
    let capitals = [
        ("teams/{TEAM}/channels", TEAM),
        ("users/{USER}/chats", USER),
        ("users/{USER}/onlineMeetings/getAllTranscripts", USER),
    ];
    for (path, id) in capitals {
        let (path, canonical) = row(path, path);
        rows.push((path.replace(id, &id.to_uppercase()), canonical));
    }
    let (channel, _) = row("teams/{TEAM}/channels/{CHANNEL}/messages", "");
    rows.push((
        channel.replace(':', "%3A").replace('@', "%40"),
        channel.clone(),
    ));
    rows.push((channel.replace(':', "%3a"), channel));
    let (meeting, canonical) = row("communications/onlineMeetings/{MEETING}/recordings", "");
    rows.push((meeting.replace("==", ""), meeting.clone()));
    rows.push((meeting.replace('=', "%3D"), meeting));
    assert_eq!(canonical, "");
    rows
}

#[test]
fn every_spelling_of_a_path_is_that_path() {
    let mut read = Vec::new();
    for (text, canonical) in accepted() {
        let path = SubscriptionPath::parse(&text);
        assert_eq!(SubscriptionPath::parse(&canonical), path, "{text}");
        let spelling = path.map_or_else(|fault| fault.to_string(), |path| path.to_string());
        read.push((text, spelling));
    }
    assert_eq!(read, accepted());
}

/// Each with what is said of it.
const REFUSED: &[(&str, &str)] = &[
    // Of whoever is signed in.
    (
        "me/chats",
        "me/chats needs a user who is signed in, whom an application's token has not; did you mean \
         users/{user-id}/chats?",
    ),
    (
        "/v1.0/Me/chats/getAllMessages",
        "Me/chats/getAllMessages needs a user who is signed in, whom an application's token has \
         not; did you mean users/{user-id}/chats/getAllMessages?",
    ),
    (
        "me/onlineMeetings/getAllRecordings",
        "me/onlineMeetings/getAllRecordings needs a user who is signed in, whom an application's \
         token has not; did you mean users/{user-id}/onlineMeetings/getAllRecordings?",
    ),
    (
        "me/messages",
        "me/messages needs a user who is signed in, whom an application's token has not",
    ),
    (
        "chats/19:a@thread.v2?notifyOnUserSpecificProperties=true",
        "chats/{chat-id} does not take notifyOnUserSpecificProperties; did you mean \
         users/{user-id}/chats?notifyOnUserSpecificProperties?",
    ),
    // A word where an id stands.
    (
        "chats/allMessages",
        "chats/allMessages is not a path of Teams that can be subscribed to; did you mean \
         chats/getAllMessages?",
    ),
    (
        "chats('allMessages')",
        "chats('allMessages') is not a path of Teams that can be subscribed to; did you mean \
         chats/getAllMessages?",
    ),
    (
        "teams/allMembers",
        "allMembers is not the id of a team: that is a GUID; did you mean teams/getAllMembers?",
    ),
    (
        "teams/contoso/channels",
        "contoso is not the id of a team: that is a GUID",
    ),
    (
        "users/adele/chats",
        "adele is not the id of a user: that is a GUID, or the name that the user signs in with",
    ),
    (
        "communications/onlineMeetings/getTranscripts",
        "communications/onlineMeetings/getTranscripts is not a path of Teams that can be \
         subscribed to; did you mean communications/onlineMeetings/getAllTranscripts?",
    ),
    (
        "communications/onlineMeetings/standup/transcripts",
        "standup is not an id: it is a word",
    ),
    (
        "chats/getAllMesages",
        "chats/getAllMesages is not a path of Teams that can be subscribed to; did you mean \
         chats/getAllMessages?",
    ),
    // The id of something else.
    (
        "teams/19:4b6bed8d24574f6a9e436813cb2617d8@thread.tacv2/channels",
        "19:4b6bed8d24574f6a9e436813cb2617d8@thread.tacv2 is not the id of a team: it is a \
         channel's; a team's is the GUID of its group",
    ),
    (
        "chats/976f4b31-fd01-4e0b-9178-29cc40c14438/messages",
        "976f4b31-fd01-4e0b-9178-29cc40c14438 is not the id of a chat or channel: it is a GUID, as \
         teams and users have; theirs begin with 19:",
    ),
    (
        "communications/onlineMeetings/MCMxOTptZWV0aW5nX2FiY0B0aHJlYWQudjIjMA==/transcripts",
        "MCMxOTptZWV0aW5nX2FiY0B0aHJlYWQudjIjMA== is not the id of a meeting in Graph: it is the \
         one that the Teams client has; Graph's begins with MSo or MSp, and \
         users/{organizer}/onlineMeetings?$filter=JoinWebUrl eq '..' has it",
    ),
    (
        "communications/onlineMeetings/19:meeting_YjQ4@thread.v2/recordings",
        "19:meeting_YjQ4@thread.v2 is not the id of a meeting in Graph: it is that of the \
         meeting's chat; users/{organizer}/onlineMeetings?$filter=JoinWebUrl eq '..' has the \
         meeting's",
    ),
    (
        "communications/onlineMeetings/299854612345/recordings",
        "299854612345 is not the id of a meeting in Graph: it is the number to join by; \
         users/{organizer}/onlineMeetings?$filter=joinMeetingIdSettings/joinMeetingId eq '..' has \
         the meeting's id",
    ),
    // A path that reads, and is not subscribed to.
    (
        "users/976f4b31-fd01-4e0b-9178-29cc40c14438/onlineMeetings/MSo5NzZm/transcripts",
        "users/976f4b31-fd01-4e0b-9178-29cc40c14438/onlineMeetings/MSo5NzZm/transcripts is not a \
         path of Teams that can be subscribed to; did you mean \
         communications/onlineMeetings/MSo5NzZm/transcripts?",
    ),
    (
        "chats/19:a@thread.v2/messages/1612289765949",
        "chats/19:a@thread.v2/messages/1612289765949 is not a path of Teams that can be subscribed \
         to; did you mean chats/19:a@thread.v2/messages?",
    ),
    (
        "teams/fbe2bf47-16c8-47cf-b4a5-4b9b187c508b/channel/19:a@thread.tacv2/messages",
        "teams/fbe2bf47-16c8-47cf-b4a5-4b9b187c508b/channel/19:a@thread.tacv2/messages is not a path \
         of Teams that can be subscribed to; did you mean \
         teams/fbe2bf47-16c8-47cf-b4a5-4b9b187c508b/channels/19:a@thread.tacv2/messages?",
    ),
    (
        "users",
        "users is not a path of Teams that can be subscribed to",
    ),
    // No path below Graph.
    (
        "https://evil.example/v1.0/chats",
        "the path is a URL of a host that is not Graph's",
    ),
    (
        "https://graph.microsoft.com@evil.example/chats",
        "the path is a URL of a host that is not Graph's",
    ),
    ("chats/../users", "the path holds a dot segment"),
    ("", "the path is empty or too long"),
    ("/", "the path is empty or too long"),
    (
        "v1.0/v1.0/chats",
        "v1.0/chats is not a path of Teams that can be subscribed to",
    ),
    // What the table lacks, or has by another spelling, and ids of something else.
    (
        "copilot/me/onlineMeetings/getAllAiInsights",
        "copilot/me/onlineMeetings/getAllAiInsights needs a user who is signed in, whom an \
         application's token has not; did you mean \
         copilot/users/{user-id}/onlineMeetings/getAllAiInsights?",
    ),
    (
        "copilot/me/interactionHistory/getAllEnterpriseInteractions",
        "copilot/me/interactionHistory/getAllEnterpriseInteractions needs a user who is signed \
         in, whom an application's token has not; did you mean \
         copilot/users/{user-id}/interactionHistory/getAllEnterpriseInteractions?",
    ),
    (
        "users/me/chats",
        "users/me/chats needs a user who is signed in, whom an application's token has not; did \
         you mean users/{user-id}/chats?",
    ),
    (
        "chats/'19:a@thread.v2'/messages",
        "'19:a@thread.v2' is not an id: it has quotes around it, which stand in parentheses \
         alone; did you mean chats/19:a@thread.v2/messages?",
    ),
    (
        "chats/a:1pq/messages",
        "a:1pq is not the id of a chat or channel: it is the one that a bot has of its chat \
         with a user; Graph's is users/{user}/teamwork/installedApps/{installation}/chat",
    ),
    (
        "chats/29:1abc/messages",
        "29:1abc is not the id of a chat or channel: it is the one that a bot has of a user",
    ),
    (
        "chats/28:c3f5/messages",
        "28:c3f5 is not the id of a chat or channel: it is that of a bot",
    ),
    (
        "chats/8:orgid:976f4b31-fd01-4e0b-9178-29cc40c14438/messages",
        "8:orgid:976f4b31-fd01-4e0b-9178-29cc40c14438 is not the id of a chat or channel: it is \
         the one that the Teams client has of a user",
    ),
    (
        "chats/:/messages",
        ": is not the id of a chat or channel: theirs begin with 19:",
    ),
    (
        "chats/a/messages",
        "a is not the id of a chat or channel: theirs begin with 19:",
    ),
    (
        "chats/x:y/messages",
        "x:y is not the id of a chat or channel: theirs begin with 19:",
    ),
    (
        "chats/19:4b6bed8d@thread.tacv2/messages",
        "19:4b6bed8d@thread.tacv2 is not the id of a chat: it is a channel's, which stands \
         below its team: teams/{team-id}/channels/{channel-id}",
    ),
    (
        "teams/fbe2bf47-16c8-47cf-b4a5-4b9b187c508b/channels/19:a_b@unq.gbl.spaces/messages",
        "19:a_b@unq.gbl.spaces is not the id of a channel: it is that of a chat of two: \
         chats/{chat-id}; did you mean teams/fbe2bf47-16c8-47cf-b4a5-4b9b187c508b/channels?",
    ),
    (
        "users/19:4b6bed8d@thread.tacv2/chats",
        "19:4b6bed8d@thread.tacv2 is not the id of a user: it is that of a chat or channel, or \
         one that a bot or the Teams client has",
    ),
    (
        "users/@/chats",
        "@ is not the id of a user: that is a GUID, or the name that the user signs in with",
    ),
    (
        "users/$x@contoso.example/chats",
        "users/$x@contoso.example/chats is not a path of Teams that can be subscribed to",
    ),
    (
        "users('$x@contoso.example')/chats",
        "users('$x@contoso.example')/chats is not a path of Teams that can be subscribed to",
    ),
    (
        "users/a#b@contoso.example/chats",
        "the path holds a character that no id has",
    ),
    (
        "communications/onlineMeetings/AAMkAGI1/transcripts",
        "AAMkAGI1 is not the id of a meeting in Graph: it is that of an event in a calendar; \
         users/{organizer}/onlineMeetings?$filter=JoinWebUrl eq '..' has the meeting's",
    ),
    (
        "communications/onlineMeetings/040000008200E00074C5B7101A82E008/transcripts",
        "040000008200E00074C5B7101A82E008 is not the id of a meeting in Graph: it is that of an \
         event in a calendar; users/{organizer}/onlineMeetings?$filter=JoinWebUrl eq '..' has \
         the meeting's",
    ),
    (
        "communications/onlineMeetings/976f4b31-fd01-4e0b-9178-29cc40c14438/transcripts",
        "976f4b31-fd01-4e0b-9178-29cc40c14438 is not the id of a meeting in Graph: it is a \
         GUID, as users and calls have; users/{organizer}/onlineMeetings?$filter=JoinWebUrl eq \
         '..' has the meeting's",
    ),
    (
        "communications/onlineMeetings/mcmxOTptZWV0aW5n/transcripts",
        "mcmxOTptZWV0aW5n is not the id of a meeting in Graph: it is the one that the Teams \
         client has; Graph's begins with MSo or MSp, and \
         users/{organizer}/onlineMeetings?$filter=JoinWebUrl eq '..' has it",
    ),
    (
        "communications/onlineMeetings/msO5NzZmNGIz/recordings",
        "msO5NzZmNGIz is not the id of a meeting in Graph: its letters have lost their case, \
         which counts",
    ),
    (
        "solutions/virtualEvents/webinars/MSo5NzZmNGIz/sessions",
        "MSo5NzZmNGIz is not the id of a webinar: that is two GUIDs with an @ between them; \
         solutions/virtualEvents/webinars has it",
    ),
    (
        "solutions/virtualEvents/webinars/list1",
        "list1 is not the id of a webinar: that is two GUIDs with an @ between them; \
         solutions/virtualEvents/webinars has it",
    ),
    (
        "teams/getAllMessages?$search=x",
        "teams/getAllMessages does not take $search; did you mean \
         teams/{team-id}/channels/{channel-id}/messages?$search?",
    ),
    (
        "chats/getAllMessages?$search=x",
        "chats/getAllMessages does not take $search; did you mean \
         chats/{chat-id}/messages?$search?",
    ),
    (
        "teams/fbe2bf47-16c8-47cf-b4a5-4b9b187c508b/getAllMessages",
        "teams/fbe2bf47-16c8-47cf-b4a5-4b9b187c508b/getAllMessages is not a path of Teams that \
         can be subscribed to; did you mean teams/getAllMessages?",
    ),
    (
        "chats/microsoft.graph.getAllMessages",
        "chats/microsoft.graph.getAllMessages is not a path of Teams that can be subscribed to; \
         did you mean chats/getAllMessages?",
    ),
    (
        "chats//getAllMessages",
        "chats//getAllMessages is not a path of Teams that can be subscribed to; did you mean \
         chats/getAllMessages?",
    ),
    (
        "chats/getAllMessages(userId='a')",
        "chats/getAllMessages(userId='a') is not a path of Teams that can be subscribed to; did \
         you mean chats/getAllMessages?",
    ),
    (
        "users/976f4b31-fd01-4e0b-9178-29cc40c14438/onlineMeetings/getAllTranscripts(meetingOrganizerUserId='976f4b31-fd01-4e0b-9178-29cc40c14438')",
        "users/976f4b31-fd01-4e0b-9178-29cc40c14438/onlineMeetings/getAllTranscripts(meetingOrganizerUserId='976f4b31-fd01-4e0b-9178-29cc40c14438') \
         is not a path of Teams that can be subscribed to; did you mean \
         users/976f4b31-fd01-4e0b-9178-29cc40c14438/onlineMeetings/getAllTranscripts?",
    ),
    (
        "chats/{chat-id}/messages",
        "{chat-id} stands for an id: write the id in its place",
    ),
    (
        "teams('{id}')/channels",
        "{id} stands for an id: write the id in its place",
    ),
    (
        "communications/onlineMeetings/MSo5NzZmNGIz/meetingCallEvents",
        "communications/onlineMeetings/MSo5NzZmNGIz/meetingCallEvents is not a path of Teams \
         that can be subscribed to; did you mean \
         communications/onlineMeetings(joinWebUrl='{join-web-url}')/meetingCallEvents?",
    ),
    (
        "users/976f4b31-fd01-4e0b-9178-29cc40c14438/presence",
        "communications/presences/{user-id} can be subscribed to with the token of a user alone \
         (Presence.Read.All), which an application has not",
    ),
    (
        "communications/presences?$filter=id in ('976f4b31-fd01-4e0b-9178-29cc40c14438')",
        "communications/presences can be subscribed to with the token of a user alone \
         (Presence.Read.All), which an application has not",
    ),
    (
        "users/976f4b31-fd01-4e0b-9178-29cc40c14438/adhocCalls/c9a1/transcripts",
        "users/976f4b31-fd01-4e0b-9178-29cc40c14438/adhocCalls/c9a1/transcripts is not a path \
         of Teams that can be subscribed to; did you mean \
         users/976f4b31-fd01-4e0b-9178-29cc40c14438/adhocCalls/getAllTranscripts?",
    ),
    (
        "users/976f4b31-fd01-4e0b-9178-29cc40c14438/adhocCalls/c9a1/recordings",
        "users/976f4b31-fd01-4e0b-9178-29cc40c14438/adhocCalls/c9a1/recordings is not a path of \
         Teams that can be subscribed to; did you mean \
         users/976f4b31-fd01-4e0b-9178-29cc40c14438/adhocCalls/getAllRecordings?",
    ),
    (
        "communications/onlineMeetings(joinWebUrl='https%3A%2F%2Fteams.evil.example%2Fmeet%2F1')/meetingCallEvents",
        "joinWebUrl is a URL of a host that no meeting of Teams is joined at",
    ),
    (
        "chats/19:a@thread.v2/messages?$filter=mentions/any(u: v/mentioned/user/id eq '976f4b31-fd01-4e0b-9178-29cc40c14438')",
        "the value of $filter is not of the documented form",
    ),
    (
        "solutions/virtualEvents/events/getEventsFromOrganizers(organizerIds=['a','b'])",
        "solutions/virtualEvents/events/getEventsFromOrganizers(organizerIds=['a','b']) is not one of \
         those that `teamwire resources` lists; with kind = \"other\" it can be subscribed to",
    ),
    (
        "solutions/virtualEvents/townhalls/a@b/getAttendanceReports",
        "solutions/virtualEvents/townhalls/a@b/getAttendanceReports is not one of those that \
         `teamwire resources` lists; with kind = \"other\" it can be subscribed to",
    ),
    (
        "solutions/virtualEvents/webinars/a@b/getVideoOnDemandPublication",
        "solutions/virtualEvents/webinars/a@b/getVideoOnDemandPublication is not one of those that \
         `teamwire resources` lists; with kind = \"other\" it can be subscribed to",
    ),
    // Options.
    ("teams?$search=x", "teams does not take $search"),
    (
        "chats/19:a@thread.v2/messages?$select=body",
        "the option select is not one of the documents",
    ),
    (
        "chats/19:a@thread.v2/messages?$search=100%",
        "the query string holds a percent sign that begins no escape: write %25 for it",
    ),
];

#[test]
fn what_cannot_work_is_refused_with_what_would() {
    let said = REFUSED.iter().map(|(text, _)| {
        let said = match SubscriptionPath::parse(text) {
            Err(fault) => fault.to_string(),
            Ok(path) => format!("taken as {path}"),
        };
        (*text, said)
    });
    let wanted = REFUSED
        .iter()
        .map(|(text, says)| (*text, (*says).to_owned()));
    assert_eq!(said.collect::<Vec<_>>(), wanted.collect::<Vec<_>>());
}
