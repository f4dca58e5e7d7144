//! Issuers, and the tenants and versions that have to fit them.

use super::mint::{self, Draft, ENTRA, KID, NOW, OTHER_TENANT, TENANT, policy, v1, v2};
use super::{Row, assert_refused};
use serde_json::json;
use teamwire_graph::ValidationTokenFault as F;
use teamwire_graph::validation_token::verify;
use teamwire_payload::cloud::MicrosoftCloud;

const I: F = F::Issuer;

fn issuers() -> Vec<Row> {
    let own = "https://login.microsoftonline.com";
    let v1_issuer = format!("https://sts.windows.net/{TENANT}/");
    let v2_issuer = format!("{own}/{TENANT}/v2.0");
    let without = |name: &str| Draft::v2().without_claim(name).signed();
    let iss = |issuer: String| v2("iss", issuer);
    let old = |issuer: String| v1("iss", issuer);
    vec![
        ("no iss", without("iss"), I),
        ("iss null", v2("iss", json!(null)), I),
        ("iss empty", v2("iss", ""), I),
        ("iss a number", v2("iss", 7), F::Malformed),
        ("iss an array", v2("iss", json!([v2_issuer])), F::Malformed),
        (
            "v1 iss without its slash",
            old(format!("https://sts.windows.net/{TENANT}")),
            I,
        ),
        (
            "v1 iss with two slashes",
            old(format!("https://sts.windows.net/{TENANT}//")),
            I,
        ),
        (
            "v1 iss with v2.0",
            old(format!("https://sts.windows.net/{TENANT}/v2.0")),
            I,
        ),
        (
            "v2 iss with a slash behind",
            iss(format!("{v2_issuer}/")),
            I,
        ),
        ("v2 iss without v2.0", iss(format!("{own}/{TENANT}")), I),
        ("v2 iss with v1.0", iss(format!("{own}/{TENANT}/v1.0")), I),
        (
            "iss over http",
            iss(format!("http://login.microsoftonline.com/{TENANT}/v2.0")),
            I,
        ),
        (
            "v1 iss over http",
            old(format!("http://sts.windows.net/{TENANT}/")),
            I,
        ),
        (
            "iss without a scheme",
            iss(format!("login.microsoftonline.com/{TENANT}/v2.0")),
            I,
        ),
        ("iss in upper case", iss(v2_issuer.to_uppercase()), I),
        (
            "iss with the tenant in upper case",
            iss(format!("{own}/{}/v2.0", TENANT.to_uppercase())),
            I,
        ),
        (
            "iss of another host",
            iss(format!("https://evil.example/{TENANT}/v2.0")),
            I,
        ),
        (
            "iss of a longer host",
            iss(format!("{own}.evil.example/{TENANT}/v2.0")),
            I,
        ),
        (
            "iss with a user part",
            iss(format!("{own}@evil.example/{TENANT}/v2.0")),
            I,
        ),
        (
            "iss of a host that ends alike",
            iss(format!(
                "https://evil-login.microsoftonline.com/{TENANT}/v2.0"
            )),
            I,
        ),
        (
            "iss with a port",
            iss(format!("{own}:443/{TENANT}/v2.0")),
            I,
        ),
        ("iss with a query", iss(format!("{v2_issuer}?x")), I),
        ("iss with a fragment", iss(format!("{v2_issuer}#x")), I),
        (
            "iss that contains the right one",
            iss(format!("https://evil.example/?{v2_issuer}")),
            I,
        ),
        (
            "v1 iss that contains the right one",
            old(format!("https://evil.example/{v1_issuer}")),
            I,
        ),
        ("iss with a space behind", iss(format!("{v2_issuer} ")), I),
        (
            "iss with a zero byte behind",
            iss(format!("{v2_issuer}\0")),
            I,
        ),
        (
            "iss with a dot segment",
            iss(format!("{own}/x/../{TENANT}/v2.0")),
            I,
        ),
        ("iss of common", iss(format!("{own}/common/v2.0")), I),
        (
            "iss with a template",
            iss(format!("{own}/{{tenantid}}/v2.0")),
            I,
        ),
        (
            "iss of another tenant",
            iss(format!("{own}/{OTHER_TENANT}/v2.0")),
            I,
        ),
        (
            "v1 iss of another tenant",
            old(format!("https://sts.windows.net/{OTHER_TENANT}/")),
            I,
        ),
        (
            "iss of another cloud",
            iss(format!("https://login.microsoftonline.us/{TENANT}/v2.0")),
            I,
        ),
        ("v1 iss in a v2 token", iss(v1_issuer.clone()), I),
        ("v2 iss in a v1 token", old(v2_issuer.clone()), I),
        (
            "v2 iss of the v1 host",
            iss(format!("https://sts.windows.net/{TENANT}/v2.0")),
            I,
        ),
        (
            "iss of B2C",
            iss(format!("https://contoso.b2clogin.com/{TENANT}/v2.0/")),
            I,
        ),
    ]
}

