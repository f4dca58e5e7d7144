//! A relative OData path, taken apart and put together.

use super::{PartForm, PathPart, is_function};
use crate::cloud::MicrosoftCloud;
use crate::limits;
use crate::subscribable::GraphApi;
use std::borrow::Cow;

/// The reason why a text is not a plain relative path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PathFault {
    /// Empty, or longer than [`limits::RESOURCE_PATH_BYTES`].
    #[error("the path is empty or too long")]
    Length,
    /// A segment is empty, a quote or parenthesis is not closed, or something follows it.
    #[error("the path is not a relative OData path")]
    Syntax,
    /// A character that no Graph id holds, raw or percent-encoded.
    #[error("the path holds a character that no id has")]
    Character,
    /// `.` or `..`, as a segment or within a key.
    #[error("the path holds a dot segment")]
    DotSegment,
    /// A URL whose host is not one of Graph's.
    #[error("the path is a URL of a host that is not Graph's")]
    Host,
    /// A `joinWebUrl` whose host is not one that meetings are joined at.
    #[error("joinWebUrl is a URL of a host that no meeting of Teams is joined at")]
    JoinHost,
}

/// The part of a path that is left when the spellings that Graph takes and gives are removed:
/// `text` without the root of a cloud's Graph, the version of the API, and one slash at either end.
///
/// # Errors
/// [`PathFault::Host`]
pub(crate) fn relative(text: &str) -> Result<&str, PathFault> {
    let text = match text.split_once("://") {
        Some((scheme, _)) if scheme.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
            let below = |root: &str| {
                let (start, rest) = text.split_at_checked(root.len())?;
                start.eq_ignore_ascii_case(root).then_some(rest)
            };
            let roots = MicrosoftCloud::ALL
                .into_iter()
                .map(MicrosoftCloud::graph_root);
            let rest = roots.filter_map(below).find(|rest| rest.starts_with('/'));
            rest.ok_or(PathFault::Host)?
        }
        _ => text,
    };
    let text = text.strip_prefix('/').unwrap_or(text);
    let versions = [GraphApi::V1, GraphApi::Beta].map(GraphApi::name);
    let text = match text.split_once('/') {
        Some((first, rest)) if versions.iter().any(|name| first.eq_ignore_ascii_case(name)) => rest,
        _ => text,
    };
    Ok(text.strip_suffix('/').unwrap_or(text))
}

/// `name('key')`, `name`, or a key that stands as a segment of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PathSegment {
    pub(super) name: String,
    pub(super) key: Option<String>,
    /// True if the key is the URL that a meeting is joined by: `name(joinWebUrl='key')`.
    pub(super) by_join_url: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PathSegments(Vec<PathSegment>);

impl PathSegments {
    pub(super) fn parse(text: &str) -> Result<Self, PathFault> {
        if text.is_empty() || text.len() > limits::RESOURCE_PATH_BYTES {
            return Err(PathFault::Length);
        }
        let mut rest = text.strip_prefix('/').unwrap_or(text);
        let mut segments = Vec::new();
        loop {
            let (segment, after) = one_segment(rest)?;
            segments.push(segment);
            match after.strip_prefix('/') {
                Some(next) => rest = next,
                None if after.is_empty() => return Ok(Self(segments)),
                None => return Err(PathFault::Syntax),
            }
        }
    }

    /// Names and keys in their order, a key in parentheses as a part of its own.
    pub(super) fn parts(&self) -> Vec<PathPart> {
        let mut parts = Vec::new();
        for segment in &self.0 {
            let part = |text: &String, form| PathPart {
                text: text.clone(),
                form,
            };
            let form = match segment.by_join_url {
                true => PartForm::JoinUrl,
                false => PartForm::Quoted,
            };
            parts.push(part(&segment.name, PartForm::Bare));
            parts.extend(segment.key.as_ref().map(|key| part(key, form)));
        }
        parts
    }

    pub(super) fn as_slice(&self) -> &[PathSegment] {
        &self.0
    }

    pub(super) fn canonical(&self) -> String {
        render(self.0.iter().cloned())
    }
}

/// True if a path that was read from `text` may be longer than a path may be once it is written: a
/// character is encoded in three at most, and the words around the keys are few.
pub(crate) const fn may_be_written_too_long(text: &str) -> bool {
    text.len() > limits::RESOURCE_PATH_BYTES / 4
}

