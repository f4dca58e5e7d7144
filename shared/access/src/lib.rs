//! Tokens for Graph, for a function on AWS.
//!
//! ```text
//! a secret ------------+
//!                      +-> Credentials -> AccessTokens -> token
//! a plain variable ----+                      |
//!                          own role -> STS ---+  where an entry is federated
//! ```
//!
//! Every function that asks Graph for something reads its [`AccessSettings`] once and makes one
//! [`GraphAccess`] of them. Between the crates that know Graph and those that know AWS: neither
//! needs the other.

mod secret;
mod settings;
mod web_identity;

pub use settings::{AccessSettings, CredentialsFrom};
pub use web_identity::WebIdentity;

use secret::CredentialsSecret;
use std::sync::Arc;
use teamwire_graph::access_token::{AccessFault, AccessToken, AccessTokens, TokenSource};
use teamwire_payload::TenantId;

/// Tokens by the credentials of the settings.
pub struct GraphAccess(AccessSource);

enum AccessSource {
    Fixed(AccessTokens<WebIdentity>),
    Secret(Box<CredentialsSecret>),
}

impl GraphAccess {
    /// Asks for nothing before the first token is needed.
    pub fn new(
        aws: &aws_config::SdkConfig,
        http: teamwire_http::Client,
        settings: AccessSettings,
    ) -> Self {
        let (endpoints, identity) = (settings.endpoints, WebIdentity::new(aws.clone()));
        Self(match settings.credentials {
            CredentialsFrom::Variable(credentials) => AccessSource::Fixed(AccessTokens::federated(
                http,
                &endpoints,
                credentials,
                identity,
            )),
            CredentialsFrom::Secret(id) => {
                let secret = CredentialsSecret::new(aws, id, http, endpoints, identity);
                AccessSource::Secret(Box::new(secret))
            }
        })
    }
}

impl TokenSource for GraphAccess {
    async fn token(&self, tenant: &TenantId) -> Result<Arc<AccessToken>, AccessFault> {
        match &self.0 {
            AccessSource::Fixed(tokens) => tokens.token(tenant).await,
            AccessSource::Secret(secret) => secret.token(tenant).await,
        }
    }

    async fn fresh(&self, tenant: &TenantId) -> Result<Arc<AccessToken>, AccessFault> {
        match &self.0 {
            AccessSource::Fixed(tokens) => tokens.fresh(tenant).await,
            AccessSource::Secret(secret) => secret.fresh(tenant).await,
        }
    }

    fn forget(&self, tenant: &TenantId, refused: &Arc<AccessToken>) {
        match &self.0 {
            AccessSource::Fixed(tokens) => tokens.forget(tenant, refused),
            AccessSource::Secret(secret) => secret.forget(tenant, refused),
        }
    }

    async fn instead_of(
        &self,
        tenant: &TenantId,
        refused: &Arc<AccessToken>,
    ) -> Option<Arc<AccessToken>> {
        match &self.0 {
            AccessSource::Fixed(tokens) => tokens.instead_of(tenant, refused).await,
            AccessSource::Secret(secret) => secret.instead_of(tenant, refused).await,
        }
    }
}
