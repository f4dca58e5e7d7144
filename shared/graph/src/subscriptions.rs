//! Graph's `/subscriptions`: list, read, create, renew and remove.
//!
//! Every answer says what time it is at Graph. Calls keep to the documented rates at
//! 83 % of them, and are repeated where Graph says when, or fails for the moment, for as long as
//! the caller has time. Nothing is ever reauthorized: a PATCH of the end does that too, and both
//! together can leave a subscription inconsistent.

mod app;
mod fault;
mod pace;
mod wire;

pub use app::AppThere;
pub use fault::{CallFault, SubscriptionRefusal};
pub use wire::{GraphSubscription, NewSubscription, SealingCertificate, SubscriptionRenewal};

use crate::access_token::{AccessToken, TokenSource};
use crate::resource_reader::retry_after;
use crate::{ServiceEndpoints, answers, http};
use jiff::Timestamp;
use pace::{CallKind, CallPace};
use serde::Deserialize;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};
use teamwire_http::header::{DATE, RETRY_AFTER};
use teamwire_http::{Method, Request, Response};
use teamwire_payload::{TenantId, cloud::MicrosoftCloud, subscribable::GraphApi};
use wire::segment;

/// The time limit of a call.
pub const CALL_TIMEOUT: Duration = Duration::from_secs(10);
/// The time limit of a creation: Graph asks both endpoints meanwhile, 10 s each (GRAPH-1).
pub const CREATE_TIMEOUT: Duration = Duration::from_secs(25);
/// Larger answers are refused. A subscription is some 2 KiB.
const ANSWER_BYTES: usize = 8 * 1024 * 1024;
/// Most pages of one list: a tenant has 10 000 subscriptions at most.
const PAGES: usize = 10_000;
/// The number of times that a call is made while its faults are passing ones.
const TRIES: u32 = 4;
/// The first wait where Graph names none; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// The subscriptions of our app.
pub struct SubscriptionsApi<T> {
    http: teamwire_http::Client,
    graph: String,
    cloud: MicrosoftCloud,
    tokens: T,
    pace: CallPace,
}

/// An answer, and when Graph gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimedAnswer<T> {
    /// The time at Graph, by its `Date` header.
    pub at: Timestamp,
    /// The answer.
    pub value: T,
}

/// Tenant that calls are made for, and the time by which they must have ended.
#[derive(Debug, Clone, Copy)]
pub struct CallBudget<'a> {
    /// The tenant.
    pub tenant: &'a TenantId,
    /// No call begins that could end later.
    pub deadline: Instant,
}

/// One page of the list.
#[derive(Deserialize)]
struct SubscriptionListPage {
    value: Vec<serde_json::Value>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
}

/// One request, built again for each try.
struct SubscriptionCall<'a> {
    method: Method,
    url: &'a str,
    body: Option<serde_json::Value>,
    kind: CallKind,
    timeout: Duration,
    /// The kind of call, for the table of answers.
    answers: answers::GraphCall,
}

impl<T: TokenSource> SubscriptionsApi<T> {
    /// Asks the Graph of `endpoints` with `tokens`.
    pub fn new(http: teamwire_http::Client, endpoints: &ServiceEndpoints, tokens: T) -> Self {
        Self {
            http,
            graph: endpoints.graph.clone(),
            cloud: endpoints.cloud,
            tokens,
            pace: CallPace::default(),
        }
    }

    /// The cloud whose Graph it is.
    pub const fn cloud(&self) -> MicrosoftCloud {
        self.cloud
    }

    /// Every subscription of our app in the tenant, whoever made it, and the time at the first
    /// page.
    ///
    /// # Errors
    /// [`CallFault`]; a part of the list is no answer.
    pub async fn list(
        &self,
        budget: CallBudget<'_>,
    ) -> Result<TimedAnswer<Vec<GraphSubscription>>, CallFault> {
        let mut url = self.url(GraphApi::V1, None);
        let mut list: Option<TimedAnswer<Vec<GraphSubscription>>> = None;
        for _ in 0..PAGES {
            let call =
                SubscriptionCall::to(Method::GET, &url, CallKind::List, answers::GraphCall::Look);
            let page: TimedAnswer<SubscriptionListPage> = self.read(budget, call).await?;
            let list = list.get_or_insert_with(|| TimedAnswer {
                at: page.at,
                value: Vec::new(),
            });
            // What is not of the form of a subscription to a URL is not one of ours.
            let readable = page.value.value.into_iter().map(serde_json::from_value);
            list.value.extend(readable.filter_map(Result::ok));
            match page.value.next {
                None => {
                    return Ok(TimedAnswer {
                        at: list.at,
                        value: std::mem::take(&mut list.value),
                    });
                }
                Some(next) => url = self.own(next)?,
            }
        }
        Err(CallFault::Unreadable)
    }

