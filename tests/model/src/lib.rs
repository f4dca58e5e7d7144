//! What [PROMISES.md](../../../docs/PROMISES.md) promises, as small models: each says what our code and
//! what AWS and Graph may do next, and every state that can come of it is looked at.
//!
//! A model has rules, one for each thing that our code must not do. Without any one of them a promise
//! is broken: a test takes each away in turn. The journals of the seeded simulation, which runs the
//! code itself, are paths of [`delivery`].

pub mod backfill;
pub mod claims;
pub mod delivery;
mod explore;
pub mod order;
pub mod replay;
pub mod rotation;

pub use explore::{Explored, explore};

/// The models, each looked at within its bounds: those of a test, which takes moments, or the wide ones.
pub fn all(wide: bool) -> impl Iterator<Item = Explored> {
    let few: [fn(bool) -> Explored; 7] = [
        |wide| explore("replay", replay::Replay::bounded(wide)),
        |wide| explore("claims", claims::Claims::bounded(wide)),
        |wide| explore("backfill", backfill::Backfill::bounded(wide)),
        |wide| {
            let model = rotation::ClientStates::bounded(wide);
            explore("rotation of client states", model)
        },
        |wide| {
            let model = rotation::Certificates::bounded(wide);
            explore("rotation of certificates", model)
        },
        |wide| explore("order", order::Fifo::bounded(wide)),
        |wide| explore("fairness", order::Fair::bounded(wide)),
    ];
    let deliveries = delivery::Delivery::bounded(wide).into_iter();
    let deliveries = deliveries.map(|model| explore("delivery", model));
    few.into_iter()
        .map(move |look| look(wide))
        .chain(deliveries)
}
