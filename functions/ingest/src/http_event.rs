//! A request, as the front that took it hands it to Lambda, and the answer as that front wants it.
//!
//! Read member by member, each only where it is needed: whatever bytes a stranger puts into path,
//! query, headers or body make a refusal, and nothing else.

use crate::incoming::{Refusal, TOKEN};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use teamwire_payload::limits;

/// What stands before the function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Front {
    /// An HTTP API, or a function URL: payload format 2.0.
    HttpApi,
    /// A REST API, or an HTTP API with payload format 1.0.
    RestApi,
    /// An application load balancer.
    LoadBalancer,
}

/// An invocation that is no HTTP request: the function is wired to something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the event is no HTTP request of API Gateway, a function URL or a load balancer")]
pub struct NotHttp;

/// One request.
#[derive(Debug)]
pub struct HttpEvent<'a> {
    /// Where it came from.
    pub front: Front,
    members: Members<'a>,
    method: &'a RawValue,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Members<'a> {
    #[serde(borrow)]
    request_context: &'a RawValue,
    #[serde(borrow, default)]
    http_method: Option<&'a RawValue>,
    #[serde(borrow, default)]
    raw_query_string: Option<&'a RawValue>,
    #[serde(borrow, default)]
    query_string_parameters: Option<&'a RawValue>,
    #[serde(borrow, default)]
    multi_value_query_string_parameters: Option<&'a RawValue>,
    #[serde(borrow, default)]
    body: Option<&'a RawValue>,
    #[serde(borrow, default)]
    is_base64_encoded: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Context<'a> {
    #[serde(borrow, default)]
    http: Option<Http<'a>>,
    #[serde(borrow, default)]
    elb: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Http<'a> {
    #[serde(borrow, default)]
    method: Option<&'a RawValue>,
}

/// Names and values of a query, decoded.
type Pairs = Vec<(String, String)>;

impl<'a> HttpEvent<'a> {
    /// Tells where a request came from.
    ///
    /// # Errors
    /// [`NotHttp`] for what no front makes.
    pub fn read(event: &'a RawValue) -> Result<Self, NotHttp> {
        let members: Members<'a> = serde_json::from_str(event.get()).map_err(|_| NotHttp)?;
        let context = serde_json::from_str::<Context<'a>>(members.request_context.get());
        let context = context.map_err(|_| NotHttp)?;
        let (front, method) = match context {
            Context { elb: Some(_), .. } => (Front::LoadBalancer, members.http_method),
            Context {
                http: Some(http), ..
            } => (Front::HttpApi, http.method),
            Context { .. } => (Front::RestApi, members.http_method),
        };
        Ok(Self {
            front,
            members,
            method: method.ok_or(NotHttp)?,
        })
    }

    /// Whether it is a POST.
    pub(crate) fn is_post(&self) -> bool {
        let method = serde_json::from_str::<String>(self.method.get());
        method.is_ok_and(|method| method == "POST")
    }

    /// The values of the query's `validationToken`.
    ///
    /// # Errors
    /// [`Refusal::Unreadable`] where the query is none.
    pub(crate) fn tokens(&self) -> Result<Vec<String>, Refusal> {
        let pairs = match self.front {
            Front::HttpApi => self.raw_query()?,
            Front::RestApi => self.query_by_name()?,
            // A load balancer hands the query on as it came.
            Front::LoadBalancer => {
                let pairs = self.query_by_name()?;
                let encoded = pairs.iter().map(|(name, value)| format!("{name}={value}"));
                encoded.flat_map(|pair| form(&pair)).collect()
            }
        };
        let tokens = pairs.into_iter().filter(|(name, _)| name == TOKEN);
        Ok(tokens.map(|(_, value)| value).collect())
    }

    fn raw_query(&self) -> Result<Pairs, Refusal> {
        let Some(query) = optional::<String>(self.members.raw_query_string)? else {
            return Ok(Vec::new());
        };
        // What has to be encoded in a URL, and is not (RFC 3986).
        let is_bare = |c: char| c.is_control() || matches!(c, ' ' | '"' | '<' | '>');
        if query.len() > limits::QUERY_BYTES || query.contains(is_bare) {
            return Err(Refusal::Unreadable);
        }
        Ok(form(&query))
    }

    fn query_by_name(&self) -> Result<Pairs, Refusal> {
        type Multiple = BTreeMap<String, Vec<String>>;
        type Single = BTreeMap<String, String>;
        let members = &self.members;
        let multiple = optional::<Multiple>(members.multi_value_query_string_parameters)?;
        let single = optional::<Single>(members.query_string_parameters)?;
        let pairs: Pairs = match multiple.filter(|multiple| !multiple.is_empty()) {
            Some(multiple) => multiple
                .into_iter()
                .flat_map(|(name, values)| values.into_iter().map(move |v| (name.clone(), v)))
                .collect(),
            None => single.unwrap_or_default().into_iter().collect(),
        };
        let bytes: usize = pairs.iter().map(|(name, v)| name.len() + v.len()).sum();
        if bytes > limits::QUERY_BYTES {
            return Err(Refusal::Unreadable);
        }
        Ok(pairs)
    }

    /// The body.
    ///
    /// # Errors
    /// [`Refusal::TooLarge`], or [`Refusal::Unreadable`] where it is not the base64 that it is said
    /// to be.
    pub(crate) fn body(&self) -> Result<Vec<u8>, Refusal> {
        let Some(body) = optional::<String>(self.members.body)? else {
            return Ok(Vec::new());
        };
        let is_encoded = optional::<bool>(self.members.is_base64_encoded)?.unwrap_or(false);
        let body = if is_encoded {
            STANDARD.decode(body).map_err(|_| Refusal::Unreadable)?
        } else {
            body.into_bytes()
        };
        if body.len() > limits::BODY_BYTES {
            return Err(Refusal::TooLarge);
        }
        Ok(body)
    }
}

/// A member that may be absent or null.
fn optional<'a, T: Deserialize<'a>>(member: Option<&'a RawValue>) -> Result<Option<T>, Refusal> {
    let Some(member) = member else {
        return Ok(None);
    };
    serde_json::from_str(member.get()).map_err(|_| Refusal::Unreadable)
}

/// `application/x-www-form-urlencoded`, as WHATWG has it decoded.
fn form(query: &str) -> Pairs {
    let pairs = form_urlencoded::parse(query.as_bytes());
    pairs
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}

/// An answer, in the form that its front wants.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct HttpAnswer {
    status_code: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_description: Option<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<&'static str, &'static str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    multi_value_headers: BTreeMap<&'static str, [&'static str; 1]>,
    body: String,
    is_base64_encoded: bool,
}

impl HttpAnswer {
    /// An answer for `front`. `reason` is HTTP's phrase for the status.
    pub(crate) fn new(
        front: Front,
        (status, reason): (u16, &str),
        headers: &[(&'static str, &'static str)],
        body: String,
    ) -> Self {
        let single = || headers.iter().copied().collect();
        let multiple = || {
            headers
                .iter()
                .map(|(name, value)| (*name, [*value]))
                .collect()
        };
        // A load balancer takes the one or the other by its target group's setting.
        let (headers, multi_value_headers) = match front {
            Front::HttpApi => (single(), BTreeMap::new()),
            Front::RestApi => (BTreeMap::new(), multiple()),
            Front::LoadBalancer => (single(), multiple()),
        };
        let describes = front == Front::LoadBalancer;
        Self {
            status_code: status,
            status_description: describes.then(|| format!("{status} {reason}")),
            headers,
            multi_value_headers,
            body,
            is_base64_encoded: false,
        }
    }
}
