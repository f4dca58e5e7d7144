//! A request in the form of the proxy in front of the function, and the answer in the same form.
//!
//! `lambda_http` reads the event. It panics at some of what a stranger can put into path, query, headers
//! or body, so that what nobody reads is taken out of the event before, and the rest is refused where it
//! can't become a request.

use crate::incoming::RequestRefusal;
use base64::{Engine, engine::general_purpose::STANDARD};
use lambda_http::Request;
use lambda_http::aws_lambda_events::alb::AlbTargetGroupRequest;
use lambda_http::aws_lambda_events::apigw::{ApiGatewayProxyRequest, ApiGatewayV2httpRequest};
use lambda_http::aws_lambda_events::query_map::QueryMap;
use lambda_http::http::uri::PathAndQuery;
use lambda_http::request::LambdaRequest;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use teamwire_payload::limits;

/// The kind of proxy in front of the function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProxyEvent {
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
pub struct HttpEvent {
    /// The proxy that it came from.
    pub proxy: ProxyEvent,
    request: Result<Request, RequestRefusal>,
}

/// The fields that tell the proxies apart.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HttpEventShape {
    request_context: HttpEventContext,
    #[serde(default)]
    http_method: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct HttpEventContext {
    #[serde(default)]
    http: Option<HttpFields>,
    #[serde(default)]
    elb: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct HttpFields {
    #[serde(rename = "method")]
    _method: IgnoredAny,
}

impl HttpEvent {
    /// Reads a request, which may turn out not to be one that can be read.
    ///
    /// # Errors
    /// [`NotHttp`] for an event that no proxy makes.
    pub fn read(event: &RawValue) -> Result<Self, NotHttp> {
        let proxy = ProxyEvent::of(event)?;
        let request = match proxy {
            ProxyEvent::HttpApi => parsed(event).and_then(http_api),
            ProxyEvent::RestApi => parsed(event).and_then(rest_api),
            ProxyEvent::LoadBalancer => parsed(event).and_then(load_balancer),
        };
        Ok(Self {
            proxy,
            request: request.map(Request::from),
        })
    }

    /// The request.
    ///
    /// # Errors
    /// [`RequestRefusal::Unreadable`] where it is not in the encoding that it has to be in.
    pub(crate) fn into_request(self) -> Result<Request, RequestRefusal> {
        self.request
    }
}

impl ProxyEvent {
    fn of(event: &RawValue) -> Result<Self, NotHttp> {
        let shape: HttpEventShape = serde_json::from_str(event.get()).map_err(|_| NotHttp)?;
        match (shape.request_context, shape.http_method) {
            (HttpEventContext { elb: Some(_), .. }, Some(_)) => Ok(Self::LoadBalancer),
            (
                HttpEventContext {
                    http: Some(HttpFields { .. }),
                    elb: None,
                },
                _,
            ) => Ok(Self::HttpApi),
            (
                HttpEventContext {
                    http: None,
                    elb: None,
                },
                Some(_),
            ) => Ok(Self::RestApi),
            (HttpEventContext { .. }, None) => Err(NotHttp),
        }
    }
}

fn parsed<T: DeserializeOwned>(event: &RawValue) -> Result<T, RequestRefusal> {
    serde_json::from_str(event.get()).map_err(|_| RequestRefusal::Unreadable)
}

fn http_api(mut event: ApiGatewayV2httpRequest) -> Result<LambdaRequest, RequestRefusal> {
    event.headers.clear();
    event.cookies = None;
    event.raw_path = Some("/".to_owned());
    event.request_context.domain_name = None;
    event.request_context.stage = None;
    let query = event.raw_query_string.as_deref().unwrap_or_default();
    let is_url = PathAndQuery::try_from(format!("/?{query}")).is_ok();
    // A fragment is cut off before anything is sent (RFC 3986).
    if query.len() > limits::QUERY_BYTES || !is_url || query.contains('#') {
        return Err(RequestRefusal::Unreadable);
    }
    readable(event.body.as_deref(), event.is_base64_encoded)?;
    Ok(LambdaRequest::ApiGatewayV2(event))
}

fn rest_api(mut event: ApiGatewayProxyRequest) -> Result<LambdaRequest, RequestRefusal> {
    event.headers.clear();
    event.multi_value_headers.clear();
    event.path = Some("/".to_owned());
    event.request_context.domain_name = None;
    event.request_context.stage = None;
    bounded(
        &event.query_string_parameters,
        &event.multi_value_query_string_parameters,
    )?;
    readable(event.body.as_deref(), event.is_base64_encoded)?;
    Ok(LambdaRequest::ApiGatewayV1(event))
}

fn load_balancer(mut event: AlbTargetGroupRequest) -> Result<LambdaRequest, RequestRefusal> {
    event.headers.clear();
    event.multi_value_headers.clear();
    event.path = Some("/".to_owned());
    bounded(
        &event.query_string_parameters,
        &event.multi_value_query_string_parameters,
    )?;
    readable(event.body.as_deref(), event.is_base64_encoded)?;
    Ok(LambdaRequest::Alb(event))
}

/// As `lambda_http` writes them into a URL: a name stands before each of its values, and what is no
/// letter is three times as long.
fn bounded(single: &QueryMap, multiple: &QueryMap) -> Result<(), RequestRefusal> {
    let bytes = |query: &QueryMap| query.to_query_string().len();
    if bytes(single).max(bytes(multiple)) > limits::WRITTEN_QUERY_BYTES {
        return Err(RequestRefusal::Unreadable);
    }
    Ok(())
}

fn readable(body: Option<&str>, is_base64: bool) -> Result<(), RequestRefusal> {
    if is_base64 && STANDARD.decode(body.unwrap_or_default()).is_err() {
        return Err(RequestRefusal::Unreadable);
    }
    Ok(())
}

/// An answer, in the form that its proxy wants.
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
    /// An answer for `proxy`. `reason` is HTTP's phrase for the status.
    pub(crate) fn new(
        proxy: ProxyEvent,
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
        let (headers, multi_value_headers) = match proxy {
            ProxyEvent::HttpApi => (single(), BTreeMap::new()),
            ProxyEvent::RestApi => (BTreeMap::new(), multiple()),
            ProxyEvent::LoadBalancer => (single(), multiple()),
        };
        let describes = proxy == ProxyEvent::LoadBalancer;
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
