//! `teamwire replay`: dead letters back to where they came from.

mod audit;
mod batch;
mod destinations;
mod hopeless;
mod moving;
pub(crate) mod once;
mod pace;
mod preview;
pub(crate) mod stop;
mod tally;
mod told;

use crate::aws;
use crate::dead_letters::filter::LetterFilter;
use crate::dead_letters::look::look;
use crate::dead_letters::queues::{LetterQueue, LetterQueueArgs, LetterQueueName};
use crate::dead_letters::source::LetterSource;
use crate::dead_letters::unknown::UnknownValues;
use crate::output::OutputFormat;
use crate::queue::clock;
use crate::terminal::{self, plain};
use anyhow::bail;
use audit::AuditFile;
use aws_sdk_sqs::Client;
use clap::Args;
use destinations::ReplayDestinations;
use jiff::Timestamp;
use moving::LetterMover;
use once::LettersOfRun;
use pace::ReplayPace;
use preview::{PreviewRequest, PreviewedLetters};
use serde_json::json;
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use stop::{INTERRUPTED, StopSignal};
use tally::ReplayTally;

/// Send dead letters back to the queue they came from
///
/// Without --move nothing is moved: what would move is shown, grouped by reason, age, resource type
/// and tenant, with what has to be mended first. SQS shows a letter only to who receives it, so a
/// preview uses up one receive of each letter that it looks at, and says how many: their receive counts
/// stay one higher. Nothing limits the receives of a stack's dead-letter queues and of quarantine. --max
/// ends a preview early, after at most 40 letters more. What was looked at is hidden meanwhile and made
/// visible again at the end (after a minute to five where teamwire is killed). What somebody else hides is
/// counted and not seen.
///
/// With --move each letter is sent first and deleted then, and each at most once a run: what comes to the
/// queue after the run began, by the queue's own clock, is left to the next. A run waits up to two seconds
/// for that clock. So it ends even where every letter comes back, and says that they do. Ctrl-C, SIGTERM
/// and a closed terminal end it after the batches under way, and make visible what is hidden. After a kill
/// -9, or a second Ctrl-C, some letters of at most eight batches may be twice, with the same event id, and
/// what was hidden is back within five minutes. The same command goes on where it ended. A message keeps body, group and trace; it
/// loses reason, source, fault, route, how long it was put off, which begins anew, and the lineage that Lambda
/// counts; it gets an attribute `replayed`, how often that was done, and keeps it should it become a dead
/// letter again.
///
/// What can never succeed is named and stays: tampered, malformed and others, by the table in
/// PROMISES.md. --force moves it too; --to with a URL moves it anywhere else.
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
/// for each letter that is looked at.
///
/// Without --queue it is about every dead-letter queue of the stack, one after the other. Quarantine is
/// only looked at then: it holds what others may have had sent. From it each letter goes where its `route`
/// says, and only of the subscriptions and tenants that --subscription and --tenant name, or single letters
/// by --id, unless --force is given. What has no route (an unrouted.v1) no function takes: --to with a
/// URL puts it aside.
///
/// Exit status 0: looked at, or everything that fits was moved; 1: some of it stayed (refused, sent
/// but not deleted, never to succeed, or no function takes it), came back, no letter has a tenant,
/// subscription or id that was named, or it ended early; 2: wrong usage, no such queue, or AWS can't be
/// asked; 130: interrupted.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire replay\n  teamwire replay --queue hydrate --reason http-403 --since 2d --preview\n  teamwire replay --queue hydrate --reason http-403 --move --rate 50 --audit moved.jsonl\n  teamwire replay --queue decrypt --id 5f0c3b8e-53a6-4d0b-9c55-0f6e2a1b7c44 --move\n  teamwire replay --queue quarantine --tenant 9f4ebab6-520d-49c0-85cc-7b25c78d4a93 --subscription 7f105c7d-2dc5-4530-97cd-4e7ae6534c07 --move\n  teamwire replay --all --force --move"
)]
pub(crate) struct ReplayArgs {
    #[command(flatten)]
    from: LetterQueueArgs,
    /// Where they go instead of where they came from: a queue of the stack (decrypt, hydrate, ..)
    /// or a URL
    #[arg(long, value_name = "QUEUE|URL")]
    to: Option<String>,
    #[command(flatten)]
    filter: LetterFilter,
    /// Only say what would move; so it is without --move too
    #[arg(long, conflicts_with = "moves")]
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
    /// Messages a second; as fast as it goes without
    #[arg(long, value_name = "PER_SECOND", value_parser = rate, requires = "moves")]
    rate: Option<f64>,
    /// Add the record of what was moved, and by whom, to this file rather than to the usual one
    #[arg(long, value_name = "FILE")]
    audit: Option<PathBuf>,
    /// All of them: refuses --max and every filter beside it
    #[arg(long, conflicts_with_all = ["max", "reason", "tenant", "subscription", "resource_type", "since", "until", "id"])]
    all: bool,
    /// Output format: json prints one document for each queue; without it text on a terminal, else json
    #[arg(long, value_name = "FORMAT")]
    output: Option<OutputFormat>,
}

