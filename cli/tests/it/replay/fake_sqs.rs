//! SQS, as far as `teamwire` needs it, with a clock of visibility that stands until told. The clock of
//! `Date` and `SentTimestamp` goes a second further whenever somebody waits for it.
//!
//! It is as unkind as SQS: a receive gives some of what is visible, in no order; where it may, also what
//! it gave already, and what was deleted; a handle that is not the newest deletes nothing, and says that
//! it did; counts are rough; and of one queue so much is hidden at a time and no more. It alone can end
//! a run at any one of its requests.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Router, routing::post};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::Notify;

/// Messages of one queue that SQS hides at a time.
const HIDDEN_AT_ONCE: usize = 120_000;
/// The longest that SQS waits for a message, and what that comes to here.
const LONG_POLL: u64 = 20;
const A_WHILE: std::time::Duration = std::time::Duration::from_millis(20);

/// A message on a queue.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) body: String,
    /// As the wire has them.
    pub(crate) attributes: Value,
    /// `MessageGroupId`, `AWSTraceHeader`, `SentTimestamp`, ..
    pub(crate) system: BTreeMap<String, String>,
    pub(crate) receives: u32,
    hidden_until: u64,
    handle: String,
}

/// The moment at which a run is killed.
#[derive(Clone, Copy)]
pub(crate) struct Kill {
    /// The number of the request, from 0.
    pub(crate) request: usize,
    /// True if the request was still carried out.
    pub(crate) carried_out: bool,
}

pub(crate) struct Account {
    pub(crate) queues: BTreeMap<String, Vec<Message>>,
    /// The operations asked for, with their requests.
    pub(crate) requests: Vec<(String, Value)>,
    /// Operations that are answered with this error code.
    pub(crate) denied: BTreeMap<String, String>,
    /// A body that no queue takes.
    pub(crate) refused: Option<String>,
    pub(crate) kill: Option<Kill>,
    /// The `RedrivePolicy` of a queue.
    pub(crate) redrive: BTreeMap<String, Value>,
    /// Queues whose function makes everything a dead letter at once: the dead-letter queue, and why.
    pub(crate) fails: BTreeMap<String, (String, Option<String>)>,
    /// The number of receives out of a hundred in which something comes a second time.
    pub(crate) twice: u32,
    /// True if counts are approximate.
    pub(crate) rough: bool,
    /// The number of messages of one queue that may be in flight: it stands for SQS's 120,000.
    pub(crate) most_hidden: usize,
    /// The queue and body of everything that was sent.
    pub(crate) sent: Vec<(String, String)>,
    /// Log group and line of what functions wrote.
    lines: Vec<(String, String)>,
    deleted: BTreeMap<String, Vec<Message>>,
    now: u64,
    /// Seconds that the clock of `Date` is ahead of this machine's.
    ahead: i64,
    next: u64,
    random: StdRng,
}

pub(crate) struct FakeSqs {
    pub(crate) url: String,
    account: Mutex<Account>,
    /// Told when the request came that a run does not survive.
    pub(crate) killed: Notify,
}

