//! Microsoft Graph and Entra, as far as a receiver needs them.
//!
//! What comes in is checked: [`client_state`] (every item) and [`validation_token`] (every POST
//! with resource data) against the [`signing_keys`] of Entra. What goes out is asked for with an
//! [`access_token`], paced by [`pacing`], through [`resource_reader`]. [`endpoints`] says where, and
//! [`answers`] what an answer means.
//! The [`certificates`] are those that subscriptions with resource data use.

pub mod access_token;
pub mod answers;
pub mod certificate;
pub mod certificates;
pub mod client_assertion;
pub mod client_state;
pub mod credentials;
pub mod desired;
pub mod endpoints;
pub mod grant;
pub mod http;
pub mod pacing;
pub mod pages;
pub mod resource_reader;
pub mod signing_keys;
mod single_flight;
pub mod subscriptions;
mod sync;
pub mod validation_token;

pub use access_token::{AccessFault, AccessToken, AccessTokens, TokenSource};
pub use certificate::{CertificateFault, EnvelopeCertificate};
pub use certificates::CertificateSet;
pub use client_state::ClientStates;
pub use credentials::{AppCredentials, NotCredentials};
pub use desired::DesiredState;
pub use endpoints::ServiceEndpoints;
pub use grant::GrantedPermissions;
pub use pages::{PageFault, PageReader};
pub use resource_reader::{ReadFault, ResourceReader};
pub use signing_keys::SigningKeys;
pub use subscriptions::SubscriptionsApi;
pub use validation_token::{TokenPolicy, ValidToken, ValidationTokenFault};
