//! Microsoft Graph and Entra for one machine.
//!
//! The journey of a simulated notification, in the order of the modules:
//!
//! 1. A subscriber gets a token ([`entra`]) and subscribes ([`graph`]): the rules are the
//!    documented ones, and its endpoint has to pass the real handshake.
//! 2. An announcement is planned ([`plan`]) from a seed: what changes, who is told, with which
//!    faults ([`faults`]), in which POSTs.
//! 3. The plan is carried out ([`campaign`]): changes happen in the made-up [`world`], each
//!    becomes an [`item`], sealed for the subscriber, and the [`sender`] signs and POSTs.
//! 4. Delivery retries as Graph does ([`deliver`]), and the [`ledger`] says what was announced.
//!
//! Time is the [`clock`]'s, which can be put forward, and [`coverage`] says in which of it the
//! subscriptions that were wanted delivered.
//!
//! The program serves this over HTTP ([`Simulator`]); `teamwire simulate` uses the pieces from
//! the plan on without a server.

pub mod campaign;
pub mod certificate;
pub mod change;
pub mod clock;
mod config;
mod control;
pub mod coverage;
pub mod deliver;
pub mod entra;
pub mod enums;
pub mod faults;
pub mod graph;
pub mod ids;
pub mod item;
pub mod ledger;
mod lifecycle;
mod loopback;
pub mod path;
pub mod plan;
pub mod sender;
mod serve;
mod settings;
mod state;
pub mod target;
mod telling;
mod tls;
pub mod world;

pub use config::SimulatorConfig;
pub use serve::{Running, Simulator, StartFault};
pub use tls::{Identity, TlsFault, TlsListener};
