//! The events that Lambda hands to functions.

use serde_json::{Value, json};

pub(super) const TENANT: &str = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93";

/// A POST through API Gateway's HTTP API.
pub(super) fn post(query: &str, body: &str) -> Value {
    json!({
        "version": "2.0",
        "routeKey": "POST /notifications",
        "rawPath": "/notifications",
        "rawQueryString": query,
        "headers": { "host": "a.execute-api.us-east-1.amazonaws.com", "content-type": "application/json" },
        "requestContext": {
            "accountId": "1",
            "apiId": "a",
            "domainName": "a.execute-api.us-east-1.amazonaws.com",
            "domainPrefix": "a",
            "http": {
                "method": "POST",
                "path": "/notifications",
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.1",
                "userAgent": "Mozilla/5.0",
            },
            "requestId": "r",
            "routeKey": "POST /notifications",
            "stage": "$default",
            "time": "21/Nov/2025:09:00:00 +0000",
            "timeEpoch": 1_763_715_600_000_i64,
        },
        "body": body,
        "isBase64Encoded": false,
    })
}

/// A notification about a chat message without its content.
pub(super) fn notification(message: u32, client_state: &str) -> Value {
    json!({
        "subscriptionId": "s",
        "tenantId": TENANT,
        "clientState": client_state,
        "changeType": "created",
        "resource": format!("chats('19:a@thread.v2')/messages('{message}')"),
    })
}

/// A batch from SQS, of records `m0`, `m1`, ..
pub(super) fn records(bodies: &[String]) -> Value {
    let records = bodies.iter().enumerate().map(|(n, body)| {
        json!({
            "messageId": format!("m{n}"),
            "receiptHandle": "r",
            "body": body,
            "attributes": { "ApproximateReceiveCount": "1", "MessageGroupId": TENANT },
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "awsRegion": "us-east-1",
        })
    });
    json!({ "Records": records.collect::<Vec<_>>() })
}
