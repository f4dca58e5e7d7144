//! Settings of a simulator.

use crate::deliver::DeliveryTimeouts;
use crate::graph::handshake;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

/// The configuration of a simulator.
#[derive(Clone)]
pub struct SimulatorConfig {
    /// Address to listen on; port 0 takes a free one.
    pub listen: SocketAddr,
    /// True if HTTPS is served, by a certificate of this run's own, and not HTTP.
    pub tls: bool,
    /// Directory of the signing key; a key for this run only where there is none.
    pub state_dir: Option<PathBuf>,
    /// Tenants that exist, GUIDs.
    pub tenants: Vec<String>,
    /// The application that is registered in all of them.
    pub app_id: String,
    /// Its secret.
    pub client_secret: String,
    /// True if GETs of resources are limited as documented.
    pub throttle: bool,
    /// Subscriptions of one tenant.
    pub quota: usize,
    /// The time that an endpoint has to answer the handshake.
    pub handshake_deadline: Duration,
    /// The time limits of deliveries.
    pub patience: DeliveryTimeouts,
}

/// The documented pool of one organisation for all Teams resources.
const ORGANIZATION_QUOTA: usize = 10_000;

impl SimulatorConfig {
    /// Documented limits, a free port on this machine.
    pub fn new(tenants: Vec<String>, app_id: &str, client_secret: &str) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            tls: false,
            state_dir: None,
            tenants: tenants.iter().map(|id| id.to_ascii_lowercase()).collect(),
            app_id: app_id.to_ascii_lowercase(),
            client_secret: client_secret.to_owned(),
            throttle: false,
            quota: ORGANIZATION_QUOTA,
            handshake_deadline: handshake::DEADLINE,
            patience: DeliveryTimeouts::GRAPH,
        }
    }
}
