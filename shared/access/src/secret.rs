//! Credentials in a secret, which may be replaced while the function runs.

use crate::WebIdentity;
use aws_sdk_secretsmanager::Client;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};
use teamwire_contract::variable;
use teamwire_graph::access_token::{
    AccessFault, AccessToken, AccessTokens, TokenPrerequisite, TokenSource,
};
use teamwire_graph::{AppCredentials, ServiceEndpoints};
use teamwire_payload::{Redacted, TenantId};
use teamwire_transport::{RefreshedValue, secrets};
use zeroize::Zeroizing;

/// Credentials that are refused, or that a tenant has none of, are read again, at most this often.
const REREAD: Duration = Duration::from_secs(60);

/// The span within which one reading of the secret serves every tenant that wants a new token.
const FRESH: Duration = Duration::from_secs(5);

pub(crate) struct CredentialsSecret {
    secrets: Client,
    id: String,
    http: teamwire_http::Client,
    endpoints: ServiceEndpoints,
    identity: WebIdentity,
    reread: Duration,
    /// The credentials in use.
    read: RefreshedValue<ReadSecret, AccessFault>,
    /// The reading made for a fresh token.
    looked: RefreshedValue<ReadSecret, AccessFault>,
}

/// The secret as it was read, and the tokens by it.
#[derive(Clone)]
struct ReadSecret {
    text: Redacted<Zeroizing<String>>,
    tokens: Arc<AccessTokens<WebIdentity>>,
}

impl CredentialsSecret {
    pub(crate) fn new(
        aws: &aws_config::SdkConfig,
        id: String,
        http: teamwire_http::Client,
        endpoints: ServiceEndpoints,
        identity: WebIdentity,
    ) -> Self {
        Self {
            secrets: Client::new(aws),
            id,
            http,
            endpoints,
            identity,
            reread: REREAD,
            read: RefreshedValue::default(),
            looked: RefreshedValue::default(),
        }
    }

    pub(crate) async fn token(&self, tenant: &TenantId) -> Result<Arc<AccessToken>, AccessFault> {
        let tokens = self.tokens(|_| true).await?;
        match tokens.token(tenant).await {
            Err(fault @ (AccessFault::Refused { .. } | AccessFault::NoCredentials)) => {
                // The secret may have been replaced since.
                let newer = self.tokens(|since| since.elapsed() < self.reread).await?;
                if Arc::ptr_eq(&tokens, &newer) {
                    return Err(fault);
                }
                newer.token(tenant).await
            }
            answer => answer,
        }
    }

    /// By the secret as it is now. The work goes on with that once it gave a token, not before.
    pub(crate) async fn fresh(&self, tenant: &TenantId) -> Result<Arc<AccessToken>, AccessFault> {
        let is_fresh = |_: &_, since: Instant| since.elapsed() < FRESH;
        let looked = self.looked.get(is_fresh, || self.start()).await?;
        let token = looked.tokens.fresh(tenant).await?;
        let is_same = |held: &ReadSecret, _| Arc::ptr_eq(&held.tokens, &looked.tokens);
        let taken = ReadSecret::clone(&looked);
        let taken = self.read.get(is_same, || async { Ok(taken) });
        drop(taken.await);
        Ok(token)
    }

    pub(crate) fn forget(&self, tenant: &TenantId, refused: &Arc<AccessToken>) {
        if let Some(read) = self.read.latest() {
            read.tokens.forget(tenant, refused);
        }
    }

    /// By the secret as it was read last: the app's permissions are not in it.
    pub(crate) async fn instead_of(
        &self,
        tenant: &TenantId,
        refused: &Arc<AccessToken>,
    ) -> Option<Arc<AccessToken>> {
        let read = self.read.latest()?;
        read.tokens.instead_of(tenant, refused).await
    }

    async fn tokens(
        &self,
        is_new_enough: impl Fn(Instant) -> bool,
    ) -> Result<Arc<AccessTokens<WebIdentity>>, AccessFault> {
        let read = self
            .read
            .get(|_, since| is_new_enough(since), || self.start());
        Ok(Arc::clone(&read.await?.tokens))
    }

