//! The messages that would move, and the reasons why they are there.

use crate::dead_letters::filter::LetterFilter;
use crate::dead_letters::letter::DeadLetter;
use crate::dead_letters::list::why;
use crate::dead_letters::look::look;
use crate::dead_letters::queues::LetterQueueName;
use crate::dead_letters::source::{HIDDEN_BY_OTHERS, LetterSource};
use crate::dead_letters::unknown::UnknownValues;
use crate::replay::destinations::ReplayDestinations;
use crate::replay::hopeless::{never, remedy};
use crate::replay::stop::StopSignal;
use crate::terminal::plain;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use teamwire_contract::attribute;
use teamwire_contract::dead_letter::NONE;

/// Letters that have all of it in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
struct LetterGroup {
    reason: String,
    fault: Option<String>,
    age: &'static str,
    resource_type: Option<String>,
    tenant: Option<String>,
    /// The number of times they were replayed before.
    replayed: u32,
    /// True if a replay can't help.
    hopeless: bool,
    #[serde(skip)]
    why: String,
}

/// The request.
#[derive(Debug, Clone, Copy)]
pub(super) struct PreviewRequest<'a> {
    pub(super) filter: &'a LetterFilter,
    pub(super) place: Option<LetterQueueName>,
    pub(super) to: &'a ReplayDestinations,
    pub(super) most: u64,
    /// True if messages that can never succeed go too.
    pub(super) force: bool,
}

/// The messages seen.
#[derive(Debug, Default)]
pub(super) struct PreviewedLetters {
    looked_at: u64,
    pub(super) would_move: u64,
    unroutable: u64,
    hopeless: u64,
    groups: BTreeMap<LetterGroup, u64>,
    /// The remedies before a replay helps, and the reasons why one can't, by subject.
    notes: BTreeMap<String, String>,
    /// Letters that were received for it. Those that came on the last requests were not looked at.
    receives: u64,
    /// Letters that somebody else hides, as SQS counts.
    hidden: u64,
}

impl PreviewedLetters {
    /// Looks at the letters until as many are found as may move.
    ///
    /// # Errors
    /// What SQS says.
    pub(super) async fn at(
        source: &Arc<LetterSource>,
        stop: &Arc<StopSignal>,
        wanted: PreviewRequest<'_>,
        unknown: &mut UnknownValues,
    ) -> anyhow::Result<Self> {
        let mut seen = Self {
            hidden: source.hidden().await,
            ..Self::default()
        };
        // Invisible but on a terminal.
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        bar.set_style(ProgressStyle::with_template("{pos} letters looked at")?);
        look(source, stop, |letter| {
            bar.inc(1);
            unknown.note(letter);
            seen.count(letter, wanted);
            Ok(match seen.would_move < wanted.most {
                true => ControlFlow::Continue(()),
                false => ControlFlow::Break(()),
            })
        })
        .await?;
        bar.finish_and_clear();
        seen.receives = source.receives();
        Ok(seen)
    }

    fn count(&mut self, letter: &DeadLetter, wanted: PreviewRequest<'_>) {
        self.looked_at += 1;
        if !wanted.filter.fits(letter) {
            return;
        }
        let never = never(letter, wanted.place);
        if wanted.to.of(letter).is_none() {
            self.unroutable += 1;
        } else if never.is_some() && !wanted.force {
            self.hopeless += 1;
        } else {
            self.would_move += 1;
        }
        let why = why(letter);
        if let Some(never) = never {
            self.note(why.clone(), format!("can never succeed: {never}"));
        } else if let Some(remedy) = remedy(letter, wanted.place) {
            self.note(why.clone(), format!("once {remedy}"));
        }
        let group = LetterGroup {
            reason: letter.reason().unwrap_or(NONE).to_owned(),
            fault: letter.attribute(attribute::FAULT).map(str::to_owned),
            age: age(letter.sent_at, Timestamp::now()),
            resource_type: letter.subject.resource_type.clone(),
            tenant: letter.subject.tenant.clone(),
            replayed: letter.replayed(),
            hopeless: never.is_some(),
            why,
        };
        *self.groups.entry(group).or_default() += 1;
    }

