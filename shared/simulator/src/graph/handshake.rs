//! The handshake: before a subscription exists, its endpoint must echo a token.

use super::errors::GraphErrorResponse;
use crate::ids;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, StatusCode};
use std::time::Duration;

/// The time that the endpoint has to answer.
pub const DEADLINE: Duration = Duration::from_secs(10);

/// Largest answer read; a right one is under 200 bytes.
const ANSWER_BYTES: usize = 4 * 1024;

/// Asks `url` to echo a token.
///
/// # Errors
/// 400 `InvalidRequest` where the answer is late, not 200, not `text/plain`, or not the token.
pub async fn validate(
    client: &Client,
    url: &str,
    deadline: Duration,
) -> Result<(), GraphErrorResponse> {
    let token = format!(
        "Validation: Testing client application reachability for subscription Request-Id: {}",
        ids::guid(&mut rand::rng())
    );
    match tokio::time::timeout(deadline, echo(client, url, &token)).await {
        Ok(answer) => answer,
        Err(_) => Err(GraphErrorResponse::invalid(
            "Subscription validation request timed out.",
        )),
    }
}

async fn echo(client: &Client, url: &str, token: &str) -> Result<(), GraphErrorResponse> {
    let mut response = client
        .post(with_token(url, token))
        .header(CONTENT_TYPE, "text/plain; charset=utf-8")
        .send()
        .await
        .map_err(|_| failed("the notification endpoint could not be reached"))?;
    if response.status() != StatusCode::OK {
        let status = response.status().as_u16();
        return Err(failed(&format!(
            "HTTP status code is '{status}', not '200'"
        )));
    }
    let plain = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|media| media.trim().eq_ignore_ascii_case("text/plain"));
    if !plain {
        return Err(failed("the content type of the answer is not text/plain"));
    }
    let mut answer = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        answer.extend_from_slice(&chunk);
        if answer.len() > ANSWER_BYTES {
            break;
        }
    }
    if answer == token.as_bytes() {
        Ok(())
    } else {
        Err(failed("the answer is not the validation token"))
    }
}

fn failed(why: &str) -> GraphErrorResponse {
    GraphErrorResponse::invalid(format!("Subscription validation request failed: {why}."))
}

/// The endpoint's own query stays; the token is form-encoded as Graph does: a space is `+`, and
/// escapes are in lower case.
fn with_token(url: &str, token: &str) -> String {
    let separator = if url.contains('?') { '&' } else { '?' };
    let encoded: String = token
        .bytes()
        .map(|byte| match byte {
            b' ' => "+".to_owned(),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02x}"),
        })
        .collect();
    format!("{url}{separator}validationToken={encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_form_encoded_and_the_query_kept() {
        assert_eq!(
            with_token("https://a.example/hook?code=1", "Validation: a-1"),
            "https://a.example/hook?code=1&validationToken=Validation%3a+a-1"
        );
        assert_eq!(
            with_token("https://a.example/hook", "x"),
            "https://a.example/hook?validationToken=x"
        );
    }
}
