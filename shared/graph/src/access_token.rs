//! Access tokens for Graph, one a tenant, by client credentials.

use crate::single_flight::SingleFlight;
use crate::{Endpoints, http};
use futures::FutureExt;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use teamwire_payload::{Redacted, TenantId};
use zeroize::Zeroizing;

/// A token is replaced this long before it expires.
const EARLY: Duration = Duration::from_secs(300);
/// No token is kept longer than this, whatever its lifetime; Entra's usual ones last an hour.
const LONGEST: Duration = Duration::from_secs(24 * 3600);
/// A refusal by Entra is remembered this long: asking again at once would not change it.
const REFUSAL_REMEMBERED: Duration = Duration::from_secs(30);
/// Larger answers are refused; a token is about 2 KiB.
const ANSWER_BYTES: usize = 64 * 1024;

/// The credentials of our app, by tenant; `*` stands for every other tenant.
#[derive(Debug, Default)]
pub struct Credentials(HashMap<String, Credential>);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Credential {
    client_id: String,
    client_secret: Redacted<Zeroizing<String>>,
}

/// Not `{"<tenant id or *>":{"clientId":..,"clientSecret":..}}`, or empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    r#"must be JSON of the form {{"<tenant id or *>":{{"clientId":"<app id>","clientSecret":"<secret>"}}}}"#
)]
pub struct NotCredentials;

impl Credentials {
    /// Reads the secret.
    ///
    /// # Errors
    /// [`NotCredentials`]
    pub fn parse(secret: &str) -> Result<Self, NotCredentials> {
        let by_name: HashMap<String, Credential> =
            serde_json::from_str(secret).map_err(|_| NotCredentials)?;
        let mut credentials = HashMap::new();
        for (name, credential) in by_name {
            let name = match name.as_str() {
                "*" => name,
                guid => guid
                    .parse::<TenantId>()
                    .map_err(|_| NotCredentials)?
                    .to_string(),
            };
            if credential.client_id.is_empty() || credential.client_secret.expose().is_empty() {
                return Err(NotCredentials);
            }
            credentials.insert(name, credential);
        }
        if credentials.is_empty() {
            Err(NotCredentials)
        } else {
            Ok(Self(credentials))
        }
    }

    fn of(&self, tenant: &TenantId) -> Option<&Credential> {
        self.0.get(tenant.as_str()).or_else(|| self.0.get("*"))
    }
}

/// Why there is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccessFault {
    /// No credentials for that tenant.
    #[error("no credentials are known for this tenant")]
    NoCredentials,
    /// Entra knows the app or its secret no longer, or has not got its consent.
    #[error("Entra refused the credentials")]
    Refused,
    /// Entra can't be asked at the moment.
    #[error("Entra is not available")]
    Unavailable,
}

/// A bearer token.
pub type AccessToken = Redacted<Zeroizing<String>>;

/// Gets tokens and keeps them until shortly before they expire.
pub struct AccessTokens {
    http: reqwest::Client,
    login: String,
    scope: String,
    credentials: Credentials,
    tenants: Mutex<HashMap<TenantId, Arc<Held>>>,
}

type Answer = Result<Arc<AccessToken>, AccessFault>;

/// The last answer for a tenant and until when it is good.
#[derive(Default)]
struct Held {
    answer: Mutex<Option<(Answer, Instant)>>,
    flight: SingleFlight<Result<(Arc<AccessToken>, Duration), AccessFault>>,
}

impl AccessTokens {
    /// Nothing is asked for before the first token is needed.
    pub fn new(http: reqwest::Client, endpoints: &Endpoints, credentials: Credentials) -> Self {
        Self {
            http,
            login: endpoints.login.clone(),
            scope: format!("{}/.default", endpoints.cloud.graph_root()),
            credentials,
            tenants: Mutex::default(),
        }
    }

