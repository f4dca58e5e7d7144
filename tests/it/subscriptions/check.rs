//! The checks that only the function can make, which change nothing.

mod unanswered;

use super::site::{APP, FIRST, OTHER_TENANT, SECOND, Site, TENANT, desired, seconds, text, within};
use serde_json::{Value, json};
use teamwire_graph::CertificateSet;

const RICH: &str = "resource = \"chats\"";
const BASIC: &str = "resource = \"teams\"\npayload = \"basic\"";

async fn check(site: &Site) -> Value {
    site.order(json!({"action": "check"})).await
}

/// A site on which everything that is wanted lives.
async fn healthy() -> Site {
    let site = Site::start().await;
    site.want(&[RICH, BASIC]).await;
    site.reconcile().await;
    site
}

fn states(answer: &Value) -> Vec<&str> {
    let wanted = answer["tenants"][0]["wanted"].as_array();
    let wanted = wanted.unwrap_or_else(|| panic!("{answer}")).iter();
    wanted.map(|one| text(one, "state")).collect()
}

#[tokio::test]
async fn a_site_that_is_well_is_said_to_be() {
    let site = healthy().await;
    let answer = check(&site).await;
    assert_eq!(
        answer["file"],
        json!({"state": "present", "tenants": 1, "subscriptions": 2})
    );
    assert_eq!(
        answer["certificates"],
        json!({"state": "present", "current": "first", "list": [{
            "id": "first", "certificate": FIRST.base64(),
        }]})
    );
    assert_eq!(
        answer["clientState"],
        json!({"keyIds": ["k1"], "mintsWith": "k1", "values": 0})
    );
    let tenant = &answer["tenants"][0];
    assert_eq!(tenant["tenant"], TENANT);
    assert_eq!(tenant["token"]["appId"], APP);
    let roles = tenant["token"]["roles"].as_array().unwrap();
    assert!(roles.contains(&json!("Chat.Read.All")), "{roles:?}");
    assert!((-1..=1).contains(&tenant["clock"]["aheadSeconds"].as_i64().unwrap()));
    assert_eq!(states(&answer), ["live", "live"]);
    assert_eq!(answer["tenantsLeftOut"], 0);
}

#[tokio::test]
async fn each_subscription_is_told_with_whose_it_is() {
    let site = healthy().await;
    site.made_elsewhere(|body| {
        body["resource"] = json!("chats");
        body["changeType"] = json!("created");
        body["notificationUrl"] = json!(format!("{}?code=secret", site.urls.notification));
    })
    .await;
    site.made_elsewhere(|body| body["resource"] = json!("chats/getAllMessages"))
        .await;
    let answer = check(&site).await;
    let there = &answer["tenants"][0]["subscriptions"];
    let ours = there["ours"].as_array().unwrap();
    let chats = ours.iter().find(|one| one["resource"] == "chats").unwrap();
    let wanted = &answer["tenants"][0]["wanted"];
    assert_eq!(
        *chats,
        json!({
            "id": wanted[0]["subscriptionId"], "resource": "chats",
            "certificateId": "first", "applicationId": APP, "url": "ours",
        })
    );
    assert_eq!(ours.len(), 2);
    let [other] = there["others"].as_array().unwrap().as_slice() else {
        panic!("{there}")
    };
    let host = site.urls.notification.rsplit_once('/').unwrap().0;
    assert_eq!(text(other, "url"), host);
    assert!(!answer.to_string().contains("secret"));
}

#[tokio::test]
async fn asking_changes_nothing() {
    let site = healthy().await;
    site.want(&[RICH, "resource = \"teams/getAllMessages\""])
        .await;
    let before = (site.subscriptions().await, site.store.texts(), site.gaps());
    let writes = site.calls("write").await;
    let answer = check(&site).await;
    assert_eq!(states(&answer), ["live", "missing"]);
    let after = (site.subscriptions().await, site.store.texts(), site.gaps());
    assert_eq!(after, before);
    assert_eq!(site.calls("write").await, writes);
}

