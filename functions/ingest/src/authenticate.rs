//! The proof that items are what they claim to be.

use crate::client_states::{ClientStatesFault, StateLookup};
use std::collections::BTreeSet;
use std::time::Instant;
use teamwire_graph::signing_keys::KeyLookup;
use teamwire_graph::validation_token::{self, ValidationTokenFault};
use teamwire_graph::{ClientStates, TokenPolicy};
use teamwire_payload::notification::{ItemFault, UnreadableItem};
use teamwire_payload::{NotificationBatch, NotificationItem, Redacted, TenantId};

/// An item whose `clientState` is ours and which, if it is rich, a valid token for its tenant
/// vouches for. [`ItemGuard::authenticate`] is the only way to one.
#[derive(Debug)]
pub struct VerifiedItem<T> {
    item: T,
    tenant: TenantId,
}

impl<T> VerifiedItem<T> {
    /// The item and the tenant it is for.
    pub fn into_parts(self) -> (T, TenantId) {
        (self.item, self.tenant)
    }
}

impl VerifiedItem<NotificationItem> {
    /// The tenant and the subscription that a change is announced for; `None` for what is about a
    /// subscription, which Graph sends of one that announces nothing too.
    pub(crate) fn announced_for(&self) -> Option<(&TenantId, &str)> {
        let id = self.item.subscription_id.as_deref();
        let id = id.filter(|id| !id.is_empty() && self.item.lifecycle_event.is_none())?;
        Some((&self.tenant, id))
    }
}

/// The verdict on one item.
#[derive(Debug)]
pub enum ItemVerdict {
    /// It is taken.
    Authentic(VerifiedItem<NotificationItem>),
    /// A token proves that Graph sent it, but its `clientState` is unknown: our settings are
    /// wrong, not the sender.
    UnknownClientState(VerifiedItem<NotificationItem>),
    /// It is ours by its `clientState`, but names no tenant, and more than one could be meant.
    UnknownTenant(NotificationItem),
    /// It is dropped.
    Rejected {
        /// The reason.
        why: RejectionReason,
        /// True if its `clientState` is ours, or was: then something is wrong with the settings,
        /// and not with a stranger.
        is_ours: bool,
    },
    /// Its `clientState` may be one that was added to the secret since that was read.
    Undecided(UndecidedReason),
}

/// The reason why there is no verdict just now. Graph is asked to deliver again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UndecidedReason {
    /// Something that only we can mend keeps us from it. The label says what.
    OfOurs(&'static str),
    /// Nothing shows that it is not a stranger who asks, so that nothing is looked up for it more
    /// often than is good.
    Unproven,
}

/// The reason why an item is dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum RejectionReason {
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
    Token(ValidationTokenFault),
}

impl RejectionReason {
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
pub struct ItemGuard<K, C> {
    keys: K,
    policy: TokenPolicy,
    tenants: BTreeSet<TenantId>,
    client_states: C,
}

/// The evidence that an item is judged by.
struct ItemEvidence<'a> {
    tokens: &'a Result<BTreeSet<TenantId>, ValidationTokenFault>,
    states: &'a ClientStates,
}

impl<K: KeyLookup, C: StateLookup> ItemGuard<K, C> {
    /// `tenants` are those that are served; none means every tenant that authenticates.
    pub fn new(
        keys: K,
        policy: TokenPolicy,
        tenants: BTreeSet<TenantId>,
        client_states: C,
    ) -> Self {
        Self {
            keys,
            policy,
            tenants,
            client_states,
        }
    }

