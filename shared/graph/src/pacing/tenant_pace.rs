//! The turns of one tenant, and of the conversations in it.

use super::ReadRates;
use std::collections::HashMap;
use std::time::{Duration, Instant};
use teamwire_payload::limits;

/// The share of the rate that a process begins with, until it knows what others take.
const SHARE_AT_FIRST: f64 = 0.25;
const LEAST_SHARE: f64 = 0.02;
/// The growth of the share in a second of answers, before anything was refused.
const GROWTH_AT_FIRST: f64 = 2.0;
/// What is left of the share after a refusal, and after one that follows another closely.
const CUT: f64 = 0.9;
const DEEP_CUT: f64 = 0.7;
const CLOSELY: Duration = Duration::from_secs(3);
/// What of the refused share is gone back to, and how long it is kept before more is tried.
const CEILING: f64 = 0.95;
const KEPT: Duration = Duration::from_secs(60);
/// The part of the ceiling by which the share comes back in a second; the growth of the ceiling in
/// one.
const RETURN: f64 = 0.06;
const GROWTH: f64 = 1.005;
/// Most time between two answers that counts.
const PATIENCE: f64 = 5.0;
/// Turns that may be taken before their time. With the sustained rate they stay below the
/// documented one.
const BURST: u32 = 2;
const SECOND: Duration = Duration::from_secs(1);
/// Most doublings of the distance between requests of a conversation that refuses again and again.
const DOUBLINGS: u32 = 4;

/// What is known of a tenant.
#[derive(Debug)]
pub(super) struct TenantPace {
    rates: ReadRates,
    turns: Turns,
    /// The part of the rate that is ours, and the most that it comes back to after a refusal.
    share: f64,
    ceiling: f64,
    /// When the ceiling may grow; `None` before the first refusal.
    kept: Option<Instant>,
    cut: Instant,
    grown: Instant,
    /// The conversation that was refused last, with no answer of any since.
    last_refused: Option<String>,
    conversations: HashMap<String, ConversationPace>,
}

#[derive(Debug)]
struct ConversationPace {
    turns: Turns,
    refused_in_a_row: u32,
    /// The last request: the tenant's turn may have come late.
    asked: Option<Instant>,
}

/// Turns at even distances.
#[derive(Debug)]
struct Turns {
    /// The next that is free, if all before it were taken.
    next: Instant,
    /// The next that can be told to one who is sent away.
    promised: Instant,
    paused: Instant,
}

impl TenantPace {
    pub(super) fn new(rates: ReadRates, now: Instant) -> Self {
        Self {
            rates,
            turns: Turns::new(now),
            share: SHARE_AT_FIRST,
            ceiling: 1.0,
            kept: None,
            cut: now,
            grown: now,
            last_refused: None,
            conversations: HashMap::new(),
        }
    }

    /// Takes the next turn of a conversation: when it is.
    ///
    /// # Errors
    /// How long to stay away, where that is after `give_up`.
    pub(super) fn conversations_turn(
        &mut self,
        conversation: &str,
        now: Instant,
        give_up: Instant,
    ) -> Result<Instant, Duration> {
        let distance = 1.0 / self.rates.conversation;
        let pace = self.conversation(conversation, now);
        let distance = distance * f64::from(1 << pace.refused_in_a_row.min(DOUBLINGS));
        let distance = Duration::from_secs_f64(distance);
        pace.turns
            .take(now, give_up, distance, Duration::ZERO, distance)
    }

    /// Gives back the turn at `at`, if nobody has one after it.
    pub(super) fn leave(&mut self, conversation: &str, at: Instant) {
        let distance = Duration::from_secs_f64(1.0 / self.rates.conversation);
        if let Some(pace) = self.conversations.get_mut(conversation)
            && pace.turns.next == at + distance
        {
            pace.turns.next = at;
        }
    }

    /// Takes the next turn of the tenant: when it is.
    ///
    /// # Errors
    /// How long to stay away, where that is after `give_up`.
    pub(super) fn tenants_turn(
        &mut self,
        conversation: &str,
        now: Instant,
        give_up: Instant,
    ) -> Result<Instant, Duration> {
        let paused = self.conversation(conversation, now).turns.paused;
        if paused > give_up.max(now) {
            return Err(paused - now);
        }
        let distance = self.distance();
        let promise = Duration::from_secs_f64(1.0 / self.rates.tenant);
        let between = Duration::from_secs_f64(1.0 / self.rates.conversation);
        let mut at = self
            .turns
            .take(now, give_up, distance, BURST * distance, promise)?
            .max(paused);
        let pace = self.conversation(conversation, now);
        if let Some(asked) = pace.asked {
            at = at.max(asked + between);
        }
        if at > give_up.max(now) {
            return Err(at - now);
        }
        pace.asked = Some(at);
        Ok(at)
    }

