//! Lambda's events, as the services in front of the functions make them.

use crate::traffic::{TENANT, now_millis};
use anyhow::Context;
use axum::body::Bytes;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// An event of an API Gateway HTTP API: Graph asks whether this is the right address.
pub(crate) fn handshake(token: &str) -> Bytes {
    let encoded = token.replace(' ', "+").replace(':', "%3A");
    let query = format!("validationToken={encoded}");
    let mut event = http_event(&query);
    if let Some(members) = event.as_object_mut() {
        members.insert(
            "queryStringParameters".to_owned(),
            json!({ "validationToken": token }),
        );
    }
    Bytes::from(event.to_string())
}

/// An event of an API Gateway HTTP API: a POST of `body`.
pub(crate) fn post(body: String) -> Bytes {
    let mut event = http_event("");
    if let Some(members) = event.as_object_mut() {
        members.insert("body".to_owned(), Value::String(body));
    }
    Bytes::from(event.to_string())
}

/// The same event, which also orders so many messages of so many bytes from `examples/enqueue.rs`.
pub(crate) fn with_order(post: &[u8], messages: usize, bytes: usize) -> anyhow::Result<Bytes> {
    let mut event: Value = serde_json::from_slice(post)?;
    let members = event.as_object_mut().context("an event is an object")?;
    let order = json!({ "messages": messages.to_string(), "bytes": bytes.to_string() });
    members.insert("queryStringParameters".to_owned(), order);
    Ok(Bytes::from(event.to_string()))
}

/// A message on a queue.
pub(crate) struct Queued {
    /// No other message of its queue has it.
    pub(crate) number: usize,
    pub(crate) body: String,
    pub(crate) attributes: HashMap<String, String>,
}

impl Queued {
    pub(crate) fn new(number: usize, body: String) -> Self {
        Self {
            number,
            body,
            attributes: HashMap::new(),
        }
    }

    /// Its id, by which a function says that it failed.
    pub(crate) fn id(&self) -> String {
        format!("059f36b4-87a3-44ab-83d2-{:012}", self.number)
    }
}

/// An event of an SQS queue, with a record for each of `bodies`.
pub(crate) fn sqs_event(bodies: &[String]) -> anyhow::Result<Bytes> {
    let numbered = bodies.iter().enumerate();
    let messages: Vec<Queued> = numbered
        .map(|(number, body)| Queued::new(number, body.clone()))
        .collect();
    sqs_event_of(&messages)
}

/// The same for messages with attributes.
pub(crate) fn sqs_event_of(messages: &[Queued]) -> anyhow::Result<Bytes> {
    let sent = now_millis()?.to_string();
    let records: Vec<Value> = messages
        .iter()
        .map(|message| {
            let attributes: Map<String, Value> = message
                .attributes
                .iter()
                .map(|(name, value)| {
                    let typed = json!({ "dataType": "String", "stringValue": value });
                    (name.clone(), typed)
                })
                .collect();
            json!({
                "messageId": message.id(),
                "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a".repeat(6),
                "body": message.body,
                "attributes": {
                    "ApproximateReceiveCount": "1",
                    "SentTimestamp": sent,
                    "SenderId": "AIDAIENQZJOLO23YVJ4VO",
                    "ApproximateFirstReceiveTimestamp": sent,
                    "MessageGroupId": TENANT,
                    "AWSTraceHeader": "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0",
                },
                "messageAttributes": attributes,
                "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:bench",
                "awsRegion": "us-east-1",
            })
        })
        .collect();
    Ok(Bytes::from(json!({ "Records": records }).to_string()))
}

fn http_event(query: &str) -> Value {
    let host = "bench.execute-api.us-east-1.amazonaws.com";
    json!({
        "version": "2.0",
        "routeKey": "POST /notifications",
        "rawPath": "/notifications",
        "rawQueryString": query,
        "headers": {
            "content-type": "application/json; charset=utf-8",
            "host": host,
            "user-agent": "bench",
            "x-amzn-trace-id": "Root=1-5759e988-bd862e3fe1be46a994272793",
        },
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "bench",
            "domainName": host,
            "domainPrefix": "bench",
            "http": {
                "method": "POST",
                "path": "/notifications",
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "bench",
            },
            "requestId": "bench",
            "routeKey": "POST /notifications",
            "stage": "$default",
            "time": "05/Jan/2026:09:41:12 +0000",
            "timeEpoch": 1_767_606_072_345_u64,
        },
        "isBase64Encoded": false,
    })
}