    /// Once for each reason and fault; whoever sends to the queue may invent them.
    fn note(&mut self, why: String, note: String) {
        const NOTES: usize = 20;
        if self.notes.len() < NOTES {
            self.notes.insert(why, note);
        }
    }

    /// Most frequent first.
    fn groups(&self) -> Vec<(&LetterGroup, u64)> {
        let mut groups: Vec<_> = self.groups.iter().map(|(group, n)| (group, *n)).collect();
        groups.sort_by_key(|(_, letters)| std::cmp::Reverse(*letters));
        groups
    }

    /// For people, 80 characters wide.
    pub(super) fn text(&self, source: &LetterSource, wanted: PreviewRequest<'_>) -> String {
        let Self {
            looked_at,
            would_move,
            receives,
            ..
        } = self;
        let from = plain(source.name());
        let hidden = match self.hidden {
            0 => String::new(),
            hidden => format!("{hidden} {HIDDEN_BY_OTHERS}.\n"),
        };
        if *looked_at == 0 {
            let visible = if self.hidden > 0 { "visible " } else { "" };
            return format!("There are no {visible}letters on {from}.\n{hidden}");
        }
        let to = wanted.to.text();
        let mut text =
            format!("Of {looked_at} letters on {from}\nwould move: {would_move}, to {to}\n");
        if !self.groups.is_empty() {
            text.push_str(
                "\n letters  replayed  reason                    age         resource type\n",
            );
        }
        for (group, letters) in self.groups() {
            let shown = |text: &Option<String>| plain(text.as_deref().unwrap_or("-"));
            text.push_str(&format!(
                "{letters:>8}  {:>8}  {:<24}  {:<10}  {}\n{:21}tenant {}\n",
                group.replayed,
                group.why,
                group.age,
                shown(&group.resource_type),
                "",
                shown(&group.tenant),
            ));
        }
        text.push('\n');
        for (why, note) in &self.notes {
            text.push_str(&format!("{why}: {note}.\n"));
        }
        if self.hopeless > 0 {
            text.push_str(&format!(
                "{} stay, as they can never succeed: move them elsewhere with --to, or read the\ntime again; \
                 --force moves them all the same.\n",
                self.hopeless
            ));
        }
        if self.unroutable > 0 {
            text.push_str(&format!(
                "{} can't be replayed: no function takes an unrouted.v1, nor a quarantined\nletter without a \
                 route.\n",
                self.unroutable
            ));
        }
        if source.is_fifo() {
            text.push_str(
                "The queue is FIFO: of each group only those were seen that SQS gives before\nthe first of \
                 them is deleted.\n",
            );
        }
        text.push_str(&format!(
            "Nothing was moved. It took {receives} receives, one of each letter: their receive\ncounts stay one \
             higher. They were hidden meanwhile, and are visible again.\n{hidden}{}",
            match would_move {
                0 => "",
                _ => "With --move they go.\n",
            }
        ));
        text
    }

    /// For programs.
    pub(super) fn json(
        &self,
        source: &LetterSource,
        wanted: PreviewRequest<'_>,
    ) -> serde_json::Value {
        let groups = self.groups().into_iter().map(|(group, letters)| {
            let mut value = serde_json::json!(group);
            if let Some(value) = value.as_object_mut() {
                value.insert("letters".to_owned(), letters.into());
            }
            value
        });
        serde_json::json!({
            "type": "preview",
            "queue": wanted.place.map(LetterQueueName::text),
            "from": source.url(),
            "to": wanted.to.one(),
            "lookedAt": self.looked_at,
            "wouldMove": self.would_move,
            "unroutable": self.unroutable,
            "hopeless": self.hopeless,
            "receives": self.receives,
            "hidden": self.hidden,
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
