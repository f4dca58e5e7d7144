//! The check at the end of a run: every change against the place where it has to be.

use super::changes::{Change, Fate, POOL};
use super::forecast::Weather;
use super::history::Entry;
use super::operator;
use super::world::{Name, State};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A fault of a run, by the subject of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Violation {
    /// It is nowhere.
    Lost(String),
    /// It is where it must not be.
    Unexpected(String),
    /// Its events have different ids.
    TwoIds(String),
    /// Its event has the id of another change.
    SharedId(String),
    /// Its event says something else than the change.
    Changed(String),
    /// It is a dead letter though nothing lasted long enough for that.
    DeadLettered(String),
    /// It is in a dead-letter queue for another reason than its own.
    OtherReason(String),
    /// Nothing went wrong, and yet its event is there twice.
    Twice(String),
    /// Something of it has the trace of no POST that it came with.
    Untraced(String),
    /// It came back from a replay, and does not say so.
    Unnumbered(String),
    /// It was replayed more often than anybody began to.
    ReplayedOn(String),
    /// What became of it is no path of the model.
    Astray(String),
}

/// The faults of `state` after the changes `announced`.
pub(super) fn check(state: &State, announced: &[usize], weather: Weather) -> Vec<Violation> {
    let announced: BTreeMap<&str, &Change> = announced
        .iter()
        .map(|n| (POOL.changes[*n].subject.as_str(), &POOL.changes[*n]))
        .collect();
    let mut check = Check {
        state,
        announced,
        violations: vec![],
    };
    let events = check.events(weather);
    let dead = check.dead_letters(weather);
    let quarantined = check.subjects(Name::Quarantine);
    let mut under_way = check.subjects(Name::Decrypt);
    under_way.extend(check.subjects(Name::Hydrate));
    for (subject, change) in check.announced.clone() {
        let is_in = |place: &BTreeSet<String>| place.contains(subject);
        let found = is_in(&events) || is_in(&dead) || is_in(&quarantined) || is_in(&under_way);
        let violation = match &change.fate {
            Fate::Nothing if found => Violation::Unexpected(subject.to_owned()),
            Fate::Quarantine if !is_in(&quarantined) => Violation::Lost(subject.to_owned()),
            Fate::Event { .. } | Fate::DeadLetter(_) | Fate::Exhausted | Fate::Restored { .. }
                if !found =>
            {
                Violation::Lost(subject.to_owned())
            }
            _ => continue,
        };
        check.violations.push(violation);
    }
    check.traces();
    check.violations
}

struct Check<'a> {
    state: &'a State,
    announced: BTreeMap<&'a str, &'a Change>,
    violations: Vec<Violation>,
}