impl FakeSqs {
    pub(crate) async fn start(seed: u64) -> Arc<Self> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sqs = Arc::new(Self {
            url: format!("http://{}", listener.local_addr().unwrap()),
            account: Mutex::new(Account {
                queues: BTreeMap::new(),
                requests: Vec::new(),
                denied: BTreeMap::new(),
                refused: None,
                kill: None,
                redrive: BTreeMap::new(),
                fails: BTreeMap::new(),
                twice: 0,
                rough: false,
                most_hidden: HIDDEN_AT_ONCE,
                sent: Vec::new(),
                lines: Vec::new(),
                deleted: BTreeMap::new(),
                now: 0,
                ahead: 0,
                next: 0,
                random: StdRng::seed_from_u64(seed),
            }),
            killed: Notify::new(),
        });
        let router = Router::new().route("/", post(answer));
        let router = router.with_state(Arc::clone(&sqs));
        tokio::spawn(async move { axum::serve(listener, router).await });
        sqs
    }

    pub(crate) fn account(&self) -> MutexGuard<'_, Account> {
        self.account.lock().unwrap()
    }

    pub(crate) fn url_of(&self, queue: &str) -> String {
        format!("{}/111122223333/{queue}", self.url)
    }

    /// Has a function write a line.
    pub(crate) fn log(&self, group: &str, line: &str) {
        let line = (group.to_owned(), line.to_owned());
        self.account().lines.push(line);
    }

    /// Makes queues that are empty.
    pub(crate) fn make(&self, queues: &[&str]) {
        let mut account = self.account();
        for queue in queues {
            account.queues.entry((*queue).to_owned()).or_default();
        }
    }

    /// Puts a message there; its id.
    pub(crate) fn put(
        &self,
        queue: &str,
        body: &str,
        attributes: &[(&str, &str)],
        system: &[(&str, &str)],
    ) -> String {
        let attributes = attributes.iter().map(|(name, value)| {
            let value = json!({"DataType": "String", "StringValue": value});
            ((*name).to_owned(), value)
        });
        let attributes = Value::Object(attributes.collect());
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let system = system.iter().map(owned).collect();
        self.account().put(queue, body, attributes, system)
    }

    pub(crate) fn messages(&self, queue: &str) -> Vec<Message> {
        self.account().queues[queue].clone()
    }

    /// Messages that could be received now.
    pub(crate) fn visible(&self, queue: &str) -> usize {
        let account = self.account();
        let messages = account.queues[queue].iter();
        messages
            .filter(|message| message.hidden_until <= account.now)
            .count()
    }

    /// Hides what is on a queue, as somebody who received it.
    pub(crate) fn hide(&self, queue: &str, seconds: u64) {
        let mut account = self.account();
        let until = account.now + seconds;
        for message in account.queues.get_mut(queue).unwrap() {
            message.hidden_until = until;
        }
    }

    pub(crate) fn pass(&self, seconds: u64) {
        self.account().now += seconds;
    }

    pub(crate) fn asked(&self, operation: &str) -> Vec<Value> {
        let account = self.account();
        let requests = account.requests.iter();
        let requests = requests.filter(|(name, _)| name == operation);
        requests.map(|(_, request)| request.clone()).collect()
    }
}

impl Account {
    fn put(
        &mut self,
        queue: &str,
        body: &str,
        attributes: Value,
        system: BTreeMap<String, String>,
    ) -> String {
        self.next += 1;
        let id = format!("5f0c3b8e-53a6-4d0b-9c55-{:012}", self.next);
        let message = Message {
            id: id.clone(),
            body: body.to_owned(),
            attributes,
            system,
            receives: 0,
            hidden_until: 0,
            handle: String::new(),
        };
        self.queues.get_mut(queue).unwrap().push(message);
        id
    }

    /// Lines of a group with the text of the pattern, one a page; a group that nobody wrote to is none.
    fn log_lines(&self, request: &Value) -> Result<Value, String> {
        let group = request["logGroupName"].as_str().unwrap();
        let of_group = self.lines.iter().filter(|(of, _)| of == group);
        let mut lines: Vec<_> = of_group.map(|(_, line)| line.as_str()).collect();
        if lines.is_empty() {
            return Err("ResourceNotFoundException".to_owned());
        }
        let pattern: String =
            serde_json::from_str(request["filterPattern"].as_str().unwrap()).unwrap();
        lines.retain(|line| line.contains(&pattern));
        let page: usize = request["nextToken"]
            .as_str()
            .map_or(0, |at| at.parse().unwrap());
        let events: Vec<_> = lines.get(page).into_iter().collect();
        let events = events
            .iter()
            .map(|line| json!({"timestamp": self.clock().as_millisecond(), "message": line}));
        let events = Value::from_iter(events);
        Ok(match page + 1 < lines.len() {
            true => json!({"events": events, "nextToken": (page + 1).to_string()}),
            false => json!({"events": events}),
        })
    }

    /// The time of `Date` and `SentTimestamp`.
    fn clock(&self) -> jiff::Timestamp {
        jiff::Timestamp::now() + jiff::SignedDuration::from_secs(self.ahead)
    }

