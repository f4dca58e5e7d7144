//! What can only be seen from here, for whoever asks what is wrong: what this function reads, which
//! token it gets, what Graph says to it. Nothing is changed anywhere.

mod answer;
mod room;
mod tenant;
mod trouble;

use crate::client_states::{Mint, States};
use crate::{Invocation, SubscriptionManager};
use answer::{
    CertificateSeen, CertificatesSeen, Checked, ClientStateSeen, FileSeen, Part, UrlsSeen,
};
use futures::{StreamExt, stream};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::time::{Duration, Instant};
use teamwire_graph::desired::DesiredTenant;
use teamwire_graph::{Certificate, Certificates, Desired, TokenSource};
use teamwire_payload::TenantId;
use teamwire_transport::{Queue, SharedStore};
use tenant::Known;

/// A check ends after this long: somebody waits for it.
const LONGEST: Duration = Duration::from_secs(180);
/// What is left then for the answer.
const ANSWERING: Duration = Duration::from_secs(2);
/// Tenants that may be asked for by their ids: a process remembers each that it had to do with.
const MOST_ASKED_FOR: usize = 1000;
/// Tenants looked at at once.
const CONCURRENT_TENANTS: usize = 8;

impl<T: TokenSource, Q: Queue, S: SharedStore, M: Mint> SubscriptionManager<T, Q, S, M> {
    /// Looks at these tenants, or at those of the file.
    pub(crate) async fn check(&self, tenants: Option<Vec<TenantId>>, c: Invocation) -> Value {
        let until = c.deadline.min(Instant::now() + LONGEST);
        let until = until.checked_sub(ANSWERING).unwrap_or(until);
        let desired = self.files.stored().await;
        let certificates = self.files.certificates().await;
        let client_state = self.mint.states().await;
        let wanted = desired.as_ref().ok().and_then(Option::as_ref);
        let known = Known {
            certificate_id: match &certificates {
                Ok(Some(all)) => Some(all.current().0),
                _ => None,
            },
            until,
        };
        let looks = asked_for(tenants, wanted).into_iter().map(|tenant| {
            let in_file = wanted.is_some_and(|desired| desired.tenant(&tenant.id).is_some());
            self.look(tenant, in_file, known)
        });
        let looks = stream::iter(looks).buffered(CONCURRENT_TENANTS);
        let mut checked = Checked {
            at: c.now,
            urls: UrlsSeen {
                notification: self.urls.notification.clone(),
                lifecycle: self.urls.lifecycle.clone(),
            },
            tenants: looks.collect().await,
            client_state: Part::of(client_state.map(states)),
            file: Part::of(desired.map(file)),
            certificates: Part::of(certificates.map(shown)),
            tenants_left_out: 0,
        };
        room::fit(&mut checked);
        tracing::info!(
            tenants = checked.tenants.len(),
            "what this function can see was asked for"
        );
        json!(checked)
    }
}

fn asked_for(tenants: Option<Vec<TenantId>>, desired: Option<&Desired>) -> Vec<DesiredTenant> {
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

fn file(desired: Option<Desired>) -> FileSeen {
    match desired {
        None => FileSeen::Missing,
        Some(Desired { tenants }) => FileSeen::Present {
            subscriptions: tenants.iter().map(|one| one.subscriptions.len()).sum(),
            tenants: tenants.len(),
        },
    }
}

fn shown(certificates: Option<Certificates>) -> CertificatesSeen {
    let Some(all) = certificates else {
        return CertificatesSeen::Missing;
    };
    let (id, certificate) = all.current();
    let mut list = vec![seen(id, certificate, None)];
    let others = all.others().iter();
    list.extend(others.map(|(id, other)| seen(id, &other.certificate, other.retire_after)));
    CertificatesSeen::Present {
        current: id.to_owned(),
        list,
    }
}

fn seen(id: &str, certificate: &Certificate, retire_after: Option<Timestamp>) -> CertificateSeen {
    CertificateSeen {
        id: id.to_owned(),
        thumbprint: certificate.thumbprint(),
        not_after: certificate.not_after(),
        certificate: certificate.base64(),
        retire_after,
    }
}

fn states(states: States) -> ClientStateSeen {
    ClientStateSeen {
        mints_with: states.key_ids.last().cloned(),
        key_ids: states.key_ids,
        values: states.values,
    }
}
