//! The gate that every call of Graph passes, before it is served and after.

use super::calls::Operation;
use super::errors::GraphErrorResponse;
use super::extension;
use super::headers::{self, RequestIds};
use super::storm::{Met, Side};
use crate::entra::tokens::{self, Caller, PlantedTokenFault};
use crate::state::{State, count};
use axum::extract::{FromRequestParts, Request, State as Shared};
use axum::http::{Method, StatusCode, header, request::Parts};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::time::Instant;

/// Lets a call through, or not; and gives every answer the head that Graph's have.
pub(super) async fn pass(
    Shared(state): Shared<Arc<State>>,
    request: Request,
    next: Next,
) -> Response {
    let ids = RequestIds::of(request.headers());
    let mut response = admit(&state, request, next)
        .await
        .unwrap_or_else(GraphErrorResponse::into_response);
    let now = state.clock.now();
    if let Some(fault) = response.extensions_mut().remove::<GraphErrorResponse>() {
        response = fault.answer(now, &ids);
    } else if response.status() == StatusCode::METHOD_NOT_ALLOWED {
        response = GraphErrorResponse::no_method().answer(now, &ids);
    }
    let ahead = SignedDuration::from_secs(state.settings().date_ahead_seconds.into());
    headers::stamp(
        &mut response,
        &ids,
        now.saturating_add(ahead).unwrap_or(now),
    );
    response
}

async fn admit(
    state: &Arc<State>,
    request: Request,
    next: Next,
) -> Result<Response, GraphErrorResponse> {
    let (mut parts, body) = request.into_parts();
    let caller = Caller::from_request_parts(&mut parts, state).await?;
    let operation = Operation::of(&parts.method, parts.uri.path());
    if let Some(operation) = operation {
        state.meter.count(operation, &caller, &state.clock);
    }
    parts.extensions.insert(caller.clone());
    let request = Request::from_parts(parts, body);
    let answer = serve(state, &caller, operation, request, next).await;
    let status = match &answer {
        Ok(response) => response.status(),
        Err(fault) => fault.status,
    };
    if status == StatusCode::TOO_MANY_REQUESTS {
        count(&state.counters.too_many_requests);
        if let Some(operation) = operation {
            state.meter.throttled(operation, &caller);
        }
    }
    answer
}

async fn serve(
    state: &Arc<State>,
    caller: &Caller,
    operation: Option<Operation>,
    request: Request,
    next: Next,
) -> Result<Response, GraphErrorResponse> {
    let side = match operation {
        Some(Operation::Update) => Side::Updates,
        Some(_) => Side::Subscriptions,
        None => Side::Resources,
    };
    let met = state.trouble.storm(&caller.tenant_id, side);
    if let Some(met) = &met {
        tokio::time::sleep(met.after).await;
    }
    if let Some(Met {
        fault,
        answer_lost: false,
        ..
    }) = met
    {
        // Every other creation meets the trouble behind Graph.
        let behind = operation == Some(Operation::Create)
            && fault.status.is_server_error()
            && count(&state.counters.troubled_creations).is_multiple_of(2);
        return Err(if behind {
            extension::passed_on(fault)
        } else {
            fault
        });
    }
    if let Some(operation) = operation {
        let now = if state.settings().rates_by_clock {
            state.clock.instant()
        } else {
            Instant::now()
        };
        operation
            .pace(&state.rates, caller, now)
            .map_err(|seconds| {
                GraphErrorResponse::throttled(StatusCode::TOO_MANY_REQUESTS, seconds)
            })?;
    }
    if state.trouble.has_no_consent(&caller.tenant_id) && operation != Some(Operation::Delete) {
        return Err(GraphErrorResponse::no_consent());
    }
    // Contents have formats of their own.
    let is_content = request.uri().path().ends_with("/content");
    if request.method() == Method::GET
        && !is_content
        && !headers::accepts(request.headers(), "application/json")
    {
        return Err(GraphErrorResponse::not_acceptable());
    }
    let response = next.run(request).await;
    met.map_or(Ok(response), |met| Err(met.fault))
}

impl FromRequestParts<Arc<State>> for Caller {
    type Rejection = GraphErrorResponse;

    /// Access tokens live by the machine's clock.
    async fn from_request_parts(
        parts: &mut Parts,
        state: &Arc<State>,
    ) -> Result<Self, GraphErrorResponse> {
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        let token = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or_else(|| GraphErrorResponse::unauthenticated("Access token is empty."))?;
        tokens::caller_of(&state.key, token, Timestamp::now().as_second()).map_err(|fault| {
            GraphErrorResponse::unauthenticated(match fault {
                PlantedTokenFault::Invalid => "Access token validation failure. Invalid token.",
                PlantedTokenFault::Expired => "Lifetime validation failed, the token is expired.",
            })
        })
    }
}