    /// The Graph root of the cloud that is served.
    pub fn graph_root(&self) -> &'static str {
        self.policy.cloud.graph_root()
    }

    /// A verdict on each item of a POST that `came` at `now`, in seconds since 1970. An item is
    /// rejected for its `clientState` only by a secret that was read after the item came.
    ///
    /// # Errors
    /// [`UndecidedReason`] where nothing can be said of any item: the client states were never read, or a
    /// signing key is not to be had.
    pub async fn authenticate(
        &self,
        batch: NotificationBatch,
        now: i64,
        came: Instant,
    ) -> Result<Vec<ItemVerdict>, UndecidedReason> {
        let states = self.client_states.current().await;
        let states = states.map_err(UndecidedReason::OfOurs)?;
        let tokens = match self.token_tenants(&batch, now).await {
            Err(fault) if fault.may_pass() => {
                let is_ours = |item: &Result<_, _>| live_state(item, &states);
                return Err(if batch.items.iter().any(is_ours) {
                    UndecidedReason::OfOurs("keys-unavailable")
                } else {
                    UndecidedReason::Unproven
                });
            }
            tokens => tokens,
        };
        let known = ItemEvidence {
            tokens: &tokens,
            states: &states,
        };
        let waits = |item: &Result<_, _>| self.turns_on_its_state(item, &known);
        if !batch.items.iter().any(waits) {
            let judged = batch.items.into_iter().map(|item| self.judge(item, &known));
            return Ok(judged.collect());
        }
        let newer = self.client_states.read_since(came).await;
        let newer = newer.as_ref().map(|states| ItemEvidence {
            tokens: &tokens,
            states,
        });
        let judged = batch.items.into_iter().map(|item| match &newer {
            Ok(newer) => self.judge(item, newer),
            Err(unread) if self.turns_on_its_state(&item, &known) => {
                self.leave(item, &known, **unread)
            }
            Err(_) => self.judge(item, &known),
        });
        Ok(judged.collect())
    }

    /// The tenants that the POST's tokens speak for. One bad token spoils the POST.
    async fn token_tenants(
        &self,
        batch: &NotificationBatch,
        now: i64,
    ) -> Result<BTreeSet<TenantId>, ValidationTokenFault> {
        // Without an app of ours there is no audience to check; rich items then find no tenant.
        if self.policy.app_ids.is_empty() {
            return Ok(BTreeSet::new());
        }
        validation_token::verify_all(&batch.validation_tokens, &self.keys, &self.policy, now).await
    }

    /// True if a secret that has the item's `clientState` could change the verdict.
    fn turns_on_its_state(
        &self,
        item: &Result<NotificationItem, UnreadableItem>,
        by: &ItemEvidence<'_>,
    ) -> bool {
        let Ok(item) = item else { return false };
        let state = item.client_state.as_ref().map(Redacted::expose);
        state.is_some_and(|state| by.states.may_become_ours(state))
            && match self.place(item, by) {
                Ok(ItemDestination::UnknownClientState(_)) | Err(RejectionReason::ClientState) => {
                    true
                }
                Err(RejectionReason::NoTenant) => item.tenant_id.is_none(),
                _ => false,
            }
    }

    /// The verdict on an item whose `clientState` is unknown while the secret can't be read: an
    /// item that a token vouches for is kept, any other is left for Graph to send again.
    fn leave(
        &self,
        item: Result<NotificationItem, UnreadableItem>,
        by: &ItemEvidence<'_>,
        unread: ClientStatesFault,
    ) -> ItemVerdict {
        match (self.judge(item, by), unread) {
            (kept @ ItemVerdict::UnknownClientState(_), ClientStatesFault::TooOften) => kept,
            (_, ClientStatesFault::TooOften) => ItemVerdict::Undecided(UndecidedReason::Unproven),
            (_, ClientStatesFault::Unavailable(label)) => {
                ItemVerdict::Undecided(UndecidedReason::OfOurs(label))
            }
        }
    }

    fn judge(
        &self,
        item: Result<NotificationItem, UnreadableItem>,
        by: &ItemEvidence<'_>,
    ) -> ItemVerdict {
        let is_ours = |state: &Option<Redacted<String>>| {
            let state = state.as_ref().map(Redacted::expose);
            state.is_some_and(|state| by.states.is_ours(state) || by.states.was_ours(state))
        };
        let item = match item {
            Ok(item) => item,
            Err(UnreadableItem {
                fault,
                client_state,
            }) => {
                return ItemVerdict::Rejected {
                    why: fault.into(),
                    is_ours: is_ours(&client_state),
                };
            }
        };
        match self.place(&item, by) {
            Ok(ItemDestination::Authentic(tenant)) => {
                ItemVerdict::Authentic(VerifiedItem { item, tenant })
            }
            Ok(ItemDestination::UnknownClientState(tenant)) => {
                ItemVerdict::UnknownClientState(VerifiedItem { item, tenant })
            }
            Ok(ItemDestination::UnknownTenant) => ItemVerdict::UnknownTenant(item),
            Err(why) => ItemVerdict::Rejected {
                why,
                is_ours: is_ours(&item.client_state),
            },
        }
    }

    fn place(
        &self,
        item: &NotificationItem,
        by: &ItemEvidence<'_>,
    ) -> Result<ItemDestination, RejectionReason> {
        let token_tenants = by
            .tokens
            .as_ref()
            .map_err(|fault| RejectionReason::Token(*fault))?;
        if item.encrypted_content.is_some() && token_tenants.is_empty() {
            return Err(RejectionReason::MissingToken);
        }
        let Some(tenant) = self.tenant_of(item, by.states, token_tenants)? else {
            let ours = item.client_state.as_ref();
            let ours = ours.is_some_and(|state| by.states.accepts_anywhere(state.expose()));
            return if ours {
                Ok(ItemDestination::UnknownTenant)
            } else {
                Err(RejectionReason::NoTenant)
            };
        };
        if !self.tenants.is_empty() && !self.tenants.contains(&tenant) {
            return Err(RejectionReason::TenantNotServed);
        }
        let vouched_for = token_tenants.contains(&tenant);
        if item.encrypted_content.is_some() && !vouched_for {
            return Err(RejectionReason::OtherTenant);
        }
        match (knows(by.states, item, &tenant), vouched_for) {
            (true, _) => Ok(ItemDestination::Authentic(tenant)),
            (false, true) => Ok(ItemDestination::UnknownClientState(tenant)),
            (false, false) => Err(RejectionReason::ClientState),
        }
    }

    /// The tenant that the item names. Some resources name none: then the one that its
    /// `clientState` was minted for, or the one, of those configured and those the tokens speak
    /// for, that a static one fits.
    fn tenant_of(
        &self,
        item: &NotificationItem,
        states: &ClientStates,
        token_tenants: &BTreeSet<TenantId>,
    ) -> Result<Option<TenantId>, RejectionReason> {
        if let Some(named) = &item.tenant_id {
            return named
                .parse()
                .map(Some)
                .map_err(|_| RejectionReason::NoTenant);
        }
        let state = item.client_state.as_ref();
        if let Some(tenant) = state.and_then(|state| states.tenant_of(state.expose())) {
            return Ok(Some(tenant));
        }
        let known = self.tenants.union(token_tenants);
        let mut candidates = known.filter(|tenant| knows(states, item, tenant));
        Ok(match (candidates.next(), candidates.next()) {
            (Some(tenant), None) => Some(tenant.clone()),
            _ => None,
        })
    }
}

/// The destination of an item that is not rejected.
enum ItemDestination {
    Authentic(TenantId),
    UnknownClientState(TenantId),
    UnknownTenant,
}

fn knows(states: &ClientStates, item: &NotificationItem, tenant: &TenantId) -> bool {
    let state = item.client_state.as_ref();
    state.is_some_and(|state| states.accepts(state.expose(), tenant))
}

/// True if an item carries a `clientState` of ours, which no stranger has.
fn live_state(item: &Result<NotificationItem, UnreadableItem>, states: &ClientStates) -> bool {
    let state = match item {
        Ok(item) => &item.client_state,
        Err(unreadable) => &unreadable.client_state,
    };
    state
        .as_ref()
        .is_some_and(|state| states.is_ours(state.expose()))
}
