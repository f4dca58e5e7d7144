//! How far the model goes: what may happen in a state, and which states are one.

use super::{Action, Bounds, Change, Delivery, RULES, Reason, Route, State, Verdict};
use std::collections::{BTreeMap, BTreeSet};

const TAKEN: Change = Change {
    route: Route::Function,
    verdict: Verdict::Event,
    is_large: false,
};
const LARGE: Change = Change {
    is_large: true,
    ..TAKEN
};
const TAMPERED: Change = Change {
    verdict: Verdict::Dead,
    ..TAKEN
};
const HOPELESS: Change = Change {
    verdict: Verdict::Failure,
    ..TAKEN
};
const ANNOUNCED: Change = Change {
    route: Route::Events,
    ..TAKEN
};
const QUARANTINED: Change = Change {
    route: Route::Quarantine,
    ..TAKEN
};
const FORGED: Change = Change {
    route: Route::Nowhere,
    ..TAKEN
};

impl Delivery {
    /// Batches, each with what the others have not: of one change each, or of several.
    pub fn bounded(wide: bool) -> Vec<Self> {
        let bounds = Bounds {
            posts: 2,
            receives: 2,
            deferrals: 1,
            replays: 1,
            messages: 2,
            letters: if wide { 2 } else { 1 },
            invocations: if wide { 2 } else { 1 },
        };
        let narrow: &[&[Change]] = &[
            &[TAKEN],
            &[LARGE],
            &[TAMPERED, FORGED],
            &[HOPELESS],
            &[ANNOUNCED, QUARANTINED],
        ];
        let large: &[&[Change]] = &[
            &[TAKEN, FORGED, QUARANTINED],
            &[LARGE, ANNOUNCED],
            &[TAMPERED],
            &[HOPELESS, FORGED],
        ];
        let batches = if wide { large } else { narrow };
        let batches = batches.iter().map(|changes| Self {
            changes: changes.to_vec(),
            bounds,
            rules: RULES,
        });
        batches.collect()
    }

    pub(super) fn possible(&self, state: &State, actions: &mut Vec<Action>) {
        let numbers = || (0..).zip(&self.changes);
        if state.post.is_some() {
            for (nth, _) in numbers() {
                actions.extend([true, false].map(|heard| Action::Store(nth, heard)));
            }
            actions.extend([Action::Accept, Action::Refuse]);
        } else if state.posts < self.bounds.posts {
            actions.push(Action::Post);
        }
        let large = numbers().filter(|(_, change)| change.is_large);
        actions.extend(large.map(|(nth, _)| Action::Leave(nth)));
        self.of_the_queue(state, actions);
        for (at, invocation) in state.invocations.iter().enumerate() {
            let about = |id| state.messages.iter().find(|message| message.id == id);
            let messages = invocation.messages.iter().filter_map(|id| about(*id));
            for message in messages {
                for heard in [true, false] {
                    actions.push(Action::Emit(at, message.change, heard));
                    actions.push(Action::Defer(at, message.id, heard));
                    for reason in [Reason::Own, Reason::DeferredTooLong] {
                        actions.push(Action::Bury(at, message.id, reason, heard));
                    }
                }
                actions.push(Action::Forget(at, message.id));
            }
            actions.push(Action::End(at));
        }
        for at in 0..state.letters.len() {
            actions.extend([Action::SendBack(at), Action::Delete(at)]);
        }
    }

    fn of_the_queue(&self, state: &State, actions: &mut Vec<Action>) {
        let mut visible = Vec::new();
        for message in &state.messages {
            if message.is_hidden {
                actions.push(Action::Appear(message.id));
            } else if message.receives >= self.bounds.receives {
                actions.push(Action::Exhaust(message.id));
            } else {
                visible.push(message.id);
            }
        }
        if state.invocations.len() < self.bounds.invocations {
            for (at, one) in visible.iter().enumerate() {
                actions.push(Action::Receive(BTreeSet::from([*one])));
                let others = visible.iter().skip(at + 1);
                actions.extend(others.map(|two| Action::Receive(BTreeSet::from([*one, *two]))));
            }
        }
    }

    pub(super) fn is_within(&self, state: &State) -> bool {
        let alike = |change| {
            let letters = state.letters.iter();
            letters.filter(|letter| letter.change == change).count()
        };
        let overdue = self.bounds.deferrals + 1;
        state.messages.len() <= self.bounds.messages
            && state.messages.iter().all(|it| it.deferrals <= overdue)
            && (0..)
                .zip(&self.changes)
                .all(|(nth, _)| alike(nth) <= self.bounds.letters)
    }
}

impl State {
    /// The one of several equal states that stands for them: the order of messages on a queue means
    /// nothing, and neither do their names.
    pub(super) fn in_order(mut self) -> Self {
        let mut names: BTreeMap<u32, u32> = BTreeMap::new();
        self.messages.sort();
        for (id, message) in (0..).zip(&mut self.messages) {
            names.insert(message.id, id);
            message.id = id;
        }
        self.next = u32::try_from(self.messages.len()).unwrap_or(u32::MAX);
        for invocation in &mut self.invocations {
            let ids = invocation.messages.iter();
            invocation.messages = ids.filter_map(|id| names.get(id)).copied().collect();
        }
        self.invocations.sort();
        self.letters.sort();
        self
    }
}
