//! The real binaries, between a stand-in for Lambda and a stand-in for AWS.

mod aws;
mod events;
mod federation;
mod ingest;
mod process;
mod queues;
mod recursion;
mod relay;
mod runtime_api;
mod secrets;
mod start;
