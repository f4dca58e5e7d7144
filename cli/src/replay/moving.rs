//! Moving letters: sent first, deleted then, so that one may be twice but never nowhere.

use crate::dead_letters::filter::LetterFilter;
use crate::dead_letters::letter::DeadLetter;
use crate::dead_letters::queues::LetterQueueName;
use crate::dead_letters::source::{HIDDEN, LetterSource, PATIENCE};
use crate::dead_letters::unknown::UnknownValues;
use crate::replay::audit::AuditFile;
use crate::replay::batch::LetterBatch;
use crate::replay::destinations::ReplayDestinations;
use crate::replay::hopeless::never;
use crate::replay::once::{LetterRecord, LettersOfRun};
use crate::replay::pace::ReplayPace;
use crate::replay::stop::StopSignal;
use crate::replay::tally::{LetterFate, ReplayTally};
use anyhow::bail;
use aws_sdk_sqs::Client;
use jiff::Timestamp;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use teamwire_payload::limits::SQS_BATCH_ENTRIES;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Batches under way at once; together they are all the letters that are in memory.
const CARRIERS: usize = 8;
/// The time that a batch waits to be full.
const GATHERING: Duration = Duration::from_secs(5);
/// So many receives in a row may bring nothing but what was sent since the run began: then it ends, and
/// says so, however fast more comes.
const IN_VAIN: u64 = 100;

/// Everything that the carriers share.
pub(super) struct LetterMover {
    pub(super) client: Client,
    pub(super) source: Arc<LetterSource>,
    /// The queue that they are of.
    pub(super) place: Option<LetterQueueName>,
    pub(super) filter: LetterFilter,
    pub(super) destinations: ReplayDestinations,
    pub(super) pace: ReplayPace,
    pub(super) audit: Arc<AuditFile>,
    pub(super) tally: ReplayTally,
    pub(super) stop: Arc<StopSignal>,
    /// The number of messages that may still be taken.
    pub(super) left: AtomicU64,
    /// True if messages that can never succeed go too.
    pub(super) force: bool,
    /// The time at which the run began, at the queue: messages sent since then are left to the next
    /// run. Else a run would never end whose letters come back.
    pub(super) began: Timestamp,
    pub(super) once: LettersOfRun,
    /// Receives in a row, of all carriers, of which every letter was sent since the run began.
    pub(super) in_vain: AtomicU64,
    /// True if it ended for that: messages sent before may be there still.
    pub(super) ended_early: AtomicBool,
    /// Values of the filter that no letter of the run has had so far.
    pub(super) unknown: Arc<Mutex<UnknownValues>>,
}

impl LetterMover {
    /// Moves what is meant, then makes the rest visible.
    ///
    /// # Errors
    /// Why it ended early. What was moved until then is in the tally.
    pub(super) async fn run(self: Arc<Self>) -> anyhow::Result<()> {
        let carrying = Arc::clone(&self).carry_all();
        let moved = self.stop.beside(carrying, self.source.keep_hidden()).await;
        let released = self.source.release().await;
        moved.and(released)
    }

    async fn carry_all(self: Arc<Self>) -> anyhow::Result<()> {
        // The letters of a FIFO queue's group have an order.
        let count = if self.source.is_fifo() { 1 } else { CARRIERS };
        let mut carriers = JoinSet::new();
        for _ in 0..count {
            let moving = Arc::clone(&self);
            carriers.spawn(async move { moving.carry().await });
        }
        let mut outcome = Ok(());
        while let Some(carried) = carriers.join_next().await {
            outcome = outcome.and(carried?);
        }
        outcome
    }

    async fn carry(&self) -> anyhow::Result<()> {
        let mut hand = Hand::default();
        let carried = self.carry_on(&mut hand).await;
        if carried.is_err() {
            self.stop.ask();
        }
        // What was not sent stays.
        for letter in hand.letters {
            let newest = self.once.leave(&letter.id);
            self.source.pass_over(newest.unwrap_or(letter.handle))?;
        }
        carried
    }