    fn start(&self) -> impl Future<Output = Result<ReadSecret, AccessFault>> + Send + use<> {
        let (secrets, id) = (self.secrets.clone(), self.id.clone());
        let (http, identity) = (self.http.clone(), self.identity.clone());
        let endpoints = self.endpoints.clone();
        let (held, looked) = (self.read.clone(), self.looked.clone());
        async move {
            let variable = variable::CREDENTIALS_SECRET;
            let text = secrets::read(&secrets, variable, &id)
                .await
                .map_err(|fault| {
                    tracing::error!(%fault, "the credentials can't be read");
                    AccessFault::Unavailable(TokenPrerequisite::Secret(fault.code))
                })?;
            // Nothing has changed: the tokens of the tenants that are not refused stay good.
            let known = [held.latest(), looked.latest()];
            if let Some(same) = known.into_iter().flatten().find(|read| read.text == text) {
                return Ok(ReadSecret::clone(&same));
            }
            let credentials = AppCredentials::parse(text.expose()).map_err(|fault| {
                tracing::error!(%fault, variable, "the credentials can't be used");
                AccessFault::Unavailable(TokenPrerequisite::Credentials)
            })?;
            let tokens = AccessTokens::federated(http, &endpoints, credentials, identity);
            Ok(ReadSecret {
                text,
                tokens: Arc::new(tokens),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::Router;
    use axum::extract::State;
    use axum::http::{HeaderMap, StatusCode, Uri};
    use serde_json::json;
    use std::sync::Mutex;
    use teamwire_graph::{endpoints, http};
    use teamwire_payload::cloud::MicrosoftCloud;

    const TENANT: &str = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93";
    const OTHER: &str = "9f4ebab6-520d-49c0-85cc-7b25c78d4a94";

    /// Secrets Manager and Entra: what the secret holds, what Entra takes, who asked.
    #[derive(Default)]
    struct Services {
        secret: Option<String>,
        taken: &'static str,
        readings: usize,
        tokens: Vec<String>,
    }

    type Shared = Arc<Mutex<Services>>;

    async fn answer(
        State(services): State<Shared>,
        uri: Uri,
        headers: HeaderMap,
        body: String,
    ) -> (StatusCode, String) {
        let mut services = services.lock().unwrap();
        if headers.contains_key("x-amz-target") {
            services.readings += 1;
            return match &services.secret {
                Some(text) => (StatusCode::OK, json!({ "SecretString": text }).to_string()),
                None => (StatusCode::BAD_REQUEST, "{}".to_owned()),
            };
        }
        let tenant = uri.path().split('/').nth(1).unwrap().to_owned();
        services.tokens.push(tenant);
        if body.contains(&format!("client_secret={}&", services.taken)) {
            let token = json!({ "access_token": "t", "expires_in": 3600 });
            (StatusCode::OK, token.to_string())
        } else {
            let refusal = json!({ "error_codes": [7_000_215] });
            (StatusCode::UNAUTHORIZED, refusal.to_string())
        }
    }

    async fn start(
        reread: Duration,
        document: &str,
        taken: &'static str,
    ) -> (CredentialsSecret, Shared) {
        let services = Shared::default();
        services.lock().unwrap().secret = Some(document.to_owned());
        services.lock().unwrap().taken = taken;
        let routes = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&services));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let aws = aws_config::SdkConfig::builder()
            .behavior_version(aws_config::BehaviorVersion::latest())
            .region(aws_config::Region::new("us-east-1"))
            .endpoint_url(&url)
            .credentials_provider(
                aws_sdk_secretsmanager::config::SharedCredentialsProvider::new(
                    aws_sdk_secretsmanager::config::Credentials::new(
                        "id", "key", None, None, "test",
                    ),
                ),
            )
            .build();
        let entra = endpoints::root(&url).unwrap();
        let mut secret = CredentialsSecret::new(
            &aws,
            "credentials".to_owned(),
            http::client(Duration::from_secs(5)).unwrap(),
            ServiceEndpoints::new(MicrosoftCloud::Global, Some(entra), None),
            WebIdentity::new(aws.clone()),
        );
        secret.reread = reread;
        (secret, services)
    }

    fn with_secret(secret: &str) -> String {
        json!({ "*": { "clientId": "app", "clientSecret": secret } }).to_string()
    }

    async fn token(secret: &CredentialsSecret, tenant: &str) -> Result<(), AccessFault> {
        secret.token(&tenant.parse().unwrap()).await.map(|_| ())
    }

    const REFUSED: AccessFault = AccessFault::Refused {
        code: Some(7_000_215),
    };

    #[tokio::test]
    async fn a_secret_that_was_replaced_serves_once_the_old_one_is_refused() {
        let (secret, services) = start(Duration::ZERO, &with_secret("old"), "old").await;
        assert_eq!(token(&secret, TENANT).await, Ok(()));
        services.lock().unwrap().secret = Some(with_secret("new"));
        services.lock().unwrap().taken = "new";
        assert_eq!(token(&secret, OTHER).await, Ok(()));
        assert_eq!(services.lock().unwrap().readings, 2);
    }

    #[tokio::test]
    async fn a_tenant_that_was_added_to_the_secret_is_found() {
        let entry = json!({ "clientId": "app", "clientSecret": "x" });
        let first = json!({ OTHER: entry }).to_string();
        let (secret, services) = start(Duration::ZERO, &first, "x").await;
        assert_eq!(
            token(&secret, TENANT).await,
            Err(AccessFault::NoCredentials)
        );
        services.lock().unwrap().secret = Some(with_secret("x"));
        assert_eq!(token(&secret, TENANT).await, Ok(()));
    }

    #[tokio::test]
    async fn credentials_that_are_refused_are_not_read_again_before_their_time() {
        let (secret, services) = start(REREAD, &with_secret("wrong"), "right").await;
        for _ in 0..3 {
            assert_eq!(token(&secret, TENANT).await, Err(REFUSED));
        }
        let services = services.lock().unwrap();
        assert_eq!((services.readings, services.tokens.len()), (1, 1));
    }

    #[tokio::test]
    async fn reading_the_same_again_keeps_the_tokens_and_the_refusals() {
        let document = json!({
            TENANT: { "clientId": "app", "clientSecret": "right" },
            OTHER: { "clientId": "app", "clientSecret": "wrong" },
        });
        let (secret, services) = start(Duration::ZERO, &document.to_string(), "right").await;
        for _ in 0..3 {
            assert_eq!(token(&secret, TENANT).await, Ok(()));
            assert_eq!(token(&secret, OTHER).await, Err(REFUSED));
        }
        let services = services.lock().unwrap();
        assert_eq!(services.tokens, [TENANT, OTHER]);
        assert!(services.readings > 1);
    }

    #[tokio::test]
    async fn what_graph_refused_is_asked_for_anew() {
        let (secret, services) = start(REREAD, &with_secret("x"), "x").await;
        let tenant = TENANT.parse().unwrap();
        let first = secret.token(&tenant).await.unwrap();
        secret.forget(&tenant, &first);
        assert!(!Arc::ptr_eq(&first, &secret.token(&tenant).await.unwrap()));
        assert_eq!(services.lock().unwrap().tokens.len(), 2);
    }

    #[tokio::test]
    async fn who_was_refused_with_an_older_token_gets_the_one_that_came_since() {
        let (secret, _) = start(REREAD, &with_secret("x"), "x").await;
        let tenant = TENANT.parse().unwrap();
        let first = secret.token(&tenant).await.unwrap();
        assert!(secret.instead_of(&tenant, &first).await.is_none());
        let second = secret.fresh(&tenant).await.unwrap();
        let instead = secret.instead_of(&tenant, &first).await.unwrap();
        assert!(Arc::ptr_eq(&instead, &second));
    }

    #[tokio::test]
    async fn a_fresh_token_is_new_and_none_costs_the_one_that_is_held_nothing() {
        let (secret, services) = start(REREAD, &with_secret("x"), "x").await;
        let tenant = TENANT.parse().unwrap();
        let first = secret.token(&tenant).await.unwrap();
        let fresh = secret.fresh(&tenant).await.unwrap();
        assert!(!Arc::ptr_eq(&first, &fresh));
        services.lock().unwrap().taken = "another";
        assert_eq!(secret.fresh(&tenant).await.err(), Some(REFUSED));
        assert!(Arc::ptr_eq(&fresh, &secret.token(&tenant).await.unwrap()));
    }

    #[tokio::test]
    async fn a_secret_that_was_replaced_is_worked_with_once_it_gave_a_fresh_token() {
        let (secret, services) = start(REREAD, &with_secret("old"), "old").await;
        let tenant = TENANT.parse().unwrap();
        let held = secret.token(&tenant).await.unwrap();
        services.lock().unwrap().secret = Some(with_secret("wrong"));
        assert_eq!(secret.fresh(&tenant).await.err(), Some(REFUSED));
        assert!(Arc::ptr_eq(&held, &secret.token(&tenant).await.unwrap()));
        services.lock().unwrap().taken = "wrong";
        let fresh = secret.fresh(&tenant).await.unwrap();
        assert!(Arc::ptr_eq(&fresh, &secret.token(&tenant).await.unwrap()));
    }

    #[tokio::test]
    async fn credentials_that_cannot_be_read_or_used_are_an_outage() {
        let unreadable = TokenPrerequisite::Secret("unreachable".to_owned());
        for (document, lack) in [
            (None, unreadable),
            (Some("garbage".to_owned()), TokenPrerequisite::Credentials),
        ] {
            let (secret, services) = start(REREAD, "", "x").await;
            services.lock().unwrap().secret = document;
            let expected = Err(AccessFault::Unavailable(lack));
            assert_eq!(token(&secret, TENANT).await, expected);
            assert!(services.lock().unwrap().tokens.is_empty());
        }
    }
}
