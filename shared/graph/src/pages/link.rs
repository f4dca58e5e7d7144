//! The link of a page.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use teamwire_payload::limits;
use url::Url;

/// The API that lists are read from. Everything listed is documented in it.
const API: &str = "/v1.0/";

/// A path and query below Graph's root, such as `/v1.0/users?$select=id`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PageLink(String);

/// Not below Graph's root, or too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the link does not lead to a list of Graph")]
pub struct NotALink;

/// Names and values of a query string, in order. Names are put down as they are.
pub type QueryPairs<'a> = &'a [(&'a str, &'a str)];

impl PageLink {
    /// To the list at `segments`, every one percent-encoded.
    ///
    /// # Errors
    /// [`NotALink`] where a segment is empty or would climb, or all of it is too long.
    pub fn to(segments: &[&str], query: QueryPairs<'_>) -> Result<Self, NotALink> {
        let mut text = path(segments)?;
        for (at, (name, value)) in query.iter().enumerate() {
            text.push(if at == 0 { '?' } else { '&' });
            text.push_str(name);
            text.push('=');
            percent_encode(value, &mut text);
        }
        Self::try_from(text)
    }

    /// To what the function `name` gives at `segments`. A parameter is a literal of OData: a text
    /// stands in quotes.
    ///
    /// # Errors
    /// [`NotALink`] as above.
    pub fn calling(
        segments: &[&str],
        name: &str,
        parameters: QueryPairs<'_>,
    ) -> Result<Self, NotALink> {
        let mut text = path(segments)?;
        text.push('/');
        text.push_str(name);
        for (at, (name, value)) in parameters.iter().enumerate() {
            text.push(if at == 0 { '(' } else { ',' });
            text.push_str(name);
            text.push('=');
            percent_encode(value, &mut text);
        }
        text.push(')');
        Self::try_from(text.replace("%27", "'"))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The link of the next page, as an answer gives it; `root` is Graph's.
    ///
    /// # Errors
    /// [`NotALink`] for every other place.
    pub(super) fn next(text: &str, root: &str) -> Result<Self, NotALink> {
        if text.len() > limits::LINK_BYTES {
            return Err(NotALink);
        }
        let (url, root) = (parse(text)?, parse(root)?);
        let bare = url.username().is_empty() && url.password().is_none();
        if url.origin() != root.origin() || !bare {
            return Err(NotALink);
        }
        let query = url.query().map(|query| format!("?{query}"));
        Self::try_from(format!("{}{}", url.path(), query.unwrap_or_default()))
    }
}

impl TryFrom<String> for PageLink {
    type Error = NotALink;

    /// Takes what a URL would not read differently: no dots that climb, nothing to be encoded.
    fn try_from(text: String) -> Result<Self, NotALink> {
        if text.len() > limits::LINK_BYTES || !text.starts_with(API) {
            return Err(NotALink);
        }
        let url = parse(&format!("https://graph.example{text}"))?;
        let query = url.query().map(|query| format!("?{query}"));
        let same = format!("{}{}", url.path(), query.unwrap_or_default()) == text;
        if same && url.fragment().is_none() {
            Ok(Self(text))
        } else {
            Err(NotALink)
        }
    }
}

impl From<PageLink> for String {
    fn from(link: PageLink) -> Self {
        link.0
    }
}

impl fmt::Display for PageLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn path(segments: &[&str]) -> Result<String, NotALink> {
    let mut text = API.trim_end_matches('/').to_owned();
    for segment in segments {
        if matches!(*segment, "" | "." | "..") {
            return Err(NotALink);
        }
        text.push('/');
        percent_encode(segment, &mut text);
    }
    Ok(text)
}

fn parse(text: &str) -> Result<Url, NotALink> {
    Url::parse(text).map_err(|_| NotALink)
}

/// Encodes everything but RFC 3986's unreserved characters.
fn percent_encode(text: &str, into: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                into.push(char::from(byte));
            }
            _ => into.push_str(&format!("%{byte:02X}")),
        }
    }
}

