//! What became of each change, from POST to POST and from record to record, held against the model.

use super::bugs::Bug;
use super::changes::{LARGE, POOL};
use super::checker::{event_subject, message_subject};
use super::world::{Name, State};
use std::collections::{BTreeMap, HashMap};
use teamwire_contract::attribute::REPLAYED;
use teamwire_model::delivery::{self, Action, Bounds, Delivery, Reason};
use teamwire_transport::OutgoingEntry;

/// Something that happened to changes.
#[derive(Debug, Clone)]
pub(super) enum Entry {
    /// Graph posted these, under this trace.
    Posted(Vec<usize>, String),
    /// Graph was told 202, or something else.
    Answered(bool),
    /// The bucket took what is too large.
    Left,
    /// A queue took a message or an event.
    Sent(Sent),
    /// An invocation began with these records.
    Received(Vec<String>),
    /// SQS gave up a message.
    Exhausted(String),
    /// The queue forgot a message, as it was not reported as failed.
    Forgotten(String),
    /// The invocation ended, or its process did.
    Ended,
    /// A replay sent a letter back as this message.
    SentBack { letter: String, message: String },
    /// A replay deleted a letter.
    Deleted(String),
}

/// A message that a queue took.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    id: String,
    change: usize,
    to: Name,
    /// The queue whose function sent it; ingest's has none.
    by: Option<Name>,
    reason: Option<String>,
    heard: bool,
}

impl State {
    /// Puts `entry` on a queue. Whether its sender `heard` of that is noted.
    pub(super) fn send(&mut self, to: Name, entry: &OutgoingEntry, heard: bool) {
        let by = self.at_work;
        let subject = match to {
            Name::Events => event_subject(&entry.body),
            _ => message_subject(self, &entry.body),
        };
        let mut entry = entry.clone();
        if self.bug == Bug::LostTrace && by == Some(to) {
            entry.trace = None;
        }
        if self.bug == Bug::LostReplays {
            entry.attributes.retain(|(name, _)| *name != REPLAYED);
        }
        let queue = self.queues.entry(to).or_default();
        let id = queue.send(&format!("{to:?}"), &entry, self.now, self.replays);
        let reason = entry.attributes.iter().find(|(name, _)| *name == "reason");
        // What was heard of is on the lifecycle queue too, and is about no change.
        if let Some(change) = POOL.by_subject.get(&subject) {
            self.history.push(Entry::Sent(Sent {
                id,
                change: *change,
                to,
                by,
                reason: reason.map(|(_, reason)| reason.clone()),
                heard,
            }));
        }
    }
}

/// The bounds of AWS, and of a run that has no others.
pub(super) const BOUNDS: Bounds = Bounds {
    posts: u8::MAX,
    receives: 25,
    deferrals: u8::MAX,
    replays: 2,
    messages: usize::MAX,
    letters: usize::MAX,
    invocations: 1,
};

/// For each change whose history is no path of the model, where it leaves that.
pub(super) fn astray(history: &[Entry]) -> impl Iterator<Item = String> {
    within(history, BOUNDS)
}

/// The same for a model within other bounds.
pub(super) fn within(history: &[Entry], bounds: Bounds) -> impl Iterator<Item = String> {
    let by_change = by_change(history);
    by_change.into_iter().filter_map(move |(n, entries)| {
        let change = &POOL.changes[n];
        let model = Delivery {
            changes: vec![change.modelled()],
            bounds,
            rules: delivery::RULES,
        };
        let mut path = Path {
            model,
            state: delivery::State::default(),
            names: HashMap::new(),
            letters: Vec::new(),
        };
        let left = entries.into_iter().find_map(|entry| path.follow(entry))?;
        Some(format!("{}: {left}", change.subject))
    })
}

