//! Which items are what they claim to be.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};
use teamwire_graph::signing_keys::KeyLookup;
use teamwire_graph::validation_token::{self, TokenFault};
use teamwire_graph::{ClientStates, TokenPolicy};
use teamwire_payload::{Notification, NotificationBatch, TenantId, notification::ItemFault};

/// An item whose `clientState` is ours and which, if it is rich, a valid token for its tenant
/// vouches for. [`Guard::authenticate`] is the only way to one.
#[derive(Debug)]
pub struct Verified<T> {
    item: T,
    tenant: TenantId,
}

impl<T> Verified<T> {
    /// The item and the tenant it is for.
    pub fn into_parts(self) -> (T, TenantId) {
        (self.item, self.tenant)
    }
}

impl Verified<Notification> {
    /// The tenant and the subscription that a change is announced for; `None` for what is about a
    /// subscription, which Graph sends of one that announces nothing too.
    pub(crate) fn announced_for(&self) -> Option<(&TenantId, &str)> {
        let id = self.item.subscription_id.as_deref();
        let id = id.filter(|id| !id.is_empty() && self.item.lifecycle_event.is_none())?;
        Some((&self.tenant, id))
    }
}

/// What became of one item.
#[derive(Debug)]
pub enum Verdict {
    /// It is taken.
    Authentic(Verified<Notification>),
    /// A token proves that Graph sent it, but its `clientState` is unknown: our settings are
    /// wrong, not the sender.
    Misconfigured(Verified<Notification>),
    /// It is ours by its `clientState`, but names no tenant, and more than one could be meant.
    Homeless(Notification),
    /// It is dropped.
    Rejected(Rejection),
}

/// Why an item is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Rejection {
    /// It could not be read.
    #[error(transparent)]
    Unreadable(#[from] ItemFault),
    /// It names no tenant and its `clientState` is not ours, or the name is not a GUID.
    #[error("the item is for no known tenant")]
    NoTenant,
    /// `TEAMWIRE_TENANTS` does not list its tenant.
    #[error("the item's tenant is not served")]
    TenantNotServed,
    /// The `clientState` is not ours.
    #[error("the item's clientState is unknown")]
    ClientState,
    /// A rich item in a POST without tokens.
    #[error("the item holds resource data, but no token came with it")]
    MissingToken,
    /// No token of the POST is for its tenant.
    #[error("no token that came with the item is for its tenant")]
    OtherTenant,
    /// A token of the POST is not valid, so nothing in it is trusted.
    #[error("a token that came with the item is not valid: {0}")]
    Token(TokenFault),
}

impl Rejection {
    /// The name used in metrics.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Unreadable(fault) => fault.label(),
            Self::NoTenant => "no-tenant",
            Self::TenantNotServed => "tenant-not-served",
            Self::ClientState => "client-state",
            Self::MissingToken => "missing-token",
            Self::OtherTenant => "tenant",
            Self::Token(fault) => fault.label(),
        }
    }
}

/// Checks items against everything that is configured.
pub struct Guard<K> {
    keys: K,
    policy: TokenPolicy,
    tenants: BTreeSet<TenantId>,
    client_states: RwLock<Arc<ClientStates>>,
}

impl<K: KeyLookup> Guard<K> {
    /// `tenants` are those that are served; none means every tenant that authenticates.
    pub fn new(
        keys: K,
        policy: TokenPolicy,
        tenants: BTreeSet<TenantId>,
        client_states: ClientStates,
    ) -> Self {
        Self {
            keys,
            policy,
            tenants,
            client_states: RwLock::new(Arc::new(client_states)),
        }
    }

    /// From now on only `client_states` are live.
    pub fn replace_client_states(&self, client_states: ClientStates) {
        let mut live = self
            .client_states
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *live = Arc::new(client_states);
    }

