//! `teamwire replay`: dead letters back to where they came from.

mod audit;
mod batch;
mod destinations;
mod hopeless;
mod moving;
mod once;
mod pace;
mod preview;
pub(crate) mod stop;
mod tally;
mod told;
mod whole;

use crate::aws;
use crate::dead_letters::filter::Filter;
use crate::dead_letters::queues::{Name, Place, Whereabouts};
use crate::dead_letters::source::Source;
use crate::dead_letters::unknown::Unknown;
use crate::output::Output;
use crate::terminal;
use anyhow::bail;
use audit::Audit;
use aws_config::SdkConfig;
use aws_sdk_sqs::Client;
use clap::Args;
use destinations::Destinations;
use moving::Moving;
use once::Once;
use pace::Pace;
use preview::{Seen, Wanted};
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use stop::{INTERRUPTED, Stop};
use tally::Tally;

/// Send dead letters back to the queue they came from
///
/// Without --move nothing is moved: what would move is shown, grouped by reason, age, resource type
/// and tenant, with what has to be mended first. SQS shows a letter only to who receives it, so a
/// preview uses up one receive of each letter that it looks at, and says how many: their receive counts
/// stay one higher. Nothing limits the receives of a stack's dead-letter queues and of quarantine. --max
/// ends a preview early, after at most 40 letters more. What was looked at is hidden meanwhile and made
/// visible again at the end (after a minute to five where teamwire is killed).
///
/// With --move each letter is sent first and deleted then, and each at most once a run: what comes to the
/// queue after the run began, by the queue's own clock, is left to the next. So a run ends even where
/// every letter comes back, and says that they do. Ctrl-C ends it after the batches under way, and makes
/// visible what is hidden; where it is killed, some letters of at most eight batches may be twice, with
/// the same event id. The same command goes on where it ended. A message keeps body, group and trace; it
/// loses reason, source, fault, route, how long it was put off, which begins anew, and the lineage that Lambda
/// counts; it gets an attribute `replayed`, how often that was done, and keeps it should it become a dead
/// letter again.
///
/// What can never succeed is named and stays: tampered, malformed and others, by the table in
/// ARCHITECTURE.md. --force moves it too; --to with a URL moves it anywhere else.
///
/// Who moved what, when, from where to where and by which filters, is added to a file, a line of JSON
/// for every batch, before its letters are deleted: teamwire/replay.jsonl in XDG_STATE_HOME
/// (~/.local/state without), or the file of --audit. The summary names it. Who: the caller that AWS's
/// STS sees.
///
/// On a terminal a bar says how far it is and when it will be done; otherwise lines of JSON on
/// standard error do, every ten seconds. The summary is on standard output, one for each queue.
///
/// Letters that don't fit are hidden while it works. SQS hides at most 120,000 of one queue at a time,
/// and of a FIFO queue gives none behind a hidden one of the same group. 16 bytes of memory are needed
/// for each letter that is moved.
///
/// Without --queue it is about every dead-letter queue of the stack, one after the other. Quarantine is
/// only looked at then: it holds what others may have had sent. From it each letter goes where its `route`
/// says, and only of subscriptions that --subscription names, or single letters by --id, unless --force is
/// given. What has no route (an unrouted.v1) can't be replayed: no function takes it.
///
/// With --all SQS moves the queue by itself. It looks at no letter, so what can never succeed goes too,
/// and --force must say that it may. Nor does it end where letters come back: teamwire ends it once more
/// were moved than there were at the begin.
///
/// Exit status 0: looked at, or everything that fits was moved; 1: some of it stayed (refused, sent
/// but not deleted, never to succeed, or no function takes it), came back, or it ended early by a fault;
/// 2: wrong usage, no such queue, or AWS can't be asked; 130: interrupted.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire replay\n  teamwire replay --queue hydrate --reason http-403 --since 2d --preview\n  teamwire replay --queue hydrate --reason http-403 --move --rate 50 --audit moved.jsonl\n  teamwire replay --queue decrypt --id 5f0c.. --move\n  teamwire replay --queue quarantine --subscription 7f105c7d-2dc5-4530-97cd-4e7ae6534c07 --move\n  teamwire replay --queue events --all --force --move\n  teamwire replay --queue events --all --status\n  teamwire replay --queue events --all --cancel"
)]
pub(crate) struct Replay {
    #[command(flatten)]
    from: Whereabouts,
    /// Where they go instead of where they came from: a queue of the stack (decrypt, hydrate, ..)
    /// or a URL
    #[arg(long, value_name = "QUEUE|URL")]
    to: Option<String>,
    #[command(flatten)]
    filter: Filter,
    /// Only say what would move; so it is without --move too
    #[arg(long, conflicts_with_all = ["moves", "all", "status", "cancel"])]
    preview: bool,
    /// Move them; without it they are only looked at
    #[arg(long = "move")]
    moves: bool,
    /// Also what can never succeed, and from quarantine whoever's it is
    #[arg(long)]
    force: bool,
    /// At most so many letters
    #[arg(long, value_name = "LETTERS", value_parser = clap::value_parser!(u64).range(1..))]
    max: Option<u64>,
    /// Messages a second; as fast as it goes without. With --all at most 500
    #[arg(long, value_name = "PER_SECOND", value_parser = rate, requires = "moves")]
    rate: Option<f64>,
    /// Add the record of what was moved, and by whom, to this file rather than to the usual one
    #[arg(long, value_name = "FILE")]
    audit: Option<PathBuf>,
    /// Let SQS itself move the whole queue (StartMessageMoveTask). What was put off keeps its age
    /// then; where SQS can't, teamwire does it
    #[arg(long, conflicts_with_all = ["max", "reason", "tenant", "subscription", "resource_type", "since", "until", "id"])]
    all: bool,
    /// How far SQS is with --all
    #[arg(long, requires = "all", conflicts_with_all = ["moves", "cancel"])]
    status: bool,
    /// Have SQS end what --all began; what was moved stays moved
    #[arg(long, requires = "all", conflicts_with = "moves")]
    cancel: bool,
    /// How to print: json is one document for each queue, and with --all a line every two seconds;
    /// without it text on a terminal, else json
    #[arg(long, value_name = "FORMAT")]
    output: Option<Output>,
}

