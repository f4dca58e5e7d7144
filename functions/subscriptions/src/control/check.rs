//! The command to check what only this function can see: what it reads, which token it gets, what Graph
//! answers it. Nothing is changed.

mod explain;
mod room;
mod tenant;

use crate::client_states::{ClientStateMint, ClientStateSource};
use crate::control::check::explain::part;
use crate::control::check::tenant::CheckContext;
use crate::tenants::CONCURRENT_TENANTS;
use crate::{Invocation, SubscriptionManager};
use futures::{StreamExt, stream};
use std::collections::HashSet;
use std::time::{Duration, Instant};
use teamwire_contract::check::{
    CertificateCheck, CertificatesCheck, CheckAnswer, ClientStateCheck, FileCheck,
};
use teamwire_graph::desired::DesiredTenant;
use teamwire_graph::{CertificateSet, DesiredState, EnvelopeCertificate, TokenSource};
use teamwire_payload::TenantId;
use teamwire_transport::{MessageQueue, SharedStore};

/// Longest duration of a check: somebody waits for it.
const LONGEST: Duration = Duration::from_secs(180);
/// Time that is left then for the answer.
const ANSWERING: Duration = Duration::from_secs(2);
/// Number of tenants that may be asked for by their ids: a process remembers each that it asked about.
const MOST_ASKED_FOR: usize = 1000;

impl<T: TokenSource, Q: MessageQueue, S: SharedStore, M: ClientStateMint>
    SubscriptionManager<T, Q, S, M>
{
    /// Checks these tenants (default: those of the file).
    pub(crate) async fn check(
        &self,
        tenants: Option<Vec<TenantId>>,
        invocation: Invocation,
    ) -> CheckAnswer {
        let deadline = invocation.deadline.min(Instant::now() + LONGEST);
        let deadline = deadline.checked_sub(ANSWERING).unwrap_or(deadline);
        let desired = self.files.stored().await;
        let certificates = self.files.certificates().await;
        let client_state = self.mint.states().await;
        let wanted = desired.as_ref().ok().and_then(Option::as_ref);
        let context = CheckContext {
            certificate_id: match &certificates {
                Ok(Some(all)) => Some(all.current().0),
                _ => None,
            },
            deadline,
        };
        let checks = asked_for(tenants, wanted)
            .into_iter()
            .map(|tenant| self.check_tenant(tenant, context));
        let checks = stream::iter(checks).buffered(CONCURRENT_TENANTS);
        let mut answer = CheckAnswer {
            at: invocation.now,
            tenants: checks.collect().await,
            client_state: part(client_state.map(states)),
            file: part(desired.map(file)),
            certificates: part(certificates.map(shown)),
            tenants_left_out: 0,
        };
        room::fit(&mut answer);
        tracing::info!(tenants = answer.tenants.len(), "a check was asked for");
        answer
    }
}

fn asked_for(tenants: Option<Vec<TenantId>>, desired: Option<&DesiredState>) -> Vec<DesiredTenant> {
    let Some(mut ids) = tenants else {
        return desired.map_or_else(Vec::new, |desired| desired.tenants.clone());
    };
    let mut seen = HashSet::new();
    ids.retain(|id| seen.insert(id.clone()));
    ids.truncate(MOST_ASKED_FOR);
    let wanted = |id: TenantId| {
        let known = desired.and_then(|desired| desired.tenant(&id)).cloned();
        let subscriptions = Vec::new();
        known.unwrap_or(DesiredTenant { id, subscriptions })
    };
    ids.into_iter().map(wanted).collect()
}

fn file(desired: Option<DesiredState>) -> FileCheck {
    match desired {
        None => FileCheck::Missing,
        Some(DesiredState { tenants }) => FileCheck::Present {
            subscriptions: tenants.iter().map(|one| one.subscriptions.len()).sum(),
            tenants: tenants.len(),
        },
    }
}

fn shown(certificates: Option<CertificateSet>) -> CertificatesCheck {
    let Some(all) = certificates else {
        return CertificatesCheck::Missing;
    };
    let (id, certificate) = all.current();
    let mut list = vec![seen(id, certificate)];
    let others = all.others().iter();
    list.extend(others.map(|(id, other)| seen(id, &other.certificate)));
    CertificatesCheck::Present {
        current: id.to_owned(),
        list,
    }
}

fn seen(id: &str, certificate: &EnvelopeCertificate) -> CertificateCheck {
    CertificateCheck {
        id: id.to_owned(),
        certificate: certificate.base64(),
    }
}

fn states(states: ClientStateSource) -> ClientStateCheck {
    ClientStateCheck {
        mints_with: states.key_ids.last().cloned(),
        key_ids: states.key_ids,
        values: states.values,
    }
}
