//! Access tokens for Graph, one a tenant, by client credentials.

mod fault;
mod held;

pub use fault::{AccessFault, TokenPrerequisite};

use crate::client_assertion::{self, AssertionClaims, ClientAssertion};
use crate::credentials::{AppCredentials, AppProof, TenantCredential};
use crate::{ServiceEndpoints, http};
use futures::FutureExt;
use held::{AfterRefusal, HeldToken, HeldTokens};
use serde::Deserialize;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};
use teamwire_http::header::RETRY_AFTER;
use teamwire_payload::{Redacted, TenantId, cloud::MicrosoftCloud};
use zeroize::Zeroizing;

/// A token is replaced this long before it expires.
const EARLY: Duration = Duration::from_secs(300);
/// No token is kept longer than this, whatever its lifetime; Entra's usual ones last an hour.
const LONGEST: Duration = Duration::from_secs(24 * 3600);
/// A refusal by Entra is remembered this long: asking again at once would not change it.
const REFUSAL_REMEMBERED: Duration = Duration::from_secs(30);
/// Larger answers are refused; a token is about 2 KiB.
const ANSWER_BYTES: usize = 64 * 1024;
/// The type of an assertion in a request for a token (RFC 7523).
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A bearer token.
pub type AccessToken = Redacted<Zeroizing<String>>;

/// Gives tokens for Graph.
pub trait TokenSource: Send + Sync + 'static {
    /// A token for Graph in `tenant`.
    ///
    /// # Errors
    /// [`AccessFault`]
    fn token(
        &self,
        tenant: &TenantId,
    ) -> impl Future<Output = Result<Arc<AccessToken>, AccessFault>> + Send;

    /// Forgets the token for `tenant` that Graph refused. One that is newer stays: of several
    /// requests that were refused together, the first gets the token that serves them all.
    fn forget(&self, tenant: &TenantId, refused: &Arc<AccessToken>);

    /// A new token, whatever is held: what the app was granted lately is in no other. Where there
    /// is none to be had, what is held stays.
    ///
    /// # Errors
    /// [`AccessFault`]
    fn fresh(
        &self,
        tenant: &TenantId,
    ) -> impl Future<Output = Result<Arc<AccessToken>, AccessFault>> + Send {
        self.token(tenant)
    }

    /// Another token than the one that Graph `refused` something for want of a permission, if there
    /// is one or it is time to ask for one: a permission that was given since is in no older.
    fn instead_of(
        &self,
        _tenant: &TenantId,
        _refused: &Arc<AccessToken>,
    ) -> impl Future<Output = Option<Arc<AccessToken>>> + Send {
        async { None }
    }
}

/// Vouches for this workload at Entra: workload identity federation.
pub trait AssertionSource: Send + Sync + 'static {
    /// A token of this workload's own identity, for `audience`.
    ///
    /// # Errors
    /// [`NoAssertion`]
    fn assertion(
        &self,
        audience: &str,
    ) -> impl Future<Output = Result<ClientAssertion, NoAssertion>> + Send;
}

/// Nobody vouches for this workload, or not at the moment; the code of who was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no token of this workload's identity is available ({0})")]
pub struct NoAssertion(pub String);

/// The federation of a place without an identity to federate.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoFederation;

impl AssertionSource for NoFederation {
    async fn assertion(&self, _: &str) -> Result<ClientAssertion, NoAssertion> {
        Err(NoAssertion("no federation".to_owned()))
    }
}

/// Gets tokens and keeps them until shortly before they expire.
pub struct AccessTokens<A = NoFederation> {
    entra: Arc<EntraRequest<A>>,
    tenants: Mutex<HeldTokens>,
}

type TokenResult = Result<Arc<AccessToken>, AccessFault>;

impl AccessTokens {
    /// Nothing is asked for before the first token is needed. Federated entries give no token.
    pub fn new(
        http: teamwire_http::Client,
        endpoints: &ServiceEndpoints,
        credentials: AppCredentials,
    ) -> Self {
        Self::federated(http, endpoints, credentials, NoFederation)
    }
}

