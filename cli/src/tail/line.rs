//! An event as a line for people.

use crate::tail::event::ShownEvent;
use crate::tail::forward::ForwardOutcome;
use crate::terminal::{TextColour, TextColours, plain};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

/// The indent before the second line of an event.
const INDENT: &str = "    ";
/// Of a tenant's id as much as tells it from others; `--tenant` takes as much.
pub(super) const TENANT_CHARS: usize = 8;
/// A terminal as wide as this has every column in full.
const WIDE: usize = 120;
/// `chatMessage.created`
const NARROW_CHANGE: usize = 19;
/// Clock, change, tenant and lag of a narrow terminal's line, with what is between them.
const BEFORE_SUBJECT: usize = 8 + 2 + NARROW_CHANGE + 2 + TENANT_CHARS + 2 + 5 + 2;
/// Characters of either end of a key that is cut.
const ID_END: usize = 4;
/// Stands for what was cut; `--subject` takes it.
pub(super) const CUT: char = '…';

/// The form of lines.
pub(super) struct LineFormat {
    pub(super) zone: TimeZone,
    pub(super) ink: TextColours,
    /// True if text that people wrote is shown.
    pub(super) data: bool,
    /// Width of the terminal, which lines are cut to; none in a pipe.
    pub(super) columns: Option<usize>,
}

impl LineFormat {
    /// A line, or two with data.
    pub(super) fn of(
        &self,
        event: &ShownEvent,
        came: Timestamp,
        posted: Option<&ForwardOutcome>,
    ) -> String {
        let tenant: String = event.tenantid.chars().take(TENANT_CHARS).collect();
        let (tenant, origin) = (plain(&tenant), plain(&event.origin));
        let lag = event
            .time()
            .map_or_else(|| "-".to_owned(), |time| lag(time, came));
        let subject = plain(&event.subject);
        let (clock, change) = (self.clock(came), self.painted(event));
        let answer = posted.map_or_else(String::new, answer);
        let mut line = match self.columns.filter(|_| self.is_narrow()) {
            None => {
                format!("{clock}  {change}  {tenant:<8}  {origin:<10}  {lag:>6}  {answer}{subject}")
            }
            Some(columns) => {
                let before = BEFORE_SUBJECT + answer.chars().count();
                let subject = cut(&short_ids(&subject), columns.saturating_sub(before));
                format!("{clock}  {change}  {tenant:<8}  {lag:>5}  {answer}{subject}")
            }
        };
        if let Some(data) = self.data.then(|| shown(event)).flatten() {
            line.push('\n');
            line.push_str(INDENT);
            let data = plain(&data);
            let most = self.columns.map(|all| all.saturating_sub(INDENT.len()));
            line.push_str(&most.map_or_else(|| data.clone(), |most| cut(&data, most)));
        }
        line
    }

    /// The line of a message that is none of ours.
    pub(super) fn of_no_event(&self, bytes: usize, came: Timestamp) -> String {
        let what = format!("no event, {bytes} bytes");
        format!(
            "{}  {}",
            self.clock(came),
            self.ink.paint(TextColour::Red, &what)
        )
    }

    fn clock(&self, came: Timestamp) -> String {
        let local = came.to_zoned(self.zone.clone());
        let form = match self.is_narrow() {
            true => "%H:%M:%S",
            false => "%H:%M:%S%.3f",
        };
        let clock = local.strftime(form).to_string();
        self.ink.paint(TextColour::Grey, &clock)
    }

    fn is_narrow(&self) -> bool {
        self.columns.is_some_and(|columns| columns < WIDE)
    }

    fn painted(&self, event: &ShownEvent) -> String {
        let colour = match event.change() {
            Some("created") => TextColour::Green,
            Some("updated") => TextColour::Yellow,
            Some("deleted") => TextColour::Red,
            _ => TextColour::Grey,
        };
        let name = plain(event.short_type());
        let padded = match (self.is_narrow(), name.rsplit_once('.')) {
            (true, Some((resource, change))) => {
                let left = NARROW_CHANGE.saturating_sub(change.len() + 1);
                let name = format!("{}.{change}", cut(resource, left));
                format!("{name:<NARROW_CHANGE$}")
            }
            _ => format!("{name:<26}"),
        };
        self.ink.paint(colour, &padded)
    }
}

/// The consumer's answer, and the time it took.
fn answer(posted: &ForwardOutcome) -> String {
    match posted {
        ForwardOutcome::Taken(status, took) => {
            format!("{status} {:>4}  ", format!("{}ms", took.as_millis()))
        }
        ForwardOutcome::Refused | ForwardOutcome::Interrupted => String::new(),
    }
}

/// The text, or its beginning where it has more than so many characters.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{kept}{CUT}")
}

/// A path whose long keys are their two ends: `chats('19:2…d.v2')/messages('1616…2035')`.
fn short_ids(path: &str) -> String {
    let parts = path.split('\'').enumerate().map(|(index, part)| {
        let chars: Vec<char> = part.chars().collect();
        let ends = (chars.first_chunk::<ID_END>(), chars.last_chunk::<ID_END>());
        match ends {
            (Some(first), Some(last)) if index % 2 == 1 && chars.len() > 3 * ID_END => {
                let ends = first.iter().chain([&CUT]).chain(last);
                ends.collect()
            }
            _ => part.to_owned(),
        }
    });
    parts.collect::<Vec<_>>().join("'")
}