impl ReplayArgs {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        self.filter.check(self.from.queue())?;
        let config = aws::config().await?;
        let client = Client::new(&config);
        let output = OutputFormat::or_suitable(self.output);
        let places = self.from.places(&client).await?;
        let stop = StopSignal::at_interrupt();
        let most = self.max.unwrap_or(u64::MAX);
        let most = self.filter.most().map_or(most, |ids| ids.min(most));
        if !self.moves {
            return self.look(&client, &places, &stop, most, output).await;
        }
        let places = self.movable(&client, &places, &stop).await?;
        let Some(first) = places.first() else {
            return Ok(ExitCode::SUCCESS);
        };
        let audit = Arc::new(AuditFile::open(self.audit.as_deref(), &config).await?);
        let began = tokio::select! {
            // One clock for all of them: it is the account's, not the queue's.
            began = clock::boundary(&client, &first.url) => began?,
            () = stop.wait() => return Ok(ExitCode::from(INTERRUPTED)),
        };
        let run = ReplayRun {
            client: &client,
            audit,
            stop,
            output,
            began,
            unknown: Arc::new(Mutex::new(UnknownValues::of(&self.filter))),
        };
        let mut left = most;
        let mut worst = ReplayEnd::Well;
        for place in places {
            if left == 0 || run.stop.is_asked() {
                break;
            }
            let Some(to) = self.destinations(&client, place).await? else {
                worst = worst.max(ReplayEnd::ByAFault);
                continue;
            };
            let (ended, moved) = self.carry(&run, place, to, left).await?;
            left = left.saturating_sub(moved);
            worst = worst.max(ended);
        }
        if left > 0 && !run.stop.is_asked() {
            let unknown = run.unknown.lock().unwrap_or_else(PoisonError::into_inner);
            if unknown.tell()? {
                worst = worst.max(ReplayEnd::WithSomeLeft);
            }
        }
        Ok(interrupted(&run.stop).unwrap_or(match worst {
            ReplayEnd::Well => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        }))
    }

    async fn look(
        &self,
        client: &Client,
        places: &[LetterQueue],
        stop: &Arc<StopSignal>,
        most: u64,
        output: OutputFormat,
    ) -> anyhow::Result<ExitCode> {
        let mut unknown = UnknownValues::of(&self.filter);
        let mut left = most;
        let mut is_well = true;
        for place in places {
            let Some(to) = self.destinations(client, place).await? else {
                is_well = false;
                continue;
            };
            let source = Arc::new(LetterSource::new(client.clone(), place.url.clone())?);
            let wanted = PreviewRequest {
                filter: &self.filter,
                place: place.name,
                to: &to,
                most: left,
                force: self.force || to.is_aside(),
            };
            let seen = PreviewedLetters::at(&source, stop, wanted, &mut unknown).await?;
            match output {
                OutputFormat::Text => write!(output.stdout(), "{}", seen.text(&source, wanted))?,
                OutputFormat::Json => writeln!(output.stdout(), "{}", seen.json(&source, wanted))?,
            }
            left = left.saturating_sub(seen.would_move);
            if stop.is_asked() {
                break;
            }
        }
        if !stop.is_asked() && unknown.tell()? {
            is_well = false;
        }
        Ok(interrupted(stop).unwrap_or(match is_well {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        }))
    }

    /// The destinations of a queue's messages. `None`, and said on standard error, where that is
    /// nowhere and other queues are meant too.
    async fn destinations(
        &self,
        client: &Client,
        place: &LetterQueue,
    ) -> anyhow::Result<Option<ReplayDestinations>> {
        match ReplayDestinations::find(client, &self.from, place, self.to.as_deref()).await {
            Ok(to) => Ok(Some(to)),
            Err(fault) if self.from.is_all() => {
                let name = place.name.map_or("other", LetterQueueName::text);
                terminal::tell(&fault.context(format!("the letters of {name} stay")));
                Ok(None)
            }
            Err(fault) => Err(fault),
        }
    }

    /// The queues that letters are moved from.
    async fn movable<'a>(
        &self,
        client: &Client,
        places: &'a [LetterQueue],
        stop: &Arc<StopSignal>,
    ) -> anyhow::Result<Vec<&'a LetterQueue>> {
        if !self.from.is_all() {
            for place in places.iter().filter(|place| place.is_quarantine()) {
                self.allowed_from_quarantine(client, place, stop).await?;
            }
            return Ok(places.iter().collect());
        }
        let movable: Vec<_> = places
            .iter()
            .filter(|place| !place.is_quarantine())
            .collect();
        if movable.len() < places.len() {
            writeln!(
                terminal::stderr(),
                "teamwire: quarantine is left out, as it may hold what others had sent; --queue quarantine \
                 moves from it"
            )?;
        }
        Ok(movable)
    }

    /// # Errors
    /// It is not said whose letters are meant. Anyone may have letters put there under the id of a
    /// subscription of ours: those have another tenant.
    async fn allowed_from_quarantine(
        &self,
        client: &Client,
        place: &LetterQueue,
        stop: &Arc<StopSignal>,
    ) -> anyhow::Result<()> {
        if self.force || self.filter.says_whose() {
            return Ok(());
        }
        if !self.filter.names_a_subscription() {
            bail!(
                "quarantine may hold what others had sent: say whose letters are meant by --subscription \
                 and --tenant, or by --id (`teamwire dead-letters list --queue quarantine` shows them), or \
                 give --force"
            );
        }
        let source = Arc::new(LetterSource::new(client.clone(), place.url.clone())?);
        let mut tenants = BTreeSet::new();
        look(&source, stop, |letter| {
            if self.filter.fits(letter) {
                let tenant = letter.subject.tenant.as_deref().unwrap_or("none");
                tenants.insert(plain(tenant));
            }
            Ok(ControlFlow::Continue(()))
        })
        .await?;
        let tenants: Vec<_> = tenants.into_iter().collect();
        bail!(
            "others may have had letters sent under the id of a subscription of ours: say by --tenant \
             whose are meant, or give --force. Tenants of such letters: {}",
            match tenants.is_empty() {
                true => "there are none".to_owned(),
                false => tenants.join(", "),
            }
        )
    }

    /// Moves what is meant of one queue. How it ended, and how many were moved.
    async fn carry(
        &self,
        run: &ReplayRun<'_>,
        place: &LetterQueue,
        to: ReplayDestinations,
        most: u64,
    ) -> anyhow::Result<(ReplayEnd, u64)> {
        let source = Arc::new(LetterSource::new(run.client.clone(), place.url.clone())?);
        let asked = json!({"filter": self.filter, "max": self.max, "rate": self.rate,
            "force": self.force, "all": self.all});
        let to_text = to.one().map_or_else(|| to.text(), str::to_owned);
        run.audit.begins(source.url(), &to_text, &asked)?;
        let is_aside = to.is_aside();
        let moving = Arc::new(LetterMover {
            began: run.began,
            client: run.client.clone(),
            source,
            place: place.name,
            filter: self.filter.clone(),
            destinations: to,
            pace: ReplayPace::new(self.rate),
            audit: Arc::clone(&run.audit),
            tally: ReplayTally::new(),
            stop: Arc::clone(&run.stop),
            left: AtomicU64::new(most),
            force: self.force || is_aside,
            once: LettersOfRun::default(),
            in_vain: AtomicU64::new(0),
            ended_early: AtomicBool::new(false),
            unknown: Arc::clone(&run.unknown),
        });
        let ended = carry_out(Arc::clone(&moving), run.output).await?;
        Ok((ended, moving.tally.now().moved))
    }
}