    /// A token for Graph in `tenant`.
    ///
    /// # Errors
    /// [`AccessFault`]
    pub async fn token(&self, tenant: &TenantId) -> Result<Arc<AccessToken>, AccessFault> {
        let credential = self
            .credentials
            .of(tenant)
            .ok_or(AccessFault::NoCredentials)?;
        let held = self.held(tenant);
        if let Some((answer, until)) = held.get()
            && Instant::now() < until
        {
            return answer;
        }
        let request = self
            .http
            .post(format!("{}/{tenant}/oauth2/v2.0/token", self.login))
            .form(&[
                ("grant_type", "client_credentials"),
                ("client_id", &credential.client_id),
                ("client_secret", credential.client_secret.expose()),
                ("scope", &self.scope),
            ]);
        let answer = held.flight.run(|| ask(request).boxed()).await;
        match answer {
            Ok((token, lifetime)) => {
                held.set(Ok(Arc::clone(&token)), lifetime.saturating_sub(EARLY));
                Ok(token)
            }
            Err(fault) => {
                if fault == AccessFault::Refused {
                    held.set(Err(fault), REFUSAL_REMEMBERED);
                }
                Err(fault)
            }
        }
    }

    /// Forgets the token for `tenant` that Graph refused. One that is newer stays: of several
    /// reads that were refused together, the first gets the token that serves them all.
    pub fn forget(&self, tenant: &TenantId, refused: &Arc<AccessToken>) {
        let held = self.held(tenant);
        let mut answer = held.answer.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(&*answer, Some((Ok(token), _)) if Arc::ptr_eq(token, refused)) {
            *answer = None;
        }
    }

    fn held(&self, tenant: &TenantId) -> Arc<Held> {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(tenants.entry(tenant.clone()).or_default())
    }
}

impl Held {
    fn get(&self) -> Option<(Answer, Instant)> {
        self.answer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set(&self, answer: Answer, good_for: Duration) {
        *self.answer.lock().unwrap_or_else(PoisonError::into_inner) =
            Some((answer, Instant::now() + good_for));
    }
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: AccessToken,
    expires_in: u64,
}

async fn ask(
    request: reqwest::RequestBuilder,
) -> Result<(Arc<AccessToken>, Duration), AccessFault> {
    let response = request.send().await.map_err(|_| AccessFault::Unavailable)?;
    let status = response.status();
    if status.is_client_error() && status.as_u16() != 429 {
        return Err(AccessFault::Refused);
    }
    if !status.is_success() {
        return Err(AccessFault::Unavailable);
    }
    let body = http::read_body(response, ANSWER_BYTES)
        .await
        .map_err(|_| AccessFault::Unavailable)?;
    let answer: TokenAnswer =
        serde_json::from_slice(&body).map_err(|_| AccessFault::Unavailable)?;
    Ok((
        Arc::new(answer.access_token),
        Duration::from_secs(answer.expires_in).min(LONGEST),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_by_tenant_with_one_for_the_rest() {
        let credentials = Credentials::parse(
            r#"{"9F4EBAB6-520D-49C0-85CC-7B25C78D4A93":{"clientId":"a","clientSecret":"x"},
                "*":{"clientId":"b","clientSecret":"y"}}"#,
        )
        .unwrap();
        let id = |tenant: &str| &credentials.of(&tenant.parse().unwrap()).unwrap().client_id;
        assert_eq!(id("9f4ebab6-520d-49c0-85cc-7b25c78d4a93"), "a");
        assert_eq!(id("9f4ebab6-520d-49c0-85cc-7b25c78d4a94"), "b");
    }

    #[test]
    fn what_are_not_credentials_is_refused() {
        for secret in [
            "",
            "{}",
            r#"{"common":{"clientId":"a","clientSecret":"x"}}"#,
            r#"{"*":{"clientId":"a"}}"#,
            r#"{"*":{"clientId":"","clientSecret":"x"}}"#,
            r#"{"*":{"clientId":"a","clientSecret":""}}"#,
            r#"{"*":{"clientId":"a","clientSecret":"x","more":1}}"#,
        ] {
            assert_eq!(
                Credentials::parse(secret).err(),
                Some(NotCredentials),
                "{secret}"
            );
        }
    }
}
