//! The fourth station: certificates, and the private keys that open what is sealed for them.

mod homes;

use crate::doctor::ask::{AwsClients, ObservationFault};
use crate::doctor::check::CheckOutcome;
use crate::doctor::code::Code;
use crate::doctor::finding::Finding;
use crate::doctor::stack::DeployedStack;
use homes::PrivateKeyHomes;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use teamwire_contract::check::{CertificatesCheck, CheckAnswer, CheckPart, WantedPayload};
use teamwire_graph::EnvelopeCertificate;

/// A current certificate that ends within it should be replaced: as of the alarm.
const SOON: SignedDuration = SignedDuration::from_hours(14 * 24);

/// A certificate that is listed.
struct ListedCertificate {
    id: String,
    certificate: EnvelopeCertificate,
    is_current: bool,
}

/// The state of a certificate's private key.
#[derive(Debug, Clone, PartialEq, Eq)]
enum PrivateKeyState {
    Fits,
    Missing,
    /// The private key of another certificate.
    Other,
    /// It can't be read, for this reason.
    Unusable(String),
    /// A key of KMS that does not decrypt, and why.
    InKms(String, String),
    Unseen(ObservationFault),
}

/// Looks at the certificates that the function knows, and at their keys with the operator's own
/// credentials.
pub(crate) async fn look(
    aws: &AwsClients,
    stack: &DeployedStack,
    asked: &CheckOutcome,
    now: Timestamp,
) -> Vec<Finding> {
    let CheckOutcome::Answered(check, _) = asked else {
        let what = "which certificates are in use is not known: the function did not say";
        return vec![Finding::new(Code::CertificatesUnseen, what)];
    };
    let homes = PrivateKeyHomes::look(aws, stack).await;
    let mut findings = of_list(check, now);
    if let Some(finding) = homes.finding() {
        findings.push(finding);
    }
    for known in known(check).iter().filter(|known| is_in_use(known, check)) {
        let key = homes.key(aws, &known.id, &known.certificate).await;
        findings.extend(key.and_then(|key| of_key(known, key)));
    }
    for id in sealed_for(check) {
        if !known(check).iter().any(|known| known.id == id) && !homes.has(&id) {
            let what =
                format!("subscriptions are sealed for {id}, which is neither listed nor has a key");
            findings.push(Finding::new(Code::SubscriptionKeyUnknown, what));
        }
    }
    if findings.is_empty() {
        findings.push(Finding::new(Code::KeysInOrder, in_order(check, now)));
    }
    let secret = homes
        .secret()
        .unwrap_or("<EnvelopeKeysSecretArn>")
        .to_owned();
    let next = next_id(check, now);
    let full = |finding: Finding| {
        finding
            .with("stack", &stack.name)
            .with("secret", &secret)
            .with("id", &next)
    };
    findings.into_iter().map(full).collect()
}

/// The findings that the list of certificates shows by itself.
fn of_list(check: &CheckAnswer, now: Timestamp) -> Vec<Finding> {
    let mut findings = Vec::new();
    match &check.certificates {
        CheckPart::Unseen(fault) => {
            let code = match &*fault.fault {
                "certificates-invalid" => Code::CertificatesUnusable,
                _ => Code::CertificatesUnseen,
            };
            findings.push(Finding::new(code, &fault.said));
        }
        CheckPart::Seen(CertificatesCheck::Missing) if wants_content(check) => {
            let what = "there is no certificate, and subscriptions with content are wanted";
            findings.push(Finding::new(Code::CertificateMissing, what));
        }
        CheckPart::Seen(CertificatesCheck::Missing) => {}
        CheckPart::Seen(CertificatesCheck::Present { list, .. }) => {
            let known = known(check);
            if known.len() < list.len() {
                let what = "certificates.json holds what is no certificate";
                findings.push(Finding::new(Code::CertificatesUnusable, what));
            }
            findings.extend(
                known
                    .iter()
                    .filter(|one| one.is_current)
                    .filter_map(|one| of_dates(one, now)),
            );
        }
    }
    findings
}