    pub(super) fn is_paused(&self, conversation: &str, now: Instant) -> bool {
        let of_conversation = self.conversations.get(conversation);
        let of_conversation = of_conversation.is_some_and(|pace| pace.turns.paused > now);
        of_conversation || self.turns.paused > now
    }

    /// Stays away for `wait`; `draw` (0 to 1) moves the end of it.
    pub(super) fn refused(&mut self, conversation: &str, now: Instant, wait: Duration, draw: f64) {
        let distance = self.distance();
        let between = Duration::from_secs_f64(1.0 / self.rates.conversation);
        let pace = self.conversation(conversation, now);
        pace.refused_in_a_row += 1;
        pace.turns.pause(now + wait + between.mul_f64(draw / 4.0));
        let last = self.last_refused.replace(conversation.to_owned());
        if last.is_none_or(|last| last == conversation) {
            return;
        }
        self.cut(now);
        // Those who waited are not let in at once.
        self.turns.pause(now + wait + distance.mul_f64(draw));
        let first = self.turns.paused + BURST * distance;
        self.turns.next = self.turns.next.max(first);
    }

    pub(super) fn answered(&mut self, conversation: &str, now: Instant) {
        self.last_refused = None;
        self.conversation(conversation, now).refused_in_a_row = 0;
        let since = now
            .saturating_duration_since(self.grown)
            .as_secs_f64()
            .min(PATIENCE);
        self.grown = now;
        match self.kept {
            None => self.share = (self.share * GROWTH_AT_FIRST.powf(since)).min(1.0),
            Some(_) if self.share < self.ceiling => {
                self.share = (self.share + self.ceiling * RETURN * since).min(self.ceiling);
            }
            Some(kept) if now > kept => {
                self.ceiling = (self.ceiling * GROWTH.powf(since)).min(1.0);
                self.share = self.ceiling;
            }
            Some(_) => {}
        }
    }

    fn cut(&mut self, now: Instant) {
        let since = now - self.cut;
        if self.kept.is_some() && since < SECOND {
            return;
        }
        let (cut, ceiling) = if since < CLOSELY {
            (DEEP_CUT, DEEP_CUT)
        } else {
            (CUT, CEILING)
        };
        self.ceiling = (self.share * ceiling).max(LEAST_SHARE);
        self.share = (self.share * cut).max(LEAST_SHARE);
        self.kept = Some(now + KEPT);
        self.cut = now;
    }

    /// The number of conversations of which something is known.
    pub(super) fn conversations(&self) -> usize {
        self.conversations.len()
    }

    /// Forgets conversations of which nothing is known any more; false if nothing is of the tenant,
    /// either: a process that began now would do the same as we.
    pub(super) fn remembers(&mut self, now: Instant) -> bool {
        let between = Duration::from_secs_f64(1.0 / self.rates.conversation);
        self.conversations.retain(|_, pace| {
            let asked = pace.asked.is_some_and(|asked| asked + between > now);
            asked || pace.turns.is_known(now)
        });
        let is_learned = self.kept.is_some_and(|kept| kept > now) || self.grown + KEPT > now;
        is_learned || self.turns.is_known(now) || !self.conversations.is_empty()
    }

    fn distance(&self) -> Duration {
        Duration::from_secs_f64(1.0 / (self.rates.tenant * self.share))
    }

    fn conversation(&mut self, name: &str, now: Instant) -> &mut ConversationPace {
        let first = || ConversationPace {
            turns: Turns::new(now),
            refused_in_a_row: 0,
            asked: None,
        };
        self.conversations
            .entry(name.to_owned())
            .or_insert_with(first)
    }
}

impl Turns {
    fn new(now: Instant) -> Self {
        Self {
            next: now,
            promised: now,
            paused: now,
        }
    }

    /// The next turn, `distance` before the one after it; so much of `burst` at once.
    ///
    /// # Errors
    /// How long to stay away, each `promise` longer than the one before.
    fn take(
        &mut self,
        now: Instant,
        give_up: Instant,
        distance: Duration,
        burst: Duration,
        promise: Duration,
    ) -> Result<Instant, Duration> {
        let at = now
            .max(self.paused)
            .max(self.next.checked_sub(burst).unwrap_or(now));
        if at > give_up.max(now) {
            // Nobody can stay away for longer than a queue delays: a turn promised for later would
            // not be taken, so it begins from the front again.
            let mut promised = self.promised.max(at);
            if promised > now + limits::SQS_DELAY {
                promised = at;
            }
            self.promised = promised + promise;
            return Err(promised - now);
        }
        self.next = self.next.max(at) + distance;
        Ok(at)
    }

    fn pause(&mut self, until: Instant) {
        self.paused = self.paused.max(until);
        self.next = self.next.max(self.paused);
    }

    fn is_known(&self, now: Instant) -> bool {
        self.next > now || self.promised > now || self.paused > now
    }
}
