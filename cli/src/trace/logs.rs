//! Lines that the functions wrote of it.

use crate::aws::said;
use crate::replay::stop::StopSignal;
use crate::terminal::plain;
use crate::trace::TracePlace;
use anyhow::Context;
use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::error::ProvideErrorMetadata;
use jiff::Timestamp;
use serde_json::{Value, json};
use teamwire_contract::StackFunction;

/// Members of every line.
const FRAME: [&str; 4] = ["timestamp", "level", "message", "target"];
/// Lines of one function at most.
const LINES: usize = 100;
/// Pages of one function at most: Logs answers with empty ones while it searches.
const PAGES: usize = 500;

/// Lines that have the text in them.
///
/// # Errors
/// The error of CloudWatch Logs.
pub(super) async fn with(
    text: &str,
    stack: &str,
    since: Timestamp,
    client: &Client,
    stop: &StopSignal,
) -> anyhow::Result<Vec<TracePlace>> {
    let mut found = Vec::new();
    for function in StackFunction::ALL {
        let group = format!("/aws/lambda/{}", function.in_stack(stack));
        let mut lines = 0;
        let mut next = None;
        for _ in 0..PAGES {
            let request = client
                .filter_log_events()
                .log_group_name(&group)
                .filter_pattern(pattern(text))
                .start_time(since.as_millisecond())
                .set_next_token(next);
            let page = match request.send().await {
                Ok(page) => page,
                // Nothing was ever written there.
                Err(fault) if fault.code().is_some_and(|code| code.contains("NotFound")) => break,
                Err(fault) => return Err(said(fault)).with_context(|| format!("the log {group}")),
            };
            for event in page.events() {
                let (Some(message), Some(at)) = (event.message(), event.timestamp()) else {
                    continue;
                };
                if lines < LINES && message.contains(text) {
                    lines += 1;
                    let at = Timestamp::from_millisecond(at).unwrap_or(since);
                    found.push(of(function.name(), at, message));
                }
            }
            next = page.next_token;
            if next.is_none() || lines == LINES || stop.is_asked() {
                break;
            }
        }
    }
    Ok(found)
}

/// A pattern of Logs that means the text itself.
fn pattern(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn of(function: &str, at: Timestamp, message: &str) -> TracePlace {
    let line: Option<Value> = serde_json::from_str(message.trim()).ok();
    let members = line.as_ref().and_then(|line| {
        let members = line.as_object()?.iter();
        let members = members.filter(|(name, _)| !FRAME.contains(&name.as_str()));
        let shown = members.map(|(name, value)| match value.as_str() {
            Some(text) => format!("{name} {text}"),
            None => format!("{name} {value}"),
        });
        Some(shown.collect::<Vec<_>>().join(", "))
    });
    let said = line.as_ref().and_then(|line| line.get("message")?.as_str());
    let text = match (said, members) {
        (Some(said), Some(members)) => format!("{} ({})", plain(said), plain(&members)),
        _ => plain(message.trim()),
    };
    TracePlace {
        at,
        text: format!("{at}  log of {function}: {text}"),
        json: json!({
            "where": "log",
            "function": function,
            "at": at.to_string(),
            "line": line.unwrap_or_else(|| json!(message.trim())),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_function_is_what_it_says_and_its_members() {
        let line = r#"{"timestamp":"2026-11-28T10:00:00Z","level":"WARN","message":"record not forwarded","message_id":"5f0c"}"#;
        let found = of("decrypt", Timestamp::UNIX_EPOCH, line);
        assert_eq!(
            found.text,
            "1970-01-01T00:00:00Z  log of decrypt: record not forwarded (message_id 5f0c)"
        );
        let other = of("decrypt", Timestamp::UNIX_EPOCH, "START \u{1b}[2J 5f0c");
        assert!(
            other.text.ends_with(r"START \u001b[2J 5f0c"),
            "{}",
            other.text
        );
    }

    #[test]
    fn a_pattern_means_the_text_itself() {
        assert_eq!(pattern("19:a@thread.v2"), "\"19:a@thread.v2\"");
        assert_eq!(pattern(r#"a"b\c"#), r#""a\"b\\c""#);
    }
}
