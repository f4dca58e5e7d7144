//! `teamwire certificate`, as a person runs it, with AWS on this machine in AWS's place.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that can't go on should stop"
)]

mod fake_aws;
mod files;
mod kms;
mod parties;
mod profiles;
mod secret;
mod show;
