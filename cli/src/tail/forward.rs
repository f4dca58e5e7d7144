//! Events posted to a consumer, as CloudEvents over HTTP in structured mode.

use crate::dead_letters::letter::DeadLetter;
use crate::queue::QueueAtUrl;
use crate::replay::stop::StopSignal;
use crate::tail::follow::HIDDEN;
use crate::terminal::{self, plain};
use anyhow::{Context, bail};
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use std::time::{Duration, Instant};
use teamwire_simulator::graph::endpoint;

/// The content type of a structured CloudEvent.
const STRUCTURED: &str = "application/cloudevents+json; charset=utf-8";
/// For how long an answer is waited for.
const ANSWER: Duration = Duration::from_secs(15);
/// The number of posts of an event before it goes back to the queue.
const TRIES: u32 = 3;
/// Before the second try; each later pause is twice as long.
const PAUSE: Duration = Duration::from_millis(500);
/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(4);

/// The consumer that events are posted to.
pub(super) struct ForwardTarget {
    client: Client,
    url: Url,
}

/// The outcome of posting an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ForwardOutcome {
    /// The consumer has it: its answer, and how long that took.
    Taken(u16, Duration),
    /// It was refused each time, as told; it goes back to the queue.
    Refused,
    /// Interrupted before the consumer had it.
    Interrupted,
}

impl ForwardTarget {
    /// # Errors
    /// The URL is none that events may be sent to.
    pub(super) fn to(url: &str) -> anyhow::Result<Self> {
        let url = Url::parse(url).context("--forward-to is not a URL")?;
        if !endpoint::is_allowed(&url) {
            bail!(
                "--forward-to must be https, or http on this machine: an event holds what people wrote"
            );
        }
        let client = match url.scheme() {
            // A proxy would have what people wrote in the clear.
            "http" => Client::builder().no_proxy(),
            _ => Client::builder(),
        };
        let client = client
            .redirect(Policy::none())
            .timeout(ANSWER)
            .user_agent(concat!("teamwire/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, url })
    }

    /// Posts an event until the consumer has it or has refused it often enough. While nobody listens it
    /// waits, with `held`, the handles of all that must stay hidden meanwhile.
    pub(super) async fn post(
        &self,
        letter: &DeadLetter,
        queue: &QueueAtUrl,
        held: &[String],
        stop: &StopSignal,
    ) -> ForwardOutcome {
        let (mut refused, mut is_told, mut pause) = (0, false, PAUSE);
        loop {
            let began = Instant::now();
            let answer = tokio::select! {
                answer = self.try_post(&letter.body) => answer,
                () = stop.wait() => return ForwardOutcome::Interrupted,
            };
            let why = match answer {
                Ok(status) if (200..300).contains(&status) => {
                    return ForwardOutcome::Taken(status, began.elapsed());
                }
                Ok(status) => format!("answers {status}"),
                Err(fault) if fault.is_connect() => {
                    if !is_told {
                        self.tell("can't be reached: waiting for it");
                        is_told = true;
                    }
                    refused = 0;
                    String::new()
                }
                Err(fault) if fault.is_timeout() => format!("does not answer within {ANSWER:?}"),
                Err(fault) => format!("does not answer: {}", plain(&root(&fault))),
            };
            if !why.is_empty() {
                refused += 1;
                if refused == TRIES {
                    let again = HIDDEN.as_secs();
                    let message = plain(&letter.id);
                    self.tell(&format!(
                        "{why}, {TRIES} times: message {message} comes again in {again} s"
                    ));
                    return ForwardOutcome::Refused;
                }
            }
            queue.hide_all(held, HIDDEN).await;
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stop.wait() => return ForwardOutcome::Interrupted,
            }
            pause = LONGEST_PAUSE.min(pause * 2);
        }
    }

    async fn try_post(&self, body: &str) -> reqwest::Result<u16> {
        let request = self.client.post(self.url.clone());
        let request = request.header(CONTENT_TYPE, STRUCTURED);
        let answer = request.body(body.to_owned()).send().await?;
        Ok(answer.status().as_u16())
    }

    fn tell(&self, what: &str) {
        // Nothing is lost if nobody reads it.
        let _ = writeln!(terminal::stderr(), "teamwire: {} {what}", self.url);
    }
}

fn root(fault: &dyn std::error::Error) -> String {
    let mut cause = fault;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
