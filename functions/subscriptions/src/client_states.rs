//! Client states for new subscriptions.

use crate::SubscriptionsFault;
use aws_sdk_secretsmanager::Client;
use futures::TryFutureExt;
use std::future::Future;
use std::time::{Duration, Instant};
use teamwire_contract::variable;
use teamwire_graph::client_state::SecretFault;
use teamwire_graph::{ClientStates, client_assertion};
use teamwire_payload::{Redacted, TenantId};
use teamwire_transport::secrets::SecretUnavailable;
use teamwire_transport::{RefreshedValue, secrets};
use zeroize::Zeroizing;

/// The secret is read again after this long, so that a new key is used soon. It may be used before
/// every process of ingest knows it: these read the secret again when they meet it.
const FRESH: Duration = Duration::from_secs(60);

/// The client state that a subscription's notifications repeat.
pub type ClientState = Redacted<Zeroizing<String>>;

/// The keys and values in the secret that client states are made with, without anything secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientStateSource {
    /// The ids of the keys, in order; the last is minted by.
    pub key_ids: Vec<String>,
    /// The number of static values.
    pub values: usize,
}

/// The reason why no client state can be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatesFault {
    /// The secret can't be read.
    #[error(transparent)]
    Unreadable(#[from] SecretUnavailable),
    /// The secret's content can't be used.
    #[error("the secret named by {variable} {fault}")]
    Unusable {
        /// The variable.
        variable: &'static str,
        /// The fault.
        fault: SecretFault,
    },
}

/// Mints client states.
pub trait ClientStateMint: Send + Sync + 'static {
    /// A client state for a new subscription in `tenant`.
    ///
    /// # Errors
    /// [`SubscriptionsFault::NoClientState`]
    fn client_state(
        &self,
        tenant: &TenantId,
    ) -> impl Future<Output = Result<ClientState, SubscriptionsFault>> + Send;

    /// The keys and values that client states are made with, read again.
    ///
    /// # Errors
    /// [`StatesFault`]
    fn states(&self) -> impl Future<Output = Result<ClientStateSource, StatesFault>> + Send;
}

/// Mints by the secret that ingest checks with, read when it is first needed.
pub struct SecretMint {
    secrets: Client,
    id: String,
    read: RefreshedValue<ClientStates, SubscriptionsFault>,
}

impl SecretMint {
    /// Reads nothing yet.
    pub fn new(aws: &aws_config::SdkConfig, id: String) -> Self {
        Self {
            secrets: Client::new(aws),
            id,
            read: RefreshedValue::default(),
        }
    }

    fn read(&self) -> impl Future<Output = Result<ClientStates, StatesFault>> + Send + use<> {
        let (secrets, id) = (self.secrets.clone(), self.id.clone());
        async move {
            let variable = variable::CLIENT_STATE_SECRET;
            let secret = secrets::read(&secrets, variable, &id).await?;
            ClientStates::parse(secret.expose())
                .map_err(|fault| StatesFault::Unusable { variable, fault })
        }
    }
}

impl ClientStateMint for SecretMint {
    async fn client_state(&self, tenant: &TenantId) -> Result<ClientState, SubscriptionsFault> {
        let read = || {
            self.read().map_err(|fault| {
                tracing::error!(%fault, "no client state can be minted");
                SubscriptionsFault::NoClientState
            })
        };
        let is_fresh = |_: &_, since: Instant| since.elapsed() < FRESH;
        let states = self.read.get(is_fresh, read).await?;
        let nonce = client_assertion::random_id().map_err(|_| SubscriptionsFault::NoClientState)?;
        let state = states.for_new(tenant, nonce);
        state.ok_or(SubscriptionsFault::NoClientState)
    }

    async fn states(&self) -> Result<ClientStateSource, StatesFault> {
        let states = self.read().await?;
        Ok(ClientStateSource {
            key_ids: states.key_ids().map(str::to_owned).collect(),
            values: states.static_values(),
        })
    }
}