/// The context that the queues of one run have in common.
struct ReplayRun<'a> {
    client: &'a Client,
    audit: Arc<AuditFile>,
    stop: Arc<StopSignal>,
    output: OutputFormat,
    /// The time at which it began, at the queue.
    began: Timestamp,
    /// Values of the filter that no letter has had so far.
    unknown: Arc<Mutex<UnknownValues>>,
}

/// The end of a move, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ReplayEnd {
    Well,
    /// Some of what fits stayed, or came back.
    WithSomeLeft,
    ByAFault,
}

async fn carry_out(moving: Arc<LetterMover>, output: OutputFormat) -> anyhow::Result<ReplayEnd> {
    let standing = moving.source.count().await?.visible;
    let run = Arc::clone(&moving).run();
    let telling = told::keep_telling(&moving, standing);
    let ended = moving.stop.beside(run, telling).await;
    let hidden = moving.source.hidden().await;
    let counts = moving.tally.now();
    let ended_early = moving.ended_early.load(Ordering::Relaxed);
    let how = match (&ended, moving.stop.is_interrupted()) {
        (Err(_), _) => "by a fault",
        (Ok(()), true) => "interrupted",
        (Ok(()), false) if ended_early => "early",
        (Ok(()), false) => "done",
    };
    let recorded = moving.audit.ends(moving.source.url(), how, &json!(counts));
    let shown = told::tell(&moving, hidden, output);
    if let Err(fault) = ended.and(recorded).and(shown) {
        terminal::tell(&fault);
        moving.stop.ask();
        return Ok(ReplayEnd::ByAFault);
    }
    let stayed = counts.refused + counts.unroutable + counts.undeleted + counts.hopeless;
    Ok(match stayed + counts.came_back {
        0 if !ended_early => ReplayEnd::Well,
        _ => ReplayEnd::WithSomeLeft,
    })
}

fn interrupted(stop: &StopSignal) -> Option<ExitCode> {
    stop.is_interrupted().then(|| ExitCode::from(INTERRUPTED))
}

fn rate(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if (0.01..=100_000.0).contains(&rate) => Ok(rate),
        _ => Err("a number of messages a second, from 0.01 to 100000".to_owned()),
    }
}
