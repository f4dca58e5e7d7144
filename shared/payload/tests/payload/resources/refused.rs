//! Texts that are no path of a resource: they are refused before anything is made of them.

use super::url;
use teamwire_payload::resource::ReadablePattern;
use teamwire_payload::{ResourceRef, limits};

/// Every row with what is wrong with it.
const HOSTILE: &[(&str, &str)] = &[
    ("nothing", ""),
    ("only a slash", "/"),
    ("another host", "https://evil.example/chats('a')"),
    ("another host without a scheme", "//evil.example/chats('a')"),
    (
        "another host behind our own",
        "https://graph.microsoft.com@evil.example/chats('a')",
    ),
    (
        "our own host",
        "https://graph.microsoft.com/v1.0/chats('a')",
    ),
    ("another scheme", "file:///etc/passwd"),
    ("another scheme without slashes", "javascript:alert(1)/x"),
    (
        "instance metadata",
        "http://169.254.169.254/latest/meta-data",
    ),
    ("a host with a port", "//127.0.0.1:9001/chats('a')"),
    ("backslashes for slashes", "\\\\evil.example\\chats"),
    ("a backslash in a key", "chats('a\\..\\users')"),
    (
        "a user name before an at sign in a first segment",
        "/@evil.example/%2e%2e/x",
    ),
    ("dots up", "chats/../users"),
    ("dots up at the start", "../users"),
    ("dots up at the end", "chats('a')/.."),
    ("dots in a key", "chats('..')"),
    ("a dot as a key", "chats('.')"),
    ("dots within a key", "chats('a/../../users')"),
    ("encoded dots", "chats/%2e%2e/users"),
    ("encoded dots in mixed case", "chats/%2E%2e/users"),
    ("half encoded dots", "chats/.%2e/users"),
    ("encoded dots in a key", "chats('%2e%2e')"),
    ("encoded slashes with dots", "chats('a%2F..%2Fusers')"),
    ("twice encoded dots", "chats('%252e%252e')"),
    ("twice encoded slash", "chats('a%252Fb')"),
    ("an encoded slash outside quotes", "chats/a%2Fb/messages/c"),
    ("an encoded backslash", "chats('a%5Cb')"),
    ("a query", "chats?$expand=members"),
    ("a query after a key", "chats('a')?$expand=members"),
    ("a query in a key", "chats('a?b')"),
    ("an encoded query in a key", "chats('a%3Fb')"),
    ("a fragment", "chats('a')#b"),
    ("a fragment in a key", "chats('a#b')"),
    ("an encoded fragment", "chats('a%23b')"),
    ("a raw space", "chats('a b')"),
    ("an encoded space", "chats('a%20b')"),
    ("a tab", "chats('a\tb')"),
    ("a line break", "chats('a\nb')"),
    (
        "an encoded line break",
        "chats('a%0d%0aHost: evil.example')",
    ),
    (
        "a header behind a line break",
        "chats('a')\r\nAuthorization: x",
    ),
    ("a zero byte", "chats('a\0')"),
    ("an encoded zero byte", "chats('a%00')"),
    ("a byte order mark", "\u{feff}chats('a')"),
    ("a delete character", "chats('a\u{7f}')"),
    ("an escape character", "chats('a\u{1b}[31m')"),
    ("a right-to-left override", "chats('a\u{202e}b')"),
    ("a letter beyond ASCII", "chats('é')"),
    ("an encoded letter beyond ASCII", "chats('%C3%A9')"),
    ("a full-width slash", "chats('a\u{ff0f}b')"),
    ("a full-width dot", "chats('\u{ff0e}\u{ff0e}')"),
    ("bytes that are no UTF-8", "chats('%ff%fe')"),
    ("an overlong slash", "chats('%c0%af')"),
    ("a lone percent sign", "chats('%')"),
    ("half an escape", "chats('%4')"),
    ("an escape of no hex", "chats('%zz')"),
    ("a signed escape", "chats('%+1')"),
    ("an escape with a space", "chats('% 1')"),
    ("an encoded collection", "cha%74s('a')"),
    ("a collection with a space", "cha ts('a')"),
    ("a collection with a dash", "ch-ats('a')"),
    ("a collection beyond ASCII", "chäts('a')"),
    ("no collection", "('a')"),
    ("an empty key", "chats('')"),
    ("no key", "chats()"),
    ("a key without quotes", "chats(a)"),
    ("a key in double quotes", "chats(\"a\")"),
    ("a named key", "chats(id='a')"),
    ("two keys", "chats('a','b')"),
    ("two pairs of parentheses", "chats('a')('b')"),
    ("an open quote", "chats('a"),
    ("an open parenthesis", "chats('a'"),
    ("a quote too many", "chats('a''')b"),
    ("an odd number of quotes", "chats('a''"),
    ("text after a key", "chats('a')b"),
    ("a slash at the end", "chats('a')/"),
    ("two slashes", "chats('a')//messages('b')"),
    ("two slashes at the start of what follows", "chats//a"),
    ("markup", "chats('<script>alert(1)</script>')"),
    ("encoded markup", "chats('%3Cscript%3E')"),
    ("braces of a template", "chats('{id}')"),
    ("a placeholder of the documents", "chats/{chat-id}/messages"),
    (
        "braces in a bare segment",
        "communications/callRecords/{Call id}",
    ),
    ("a pipe", "chats('a|b')"),
    ("a caret", "chats('a^b')"),
    ("a backtick", "chats('a`id`')"),
    ("double quotes in a key", "chats('a\"b')"),
    ("parentheses in a key", "chats('a(b)')"),
    (
        "an OData function with arguments",
        "users/u/onlineMeetings/getAllTranscripts(meetingOrganizerUserId='u')",
    ),
    ("an expression", "chats('${jndi:ldap://evil.example}')"),
    (
        "an injected quote and a path",
        "chats('a')/messages('b') or 1 eq 1",
    ),
    ("a batch", "$batch('a')x"),
    ("only white space", "   "),
    ("white space around", " chats('a') "),
];

