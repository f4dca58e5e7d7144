//! The app as Graph knows it in a tenant, and Graph's clock: for a person who asks, not for the
//! work.

use super::{CALL_TIMEOUT, CallBudget, CallFault, SubscriptionsApi, date};
use crate::access_token::{AccessToken, TokenSource};
use crate::answers::GraphCall;
use crate::grant::GrantedPermissions;
use crate::{http, resource_reader::retry_after};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use std::time::{Instant, SystemTime};
use teamwire_http::header::RETRY_AFTER;
use teamwire_payload::subscribable::GraphApi;

/// Larger answers are refused; this one has two members.
const ANSWER_BYTES: usize = 64 * 1024;

/// The answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppThere {
    /// The time by which Graph's clock is ahead of ours, to about a second; `None` where it did not
    /// say.
    pub clock_ahead: Option<SignedDuration>,
    /// True if only clients that the app is assigned to get tokens for it. Then Graph has none to
    /// prove notifications with content by. `Refused` with 401 where no token was shown.
    pub assignment_required: Result<bool, CallFault>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ServicePrincipal {
    app_role_assignment_required: bool,
}

impl<T: TokenSource> SubscriptionsApi<T> {
    /// The source of tokens.
    pub const fn tokens(&self) -> &T {
        &self.tokens
    }

    /// Asks once, by the token and for the app that it was granted to. Without one Graph refuses,
    /// and says the time.
    pub async fn app(
        &self,
        budget: CallBudget<'_>,
        by: Option<(&AccessToken, &GrantedPermissions)>,
    ) -> AppThere {
        let left = budget.deadline.saturating_duration_since(Instant::now());
        let request = match by {
            None => self.http.get(&self.url(GraphApi::V1, None)),
            Some((token, grant)) => {
                let url = format!(
                    "{}/v1.0/servicePrincipals(appId='{}')?$select=appRoleAssignmentRequired",
                    self.graph, grant.app_id
                );
                self.http.get(&url).bearer_auth(token.expose().as_str())
            }
        };
        let request = request
            .header(http::ACCEPT.0, http::ACCEPT.1)
            .header(http::PREFER.0, http::PREFER.1);
        let asked = Timestamp::now();
        let sent = request.timeout(CALL_TIMEOUT.min(left)).send().await;
        let Ok(response) = sent else {
            return AppThere {
                clock_ahead: None,
                assignment_required: Err(CallFault::Unavailable(None, None)),
            };
        };
        let clock_ahead = date(&response).map(|at| ahead(at, asked, Timestamp::now()));
        let status = response.status().as_u16();
        let wait = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| retry_after(value, SystemTime::now()));
        let assignment_required = match CallFault::of(GraphCall::Look, status, wait, None) {
            Some(fault) => {
                let (_, error) = http::failure(response).await;
                Err(CallFault::of(GraphCall::Look, status, wait, error).unwrap_or(fault))
            }
            None => {
                let body = http::read_body(response, ANSWER_BYTES).await;
                let read = body
                    .ok()
                    .and_then(|body| serde_json::from_slice(&body).ok());
                read.map(|read: ServicePrincipal| read.app_role_assignment_required)
                    .ok_or(CallFault::Unreadable)
            }
        };
        AppThere {
            clock_ahead,
            assignment_required,
        }
    }
}

/// A `Date` is cut to the second, and was written between asking and the answer.
fn ahead(at: Timestamp, asked: Timestamp, answered: Timestamp) -> SignedDuration {
    let between = asked + answered.duration_since(asked) / 2;
    at.duration_since(between) + SignedDuration::from_millis(500)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_that_agree_differ_by_less_than_a_second() {
        let time = |text: &str| text.parse::<Timestamp>().unwrap();
        let date = time("2026-11-21T12:00:00Z");
        for (asked, answered, seconds) in [
            ("2026-11-21T12:00:00.1Z", "2026-11-21T12:00:00.3Z", 0),
            ("2026-11-21T12:00:00.8Z", "2026-11-21T12:00:01Z", 0),
            ("2026-11-21T11:50:00.1Z", "2026-11-21T11:50:00.3Z", 600),
            ("2026-11-21T12:10:00.8Z", "2026-11-21T12:10:01Z", -600),
        ] {
            let ahead = ahead(date, time(asked), time(answered));
            assert_eq!(ahead.as_secs(), seconds, "{asked}");
        }
    }
}
