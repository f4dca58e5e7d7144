//! Every state of a model, and what was found in them.

use stateright::{Checker, HasDiscoveries, Model};
use std::fmt::Debug;
use std::hash::Hash;

/// The outcome for one model.
#[derive(Debug)]
pub struct Explored {
    /// The model's name.
    pub name: &'static str,
    /// Distinct states.
    pub states: usize,
    /// The longest path that was looked at.
    pub depth: usize,
    /// Promises that are broken in some state, each with the actions that lead there.
    pub broken: Vec<(&'static str, Vec<String>)>,
    /// Situations that were to happen and did not.
    pub never: Vec<&'static str>,
}

/// Looks at every state of `model` within its bounds.
pub fn explore<M>(name: &'static str, model: M) -> Explored
where
    M: Model + Send + Sync + 'static,
    M::State: Clone + Debug + Hash + PartialEq + Send + Sync,
    M::Action: Clone + Debug + PartialEq + Send + Sync,
{
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let checker = model.checker().threads(threads);
    let checker = checker.finish_when(HasDiscoveries::AnyFailures);
    let checker = checker.spawn_bfs().join();
    let mut discoveries = checker.discoveries();
    let (mut broken, mut never) = (Vec::new(), Vec::new());
    for property in checker.model().properties() {
        let path = discoveries.remove(property.name);
        match (property.expectation, path) {
            (stateright::Expectation::Sometimes, None) => never.push(property.name),
            (stateright::Expectation::Sometimes, Some(_)) | (_, None) => {}
            (_, Some(path)) => {
                let actions = path.into_actions();
                let actions = actions.iter().map(|action| format!("{action:?}"));
                broken.push((property.name, actions.collect()));
            }
        }
    }
    Explored {
        name,
        states: checker.unique_state_count(),
        depth: checker.max_depth(),
        broken,
        never,
    }
}
