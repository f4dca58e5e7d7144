//! Microsoft Graph and Entra, as far as a receiver needs them.
//!
//! What comes in is checked: [`client_state`] (every item) and [`validation_token`] (every POST
//! with resource data) against the [`signing_keys`] of Entra. What goes out is asked for with an
//! [`access_token`], paced by [`pacing`], through [`resource_reader`]. [`endpoints`] says where.

pub mod access_token;
pub mod client_state;
pub mod endpoints;
pub mod http;
pub mod pacing;
pub mod resource_reader;
pub mod signing_keys;
mod single_flight;
pub mod validation_token;

pub use access_token::{AccessTokens, Credentials};
pub use client_state::ClientStates;
pub use endpoints::Endpoints;
pub use resource_reader::{ReadFault, ResourceReader};
pub use signing_keys::SigningKeys;
pub use validation_token::{TokenFault, TokenPolicy, ValidToken};
