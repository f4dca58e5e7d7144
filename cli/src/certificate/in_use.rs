//! Certificates of the function, and the subscriptions that use them.

use crate::subscriptions::tell;
use crate::subscriptions_function::SubscriptionsFunction;
use anyhow::{Context, bail};
use teamwire_contract::SubscriptionsCommand;
use teamwire_contract::answer::CertificatesAnswer;
use teamwire_contract::report::{SubscriptionAction, SubscriptionChange};
use teamwire_graph::CertificateSet;

/// The certificates, if there are any.
///
/// # Errors
/// The function can't be asked or can't read them.
pub(crate) async fn listed(
    function: &SubscriptionsFunction,
) -> anyhow::Result<Option<CertificateSet>> {
    read(
        function
            .ask(&SubscriptionsCommand::Certificates)
            .await?
            .read,
    )
}

/// The certificates in an answer.
///
/// # Errors
/// There are none because of faults, which are told, or they can't be read.
pub(super) fn read(answer: CertificatesAnswer) -> anyhow::Result<Option<CertificateSet>> {
    let Some(mut document) = answer.certificates else {
        let faults = answer.report.unwrap_or_default().faults;
        if faults.is_empty() {
            return Ok(None);
        }
        tell(&faults)?;
        bail!("the function could not do it");
    };
    if let Some(members) = document.as_object_mut() {
        // Functions of the release before add it.
        members.remove("minutesToExpiry");
    }
    let document = CertificateSet::parse(document.to_string().as_bytes());
    Ok(Some(document.context("the document of certificates")?))
}

/// The use of a certificate by a live subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CertificateUse {
    /// Its content is sealed for it.
    Sealed,
    /// Its content may be: for what, is not known.
    Unknown,
    /// It is not.
    None,
}

/// The use of the certificate `id` by a subscription of a plan.
pub(super) fn of(change: &SubscriptionChange, id: &str) -> CertificateUse {
    match (&change.certificate_id, change.action) {
        (Some(named), _) if named == id => CertificateUse::Sealed,
        // What is in order has no content, or content for the current certificate.
        (
            None,
            SubscriptionAction::RotateCertificate
            | SubscriptionAction::Recreate
            | SubscriptionAction::Remove,
        ) => CertificateUse::Unknown,
        _ => CertificateUse::None,
    }
}