    /// One subscription.
    ///
    /// # Errors
    /// [`CallFault`], `Gone` where there is none.
    pub async fn get(
        &self,
        budget: CallBudget<'_>,
        api: GraphApi,
        id: &str,
    ) -> Result<TimedAnswer<GraphSubscription>, CallFault> {
        let found = self.find(budget, api, id).await?;
        let (at, value) = (found.at, found.value.ok_or(CallFault::Gone(None))?);
        Ok(TimedAnswer { at, value })
    }

    /// One subscription, if there is one.
    ///
    /// # Errors
    /// [`CallFault`]
    pub async fn find(
        &self,
        budget: CallBudget<'_>,
        api: GraphApi,
        id: &str,
    ) -> Result<TimedAnswer<Option<GraphSubscription>>, CallFault> {
        let call = SubscriptionCall::to(
            Method::GET,
            "",
            CallKind::Read,
            answers::GraphCall::Subscription,
        );
        match self.by_id(budget, api, id, call).await {
            Ok(answer) => answered(answer),
            Err((CallFault::Gone(_), at)) => Ok(TimedAnswer { at, value: None }),
            Err((fault, _)) => Err(fault),
        }
    }

    /// A new subscription. Graph asks its endpoints before it answers (GRAPH-1).
    ///
    /// # Errors
    /// [`CallFault`], `Exists` where there is one to the same resource and changes.
    pub async fn create(
        &self,
        budget: CallBudget<'_>,
        new: &NewSubscription<'_>,
    ) -> Result<TimedAnswer<GraphSubscription>, CallFault> {
        let url = self.url(new.resource.row().api, None);
        let call = SubscriptionCall {
            body: Some(new.to_json()),
            timeout: CREATE_TIMEOUT,
            ..SubscriptionCall::to(
                Method::POST,
                &url,
                CallKind::Write,
                answers::GraphCall::Create,
            )
        };
        self.read(budget, call).await.map_err(|fault| {
            // Should Graph repeat what it was given.
            fault.without(new.client_state.expose())
        })
    }

    /// Puts off the end, and changes the certificate where one is given.
    ///
    /// # Errors
    /// [`CallFault`], `Gone` where there is none any more: then only a new one helps.
    pub async fn renew(
        &self,
        budget: CallBudget<'_>,
        id: &str,
        renewal: &SubscriptionRenewal<'_>,
    ) -> Result<TimedAnswer<GraphSubscription>, CallFault> {
        let call = SubscriptionCall {
            body: Some(renewal.to_json()),
            ..SubscriptionCall::to(
                Method::PATCH,
                "",
                CallKind::Write,
                answers::GraphCall::Subscription,
            )
        };
        let answer = self
            .by_id(budget, renewal.resource.row().api, id, call)
            .await;
        answered(answer.map_err(|(fault, _)| fault)?)
    }

    /// Removes one; gone already is as good.
    ///
    /// # Errors
    /// [`CallFault`]
    pub async fn delete(
        &self,
        budget: CallBudget<'_>,
        api: GraphApi,
        id: &str,
    ) -> Result<TimedAnswer<()>, CallFault> {
        let call = SubscriptionCall::to(
            Method::DELETE,
            "",
            CallKind::Write,
            answers::GraphCall::Remove,
        );
        match self.by_id(budget, api, id, call).await {
            Ok((at, _)) | Err((CallFault::Gone(_), at)) => Ok(TimedAnswer { at, value: () }),
            Err((fault, _)) => Err(fault),
        }
    }

    fn url(&self, api: GraphApi, id: Option<&str>) -> String {
        let root = format!("{}/{}/subscriptions", self.graph, api.name());
        match id {
            None => root,
            Some(id) => format!("{root}/{}", segment(id)),
        }
    }

    /// A link that Graph gave, if it stays on its host and in this list.
    fn own(&self, link: String) -> Result<String, CallFault> {
        let list = self.url(GraphApi::V1, None);
        let rest = link.strip_prefix(&list);
        rest.is_some_and(|rest| rest.starts_with('?') && !rest.contains(['#', '\\']))
            .then_some(link)
            .ok_or(CallFault::Unreadable)
    }

    async fn read<A: serde::de::DeserializeOwned>(
        &self,
        budget: CallBudget<'_>,
        call: SubscriptionCall<'_>,
    ) -> Result<TimedAnswer<A>, CallFault> {
        answered(self.call(budget, &call).await.map_err(|(fault, _)| fault)?)
    }

    /// Makes the call to the subscription with that id. No page says that v1.0 knows what was
    /// made by beta, so that what is gone for one is asked of the other.
    async fn by_id(
        &self,
        budget: CallBudget<'_>,
        api: GraphApi,
        id: &str,
        call: SubscriptionCall<'_>,
    ) -> Result<(Timestamp, Vec<u8>), (CallFault, Timestamp)> {
        let url = self.url(api, Some(id));
        let call = SubscriptionCall { url: &url, ..call };
        match self.call(budget, &call).await {
            Err((CallFault::Gone(_), _)) => {}
            answer => return answer,
        }
        let other = match api {
            GraphApi::V1 => GraphApi::Beta,
            GraphApi::Beta => GraphApi::V1,
        };
        let url = self.url(other, Some(id));
        self.call(budget, &SubscriptionCall { url: &url, ..call })
            .await
    }