#[test]
fn a_hostile_path_is_refused_and_nothing_is_asked_of_anybody() {
    let long_key = format!("chats('{}')", "a".repeat(limits::RESOURCE_KEY_BYTES + 1));
    let long_path = "a/".repeat(limits::RESOURCE_PATH_BYTES) + "a";
    let rows = HOSTILE.iter().copied().chain([
        ("a long key", long_key.as_str()),
        ("a long path", long_path.as_str()),
    ]);
    let everything: Vec<ReadablePattern> = ["users/{}", "chats/{}", "a/{}"]
        .map(|pattern| pattern.parse().unwrap())
        .into();
    let mut count = 0;
    for (what, path) in rows {
        assert!(ResourceRef::parse(path).is_err(), "{what}: {path:?}");
        assert_eq!(url(path, &everything), None, "{what}");
        count += 1;
    }
    assert!(count >= 90, "{count} rows");
}

#[test]
fn a_path_that_names_a_function_or_a_whole_collection_is_never_read() {
    let everything: Vec<ReadablePattern> = ["users/{}", "chats/{}", "teams/{}", "groups/{}"]
        .map(|pattern| pattern.parse().unwrap())
        .into();
    for path in [
        "chats",
        "teams",
        "users",
        "chats/getAllMessages",
        "chats('getAllMessages')",
        "teams/getAllChannels",
        "teams('t')/channels('getAllMessages')",
        "teams/t/channels/GETALLMESSAGES",
        "teams('t')/channels('allMessages')",
        "chats/allmessages",
        "users('getAllX')",
        "chats/c/messages",
        "chats/c/messages/delta",
        "chats('$count')",
        "users/$count",
        "users/delta",
        "users('u')/chats/getAllMessages",
        "me",
        "me/messages",
        "appCatalogs/teamsApps('a')/installedToChats",
        "appCatalogs/teamsApps('a')/installations",
        "communications/onlineMeetings/getAllTranscripts",
        "teams('t')/members",
    ] {
        assert!(ResourceRef::parse(path).is_ok(), "{path} is a plain path");
        assert_eq!(url(path, &everything), None, "{path}");
    }
}
