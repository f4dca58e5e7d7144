//! The client of `/subscriptions` towards a Graph that answers as told.

use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use teamwire_graph::subscriptions::{
    CallBudget, CallFault, GraphSubscription, SubscriptionRenewal, TimedAnswer,
};
use teamwire_graph::{
    AccessTokens, AppCredentials, ServiceEndpoints, SubscriptionsApi, endpoints, http,
};
use teamwire_payload::subscribable::GraphApi;
use teamwire_payload::{SubscriptionPath, TenantId, cloud::MicrosoftCloud};

/// Answers with these, one after another; every request for a token gets another token.
struct Told {
    url: String,
    answers: Mutex<VecDeque<(u16, Value)>>,
    seen: Mutex<Vec<String>>,
}

async fn answer(
    State(told): State<Arc<Told>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if uri.path().ends_with("/token") {
        let tokens = told.seen.lock().unwrap().len();
        let token = format!("t{tokens}");
        return Json(json!({"access_token": token, "expires_in": 3600})).into_response();
    }
    let token = headers[header::AUTHORIZATION].to_str().unwrap();
    let seen = format!("{method} {uri} {token}");
    told.seen.lock().unwrap().push(seen);
    let (status, mut body) = told.answers.lock().unwrap().pop_front().unwrap();
    if let Some(link) = body["@odata.nextLink"].as_str() {
        body["@odata.nextLink"] = json!(link.replace("$root", &told.url));
    }
    let date = [(header::DATE, "Tue, 24 Nov 2026 08:00:00 GMT")];
    (StatusCode::from_u16(status).unwrap(), date, Json(body)).into_response()
}

async fn told(answers: Vec<(u16, Value)>) -> (Arc<Told>, SubscriptionsApi<AccessTokens>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let told = Arc::new(Told {
        url: format!("http://{}", listener.local_addr().unwrap()),
        answers: Mutex::new(answers.into()),
        seen: Mutex::default(),
    });
    let router = Router::new().fallback(answer).with_state(Arc::clone(&told));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let root = || Some(endpoints::root(&told.url).unwrap());
    let endpoints = ServiceEndpoints::new(MicrosoftCloud::Global, root(), root());
    let http = http::client(Duration::from_secs(10)).unwrap();
    let credentials = r#"{"*":{"clientId":"a","clientSecret":"s"}}"#;
    let credentials = AppCredentials::parse(credentials).unwrap();
    let tokens = AccessTokens::new(http.clone(), &endpoints, credentials);
    (told, SubscriptionsApi::new(http, &endpoints, tokens))
}

async fn list(
    api: &SubscriptionsApi<AccessTokens>,
) -> Result<TimedAnswer<Vec<GraphSubscription>>, CallFault> {
    let tenant: TenantId = super::site::TENANT.parse().unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    let tenant = &tenant;
    api.list(CallBudget {
        tenant,
        deadline: until,
    })
    .await
}

fn one(id: &str) -> (u16, Value) {
    (200, page(&[id], None).1["value"][0].take())
}

fn page(ids: &[&str], next: Option<&str>) -> (u16, Value) {
    let subscription = |id: &&str| {
        json!({
            "id": id,
            "resource": "chats",
            "changeType": "created",
            "notificationUrl": "https://ours.example/",
            "expirationDateTime": "2026-11-24T09:00:00Z",
        })
    };
    let value: Vec<_> = ids.iter().map(subscription).collect();
    (200, json!({"value": value, "@odata.nextLink": next}))
}

