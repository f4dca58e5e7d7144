//! Announcements: changes that are planned for subscriptions.

use super::Refusal;
use crate::campaign::Campaign;
use crate::change::Change;
use crate::graph::subscriptions::Heard;
use crate::ledger;
use crate::lifecycle::{self, LifecycleEvent};
use crate::plan::{Announcement, Audience, Plan};
use crate::state::State;
use crate::target::Target;
use axum::Json;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Reports of a campaign that may wait to be written down.
const PROGRESS: usize = 256;

pub(super) async fn announce(
    Shared(state): Shared<Arc<State>>,
    Json(announcement): Json<Announcement>,
) -> Result<Response, Refusal> {
    if announcement.count > ledger::CHANGES_OF_A_JOB {
        let message = format!("count is at most {}", ledger::CHANGES_OF_A_JOB);
        return Err(Refusal::invalid(message));
    }
    let targets = targets(&state, announcement.subscriptions.as_deref())?;
    let audiences: Vec<Audience> = targets.iter().map(Target::audience).collect();
    let plan = Plan::new(&announcement, &audiences)
        .map_err(|fault| Refusal::invalid(fault.to_string()))?;
    let campaign = Campaign {
        plan,
        targets,
        rate: announcement.rate,
        seed: announcement.seed,
        patience: state.config.patience,
        edited_since: state.settings().edited_since,
        clock: state.clock.clone(),
    };
    let job = state.ledger.open();
    let to_all = announcement.every_subscription;
    tokio::spawn(carry_out(Arc::clone(&state), job.clone(), campaign, to_all));
    Ok((StatusCode::ACCEPTED, Json(json!({ "job": job }))).into_response())
}

async fn carry_out(state: Arc<State>, job: String, campaign: Campaign, to_all: bool) {
    let (sender, receiver) = mpsc::channel(PROGRESS);
    let recipients = |planned: &Target, change: &Change| {
        let now = state.clock.now();
        let id = &planned.subscription_id;
        let heard = if to_all {
            let place = state.subscriptions.find(id, now);
            let place = place.as_ref().map(|found| &found.selector);
            state
                .subscriptions
                .hear_all(&planned.tenant_id, place, change, now)
        } else {
            Vec::from_iter(state.subscriptions.hear(id, now))
        };
        told(&state, heard).0
    };
    let run = campaign.run(
        Arc::clone(&state.sender),
        state.shared_world(),
        Arc::clone(&state.slots),
        recipients,
        sender,
    );
    let (run, ()) = tokio::join!(run, state.ledger.follow(&job, receiver));
    if let Err(fault) = run {
        tracing::error!(error = %fault, "the announcement was broken off");
    }
}

/// Those that are told, and the ids of those that should have been; the last of what is missed
/// is followed by the event that says so.
pub(super) fn told(state: &Arc<State>, heard: Vec<Heard>) -> (Vec<Target>, Vec<String>) {
    let (mut told, mut missed) = (Vec::new(), Vec::new());
    for heard in heard {
        match heard {
            Heard::Told(target) => told.push(*target),
            Heard::Missed(id, event) => {
                missed.push(id);
                if let Some(subscription) = event {
                    lifecycle::tell_in_passing(state, &subscription, LifecycleEvent::Missed);
                }
            }
        }
    }
    (told, missed)
}

/// The subscriptions named, or all that hear of anything.
fn targets(state: &State, named: Option<&[String]>) -> Result<Vec<Target>, Refusal> {
    let now = state.clock.now();
    match named {
        Some(named) => named
            .iter()
            .map(|id| {
                let found = state.subscriptions.find(id, now);
                found
                    .map(|found| found.target)
                    .ok_or_else(|| Refusal::no_subscription(id))
            })
            .collect(),
        None => Ok(state
            .subscriptions
            .all(now)
            .into_iter()
            .map(|subscription| subscription.target)
            .filter(|target| !target.announced().is_empty())
            .collect()),
    }
}
