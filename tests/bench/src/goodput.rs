//! The share of Graph's documented rates that hydrate and backfill get through, beside the
//! simulator's throttles.
//!
//! A backlog waits on the queue: references to messages that exist, or pages of the messages of
//! people. So many processes take batches from it, as Lambda's would, and what they defer waits on
//! the queue again. Graph lets an app read 20 messages a second in a tenant and one in a chat, and 200
//! such pages in a tenant, of which 83 % for long.

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
use std::fmt::{Display, Formatter};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use teamwire_payload::limits;
use teamwire_simulator::{Simulator, SimulatorConfig};
use tokio::sync::mpsc;
use tokio::time::sleep;

/// Reads a second, and the share of them that Graph bears for long.
const MESSAGES_OF_TENANT: f64 = 20.0;
const MESSAGES_OF_CHAT: f64 = 1.0;
const PAGES_OF_TENANT: f64 = 200.0;
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
/// Resources that are brought about by one request.
const AT_ONCE: usize = 500;
const PAUSE: Duration = Duration::from_millis(20);

/// Who reads what.
struct Case {
    backlog: BacklogOf,
    tenants: usize,
    processes: usize,
}

#[derive(Clone, Copy)]
enum BacklogOf {
    /// Messages, in so many chats of each tenant.
    Messages { chats: usize },
    /// Pages of the messages of people, one for each.
    Pages,
}

const fn messages(tenants: usize, chats: usize, processes: usize) -> Case {
    Case {
        backlog: BacklogOf::Messages { chats },
        tenants,
        processes,
    }
}

const fn pages(processes: usize) -> Case {
    Case {
        backlog: BacklogOf::Pages,
        tenants: 1,
        processes,
    }
}

const CASES: [Case; 8] = [
    messages(1, 400, 1),
    messages(1, 400, 5),
    messages(1, 400, 10),
    messages(4, 400, 10),
    messages(1, 40, 2),
    messages(1, 5, 1),
    pages(1),
    pages(2),
];

impl BacklogOf {
    const fn function(self) -> &'static str {
        match self {
            Self::Messages { .. } => "hydrate",
            Self::Pages => "backfill",
        }
    }

    /// Reads a second of one tenant that Graph bears for long.
    fn of_tenant(self) -> f64 {
        SUSTAINED
            * match self {
                Self::Messages { chats } => MESSAGES_OF_TENANT.min(chats as f64 * MESSAGES_OF_CHAT),
                Self::Pages => PAGES_OF_TENANT,
            }
    }

    async fn of(self, world: &World, tenant: &str) -> anyhow::Result<Vec<Queued>> {
        let count = (self.of_tenant() * LASTS) as usize;
        match self {
            Self::Messages { chats } => world.messages(tenant, chats, count).await,
            Self::Pages => world.pages(tenant, count).await,
        }
    }
}

impl Display for Case {
    fn fmt(&self, out: &mut Formatter<'_>) -> std::fmt::Result {
        let (tenants, function) = (self.tenants, self.backlog.function());
        match self.backlog {
            BacklogOf::Messages { chats } => write!(out, "{function}: {tenants} x {chats} chats")?,
            BacklogOf::Pages => write!(out, "{function}: a page for each of many")?,
        }
        write!(out, ", {} at once", self.processes)
    }
}

/// Every case, each in a world of its own.
pub(crate) async fn measure(bin_dir: &Path, report: &Report) -> anyhow::Result<()> {
    let parties = Parties::new(KeySize::Rsa2048)?;
    for case in CASES {
        report.figure(&run(&case, &parties, bin_dir).await?)?;
    }
    Ok(())
}

async fn run(case: &Case, parties: &Parties, bin_dir: &Path) -> anyhow::Result<Figure> {
    let ids: Vec<String> = (0..case.tenants).map(traffic::tenant_id).collect();
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
    let world = World {
        url: graph.url.clone(),
        client: Client::builder().no_proxy().build()?,
    };
    let mut messages = Vec::new();
    for tenant in &ids {
        messages.extend(case.backlog.of(&world, tenant).await?);
    }
    // Tenants in turn, as a fair queue gives them; the numbers are those within a tenant.
    messages.sort_by_key(|message| message.number);
    let count = messages.len();
    let before = world.reads().await?;
    let function = case.backlog.function();
    let backlog = Arc::new(Backlog::new(messages));
    let watching = tokio::spawn(Arc::clone(&backlog).watch(services.watch(), function));
    let mut workers = Vec::new();
    for _ in 0..case.processes {
        let process = Function::start(bin_dir, function, &settings).await?;
        process.until_idle().await?;
        workers.push(tokio::spawn(Arc::clone(&backlog).work(process)));
    }
    let started = Instant::now();
    let most = count as f64 * MEASURED;
    let (asked, refused, took) = loop {
        sleep(PAUSE).await;
        let (asked, refused) = world.reads().await?;
        let (asked, refused) = (asked - before.0, refused - before.1);
        if asked - refused >= most || started.elapsed() > END {
            break (asked, refused, started.elapsed().as_secs_f64());
        }
    };
    for worker in &workers {
        worker.abort();
    }
    watching.abort();
    let read = asked - refused;
    ensure!(read > 0.0, "nothing was read");
    let state = backlog.state();
    let limit = case.backlog.of_tenant() * case.tenants as f64;
    Ok(
        Figure::new("goodput", case.to_string(), read / took, "reads/s")
            .to("what Graph bears for long", limit)
            .with("aim", AIM)
            .with("429 of all", refused / asked)
            .with("aim of 429", AIM_REFUSED)
            .with("deferred for each", state.deferred as f64 / read)
            .with("dead", state.dead as f64),
    )
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

    /// Pages of the messages of so many people of `tenant`.
    async fn pages(&self, tenant: &str, count: usize) -> anyhow::Result<Vec<Queued>> {
        let resources: Vec<String> = (0..count).map(traffic::messages_of).collect();
        for some in resources.chunks(AT_ONCE) {
            let there = json!({ "tenant": tenant, "resources": some });
            self.post("world", &there).await?;
        }
        (0..count)
            .map(|number| Ok(Queued::new(number, traffic::gap_message(0, number)?)))
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

    /// Takes back what a function sends to its own queue.
    async fn watch(self: Arc<Self>, mut sent: mpsc::UnboundedReceiver<Sent>, function: &str) {
        while let Some(sent) = sent.recv().await {
            let mut state = self.state();
            match sent.queue.strip_prefix(function) {
                Some("") => {
                    state.deferred += 1;
                    state.put(sent.message, sent.at + sent.delay);
                }
                Some(_) => state.dead += 1,
                None => {}
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