#[tokio::test]
async fn a_list_is_followed_and_says_what_time_it_is_at_graph() {
    let mut first = page(&["1"], Some("$root/v1.0/subscriptions?$skiptoken=a%2Fb"));
    let subscriptions = first.1["value"].as_array_mut().unwrap();
    subscriptions.push(json!({"id": "an odd one"}));
    let (told, api) = told(vec![first, page(&["2"], None)]).await;
    let list = list(&api).await.unwrap();
    let ids: Vec<_> = list.value.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["1", "2"]);
    assert_eq!(
        list.at,
        "2026-11-24T08:00:00Z".parse::<Timestamp>().unwrap()
    );
    let seen = told.seen.lock().unwrap().clone();
    let expected = [
        "GET /v1.0/subscriptions Bearer t0",
        "GET /v1.0/subscriptions?$skiptoken=a%2Fb Bearer t0",
    ];
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn a_link_that_leads_elsewhere_is_not_followed() {
    for link in [
        "https://evil.example/v1.0/subscriptions?$skiptoken=a",
        "$root.evil.example/v1.0/subscriptions?$skiptoken=a",
        "$root@evil.example/v1.0/subscriptions?$skiptoken=a",
        "$root/v1.0/users?$skiptoken=a",
        "$root/v1.0/subscriptions/../users?$skiptoken=a",
        "$root/v1.0/subscriptionsx?$skiptoken=a",
        "$root/v1.0/subscriptions",
        "/v1.0/subscriptions?$skiptoken=a",
        "",
    ] {
        let (told, api) = told(vec![page(&["1"], Some(link))]).await;
        assert_eq!(list(&api).await, Err(CallFault::Unreadable), "{link}");
        assert_eq!(told.seen.lock().unwrap().len(), 1, "{link}");
    }
}

#[tokio::test]
async fn a_revoked_token_is_replaced_once() {
    let refused = || (401, json!({}));
    let (fine, api) = told(vec![refused(), page(&["1"], None)]).await;
    assert_eq!(list(&api).await.unwrap().value.len(), 1);
    assert!(fine.seen.lock().unwrap()[1].ends_with("Bearer t1"));
    let (tried, api) = told(vec![refused(), refused()]).await;
    let fault = list(&api).await.unwrap_err();
    let status = fault.refusal().map(|refusal| refusal.status);
    assert_eq!((fault.label(), status), ("refused", Some(401)));
    assert_eq!(tried.seen.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn an_answer_that_is_not_a_list_is_no_empty_list() {
    for body in [json!({}), json!([]), json!({"value": null})] {
        let (_, api) = told(vec![(200, body.clone())]).await;
        assert_eq!(list(&api).await, Err(CallFault::Unreadable), "{body}");
    }
}

#[tokio::test]
async fn what_one_api_does_not_know_the_other_is_asked_for() {
    let gone = || (404, json!({}));
    let tenant: TenantId = super::site::TENANT.parse().unwrap();
    let until = Instant::now() + Duration::from_secs(60);
    let tenant = &tenant;
    let budget = CallBudget {
        tenant,
        deadline: until,
    };
    let resource = SubscriptionPath::parse("chats").unwrap();
    let renewal = SubscriptionRenewal {
        resource: &resource,
        expires: Timestamp::now(),
        sealing: None,
    };
    let (asked, api) = told(vec![
        gone(),
        one("1"),
        gone(),
        one("1"),
        gone(),
        (204, Value::Null),
        gone(),
        gone(),
    ])
    .await;
    assert_eq!(
        api.get(budget, GraphApi::V1, "1").await.unwrap().value.id,
        "1"
    );
    assert_eq!(
        api.renew(budget, "1", &renewal).await.unwrap().value.id,
        "1"
    );
    api.delete(budget, GraphApi::Beta, "1").await.unwrap();
    assert!(matches!(
        api.get(budget, GraphApi::V1, "1").await,
        Err(CallFault::Gone(_))
    ));
    let seen = asked
        .seen
        .lock()
        .unwrap()
        .join(" ")
        .replace(" Bearer t0", "");
    let expected = "GET /v1.0/subscriptions/1 GET /beta/subscriptions/1 \
        PATCH /v1.0/subscriptions/1 PATCH /beta/subscriptions/1 \
        DELETE /beta/subscriptions/1 DELETE /v1.0/subscriptions/1 \
        GET /v1.0/subscriptions/1 GET /beta/subscriptions/1";
    assert_eq!(seen, expected);
}
