//! Delivery as Graph does it: at least once, with retries that back off.

use crate::sender::{ReceiverAnswer, Sender};
use rand::Rng;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// The time that an endpoint may take, and the time for which it is tried.
#[derive(Debug, Clone, Copy)]
pub struct DeliveryTimeouts {
    /// For the first answer.
    pub first_deadline: Duration,
    /// For the answer to a retry.
    pub retry_deadline: Duration,
    /// Before the first retry; doubled each time, with jitter.
    pub first_pause: Duration,
    /// From the first attempt to the last.
    pub give_up_after: Duration,
}

impl DeliveryTimeouts {
    /// The documented figures; the first pause is not documented.
    pub const GRAPH: Self = Self {
        first_deadline: Duration::from_secs(3),
        retry_deadline: Duration::from_secs(10),
        first_pause: Duration::from_secs(1),
        give_up_after: Duration::from_secs(4 * 3600),
    };

    /// One attempt.
    pub const ONCE: Self = Self {
        give_up_after: Duration::ZERO,
        ..Self::GRAPH
    };
}

/// The end of a POST.
#[derive(Debug, Clone, Copy)]
pub struct Delivered {
    /// Notifications in it.
    pub items: usize,
    /// Attempts after the first.
    pub retries: u64,
    /// The last answer.
    pub answer: ReceiverAnswer,
}

/// POSTs until it is accepted or patience is over. A slot is held only while an answer is
/// awaited, so that one dead endpoint does not hold up the others.
pub async fn deliver(
    sender: &Sender,
    slots: &Semaphore,
    patience: DeliveryTimeouts,
    url: &str,
    items: usize,
    body: Vec<u8>,
) -> Delivered {
    let began = Instant::now();
    let mut pause = patience.first_pause;
    let mut deadline = patience.first_deadline;
    let mut retries = 0;
    loop {
        let answer = {
            let _slot = slots.acquire().await;
            sender.post(url, body.clone(), deadline).await
        };
        let wait = pause.mul_f64(rand::rng().random_range(0.75..1.25));
        if answer.is_accepted() || began.elapsed() + wait > patience.give_up_after {
            return Delivered {
                items,
                retries,
                answer,
            };
        }
        tokio::time::sleep(wait).await;
        retries += 1;
        pause = pause.saturating_mul(2);
        deadline = patience.retry_deadline;
    }
}