/// Decodes percent-encoding, so that plain and encoded characters are alike. What decodes to no
/// text stays as it is.
pub(super) fn percent_decode(text: &str) -> Cow<'_, str> {
    percent_encoding::percent_decode_str(text)
        .decode_utf8()
        .unwrap_or(Cow::Borrowed(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "https://graph.microsoft.com";

    fn next(text: &str) -> Option<String> {
        PageLink::next(text, ROOT).ok().map(String::from)
    }

    #[test]
    fn a_link_is_made_of_keys_that_cannot_climb() {
        let link = PageLink::to(
            &["chats", "19:a@unq.gbl.spaces", "messages"],
            &[("$top", "50"), ("$filter", "a gt 2026-11-21T10:00:00Z")],
        );
        assert_eq!(
            link.unwrap().to_string(),
            "/v1.0/chats/19%3Aa%40unq.gbl.spaces/messages?$top=50&\
             $filter=a%20gt%202026-11-21T10%3A00%3A00Z"
        );
        for key in ["", ".", ".."] {
            assert_eq!(PageLink::to(&["users", key, "chats"], &[]), Err(NotALink));
        }
        let function = PageLink::calling(
            &["users", "u", "onlineMeetings"],
            "getAllTranscripts",
            &[("of", "'u'"), ("startDateTime", "2026-11-21T10:00:00Z")],
        );
        assert_eq!(
            function.unwrap().to_string(),
            "/v1.0/users/u/onlineMeetings/\
             getAllTranscripts(of='u',startDateTime=2026-11-21T10%3A00%3A00Z)"
        );
        let slash = PageLink::to(&["users", "../../beta/users"], &[]).unwrap();
        assert_eq!(slash.to_string(), "/v1.0/users/..%2F..%2Fbeta%2Fusers");
    }

    #[test]
    fn the_next_page_is_followed_below_the_root() {
        for (text, expected) in [
            (
                "https://graph.microsoft.com/v1.0/users?$skiptoken=a",
                "/v1.0/users?$skiptoken=a",
            ),
            (
                "https://GRAPH.microsoft.com:443/v1.0/users('a')/chats/getallMessages?$top=2&$skiptoken=U%3d%3d",
                "/v1.0/users('a')/chats/getallMessages?$top=2&$skiptoken=U%3d%3d",
            ),
            (
                "https://graph.microsoft.com/v1.0/users(a)/getAll(b='c', d=2024-01-15T00:00:00Z)?skipToken=x",
                "/v1.0/users(a)/getAll(b='c',%20d=2024-01-15T00:00:00Z)?skipToken=x",
            ),
        ] {
            let link = next(text).unwrap();
            assert_eq!(link, expected);
            assert_eq!(PageLink::try_from(link.clone()).unwrap().to_string(), link);
        }
    }

    #[test]
    fn the_next_page_is_followed_nowhere_else() {
        for text in [
            "",
            "/v1.0/users",
            "v1.0/users",
            "http://graph.microsoft.com/v1.0/users",
            "https://graph.microsoft.com:8443/v1.0/users",
            "https://graph.microsoft.com.evil.example/v1.0/users",
            "https://evil.example/v1.0/users",
            "https://graph.microsoft.com@evil.example/v1.0/users",
            "https://user@graph.microsoft.com/v1.0/users",
            "https://user:pass@graph.microsoft.com/v1.0/users",
            "https://graph.microsoft.com/beta/users",
            "https://graph.microsoft.com/v1.0",
            "https://graph.microsoft.com/v1.0/../beta/users",
            "https://graph.microsoft.com/v1.0/%2e%2e/beta/users",
            "https://graph.microsoft.com\\@evil.example/v1.0/users",
            "//evil.example/v1.0/users",
            "javascript:alert(1)",
            "file:///v1.0/users",
        ] {
            assert_eq!(next(text), None, "{text}");
        }
        let long = format!("{ROOT}/v1.0/users?a={}", "a".repeat(limits::LINK_BYTES));
        assert_eq!(next(&long), None);
    }

    #[test]
    fn what_a_queue_holds_is_checked_again() {
        for text in [
            "",
            "users",
            "//evil.example/v1.0/users",
            "@evil.example/v1.0/",
            "/v1.0/../beta/users",
            "/v1.0/%2e%2e/beta/users",
            "/v1.0/users#a",
            "/v1.0/a b",
            "/v1.0/a\\..\\b",
            "/beta/users",
        ] {
            assert_eq!(PageLink::try_from(text.to_owned()), Err(NotALink), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_leads_elsewhere(text in ".{0,60}") {
            for text in [text.clone(), format!("{ROOT}{text}"), format!("{ROOT}/v1.0/{text}")] {
                if let Ok(link) = PageLink::next(&text, ROOT) {
                    let url = Url::parse(&format!("{ROOT}{link}")).unwrap();
                    proptest::prop_assert_eq!(url.host_str(), Some("graph.microsoft.com"));
                    proptest::prop_assert!(url.path().starts_with("/v1.0/"));
                    proptest::prop_assert_eq!(PageLink::try_from(link.to_string()), Ok(link));
                }
            }
        }
    }
}
