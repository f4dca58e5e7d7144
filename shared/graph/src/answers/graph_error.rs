//! The body of an answer of Graph that is no success.

use serde_json::Value;
use std::fmt;

/// Longest text of Graph's that is passed on, in characters.
const TEXT_CHARS: usize = 500;
/// Levels of `innerError` that are looked at. Graph nests two.
const INNER_LEVELS: usize = 4;
/// The code under which Graph passes on what the service behind it answered.
const EXTENSION_ERROR: &str = "ExtensionError";

/// The documented error object. Its words may name people and resources: whole they are for the person
/// who asked; a log gets them without what may be an id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GraphError {
    /// `error.code`
    pub code: String,
    /// `error.message`
    pub message: String,
    /// The codes of `innerError`, outermost first.
    inner_codes: Vec<String>,
    /// The status that the service behind Graph answered, by the message of an `ExtensionError`.
    inner_status: Option<u16>,
}

/// Graph's name for an error, where it has the form of one: letters, digits, dots and underscores, so
/// that nothing personal is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorCode(Box<str>);

impl ErrorCode {
    /// Longest code that is passed on. Graph's are of some 30 characters.
    const CHARS: usize = 64;

    /// `None` for what has another form.
    pub fn parse(code: &str) -> Option<Self> {
        let is_code = |byte: u8| byte.is_ascii_alphanumeric() || b"._".contains(&byte);
        let is_one = (1..=Self::CHARS).contains(&code.len()) && code.bytes().all(is_code);
        is_one.then(|| Self(code.into()))
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl GraphError {
    /// Its code, if that can stand in an attribute of a message.
    pub fn safe_code(&self) -> Option<ErrorCode> {
        ErrorCode::parse(&self.code)
    }

    /// Reads a body; `None` where Graph did not write it.
    pub fn parse(body: &[u8]) -> Option<Self> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let error = body.get("error")?.as_object()?;
        let text = |name: &str| error.get(name).and_then(Value::as_str).map(plain);
        let (code, message) = (text("code"), text("message").unwrap_or_default());
        let code = code.filter(|code| !code.is_empty())?;
        let is_extension = code.eq_ignore_ascii_case(EXTENSION_ERROR);
        let mut inner_codes = Vec::new();
        let mut members = inner(error);
        for _ in 0..INNER_LEVELS {
            let Some(level) = members else { break };
            let code = level.get("code").and_then(Value::as_str).map(plain);
            inner_codes.extend(code.filter(|code| !code.is_empty()));
            members = inner(level);
        }
        Some(Self {
            inner_status: is_extension.then(|| status_in(&message)).flatten(),
            code,
            message,
            inner_codes,
        })
    }

    /// Its words for a log: what may be an id, a name to sign in with or a URL is left out.
    pub(crate) fn without_ids(&self) -> String {
        let codes = std::iter::once(&self.code).chain(&self.inner_codes);
        let texts = codes.chain(std::iter::once(&self.message));
        let words = texts.flat_map(|text| text.split_whitespace());
        let words = words.map(|word| if is_plain(word) { word } else { ".." });
        words.collect::<Vec<_>>().join(" ")
    }

    /// True if that is its code, or the code of an inner error.
    pub(super) fn has_code(&self, code: &str) -> bool {
        let mut codes = std::iter::once(&self.code).chain(&self.inner_codes);
        codes.any(|known| known.eq_ignore_ascii_case(code))
    }

    /// True if its message has these words, as whole words.
    pub(super) fn says(&self, words: &str) -> bool {
        says(&self.message, words)
    }

    /// The status of the service behind Graph, if that gave the answer.
    pub(super) const fn inner_status(&self) -> Option<u16> {
        self.inner_status
    }
}

/// Letters with marks around or between them, or a short number: no id, address or token.
fn is_plain(word: &str) -> bool {
    const CHARS: usize = 40;
    const DIGITS: usize = 4;
    let is_mark = |char: char| char.is_ascii_punctuation() && char != '@';
    let bare = word.trim_matches(is_mark);
    let is_number = bare.len() <= DIGITS && bare.bytes().all(|byte| byte.is_ascii_digit());
    let is_letter = |char: char| char.is_ascii_alphabetic() || matches!(char, '_' | '-' | '\'');
    is_number || (bare.len() <= CHARS && bare.chars().all(is_letter))
}

/// True if `message` has `words`, which are in lower case, as whole words.
pub(crate) fn says(message: &str, words: &str) -> bool {
    let message = message.to_ascii_lowercase();
    let is_end = |char: Option<char>| char.is_none_or(|char| !char.is_alphanumeric());
    message.match_indices(words).any(|(at, found)| {
        let before = message
            .get(..at)
            .and_then(|before| before.chars().next_back());
        let after = message.get(at + found.len()..);
        is_end(before) && is_end(after.and_then(|after| after.chars().next()))
    })
}

impl fmt::Display for GraphError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.message)
    }
}

