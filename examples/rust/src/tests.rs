//! Situations of a consumer, in a real table and a real bucket: TABLE, BUCKET.

use crate::Consumer;
use crate::table::Table;
use crate::teamwire::{fetch_data, kept_after, parts, read};
use aws_config::BehaviorVersion;
use aws_lambda_events::event::sqs::SqsMessage;
use serde_json::{Value, json};
use std::env::var;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use teamwire_events::{Event, PayloadKind};
use uuid::Uuid;

fn text(name: &str, other: &Value) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events");
    let text = std::fs::read_to_string(folder.join(format!("{name}.json"))).unwrap();
    let mut event: Value = serde_json::from_str(&text).unwrap();
    let members = event.as_object_mut().unwrap();
    members.extend(other.as_object().unwrap().clone());
    event.to_string()
}

fn example(name: &str, other: &Value) -> Event {
    read(&text(name, other)).unwrap()
}

fn at(minute: i64) -> String {
    format!("2026-11-21T09:0{minute}:00.000Z")
}

fn view(minute: i64, data: &Value) -> Event {
    let other = json!({"id": format!("v{minute}"), "receivedat": at(minute), "data": data});
    example("chat.viewpoint.decrypted", &other)
}

/// What happens to one resource that no other test knows.
struct Story {
    consumer: Consumer,
    tenant: String,
}

impl Story {
    async fn new() -> Self {
        let aws = aws_config::load_defaults(BehaviorVersion::latest()).await;
        let s3 = aws_sdk_s3::Client::new(&aws);
        let dynamodb = aws_sdk_dynamodb::Client::new(&aws);
        let bucket = var("BUCKET").expect("BUCKET");
        let table = var("TABLE").expect("TABLE");
        let consumer = Consumer {
            table: Table::new(dynamodb, table, s3.clone(), bucket.clone()),
            s3,
            claim_bucket: bucket,
        };
        let tenant = Uuid::new_v4().to_string();
        Self { consumer, tenant }
    }

    fn own(&self, name: &str, id: &str, other: Value) -> Event {
        let mut event = example(name, &other);
        event.id = format!("{}{id}", self.tenant);
        event.tenantid.clone_from(&self.tenant);
        event.subject = "s".to_owned();
        event
    }

    fn state(&self, minute: i64, id: &str) -> Event {
        let version = (1_795_251_600_000 + minute * 60_000).to_string();
        let other =
            json!({"time": at(minute), "receivedat": at(minute), "contentversion": version});
        self.own("chatMessage.decrypted", id, other)
    }

    fn tombstone(&self, minute: i64) -> Event {
        let other = json!({"time": at(minute), "receivedat": at(minute)});
        self.own("chatMessage.reference", "t", other)
    }

    async fn last(&self) -> (Event, u64) {
        let key = format!("resource/{}/s", self.tenant);
        let state = self.consumer.table.state(&key).await.unwrap().unwrap();
        (state.event, state.writes)
    }
}

#[test]
fn every_example_is_an_event() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../events");
    let mut count = 0;
    for entry in folder.read_dir().unwrap() {
        let body = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        read(&body).unwrap();
        count += 1;
    }
    assert!(count > 30);
}

#[test]
fn what_is_no_event_is_refused() {
    for wrong in [
        json!({"id": ""}),
        json!({"id": null}),
        json!({"source": null}),
        json!({"specversion": "0.3"}),
        json!({"specversion": "2.0"}),
        json!({"time": "at nine"}),
        json!({"origin": "other"}),
    ] {
        assert!(read(&text("gap", &wrong)).is_err(), "{wrong}");
    }
}

#[tokio::test]
async fn data_is_fetched_from_the_stacks_bucket_and_no_other() {
    let Story { consumer, tenant } = Story::new().await;
    let key = format!("events/{tenant}.json");
    let request = consumer
        .s3
        .put_object()
        .bucket(&consumer.claim_bucket)
        .key(&key);
    request
        .body(b"{\"id\": 1e2}".to_vec().into())
        .send()
        .await
        .unwrap();
    let dataref = format!("s3://{}/{key}", consumer.claim_bucket);
    let event = Event {
        data: None,
        dataref: Some(dataref),
        ..example("chatMessage.decrypted", &json!({}))
    };
    assert!(
        fetch_data(event.clone(), &consumer.s3, "others")
            .await
            .is_err()
    );
    let fetched = fetch_data(event, &consumer.s3, &consumer.claim_bucket)
        .await
        .unwrap();
    assert_eq!(fetched.data.unwrap().get(), "{\"id\": 1e2}");
    assert_eq!(fetched.dataref, None);
}