impl Check<'_> {
    /// The subjects of events; each event is held against its change.
    fn events(&mut self, weather: Weather) -> BTreeSet<String> {
        let mut ids: BTreeMap<String, String> = BTreeMap::new();
        let mut subjects = BTreeSet::new();
        for body in self.bodies(Name::Events) {
            let event: Value = serde_json::from_str(&body).unwrap();
            let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
            let subject = text("subject");
            match self
                .announced
                .get(subject.as_str())
                .map(|change| &change.fate)
            {
                Some(Fate::Event { event_type, data } | Fate::Restored { event_type, data }) => {
                    if text("type") != *event_type || self.data(&body, &event) != *data {
                        self.violations.push(Violation::Changed(subject.clone()));
                    }
                }
                _ => self.violations.push(Violation::Unexpected(subject.clone())),
            }
            subjects.insert(subject.clone());
            // What has neither a version nor an end is told apart by when it came
            // (docs/decisions/0002).
            let is_tombstone =
                matches!(event["referencereason"].as_str(), Some("deleted" | "gone"));
            let change = if is_tombstone || event["contentversion"].is_string() {
                subject.clone()
            } else {
                format!("{subject} at {}", text("receivedat"))
            };
            match ids.insert(change, text("id")) {
                Some(other) if other != text("id") => {
                    self.violations.push(Violation::TwoIds(subject));
                }
                Some(_) if weather == Weather::Calm => {
                    self.violations.push(Violation::Twice(subject));
                }
                _ => {}
            }
        }
        let mut owners = BTreeMap::new();
        for (change, id) in &ids {
            if owners.insert(id, change).is_some() {
                self.violations.push(Violation::SharedId(change.clone()));
            }
        }
        subjects
    }

    /// The event's data byte for byte, fetched where it is only referred to.
    fn data(&self, body: &str, event: &Value) -> String {
        #[derive(serde::Deserialize)]
        struct Data<'a> {
            #[serde(borrow)]
            data: Option<&'a serde_json::value::RawValue>,
        }
        let inline: Data<'_> = serde_json::from_str(body).unwrap();
        match (inline.data, event["dataref"].as_str()) {
            (Some(data), None) => data.get().to_owned(),
            (None, Some(address)) => {
                let key = address.strip_prefix("s3://claims/").unwrap();
                self.state.claims.get(key).cloned().unwrap_or_default()
            }
            _ => String::new(),
        }
    }

    /// The subjects of dead letters; each has its own reason or failed too often.
    fn dead_letters(&mut self, weather: Weather) -> BTreeSet<String> {
        let mut subjects = BTreeSet::new();
        for name in [Name::DecryptDeadLetters, Name::HydrateDeadLetters] {
            let messages = self.state.queues.get(&name).map(|queue| &queue.messages);
            for message in messages.into_iter().flatten() {
                let subject = self.subject(&message.entry.body);
                let fate = self
                    .announced
                    .get(subject.as_str())
                    .map(|change| &change.fate);
                let replayed = message.replayed();
                if replayed > operator::RUNS {
                    self.violations.push(Violation::ReplayedOn(subject.clone()));
                }
                if (replayed > 0) != (message.sent_after > 0) || replayed > message.sent_after {
                    self.violations.push(Violation::Unnumbered(subject.clone()));
                }
                let violation = match (fate, message.reason()) {
                    (Some(Fate::DeadLetter(own)), Some(reason)) if *own == reason => None,
                    (Some(Fate::DeadLetter(_) | Fate::Exhausted | Fate::Restored { .. }), None) => {
                        None
                    }
                    (Some(Fate::Event { .. }), None) if weather == Weather::Storm => None,
                    (Some(Fate::Event { .. }), None) => {
                        Some(Violation::DeadLettered(subject.clone()))
                    }
                    (Some(_), Some(_)) => Some(Violation::OtherReason(subject.clone())),
                    (Some(_) | None, _) => Some(Violation::Unexpected(subject.clone())),
                };
                self.violations.extend(violation);
                subjects.insert(subject);
            }
        }
        subjects
    }

    /// Everything goes on under the trace of a POST that it came with.
    fn traces(&mut self) {
        let posted = self.state.history.iter().filter_map(|entry| match entry {
            Entry::Posted(changes, trace) => Some((changes, trace)),
            _ => None,
        });
        let came: BTreeSet<(&str, usize)> = posted
            .flat_map(|(changes, trace)| changes.iter().map(|n| (trace.as_str(), *n)))
            .collect();
        let mut untraced = BTreeSet::new();
        for (name, queue) in &self.state.queues {
            for message in &queue.messages {
                let subject = match name {
                    Name::Events => event_subject(&message.entry.body),
                    _ => self.subject(&message.entry.body),
                };
                let Some(n) = POOL.by_subject.get(&subject) else {
                    continue;
                };
                let trace = message.entry.trace.as_deref().unwrap_or_default();
                if !came.contains(&(trace, *n)) {
                    untraced.insert(subject);
                }
            }
        }
        let untraced = untraced.into_iter().map(Violation::Untraced);
        self.violations.extend(untraced);
    }

    fn subjects(&self, name: Name) -> BTreeSet<String> {
        self.bodies(name)
            .iter()
            .map(|body| self.subject(body))
            .collect()
    }

    fn bodies(&self, name: Name) -> Vec<String> {
        let messages = self.state.queues.get(&name).map(|queue| &queue.messages);
        messages
            .into_iter()
            .flatten()
            .map(|message| message.entry.body.clone())
            .collect()
    }

    fn subject(&self, body: &str) -> String {
        message_subject(self.state, body)
    }
}

/// The subject of a message, which may be behind a claim; none of one that leads to nothing.
pub(super) fn message_subject(state: &State, body: &str) -> String {
    let claim = teamwire_payload::ClaimCheck::parse(body).map(|claim| claim.key());
    let text = claim.map_or(Some(body), |key| state.claims.get(&key).map(String::as_str));
    let message: Value = serde_json::from_str(text.unwrap_or("{}")).unwrap();
    message["body"]["resource"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// The subject of an event.
pub(super) fn event_subject(body: &str) -> String {
    let event: Value = serde_json::from_str(body).unwrap();
    event["subject"].as_str().unwrap_or_default().to_owned()
}
