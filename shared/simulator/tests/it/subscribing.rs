//! Create, list, renew, remove.

use crate::api::{Api, request};
use crate::documented::resource;
use crate::endpoint::{Endpoint, Handshake};
use crate::envelope::Certificate;
use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use teamwire_simulator::graph::resources::ROWS;

const PATH: &str = "/v1.0/subscriptions";

#[tokio::test]
async fn both_endpoints_are_asked_with_a_form_encoded_token_and_their_own_query() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let (status, body) = api.post(PATH, &request(&endpoint, "chats", None)).await;
    assert_eq!(status, 201);
    assert_eq!(body["applicationId"], crate::api::APP);
    assert_eq!(body["clientState"], crate::api::STATE);
    let handshakes = endpoint.handshakes();
    assert_eq!(handshakes.len(), 2);
    assert_ne!(handshakes[0], handshakes[1]);
    let start = "code=a%20b&validationToken=Validation%3a+Testing+client+application+\
                 reachability+for+subscription+Request-Id%3a+";
    assert!(handshakes.iter().all(|query| query.starts_with(start)));
}

#[tokio::test]
async fn an_endpoint_that_fails_the_handshake_gets_no_subscription() {
    let api = Api::start_with(|config| {
        config.handshake_deadline = Duration::from_millis(300);
    })
    .await;
    let endpoint = Endpoint::start().await;
    for handshake in [
        Handshake::StillEncoded,
        Handshake::Accepted202,
        Handshake::Html,
        Handshake::Other,
        Handshake::Late,
    ] {
        endpoint.shake(handshake);
        let (status, body) = api.post(PATH, &request(&endpoint, "chats", None)).await;
        assert_eq!(status, 400, "{handshake:?}");
        assert_eq!(body["error"]["code"], "InvalidRequest", "{handshake:?}");
        let inner = &body["error"]["innerError"];
        assert!(inner["request-id"].is_string() && inner["date"].is_string());
        if handshake == Handshake::Late {
            let message = "Subscription validation request timed out.";
            assert_eq!(body["error"]["message"], message);
        }
    }
    endpoint.shake(Handshake::Right);
    let mut unreachable = request(&endpoint, "chats", None);
    unreachable["lifecycleNotificationUrl"] = "http://127.0.0.1:1/".into();
    assert_eq!(api.post(PATH, &unreachable).await.0, 400);
    let (_, list) = api.get(PATH).await;
    assert_eq!(list["value"], json!([]));
}

#[tokio::test]
async fn what_the_documents_name_for_beta_alone_is_refused_below_v1_and_asks_no_endpoint() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let refused = [
        "users/{user}/chats",
        "teams/{team}/channels/{channel}/sharedWithTeams",
        "teams/getAllChannels/getAllMembers",
        "appCatalogs/teamsApps/{app}/installedToOnlineMeetings/getAllTranscripts",
        "appCatalogs/teamsApps/{app}/installedToOnlineMeetings/getAllRecordings",
        "communications/onlineMeetings(joinWebUrl='{url}')/meetingCallEvents",
        "copilot/users/{user}/onlineMeetings/getAllAiInsights",
        "copilot/users/{user}/onlineMeetings/{meeting}/aiInsights",
    ];
    let mut found = Vec::new();
    for row in ROWS {
        api.bring_about(0, &resource(row.path)).await;
        let request = request(&endpoint, &resource(row.path), None);
        let before = endpoint.handshakes().len();
        let (status, body) = api.post(PATH, &request).await;
        if status == 400 {
            assert_eq!(body["error"]["code"], "InvalidRequest", "{}", row.path);
            assert_eq!(endpoint.handshakes().len(), before, "{}", row.path);
            let (status, _) = api.post("/beta/subscriptions", &request).await;
            assert_eq!(status, 201, "{}", row.path);
            found.push(row.path);
        } else {
            assert_eq!(status, 201, "{}", row.path);
        }
    }
    assert_eq!(found, refused);
}

#[tokio::test]
async fn the_same_subscription_again_is_a_conflict_and_asks_no_endpoint() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let id = api.subscribe(0, &endpoint, "chats", None).await;
    let before = endpoint.handshakes().len();
    let (status, body) = api.post(PATH, &request(&endpoint, "/chats", None)).await;
    assert_eq!(status, 409);
    let message = format!("Subscription Id {id} already exists for the requested combination");
    assert_eq!(body["error"]["message"], message);
    assert_eq!(endpoint.handshakes().len(), before);
}

