//! What a person or the schedule can ask for.

use jiff::Timestamp;
use serde::Deserialize;
use teamwire_payload::TenantId;

/// An order, by its `action`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "action", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Order {
    /// Make it so; what is no longer wanted goes. The schedule's order.
    Reconcile,
    /// What `apply` would do.
    Plan {
        /// A file to use in place of the one in the bucket.
        desired: Option<String>,
    },
    /// Make it so, by a new file if there is one.
    Apply {
        /// The new `subscriptions.toml`.
        desired: Option<String>,
        /// Whether what is no longer wanted goes.
        #[serde(default)]
        remove: bool,
    },
    /// Every subscription of our app.
    List {
        /// One tenant, whether the file has it or not; those of the file if absent.
        tenant: Option<TenantId>,
    },
    /// Remove these, whoever made them.
    Delete {
        /// The tenant.
        tenant: TenantId,
        /// Their ids.
        ids: Vec<String>,
    },
    /// Make a certificate the current one, and move the subscriptions to it.
    #[serde(rename_all = "camelCase")]
    UseCertificate {
        /// Our name for it.
        id: String,
        /// Base64 of its DER.
        certificate: String,
        /// How long the key before it stays in use.
        #[serde(default = "keep_hours")]
        keep_hours: u32,
    },
    /// The certificates there are.
    Certificates,
    /// Say what can only be seen from here, and change nothing.
    Check {
        /// These tenants, whether the file has them or not; those of the file if absent.
        tenants: Option<Vec<TenantId>>,
    },
    /// Read a time again.
    Backfill {
        /// The tenant.
        tenant: TenantId,
        /// What is wanted and has the gap; everything if absent.
        resource: Option<String>,
        /// When it begins.
        since: Timestamp,
        /// When it ends; now, if absent.
        until: Option<Timestamp>,
    },
}

/// Notifications sealed for the old key may be on their way for 4 hours at Graph and for days on
/// our queues.
pub(crate) const fn keep_hours() -> u32 {
    72
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_left_out_is_what_does_the_least() {
        let order = |json| serde_json::from_value::<Order>(json);
        assert_eq!(
            order(json!({"action": "apply"})).unwrap(),
            Order::Apply {
                desired: None,
                remove: false
            }
        );
        let certificate = json!({"action": "use-certificate", "id": "a", "certificate": "b"});
        assert!(matches!(
            order(certificate).unwrap(),
            Order::UseCertificate { keep_hours: 72, .. }
        ));
        for odd in [
            json!({"action": "reauthorize"}),
            json!({"action": "apply", "force": true}),
            json!({"action": "delete", "tenant": "contoso", "ids": []}),
            json!({"Records": []}),
        ] {
            assert!(order(odd.clone()).is_err(), "{odd}");
        }
    }
}
