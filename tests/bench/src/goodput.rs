//! The share of Graph's documented rates that hydrate gets through, beside the simulator's throttles.
//!
//! A backlog of references to messages that exist waits on the queue; so many processes take batches
//! from it, as Lambda's would. What they defer waits on the queue again. Graph lets an app read 20
//! messages a second in a tenant, and one in a chat, of which 83 % for long.

use crate::event::{self, Queued};
use crate::fake_aws::{FakeAws, Sent};
use crate::function::Function;
use crate::report::{Figure, Report};
use crate::traffic::{self, APP_ID, Parties};
use anyhow::{Context, ensure};
use aws_lc_rs::rsa::KeySize;
use reqwest::Client;
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use teamwire_payload::limits;
use teamwire_simulator::{Simulator, SimulatorConfig};
use tokio::sync::mpsc;
use tokio::time::sleep;

/// Reads of messages a second, and the share of it that Graph bears for long.
const TENANT: f64 = 20.0;
const CHAT: f64 = 1.0;
const SUSTAINED: f64 = 0.83;
const AIM: f64 = 0.95;
/// Most answers with 429 among all.
const AIM_REFUSED: f64 = 0.02;
/// As long as a backlog lasts at the sustained rate, in seconds.
const LASTS: f64 = 60.0;
/// What is left when the rate is taken: the last ones wait for one another.
const MEASURED: f64 = 0.9;
const END: Duration = Duration::from_secs(180);
/// The time until a queue shows again what failed.
const VISIBILITY: Duration = Duration::from_secs(180);
const PAUSE: Duration = Duration::from_millis(20);

/// Tenants, chats in each, processes.
const CASES: [(usize, usize, usize); 6] = [
    (1, 400, 1),
    (1, 400, 5),
    (1, 400, 10),
    (4, 400, 10),
    (1, 40, 2),
    (1, 5, 1),
];

/// Every case, each in a world of its own.
pub(crate) async fn measure(bin_dir: &Path, report: &Report) -> anyhow::Result<()> {
    let parties = Parties::new(KeySize::Rsa2048)?;
    for case in CASES {
        report.figure(&run(case, &parties, bin_dir).await?)?;
    }
    Ok(())
}

async fn run(
    (tenants, chats, processes): (usize, usize, usize),
    parties: &Parties,
    bin_dir: &Path,
) -> anyhow::Result<Figure> {
    let ids: Vec<String> = (0..tenants).map(traffic::tenant_id).collect();
    let mut config = SimulatorConfig::new(ids.clone(), APP_ID, "bench");
    config.throttle = true;
    let graph = Simulator::start(config).await?;
    let services = FakeAws::start(parties, bin_dir).await?;
    let mut settings = services.settings();
    for (name, value) in &mut settings {
        if ["TEAMWIRE_GRAPH_URL", "TEAMWIRE_ENTRA_URL"].contains(&name.as_str()) {
            value.clone_from(&graph.url);
        }
    }
    let of_tenant = TENANT.min(chats as f64 * CHAT) * SUSTAINED;
    let world = World {
        url: graph.url.clone(),
        client: Client::builder().no_proxy().build()?,
    };
    let mut messages = Vec::new();
    for tenant in &ids {
        let count = (of_tenant * LASTS) as usize;
        messages.extend(world.messages(tenant, chats, count).await?);
    }
    // Tenants in turn, as a fair queue gives them; the numbers are those within a tenant.
    messages.sort_by_key(|message| message.number);
    let count = messages.len();
    let before = world.reads().await?;
    let backlog = Arc::new(Backlog::new(messages));
    let watching = tokio::spawn(Arc::clone(&backlog).watch(services.watch()));
    let mut workers = Vec::new();
    for _ in 0..processes {
        let function = Function::start(bin_dir, "hydrate", &settings).await?;
        function.until_idle().await?;
        workers.push(tokio::spawn(Arc::clone(&backlog).work(function)));
    }
    let started = Instant::now();
    while backlog.state().events.len() < count {
        if started.elapsed() > END {
            break;
        }
        sleep(PAUSE).await;
    }
    for worker in &workers {
        worker.abort();
    }
    watching.abort();
    let reads = world.reads().await?;
    let state = backlog.state();
    // A backlog that does not end is measured as far as it came.
    let most = state.events.len().min((count as f64 * MEASURED) as usize) - 1;
    let at = state.events.get(most).context("no events")?;
    let rate = most as f64 / (*at - started).as_secs_f64();
    let asked = reads.0 - before.0;
    Ok(Figure::new(
        "goodput",
        format!("hydrate: {tenants} x {chats} chats, {processes} at once"),
        rate,
        "reads/s",
    )
    .to("what Graph bears for long", of_tenant * tenants as f64)
    .with("aim", AIM)
    .with("429 of all", (reads.1 - before.1) / asked)
    .with("aim of 429", AIM_REFUSED)
    .with("reads for each", asked / count as f64)
    .with("deferred for each", state.deferred as f64 / count as f64)
    .with("dead", state.dead as f64))
}

