//! The variables that each function reads are those that the contract says it reads.

use std::cell::RefCell;
use std::collections::BTreeSet;
use teamwire_contract::variable::{self, EnvironmentVariable, VariableNeed};
use teamwire_contract::{StackFunction, StackQueue};
use teamwire_transport::EnvironmentReader;

/// Names that `read` looks up where all that is required is set, of two the first.
fn looked_up(
    function: StackFunction,
    read: impl Fn(&EnvironmentReader<'_>) -> bool,
) -> BTreeSet<String> {
    let looked_up = RefCell::new(BTreeSet::new());
    let lookup = |name: &str| {
        looked_up.borrow_mut().insert(name.to_owned());
        let known = variable::ALL.iter().find(|one| one.name == name);
        let known = known.unwrap_or_else(|| panic!("{function:?} reads {name}"));
        let is_set = match known.need {
            VariableNeed::Required => true,
            VariableNeed::OneOf(_) => name.ends_with("_SECRET"),
            VariableNeed::Optional => false,
        };
        is_set.then(|| name.to_lowercase())
    };
    assert!(read(&EnvironmentReader::new(&lookup)), "{function:?}");
    looked_up.into_inner()
}

#[test]
fn each_function_reads_the_variables_of_the_contract() {
    for function in StackFunction::ALL {
        let read = looked_up(function, |env| match function {
            StackFunction::Ingest => teamwire_ingest::IngestConfig::from_env(env).is_ok(),
            StackFunction::Decrypt => teamwire_decrypt::DecryptConfig::from_env(env).is_ok(),
            StackFunction::Hydrate => teamwire_hydrate::HydrateConfig::from_env(env).is_ok(),
            StackFunction::Subscriptions => {
                teamwire_subscriptions::SubscriptionsConfig::from_env(env).is_ok()
            }
            StackFunction::Backfill => teamwire_backfill::BackfillConfig::from_env(env).is_ok(),
            StackFunction::Relay => teamwire_relay::RelayConfig::from_env(env).is_ok(),
        });
        // The level of the log is read by telemetry.
        let is_of = |one: &&EnvironmentVariable| {
            one.read_by.contains(&function) && one.name != variable::LOG_LEVEL
        };
        let said = variable::ALL.iter().filter(is_of);
        let said: BTreeSet<_> = said.map(|one| one.name.to_owned()).collect();
        assert_eq!(read, said, "{function:?}");
    }
}

#[test]
fn each_queue_with_a_url_has_a_variable_of_its_own() {
    let of_queues: BTreeSet<_> = StackQueue::ALL
        .into_iter()
        .map(StackQueue::url_variable)
        .collect();
    assert_eq!(of_queues.len(), StackQueue::ALL.len());
}