#[tokio::test]
async fn what_is_wanted_stands_as_it_stands() {
    let site = healthy().await;
    site.made_elsewhere(|body| body["resource"] = json!("teams/getAllChannels"))
        .await;
    let rotated = {
        let mut all = CertificateSet::of("first", FIRST.clone()).unwrap();
        all.rotate_to(
            "second",
            SECOND.clone(),
            "2030-01-01T00:00:00Z".parse().unwrap(),
        )
        .unwrap();
        all.to_json()
    };
    site.put("certificates.json", &rotated).await;
    site.want(&[
        RICH,
        "resource = \"teams\"",
        "resource = \"teams/getAllChannels\"\nchanges = [\"created\", \"updated\"]",
        "resource = \"teams/getAllMembers\"",
    ])
    .await;
    let answer = check(&site).await;
    assert_eq!(
        states(&answer),
        ["other-certificate", "to-replace", "other-url", "missing"]
    );
    let wanted = &answer["tenants"][0]["wanted"];
    assert_eq!(
        (text(&wanted[1], "payload"), text(&wanted[1], "row")),
        ("rich", "teams")
    );
    assert!(text(&wanted[2], "why").contains("Graph takes no other"));
}

#[tokio::test]
async fn a_renewal_that_did_not_come_is_noticed_long_before_the_end() {
    let site = healthy().await;
    // Of three days, half and the jitter are over, and then some.
    site.pass(35).await;
    assert_eq!(states(&check(&site).await), ["live", "live"]);
    site.pass(3).await;
    assert_eq!(states(&check(&site).await), ["expiring", "expiring"]);
}

#[tokio::test]
async fn without_a_file_there_is_nobody_to_ask_about() {
    let site = Site::start().await;
    let answer = check(&site).await;
    assert_eq!(answer["file"], json!({"state": "missing"}));
    assert_eq!(answer["tenants"], json!([]));
}

#[tokio::test]
async fn a_tenant_can_be_asked_about_that_the_file_does_not_have() {
    let site = healthy().await;
    let order = json!({"action": "check", "tenants": [OTHER_TENANT]});
    let answer = site.order(order).await;
    let [tenant] = answer["tenants"].as_array().unwrap().as_slice() else {
        panic!("{answer}")
    };
    assert_eq!(text(tenant, "tenant"), OTHER_TENANT);
    assert_eq!(tenant["token"]["appId"], APP);
}

#[tokio::test]
async fn a_broken_file_is_told_line_by_line() {
    let site = healthy().await;
    site.put("subscriptions.toml", "[[tenants]]\nid = 7").await;
    site.put("certificates.json", "{}").await;
    let answer = check(&site).await;
    assert_eq!(text(&answer["file"], "fault"), "desired-invalid");
    assert_eq!(answer["file"]["lines"][0]["line"], 2, "{answer}");
    assert_eq!(
        text(&answer["certificates"], "fault"),
        "certificates-invalid"
    );
    assert_eq!(answer["tenants"], json!([]));
}

#[tokio::test]
async fn without_a_certificate_that_is_said() {
    let site = Site::start().await.without_a_certificate();
    let answer = check(&site).await;
    assert_eq!(answer["certificates"], json!({"state": "missing"}));
}

#[tokio::test]
async fn a_refusal_of_entra_is_told_by_its_number_and_what_it_means() {
    for (code, meaning) in [
        (7_000_222, "expired"),
        (700_016, "consented"),
        (90_002, "no such tenant"),
        (7_000_112, "disabled"),
    ] {
        let site = Site::start().await;
        site.want(&[RICH]).await;
        site.fault(json!({"fault": "refusal", "code": code})).await;
        let answer = check(&site).await;
        let tenant = &answer["tenants"][0];
        let token = &tenant["token"];
        assert_eq!(
            (text(token, "fault"), &token["aadsts"]),
            ("credentials-refused", &json!(code))
        );
        assert!(text(token, "said").contains(meaning), "{token}");
        assert_eq!(text(&tenant["subscriptions"], "fault"), "no-token");
        assert_eq!(text(&tenant["servicePrincipal"], "fault"), "no-token");
        // The clock may be the cause, and is told without a token.
        assert_eq!(tenant["clock"], json!({"aheadSeconds": 0}));
        assert_eq!(states(&answer), ["unknown"]);
    }
}

#[tokio::test]
async fn a_wrong_secret_is_refused_and_not_told() {
    let site = Site::start().await.with_a_wrong_secret();
    site.want(&[RICH]).await;
    let answer = check(&site).await;
    assert_eq!(answer["tenants"][0]["token"]["aadsts"], 7_000_215);
    assert!(!answer.to_string().contains("not-the-one"), "{answer}");
}