#[tokio::test]
async fn a_long_list_comes_in_pages_and_shows_only_the_tenant_s_own() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let mut expected = Vec::new();
    for chat in 0..45 {
        let resource = format!("chats/19:{chat}@thread.v2/messages");
        expected.push(api.subscribe(0, &endpoint, &resource, None).await);
    }
    api.subscribe(1, &endpoint, "chats", None).await;
    let (mut found, mut pages) = (Vec::new(), 0);
    let mut next = Some(PATH.to_owned());
    while let Some(path) = next {
        let (status, page) = api.get(&path).await;
        assert_eq!(status, 200);
        pages += 1;
        let ids = page["value"].as_array().unwrap().iter();
        found.extend(ids.map(|one| one["id"].as_str().unwrap().to_owned()));
        next = page["@odata.nextLink"].as_str().map(str::to_owned);
    }
    assert_eq!(pages, 3);
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_subscription_is_read_renewed_reauthorized_and_removed() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let certificate = Certificate::new();
    let id = api
        .subscribe(0, &endpoint, "chats", Some(&certificate))
        .await;
    let path = format!("{PATH}/{id}");
    let (status, body) = api.get(&path).await;
    assert_eq!(
        (status, &body["encryptionCertificate"]),
        (200, &Value::Null)
    );
    assert_eq!(body["encryptionCertificateId"], "certificate-1");

    let end = Timestamp::now() + SignedDuration::from_mins(4300);
    let renewal = json!({
        "expirationDateTime": end.to_string(),
        "encryptionCertificate": Certificate::new().base64(),
        "encryptionCertificateId": "certificate-2",
    });
    let (status, body) = api.call(0, Method::PATCH, &path, &renewal).await;
    assert_eq!(status, 200);
    assert_eq!(body["encryptionCertificateId"], "certificate-2");
    let renewed: Timestamp = body["expirationDateTime"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(renewed.as_second(), end.as_second());

    let reauthorize = format!("{path}/reauthorize");
    assert_eq!(api.post(&reauthorize, &Value::Null).await.0, 200);
    assert_eq!(
        api.call(1, Method::DELETE, &path, &Value::Null).await.0,
        404
    );
    assert_eq!(
        api.call(0, Method::DELETE, &path, &Value::Null).await.0,
        204
    );
    for (method, path, body) in [
        (Method::GET, &path, Value::Null),
        (Method::PATCH, &path, renewal),
        (Method::DELETE, &path, Value::Null),
        (Method::POST, &reauthorize, Value::Null),
    ] {
        let status = api.call(0, method.clone(), path, &body).await.0;
        assert_eq!(status, 404, "{method} {path}");
    }
}

#[tokio::test]
async fn another_url_is_asked_before_a_renewal_takes_it() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let other = Endpoint::start().await;
    let id = api.subscribe(0, &endpoint, "chats", None).await;
    let path = format!("{PATH}/{id}");
    let update = json!({ "notificationUrl": other.url });
    other.shake(Handshake::Other);
    assert_eq!(api.call(0, Method::PATCH, &path, &update).await.0, 400);
    other.shake(Handshake::Right);
    let (status, body) = api.call(0, Method::PATCH, &path, &update).await;
    assert_eq!((status, &body["notificationUrl"]), (200, &json!(other.url)));
}

#[tokio::test]
async fn nobody_is_served_without_a_token_of_this_entra() {
    let api = Api::start().await;
    let stranger = Api::start().await;
    let (_, body) = stranger
        .token(crate::api::TENANTS[0], crate::api::APP, "secret")
        .await;
    let foreign = body["access_token"].as_str().unwrap();
    for token in ["", "a.b.c", foreign] {
        for path in [PATH, "/v1.0/chats/1", "/beta/subscriptions"] {
            let (status, _, body) = api.call_with(token, Method::GET, path, &Value::Null).await;
            assert_eq!(status, 401, "{path}");
            assert_eq!(body["error"]["code"], "InvalidAuthenticationToken");
        }
    }
}

#[tokio::test]
async fn listing_too_often_is_answered_with_when_to_come_back() {
    let api = Api::start().await;
    let mut statuses = Vec::new();
    for _ in 0..26 {
        statuses.push(api.get(PATH).await.0);
    }
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 25);
    assert_eq!(statuses.last(), Some(&429));
    let (_, body) = api
        .token(crate::api::TENANTS[0], crate::api::APP, "secret")
        .await;
    let token = body["access_token"].as_str().unwrap();
    let (status, retry_after, _) = api.call_with(token, Method::GET, PATH, &Value::Null).await;
    let seconds: u64 = retry_after.unwrap().parse().unwrap();
    assert!(status == 429 && (1..=20).contains(&seconds));
}