    async fn carry_on(&self, hand: &mut Hand) -> anyhow::Result<()> {
        let mut gathering_since = Instant::now();
        while !self.stop.is_asked() {
            // With letters in hand there is no waiting for more.
            let patience = match hand.letters.is_empty() {
                true => PATIENCE,
                false => Duration::ZERO,
            };
            let letters = self.source.receive(patience).await?;
            let none_came = letters.is_empty();
            if hand.letters.is_empty() {
                if none_came {
                    break;
                }
                gathering_since = Instant::now();
            }
            self.note_what_is_new(&letters);
            let mut letters = letters.into_iter();
            while let Some(letter) = letters.next() {
                if let Err(fault) = self.choose(letter, hand).await {
                    letters.try_for_each(|rest| self.source.pass_over(rest.handle))?;
                    return Err(fault);
                }
            }
            let is_in_vain = self.in_vain.load(Ordering::Relaxed) >= IN_VAIN;
            let has_all = self.left.load(Ordering::Relaxed) == 0;
            self.ended_early
                .fetch_or(is_in_vain && !has_all, Ordering::Relaxed);
            let has_all = has_all || is_in_vain;
            let is_late = gathering_since.elapsed() > GATHERING;
            while hand.letters.len() >= SQS_BATCH_ENTRIES
                || (!hand.letters.is_empty() && (none_came || has_all || is_late))
            {
                if self.stop.is_asked() {
                    return Ok(());
                }
                self.next_batch(hand).await?;
            }
            if has_all {
                break;
            }
        }
        Ok(())
    }

    fn note_what_is_new(&self, letters: &[DeadLetter]) {
        let is_new = |letter: &DeadLetter| letter.sent_at >= self.began;
        match letters {
            [] => {}
            letters if letters.iter().all(is_new) => {
                self.in_vain.fetch_add(1, Ordering::Relaxed);
            }
            _ => self.in_vain.store(0, Ordering::Relaxed),
        }
    }

    /// Takes a letter that is meant in hand.
    async fn choose(&self, letter: DeadLetter, hand: &mut Hand) -> anyhow::Result<()> {
        match self.once.meet(&letter.id, &letter.handle) {
            LetterRecord::First => {}
            LetterRecord::OnItsWay => {
                self.tally.add(|counts| counts.given_twice += 1);
                return Ok(());
            }
            LetterRecord::Moved => {
                self.tally.add(|counts| counts.given_twice += 1);
                // It goes now, or is deleted when it comes once more.
                return self.source.delete(&[&letter.handle]).await.map(drop);
            }
            LetterRecord::PassedOver => {
                self.tally.add(|counts| counts.given_twice += 1);
                return self.source.pass_over(letter.handle);
            }
        }
        let mut unknown = self.unknown.lock().unwrap_or_else(PoisonError::into_inner);
        unknown.note(&letter);
        drop(unknown);
        let fate = self.fate(&letter);
        self.tally.add(|counts| counts.looks_at(&letter, fate));
        if fate != LetterFate::Taken {
            for again in self.once.pass_over(&letter.id) {
                self.source.pass_over(again)?;
            }
            return self.source.pass_over(letter.handle);
        }
        hand.take(letter);
        Ok(())
    }

    fn fate(&self, letter: &DeadLetter) -> LetterFate {
        if !self.filter.fits(letter) {
            return LetterFate::NotMeant;
        }
        if letter.sent_at >= self.began {
            return LetterFate::SentSince;
        }
        if self.destinations.of(letter).is_none() {
            return LetterFate::Unroutable;
        }
        if !self.force && never(letter, self.place).is_some() {
            return LetterFate::Hopeless;
        }
        match self.take_one() {
            true => LetterFate::Taken,
            false => LetterFate::BeyondMax,
        }
    }