#[tokio::test]
async fn an_entra_that_is_down_is_told_apart() {
    let site = Site::start().await;
    site.want(&[RICH]).await;
    site.fault(json!({"fault": "entra", "down": true})).await;
    let answer = check(&site).await;
    assert_eq!(
        text(&answer["tenants"][0]["token"], "fault"),
        "entra-unavailable"
    );
}

#[tokio::test]
async fn a_permission_that_is_missing_is_missing_in_the_token() {
    let site = Site::start().await;
    site.want(&[RICH, "resource = \"teams/getAllMessages\""])
        .await;
    site.control("servicePrincipal", json!({"roles": ["Chat.Read.All"]}))
        .await;
    site.reconcile().await;
    let answer = check(&site).await;
    let roles = &answer["tenants"][0]["token"]["roles"];
    assert_eq!(*roles, json!(["Chat.Read.All"]));
    assert_eq!(states(&answer), ["live", "missing"]);
}

#[tokio::test]
async fn a_permission_that_was_granted_since_is_in_the_answer() {
    let site = Site::start().await;
    site.want(&[RICH]).await;
    site.control("servicePrincipal", json!({"roles": []})).await;
    let (manager, order) = (site.manager(), || json!({"action": "check"}));
    let roles = |answer: &Value| answer["tenants"][0]["token"]["roles"].clone();
    assert_eq!(roles(&manager.handle(order(), within(60)).await), json!([]));
    site.control("servicePrincipal", json!({"roles": ["Chat.Read.All"]}))
        .await;
    let answer = manager.handle(order(), within(60)).await;
    assert_eq!(roles(&answer), json!(["Chat.Read.All"]));
}

#[tokio::test]
async fn a_list_that_is_refused_hides_neither_token_nor_clock() {
    let site = healthy().await;
    site.fault(json!({"fault": "consent", "tenant": TENANT, "lost": true}))
        .await;
    let answer = check(&site).await;
    let tenant = &answer["tenants"][0];
    assert_eq!(tenant["token"]["roles"], json!([]));
    assert_eq!(tenant["clock"], json!({"aheadSeconds": 0}));
    assert_eq!(text(&tenant["subscriptions"], "fault"), "no-consent");
    assert_eq!(states(&answer), ["unknown", "unknown"]);
}

#[tokio::test]
async fn a_clock_that_is_off_is_told_either_way() {
    let site = healthy().await;
    for ahead in [600, -600] {
        site.control("settings", json!({"dateAheadSeconds": ahead}))
            .await;
        let answer = check(&site).await;
        let seen = answer["tenants"][0]["clock"]["aheadSeconds"]
            .as_i64()
            .unwrap();
        assert!((seen - ahead).abs() <= 1, "{seen}");
        assert!(seconds(text(&answer, "at"), &jiff::Timestamp::now().to_string()) < 60);
    }
}

#[tokio::test]
async fn what_the_app_may_not_read_of_itself_is_no_fault_of_anything() {
    let site = healthy().await;
    let answer = check(&site).await;
    let principal = &answer["tenants"][0]["servicePrincipal"];
    assert_eq!(text(principal, "fault"), "forbidden");
    assert!(text(principal, "said").contains("Application.Read.All"));
    for required in [true, false] {
        let there = json!({
            "roles": ["Application.Read.All"],
            "appRoleAssignmentRequired": required,
        });
        site.control("servicePrincipal", there).await;
        let answer = check(&site).await;
        let principal = &answer["tenants"][0]["servicePrincipal"];
        assert_eq!(*principal, json!({"appRoleAssignmentRequired": required}));
    }
}

#[tokio::test]
async fn one_tenant_that_fails_leaves_the_other_as_it_is() {
    let site = healthy().await;
    let other = format!("[[tenants]]\nid = \"{OTHER_TENANT}\"\n");
    let both = format!("{other}{}", desired(&[RICH, BASIC]));
    site.put("subscriptions.toml", &both).await;
    let refusal = json!({"fault": "refusal", "tenant": OTHER_TENANT, "code": 700_016});
    site.fault(refusal).await;
    let answer = check(&site).await;
    let [first, second] = answer["tenants"].as_array().unwrap().as_slice() else {
        panic!("{answer}")
    };
    assert_eq!(first["token"]["aadsts"], 700_016);
    assert_eq!(text(second, "tenant"), TENANT);
    assert_eq!(second["wanted"][0]["state"], "live");
}
