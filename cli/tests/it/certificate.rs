//! `teamwire certificate`

mod files;
mod kms;
mod profiles;
mod retire;
mod rotate;
mod secret;
mod show;
mod status;

use serde_json::{Value, json};
use teamwire_graph::EnvelopeCertificate;

/// The function's document: the current certificate, and others with when their keys may go.
fn document(
    current: &str,
    certificate: &EnvelopeCertificate,
    others: &[(&str, &EnvelopeCertificate, Option<&str>)],
) -> Value {
    let mut all = json!({current: {"certificate": certificate.base64(), "retireAfter": null}});
    for (id, certificate, after) in others {
        all[*id] = json!({"certificate": certificate.base64(), "retireAfter": after});
    }
    json!({"current": current, "certificates": all, "minutesToExpiry": 5})
}

/// The answer to a request for the certificates.
fn listed(document: Value) -> Value {
    json!({"certificates": document})
}