/// Puts segments together in OData form.
pub(super) fn render(segments: impl Iterator<Item = PathSegment>) -> String {
    let parts: Vec<String> = segments
        .map(|segment| match segment.key {
            Some(url) if segment.by_join_url => {
                format!("{}{JOIN_URL}{}')", segment.name, percent_encode(&url))
            }
            Some(key) => {
                let key = without_fragment(&key).replace('\'', "''");
                format!("{}('{key}')", segment.name)
            }
            None => without_fragment(&segment.name).into_owned(),
        })
        .collect();
    parts.join("/")
}

/// Encodes everything but RFC 3986's unreserved characters.
pub(crate) fn percent_encode(key: &str) -> String {
    let mut encoded = String::with_capacity(key.len());
    for byte in key.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// The beginning of the one key that Graph documents by a name.
pub(crate) const JOIN_URL: &str = "(joinWebUrl='";

fn one_segment(text: &str) -> Result<(PathSegment, &str), PathFault> {
    let end = text.find(['/', '(']).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end).ok_or(PathFault::Syntax)?;
    let by_join_url = rest
        .split_at_checked(JOIN_URL.len())
        .filter(|(start, _)| start.eq_ignore_ascii_case(JOIN_URL));
    let quoted = match by_join_url {
        Some((_, quoted)) => Some(quoted),
        None => rest.strip_prefix("('"),
    };
    if let Some(quoted) = quoted {
        let (key, after) = quoted_key(quoted)?;
        let after = after.strip_prefix(')').ok_or(PathFault::Syntax)?;
        let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_name {
            return Err(PathFault::Syntax);
        }
        let key = match by_join_url {
            Some(_) => join_url(&key)?,
            None => id(&key)?,
        };
        let segment = PathSegment {
            name: name.to_owned(),
            key: Some(key),
            by_join_url: by_join_url.is_some(),
        };
        return Ok((segment, after));
    }
    // A function may stand with the parentheses of its arguments, of which it takes none.
    let rest = match rest.strip_prefix("()") {
        Some(rest) if is_function(name) => rest,
        _ => rest,
    };
    let name = id(name)?;
    // A raw slash can't be here, so this one was encoded to look like a single segment.
    if name.contains('/') {
        return Err(PathFault::Character);
    }
    let segment = PathSegment {
        name,
        key: None,
        by_join_url: false,
    };
    Ok((segment, rest))
}

/// The URL that a meeting is joined by: as it is, or encoded once more, as the documents want it.
fn join_url(text: &str) -> Result<String, PathFault> {
    let decoded = percent_decode(text)?;
    let url = match text.contains("://") {
        true => text.to_owned(),
        false => decoded,
    };
    if url.len() > limits::JOIN_URL_BYTES {
        return Err(PathFault::Length);
    }
    let is_part = |byte: u8| byte.is_ascii_graphic() && !br#"\'"<>`"#.contains(&byte);
    let host = url
        .strip_prefix("https://")
        .and_then(|rest| rest.split_once('/'));
    match host {
        Some((host, _)) if !JOIN_HOSTS.contains(&host) => Err(PathFault::JoinHost),
        Some(_) if url.bytes().all(is_part) => Ok(url),
        _ => Err(PathFault::Character),
    }
}

/// The hosts of meetings: of each cloud, and of personal accounts.
const JOIN_HOSTS: [&str; 6] = [
    "teams.microsoft.com",
    "teams.cloud.microsoft",
    "teams.live.com",
    "gov.teams.microsoft.us",
    "dod.teams.microsoft.us",
    "teams.microsoftonline.cn",
];

/// Up to the closing quote; a doubled quote is a quote.
fn quoted_key(text: &str) -> Result<(String, &str), PathFault> {
    let mut key = String::new();
    let mut rest = text;
    loop {
        let (before, after) = rest.split_once('\'').ok_or(PathFault::Syntax)?;
        key.push_str(before);
        match after.strip_prefix('\'') {
            Some(next) => {
                key.push('\'');
                rest = next;
            }
            None => return Ok((key, after)),
        }
    }
}

/// An id, percent-decoded once: printable ASCII without what only URLs and markup use.
fn id(text: &str) -> Result<String, PathFault> {
    let decoded = percent_decode(text)?;
    if decoded.is_empty() {
        return Err(PathFault::Syntax);
    }
    if decoded.len() > limits::RESOURCE_KEY_BYTES {
        return Err(PathFault::Length);
    }
    let is_id = |byte: u8| {
        #[rustfmt::skip]
        let is_of_urls = matches!(
            byte,
            b'%' | b'\\' | b'?' | b'#' | b'<' | b'>' | b'"' | b'{' | b'}' | b'|' | b'^' | b'`' | b'(' | b')'
        );
        byte.is_ascii_graphic() && !is_of_urls
    };
    if !without_guest(&decoded).bytes().all(is_id) {
        return Err(PathFault::Character);
    }
    // A base64 id may hold slashes; only dots could climb.
    if decoded.split('/').any(|part| matches!(part, "." | "..")) {
        return Err(PathFault::DotSegment);
    }
    Ok(decoded)
}

