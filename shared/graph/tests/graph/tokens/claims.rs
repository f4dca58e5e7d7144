//! Claims that say the wrong thing, or nothing.

use super::mint::{Draft, GRAPH, NOW, OUR_APP, TENANT, signed_texts};
use super::mint::{v1, v2};
use super::{Row, assert_refused};
use serde_json::json;
use teamwire_graph::ValidationTokenFault as F;

const A: F = F::Audience;
const C: F = F::Caller;

/// A version 2 token in which one claim is written as given.
fn written(claim: &str, text: &str) -> String {
    let draft = Draft::v2().without_claim(claim);
    let claims = draft.claims.to_string();
    let members = claims.strip_prefix('{').unwrap();
    signed_texts(
        &draft.header.to_string(),
        &format!(r#"{{"{claim}":{text},{members}"#),
    )
}

fn doubled(claim: &str, value: &str) -> String {
    let draft = Draft::v2();
    let claims = draft.claims.to_string();
    let members = claims.strip_suffix('}').unwrap();
    signed_texts(
        &draft.header.to_string(),
        &format!(r#"{members},"{claim}":{value}}}"#),
    )
}

fn times() -> Vec<Row> {
    let without = |name: &str| Draft::v2().without_claim(name).signed();
    vec![
        ("no exp", without("exp"), F::Expired),
        ("exp null", v2("exp", json!(null)), F::Expired),
        ("exp 300 s ago", v2("exp", NOW - 300), F::Expired),
        ("exp an hour ago", v1("exp", NOW - 3_600), F::Expired),
        ("exp zero", v2("exp", 0), F::Expired),
        ("exp negative", v2("exp", -1), F::Expired),
        (
            "exp at the beginning of time",
            v2("exp", i64::MIN),
            F::Expired,
        ),
        ("exp text", v2("exp", (NOW + 60).to_string()), F::Malformed),
        ("exp a fraction", v2("exp", NOW as f64 + 60.5), F::Malformed),
        (
            "exp past 64 bits",
            written("exp", "18446744073709551616"),
            F::Malformed,
        ),
        (
            "exp past 63 bits",
            written("exp", "9223372036854775808"),
            F::Malformed,
        ),
        ("exp infinite", written("exp", "1e999"), F::Malformed),
        ("exp in exponent form", written("exp", "2e9"), F::Malformed),
        ("exp true", v2("exp", true), F::Malformed),
        ("exp an array", v2("exp", json!([NOW + 60])), F::Malformed),
        ("no nbf", without("nbf"), F::NotYet),
        ("nbf null", v2("nbf", json!(null)), F::NotYet),
        ("nbf in 301 s", v2("nbf", NOW + 301), F::NotYet),
        ("nbf in a day", v1("nbf", NOW + 86_400), F::NotYet),
        ("nbf at the end of time", v2("nbf", i64::MAX), F::NotYet),
        ("nbf text", v2("nbf", "0"), F::Malformed),
        ("iat in 301 s", v2("iat", NOW + 301), F::NotYet),
        ("iat at the end of time", v1("iat", i64::MAX), F::NotYet),
        ("iat text", v2("iat", "0"), F::Malformed),
        (
            "nbf after exp, both within what clocks differ by",
            Draft::v2()
                .claim("nbf", NOW + 60)
                .claim("exp", NOW - 60)
                .signed(),
            F::Expired,
        ),
        (
            "iat after exp",
            Draft::v1()
                .claim("iat", NOW + 60)
                .claim("exp", NOW - 60)
                .signed(),
            F::Expired,
        ),
    ]
}

#[tokio::test]
async fn a_token_holds_for_its_time_only() {
    assert_refused(times(), 26).await;
}

fn audiences() -> Vec<Row> {
    vec![
        ("no aud", Draft::v2().without_claim("aud").signed(), A),
        ("aud null", v2("aud", json!(null)), A),
        ("aud empty", v2("aud", ""), A),
        (
            "aud of another app",
            v2("aud", "11111111-2222-4333-8444-555555555555"),
            A,
        ),
        ("aud in api form", v2("aud", format!("api://{OUR_APP}")), A),
        ("aud in spn form", v2("aud", format!("spn:{OUR_APP}")), A),
        ("aud in braces", v2("aud", format!("{{{OUR_APP}}}")), A),
        ("aud with a space", v2("aud", format!("{OUR_APP} ")), A),
        (
            "aud that contains ours",
            v2("aud", format!("{OUR_APP},x")),
            A,
        ),
        ("aud without dashes", v2("aud", OUR_APP.replace('-', "")), A),
        ("aud Graph", v2("aud", "https://graph.microsoft.com"), A),
        ("aud the caller", v2("aud", GRAPH), A),
        ("aud the tenant", v2("aud", TENANT), A),
        ("aud any", v2("aud", "*"), A),
        (
            "aud an array with ours",
            v2("aud", json!([OUR_APP])),
            F::Malformed,
        ),
        (
            "aud an array of two",
            v2("aud", json!([OUR_APP, "x"])),
            F::Malformed,
        ),
        ("aud a number", v2("aud", 7), F::Malformed),
        (
            "aud an object",
            v2("aud", json!({"a": OUR_APP})),
            F::Malformed,
        ),
    ]
}

#[tokio::test]
async fn a_token_is_meant_for_one_of_our_apps() {
    assert_refused(audiences(), 18).await;
}

fn callers() -> Vec<Row> {
    let stranger = "11111111-2222-4333-8444-555555555555";
    let swapped_v1 = Draft::v1().without_claim("appid").claim("azp", GRAPH);
    let swapped_v2 = Draft::v2().without_claim("azp").claim("appid", GRAPH);
    vec![
        (
            "v1 without appid",
            Draft::v1().without_claim("appid").signed(),
            C,
        ),
        (
            "v2 without azp",
            Draft::v2().without_claim("azp").signed(),
            C,
        ),
        ("v1 with azp instead", swapped_v1.signed(), C),
        ("v2 with appid instead", swapped_v2.signed(), C),
        ("v1 of another app", v1("appid", stranger), C),
        ("v2 of another app", v2("azp", stranger), C),
        (
            "v2 of another app, Graph's in appid",
            Draft::v2()
                .claim("azp", stranger)
                .claim("appid", GRAPH)
                .signed(),
            C,
        ),
        (
            "v1 of another app, Graph's in azp",
            Draft::v1()
                .claim("appid", stranger)
                .claim("azp", GRAPH)
                .signed(),
            C,
        ),
        (
            "v2 of Graph, another app in appid",
            Draft::v2().claim("appid", stranger).signed(),
            C,
        ),
        (
            "v1 of Graph, another app in azp",
            Draft::v1().claim("azp", stranger).signed(),
            C,
        ),
        (
            "v2 of Graph, our own app in appid",
            Draft::v2().claim("appid", OUR_APP).signed(),
            C,
        ),
        (
            "v1 of Graph, nothing in azp",
            Draft::v1().claim("azp", "").signed(),
            C,
        ),
        ("our own app calls", v2("azp", OUR_APP), C),
        (
            "Microsoft Graph itself calls",
            v1("appid", "00000003-0000-0000-c000-000000000000"),
            C,
        ),
        ("azp null", v2("azp", json!(null)), C),
        ("azp empty", v2("azp", ""), C),
        ("azp with a space", v2("azp", format!("{GRAPH} ")), C),
        (
            "azp that contains Graph's",
            v2("azp", format!("{GRAPH}{GRAPH}")),
            C,
        ),
        ("azp in braces", v2("azp", format!("{{{GRAPH}}}")), C),
        ("azp a number", v2("azp", 7), F::Malformed),
        ("azp an array", v2("azp", json!([GRAPH])), F::Malformed),
        (
            "appid an object",
            v1("appid", json!({"a": GRAPH})),
            F::Malformed,
        ),
    ]
}

#[tokio::test]
async fn a_token_was_asked_for_by_graph() {
    assert_refused(callers(), 22).await;
}

fn twice() -> Vec<Row> {
    vec![
        ("exp twice", doubled("exp", "9999999999"), F::Malformed),
        (
            "aud twice",
            doubled("aud", &format!("\"{OUR_APP}\"")),
            F::Malformed,
        ),
        ("iss twice", doubled("iss", "\"x\""), F::Malformed),
        (
            "tid twice",
            doubled("tid", &format!("\"{TENANT}\"")),
            F::Malformed,
        ),
        (
            "azp twice",
            doubled("azp", &format!("\"{GRAPH}\"")),
            F::Malformed,
        ),
        (
            "a claim nobody knows twice",
            doubled("uti", "0"),
            F::Malformed,
        ),
        (
            "exp twice, once escaped",
            doubled("\\u0065xp", "9999999999"),
            F::Malformed,
        ),
    ]
}

#[tokio::test]
async fn a_claim_stands_once() {
    assert_refused(twice(), 7).await;
}
