//! Gaps: what is read to fill them, which events come of it, and what survives a crash.

mod artefacts;
mod crashes;
mod ends;
mod faults;
mod forged;
mod hostile;
mod lists;
mod messages;
mod reader;
mod run;
mod simulated;
mod snapshots;
mod web;
mod world;