fn inner(members: &serde_json::Map<String, Value>) -> Option<&serde_json::Map<String, Value>> {
    let inner = members
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("innerError"));
    inner?.1.as_object()
}

/// Of `Operation: Create; Exception: [Status Code: Forbidden; Reason: ..]` it is 403.
fn status_in(message: &str) -> Option<u16> {
    let (_, rest) = message.split_once("Status Code:")?;
    let name = rest.split([';', ']', ',']).next()?.trim();
    if let Ok(status) = name.parse() {
        return (100..600).contains(&status).then_some(status);
    }
    let name: String = name.split_whitespace().collect();
    let known = STATUSES
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(&name));
    known.map(|(_, status)| *status)
}

/// The statuses by the names that .NET gives them.
const STATUSES: [(&str, u16); 22] = [
    ("BadRequest", 400),
    ("Unauthorized", 401),
    ("PaymentRequired", 402),
    ("Forbidden", 403),
    ("NotFound", 404),
    ("MethodNotAllowed", 405),
    ("NotAcceptable", 406),
    ("RequestTimeout", 408),
    ("Conflict", 409),
    ("Gone", 410),
    ("PreconditionFailed", 412),
    ("RequestEntityTooLarge", 413),
    ("UnsupportedMediaType", 415),
    ("UnprocessableEntity", 422),
    ("Locked", 423),
    ("FailedDependency", 424),
    ("TooManyRequests", 429),
    ("InternalServerError", 500),
    ("NotImplemented", 501),
    ("BadGateway", 502),
    ("ServiceUnavailable", 503),
    ("GatewayTimeout", 504),
];

/// Bounded, without tokens and without what could move a cursor, break a line or turn the direction
/// of writing.
fn plain(text: &str) -> String {
    let is_shown = |char: &char| {
        !char.is_control()
            && !matches!(*char, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}')
    };
    let shown: String = text.chars().filter(is_shown).take(TEXT_CHARS).collect();
    let words = shown.split_inclusive(|char: char| !is_of_token(char));
    words
        .map(
            |word| match word.trim_end_matches(|char| !is_of_token(char)) {
                token if token.starts_with(TOKEN) && token.len() >= TOKEN_CHARS => {
                    word.replacen(token, "..", 1)
                }
                _ => word.to_owned(),
            },
        )
        .collect()
}

/// The beginning of a JWT's header, and the length below which nothing is one.
const TOKEN: &str = "eyJ";
const TOKEN_CHARS: usize = 30;

