//! What the function knows of certificates, and which subscriptions use them.

use crate::keeper::answer::{Action, Change, Report};
use crate::keeper::{Keeper, understood};
use crate::subscriptions::tell;
use anyhow::{Context, bail};
use serde::Deserialize;
use serde_json::{Value, json};
use teamwire_graph::Certificates;

/// The document of certificates, if there is one.
///
/// # Errors
/// The function can't be asked or can't read it.
pub(super) async fn listed(keeper: &Keeper) -> anyhow::Result<Option<Certificates>> {
    let answer = keeper.ask(&json!({"action": "certificates"})).await?;
    read(&answer)
}

/// The document in an answer.
///
/// # Errors
/// There is none because of faults, which are told, or it can't be understood.
pub(super) fn read(answer: &Value) -> anyhow::Result<Option<Certificates>> {
    #[derive(Deserialize)]
    struct Answer {
        certificates: Option<Value>,
    }
    if answer.get("certificates").is_none() {
        tell(&understood::<Report>(answer)?.faults)?;
        bail!("the function could not do it");
    }
    let Some(mut document) = understood::<Answer>(answer)?.certificates else {
        return Ok(None);
    };
    if let Some(members) = document.as_object_mut() {
        // For people; the document itself does not have it.
        members.remove("minutesToExpiry");
    }
    let document = Certificates::parse(document.to_string().as_bytes());
    Ok(Some(document.context("the document of certificates")?))
}

/// How a live subscription stands to a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Its content is sealed for it.
    Sealed,
    /// Its content may be: for what, is not known.
    Unknown,
    /// It is not.
    None,
}

/// Whether the content of a subscription of a plan is sealed for the certificate `id`.
pub(super) fn of(change: &Change, id: &str) -> Use {
    match (&change.certificate_id, change.action) {
        (Some(named), _) if named == id => Use::Sealed,
        // What is in order has no content, or content for the current certificate.
        (None, Action::Move | Action::Recreate | Action::Remove) => Use::Unknown,
        _ => Use::None,
    }
}