    fn answer(&mut self, operation: &str, request: &Value) -> Result<Value, String> {
        if let Some(code) = self.denied.get(operation) {
            return Err(code.clone());
        }
        let queue = request["QueueUrl"].as_str().unwrap_or_default();
        let queue = queue.rsplit('/').next().unwrap().to_owned();
        if !queue.is_empty() && !self.queues.contains_key(&queue) {
            return Err("QueueDoesNotExist".to_owned());
        }
        let entries = || request["Entries"].as_array().unwrap().clone();
        match operation {
            "GetQueueUrl" => {
                let name = request["QueueName"].as_str().unwrap();
                match self.queues.contains_key(name) {
                    true => Ok(json!({"QueueUrl": name})),
                    false => Err("QueueDoesNotExist".to_owned()),
                }
            }
            "ReceiveMessage" => Ok(self.receive(&queue, request)),
            // Of CloudWatch Logs.
            "FilterLogEvents" => self.log_lines(request),
            "SendMessageBatch" => Ok(each(entries(), |entry| self.send(&queue, entry))),
            "DeleteMessageBatch" => Ok(each(entries(), |entry| {
                if let Some(at) = self.at(&queue, entry) {
                    let message = self.queues.get_mut(&queue).unwrap().remove(at);
                    self.deleted.entry(queue.clone()).or_default().push(message);
                }
                // Of a handle that is not the newest it says the same.
                Ok(json!({}))
            })),
            "ChangeMessageVisibilityBatch" => Ok(each(entries(), |entry| {
                let at = self.at(&queue, entry).ok_or("ReceiptHandleIsInvalid")?;
                let until = self.now + entry["VisibilityTimeout"].as_u64().unwrap();
                self.queues.get_mut(&queue).unwrap()[at].hidden_until = until;
                Ok(json!({}))
            })),
            "GetQueueAttributes" => {
                // What is asked for nothing but the time.
                self.ahead += i64::from(request["AttributeNames"] == json!(["QueueArn"]));
                let now = self.now;
                let hidden = self.queues[&queue]
                    .iter()
                    .filter(|one| one.hidden_until > now);
                let hidden = hidden.count();
                let visible = self.queues[&queue].len() - hidden;
                let hidden = match hidden >= self.most_hidden {
                    true => HIDDEN_AT_ONCE,
                    false => hidden,
                };
                let visible = match self.rough {
                    true => self.random.random_range(0..=2 * visible),
                    false => visible,
                };
                let mut answer = json!({"Attributes": {
                    "ApproximateNumberOfMessages": visible.to_string(),
                    "ApproximateNumberOfMessagesNotVisible": hidden.to_string(),
                    "QueueArn": format!("arn:aws:sqs:eu-central-1:111122223333:{queue}"),
                }});
                if let Some(policy) = self.redrive.get(&queue) {
                    answer["Attributes"]["RedrivePolicy"] = json!(policy.to_string());
                }
                Ok(answer)
            }
            _ => Err("InvalidAction".to_owned()),
        }
    }

    /// Some of what is visible, in no order, as SQS does; nothing, and no error where it is waited for,
    /// once too much is hidden.
    fn receive(&mut self, queue: &str, request: &Value) -> Value {
        let until = self.now + request["VisibilityTimeout"].as_u64().unwrap();
        let now = self.now;
        let comes_again = self.twice > self.random.random_range(0..100);
        let mut deleted = String::new();
        if comes_again && let Some(message) = self.deleted.get_mut(queue).and_then(Vec::pop) {
            deleted.clone_from(&message.id);
            self.queues.get_mut(queue).unwrap().push(message);
        }
        let messages = self.queues.get_mut(queue).unwrap();
        let hidden = messages.iter().filter(|one| one.hidden_until > now).count();
        if hidden >= self.most_hidden {
            return json!({"Messages": []});
        }
        let visible = messages
            .iter_mut()
            .filter(|one| one.hidden_until <= now || comes_again);
        let mut visible: Vec<_> = visible.collect();
        visible.shuffle(&mut self.random);
        // What was deleted is back by being given.
        visible.sort_by_key(|one| one.id != deleted);
        let some = self.random.random_range(1..=10);
        let received = visible.into_iter().take(some).map(|message| {
            self.next += 1;
            message.receives += 1;
            message.hidden_until = until;
            message.handle = format!("{}/{}", message.id, self.next);
            let mut system = message.system.clone();
            let receives = message.receives.to_string();
            system.insert("ApproximateReceiveCount".to_owned(), receives);
            json!({
                "MessageId": message.id,
                "ReceiptHandle": message.handle,
                "Body": message.body,
                "Attributes": system,
                "MessageAttributes": message.attributes,
            })
        });
        json!({"Messages": received.collect::<Vec<_>>()})
    }

