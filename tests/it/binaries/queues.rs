//! `decrypt` and `hydrate`, from a batch of SQS to the events queue.

use super::aws::Aws;
use super::events::{TENANT, records};
use super::process::{Process, queue, settings};
use super::runtime_api::{Outcome, RuntimeApi};
use crate::decrypt::keys::{CURRENT, NEXT};
use serde_json::{Value, json};
use teamwire_payload::{ChangeType, QueueMessage, ReferencedChange, SealedChange};

pub(super) fn change(message: u32) -> ReferencedChange {
    ReferencedChange {
        tenant_id: TENANT.parse().unwrap(),
        subscription_id: "s".to_owned(),
        change_type: ChangeType::Created,
        resource: format!("chats('a')/messages('{message}')"),
        odata_type: None,
        odata_id: None,
        etag: None,
    }
}

pub(super) fn message<T: teamwire_payload::message::MessageBody>(body: T) -> String {
    let trace = Some("Root=1-a".to_owned());
    QueueMessage {
        received_at: 1_763_715_600_123,
        trace,
        body,
    }
    .to_json()
    .unwrap()
}

pub(super) fn sealed(n: u32, key: &crate::decrypt::keys::TestKey) -> String {
    let resource = json!({ "id": n.to_string(), "etag": n.to_string() }).to_string();
    let content = key.recipient.seal(resource.as_bytes()).unwrap();
    message(SealedChange {
        change: change(n),
        content,
    })
}

async fn decrypt() -> (Aws, RuntimeApi, Process) {
    let keys = json!({ CURRENT.certificate_id: CURRENT.pem });
    let aws = Aws::start().await.with_secret("envelope-keys", &keys);
    let runtime = RuntimeApi::start().await;
    let process = Process::start("decrypt", settings("decrypt"), &runtime.address, &aws.url);
    (aws, runtime, process)
}

pub(super) fn failures(outcome: Outcome) -> Vec<String> {
    let response = outcome.response();
    let failures = response["batchItemFailures"].as_array().unwrap().iter();
    failures
        .map(|failure| failure["itemIdentifier"].as_str().unwrap().to_owned())
        .collect()
}

fn reason(entry: &Value) -> &str {
    entry["MessageAttributes"]["reason"]["StringValue"]
        .as_str()
        .unwrap()
}

#[tokio::test]
async fn of_a_batch_with_poison_in_it_the_rest_is_delivered() {
    let (aws, mut runtime, process) = decrypt().await;
    let tampered = sealed(2, &CURRENT).replace("dataSignature\":\"", "dataSignature\":\"AAAA");
    let bodies = [
        sealed(1, &CURRENT),
        tampered,
        "poison".to_owned(),
        sealed(4, &NEXT),
        sealed(5, &CURRENT),
    ];
    let outcome = runtime.invoke(records(&bodies)).await;
    assert_eq!(failures(outcome), ["m3"], "its key may be on its way");

    let events = aws.sent("events");
    assert_eq!(events.len(), 2);
    assert_eq!(events[0]["MessageGroupId"], TENANT);
    let trace = &events[0]["MessageSystemAttributes"]["AWSTraceHeader"]["StringValue"];
    assert_eq!(trace, "Root=1-a");
    let event: Value = serde_json::from_str(events[0]["MessageBody"].as_str().unwrap()).unwrap();
    assert_eq!(event["type"], "microsoft.graph.chatMessage.created");

    let dead = aws.sent("decrypt-dead-letters");
    assert_eq!(
        dead.iter().map(reason).collect::<Vec<_>>(),
        ["tampered", "malformed"]
    );
    assert_eq!(dead[1]["MessageBody"], "poison");
    assert_eq!(
        dead[1]["MessageAttributes"]["source"]["StringValue"],
        "decrypt"
    );

    let metrics = process
        .line(|line| line.contains("_aws") && line.contains("taken"))
        .await;
    let metrics: Value = serde_json::from_str(&metrics).unwrap();
    for (name, count) in [("taken", 5), ("forwarded", 2), ("dead", 2), ("returned", 1)] {
        assert_eq!(metrics[name], count, "{name}");
    }
}

#[tokio::test]
async fn a_batch_that_cannot_be_reported_on_is_an_error_and_the_next_is_served() {
    let (aws, mut runtime, mut process) = decrypt().await;
    let mut nameless = records(&[sealed(1, &CURRENT), sealed(2, &CURRENT)]);
    nameless["Records"][1]["messageId"] = json!("");
    for event in [
        nameless,
        records(&[sealed(1, &NEXT)]),
        json!({ "Records": 7 }),
        json!(null),
    ] {
        assert!(matches!(runtime.invoke(event).await, Outcome::Error(_)));
        assert!(process.is_alive());
    }
    assert_eq!(aws.sent("events").len(), 0);
    assert!(failures(runtime.invoke(records(&[sealed(1, &CURRENT)])).await).is_empty());
    assert_eq!(aws.sent("events").len(), 1);
}

#[tokio::test]
async fn a_reference_is_read_from_graph_and_becomes_an_event() {
    let credentials = json!({ "*": { "clientId": "app", "clientSecret": "secret" } });
    let aws = Aws::start().await.with_secret("credentials", &credentials);
    let mut runtime = RuntimeApi::start().await;
    let mut settings = settings("hydrate");
    settings.push(("TEAMWIRE_ENTRA_URL", aws.url.clone()));
    settings.push(("TEAMWIRE_GRAPH_URL", aws.url.clone()));
    let _process = Process::start("hydrate", settings, &runtime.address, &aws.url);
    let bodies = [message(change(1)), message(change(1)), message(change(2))];
    assert!(failures(runtime.invoke(records(&bodies)).await).is_empty());
    assert_eq!(aws.sent("events").len(), 2, "two records are of one change");
    assert_eq!(aws.asked("/v1.0/chats/a/messages/"), 2);
    assert_eq!((aws.asked("oauth2"), aws.asked("GetSecretValue")), (1, 1));
    let body = aws.sent("events")[0]["MessageBody"]
        .as_str()
        .unwrap()
        .to_owned();
    let event: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (&event["origin"], &event["contentversion"]),
        (&json!("hydrated"), &json!("1"))
    );
}

#[tokio::test]
async fn a_copy_of_each_event_goes_to_the_tail_where_there_is_one() {
    let keys = json!({ CURRENT.certificate_id: CURRENT.pem });
    for (has_tail, copies) in [(true, 1), (false, 0)] {
        let aws = Aws::start().await.with_secret("envelope-keys", &keys);
        let mut runtime = RuntimeApi::start().await;
        let mut settings = settings("decrypt");
        if has_tail {
            settings.push(("TEAMWIRE_TAIL_QUEUE_URL", queue("tail")));
        }
        let _process = Process::start("decrypt", settings, &runtime.address, &aws.url);
        assert!(failures(runtime.invoke(records(&[sealed(1, &CURRENT)])).await).is_empty());
        let (sent, copied) = (aws.sent("events"), aws.sent("tail"));
        assert_eq!((sent.len(), copied.len()), (1, copies));
        assert!(
            copied
                .iter()
                .all(|copy| copy["MessageBody"] == sent[0]["MessageBody"])
        );
        assert!(
            copied
                .iter()
                .all(|copy| copy["MessageDeduplicationId"].is_null())
        );
    }
}