/// The name that a guest signs in with, without what it has between name and domain: the one
/// place where an id holds a `#`.
fn without_guest(text: &str) -> Cow<'_, str> {
    if !text.contains('#') {
        return Cow::Borrowed(text);
    }
    let at = text.to_ascii_lowercase().find("#ext#@");
    match at.and_then(|at| Some((text.get(..at)?, text.get(at + GUEST.len()..)?))) {
        Some((name, domain)) => Cow::Owned(format!("{name}{domain}")),
        None => Cow::Borrowed(text),
    }
}

const GUEST: &str = "#EXT#";

/// `key` as it may stand in a path: of a guest's name the `#` would begin a fragment.
pub(crate) fn without_fragment(key: &str) -> Cow<'_, str> {
    match key.contains('#') {
        true => Cow::Owned(key.replace('#', "%23")),
        false => Cow::Borrowed(key),
    }
}

/// Decodes once.
pub(crate) fn percent_decode(text: &str) -> Result<String, PathFault> {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (hex, rest) = part.split_at_checked(2).ok_or(PathFault::Syntax)?;
        if !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(PathFault::Syntax);
        }
        bytes.push(u8::from_str_radix(hex, 16).map_err(|_| PathFault::Syntax)?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).map_err(|_| PathFault::Character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_paths_are_refused_with_their_fault() {
        use PathFault as F;
        let long = format!("chats('{}')", "a".repeat(limits::RESOURCE_KEY_BYTES + 1));
        for (text, fault) in [
            ("", F::Length),
            ("/", F::Syntax),
            ("//evil.example/chats('a')", F::Syntax),
            ("https://evil.example/chats('a')", F::Syntax),
            ("chats('a')/", F::Syntax),
            ("chats('a')//messages('b')", F::Syntax),
            ("chats('a", F::Syntax),
            ("chats('a'", F::Syntax),
            ("chats('a')b", F::Syntax),
            ("chats(a)", F::Syntax),
            ("chats()", F::Syntax),
            ("chats/getAllMessages('a", F::Syntax),
            ("chats/getAllMessages(a='b')", F::Syntax),
            ("chats/getAllMessages()b", F::Syntax),
            ("users/a#b@c.example", F::Character),
            ("users/a%23EXT%23%23@c.example", F::Character),
            ("chats('')", F::Syntax),
            ("('a')", F::Syntax),
            ("chats('a')('b')", F::Syntax),
            ("chats('%')", F::Syntax),
            ("chats('%4')", F::Syntax),
            ("chats('%zz')", F::Syntax),
            ("chats('%+1')", F::Syntax),
            ("cha%74s('a')", F::Syntax),
            ("chats('..')", F::DotSegment),
            ("chats('.')", F::DotSegment),
            ("chats/../users", F::DotSegment),
            ("chats/%2e%2e/users", F::DotSegment),
            ("chats('a/../../users')", F::DotSegment),
            ("chats('a%2F..%2Fusers')", F::DotSegment),
            ("chats('%252e')", F::Character),
            ("chats/a%2Fb/messages/c", F::Character),
            ("chats('a\\b')", F::Character),
            ("chats('a?b')", F::Character),
            ("chats('a#b')", F::Character),
            ("chats('a b')", F::Character),
            ("chats('a%00')", F::Character),
            ("chats('a%0d%0aHost: b')", F::Character),
            ("chats('<script>')", F::Character),
            ("chats('{id}')", F::Character),
            ("chats('é')", F::Character),
            ("chats('%C3%A9')", F::Character),
            ("chats('%ff')", F::Character),
            ("chats?$expand=members", F::Character),
            (long.as_str(), F::Length),
        ] {
            assert_eq!(PathSegments::parse(text).err(), Some(fault), "{text}");
        }
    }

    #[test]
    fn a_url_that_no_meeting_is_joined_by_is_refused() {
        use PathFault as F;
        for (url, fault) in [
            ("https://evil.example/l/1", F::JoinHost),
            ("https://teams.microsoft.com", F::Character),
            ("http://teams.microsoft.com/l/1", F::Character),
            ("https://teams.microsoft.com/a b", F::Character),
            ("https://teams.microsoft.com/<b>", F::Character),
            ("https%3A%2F%2Fteams.microsoft.com%2Fa%0Ab", F::Character),
        ] {
            assert_eq!(join_url(url), Err(fault), "{url}");
        }
    }

    #[test]
    fn a_path_a_key_and_a_join_url_are_taken_up_to_their_greatest_length() {
        use limits::{JOIN_URL_BYTES, RESOURCE_KEY_BYTES, RESOURCE_PATH_BYTES};
        let path = |length: usize| "a/".repeat(length / 2 - 1) + &"a".repeat(2 + length % 2);
        let key = |length: usize| format!("chats('{}')", "a".repeat(length));
        let join_url = |length: usize| {
            let begin = "https://teams.microsoft.com/";
            let end = "a".repeat(length - begin.len());
            format!("communications/onlineMeetings(joinWebUrl='{begin}{end}')")
        };
        for (longest, longer) in [
            (path(RESOURCE_PATH_BYTES), path(RESOURCE_PATH_BYTES + 1)),
            (key(RESOURCE_KEY_BYTES), key(RESOURCE_KEY_BYTES + 1)),
            (join_url(JOIN_URL_BYTES), join_url(JOIN_URL_BYTES + 1)),
        ] {
            assert_eq!(PathSegments::parse(&longest).err(), None);
            assert_eq!(PathSegments::parse(&longer).err(), Some(PathFault::Length));
        }
    }

    #[test]
    fn a_path_below_a_version_or_the_root_of_graph_is_the_path() {
        for text in [
            "chats('c')",
            "/chats('c')",
            "chats('c')/",
            "v1.0/chats('c')",
            "/beta/chats('c')/",
            "https://graph.microsoft.com/v1.0/chats('c')",
            "HTTPS://Graph.Microsoft.com/chats('c')",
            "https://dod-graph.microsoft.us/beta/chats('c')",
            "https://microsoftgraph.chinacloudapi.cn/v1.0/chats('c')",
        ] {
            assert_eq!(relative(text), Ok("chats('c')"), "{text}");
        }
        for text in [
            "https://evil.example/v1.0/chats('c')",
            "http://graph.microsoft.com/v1.0/chats('c')",
            "https://graph.microsoft.com.evil.example/chats('c')",
            "https://graph.microsoft.com@evil.example/chats('c')",
            "https://graph.microsoft.com:8080/chats('c')",
            "https://graph.microsoft.com",
            "file:///etc/passwd",
        ] {
            assert_eq!(relative(text), Err(PathFault::Host), "{text}");
        }
        // Not at its start, it is a URL within a key.
        let by_url = "things(joinWebUrl='https://teams.microsoft.com/l/1')";
        assert_eq!(relative(by_url), Ok(by_url));
        // Only once: what is left is read like any other path.
        assert_eq!(relative("//chats"), Ok("/chats"));
        assert_eq!(relative("v1.0/v1.0/chats"), Ok("v1.0/chats"));
        assert_eq!(relative("v1.0"), Ok("v1.0"));
    }

    #[test]
    fn ids_of_every_real_form_are_accepted() {
        for key in [
            "19:a516_b@unq.gbl.spaces",
            "19:meeting_Mjk@thread.v2",
            "19:c@thread.tacv2",
            "MCMjMSMj/A+b==",
            "a//b",
            "8ea0e38b-efb3-4757-924a-5f94061cf8c2",
            "1612289765949",
            "$~!*,;&-._",
            "a_b.example%23EXT%23@c.example",
        ] {
            let text = format!("chats('{key}')");
            let parsed = PathSegments::parse(&text).unwrap();
            let decoded = key.replace("%23", "#");
            assert_eq!(parsed.as_slice()[0].key.as_deref(), Some(&*decoded));
            assert_eq!(parsed.canonical(), text);
        }
    }

    proptest::proptest! {
        #[test]
        fn a_parsed_path_renders_to_itself(keys in proptest::collection::vec("[!-~]{1,40}", 1..4)) {
            let text = keys.iter().map(|key| format!("chats('{}')", key.replace('\'', "''")))
                .collect::<Vec<_>>().join("/");
            if let Ok(parsed) = PathSegments::parse(&text) {
                let canonical = parsed.canonical();
                proptest::prop_assert_eq!(PathSegments::parse(&canonical).unwrap(), parsed);
            }
        }

        #[test]
        fn no_text_makes_it_panic_or_leaves_a_raw_delimiter_in_a_get(text in ".{0,80}") {
            if let Ok(parsed) = PathSegments::parse(&text) {
                for segment in parsed.as_slice() {
                    let key = percent_encode(segment.key.as_deref().unwrap_or(&segment.name));
                    proptest::prop_assert!(!key.contains(['/', '?', '#', '@', ':', '\\']));
                    proptest::prop_assert!(key != ".." && key != ".");
                }
            }
        }
    }
}