    fn client_states(&self) -> Arc<ClientStates> {
        Arc::clone(
            &self
                .client_states
                .read()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    /// The Graph root of the cloud that is served.
    pub fn graph_root(&self) -> &'static str {
        self.policy.cloud.graph_root()
    }

    /// A verdict on each item of a POST at `now`, in seconds since 1970; `None` where the signing
    /// keys can't be had.
    pub async fn authenticate(&self, batch: NotificationBatch, now: i64) -> Option<Vec<Verdict>> {
        let tokens = match self.token_tenants(&batch, now).await {
            Err(TokenFault::KeysUnavailable) => return None,
            tokens => tokens,
        };
        let verdicts = batch.items.into_iter().map(|item| match item {
            Ok(item) => self.judge(item, &tokens).unwrap_or_else(Verdict::Rejected),
            Err(fault) => Verdict::Rejected(fault.into()),
        });
        Some(verdicts.collect())
    }

    /// The tenants that the POST's tokens speak for. One bad token spoils the POST.
    async fn token_tenants(
        &self,
        batch: &NotificationBatch,
        now: i64,
    ) -> Result<BTreeSet<TenantId>, TokenFault> {
        // Without an app of ours there is no audience to check; rich items then find no tenant.
        if self.policy.app_ids.is_empty() {
            return Ok(BTreeSet::new());
        }
        validation_token::verify_all(&batch.validation_tokens, &self.keys, &self.policy, now).await
    }

    fn judge(
        &self,
        item: Notification,
        tokens: &Result<BTreeSet<TenantId>, TokenFault>,
    ) -> Result<Verdict, Rejection> {
        let token_tenants = tokens.as_ref().map_err(|fault| Rejection::Token(*fault))?;
        if item.encrypted_content.is_some() && token_tenants.is_empty() {
            return Err(Rejection::MissingToken);
        }
        let Some(tenant) = self.tenant_of(&item, token_tenants)? else {
            let ours = item.client_state.as_ref();
            let ours = ours.is_some_and(|s| self.client_states().accepts_anywhere(s.expose()));
            return if ours {
                Ok(Verdict::Homeless(item))
            } else {
                Err(Rejection::NoTenant)
            };
        };
        if !self.tenants.is_empty() && !self.tenants.contains(&tenant) {
            return Err(Rejection::TenantNotServed);
        }
        let vouched_for = token_tenants.contains(&tenant);
        if item.encrypted_content.is_some() && !vouched_for {
            return Err(Rejection::OtherTenant);
        }
        let known = self.knows(&item, &tenant);
        let verified = Verified { item, tenant };
        match (known, vouched_for) {
            (true, _) => Ok(Verdict::Authentic(verified)),
            (false, true) => Ok(Verdict::Misconfigured(verified)),
            (false, false) => Err(Rejection::ClientState),
        }
    }

    /// The tenant that the item names. Some resources name none: then the one that its
    /// `clientState` was minted for, or the one, of those configured and those the tokens speak
    /// for, that a static one fits.
    fn tenant_of(
        &self,
        item: &Notification,
        token_tenants: &BTreeSet<TenantId>,
    ) -> Result<Option<TenantId>, Rejection> {
        if let Some(named) = &item.tenant_id {
            return named.parse().map(Some).map_err(|_| Rejection::NoTenant);
        }
        let state = item.client_state.as_ref();
        if let Some(tenant) = state.and_then(|s| self.client_states().tenant_of(s.expose())) {
            return Ok(Some(tenant));
        }
        let known = self.tenants.union(token_tenants);
        let mut candidates = known.filter(|tenant| self.knows(item, tenant));
        Ok(match (candidates.next(), candidates.next()) {
            (Some(tenant), None) => Some(tenant.clone()),
            _ => None,
        })
    }

    fn knows(&self, item: &Notification, tenant: &TenantId) -> bool {
        item.client_state
            .as_ref()
            .is_some_and(|state| self.client_states().accepts(state.expose(), tenant))
    }
}