    fn send(&mut self, queue: &str, entry: &Value) -> Result<Value, &'static str> {
        let body = entry["MessageBody"].as_str().unwrap().to_owned();
        if self
            .refused
            .as_ref()
            .is_some_and(|refused| body.contains(refused))
        {
            return Err("InternalError");
        }
        self.sent.push((queue.to_owned(), body.clone()));
        let sent = self.clock().as_millisecond().to_string();
        let mut system = BTreeMap::from([("SentTimestamp".to_owned(), sent)]);
        for name in ["MessageGroupId", "MessageDeduplicationId"] {
            if let Some(value) = entry[name].as_str() {
                system.insert(name.to_owned(), value.to_owned());
            }
        }
        if let Some(trace) =
            entry["MessageSystemAttributes"]["AWSTraceHeader"]["StringValue"].as_str()
        {
            system.insert("AWSTraceHeader".to_owned(), trace.to_owned());
        }
        let mut attributes = entry["MessageAttributes"].clone();
        let mut queue = queue.to_owned();
        if let Some((dead, reason)) = self.fails.get(&queue) {
            // Where the function says no reason, SQS moves it, and its time stays.
            if let Some(reason) = reason {
                attributes["reason"] = json!({"DataType": "String", "StringValue": reason});
                attributes["source"] = json!({"DataType": "String", "StringValue": queue});
            }
            queue.clone_from(dead);
        }
        let id = self.put(&queue, &body, attributes, system);
        Ok(json!({"MessageId": id, "MD5OfMessageBody": "0"}))
    }

    fn at(&self, queue: &str, entry: &Value) -> Option<usize> {
        let handle = entry["ReceiptHandle"].as_str().unwrap();
        self.queues[queue]
            .iter()
            .position(|one| one.handle == handle)
    }
}

fn each(
    entries: Vec<Value>,
    mut answer: impl FnMut(&Value) -> Result<Value, &'static str>,
) -> Value {
    assert!((1..=10).contains(&entries.len()));
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for entry in entries {
        match answer(&entry) {
            Ok(mut one) => {
                one["Id"] = entry["Id"].clone();
                successful.push(one);
            }
            Err(code) => {
                failed.push(json!({"Id": entry["Id"], "Code": code, "SenderFault": false}));
            }
        }
    }
    json!({"Successful": successful, "Failed": failed})
}

async fn answer(State(sqs): State<Arc<FakeSqs>>, headers: HeaderMap, body: Bytes) -> Response {
    let Some(target) = headers.get("x-amz-target") else {
        return caller_identity();
    };
    let (_, operation) = target.to_str().unwrap().rsplit_once('.').unwrap();
    let request: Value = serde_json::from_slice(&body).unwrap();
    let (answer, is_killed, date) = {
        let mut account = sqs.account();
        let number = account.requests.len();
        account
            .requests
            .push((operation.to_owned(), request.clone()));
        let kill = account.kill.filter(|kill| kill.request <= number);
        let answer = match kill {
            Some(kill) if kill.request < number || !kill.carried_out => Ok(json!({})),
            _ => account.answer(operation, &request),
        };
        (answer, kill.is_some(), account.clock())
    };
    let is_empty = matches!(&answer, Ok(body) if body["Messages"] == json!([]));
    if is_empty && request["WaitTimeSeconds"] == LONG_POLL {
        tokio::time::sleep(A_WHILE).await;
    }
    if is_killed {
        sqs.killed.notify_one();
        std::future::pending::<()>().await;
    }
    let (status, mut body) = match answer {
        Ok(body) => (StatusCode::OK, body),
        Err(code) => {
            let body =
                json!({"__type": format!("com.amazonaws.sqs#{code}"), "message": "said by SQS"});
            (StatusCode::BAD_REQUEST, body)
        }
    };
    if let Some(name) = body["QueueUrl"].as_str() {
        body["QueueUrl"] = json!(sqs.url_of(name));
    }
    let headers = [
        ("content-type", "application/x-amz-json-1.0".to_owned()),
        (
            "date",
            date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string(),
        ),
    ];
    (status, headers, body.to_string()).into_response()
}

/// STS, for whoever asks who they are.
fn caller_identity() -> Response {
    const ANSWER: &str = "<GetCallerIdentityResponse \
        xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult>\
        <Arn>arn:aws:iam::111122223333:user/operator</Arn><UserId>U</UserId>\
        <Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";
    ([("content-type", "text/xml")], ANSWER).into_response()
}
