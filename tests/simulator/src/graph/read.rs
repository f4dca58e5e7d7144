//! GET of a resource that was announced.

use super::errors::GraphError;
use super::rates::{Limit, Rates};
use crate::change;
use crate::entra::tokens::Caller;
use crate::path::Segments;
use crate::state::{State, count};
use axum::extract::State as Shared;
use axum::http::{StatusCode, Uri, header::CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Documented rates a second for an app, an app in a tenant, and one chat or channel.
struct Pace {
    app: u32,
    tenant: u32,
    resource: u32,
}

const MESSAGES: Pace = Pace {
    app: 200,
    tenant: 20,
    resource: 1,
};
const CHATS: Pace = Pace {
    app: 2_000,
    tenant: 200,
    resource: 1,
};
const OTHERS: Pace = Pace {
    app: 1_500,
    tenant: 30,
    resource: 1,
};

pub(super) async fn resource(
    Shared(state): Shared<Arc<State>>,
    caller: Caller,
    uri: Uri,
) -> Result<Response, GraphError> {
    count(&state.counters.resource_gets);
    if let Some((status, seconds)) = state.trouble.meet(&caller.tenant_id) {
        count(&state.counters.throttled);
        return Err(GraphError::throttled(status, seconds));
    }
    let path = uri.path().trim_start_matches('/');
    let (version, path) = path.split_once('/').unwrap_or((path, ""));
    let segments = Segments::parse(path).ok_or_else(GraphError::no_resource)?;
    if state.config.throttle {
        pace(&state.rates, &caller, &segments, Instant::now()).map_err(|seconds| {
            count(&state.counters.throttled);
            GraphError::throttled(StatusCode::TOO_MANY_REQUESTS, seconds)
        })?;
    }
    let found = state.world().tenant(&caller.tenant_id).find(&segments);
    let found = found.ok_or_else(GraphError::no_resource)?;
    let body = change::with_context(&format!("{version}/"), &found.context, &found.resource);
    let media = "application/json;odata.metadata=minimal;charset=utf-8";
    Ok(([(CONTENT_TYPE, media)], body).into_response())
}

/// Counts a GET against the documented rates; the seconds to wait where one is exceeded.
fn pace(rates: &Rates, caller: &Caller, path: &Segments, now: Instant) -> Result<(), u64> {
    let names: Vec<&str> = path.iter().collect();
    // The chat or channel a message is in: what comes before `messages`.
    let (pace, kind, container) = match names.iter().position(|name| *name == "messages") {
        Some(position) => (MESSAGES, "messages", position),
        None if names.first() == Some(&"chats") => (CHATS, "chats", 2),
        None => (OTHERS, "others", names.len()),
    };
    let container: Vec<&str> = names.into_iter().take(container).collect();
    let tenant = format!("{kind} {} {}", caller.app_id, caller.tenant_id);
    let app = format!("{kind} {}", caller.app_id);
    let resource = format!("{tenant} {}", container.join("/"));
    let a_second = |name, requests| Limit {
        name,
        requests,
        window: Duration::from_secs(1),
    };
    rates.count(
        now,
        &[
            (a_second("get-app", pace.app), app.as_str()),
            (a_second("get-tenant", pace.tenant), tenant.as_str()),
            (a_second("get-resource", pace.resource), resource.as_str()),
        ],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(rates: &Rates, tenant: &str, path: &str, now: Instant) -> Result<(), u64> {
        let caller = Caller {
            tenant_id: tenant.into(),
            app_id: "app".into(),
        };
        pace(rates, &caller, &Segments::parse(path).unwrap(), now)
    }

    #[test]
    fn messages_of_one_chat_are_read_one_a_second() {
        let (rates, now) = (Rates::default(), Instant::now());
        assert_eq!(get(&rates, "t", "chats/a/messages/1", now), Ok(()));
        assert_eq!(get(&rates, "t", "chats/a/messages/2", now), Err(1));
        assert_eq!(get(&rates, "t", "chats/b/messages/1", now), Ok(()));
        assert_eq!(get(&rates, "t", "chats/a", now), Ok(()));
        assert_eq!(get(&rates, "u", "chats/a/messages/1", now), Ok(()));
        let later = now + Duration::from_secs(1);
        assert_eq!(get(&rates, "t", "chats/a/messages/2", later), Ok(()));
    }

    #[test]
    fn replies_count_for_their_channel() {
        let (rates, now) = (Rates::default(), Instant::now());
        let channel = "teams/t/channels/c/messages/1";
        assert_eq!(get(&rates, "t", channel, now), Ok(()));
        let reply = format!("{channel}/replies/2");
        assert_eq!(get(&rates, "t", &reply, now), Err(1));
    }

    #[test]
    fn an_app_reads_twenty_messages_a_second_in_a_tenant() {
        let (rates, now) = (Rates::default(), Instant::now());
        for chat in 0..20 {
            let path = format!("chats/{chat}/messages/1");
            assert_eq!(get(&rates, "t", &path, now), Ok(()));
        }
        assert_eq!(get(&rates, "t", "chats/20/messages/1", now), Err(1));
    }
}
