//! The promises hold in every state, and each rule is needed for that.

use stateright::Model;
use std::fmt::Debug;
use std::hash::Hash;
use teamwire_model::backfill::Backfill;
use teamwire_model::claims::Claims;
use teamwire_model::delivery::Delivery;
use teamwire_model::order::{Fair, Fifo};
use teamwire_model::replay::Replay;
use teamwire_model::rotation::{Certificates, ClientStates};
use teamwire_model::{all, backfill, delivery, explore, replay};

#[test]
fn what_the_model_promises_holds_in_every_state() {
    for model in all(false) {
        assert!(model.states > 50, "{model:?}");
        assert!(model.broken.is_empty(), "{model:?}");
        assert!(model.never.is_empty(), "{model:?}");
    }
}

/// The promises that `model` breaks, whose code breaks a rule.
fn broken<M>(model: M) -> Vec<&'static str>
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Debug + Hash + PartialEq + Send + Sync,
    M::Action: Clone + Debug + PartialEq + Send + Sync,
{
    let broken = explore("one without a rule", model).broken;
    broken.into_iter().map(|(promise, _)| promise).collect()
}

#[test]
fn without_any_rule_of_delivery_a_promise_is_broken() {
    let rules = delivery::RULES;
    for (promise, rules) in [
        (
            "202 says that every authentic item is in SQS",
            delivery::Rules {
                answered_when_stored: false,
                ..rules
            },
        ),
        (
            "202 says that every authentic item is in SQS",
            delivery::Rules {
                forgotten_when_kept: false,
                ..rules
            },
        ),
        (
            "202 says that every authentic item is in SQS",
            delivery::Rules {
                sent_before_deleted: false,
                ..rules
            },
        ),
        (
            "a claim is there as long as something points to it",
            delivery::Rules {
                claim_first: false,
                ..rules
            },
        ),
        (
            "a deferral ends",
            delivery::Rules {
                deferrals_end: false,
                ..rules
            },
        ),
        (
            "what can't be opened is no event",
            delivery::Rules {
                tampered_is_dead: false,
                ..rules
            },
        ),
    ] {
        let models = Delivery::bounded(false).into_iter();
        let found = models.flat_map(|model| broken(Delivery { rules, ..model }));
        assert!(found.into_iter().any(|it| it == promise), "{promise}");
    }
}

#[test]
fn without_any_rule_of_a_replay_a_promise_is_broken() {
    let rules = replay::RULES;
    for (promise, rules) in [
        (
            "a run moves no more than was there when it began",
            replay::Rules {
                only_what_was_there: false,
                ..rules
            },
        ),
        (
            "a replay loses nothing",
            replay::Rules {
                sent_before_deleted: false,
                ..rules
            },
        ),
        (
            "a run moves each letter at most once",
            replay::Rules {
                remembered: false,
                ..rules
            },
        ),
    ] {
        let model = Replay {
            rules,
            ..Replay::bounded(false)
        };
        assert!(broken(model).contains(&promise), "{promise}");
    }
}

#[test]
fn without_any_rule_of_backfill_a_promise_is_broken() {
    let rules = backfill::RULES;
    for (promise, rules) in [
        (
            "a page goes on only once its events are sent",
            backfill::Rules {
                events_before_the_next: false,
                ..rules
            },
        ),
        (
            "a gap is filled, or told and a dead letter",
            backfill::Rules {
                next_before_forgotten: false,
                ..rules
            },
        ),
        (
            "what is given up is told before it is a dead letter",
            backfill::Rules {
                told_before_buried: false,
                ..rules
            },
        ),
        (
            "a list is begun anew so often and no more",
            backfill::Rules {
                restarts_end: false,
                ..rules
            },
        ),
    ] {
        let model = Backfill {
            rules,
            ..Backfill::bounded(false)
        };
        assert!(broken(model).contains(&promise), "{promise}");
    }
}

#[test]
fn a_claim_outlives_one_life_of_its_message_and_not_a_second() {
    assert_eq!(broken(Claims::bounded(false)), Vec::<&str>::new());
    let replayed = Claims {
        replays: 1,
        ..Claims::bounded(false)
    };
    assert_eq!(broken(replayed), ["a claim outlives what points to it"]);
}

#[test]
fn without_any_rule_of_a_rotation_a_promise_is_broken() {
    let states = ClientStates::bounded(false);
    let promise = "an item of ours is never dropped for its state";
    let stale = ClientStates {
        read_since: false,
        ..states.clone()
    };
    assert_eq!(broken(stale), [promise]);
    let early = ClientStates {
        retired_last: false,
        ..states
    };
    assert_eq!(broken(early), [promise]);
    let certificates = Certificates::bounded(false);
    let promise = "while certificates rotate both keys open";
    let stale = Certificates {
        read_again: false,
        ..certificates.clone()
    };
    assert_eq!(broken(stale), [promise]);
    let early = Certificates {
        retired_last: false,
        ..certificates
    };
    assert_eq!(broken(early), [promise]);
}

#[test]
fn without_group_id_or_version_order_and_fairness_are_gone() {
    let fifo = Fifo::bounded(false);
    let anonymous = broken(Fifo {
        has_id: false,
        ..fifo.clone()
    });
    assert!(anonymous.contains(&"SQS drops repeats within five minutes"));
    assert!(anonymous.contains(&"within five minutes events come in the order of sending"));
    let promise = "a consumer that takes what is newer never goes back";
    assert_eq!(
        broken(Fifo {
            takes_newer: false,
            ..fifo
        }),
        [promise]
    );
    let promise = "a busy tenant does not hold up the others";
    let mixed = Fair {
        is_grouped: false,
        ..Fair::bounded(false)
    };
    assert_eq!(broken(mixed), [promise]);
}