impl<A: AssertionSource> AccessTokens<A> {
    /// The same, and for federated entries `federation` vouches.
    pub fn federated(
        http: teamwire_http::Client,
        endpoints: &ServiceEndpoints,
        credentials: AppCredentials,
        federation: A,
    ) -> Self {
        Self {
            entra: Arc::new(EntraRequest {
                http,
                login: endpoints.login.clone(),
                cloud: endpoints.cloud,
                credentials,
                federation,
            }),
            tenants: Mutex::default(),
        }
    }

    /// Asks Entra, and holds its answer: once, when it comes. A caller who is late to learn of it
    /// would put back a token that Graph has refused since, or a refusal over a newer token.
    async fn ask(&self, tenant: &TenantId, held: &Arc<HeldToken>) -> TokenResult {
        let start = || {
            let token = Arc::clone(&self.entra).token(tenant.clone());
            let held = Arc::clone(held);
            async move {
                match token.await {
                    Ok((token, lifetime)) => {
                        let good_for = lifetime.saturating_sub(EARLY);
                        held.set(Ok(Arc::clone(&token)), good_for, Instant::now());
                        Ok(token)
                    }
                    Err(fault) => {
                        let remembered = match &fault {
                            AccessFault::Refused { .. } => Some(REFUSAL_REMEMBERED),
                            _ => fault.retry_after(),
                        };
                        if let Some(remembered) = remembered {
                            held.refuse(&fault, remembered, Instant::now());
                        }
                        Err(fault)
                    }
                }
            }
            .boxed()
        };
        held.flight.run(start).await
    }

    fn held(&self, tenant: &TenantId) -> Arc<HeldToken> {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        tenants.of(tenant, Instant::now())
    }
}

impl<A: AssertionSource> TokenSource for AccessTokens<A> {
    async fn token(&self, tenant: &TenantId) -> Result<Arc<AccessToken>, AccessFault> {
        if self.entra.credentials.of(tenant).is_none() {
            return Err(AccessFault::NoCredentials);
        }
        let held = self.held(tenant);
        if let Some(answer) = held.good(Instant::now()) {
            return answer;
        }
        self.ask(tenant, &held).await
    }

    async fn fresh(&self, tenant: &TenantId) -> TokenResult {
        self.ask(tenant, &self.held(tenant)).await
    }

    fn forget(&self, tenant: &TenantId, refused: &Arc<AccessToken>) {
        self.held(tenant).forget(refused);
    }

    async fn instead_of(
        &self,
        tenant: &TenantId,
        refused: &Arc<AccessToken>,
    ) -> Option<Arc<AccessToken>> {
        let held = self.held(tenant);
        match held.instead_of(refused, Instant::now()) {
            AfterRefusal::Token(token) => Some(token),
            AfterRefusal::Nothing => None,
            AfterRefusal::Ask => {
                let answer = self.ask(tenant, &held).await;
                if answer.is_err() {
                    held.asked_in_vain(refused, Instant::now());
                }
                answer.ok()
            }
        }
    }
}

/// The parts of a request for a token.
struct EntraRequest<A> {
    http: teamwire_http::Client,
    login: String,
    cloud: MicrosoftCloud,
    credentials: AppCredentials,
    federation: A,
}

#[derive(Deserialize)]
struct TokenAnswer {
    access_token: AccessToken,
    expires_in: u64,
}

#[derive(Deserialize)]
struct RefusalAnswer {
    error_codes: Vec<u32>,
}

impl<A: AssertionSource> EntraRequest<A> {
    async fn token(
        self: Arc<Self>,
        tenant: TenantId,
    ) -> Result<(Arc<AccessToken>, Duration), AccessFault> {
        let credential = self
            .credentials
            .of(&tenant)
            .ok_or(AccessFault::NoCredentials)?;
        let proof = self.proof(&tenant, credential).await?;
        let scope = format!("{}/.default", self.cloud.graph_root());
        let mut form = vec![
            ("grant_type", "client_credentials"),
            ("client_id", &credential.client_id),
        ];
        match &proof {
            ShownProof::Secret(secret) => form.push(("client_secret", secret.expose())),
            ShownProof::Assertion(assertion) => form.extend([
                ("client_assertion_type", ASSERTION_TYPE),
                ("client_assertion", assertion.expose().as_str()),
            ]),
        }
        form.push(("scope", &scope));
        let url = format!("{}{}", self.login, token_path(&tenant));
        ask(self.http.post(&url).form(&form), &tenant).await
    }

