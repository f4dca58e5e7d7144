//! Situations, as a specification: the handlers on fakes, the binaries, the whole pipeline.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a test that can't go on should stop"
)]

mod fakes;

mod architecture;
mod backfill;
mod batch;
mod binaries;
mod canary;
mod corpus;
mod dead_letters;
mod decrypt;
mod graph;
mod hydrate;
mod ingest;
mod log;
#[path = "../../shared/graph/tests/graph/tokens/mint.rs"]
#[expect(
    dead_code,
    reason = "the tests of validation tokens have these in common with others"
)]
mod mint;
mod new_process;
mod queues;
mod resources;
mod settings;
mod simulation;
mod subscriptions;
mod tenants;
mod typed;
