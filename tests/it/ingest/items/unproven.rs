//! Sealed items without a valid token for their tenant.

use super::{Dropped, Row, alone, assert_fates, other_spelling, with_tokens};
use crate::ingest::site::{basic, lifecycle, rich, with};
use crate::mint::{Draft, GRAPH, NOW, OTHER_TENANT, OUR_APP, STRANGER, TENANT};
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use serde_json::json;

fn unproven() -> Vec<Row> {
    let token = || Draft::v2().signed();
    let with_token = |name, draft: Draft, reason| {
        with_tokens(name, rich(), vec![draft.signed()], Dropped(reason))
    };
    let raw = |name, token: &str, reason| {
        with_tokens(name, rich(), vec![token.to_owned()], Dropped(reason))
    };
    let expired = Draft::v2().claim("exp", NOW - 301);
    vec![
        alone("sealed, no token", rich(), Dropped("missing-token")),
        alone(
            "sealed, other spelling, no token",
            other_spelling(rich()),
            Dropped("missing-token"),
        ),
        alone(
            "sealed, empty, no token",
            with(basic(), "encryptedContent", json!({})),
            Dropped("missing-token"),
        ),
        alone(
            "event with content, no token",
            with(lifecycle(), "encryptedContent", json!({})),
            Dropped("missing-token"),
        ),
        with_token(
            "token of another tenant",
            Draft::v2().of_tenant(OTHER_TENANT),
            "tenant",
        ),
        with_token("token expired", expired.clone(), "exp"),
        with_token(
            "token of tomorrow",
            Draft::v2().claim("nbf", NOW + 86_400),
            "nbf",
        ),
        with_token(
            "token for another app",
            Draft::v2().claim("aud", TENANT),
            "aud",
        ),
        with_token(
            "token by another caller",
            Draft::v2().claim("azp", TENANT),
            "caller",
        ),
        with_token(
            "token of another issuer",
            Draft::v2().claim("iss", "https://evil.example"),
            "iss",
        ),
        with_token(
            "token that names no key",
            Draft::v2().without_header("kid"),
            "kid",
        ),
        with_token(
            "token without a signature",
            Draft::v2().header("alg", "none"),
            "alg",
        ),
        with_token(
            "token that names its key",
            Draft::v2().header("jku", "https://x"),
            "header",
        ),
        raw("token empty", "", "malformed"),
        raw(
            "token of the documents",
            "<<--ValidationTokens-->>",
            "malformed",
        ),
        raw("token cut", token().get(..100).unwrap(), "malformed"),
        raw("token bent", &format!("{}A", token()), "signature"),
        raw(
            "token by a stranger",
            &STRANGER.sign(&RSA_PKCS1_SHA256, &Draft::v2().unsigned()),
            "signature",
        ),
        with_tokens(
            "a valid token and a bad one",
            rich(),
            vec![token(), "x".into()],
            Dropped("malformed"),
        ),
        with_tokens(
            "a bad token and a valid one",
            rich(),
            vec![expired.signed(), token()],
            Dropped("exp"),
        ),
        with_tokens(
            "basic with a bad token",
            basic(),
            vec![expired.signed()],
            Dropped("exp"),
        ),
        with_tokens(
            "event with a bad token",
            lifecycle(),
            vec!["x".into()],
            Dropped("malformed"),
        ),
        with_tokens(
            "199 valid tokens and a bad one",
            rich(),
            [vec![token(); 199], vec!["x".into()]].concat(),
            Dropped("malformed"),
        ),
        with_token(
            "Graph's id as app and caller swapped",
            Draft::v2().claim("aud", GRAPH).claim("azp", OUR_APP),
            "aud",
        ),
    ]
}

#[tokio::test]
async fn a_sealed_item_without_proof_is_dropped() {
    assert_fates(unproven(), 24).await;
}