fn of_dates(known: &ListedCertificate, now: Timestamp) -> Option<Finding> {
    let ListedCertificate {
        id, certificate, ..
    } = known;
    let (from, to) = (certificate.not_before(), certificate.not_after());
    let left = certificate.time_left(now);
    if left.is_negative() || from > now {
        let what = format!("the current certificate {id} is valid from {from} to {to}");
        return Some(Finding::new(Code::CertificateExpired, what));
    }
    let days = left.as_hours() / 24;
    let what = format!("the current certificate {id} ends {to}, days left: {days}");
    (left < SOON).then(|| Finding::new(Code::CertificateEndsSoon, what))
}

fn of_key(known: &ListedCertificate, key: PrivateKeyState) -> Option<Finding> {
    let id = &known.id;
    let which = match known.is_current {
        true => format!("the current certificate {id}"),
        false => format!("the certificate {id}, which is still in use,"),
    };
    match key {
        PrivateKeyState::Fits => None,
        PrivateKeyState::Missing => {
            let what = format!("{which} has no private key, neither in the secret nor in KMS");
            Some(Finding::new(Code::KeyMissing, what))
        }
        PrivateKeyState::Other => {
            let thumbprint = known.certificate.thumbprint();
            let what = format!(
                "the private key under {id} is not that of {which} (thumbprint {thumbprint})"
            );
            Some(Finding::new(Code::KeyMismatch, what))
        }
        PrivateKeyState::Unusable(why) => {
            let what = format!("the private key of {which} can't be used: {why}");
            Some(Finding::new(Code::KeyUnusable, what))
        }
        PrivateKeyState::InKms(key, why) => {
            let what = format!("the KMS key {key} of {which} can't be used: {why}");
            Some(Finding::new(Code::KmsKeyUnusable, what).with("key", key))
        }
        PrivateKeyState::Unseen(unseen) => {
            Some(unseen.finding(Code::KeysUnseen, &format!("the private key of {which}")))
        }
    }
}

/// The certificates that can be read.
fn known(check: &CheckAnswer) -> Vec<ListedCertificate> {
    let CheckPart::Seen(CertificatesCheck::Present { current, list }) = &check.certificates else {
        return Vec::new();
    };
    let known = list.iter().filter_map(|listed| {
        Some(ListedCertificate {
            id: listed.id.clone(),
            certificate: EnvelopeCertificate::from_base64(&listed.certificate).ok()?,
            is_current: listed.id == *current,
        })
    });
    known.collect()
}

/// The ids of the certificates that our subscriptions are sealed for, as far as that is known.
fn sealed_for(check: &CheckAnswer) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for tenant in &check.tenants {
        if let CheckPart::Seen(subscriptions) = &tenant.subscriptions {
            ids.extend(
                subscriptions
                    .ours
                    .iter()
                    .filter_map(|one| one.certificate_id.clone()),
            );
        }
    }
    ids
}

fn is_in_use(known: &ListedCertificate, check: &CheckAnswer) -> bool {
    let is_current = known.is_current && wants_content(check);
    is_current || sealed_for(check).contains(&known.id)
}

fn wants_content(check: &CheckAnswer) -> bool {
    let mut wanted = check.tenants.iter().flat_map(|tenant| &tenant.wanted);
    wanted.any(|wanted| wanted.payload == WantedPayload::Rich)
}

fn in_order(check: &CheckAnswer, now: Timestamp) -> String {
    match known(check).iter().find(|known| known.is_current) {
        Some(ListedCertificate {
            id, certificate, ..
        }) => {
            let days = certificate.time_left(now).as_hours() / 24;
            let used = sealed_for(check).len();
            format!(
                "certificate {id} is valid, days left: {days}; certificates in use: {used}, each with its private key"
            )
        }
        None => "no content is wanted, so no certificate is needed".to_owned(),
    }
}

/// An id that no certificate has: the year and a letter, as the guides have it.
fn next_id(check: &CheckAnswer, now: Timestamp) -> String {
    let year = now.to_string().chars().take(4).collect::<String>();
    let taken = |id: &String| match &check.certificates {
        CheckPart::Seen(CertificatesCheck::Present { list, .. }) => {
            list.iter().any(|one| one.id == *id)
        }
        CheckPart::Seen(CertificatesCheck::Missing) | CheckPart::Unseen(_) => false,
    };
    let mut ids = ('a'..='z').map(|letter| format!("{year}{letter}"));
    ids.find(|id| !taken(id)).unwrap_or(year)
}

#[cfg(test)]
mod tests;
