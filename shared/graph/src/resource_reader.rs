//! Reads resources from Graph: GET only, to its fixed root, by paths made of parsed keys.

use crate::access_token::{AccessFault, AccessToken, AccessTokens, TokenSource};
use crate::answers::{
    AnswerMeaning, ErrorCode, GraphAnswer, GraphCall, GraphDenial, GraphError, LEAVE_UNREAD,
};
use crate::pacing::{Conversation, RequestPacer};
use crate::{ServiceEndpoints, http};
use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use teamwire_http::header::{ACCEPT, CONTENT_TYPE, RETRY_AFTER};
use teamwire_http::{Request, Response, StatusCode};
use teamwire_payload::{TenantId, json, limits, resource::ResourceGet};

/// The time limit of a GET, from connecting to the last byte.
pub const READ_TIMEOUT: Duration = Duration::from_secs(8);
/// The time to wait for a tenant's turn before giving the record back to the queue.
const TURN_TIMEOUT: Duration = Duration::from_millis(1_500);
/// Bounds on what a server may ask us to wait.
const RETRY_AFTER_BOUNDS: (Duration, Duration) =
    (Duration::from_secs(1), Duration::from_secs(3600));

/// The wait for a throttling that names none.
const UNASKED_WAIT: Duration = Duration::from_secs(10);

/// Reads resources, one tenant's turn after another.
pub struct ResourceReader<T = AccessTokens> {
    http: teamwire_http::Client,
    graph: String,
    tokens: T,
    pacer: RequestPacer,
}

/// The reason why a resource could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadFault {
    /// It was deleted.
    #[error("the resource was deleted")]
    Gone,
    /// There is nothing to be read, which proves no deletion.
    #[error("the resource is not found")]
    NotFound,
    /// Graph, or our own pacing, asks to wait.
    #[error("the tenant is throttled")]
    Throttled(Duration),
    /// Graph or Entra can't be asked at the moment.
    #[error("Graph is not available")]
    Unavailable(Option<Duration>),
    /// An answer with this status that passes: of a proxy, or for want of a good token.
    #[error("Graph answered with status {0}, which passes")]
    TryAgain(u16),
    /// Graph refused, with this status and code: consent lost, or a request it can't serve.
    #[error("Graph refused the request with status {0}{code}", code = and_code(.1))]
    Refused(u16, Option<ErrorCode>),
    /// A setting of the tenant keeps the app out.
    #[error("Graph refused the request: {}", .0.advice())]
    Denied(GraphDenial),
    /// Entra refused our credentials.
    #[error("Entra refused the credentials")]
    CredentialsRefused,
    /// No credentials for that tenant.
    #[error("no credentials are known for this tenant")]
    NoCredentials,
    /// Larger than [`limits::RESOURCE_BYTES`], or not text.
    #[error("the resource is too large or not text")]
    Unreadable,
}

impl ReadFault {
    /// `Some` if a later try may succeed, with the time to wait if Graph gave one.
    pub const fn passes(&self) -> Option<Option<Duration>> {
        match self {
            Self::Throttled(wait) => Some(Some(*wait)),
            Self::Unavailable(wait) => Some(*wait),
            // A secret may be on its way; waiting costs nothing.
            Self::CredentialsRefused | Self::TryAgain(_) => Some(None),
            Self::Refused(..)
            | Self::Denied(_)
            | Self::NoCredentials
            | Self::Unreadable
            | Self::Gone
            | Self::NotFound => None,
        }
    }

    /// True if the description of a transcript or recording whose content is wanted is left unread,
    /// and its event a reference.
    pub fn leaves_unread(&self) -> bool {
        match self {
            Self::NotFound | Self::Denied(_) => true,
            Self::Refused(status, _) => LEAVE_UNREAD.contains(status),
            _ => false,
        }
    }

    /// The label, and Graph's code of a refusal: the fault of a log line and of a dead letter.
    pub fn label_and_code(&self) -> Cow<'static, str> {
        match self {
            Self::Refused(_, Some(code)) => format!("{} {code}", self.label()).into(),
            _ => self.label(),
        }
    }

    /// The name used in metrics and as the reason of dead letters.
    pub fn label(&self) -> Cow<'static, str> {
        match self {
            Self::Gone => "gone".into(),
            Self::NotFound => "not-found".into(),
            Self::Throttled(_) => "throttled".into(),
            Self::Unavailable(_) => "graph-unavailable".into(),
            Self::TryAgain(200) => "not-graphs-answer".into(),
            Self::TryAgain(status) | Self::Refused(status, _) => format!("http-{status}").into(),
            Self::Denied(denial) => denial.label().into(),
            Self::CredentialsRefused => "credentials-refused".into(),
            Self::NoCredentials => "no-credentials".into(),
            Self::Unreadable => "unreadable".into(),
        }
    }
}