/// What a person would want to read of the data: who said what, or the name of what changed; else
/// the JSON. `None` of a reference, which only names the subject.
fn shown(event: &ShownEvent) -> Option<String> {
    if let Some(place) = &event.dataref {
        return Some(format!("in {place}"));
    }
    let json = event.data.as_ref()?.get();
    if event.origin == "reference" {
        return None;
    }
    let data: Value = serde_json::from_str(json).ok()?;
    let text = |path: &str| {
        let text = data.pointer(path)?.as_str()?;
        (!text.is_empty()).then_some(text)
    };
    let said = ["/body/content", "/topic", "/displayName"]
        .into_iter()
        .find_map(text);
    Some(match (text("/from/user/displayName"), said) {
        (Some(who), Some(said)) => format!("{who}: {said}"),
        (None, Some(said)) => said.to_owned(),
        (_, None) => data.to_string(),
    })
}

/// The time between `time` and its arrival, in the unit that suits.
fn lag(time: Timestamp, came: Timestamp) -> String {
    let millis = came.duration_since(time).as_millis().max(0);
    match millis {
        0..1_000 => format!("{millis}ms"),
        1_000..60_000 => format!("{}.{}s", millis / 1_000, millis % 1_000 / 100),
        60_000..3_600_000 => format!("{}m", millis / 60_000),
        3_600_000..86_400_000 => format!("{}h", millis / 3_600_000),
        _ => format!("{}d", millis / 86_400_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;
    use serde_json::json;

    fn event(change: &str, origin: &str, data: Value) -> ShownEvent {
        let event = json!({
            "specversion": "1.0",
            "type": format!("microsoft.graph.chatMessage.{change}"),
            "subject": "chats('19:a')/messages('1')",
            "time": "2026-11-21T09:00:00.123Z",
            "tenantid": "3f6c1d9e-52ab-4c07-9e1b-7d2a0b8c4e15",
            "origin": origin,
            "data": data,
        });
        ShownEvent::parse(&event.to_string()).unwrap()
    }

    fn lines(data: bool, columns: Option<usize>) -> LineFormat {
        LineFormat {
            zone: TimeZone::fixed(jiff::tz::offset(1)),
            ink: TextColours::none(),
            data,
            columns,
        }
    }

    fn said() -> Value {
        json!({
            "id": "1",
            "from": {"user": {"displayName": "Ines Varga"}},
            "body": {"content": "The delivery\ncame\u{1b}[2J at nine."},
        })
    }

    #[test]
    fn a_line_says_when_what_whose_and_how_long_after() {
        let came: Timestamp = "2026-11-21T09:00:00.840Z".parse().unwrap();
        let line = lines(false, None).of(&event("created", "decrypted", said()), came, None);
        assert_eq!(
            line,
            "10:00:00.840  chatMessage.created         3f6c1d9e  decrypted    717ms  \
             chats('19:a')/messages('1')"
        );
        let none = lines(false, None).of_no_event(7, came);
        assert_eq!(none, "10:00:00.840  no event, 7 bytes");
    }

    #[test]
    fn a_narrow_terminal_has_all_but_the_origin_on_one_line() {
        let event = json!({
            "specversion": "1.0",
            "type": "microsoft.graph.conversationMember.deleted",
            "subject": "chats('19:2da4c29f6d7041eca70b638b43d45437@thread.v2')/members('MCMjMiMj')",
            "time": "2026-11-21T09:00:00.123Z",
            "tenantid": "3f6c1d9e-52ab-4c07-9e1b-7d2a0b8c4e15",
            "origin": "decrypted",
        });
        let event = ShownEvent::parse(&event.to_string()).unwrap();
        let came: Timestamp = "2026-11-21T09:00:00.840Z".parse().unwrap();
        let line = lines(false, Some(80)).of(&event, came, None);
        assert_eq!(
            line,
            "10:00:00  conversati….deleted  3f6c1d9e  717ms  chats('19:2…d.v2')/members('MCM…"
        );
        assert_eq!(line.chars().count(), 80);
    }

    #[test]
    fn what_people_wrote_is_shown_on_request_and_commands_no_terminal() {
        let of = |event: &ShownEvent, columns| {
            let line = lines(true, columns).of(event, Timestamp::now(), None);
            line.split_once('\n').map(|(_, second)| second.to_owned())
        };
        let message = event("created", "decrypted", said());
        let whole = r"    Ines Varga: The delivery\ncame\u001b[2J at nine.";
        assert_eq!(of(&message, None).unwrap(), whole);
        assert_eq!(of(&message, Some(20)).unwrap(), "    Ines Varga: The…");
        assert_eq!(of(&message, Some(0)).unwrap(), "    …");
        let chat = event("updated", "hydrated", json!({"topic": "Plans"}));
        assert_eq!(of(&chat, None).unwrap(), "    Plans");
        let other = event("created", "hydrated", json!({"id": "1", "topic": null}));
        assert_eq!(of(&other, None).unwrap(), r#"    {"id":"1","topic":null}"#);
        let tombstone = event(
            "deleted",
            "reference",
            json!({"@odata.id": "chats('19:a')"}),
        );
        assert_eq!(of(&tombstone, None), None);
    }

    #[test]
    fn how_long_it_took_has_the_unit_that_suits() {
        let time = Timestamp::UNIX_EPOCH;
        for (millis, expected) in [
            (-5, "0ms"),
            (999, "999ms"),
            (1_000, "1.0s"),
            (59_999, "59.9s"),
            (60_000, "1m"),
            (3_599_999, "59m"),
            (3_600_000, "1h"),
            (200_000_000, "2d"),
        ] {
            assert_eq!(
                lag(time, time + SignedDuration::from_millis(millis)),
                expected
            );
        }
    }
}
