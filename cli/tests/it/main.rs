//! `teamwire`, as a person runs it, with AWS on this machine in AWS's place.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that can't go on should stop"
)]

mod backfill;
mod certificate;
mod doctor;
mod fake_aws;
mod fake_lambda;
mod inspect;
mod parties;
mod replay;
mod subscriptions;
mod tail;
mod trace;
mod untrusted;
mod voice;