impl<T: TokenSource> ResourceReader<T> {
    /// Reads from the Graph of `endpoints` with `tokens`.
    pub fn new(http: teamwire_http::Client, endpoints: &ServiceEndpoints, tokens: T) -> Self {
        Self {
            http,
            graph: endpoints.graph.clone(),
            tokens,
            pacer: RequestPacer::default(),
        }
    }

    /// The current state of a resource, as Graph wrote it.
    ///
    /// # Errors
    /// [`ReadFault`]
    pub async fn read(&self, tenant: &TenantId, get: &ResourceGet) -> Result<String, ReadFault> {
        let url = format!("{}/v1.0{get}", self.graph);
        let whose = (tenant.clone(), get.whose_turn().to_owned());
        let call = GraphCall::Read(get.absence());
        self.json(call, &self.pacer, &whose, &url).await
    }

    /// The JSON text that stands at `url`, which is below Graph's root, when the turn has come.
    pub(crate) async fn json(
        &self,
        call: GraphCall,
        pacer: &RequestPacer,
        whose: &Conversation,
        url: &str,
    ) -> Result<String, ReadFault> {
        let request =
            |http: &teamwire_http::Client| http.get(url).header(http::ACCEPT.0, http::ACCEPT.1);
        let response = self.open(call, pacer, whose, request).await?;
        let status = response.status().as_u16();
        let body = http::read_body(response, limits::RESOURCE_BYTES)
            .await
            .map_err(|fault| match fault {
                http::BodyFault::Broken => ReadFault::Unavailable(None),
                http::BodyFault::TooLarge => ReadFault::Unreadable,
            })?;
        let text = String::from_utf8(body).map_err(|_| ReadFault::Unreadable)?;
        let answer = GraphAnswer {
            status,
            is_graphs: is_json(&text),
            error: None,
        };
        fault(&answer, call, None).map_or(Ok(text), Err)
    }

    /// The content of a transcript or recording, to be read piece by piece within `timeout`.
    ///
    /// # Errors
    /// [`ReadFault`]
    pub async fn content(
        &self,
        tenant: &TenantId,
        get: &ResourceGet,
        accept: &str,
        timeout: Duration,
    ) -> Result<Response, ReadFault> {
        let url = format!("{}/v1.0{get}", self.graph);
        let whose = (tenant.clone(), get.whose_turn().to_owned());
        let request =
            |http: &teamwire_http::Client| http.get(&url).header(ACCEPT, accept).timeout(timeout);
        let response = self.open(GraphCall::Content, &self.pacer, &whose, request);
        let response = response.await?;
        let status = response.status().as_u16();
        let answer = GraphAnswer {
            status,
            is_graphs: !is_html(&response),
            error: None,
        };
        fault(&answer, GraphCall::Content, None).map_or(Ok(response), Err)
    }

    /// The answer to a request, when its turn has come.
    async fn open(
        &self,
        call: GraphCall,
        pacer: &RequestPacer,
        whose: &Conversation,
        request: impl Fn(&teamwire_http::Client) -> Request,
    ) -> Result<Response, ReadFault> {
        let tenant = &whose.0;
        let turn = || async {
            let turn = pacer.turn(whose, TURN_TIMEOUT).await;
            turn.map_err(ReadFault::Throttled)
        };
        turn().await?;
        let token = self.token(tenant).await?;
        let send = |token| self.send(call, pacer, whose, request(&self.http), token);
        match send(Arc::clone(&token)).await {
            // The token was revoked before its time: once more with a new one.
            Err(ReadFault::TryAgain(401)) => {
                self.tokens.forget(tenant, &token);
                turn().await?;
                send(self.token(tenant).await?).await
            }
            // It may be from before the permission was given: once more with a newer one.
            Err(refused @ ReadFault::Refused(403, _)) => {
                let Some(token) = self.tokens.instead_of(tenant, &token).await else {
                    return Err(refused);
                };
                turn().await?;
                send(token).await
            }
            answer => answer,
        }
    }

    async fn token(&self, tenant: &TenantId) -> Result<Arc<AccessToken>, ReadFault> {
        self.tokens
            .token(tenant)
            .await
            .map_err(|fault| match fault {
                AccessFault::NoCredentials => ReadFault::NoCredentials,
                AccessFault::Refused { .. } => ReadFault::CredentialsRefused,
                AccessFault::Unavailable(_) => ReadFault::Unavailable(fault.retry_after()),
            })
    }

