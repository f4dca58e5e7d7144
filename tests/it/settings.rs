//! The variables that each function reads are those that the contract says it reads.

use std::cell::RefCell;
use std::collections::BTreeSet;
use teamwire_contract::variable::{self, Need, Variable};
use teamwire_contract::{Function, Queue};
use teamwire_transport::Env;

/// Names that `read` looks up where all that is required is set, of two the first.
fn looked_up(function: Function, read: impl Fn(&Env<'_>) -> bool) -> BTreeSet<String> {
    let looked_up = RefCell::new(BTreeSet::new());
    let lookup = |name: &str| {
        looked_up.borrow_mut().insert(name.to_owned());
        let known = variable::ALL.iter().find(|one| one.name == name);
        let known = known.unwrap_or_else(|| panic!("{function:?} reads {name}"));
        let is_set = match known.need {
            Need::Required => true,
            Need::OneOf(_) => name.ends_with("_SECRET"),
            Need::Optional => false,
        };
        is_set.then(|| name.to_lowercase())
    };
    assert!(read(&Env::new(&lookup)), "{function:?}");
    looked_up.into_inner()
}

#[test]
fn each_function_reads_the_variables_of_the_contract() {
    for function in Function::ALL {
        let read = looked_up(function, |env| match function {
            Function::Ingest => teamwire_ingest::Config::from_env(env).is_ok(),
            Function::Decrypt => teamwire_decrypt::Config::from_env(env).is_ok(),
            Function::Hydrate => teamwire_hydrate::Config::from_env(env).is_ok(),
            Function::Subscriptions => teamwire_subscriptions::Config::from_env(env).is_ok(),
            Function::Backfill => teamwire_backfill::Config::from_env(env).is_ok(),
            Function::Relay => teamwire_relay::Config::from_env(env).is_ok(),
        });
        // The level of the log is read by telemetry.
        let is_of =
            |one: &&Variable| one.read_by.contains(&function) && one.name != variable::LOG_LEVEL;
        let said = variable::ALL.iter().filter(is_of);
        let said: BTreeSet<_> = said.map(|one| one.name.to_owned()).collect();
        assert_eq!(read, said, "{function:?}");
    }
}

#[test]
fn each_queue_with_a_url_has_a_variable_of_its_own() {
    let of_queues: BTreeSet<_> = Queue::ALL.into_iter().map(Queue::url_variable).collect();
    assert_eq!(of_queues.len(), Queue::ALL.len());
}
