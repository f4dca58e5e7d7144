//! Tokens and permissions: Entra and Graph on this machine, and tokens of any age.

use super::*;
use crate::resource_reader::ReadFault;
use crate::subscriptions::{CallBudget, CallFault};
use crate::{ResourceReader, SubscriptionsApi, endpoints};
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use futures::future::join_all;
use serde_json::json;
use teamwire_payload::{ResourceRef, resource::ResourceGet};

#[test]
fn a_refusal_is_known_by_its_number_alone() {
    let body = br#"{"error":"invalid_client","error_codes":[7000215,50000],
        "error_description":"AADSTS7000215: Invalid client secret 'x' provided."}"#;
    let fault = AccessFault::Refused {
        code: refusal(body),
    };
    assert_eq!(
        fault.to_string(),
        "Entra refused the credentials, AADSTS7000215"
    );
    for other in [
        "",
        "<html>",
        r#"{"error_codes":[]}"#,
        r#"{"error_codes":["x"]}"#,
    ] {
        assert_eq!(refusal(other.as_bytes()), None, "{other}");
    }
}

#[test]
fn each_cloud_exchanges_tokens_under_its_own_name() {
    assert_eq!(
        exchange_audience(MicrosoftCloud::Global),
        "api://AzureADTokenExchange"
    );
    assert_eq!(
        exchange_audience(MicrosoftCloud::GccHigh),
        exchange_audience(MicrosoftCloud::Dod)
    );
    assert_eq!(
        exchange_audience(MicrosoftCloud::China),
        "api://AzureADTokenExchangeChina"
    );
}

const TENANT: &str = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93";
const MINUTE: Duration = held::REPLACED_EVERY;

/// Entra and Graph: tokens have the permission that the app has when they are asked for.
#[derive(Default)]
struct Services {
    is_permitted: bool,
    is_down: bool,
    is_refused: bool,
    tokens: usize,
    calls: usize,
}

type Shared = Arc<Mutex<Services>>;

