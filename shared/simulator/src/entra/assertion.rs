//! Client assertions: signed with a certificate of the application, or by an identity provider
//! that it trusts.

use super::apps::{App, Federated};
use super::refusal::Refusal;
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaParameters, RsaPublicKeyComponents,
    UnparsedPublicKey,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde_json::Value;

/// The type of an assertion in a request.
pub(crate) const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Clocks may differ by as much, in seconds.
const SKEW: f64 = 300.0;

/// The requirements on an assertion.
pub(crate) struct Expected<'a> {
    pub(crate) client_id: &'a str,
    /// The names that this token endpoint goes by.
    pub(crate) endpoints: [String; 2],
    /// The keys of the STS here.
    pub(crate) own_keys: Value,
    /// In seconds since 1970.
    pub(crate) now: i64,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    typ: Option<String>,
    kid: Option<String>,
    #[serde(rename = "x5t#S256")]
    sha256: Option<String>,
    #[serde(rename = "x5t")]
    sha1: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    /// Libraries write fractions of seconds.
    exp: f64,
    nbf: Option<f64>,
    jti: Option<String>,
}

/// A JWT taken apart, its signature not looked at.
struct Unverified<'a> {
    header: Header,
    claims: Claims,
    signed: &'a [u8],
    signature: Vec<u8>,
}

/// Checks that `assertion` proves that `app` asks.
pub(crate) fn check(app: &App, assertion: &str, expected: &Expected<'_>) -> Result<(), Refusal> {
    let jwt = Unverified::parse(assertion).ok_or(Refusal::Malformed)?;
    // An assertion of the application's own has it as its issuer.
    if jwt.claims.iss.eq_ignore_ascii_case(expected.client_id) {
        certified(app, &jwt, expected)?;
    } else {
        federated(app, &jwt, expected)?;
    }
    let now = expected.now as f64;
    let begins = jwt.claims.nbf.unwrap_or(now);
    if begins > now + SKEW || jwt.claims.exp <= now - SKEW {
        return Err(Refusal::Time);
    }
    Ok(())
}

fn certified(app: &App, jwt: &Unverified<'_>, expected: &Expected<'_>) -> Result<(), Refusal> {
    let (header, claims) = (&jwt.header, &jwt.claims);
    if header.typ.as_deref() != Some("JWT") || claims.jti.is_none() {
        return Err(Refusal::Malformed);
    }
    // The second is what older libraries sign by.
    let (scheme, hash, named): (&RsaParameters, _, _) = match header.alg.as_str() {
        "PS256" => (&RSA_PSS_2048_8192_SHA256, &SHA256, &header.sha256),
        "RS256" => (
            &RSA_PKCS1_2048_8192_SHA256,
            &SHA1_FOR_LEGACY_USE_ONLY,
            &header.sha1,
        ),
        _ => return Err(Refusal::Malformed),
    };
    let named = named.as_deref().ok_or(Refusal::Malformed)?;
    let named = named.trim_end_matches('=');
    let certificate = app
        .certificates
        .iter()
        .find(|known| URL_SAFE_NO_PAD.encode(digest(hash, &known.der)) == named)
        .ok_or(Refusal::Certificate)?;
    UnparsedPublicKey::new(scheme, &certificate.public_key)
        .verify(jwt.signed, &jwt.signature)
        .map_err(|_| Refusal::Certificate)?;
    if !claims.sub.eq_ignore_ascii_case(expected.client_id) {
        return Err(Refusal::OtherApp);
    }
    if !expected.endpoints.contains(&claims.aud) {
        return Err(Refusal::Audience);
    }
    Ok(())
}

/// Entra compares issuer, subject and audience letter by letter.
fn federated(app: &App, jwt: &Unverified<'_>, expected: &Expected<'_>) -> Result<(), Refusal> {
    let claims = &jwt.claims;
    let issued = fitting(&app.federated, Refusal::Issuer, |known| {
        known.issuer == claims.iss
    })?;
    let about = fitting(issued, Refusal::Subject, |known| {
        known.subject == claims.sub
    })?;
    let trusted = fitting(about, Refusal::ExchangeAudience, |known| {
        known.audience == claims.aud
    })?;
    let signed = trusted.into_iter().any(|known| {
        let keys = known.jwks.as_ref().unwrap_or(&expected.own_keys);
        jwt.is_signed_by(keys)
    });
    signed.then_some(()).ok_or(Refusal::IssuerKey)
}

/// Those that fit; if none does, it is refused.
fn fitting<'a>(
    among: impl IntoIterator<Item = &'a Federated>,
    refusal: Refusal,
    fits: impl Fn(&Federated) -> bool,
) -> Result<Vec<&'a Federated>, Refusal> {
    let fitting: Vec<_> = among.into_iter().filter(|known| fits(known)).collect();
    if fitting.is_empty() {
        Err(refusal)
    } else {
        Ok(fitting)
    }
}

impl<'a> Unverified<'a> {
    fn parse(assertion: &'a str) -> Option<Self> {
        let (signed, signature) = assertion.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
        Some(Self {
            header: serde_json::from_slice(&decode(header)?).ok()?,
            claims: serde_json::from_slice(&decode(claims)?).ok()?,
            signed: signed.as_bytes(),
            signature: decode(signature)?,
        })
    }

    fn is_signed_by(&self, jwks: &Value) -> bool {
        let algorithm: &RsaParameters = match self.header.alg.as_str() {
            "RS256" => &RSA_PKCS1_2048_8192_SHA256,
            _ => return false,
        };
        let keys = jwks.get("keys").and_then(Value::as_array);
        let named = keys.into_iter().flatten().find(|key| {
            let kid = key.get("kid").and_then(Value::as_str);
            kid.is_some() && kid == self.header.kid.as_deref()
        });
        let number = |name: &str| {
            let text = named?.get(name)?.as_str()?;
            URL_SAFE_NO_PAD.decode(text).ok()
        };
        let (Some(n), Some(e)) = (number("n"), number("e")) else {
            return false;
        };
        RsaPublicKeyComponents { n, e }
            .verify(algorithm, self.signed, &self.signature)
            .is_ok()
    }
}