impl Replay {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        let config = aws::config().await?;
        let client = Client::new(&config);
        let output = Output::or_suitable(self.output);
        if self.all {
            return self.whole(&client, &config, output).await;
        }
        let places = self.from.places(&client).await?;
        let stop = Stop::at_interrupt();
        let most = self.max.unwrap_or(u64::MAX);
        let most = self.filter.most().map_or(most, |ids| ids.min(most));
        if !self.moves {
            return self.look(&client, &places, &stop, most, output).await;
        }
        let audit = Arc::new(Audit::open(self.audit.as_deref(), &config).await?);
        let run = Run {
            client: &client,
            audit,
            stop,
            output,
        };
        let mut left = most;
        let mut worst = Ended::Well;
        for place in self.movable(&places)? {
            if left == 0 || run.stop.is_asked() {
                break;
            }
            let (ended, moved) = self.carry(&run, place, left).await?;
            left = left.saturating_sub(moved);
            worst = worst.max(ended);
        }
        Ok(match run.stop.is_interrupted() {
            true => ExitCode::from(INTERRUPTED),
            false if worst == Ended::Well => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        })
    }

    async fn look(
        &self,
        client: &Client,
        places: &[Place],
        stop: &Arc<Stop>,
        most: u64,
        output: Output,
    ) -> anyhow::Result<ExitCode> {
        let mut unknown = Unknown::default();
        let mut left = most;
        for place in places {
            let to = Destinations::find(client, &self.from, place, self.to.as_deref()).await?;
            let source = Arc::new(Source::new(client.clone(), place.url.clone())?);
            let wanted = Wanted {
                filter: &self.filter,
                place: place.name,
                to: &to,
                most: left,
                force: self.forces(),
            };
            let seen = Seen::at(&source, stop, wanted, &mut unknown).await?;
            match output {
                Output::Text => write!(terminal::stdout(), "{}", seen.text(&source, wanted))?,
                Output::Json => writeln!(terminal::stdout(), "{}", seen.json(&source, wanted))?,
            }
            left = left.saturating_sub(seen.would_move);
            if stop.is_asked() {
                break;
            }
        }
        if !stop.is_asked() {
            unknown.tell()?;
        }
        Ok(interrupted(stop).unwrap_or(ExitCode::SUCCESS))
    }

    /// Whether what can never succeed goes too. Another queue by its URL is where a person puts it aside.
    fn forces(&self) -> bool {
        self.force || self.to.as_ref().is_some_and(|to| to.contains("://"))
    }

    /// The queues that letters are moved from.
    fn movable<'a>(&self, places: &'a [Place]) -> anyhow::Result<Vec<&'a Place>> {
        let is_quarantine = |place: &&Place| place.name == Some(Name::Quarantine);
        let is_whose = self.force || self.filter.says_whose();
        match places {
            [one] if is_quarantine(&one) && !is_whose => bail!(
                "quarantine may hold what others had sent: say whose letters are meant by \
                 --subscription or --id (`teamwire dead-letters list --queue quarantine` shows them), or \
                 give --force"
            ),
            [one] => Ok(vec![one]),
            all => Ok(all.iter().filter(|place| !is_quarantine(place)).collect()),
        }
    }

    /// Moves what is meant of one queue. How it ended, and how many were moved.
    async fn carry(&self, run: &Run<'_>, place: &Place, most: u64) -> anyhow::Result<(Ended, u64)> {
        let client = run.client;
        let to = Destinations::find(client, &self.from, place, self.to.as_deref()).await?;
        let source = Arc::new(Source::new(client.clone(), place.url.clone())?);
        let asked = json!({"filter": self.filter, "max": self.max, "rate": self.rate,
            "force": self.force});
        let to_text = to.one().map_or_else(|| to.text(), str::to_owned);
        run.audit.begins(source.url(), &to_text, &asked)?;
        let moving = Arc::new(Moving {
            began: source.now(client).await?,
            client: client.clone(),
            source,
            place: place.name,
            filter: self.filter.clone(),
            destinations: to,
            pace: Pace::new(self.rate),
            audit: Arc::clone(&run.audit),
            tally: Tally::new(),
            stop: Arc::clone(&run.stop),
            left: AtomicU64::new(most),
            force: self.forces(),
            once: Once::default(),
            in_vain: AtomicU64::new(0),
            unknown: Mutex::default(),
        });
        let ended = carry_out(Arc::clone(&moving), run.output).await?;
        Ok((ended, moving.tally.now().moved))
    }

    /// Has SQS move the queue, or says how far it is.
    async fn whole(
        &self,
        client: &Client,
        config: &SdkConfig,
        output: Output,
    ) -> anyhow::Result<ExitCode> {
        let place = self.from.place(client).await?;
        if self.status {
            return whole::look(client, &place.url, output).await;
        }
        let audit = Arc::new(Audit::open(self.audit.as_deref(), config).await?);
        if self.cancel {
            return whole::cancel(client, &place.url, &audit, output).await;
        }
        if !self.moves {
            bail!("--all goes with --move, --status or --cancel; leave it out for a preview");
        }
        if place.name == Some(Name::Quarantine) {
            bail!("SQS moves nothing from quarantine by itself: leave out --all");
        }
        if !self.force {
            bail!(
                "SQS looks at no letter, so what can never succeed is moved too: add --force, or leave \
                 out --all"
            );
        }
        let stop = Stop::at_interrupt();
        let to = Destinations::find(client, &self.from, &place, self.to.as_deref()).await?;
        let task = whole::start(client, &place.url, &to, self.rate, &audit, &stop, output);
        if let Some(status) = task.await? {
            return Ok(status);
        }
        let run = Run {
            client,
            audit,
            stop,
            output,
        };
        let (ended, _) = self.carry(&run, &place, u64::MAX).await?;
        Ok(interrupted(&run.stop).unwrap_or(match ended {
            Ended::Well => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        }))
    }
}

