//! Graph, as far as the functions need it: one resource for every GET, and `/subscriptions`.

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// The URL of our notifications.
pub(crate) const NOTIFICATION_URL: &str = "https://bench.example/notifications";
/// The URL of their lifecycle events.
pub(crate) const LIFECYCLE_URL: &str = "https://bench.example/lifecycle";
/// Far enough away that nothing is due.
const EXPIRES: &str = "2099-01-01T00:00:00Z";

/// The state that it serves.
#[derive(Default)]
pub(crate) struct FakeGraph {
    resource: Mutex<Bytes>,
    subscriptions: Mutex<HashMap<String, Vec<Value>>>,
}

impl FakeGraph {
    /// Sets the answer to every GET from now on, but for `/subscriptions`.
    pub(crate) fn serve_resource(&self, resource: String) {
        *lock(&self.resource) = Bytes::from(resource);
    }

    /// Has it hold `subscriptions` of `tenant`, all of them ours and new, without content.
    pub(crate) fn hold(&self, tenant: &str, resources: &[String]) {
        let held = resources
            .iter()
            .enumerate()
            .map(|(number, resource)| {
                json!({
                    "id": format!("{number:08x}-0000-4000-8000-000000000000"),
                    "resource": resource,
                    "changeType": "created,updated,deleted",
                    "notificationUrl": NOTIFICATION_URL,
                    "lifecycleNotificationUrl": LIFECYCLE_URL,
                    "expirationDateTime": EXPIRES,
                    "includeResourceData": false,
                    "applicationId": "5f1c3b0e-6a52-4c70-9a55-0d1b9f1c2e77",
                    "latestSupportedTlsVersion": "v1_2",
                })
            })
            .collect();
        lock(&self.subscriptions).insert(tenant.to_owned(), held);
    }

    /// Has it hold none.
    pub(crate) fn forget_subscriptions(&self) {
        lock(&self.subscriptions).clear();
    }

    /// Graph's answer to whoever the token says is asking.
    pub(crate) fn answer(
        &self,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
        body: &[u8],
    ) -> (StatusCode, Bytes) {
        let tenant = headers
            .get("authorization")
            .and_then(|header| header.to_str().ok())
            .and_then(|header| header.strip_prefix("Bearer "))
            .unwrap_or_default();
        match (method, path.ends_with("/subscriptions")) {
            (&Method::GET, true) => {
                let held = lock(&self.subscriptions);
                let held = held.get(tenant).cloned().unwrap_or_default();
                text(StatusCode::OK, &json!({ "value": held }))
            }
            (&Method::POST, true) => self.create(tenant, body),
            (&Method::GET, false) => (StatusCode::OK, lock(&self.resource).clone()),
            _ => (StatusCode::METHOD_NOT_ALLOWED, Bytes::new()),
        }
    }

    fn create(&self, tenant: &str, body: &[u8]) -> (StatusCode, Bytes) {
        let Ok(mut made) = serde_json::from_slice::<Value>(body) else {
            return (StatusCode::BAD_REQUEST, Bytes::new());
        };
        let mut held = lock(&self.subscriptions);
        let of_tenant = held.entry(tenant.to_owned()).or_default();
        let id = format!("{:08x}-1000-4000-8000-000000000000", of_tenant.len());
        if let Some(members) = made.as_object_mut() {
            members.insert("id".to_owned(), Value::String(id));
        }
        of_tenant.push(made.clone());
        text(StatusCode::CREATED, &made)
    }
}

fn text(status: StatusCode, value: &Value) -> (StatusCode, Bytes) {
    (status, Bytes::from(value.to_string()))
}

fn lock<T>(held: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}
