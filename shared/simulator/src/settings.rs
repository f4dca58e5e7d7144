//! The behaviour of Graph where its documents are silent or disagree; it can be changed while it
//! runs.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// Subscriptions in one page of the list. Graph's own number is not documented.
const PAGE: usize = 20;

/// The share of changes that are announced before they can be read everywhere. Graph's own is not
/// documented; that there are some is.
const LATE_READS: f64 = 0.02;

/// The share of messages that are edited between their announcement and its reading.
const EDITED_SINCE: f64 = 0.02;

/// The behaviour of now.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Settings {
    /// Subscriptions in one page of the list, at least 1.
    pub(crate) page_size: usize,
    /// True if the rates of `/subscriptions` are counted by the simulated clock, and not by the
    /// machine's.
    pub(crate) rates_by_clock: bool,
    /// By how much the `Date` of Graph's answers is ahead of simulated time, in seconds.
    pub(crate) date_ahead_seconds: i32,
    /// True if a PATCH may bring another certificate: the documents disagree.
    pub(crate) certificate_rotation: bool,
    /// True if subscriptions are asked to reauthorize in the last quarter of their life.
    pub(crate) asks_to_reauthorize: bool,
    /// The share of changes whose first GET, if it comes soon, is too early and finds nothing.
    pub(crate) late_reads: f64,
    /// The share of announced messages that have another text once they can be read.
    pub(crate) edited_since: f64,
    /// The time after which a subscription that was asked pauses, in seconds of simulated time;
    /// never where there is none.
    pub(crate) pause_after_seconds: Option<u32>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            page_size: PAGE,
            rates_by_clock: false,
            date_ahead_seconds: 0,
            certificate_rotation: true,
            asks_to_reauthorize: false,
            late_reads: LATE_READS,
            edited_since: EDITED_SINCE,
            pause_after_seconds: None,
        }
    }
}

/// The settings to change; the rest stays.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub(crate) struct Changes {
    page_size: Option<usize>,
    rates_by_clock: Option<bool>,
    date_ahead_seconds: Option<i32>,
    certificate_rotation: Option<bool>,
    asks_to_reauthorize: Option<bool>,
    late_reads: Option<f64>,
    edited_since: Option<f64>,
    /// 0 for never.
    pause_after_seconds: Option<u32>,
}

impl Settings {
    /// The time for an answer to the demand to reauthorize.
    pub(crate) fn patience(&self) -> Option<SignedDuration> {
        let seconds = self.pause_after_seconds?;
        Some(SignedDuration::from_secs(i64::from(seconds)))
    }

    pub(crate) fn change(&mut self, changes: &Changes) {
        let Self {
            page_size,
            rates_by_clock,
            date_ahead_seconds,
            certificate_rotation,
            asks_to_reauthorize,
            late_reads,
            edited_since,
            pause_after_seconds,
        } = self;
        *page_size = changes.page_size.map_or(*page_size, |size| size.max(1));
        *rates_by_clock = changes.rates_by_clock.unwrap_or(*rates_by_clock);
        *date_ahead_seconds = changes.date_ahead_seconds.unwrap_or(*date_ahead_seconds);
        *certificate_rotation = changes
            .certificate_rotation
            .unwrap_or(*certificate_rotation);
        *asks_to_reauthorize = changes.asks_to_reauthorize.unwrap_or(*asks_to_reauthorize);
        *late_reads = changes.late_reads.unwrap_or(*late_reads);
        *edited_since = changes.edited_since.unwrap_or(*edited_since);
        if let Some(seconds) = changes.pause_after_seconds {
            *pause_after_seconds = Some(seconds).filter(|seconds| *seconds > 0);
        }
    }
}
