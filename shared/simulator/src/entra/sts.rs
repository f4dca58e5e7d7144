//! AWS's STS, as far as it speaks of a function's identity, where nothing else on this machine
//! does: `GetWebIdentityToken` alone. Requests need no signature, and all come from one role.

use super::apps::Federated;
use crate::ids;
use crate::state::State;
use axum::Router;
use axum::extract::{Form, State as Shared};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use jiff::Timestamp;
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;

/// The identity of every caller.
const ROLE: &str = "arn:aws:iam::000000000000:role/teamwire";
/// The audience that Entra in the global cloud documents for the exchange of tokens.
const AUDIENCE: &str = "api://AzureADTokenExchange";
/// The lifetimes that a token may have, and the default, in seconds.
const SECONDS: (std::ops::RangeInclusive<i64>, i64) = (60..=3600, 300);
const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

pub(crate) fn router() -> Router<Arc<State>> {
    Router::new()
        .route("/sts", post(token))
        .route("/sts/", post(token))
}

/// The federation that makes an application trust this STS.
pub(crate) fn trusted(url: &str) -> Federated {
    Federated {
        issuer: issuer(url),
        subject: ROLE.to_owned(),
        audience: AUDIENCE.to_owned(),
        jwks: None,
    }
}

fn issuer(url: &str) -> String {
    format!("{url}/sts")
}

async fn token(
    Shared(state): Shared<Arc<State>>,
    Form(request): Form<HashMap<String, String>>,
) -> Response {
    match answer(&state, &request) {
        Ok(body) => xml(StatusCode::OK, body),
        Err((code, message)) => xml(
            StatusCode::BAD_REQUEST,
            format!(
                "<ErrorResponse xmlns=\"{NAMESPACE}\"><Error><Type>Sender</Type><Code>{code}</Code>\
                 <Message>{message}</Message></Error></ErrorResponse>"
            ),
        ),
    }
}

fn answer(
    state: &State,
    request: &HashMap<String, String>,
) -> Result<String, (&'static str, &'static str)> {
    let text = |name: &str| request.get(name).map(String::as_str);
    if text("Action") != Some("GetWebIdentityToken") {
        return Err(("InvalidAction", "only GetWebIdentityToken is known here"));
    }
    if text("SigningAlgorithm") != Some("RS256") {
        return Err(("ValidationError", "SigningAlgorithm is RS256 here"));
    }
    let audience = text("Audience.member.1").filter(|audience| !audience.is_empty());
    let audience = audience.ok_or(("ValidationError", "Audience is missing"))?;
    let seconds = text("DurationSeconds").map_or(Ok(SECONDS.1), str::parse);
    let seconds = seconds
        .ok()
        .filter(|seconds| SECONDS.0.contains(seconds))
        .ok_or(("ValidationError", "DurationSeconds is 60 to 3600"))?;
    let now = Timestamp::now().as_second();
    let claims = json!({
        "aud": audience,
        "sub": ROLE,
        "iss": issuer(&state.url),
        "iat": now,
        "exp": now + seconds,
        "jti": ids::guid(&mut rand::rng()),
    });
    let token = state
        .key
        .sign(state.key.kid(), &claims)
        .map_err(|_| ("InternalFailure", "no token could be signed"))?;
    let expiration = Timestamp::from_second(now + seconds).unwrap_or(Timestamp::MAX);
    Ok(format!(
        "<GetWebIdentityTokenResponse xmlns=\"{NAMESPACE}\"><GetWebIdentityTokenResult>\
         <WebIdentityToken>{token}</WebIdentityToken><Expiration>{expiration}</Expiration>\
         </GetWebIdentityTokenResult></GetWebIdentityTokenResponse>"
    ))
}

fn xml(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, "text/xml")], body).into_response()
}