const fn is_of_token(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.' | '+' | '/' | '=')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn error(code: &str, message: &str) -> Option<GraphError> {
        let body = json!({"error": {"code": code, "message": message}});
        GraphError::parse(body.to_string().as_bytes())
    }

    #[test]
    fn the_status_of_the_service_behind_graph_is_read_by_name_and_by_number() {
        let said = |reason: &str| format!("Operation: Create; Exception: [Status Code: {reason}]");
        for (reason, status) in [
            ("Forbidden; Reason: ", Some(403)),
            ("NotFound; Reason: Not Found", Some(404)),
            ("ServiceUnavailable; Reason: on backend 'x'", Some(503)),
            ("429; Reason: slow down", Some(429)),
            ("Too Many Requests; Reason: x", Some(429)),
            ("Unauthorized", Some(401)),
            ("70000; Reason: x", None),
            ("Teapot; Reason: x", None),
        ] {
            let error = error("ExtensionError", &said(reason)).unwrap();
            assert_eq!(error.inner_status(), status, "{reason}");
        }
        // Only Graph's own form speaks for a service.
        let other = error("BadRequest", &said("Forbidden; Reason: ")).unwrap();
        assert_eq!(other.inner_status(), None);
    }

    #[test]
    fn a_code_in_the_form_of_a_code_is_passed_on_and_no_other() {
        let (longest, too_long) = ("x".repeat(64), "x".repeat(65));
        for (code, is_one) in [
            ("Forbidden", true),
            ("Authorization_RequestDenied", true),
            ("Authorization.Denied2", true),
            (&longest, true),
            (&too_long, false),
            ("", false),
            ("No policy", false),
            ("adele@contoso.example", false),
            ("a-b", false),
            ("Ж", false),
        ] {
            let shown = ErrorCode::parse(code).map(|code| code.to_string());
            assert_eq!(shown, is_one.then(|| code.to_owned()), "{code}");
        }
    }

    #[test]
    fn what_may_name_someone_is_not_logged() {
        for (message, logged) in [
            (
                "No application access policy found for this app: 7f105c7d-2dc5-4530-97cd-4e7ae6534c07 .",
                "No application access policy found for this app: .. .",
            ),
            (
                "[Status Code: Forbidden; Reason: 403]",
                "[Status Code: Forbidden; Reason: 403]",
            ),
            (
                "The user 'adele@contoso.example' is not 19:a@thread.v2",
                "The user .. is not ..",
            ),
            ("See https://graph.microsoft.com/v1.0/users", "See .."),
            (
                "call 15551234567, token abcdefghijabcdefghijabcdefghijabcdefghijab",
                "call .. token ..",
            ),
        ] {
            let error = error("Forbidden", message).unwrap();
            assert_eq!(error.without_ids(), format!("Forbidden {logged}"));
        }
    }

    #[test]
    fn inner_codes_are_found_however_they_are_nested_and_spelt() {
        let body = json!({"error": {"code": "Forbidden", "innererror": {
            "date": "x", "innerError": {"code": "SpeakerAttributionNotAllowed"}}}});
        let error = GraphError::parse(body.to_string().as_bytes()).unwrap();
        assert!(error.has_code("speakerattributionnotallowed") && error.has_code("Forbidden"));
        assert!(!error.has_code(""));
    }

    #[test]
    fn what_graph_did_not_write_says_nothing() {
        for body in [
            "",
            "<html>",
            "{}",
            r#"{"error":{}}"#,
            r#"{"error":"x"}"#,
            "[]",
        ] {
            assert_eq!(GraphError::parse(body.as_bytes()), None, "{body}");
        }
    }

    #[test]
    fn words_are_bounded_and_hold_nothing_that_a_terminal_would_obey() {
        let hostile = "a\u{1b}[31m\r\nb\u{9b}\u{202e}c\u{2028}d\u{200f}e";
        let error = error("c\u{7}", &hostile.repeat(100)).unwrap();
        assert!(error.message.starts_with("a[31mbcde"), "{}", error.message);
        assert_eq!(
            (error.code.as_str(), error.message.chars().count()),
            ("c", 500)
        );
    }

    #[test]
    fn a_token_that_graph_repeats_is_left_out() {
        let token = format!("eyJ{}.eyJ{}.x-_y", "0".repeat(30), "A".repeat(30));
        let error = error("c", &format!("The token '{token}' is expired.")).unwrap();
        assert_eq!(error.message, "The token '..' is expired.");
    }
}