/// What the queues of one run have in common.
struct Run<'a> {
    client: &'a Client,
    audit: Arc<Audit>,
    stop: Arc<Stop>,
    output: Output,
}

/// How moving ended, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Ended {
    Well,
    /// Some of what fits stayed, or came back.
    WithSomeLeft,
    ByAFault,
}

async fn carry_out(moving: Arc<Moving>, output: Output) -> anyhow::Result<Ended> {
    let standing = moving.source.count().await?.visible;
    let ended = tokio::select! {
        ended = Arc::clone(&moving).run() => ended,
        fault = told::keep_telling(&moving, standing) => fault.map(|never| match never {}),
    };
    let hidden = moving.source.count().await.map_or(0, |count| count.hidden);
    let counts = moving.tally.now();
    let how = match (&ended, moving.stop.is_interrupted()) {
        (Err(_), _) => "by a fault",
        (Ok(()), true) => "interrupted",
        (Ok(()), false) => "done",
    };
    let recorded = moving.audit.ends(moving.source.url(), how, &json!(counts));
    told::tell(&moving, hidden, output)?;
    if let Err(fault) = ended.and(recorded) {
        terminal::tell(&fault);
        return Ok(Ended::ByAFault);
    }
    if !moving.stop.is_asked() && moving.left.load(Ordering::Relaxed) > 0 {
        let unknown = moving
            .unknown
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        unknown.tell()?;
    }
    let stayed = counts.refused + counts.unroutable + counts.undeleted + counts.hopeless;
    Ok(match stayed + counts.came_back {
        0 => Ended::Well,
        _ => Ended::WithSomeLeft,
    })
}

fn interrupted(stop: &Stop) -> Option<ExitCode> {
    stop.is_interrupted().then(|| ExitCode::from(INTERRUPTED))
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if (0.01..=100_000.0).contains(&rate) => Ok(rate),
        _ => Err("a number of messages a second, from 0.01 to 100000".to_owned()),
    }
}