/// The entries about each change.
fn by_change(history: &[Entry]) -> BTreeMap<usize, Vec<&Entry>> {
    let mut all: BTreeMap<usize, Vec<&Entry>> = BTreeMap::new();
    let mut about: HashMap<&str, usize> = HashMap::new();
    let mut present: Vec<usize> = vec![];
    for entry in history {
        let of: Vec<usize> = match entry {
            Entry::Posted(changes, _) => {
                present.clone_from(changes);
                present.clone()
            }
            Entry::Received(ids) => {
                // A message that leads to nothing is about none.
                present = ids
                    .iter()
                    .filter_map(|id| about.get(id.as_str()).copied())
                    .collect();
                present.sort_unstable();
                present.dedup();
                present.clone()
            }
            Entry::Answered(_) | Entry::Ended => std::mem::take(&mut present),
            Entry::Left => vec![LARGE],
            Entry::Sent(sent) => {
                about.insert(&sent.id, sent.change);
                vec![sent.change]
            }
            Entry::Exhausted(id) | Entry::Forgotten(id) | Entry::Deleted(id) => {
                about.get(id.as_str()).copied().into_iter().collect()
            }
            Entry::SentBack { letter, message } => {
                let of = about.get(letter.as_str()).copied();
                about.extend(of.map(|n| (message.as_str(), n)));
                of.into_iter().collect()
            }
        };
        for n in of {
            all.entry(n).or_default().push(entry);
        }
    }
    all
}

/// The way of one change through the model.
struct Path {
    model: Delivery,
    state: delivery::State,
    /// The model's names of messages.
    names: HashMap<String, u32>,
    /// The dead letters, in the model's order.
    letters: Vec<String>,
}

impl Path {
    /// Goes on by `entry`; where it leads out of the model, what can't happen there.
    fn follow(&mut self, entry: &Entry) -> Option<String> {
        self.appear(entry);
        let action = self.action(entry)?;
        let Some(next) = self.model.step(&self.state, &action) else {
            return Some(format!("{action:?} in {:?}", self.state));
        };
        self.state = next;
        match (entry, action) {
            (Entry::Sent(sent), Action::Store(..) | Action::Defer(..)) => self.name(&sent.id),
            (Entry::SentBack { message, .. }, _) => self.name(message),
            (Entry::Sent(Sent { id, .. }), Action::Bury(..)) | (Entry::Exhausted(id), _) => {
                self.letters.push(id.clone());
            }
            (_, Action::Delete(at)) => drop(self.letters.remove(at)),
            _ => {}
        }
        None
    }

    /// Notes how the model calls the message that was sent last.
    fn name(&mut self, id: &str) {
        let newest = self.state.newest();
        self.names
            .extend(newest.map(|newest| (id.to_owned(), newest)));
    }

    /// Lets time pass: what a former invocation had is visible before it is received again.
    fn appear(&mut self, entry: &Entry) {
        let ids = match entry {
            Entry::Received(ids) => ids.as_slice(),
            Entry::Exhausted(id) => std::slice::from_ref(id),
            _ => &[],
        };
        for id in ids.iter().filter_map(|id| self.names.get(id)) {
            if let Some(next) = self.model.step(&self.state, &Action::Appear(*id)) {
                self.state = next;
            }
        }
    }

    /// `None` for what changes nothing.
    fn action(&self, entry: &Entry) -> Option<Action> {
        let name = |id: &String| self.names.get(id).copied();
        let letter = |id: &String| self.letters.iter().position(|other| other == id);
        Some(match entry {
            Entry::Posted(..) => Action::Post,
            Entry::Answered(true) => Action::Accept,
            Entry::Answered(false) => Action::Refuse,
            Entry::Left if self.state.claims.contains(&0) => return None,
            Entry::Left => Action::Leave(0),
            Entry::Sent(sent) => self.sent(sent),
            Entry::Received(ids) => Action::Receive(ids.iter().filter_map(name).collect()),
            Entry::Exhausted(id) => Action::Exhaust(name(id)?),
            Entry::Forgotten(id) => Action::Forget(0, name(id)?),
            Entry::Ended => Action::End(0),
            Entry::SentBack { letter: id, .. } => Action::SendBack(letter(id)?),
            Entry::Deleted(id) => Action::Delete(letter(id)?),
        })
    }

    fn sent(&self, sent: &Sent) -> Action {
        let invocations = self.state.invocations.first();
        let any = invocations.and_then(|it| it.messages.first()).copied();
        // A name that there is not leads out of the model.
        let any = any.unwrap_or(u32::MAX);
        match (sent.by, sent.to) {
            (None, _) => Action::Store(0, sent.heard),
            (Some(_), Name::Events) => Action::Emit(0, 0, sent.heard),
            (Some(by), to) if by == to => Action::Defer(0, any, sent.heard),
            (Some(_), _) => {
                let reason = match sent.reason.as_deref() {
                    Some("deferred-too-long") => Reason::DeferredTooLong,
                    _ => Reason::Own,
                };
                Action::Bury(0, any, reason, sent.heard)
            }
        }
    }
}