    fn take_one(&self) -> bool {
        let one_less = |left: u64| left.checked_sub(1);
        let left = &self.left;
        left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less)
            .is_ok()
    }

    async fn next_batch(&self, hand: &mut Hand) -> anyhow::Result<()> {
        let most = self.pace.batch(SQS_BATCH_ENTRIES);
        let to = |letter: &DeadLetter| self.destinations.of(letter).map(str::to_owned);
        let Some(batch) = LetterBatch::take(&mut hand.letters, most, to) else {
            return Ok(());
        };
        let handles = |letters: &[DeadLetter]| -> Vec<String> {
            let handles = letters.iter().map(|letter| letter.handle.clone());
            handles.collect()
        };
        let hidden = [handles(&batch.letters), handles(&hand.letters)].concat();
        let turn = async {
            tokio::select! {
                () = self.pace.turn(batch.letters.len()) => true,
                () = self.stop.wait() => false,
            }
        };
        let is_on = self.while_hidden(&hidden, &mut hand.hidden_since, turn);
        if !is_on.await {
            hand.letters.extend(batch.letters);
            return Ok(());
        }
        let count = batch.letters.len() as u64;
        let now = std::time::Instant::now();
        self.tally.add(|counts| counts.sends(count, now));
        let sending = batch.send(&self.client);
        let sent = self.while_hidden(&hidden, &mut hand.hidden_since, sending);
        let sent = match sent.await {
            Ok(sent) => sent,
            Err(fault) => {
                let fault = fault.context(format!("{} takes nothing", batch.to));
                hand.letters.extend(batch.letters);
                return Err(fault);
            }
        };
        self.forget(batch, &sent).await
    }

    /// Deletes what was sent, and passes over what was refused.
    async fn forget(
        &self,
        batch: LetterBatch,
        sent: &[Result<String, String>],
    ) -> anyhow::Result<()> {
        let both = || batch.letters.iter().zip(sent);
        let accepted = || both().filter_map(|(letter, sent)| Some((letter, sent.as_deref().ok()?)));
        for (letter, _) in both().filter(|(_, sent)| sent.is_err()) {
            self.tally.add(|counts| counts.refused += 1);
            let newest = self.once.leave(&letter.id);
            self.source
                .pass_over(newest.unwrap_or_else(|| letter.handle.clone()))?;
        }
        if accepted().next().is_some() {
            let written = self.audit.moved(self.source.url(), &batch.to, accepted());
            if written.is_err() {
                let handles = accepted().map(|(letter, _)| letter.handle.as_str());
                self.keep_undeleted(&handles.collect::<Vec<_>>())?;
            }
            written?;
        }
        let others: Vec<String> = accepted()
            .flat_map(|(letter, _)| self.once.moved(&letter.id))
            .collect();
        let others: Vec<&str> = others.iter().map(String::as_str).collect();
        let mut fault = None;
        for some in others.chunks(SQS_BATCH_ENTRIES) {
            // One that is not the newest may be refused.
            fault = self.source.delete(some).await.err().or(fault);
        }
        let is_well = fault.is_none();
        let mut handles: Vec<&str> = accepted()
            .map(|(letter, _)| letter.handle.as_str())
            .collect();
        let count = handles.len();
        for _ in 0..2 {
            if handles.is_empty() {
                break;
            }
            let gone = self.source.delete(&handles).await;
            match gone {
                Ok(gone) => {
                    let mut gone = gone.into_iter();
                    handles.retain(|_| !gone.next().unwrap_or(false));
                }
                Err(why) => fault = Some(why),
            }
        }
        let moved = (count - handles.len()) as u64;
        self.tally.add(|counts| counts.moved += moved);
        if handles.is_empty() && is_well {
            return Ok(());
        }
        self.keep_undeleted(&handles)?;
        // Each would be received again, and sent again.
        let says = "letters were sent but can't be deleted, so no more are moved";
        match fault {
            Some(fault) => Err(fault.context(says)),
            None => bail!(says),
        }
    }

    /// Counts letters that were sent and are still here, and has them made visible at the end.
    fn keep_undeleted(&self, handles: &[&str]) -> anyhow::Result<()> {
        self.tally
            .add(|counts| counts.undeleted += handles.len() as u64);
        let mut handles = handles.iter();
        handles.try_for_each(|handle| self.source.pass_over((*handle).to_owned()))
    }

    /// Does it, and keeps letters hidden for as long as that takes.
    async fn while_hidden<T>(
        &self,
        handles: &[String],
        since: &mut Option<Instant>,
        work: impl Future<Output = T>,
    ) -> T {
        let mut work = std::pin::pin!(work);
        loop {
            let start = since.unwrap_or_else(Instant::now);
            tokio::select! {
                done = &mut work => return done,
                () = tokio::time::sleep_until(start + HIDDEN / 2) => {
                    *since = Some(Instant::now());
                    self.source.hide_all(handles, HIDDEN).await;
                }
            }
        }
    }
}

/// Letters on their way.
#[derive(Default)]
struct Hand {
    letters: Vec<DeadLetter>,
    /// Since when the first of them is hidden.
    hidden_since: Option<Instant>,
}

impl Hand {
    fn take(&mut self, letter: DeadLetter) {
        if self.letters.is_empty() {
            self.hidden_since = Some(Instant::now());
        }
        self.letters.push(letter);
    }
}
