//! The application in a tenant: its permissions, and whether Graph gets tokens for it.

use crate::api::{APP, Api, SECRET, TENANTS, request};
use crate::endpoint::Endpoint;
use crate::envelope::Certificate;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/v1.0/subscriptions";

async fn principal(api: &Api, change: Value) {
    let (status, _) = api.post("/simulator/servicePrincipal", &change).await;
    assert_eq!(status, 204);
}

pub(crate) async fn token(api: &Api, tenant: &str) -> String {
    let (_, body) = api.token(tenant, APP, SECRET).await;
    body["access_token"].as_str().unwrap().to_owned()
}

fn roles(token: &str) -> Value {
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap());
    let claims: Value = serde_json::from_slice(&claims.unwrap()).unwrap();
    claims["roles"].clone()
}

#[tokio::test]
async fn a_token_has_the_permissions_of_its_tenant() {
    let api = Api::start().await;
    let all = roles(&token(&api, TENANTS[0]).await);
    assert!(all.as_array().unwrap().contains(&json!("Chat.Read.All")));
    let one = json!({"tenant": TENANTS[0], "roles": ["Team.ReadBasic.All"]});
    principal(&api, one).await;
    assert_eq!(
        roles(&token(&api, TENANTS[0]).await),
        json!(["Team.ReadBasic.All"])
    );
    assert_eq!(roles(&token(&api, TENANTS[1]).await), all);
    principal(&api, json!({"roles": []})).await;
    assert_eq!(roles(&token(&api, TENANTS[1]).await), Value::Null);
    principal(&api, json!({"roles": null})).await;
    assert_eq!(roles(&token(&api, TENANTS[0]).await), all);
    let lost = json!({"fault": "consent", "tenant": TENANTS[0], "lost": true});
    api.fault(lost).await;
    assert_eq!(roles(&token(&api, TENANTS[0]).await), Value::Null);
    let nowhere = json!({"tenant": APP, "roles": []});
    let refused = api.post("/simulator/servicePrincipal", &nowhere).await;
    assert_eq!(refused.0, 400);
}

#[tokio::test]
async fn a_subscription_takes_one_of_its_permissions() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    principal(&api, json!({"roles": ["Chat.Read.All"]})).await;
    let token = token(&api, TENANTS[0]).await;
    for (resource, expected) in [
        ("chats", 201),
        ("chats/getAllMessages", 201),
        ("teams", 403),
        ("teams/getAllMessages", 403),
    ] {
        let body = request(&endpoint, resource, None);
        let (status, _, answer) = api.call_with(&token, Method::POST, PATH, &body).await;
        assert_eq!(status, expected, "{resource} {answer}");
        if status == 403 {
            assert_eq!(answer["error"]["code"], "ExtensionError");
            let message = answer["error"]["message"].as_str().unwrap();
            let start = "Operation: Create; Exception: [Status Code: Unauthorized; Reason: ";
            assert!(message.starts_with(start), "{message}");
        }
    }
    assert_eq!(endpoint.handshakes().len(), 4, "two for each that was made");
}

#[tokio::test]
async fn the_directory_is_read_with_a_permission_of_its_own() {
    let api = Api::start().await;
    let of = |app: &str| format!("/v1.0/servicePrincipals(appId='{app}')?$select=x");
    let (status, body) = api.get(&of(APP)).await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (403, &json!("Authorization_RequestDenied"))
    );
    for required in [true, false] {
        let reader = json!({
            "roles": ["Application.Read.All"],
            "appRoleAssignmentRequired": required,
        });
        principal(&api, reader).await;
        let token = token(&api, TENANTS[0]).await;
        let get = async |path: String| {
            api.call_with(&token, Method::GET, &path, &Value::Null)
                .await
        };
        let (status, _, body) = get(of(APP)).await;
        assert_eq!(
            (status, &body["appRoleAssignmentRequired"]),
            (200, &json!(required))
        );
        assert_eq!(get(of(TENANTS[0])).await.0, 404);
    }
}

#[tokio::test]
async fn where_assignment_is_required_content_comes_without_a_token() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let certificate = Certificate::new();
    for tenant in [0, 1] {
        api.subscribe(tenant, &endpoint, "chats", Some(&certificate))
            .await;
    }
    let required = json!({"tenant": TENANTS[0], "appRoleAssignmentRequired": true});
    principal(&api, required).await;
    api.announce(&json!({"count": 8})).await;
    for body in endpoint.bodies() {
        let of_first = body["value"][0]["tenantId"] == TENANTS[0];
        let tokens = body.get("validationTokens").unwrap();
        assert_eq!(tokens.is_null(), of_first, "{body}");
    }
    let freed = json!({"appRoleAssignmentRequired": false});
    principal(&api, freed).await;
    api.announce(&json!({"count": 8})).await;
    let last = endpoint.bodies().pop().unwrap();
    assert!(last["validationTokens"][0].is_string());
}

#[tokio::test]
async fn entra_refuses_by_the_number_that_was_asked_for() {
    let api = Api::start().await;
    for code in [90_002, 700_016, 7_000_112, 7_000_215, 7_000_222, 700_027] {
        let refusal = json!({"fault": "refusal", "tenant": TENANTS[0], "code": code});
        api.fault(refusal).await;
        let (status, body) = api.token(TENANTS[0], APP, SECRET).await;
        assert!(status >= 400, "{code}");
        assert_eq!(body["error_codes"], json!([code]));
        assert_eq!(api.token(TENANTS[1], APP, SECRET).await.0, 200);
    }
    api.fault(json!({"fault": "refusal", "tenant": TENANTS[0]}))
        .await;
    assert_eq!(api.token(TENANTS[0], APP, SECRET).await.0, 200);
    let unknown = json!({"fault": "refusal", "code": 1});
    assert_eq!(api.post("/simulator/faults", &unknown).await.0, 400);
}

#[tokio::test]
async fn the_date_can_be_wrong_without_any_time_passing() {
    let api = Api::start().await;
    for ahead in [600, -600] {
        let settings = json!({"dateAheadSeconds": ahead});
        assert_eq!(api.post("/simulator/settings", &settings).await.0, 200);
        let wrong = api.date(PATH).await.as_second() - api.now().await.as_second();
        assert!((wrong - ahead).abs() <= 2, "{wrong}");
    }
}

#[tokio::test]
async fn a_call_hangs_for_as_long_as_was_asked_for() {
    let api = Api::start().await;
    let hang = json!({
        "fault": "graph", "on": "subscriptions", "status": 503, "requests": 1, "afterSeconds": 1,
    });
    api.fault(hang).await;
    let began = std::time::Instant::now();
    assert_eq!(api.get(PATH).await.0, 503);
    assert!(began.elapsed() >= std::time::Duration::from_secs(1));
    assert_eq!(api.get(PATH).await.0, 200);
}
