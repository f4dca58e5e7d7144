//! Tokens that have to be accepted, in every cloud and at every edge.

use super::mint::{
    self, Draft, ENTRA, GRAPH, KID, NOW, OTHER_TENANT, OUR_APP, TENANT, key_set_of, policy,
};
use serde_json::json;
use std::collections::BTreeSet;
use teamwire_graph::validation_token::verify;
use teamwire_graph::{TokenPolicy, signing_keys::KeySet};
use teamwire_payload::cloud::MicrosoftCloud;

const SECOND_APP: &str = "11111111-2222-4333-8444-555555555555";

/// A token, who receives it, and with which keys.
struct Case {
    name: &'static str,
    draft: Draft,
    cloud: MicrosoftCloud,
    keys: KeySet,
    tenant: &'static str,
    app: &'static str,
}

fn case(name: &'static str, draft: Draft) -> Case {
    in_cloud(name, MicrosoftCloud::Global, draft)
}

fn in_cloud(name: &'static str, cloud: MicrosoftCloud, draft: Draft) -> Case {
    let (tenant, app) = (TENANT, OUR_APP);
    Case {
        name,
        draft,
        cloud,
        keys: mint::key_set(),
        tenant,
        app,
    }
}

fn issued_by(draft: Draft, issuer: &str) -> Draft {
    draft.claim("iss", issuer.replace("{}", TENANT))
}

fn clouds() -> Vec<Case> {
    let (us, china) = (
        "https://login.microsoftonline.us/{}/v2.0",
        "https://login.partner.microsoftonline.cn/{}/v2.0",
    );
    vec![
        case("v1, global", Draft::v1()),
        case("v2, global", Draft::v2()),
        in_cloud("v1, gcc high", MicrosoftCloud::GccHigh, Draft::v1()),
        in_cloud(
            "v2, gcc high",
            MicrosoftCloud::GccHigh,
            issued_by(Draft::v2(), us),
        ),
        in_cloud("v1, dod", MicrosoftCloud::Dod, Draft::v1()),
        in_cloud("v2, dod", MicrosoftCloud::Dod, issued_by(Draft::v2(), us)),
        in_cloud(
            "v1, china",
            MicrosoftCloud::China,
            issued_by(Draft::v1(), "https://sts.chinacloudapi.cn/{}/"),
        ),
        in_cloud(
            "v2, china",
            MicrosoftCloud::China,
            issued_by(Draft::v2(), china),
        ),
    ]
}

fn edges() -> Vec<Case> {
    vec![
        case(
            "expired 299 s ago: within the skew",
            Draft::v2().claim("exp", NOW - 299),
        ),
        case(
            "starts in 300 s: within the skew",
            Draft::v1().claim("nbf", NOW + 300),
        ),
        case(
            "issued in 300 s: within the skew",
            Draft::v1().claim("iat", NOW + 300),
        ),
        case("no iat", Draft::v2().without_claim("iat")),
        case(
            "expires at the end of time",
            Draft::v2().claim("exp", i64::MAX),
        ),
        case(
            "starts before the beginning of time",
            Draft::v2().claim("nbf", i64::MIN),
        ),
        case(
            "tid in upper case",
            Draft::v2().claim("tid", TENANT.to_uppercase()),
        ),
        case(
            "aud in upper case",
            Draft::v1().claim("aud", OUR_APP.to_uppercase()),
        ),
        case(
            "caller in upper case",
            Draft::v2().claim("azp", GRAPH.to_uppercase()),
        ),
        case("typ in lower case", Draft::v1().header("typ", "jwt")),
        case("no typ", Draft::v1().without_header("typ")),
        case("no x5t", Draft::v1().without_header("x5t")),
        case("a nonce in the header", Draft::v1().header("nonce", "abc")),
        case("azp of Graph in v1", Draft::v1().claim("azp", GRAPH)),
        case("appid of Graph in v2", Draft::v2().claim("appid", GRAPH)),
        case(
            "claims nobody knows",
            Draft::v2().claim("later", json!({"a": [1, {"b": null}]})),
        ),
        case(
            "unicode in a claim",
            Draft::v2().claim("name", "Zoë ✓ \u{10ffff}"),
        ),
        Case {
            tenant: OTHER_TENANT,
            ..case("another tenant", Draft::v2().of_tenant(OTHER_TENANT))
        },
        Case {
            app: SECOND_APP,
            ..case("our second app", Draft::v2().claim("aud", SECOND_APP))
        },
    ]
}

fn keys() -> Vec<Case> {
    let with_issuer = |issuer: &str| {
        let mut jwk = ENTRA.jwk(KID);
        jwk["issuer"] = issuer.into();
        key_set_of([jwk])
    };
    vec![
        Case {
            keys: with_issuer("https://login.microsoftonline.com/{tenantid}/v2.0"),
            ..case("the key signs for every tenant", Draft::v2())
        },
        Case {
            keys: with_issuer(&format!("https://login.microsoftonline.com/{TENANT}/v2.0")),
            ..case("the key signs for this tenant", Draft::v2())
        },
        Case {
            keys: key_set_of([mint::STRANGER.jwk("another"), ENTRA.jwk(KID)]),
            ..case("one key of several", Draft::v1())
        },
    ]
}

#[tokio::test]
async fn every_real_form_of_token_is_accepted() {
    let cases: Vec<Case> = clouds().into_iter().chain(edges()).chain(keys()).collect();
    assert_eq!(cases.len(), 30);
    for Case {
        name,
        draft,
        cloud,
        keys,
        tenant,
        app,
    } in cases
    {
        let policy = TokenPolicy {
            app_ids: BTreeSet::from([OUR_APP.to_owned(), SECOND_APP.to_owned()]),
            ..policy(cloud)
        };
        let token = verify(&draft.signed(), &keys, &policy, NOW).await;
        let token = token.unwrap_or_else(|fault| panic!("{name}: {fault:?}"));
        assert_eq!(
            (token.tenant.as_str(), token.app_id.as_str()),
            (tenant, app),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_token_of_one_cloud_is_worth_nothing_in_another() {
    let receivers = [
        MicrosoftCloud::Global,
        MicrosoftCloud::GccHigh,
        MicrosoftCloud::Dod,
        MicrosoftCloud::China,
    ];
    // US Government has one login service for both its clouds, and the global v1 issuer.
    let accepted_by = [
        ("v1, global", [true, true, true, false]),
        ("v2, global", [true, false, false, false]),
        ("v1, gcc high", [true, true, true, false]),
        ("v2, gcc high", [false, true, true, false]),
        ("v1, dod", [true, true, true, false]),
        ("v2, dod", [false, true, true, false]),
        ("v1, china", [false, false, false, true]),
        ("v2, china", [false, false, false, true]),
    ];
    for (case, (name, accepts)) in clouds().iter().zip(accepted_by) {
        assert_eq!(case.name, name);
        for (cloud, accepts) in receivers.into_iter().zip(accepts) {
            let verdict = verify(&case.draft.signed(), &case.keys, &policy(cloud), NOW).await;
            assert_eq!(verdict.is_ok(), accepts, "{name} in {cloud:?}");
        }
    }
}