async fn answer(
    State(services): State<Shared>,
    uri: Uri,
    headers: HeaderMap,
) -> (StatusCode, String) {
    let is_for_a_token = uri.path().ends_with("/token");
    if is_for_a_token {
        // So that others come meanwhile.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let mut services = services.lock().unwrap();
    if is_for_a_token {
        services.tokens += 1;
        if services.is_down {
            return (StatusCode::SERVICE_UNAVAILABLE, String::new());
        }
        if services.is_refused {
            return (StatusCode::UNAUTHORIZED, String::new());
        }
        let token = match services.is_permitted {
            true => "permitted",
            false => "without",
        };
        let token = json!({ "access_token": token, "expires_in": 3600 });
        return (StatusCode::OK, token.to_string());
    }
    services.calls += 1;
    match headers["authorization"].to_str().unwrap() {
        "Bearer permitted" => (StatusCode::OK, json!({ "value": [] }).to_string()),
        _ => (StatusCode::FORBIDDEN, "{}".to_owned()),
    }
}

struct Site {
    services: Shared,
    tokens: Arc<AccessTokens>,
    reader: ResourceReader<Arc<AccessTokens>>,
    subscriptions: SubscriptionsApi<Arc<AccessTokens>>,
}

impl<T: TokenSource> TokenSource for Arc<T> {
    async fn token(&self, tenant: &TenantId) -> TokenResult {
        (**self).token(tenant).await
    }

    fn forget(&self, tenant: &TenantId, refused: &Arc<AccessToken>) {
        (**self).forget(tenant, refused);
    }

    async fn fresh(&self, tenant: &TenantId) -> TokenResult {
        (**self).fresh(tenant).await
    }

    async fn instead_of(
        &self,
        tenant: &TenantId,
        refused: &Arc<AccessToken>,
    ) -> Option<Arc<AccessToken>> {
        (**self).instead_of(tenant, refused).await
    }
}

impl Site {
    async fn start() -> Self {
        let services = Shared::default();
        let routes = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&services));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let root = || Some(endpoints::root(&url).unwrap());
        let endpoints = ServiceEndpoints::new(MicrosoftCloud::Global, root(), root());
        let http = http::client(Duration::from_secs(5)).unwrap();
        let credentials = r#"{"*":{"clientId":"app","clientSecret":"x"}}"#;
        let credentials = AppCredentials::parse(credentials).unwrap();
        let tokens = Arc::new(AccessTokens::new(http.clone(), &endpoints, credentials));
        Self {
            services,
            reader: ResourceReader::new(http.clone(), &endpoints, Arc::clone(&tokens)),
            subscriptions: SubscriptionsApi::new(http, &endpoints, Arc::clone(&tokens)),
            tokens,
        }
    }

    /// The token that is held was asked for so long ago.
    async fn ages(&self, by: Duration) {
        let tenant = tenant();
        let token = self.tokens.token(&tenant).await.unwrap();
        let asked = Instant::now().checked_sub(by).unwrap();
        let held = self.tokens.held(&tenant);
        held.set(Ok(token), Duration::from_secs(3300), asked);
    }

    async fn read(&self) -> Result<(), ReadFault> {
        let ResourceRef::Teams(path) = ResourceRef::parse("chats('a')/messages('1')").unwrap()
        else {
            panic!("a message is of Teams");
        };
        let get: ResourceGet = path.get().unwrap();
        self.reader.read(&tenant(), &get).await.map(drop)
    }

    async fn list(&self) -> Result<(), CallFault> {
        let budget = CallBudget {
            tenant: &tenant(),
            deadline: Instant::now() + Duration::from_secs(60),
        };
        self.subscriptions.list(budget).await.map(drop)
    }

    fn change(&self, change: impl FnOnce(&mut Services)) {
        change(&mut self.services.lock().unwrap());
    }

    /// Requests for tokens, and calls of Graph.
    fn asked(&self) -> (usize, usize) {
        let services = self.services.lock().unwrap();
        (services.tokens, services.calls)
    }
}

fn tenant() -> TenantId {
    TENANT.parse().unwrap()
}

const FORBIDDEN: Result<(), ReadFault> = Err(ReadFault::Refused(403, None));

#[tokio::test]
async fn once_the_permission_is_given_the_next_try_after_a_minute_has_it() {
    let site = Site::start().await;
    assert_eq!(site.read().await, FORBIDDEN);
    site.change(|services| services.is_permitted = true);
    assert_eq!(site.read().await, FORBIDDEN, "the token is too young");
    assert_eq!(site.asked(), (1, 2));
    site.ages(MINUTE).await;
    assert_eq!(site.read().await, Ok(()));
    assert_eq!(site.asked(), (2, 4));
    assert_eq!(site.read().await, Ok(()));
    assert_eq!(site.asked(), (2, 5));
}

#[tokio::test]
async fn a_permission_that_is_never_given_is_asked_for_once_a_minute() {
    let site = Site::start().await;
    for minute in 1..=3 {
        for _ in 0..5 {
            assert_eq!(site.read().await, FORBIDDEN);
        }
        // Of the first read of a later minute there is a second try.
        assert_eq!(site.asked(), (minute, 5 * minute + minute - 1));
        site.ages(MINUTE).await;
    }
}

#[tokio::test]
async fn reads_that_are_refused_at_once_ask_for_one_token() {
    let site = Site::start().await;
    assert_eq!(site.read().await, FORBIDDEN);
    site.ages(MINUTE).await;
    site.change(|services| services.is_permitted = true);
    let message = |chat: usize| {
        let path = format!("chats('{chat}')/messages('1')");
        match ResourceRef::parse(&path).unwrap() {
            ResourceRef::Teams(path) => path.get().unwrap(),
            ResourceRef::Foreign(_) => panic!("{path} is of Teams"),
        }
    };
    let tenant = tenant();
    let reads = (0..4).map(|chat| {
        let (reader, tenant) = (&site.reader, &tenant);
        async move { reader.read(tenant, &message(chat)).await }
    });
    let reads = join_all(reads).await;
    assert!(reads.iter().all(Result::is_ok), "{reads:?}");
    assert_eq!(site.asked().0, 2);
}