    async fn send(
        &self,
        call: GraphCall,
        pacer: &RequestPacer,
        whose: &Conversation,
        request: Request,
        token: Arc<AccessToken>,
    ) -> Result<Response, ReadFault> {
        let response = request
            .header(http::PREFER.0, http::PREFER.1)
            .bearer_auth(token.expose().as_str())
            .send()
            .await
            .map_err(|_| ReadFault::Unavailable(None))?;
        if response.status() == StatusCode::OK {
            pacer.answered(whose);
            return Ok(response);
        }
        let wait = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| retry_after(value, SystemTime::now()));
        let (status, error) = http::failure(response).await;
        let answer = GraphAnswer {
            status,
            is_graphs: error.is_some(),
            error: error.as_ref(),
        };
        let fault = fault(&answer, call, wait).unwrap_or(ReadFault::TryAgain(status));
        if let Some(error) = &error {
            tracing::warn!(
                tenant = %whose.0,
                fault = %fault.label(),
                http.status = status,
                graph.said = error.without_ids(),
                "Graph did not give what was asked for"
            );
        }
        match fault {
            ReadFault::Throttled(wait) | ReadFault::Unavailable(Some(wait)) => {
                pacer.refused(whose, wait);
            }
            ReadFault::Unavailable(None) => {}
            _ => pacer.answered(whose),
        }
        Err(fault)
    }
}

fn and_code(code: &Option<ErrorCode>) -> String {
    let code = code.as_ref().map(|code| format!(" {code}"));
    code.unwrap_or_default()
}

/// The fault that an answer means; `None` for a success.
fn fault(answer: &GraphAnswer<'_>, call: GraphCall, wait: Option<Duration>) -> Option<ReadFault> {
    let status = answer.status();
    Some(match answer.meaning(call) {
        AnswerMeaning::Success => return None,
        AnswerMeaning::Deleted => ReadFault::Gone,
        AnswerMeaning::NotFound => ReadFault::NotFound,
        AnswerMeaning::Throttled => ReadFault::Throttled(wait.unwrap_or(UNASKED_WAIT)),
        AnswerMeaning::Unavailable => ReadFault::Unavailable(wait),
        AnswerMeaning::TryAgain => ReadFault::TryAgain(status),
        AnswerMeaning::Denied(denial) => ReadFault::Denied(denial),
        AnswerMeaning::NoPermission
        | AnswerMeaning::Refused
        | AnswerMeaning::Quota
        | AnswerMeaning::Exists
        | AnswerMeaning::Handshake => {
            ReadFault::Refused(status, answer.error.and_then(GraphError::safe_code))
        }
    })
}

/// True for JSON, including JSON that is nested too deep: later tries would bring no other.
fn is_json(text: &str) -> bool {
    !json::within_depth(text.as_bytes(), limits::JSON_DEPTH) || http::is_json(text.as_bytes())
}

fn is_html(response: &Response) -> bool {
    let content_type = response.headers().get(CONTENT_TYPE);
    content_type.is_some_and(|value| value.as_bytes().starts_with(b"text/html"))
}

/// Seconds or an HTTP date, within bounds; `None` for anything else.
pub(crate) fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    let (least, most) = RETRY_AFTER_BOUNDS;
    let asked = if value.bytes().all(|byte| byte.is_ascii_digit()) {
        Duration::from_secs(value.parse().ok()?)
    } else {
        let at = jiff::fmt::rfc2822::parse(value).ok()?.timestamp();
        SystemTime::from(at)
            .duration_since(now)
            .unwrap_or(Duration::ZERO)
    };
    Some(asked.clamp(least, most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_that_is_withheld_or_missing_is_left_unread_and_no_other() {
        let denied = ReadFault::Denied(GraphDenial::NoAccessPolicy);
        for (fault, is_left) in [
            (ReadFault::NotFound, true),
            (denied, true),
            (ReadFault::Refused(400, None), true),
            (ReadFault::Refused(403, None), true),
            (ReadFault::Refused(402, None), false),
            (ReadFault::Refused(501, None), false),
            (ReadFault::Gone, false),
            (ReadFault::TryAgain(401), false),
            (ReadFault::Unavailable(None), false),
            (ReadFault::CredentialsRefused, false),
        ] {
            assert_eq!(fault.leaves_unread(), is_left, "{fault:?}");
        }
    }

    #[test]
    fn every_form_of_retry_after_is_understood_or_ignored() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_445_412_420);
        let seconds = |n| Some(Duration::from_secs(n));
        for (value, expected) in [
            ("7", seconds(7)),
            (" 7 ", seconds(7)),
            ("0", seconds(1)),
            ("86400", seconds(3600)),
            ("Wed, 21 Oct 2015 07:28:00 GMT", seconds(60)),
            ("Wed, 21 Oct 2015 07:00:00 GMT", seconds(1)),
            ("Thu, 21 Oct 2100 07:28:00 GMT", seconds(3600)),
            ("", None),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(retry_after(value, now), expected, "{value}");
        }
    }
}