/// The simulator, by its control side.
struct World {
    url: String,
    client: Client,
}

impl World {
    /// References to so many new messages in chats of `tenant`.
    async fn messages(
        &self,
        tenant: &str,
        chats: usize,
        count: usize,
    ) -> anyhow::Result<Vec<Queued>> {
        let resources: Vec<String> = (0..chats)
            .map(|chat| format!("chats/19:{chat:032x}@thread.v2/messages"))
            .collect();
        self.post(
            "world",
            &json!({ "tenant": tenant, "resources": resources }),
        )
        .await?;
        let happen = json!({ "tenant": tenant, "count": 3 * count, "resources": resources });
        let happened: Value = self.post("happen", &happen).await?.json().await?;
        let changes = happened.get("changes").and_then(Value::as_array);
        // In the order in which they happened, one chat after another.
        let mut created = Vec::new();
        let mut gone = HashSet::new();
        for change in changes.context("nothing happened")? {
            let member = |name| change.get(name).and_then(Value::as_str);
            let resource = member("resource").context("a change is of something")?;
            match member("changeType") {
                Some("created") => created.push(resource),
                Some("deleted") => {
                    gone.insert(resource);
                }
                _ => {}
            }
        }
        let there = created
            .into_iter()
            .filter(|resource| !gone.contains(resource));
        let there: Vec<&str> = there.take(count).collect();
        ensure!(there.len() == count, "too few messages came to be");
        let numbered = there.into_iter().enumerate();
        numbered
            .map(|(number, resource)| {
                let body = traffic::reference_to(tenant, resource)?;
                Ok(Queued::new(number, body))
            })
            .collect()
    }

    /// Reads of resources, and how many of them were answered 429.
    async fn reads(&self) -> anyhow::Result<(f64, f64)> {
        let url = format!("{}/simulator/stats", self.url);
        let stats: HashMap<String, Value> = self.client.get(url).send().await?.json().await?;
        let number = |name| stats.get(name).and_then(Value::as_f64).context("no count");
        Ok((number("resourceGets")?, number("throttled")?))
    }

    async fn post(&self, path: &str, body: &Value) -> anyhow::Result<reqwest::Response> {
        let url = format!("{}/simulator/{path}", self.url);
        let response = self.client.post(url).json(body).send().await?;
        Ok(response.error_for_status()?)
    }
}

/// The queue, and what came out of it.
struct Backlog(Mutex<State>);

#[derive(Default)]
struct State {
    /// By when they may be received.
    waiting: BinaryHeap<Reverse<(Instant, usize)>>,
    messages: HashMap<usize, Queued>,
    events: Vec<Instant>,
    deferred: usize,
    dead: usize,
}

impl Backlog {
    fn new(messages: Vec<Queued>) -> Self {
        let mut state = State::default();
        let now = Instant::now();
        for (number, message) in messages.into_iter().enumerate() {
            state.put(Queued { number, ..message }, now);
        }
        Self(Mutex::new(state))
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what hydrate sends.
    async fn watch(self: Arc<Self>, mut sent: mpsc::UnboundedReceiver<Sent>) {
        while let Some(sent) = sent.recv().await {
            let mut state = self.state();
            match sent.queue.as_str() {
                "hydrate" => {
                    state.deferred += 1;
                    state.put(sent.message, sent.at + sent.delay);
                }
                "events" => state.events.push(sent.at),
                "hydrate-dead-letters" => state.dead += 1,
                _ => {}
            }
        }
    }

    /// One process that takes a batch after the other.
    async fn work(self: Arc<Self>, function: Function) -> anyhow::Result<()> {
        loop {
            let batch = self.state().take(Instant::now());
            if batch.is_empty() {
                sleep(PAUSE).await;
                continue;
            }
            // An error is all of them failed.
            let answer = function.invoke(&event::sqs_event_of(&batch)?).await.ok();
            let failed = answer.map(|answer| String::from_utf8_lossy(&answer.body).into_owned());
            let mut state = self.state();
            for message in batch {
                if failed
                    .as_ref()
                    .is_none_or(|failed| failed.contains(&message.id()))
                {
                    state.put(message, Instant::now() + VISIBILITY);
                }
            }
        }
    }
}

impl State {
    fn put(&mut self, message: Queued, due: Instant) {
        self.waiting.push(Reverse((due, message.number)));
        self.messages.insert(message.number, message);
    }

    /// A batch of what is due.
    fn take(&mut self, now: Instant) -> Vec<Queued> {
        let mut batch = Vec::new();
        while batch.len() < limits::SQS_BATCH_ENTRIES {
            match self.waiting.peek() {
                Some(Reverse((due, number))) if *due <= now => {
                    batch.extend(self.messages.remove(number));
                    self.waiting.pop();
                }
                _ => break,
            }
        }
        batch
    }
}
