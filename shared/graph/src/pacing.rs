//! The rate at which a tenant, and a conversation in it, may be asked.

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock};
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use teamwire_payload::TenantId;

/// Reads of messages a second for one app in one tenant: 20 by Graph's table, of which some 83 %
/// can be sustained (GRAPH-23).
const TENANT_READS: NonZeroU32 = NonZeroU32::MIN.saturating_add(15);
/// Reads a second of one chat, channel or team: 1 by Graph's table (GRAPH-23).
const CONVERSATION_READS: NonZeroU32 = NonZeroU32::MIN;
/// Reads of one conversation at once, after a time without any.
const CONVERSATION_BURST: NonZeroU32 = NonZeroU32::MIN.saturating_add(3);
/// Conversations remembered before those that have their full burst again are forgotten.
const CONVERSATIONS: usize = 10_000;

/// Spaces out requests, and keeps away from what asked us to wait.
pub struct RequestPacer {
    tenants: DefaultKeyedRateLimiter<TenantId>,
    conversations: DefaultKeyedRateLimiter<Conversation>,
    paused: Mutex<HashMap<Conversation, Instant>>,
}

/// A chat, channel or team, by its tenant and path.
pub type Conversation = (TenantId, String);

impl Default for RequestPacer {
    fn default() -> Self {
        Self::new(TENANT_READS, CONVERSATION_READS)
    }
}

impl RequestPacer {
    /// At most this many requests a second for one tenant, and for one conversation in it.
    pub fn new(of_tenant: NonZeroU32, of_conversation: NonZeroU32) -> Self {
        let burst = CONVERSATION_BURST.max(of_conversation);
        let conversation = Quota::per_second(of_conversation).allow_burst(burst);
        Self {
            tenants: RateLimiter::keyed(Quota::per_second(of_tenant)),
            conversations: RateLimiter::keyed(conversation),
            paused: Mutex::default(),
        }
    }

    /// Waits for the conversation's turn if it comes within `timeout`.
    ///
    /// # Errors
    /// How long the wait would be, where it is longer.
    pub async fn turn(&self, whose: &Conversation, timeout: Duration) -> Result<(), Duration> {
        let give_up = Instant::now() + timeout;
        if self.conversations.len() > CONVERSATIONS {
            self.conversations.retain_recent();
        }
        let mut conversations_turn = false;
        loop {
            let wait = match self.pause_left(whose) {
                Some(left) => left,
                None if !conversations_turn => match self.conversations.check_key(whose) {
                    Ok(()) => {
                        conversations_turn = true;
                        continue;
                    }
                    Err(not_yet) => not_yet.wait_time_from(self.conversations.clock().now()),
                },
                None => match self.tenants.check_key(&whose.0) {
                    Ok(()) => return Ok(()),
                    Err(not_yet) => not_yet.wait_time_from(self.tenants.clock().now()),
                },
            };
            if Instant::now() + wait > give_up {
                return Err(wait);
            }
            tokio::time::sleep(wait).await;
        }
    }

    /// Keeps away from the conversation for as long as Graph asked, and from the whole tenant once
    /// two of its conversations were told to wait: requests made meanwhile would count too.
    pub fn pause(&self, whose: &Conversation, span: Duration) {
        let until = Instant::now() + span;
        let mut paused = self.paused.lock().unwrap_or_else(PoisonError::into_inner);
        let current = paused.entry(whose.clone()).or_insert(until);
        *current = until.max(*current);
    }

    fn pause_left(&self, whose: &Conversation) -> Option<Duration> {
        let now = Instant::now();
        let mut paused = self.paused.lock().unwrap_or_else(PoisonError::into_inner);
        paused.retain(|_, until| *until > now);
        let of_tenant = paused.iter().filter(|((tenant, _), _)| *tenant == whose.0);
        let (count, latest) = of_tenant.fold((0, now), |(count, latest), (_, until)| {
            (count + 1, latest.max(*until))
        });
        let until = if count > 1 {
            latest
        } else {
            *paused.get(whose)?
        };
        Some(until.saturating_duration_since(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conversation(tenant: char, path: &str) -> Conversation {
        let tenant = format!("9f4ebab6-520d-49c0-85cc-7b25c78d4a9{tenant}");
        (tenant.parse().unwrap(), path.to_owned())
    }

    async fn goes(pacer: &RequestPacer, whose: &Conversation) -> bool {
        pacer.turn(whose, Duration::ZERO).await.is_ok()
    }

    #[tokio::test]
    async fn a_paused_chat_is_left_alone_and_the_others_are_not() {
        let pacer = RequestPacer::default();
        let busy = conversation('1', "chats('a')");
        pacer.pause(&busy, Duration::from_secs(60));
        pacer.pause(&busy, Duration::from_secs(1));
        let wait = pacer.turn(&busy, Duration::from_secs(2)).await.unwrap_err();
        assert!(
            wait > Duration::from_secs(50),
            "the longer pause holds: {wait:?}"
        );
        assert!(goes(&pacer, &conversation('1', "chats('b')")).await);
        assert!(goes(&pacer, &conversation('2', "chats('a')")).await);
    }

    #[tokio::test]
    async fn a_tenant_with_two_paused_chats_is_left_alone_and_others_are_not() {
        let pacer = RequestPacer::default();
        pacer.pause(&conversation('1', "chats('a')"), Duration::from_secs(60));
        pacer.pause(&conversation('1', "chats('b')"), Duration::from_secs(60));
        assert!(!goes(&pacer, &conversation('1', "chats('c')")).await);
        assert!(goes(&pacer, &conversation('2', "chats('c')")).await);
    }

    #[tokio::test]
    async fn a_burst_beyond_the_rate_is_told_to_wait() {
        let pacer = RequestPacer::default();
        let mut refused = 0;
        for chat in 0..2 * TENANT_READS.get() {
            let whose = conversation('1', &format!("chats('{chat}')"));
            refused += usize::from(!goes(&pacer, &whose).await);
        }
        assert!(refused > 0);
    }

    #[tokio::test]
    async fn a_busy_chat_does_not_use_up_the_turns_of_its_tenant() {
        let pacer = RequestPacer::default();
        let busy = conversation('1', "chats('a')");
        let mut went = 0;
        for _ in 0..TENANT_READS.get() {
            went += u32::from(goes(&pacer, &busy).await);
        }
        assert_eq!(went, CONVERSATION_BURST.get());
        assert!(goes(&pacer, &conversation('1', "chats('b')")).await);
    }
}
