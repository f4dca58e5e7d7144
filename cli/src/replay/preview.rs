//! What would move, and why it is there.

use crate::dead_letters::filter::{Filter, NO_REASON};
use crate::dead_letters::letter::Letter;
use crate::dead_letters::look::look;
use crate::dead_letters::source::Source;
use crate::replay::destinations::Destinations;
use crate::replay::stop::Stop;
use crate::terminal::plain;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Letters that have all of it in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    reason: String,
    age: &'static str,
    resource_type: Option<String>,
    tenant: Option<String>,
}

/// What was seen.
#[derive(Debug, Default)]
pub(super) struct Seen {
    looked_at: u64,
    would_move: u64,
    unroutable: u64,
    groups: BTreeMap<Group, u64>,
    /// Letters that were received for it. Those that came on the last requests were not looked at.
    receives: u64,
}

impl Seen {
    /// Looks at the letters until `most` are found that would move.
    ///
    /// # Errors
    /// What SQS says.
    pub(super) async fn at(
        source: &Arc<Source>,
        stop: &Arc<Stop>,
        filter: &Filter,
        destinations: &Destinations,
        most: u64,
    ) -> anyhow::Result<Self> {
        let mut seen = Self::default();
        // Invisible but on a terminal.
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        bar.set_style(ProgressStyle::with_template("{pos} letters looked at")?);
        look(source, stop, |letter| {
            bar.inc(1);
            seen.count(letter, filter, destinations);
            Ok(match seen.would_move < most {
                true => ControlFlow::Continue(()),
                false => ControlFlow::Break(()),
            })
        })
        .await?;
        bar.finish_and_clear();
        seen.receives = source.receives();
        Ok(seen)
    }

    fn count(&mut self, letter: &Letter, filter: &Filter, destinations: &Destinations) {
        self.looked_at += 1;
        if !filter.fits(letter) {
            return;
        }
        if destinations.of(letter).is_none() {
            self.unroutable += 1;
            return;
        }
        self.would_move += 1;
        let group = Group {
            reason: letter.reason().unwrap_or(NO_REASON).to_owned(),
            age: age(letter.sent_at, Timestamp::now()),
            resource_type: letter.subject.resource_type.clone(),
            tenant: letter.subject.tenant.clone(),
        };
        *self.groups.entry(group).or_default() += 1;
    }

    /// Most frequent first.
    fn groups(&self) -> Vec<(&Group, u64)> {
        let mut groups: Vec<_> = self.groups.iter().map(|(group, n)| (group, *n)).collect();
        groups.sort_by_key(|(_, letters)| std::cmp::Reverse(*letters));
        groups
    }

    /// For people.
    pub(super) fn text(&self, from: &str, to: &Destinations, is_fifo: bool) -> String {
        let Self {
            looked_at,
            would_move,
            receives,
            ..
        } = self;
        if *looked_at == 0 {
            return format!("There are no letters on {from}.\n");
        }
        let to = to.text();
        let mut text =
            format!("Of {looked_at} letters on {from}\nwould move: {would_move}, to {to}\n");
        if !self.groups.is_empty() {
            text.push_str("\n letters  reason                    age         resource type               tenant\n");
        }
        for (group, letters) in self.groups() {
            let shown = |text: &Option<String>| plain(text.as_deref().unwrap_or("-"));
            text.push_str(&format!(
                "{letters:>8}  {:<24}  {:<10}  {:<26}  {}\n",
                plain(&group.reason),
                group.age,
                shown(&group.resource_type),
                shown(&group.tenant),
            ));
        }
        if self.unroutable > 0 {
            text.push_str(&format!(
                "\n{} can't be replayed: no function takes an unrouted.v1, nor a quarantined letter \
                 without a route.\n",
                self.unroutable
            ));
        }
        if is_fifo {
            text.push_str(
                "\nThe queue is FIFO: of each group only those were seen that SQS gives before the \
                 first of them is deleted.\n",
            );
        }
        text.push_str(&format!(
            "\nNothing was moved. It took {receives} receives, one of each letter: their receive counts \
             stay one higher.\nThey were hidden meanwhile, and are visible again.{}\n",
            match would_move {
                0 => "",
                _ => " With --move they go.",
            }
        ));
        text
    }

    /// For programs.
    pub(super) fn json(&self, from: &str, to: &Destinations) -> serde_json::Value {
        let groups = self.groups().into_iter().map(|(group, letters)| {
            let mut value = serde_json::json!(group);
            if let Some(value) = value.as_object_mut() {
                value.insert("letters".to_owned(), letters.into());
            }
            value
        });
        serde_json::json!({
            "type": "preview",
            "from": from,
            "to": match to {
                Destinations::One(url) => Some(url),
                Destinations::ByRoute(_) => None,
            },
            "lookedAt": self.looked_at,
            "wouldMove": self.would_move,
            "unroutable": self.unroutable,
            "receives": self.receives,
            "groups": groups.collect::<Vec<_>>(),
        })
    }
}

fn age(sent_at: Timestamp, now: Timestamp) -> &'static str {
    match now.duration_since(sent_at).as_hours() {
        ..1 => "under 1 h",
        1..24 => "1 h to 1 d",
        24..96 => "1 to 4 d",
        96..240 => "4 to 10 d",
        _ => "over 10 d",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    #[test]
    fn ages_end_where_a_deferral_or_a_letter_does() {
        let now = Timestamp::now();
        for (hours, expected) in [
            (-1, "under 1 h"),
            (0, "under 1 h"),
            (1, "1 h to 1 d"),
            (95, "1 to 4 d"),
            (96, "4 to 10 d"),
            (300, "over 10 d"),
        ] {
            assert_eq!(age(now - SignedDuration::from_hours(hours), now), expected);
        }
    }
}