    /// Makes the call, and again where that may help and there is time. A fault comes with the
    /// time at Graph, or with ours where Graph did not answer.
    async fn call(
        &self,
        budget: CallBudget<'_>,
        call: &SubscriptionCall<'_>,
    ) -> Result<(Timestamp, Vec<u8>), (CallFault, Timestamp)> {
        let mut is_new_token = false;
        let mut tries = 0;
        loop {
            let ours = |fault| (fault, Timestamp::now());
            self.pace
                .turn(call.kind, budget, call.timeout)
                .await
                .map_err(ours)?;
            let token = self.tokens.token(budget.tenant).await;
            let token = token.map_err(|fault| ours(fault.into()))?;
            // It may have had to be fetched.
            if Instant::now() + call.timeout > budget.deadline {
                return Err(ours(CallFault::NoTime));
            }
            tries += 1;
            let (fault, at) = match self.once(call, &token).await {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            let wait = match fault {
                // The token was revoked before its time: once more with a new one.
                CallFault::Refused(SubscriptionRefusal { status: 401, .. }) if !is_new_token => {
                    self.tokens.forget(budget.tenant, &token);
                    is_new_token = true;
                    continue;
                }
                // It may be from before the permission was given: once more with a newer one.
                CallFault::NoConsent(_) if !is_new_token => {
                    let newer = self.tokens.instead_of(budget.tenant, &token).await;
                    if newer.is_none() {
                        return Err((fault, at));
                    }
                    is_new_token = true;
                    continue;
                }
                CallFault::Throttled(wait, _) => {
                    self.pace.pause(budget.tenant, wait);
                    wait
                }
                CallFault::Unavailable(wait, _) => {
                    wait.unwrap_or(FIRST_WAIT * 2_u32.saturating_pow(tries - 1))
                }
                _ => return Err((fault, at)),
            };
            if tries == TRIES || Instant::now() + wait + call.timeout > budget.deadline {
                return Err((fault, at));
            }
            tokio::time::sleep(wait).await;
        }
    }

    async fn once(
        &self,
        call: &SubscriptionCall<'_>,
        token: &Arc<AccessToken>,
    ) -> Result<(Timestamp, Vec<u8>), (CallFault, Timestamp)> {
        let sent = call.request(&self.http, token).send().await;
        let Ok(response) = sent else {
            return Err((CallFault::Unavailable(None, None), Timestamp::now()));
        };
        let at = date(&response).unwrap_or_else(Timestamp::now);
        let status = response.status().as_u16();
        let wait = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| retry_after(value, SystemTime::from(at)));
        if let Some(fault) = CallFault::of(call.answers, status, wait, None) {
            let (_, error) = http::failure(response).await;
            let fault = CallFault::of(call.answers, status, wait, error).unwrap_or(fault);
            return Err((fault, at));
        }
        match http::read_body(response, ANSWER_BYTES).await {
            Ok(body) if call.answers != answers::GraphCall::Remove && !http::is_json(&body) => {
                Err((CallFault::Unavailable(None, None), at))
            }
            Ok(body) => Ok((at, body)),
            Err(http::BodyFault::Broken) => Err((CallFault::Unavailable(None, None), at)),
            Err(http::BodyFault::TooLarge) => Err((CallFault::Unreadable, at)),
        }
    }
}

impl<'a> SubscriptionCall<'a> {
    fn to(method: Method, url: &'a str, kind: CallKind, answers: answers::GraphCall) -> Self {
        Self {
            method,
            url,
            body: None,
            kind,
            timeout: CALL_TIMEOUT,
            answers,
        }
    }

    fn request(&self, client: &teamwire_http::Client, token: &AccessToken) -> Request {
        let request = client
            .request(self.method.clone(), self.url)
            .header(http::ACCEPT.0, http::ACCEPT.1)
            .header(http::PREFER.0, http::PREFER.1)
            .timeout(self.timeout)
            .bearer_auth(token.expose().as_str());
        match &self.body {
            None => request,
            Some(body) => request.json(body),
        }
    }
}

fn answered<A: serde::de::DeserializeOwned>(
    (at, body): (Timestamp, Vec<u8>),
) -> Result<TimedAnswer<A>, CallFault> {
    let value = serde_json::from_slice(&body).map_err(|_| CallFault::Unreadable)?;
    Ok(TimedAnswer { at, value })
}

/// The time at Graph; to the second.
fn date(response: &Response) -> Option<Timestamp> {
    let text = response.headers().get(DATE)?.to_str().ok()?;
    Some(jiff::fmt::rfc2822::parse(text).ok()?.timestamp())
}
