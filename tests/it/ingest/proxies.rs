//! One request, as each of the four proxies hands it to a Lambda.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

/// A request on the wire.
#[derive(Clone)]
pub(crate) struct Call {
    pub(crate) method: String,
    /// As it stands in the request line.
    pub(crate) query: String,
    pub(crate) headers: Vec<(&'static str, &'static str)>,
    pub(crate) body: Payload,
}

/// A body as a proxy hands it on.
#[derive(Clone)]
pub(crate) enum Payload {
    Nothing,
    Text(String),
    Base64(Vec<u8>),
}

/// The proxies, by name.
pub(crate) const FRONTS: [&str; 4] = ["HTTP API", "REST API", "function URL", "load balancer"];

impl Call {
    /// A handshake with this query.
    pub(crate) fn asking(query: impl Into<String>) -> Self {
        Self {
            method: "POST".to_owned(),
            query: query.into(),
            headers: vec![("content-type", "text/plain; charset=utf-8")],
            body: Payload::Nothing,
        }
    }

    /// A notification.
    pub(crate) fn posting(body: impl Into<String>) -> Self {
        Self::carrying(Payload::Text(body.into()))
    }

    /// A notification with any body.
    pub(crate) fn carrying(body: Payload) -> Self {
        Self {
            headers: vec![("content-type", "application/json; charset=utf-8")],
            body,
            ..Self::asking("")
        }
    }

    /// The event that ingest gets from each proxy.
    pub(crate) fn requests(&self) -> Vec<(&'static str, Value)> {
        let events = [
            self.http_api(),
            self.rest_api(),
            self.function_url(),
            self.load_balancer(),
        ];
        FRONTS.into_iter().zip(events).collect()
    }

    /// The event from an HTTP API.
    pub(crate) fn request(&self) -> Value {
        self.http_api()
    }

    fn http_api(&self) -> Value {
        self.version_2("abc.execute-api.eu-west-1.amazonaws.com")
    }

    fn function_url(&self) -> Value {
        self.version_2("abc.lambda-url.eu-west-1.on.aws")
    }

    fn version_2(&self, host: &str) -> Value {
        let mut event = json!({
            "version": "2.0", "routeKey": "$default", "rawPath": "/",
            "rawQueryString": self.query, "headers": self.headers(host),
            "requestContext": {
                "accountId": "123456789012", "apiId": "abc", "domainName": host,
                "http": {"method": self.method, "path": "/", "protocol": "HTTP/1.1",
                    "sourceIp": "192.0.2.1", "userAgent": ""},
                "requestId": "r", "routeKey": "$default", "stage": "$default",
                "time": "21/Nov/2025:09:00:00 +0000", "timeEpoch": 1_763_715_600_123_u64,
            },
        });
        self.put_body(&mut event);
        event
    }

    /// A REST API decodes the query itself.
    fn rest_api(&self) -> Value {
        let url = reqwest::Url::parse(&format!("http://localhost/?{}", self.query)).unwrap();
        let pairs = url
            .query_pairs()
            .map(|(name, value)| (name.into(), value.into()));
        let (single, multiple) = by_name(pairs);
        let mut event = json!({
            "resource": "/", "path": "/", "httpMethod": self.method,
            "headers": self.headers("abc.execute-api.eu-west-1.amazonaws.com"),
            "queryStringParameters": single, "multiValueQueryStringParameters": multiple,
            "requestContext": {
                "accountId": "123456789012", "apiId": "abc", "stage": "$default",
                "httpMethod": self.method, "path": "/", "protocol": "HTTP/1.1",
                "identity": {"sourceIp": "192.0.2.1"}, "requestId": "r", "resourcePath": "/",
            },
        });
        self.put_body(&mut event);
        event
    }

    /// A load balancer leaves the query as it is.
    fn load_balancer(&self) -> Value {
        let pairs = self
            .query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (name.to_owned(), value.to_owned())
            });
        let (_, multiple) = by_name(pairs);
        let headers: Map<String, Value> = self
            .headers("balancer.eu-west-1.elb.amazonaws.com")
            .into_iter()
            .map(|(name, value)| (name, json!([value])))
            .collect();
        let mut event = json!({
            "requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:x"}},
            "httpMethod": self.method, "path": "/",
            "multiValueQueryStringParameters": multiple, "multiValueHeaders": headers,
        });
        self.put_body(&mut event);
        event
    }

    fn headers(&self, host: &str) -> Map<String, Value> {
        let own = self
            .headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), json!(value)));
        [
            ("host".to_owned(), json!(host)),
            ("user-agent".to_owned(), json!("x")),
        ]
        .into_iter()
        .chain(own)
        .collect()
    }

    fn put_body(&self, event: &mut Value) {
        let (body, encoded) = match &self.body {
            Payload::Nothing => (Value::Null, false),
            Payload::Text(text) => (text.clone().into(), false),
            Payload::Base64(bytes) => (STANDARD.encode(bytes).into(), true),
        };
        event["body"] = body;
        event["isBase64Encoded"] = encoded.into();
    }
}

/// The last value of each name, and all of them.
fn by_name(pairs: impl Iterator<Item = (String, String)>) -> (Value, Value) {
    let (mut single, mut multiple) = (json!({}), json!({}));
    for (name, value) in pairs {
        single[&name] = value.clone().into();
        let all = &mut multiple[&name];
        match all {
            Value::Array(values) => values.push(value.into()),
            _ => *all = json!([value]),
        }
    }
    (single, multiple)
}
