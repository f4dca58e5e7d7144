//! The time without notifications that counts as a fault.

use super::DesiredSubscription;
use std::ops::RangeInclusive;
use teamwire_payload::ChangeType;

/// Shortest silence that can be watched for, in minutes: activity is known some minutes
/// later, and the schedule looks every 5 to 30.
pub const SHORTEST_SILENCE: u32 = 15;
/// Longest silence that can be watched for, in minutes.
pub const LONGEST_SILENCE: u32 = 30 * 24 * 60;
/// The silence that is normal for the messages of a whole tenant where the file does not say, in
/// minutes: a weekend with a holiday on each side.
pub const SILENCE_OF_MESSAGES: u32 = 4 * 24 * 60;

/// The messages of a whole tenant.
const MESSAGES: [&str; 2] = ["chats/getAllMessages", "teams/getAllMessages"];

/// The longest time without a notification that is normal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SilenceLimit {
    /// The default of the resource: none, but for the messages of a whole tenant.
    #[default]
    Usual,
    /// Any time.
    Any,
    /// So many minutes.
    Minutes(u32),
}

impl SilenceLimit {
    /// Reads a time such as `"4h"`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let digits = text.trim_end_matches(|letter: char| letter.is_ascii_lowercase());
        let unit = match text.strip_prefix(digits)? {
            "m" => 1,
            "h" => 60,
            "d" => 24 * 60,
            _ => return None,
        };
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        let number: u32 = is_number.then(|| digits.parse().ok())??;
        let minutes = number.checked_mul(unit)?;
        let range: RangeInclusive<u32> = SHORTEST_SILENCE..=LONGEST_SILENCE;
        range.contains(&minutes).then_some(Self::Minutes(minutes))
    }
}

impl DesiredSubscription {
    /// After how many minutes without a notification it is silent, if it is watched for that.
    pub fn silence_minutes(&self) -> Option<u32> {
        match self.settings.silence {
            SilenceLimit::Minutes(minutes) => Some(minutes),
            SilenceLimit::Any => None,
            SilenceLimit::Usual => self.is_of_all_messages().then_some(SILENCE_OF_MESSAGES),
        }
    }

    /// Deletions may be rare where messages are not.
    fn is_of_all_messages(&self) -> bool {
        MESSAGES.contains(&self.resource.row().path) && self.changes.contains(&ChangeType::Created)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DesiredState;

    #[test]
    fn a_time_is_a_whole_number_of_minutes_hours_or_days() {
        for (text, minutes) in [("15m", 15), ("4h", 240), ("30d", 43_200), ("043m", 43)] {
            assert_eq!(
                SilenceLimit::parse(text),
                Some(SilenceLimit::Minutes(minutes)),
                "{text}"
            );
        }
        for text in [
            "",
            "h",
            "4",
            "4 h",
            " 4h",
            "4H",
            "4hours",
            "1w",
            "1.5h",
            "-4h",
            "+4h",
            "4h30m",
            "14m",
            "0d",
            "31d",
            "721h",
            "99999999999d",
            "4294967295d",
            "\u{664}h",
        ] {
            assert_eq!(SilenceLimit::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_messages_of_a_whole_tenant_are_watched_unless_the_file_says_otherwise() {
        for (lines, expected) in [
            ("resource = \"chats/getAllMessages\"", Some(5760)),
            ("resource = \"/teams/getAllMessages?model=B\"", Some(5760)),
            (
                "resource = \"chats/getAllMessages\"\nsilence = \"20m\"",
                Some(20),
            ),
            ("resource = \"chats/getAllMessages\"\nsilence = false", None),
            (
                "resource = \"chats/getAllMessages\"\nchanges = [\"deleted\"]",
                None,
            ),
            (
                "resource = \"users/u@v.example/chats/getAllMessages\"",
                None,
            ),
            ("resource = \"chats\"", None),
            ("resource = \"chats\"\nsilence = \"30d\"", Some(43_200)),
        ] {
            let text = format!(
                "[[tenants]]\nid = \"9f4ebab6-520d-49c0-85cc-7b25c78d4a93\"\n[[tenants.subscriptions]]\n{lines}"
            );
            let desired = DesiredState::parse(&text).unwrap();
            let wanted = &desired.tenants[0].subscriptions[0];
            assert_eq!(wanted.silence_minutes(), expected, "{lines}");
        }
    }
}