    async fn proof<'a>(
        &self,
        tenant: &TenantId,
        credential: &'a TenantCredential,
    ) -> Result<ShownProof<'a>, AccessFault> {
        match &credential.proof {
            AppProof::Secret(secret) => Ok(ShownProof::Secret(secret)),
            AppProof::Certificate(key) => {
                // Entra's own address, whatever stands in for it here.
                let audience = format!("{}{}", self.cloud.login_root(), token_path(tenant));
                let assertion = client_assertion::random_id().and_then(|id| {
                    key.sign(&AssertionClaims {
                        client_id: &credential.client_id,
                        audience: &audience,
                        now: SystemTime::now(),
                        id,
                    })
                });
                assertion
                    .map(ShownProof::Assertion)
                    .map_err(|_| AccessFault::Unavailable(TokenPrerequisite::Credentials))
            }
            AppProof::Federated(audience) => {
                let audience = audience.as_deref().unwrap_or(exchange_audience(self.cloud));
                let assertion = self.federation.assertion(audience).await;
                assertion
                    .map(ShownProof::Assertion)
                    .map_err(|NoAssertion(code)| {
                        AccessFault::Unavailable(TokenPrerequisite::Identity(code))
                    })
            }
        }
    }
}

/// The proof that Entra is shown.
enum ShownProof<'a> {
    Secret(&'a Redacted<Zeroizing<String>>),
    Assertion(ClientAssertion),
}

fn token_path(tenant: &TenantId) -> String {
    format!("/{tenant}/oauth2/v2.0/token")
}

/// The audience that Entra documents for tokens of other identity providers.
const fn exchange_audience(cloud: MicrosoftCloud) -> &'static str {
    match cloud {
        MicrosoftCloud::Global => "api://AzureADTokenExchange",
        MicrosoftCloud::GccHigh | MicrosoftCloud::Dod => "api://AzureADTokenExchangeUSGov",
        MicrosoftCloud::China => "api://AzureADTokenExchangeChina",
    }
}

async fn ask(
    request: teamwire_http::Request,
    tenant: &TenantId,
) -> Result<(Arc<AccessToken>, Duration), AccessFault> {
    let down = |retry_after| AccessFault::Unavailable(TokenPrerequisite::Entra { retry_after });
    let Ok(response) = request.send().await else {
        return Err(down(None));
    };
    let status = response.status();
    let refused = status.is_client_error() && status.as_u16() != 429;
    if !refused && !status.is_success() {
        let retry_after = response.headers().get(RETRY_AFTER);
        let retry_after = retry_after.and_then(|value| value.to_str().ok());
        return Err(down(retry_after.and_then(|value| {
            crate::resource_reader::retry_after(value, SystemTime::now())
        })));
    }
    let body = http::read_body(response, ANSWER_BYTES).await;
    if refused {
        let answer = body.ok().and_then(|body| refusal(&body));
        let fault = AccessFault::Refused { code: answer };
        tracing::error!(%tenant, status = status.as_u16(), aadsts = answer, "Entra refused the credentials");
        return Err(fault);
    }
    let answer = body
        .ok()
        .and_then(|body| serde_json::from_slice::<TokenAnswer>(&body).ok())
        .ok_or_else(|| down(None))?;
    Ok((
        Arc::new(answer.access_token),
        Duration::from_secs(answer.expires_in).min(LONGEST),
    ))
}

/// The number of Entra's message, and nothing of its text: that names apps and secrets.
fn refusal(body: &[u8]) -> Option<u32> {
    let answer: RefusalAnswer = serde_json::from_slice(body).ok()?;
    answer.error_codes.first().copied()
}

#[cfg(test)]
mod tests;