#[tokio::test]
async fn only_entra_issues_tokens_for_a_tenant() {
    assert_refused(issuers(), 37).await;
}

fn tenants_and_versions() -> Vec<Row> {
    let without = |name: &str| Draft::v2().without_claim(name).signed();
    vec![
        ("no tid", without("tid"), I),
        ("tid null", v2("tid", json!(null)), I),
        ("tid empty", v2("tid", ""), I),
        ("tid a number", v2("tid", 7), F::Malformed),
        ("tid of another tenant", v2("tid", OTHER_TENANT), I),
        (
            "tid common, issuer too",
            Draft::v2().of_tenant("common").signed(),
            I,
        ),
        (
            "tid a domain, issuer too",
            Draft::v2().of_tenant("contoso.example").signed(),
            I,
        ),
        (
            "tid in braces, issuer too",
            Draft::v2().of_tenant(&format!("{{{TENANT}}}")).signed(),
            I,
        ),
        (
            "tid without dashes, issuer too",
            Draft::v2().of_tenant(&TENANT.replace('-', "")).signed(),
            I,
        ),
        (
            "tid with a path, issuer too",
            Draft::v2().of_tenant(&format!("x/../{TENANT}")).signed(),
            I,
        ),
        ("tid with a space", v2("tid", format!("{TENANT} ")), I),
        ("tid not ASCII", v2("tid", TENANT.replace('3', "３")), I),
        ("no ver", without("ver"), I),
        ("ver null", v2("ver", json!(null)), I),
        ("ver 3.0", v2("ver", "3.0"), I),
        ("ver 2", v2("ver", "2"), I),
        ("ver v2.0", v2("ver", "v2.0"), I),
        ("ver a number", v2("ver", 2.0), F::Malformed),
        ("ver 1.0 in a v2 token", v2("ver", "1.0"), I),
        ("ver 2.0 in a v1 token", v1("ver", "2.0"), I),
    ]
}

#[tokio::test]
async fn tenant_and_version_have_to_fit_the_issuer() {
    assert_refused(tenants_and_versions(), 20).await;
}

#[tokio::test]
async fn a_key_of_one_tenant_signs_for_no_other() {
    for (name, issuer) in [
        (
            "another tenant",
            format!("https://login.microsoftonline.com/{OTHER_TENANT}/v2.0"),
        ),
        (
            "the tenant as part of a longer word",
            format!("https://x/{TENANT}0/v2.0"),
        ),
        (
            "no tenant",
            "https://login.microsoftonline.com/common/v2.0".to_owned(),
        ),
        ("nothing", String::new()),
    ] {
        let mut jwk = ENTRA.jwk(KID);
        jwk["issuer"] = issuer.into();
        let keys = mint::key_set_of([jwk]);
        let verdict = verify(
            &Draft::v2().signed(),
            &keys,
            &policy(MicrosoftCloud::Global),
            NOW,
        )
        .await;
        assert_eq!(verdict, Err(F::Issuer), "{name}");
    }
}