#[test]
fn a_view_that_is_late_fills_what_the_last_one_left_out() {
    let early = view(1, &json!({"topic": "a", "isHidden": true}));
    let last = view(2, &json!({"isHidden": false}));
    for (stored, event) in [(&early, &last), (&last, &early)] {
        let kept = kept_after(Some(stored), event).unwrap().unwrap();
        let data: Value = serde_json::from_str(kept.data.unwrap().get()).unwrap();
        assert_eq!(data, json!({"topic": "a", "isHidden": false}));
        assert_eq!(kept.id, "v2");
    }
}

#[test]
fn a_chat_and_its_view_end_together() {
    use PayloadKind::{Resource, Viewpoint};
    let deleted = json!({"type": "microsoft.graph.chat.deleted"});
    let gone = example("chatMessage.reference", &deleted);
    assert_eq!(parts(&gone), [Resource, Viewpoint]);
    assert_eq!(parts(&view(1, &json!({}))), [Viewpoint]);
    assert_eq!(parts(&example("gap", &json!({}))), []);
}

#[tokio::test]
async fn the_last_state_stays() {
    let story = Story::new().await;
    let gap = story.own("gap", "gap", json!({}));
    for (step, (event, is_news)) in [
        (story.state(2, "2"), true),
        (story.state(2, "2"), false),
        (story.state(1, "1"), false),
        (story.tombstone(3), true),
        (story.tombstone(3), false),
        (story.state(2, "late"), false),
        (story.state(4, "4"), true),
        (story.tombstone(5), true),
        (gap.clone(), true),
        (gap, false),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(
            story.consumer.table.apply(&event).await.unwrap(),
            is_news,
            "{step}"
        );
    }
    let (event, writes) = story.last().await;
    assert_eq!((event.receivedat, writes), (at(5), 4));
}

#[tokio::test]
async fn what_is_too_large_for_an_item_goes_to_a_bucket_of_the_consumers() {
    let story = Story::new().await;
    let data = json!({"body": {"content": "ä".repeat(300_000)}});
    let event = story.own("chatMessage.decrypted", "1", json!({"data": data}));
    assert!(story.consumer.table.apply(&event).await.unwrap());
    let (kept, _) = story.last().await;
    assert!(kept.data.is_none());
    let Consumer {
        s3, claim_bucket, ..
    } = &story.consumer;
    let fetched = fetch_data(kept, s3, claim_bucket).await.unwrap();
    assert_eq!(fetched.data.unwrap().get(), data.to_string());
}

#[tokio::test]
async fn what_the_table_never_takes_stays_on_the_queue() {
    let story = Story::new().await;
    let aws = aws_config::defaults(BehaviorVersion::latest()).endpoint_url(never_taken());
    let dynamodb = aws_sdk_dynamodb::Client::new(&aws.load().await);
    let s3 = story.consumer.s3.clone();
    let table = Table::new(dynamodb, "t".to_owned(), s3, "b".to_owned());
    assert!(table.apply(&story.state(1, "1")).await.is_err());
}

/// A DynamoDB that has nothing, and cancels every transaction for what is in it.
fn never_taken() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut asked = [0; 65_536];
            let count = stream.read(&mut asked).unwrap();
            let writes = String::from_utf8_lossy(&asked[..count]).contains("TransactWriteItems");
            let (status, body) = match writes {
                false => ("200 OK", json!({})),
                true => (
                    "400 Bad Request",
                    json!({
                        "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
                        "CancellationReasons": [{"Code": "None"}, {"Code": "ValidationError"}],
                    }),
                ),
            };
            let body = body.to_string();
            let length = body.len();
            let head =
                format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}");
            stream
                .write_all(format!("{head}\r\n\r\n{body}").as_bytes())
                .unwrap();
        }
    });
    url
}

#[tokio::test]
async fn of_a_batch_only_what_failed_stays_on_the_queue() {
    let story = Story::new().await;
    let message = |id: &str, body: String| {
        let mut message = SqsMessage::default();
        message.message_id = Some(id.to_owned());
        message.body = Some(body);
        message
    };
    let body = |id| serde_json::to_string(&story.state(1, id)).unwrap();
    let messages = [
        message("good", body("1")),
        message("bad", "no event".to_owned()),
        message("again", body("1")),
    ];
    let answer = story.consumer.handle_batch(&messages).await;
    let failed = answer.batch_item_failures.iter();
    let failed: Vec<_> = failed
        .map(|failure| failure.item_identifier.as_str())
        .collect();
    assert_eq!(failed, ["bad"]);
    assert_eq!(story.last().await.1, 1);
}