#[tokio::test]
async fn a_token_that_graph_refused_is_not_put_back_by_who_waited_for_it_too() {
    let (site, tenant) = (Site::start().await, tenant());
    let mut late = std::pin::pin!(site.tokens.token(&tenant));
    assert!(late.as_mut().now_or_never().is_none());
    let refused = site.tokens.token(&tenant).await.unwrap();
    site.tokens.forget(&tenant, &refused);
    late.await.unwrap();
    let next = site.tokens.token(&tenant).await.unwrap();
    assert!(!Arc::ptr_eq(&next, &refused));
}

#[tokio::test]
async fn a_refusal_is_not_put_in_the_place_of_a_newer_token_by_who_waited_for_it_too() {
    let (site, tenant) = (Site::start().await, tenant());
    site.change(|services| services.is_refused = true);
    let mut late = std::pin::pin!(site.tokens.token(&tenant));
    assert!(late.as_mut().now_or_never().is_none());
    site.tokens.token(&tenant).await.unwrap_err();
    site.change(|services| services.is_refused = false);
    let newer = site.tokens.fresh(&tenant).await.unwrap();
    late.await.unwrap_err();
    let next = site.tokens.token(&tenant).await.unwrap();
    assert!(Arc::ptr_eq(&next, &newer));
}

#[tokio::test]
async fn a_refusal_is_remembered_and_takes_no_good_token_away() {
    let (site, tenant) = (Site::start().await, tenant());
    let held = site.tokens.token(&tenant).await.unwrap();
    site.change(|services| services.is_refused = true);
    site.tokens.fresh(&tenant).await.unwrap_err();
    let next = site.tokens.token(&tenant).await.unwrap();
    assert!(Arc::ptr_eq(&next, &held));
    site.tokens.forget(&tenant, &held);
    for _ in 0..3 {
        site.tokens.token(&tenant).await.unwrap_err();
    }
    assert_eq!(site.asked().0, 3);
}

#[tokio::test]
async fn tenants_for_which_nothing_is_held_are_forgotten_and_a_good_token_stays() {
    let (site, tenant) = (Site::start().await, tenant());
    let token = site.tokens.token(&tenant).await.unwrap();
    for number in 0..10_000 {
        let other = format!("9f4ebab6-520d-49c0-85cc-{number:012x}");
        site.tokens.held(&other.parse().unwrap());
    }
    let remembered = site.tokens.tenants.lock().unwrap().remembered();
    assert!(remembered < 3_000, "{remembered}");
    let held = site.tokens.token(&tenant).await.unwrap();
    assert!(Arc::ptr_eq(&held, &token));
}

#[tokio::test]
async fn while_entra_is_down_the_token_stays_and_what_graph_said_counts() {
    let site = Site::start().await;
    assert_eq!(site.read().await, FORBIDDEN);
    site.ages(MINUTE).await;
    site.change(|services| services.is_down = true);
    for _ in 0..5 {
        assert_eq!(site.read().await, FORBIDDEN);
    }
    assert_eq!(site.asked(), (2, 6));
}

#[tokio::test]
async fn the_subscriptions_are_asked_for_once_more_with_the_permission_that_was_given() {
    let site = Site::start().await;
    let refused = site.list().await.unwrap_err();
    assert_eq!(refused.label(), "no-consent");
    site.change(|services| services.is_permitted = true);
    site.ages(MINUTE).await;
    assert_eq!(site.list().await, Ok(()));
    assert_eq!(site.asked(), (2, 3));
}
