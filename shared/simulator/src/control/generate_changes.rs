//! Changes that happen in the world, whoever hears of them.

use super::Refusal;
use super::announce::told;
use crate::change::{Change, SimulatedChangeType};
use crate::graph::options::Selection;
use crate::graph::resources::{self, EmissionRow, EmissionScope};
use crate::graph::selector::Selector;
use crate::plan::PlannedChange;
use crate::state::State;
use crate::telling::{self, Post, Telling};
use axum::Json;
use axum::extract::State as Shared;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Most changes of one call.
const MOST: usize = 10_000;

/// The collections of messages that every tenant has.
const EVERYWHERE: [&str; 2] = ["chats/getAllMessages", "teams/getAllMessages"];

/// The request.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Happen {
    tenant: String,
    count: usize,
    #[serde(default)]
    seed: u64,
    /// The resources, as subscriptions name them; in chats and channels, those that are wanted or
    /// subscribed to among them, where there is no list.
    #[serde(default)]
    resources: Option<Vec<String>>,
}

/// A change that happened.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Happened {
    resource: String,
    change_type: SimulatedChangeType,
    /// Subscriptions that are told.
    told: Vec<String>,
    /// Subscriptions that should have been.
    missed: Vec<String>,
}

struct Place {
    row: &'static EmissionRow,
    scope: EmissionScope,
    selector: Selector,
}

pub(super) async fn happen(
    Shared(state): Shared<Arc<State>>,
    Json(happen): Json<Happen>,
) -> Result<Json<Value>, Refusal> {
    if !state.knows_tenant(&happen.tenant) {
        let message = format!("there is no tenant {}", happen.tenant);
        return Err(Refusal::invalid(message));
    }
    if happen.count > MOST {
        return Err(Refusal::invalid(format!("count is at most {MOST}")));
    }
    let tenant_id = happen.tenant.to_ascii_lowercase();
    let places = match &happen.resources {
        Some(named) => named
            .iter()
            .map(|resource| {
                there(&state, &tenant_id, resource)
                    .ok_or_else(|| Refusal::invalid(format!("nothing happens to {resource}")))
            })
            .collect::<Result<Vec<_>, _>>()?,
        None => conversations(&state, &tenant_id),
    };
    let mut rng = StdRng::seed_from_u64(happen.seed);
    let (mut changes, mut tellings) = (Vec::new(), Vec::new());
    for _ in 0..happen.count {
        let Some((place, change)) = change(&state, &tenant_id, &places, &mut rng) else {
            return Err(Refusal::invalid("nothing happens there"));
        };
        let now = state.clock.now();
        let selector = Some(&place.selector);
        let heard = state
            .subscriptions
            .hear_all(&tenant_id, selector, &change, now);
        let (told, missed) = told(&state, heard);
        let planned = PlannedChange {
            target: 0,
            change_type: change.change_type,
            fault: None,
            duplicated: false,
            deleted_since: false,
            bytes: None,
            bare: change.change_type == SimulatedChangeType::Deleted
                && place.row.deletes_for_good()
                && rng.random_bool(0.5),
        };
        for target in &told {
            tellings.push(Telling::new(target, &change, &planned, &mut rng)?);
        }
        changes.push(Happened {
            resource: change.path,
            change_type: change.change_type,
            told: told.into_iter().map(|one| one.subscription_id).collect(),
            missed,
        });
    }
    let posts = telling::posts(tellings, Duration::ZERO, &state.sender, &mut rng)?;
    let job = state.ledger.open();
    tokio::spawn(deliver(Arc::clone(&state), job.clone(), posts));
    Ok(Json(json!({ "job": job, "changes": changes })))
}

fn place(resource: &str) -> Option<Place> {
    let (row, scope) = resources::find(resource)?;
    Some(Place {
        row,
        scope,
        selector: Selector::parse(resource)?,
    })
}

/// The place, if everything that it names is there.
fn there(state: &State, tenant_id: &str, resource: &str) -> Option<Place> {
    let place = place(resource)?;
    let absent = state.world().tenant(tenant_id).absent(&place.scope);
    absent.is_none().then_some(place)
}

/// Chats and channels in general, and those that someone wants to hear of.
fn conversations(state: &State, tenant_id: &str) -> Vec<Place> {
    let wanted = state.coverage.watch().map(|watch| watch.wanted);
    let wanted = wanted.unwrap_or_default().into_iter();
    let wanted = wanted.filter(|wanted| wanted.tenant.eq_ignore_ascii_case(tenant_id));
    let live = state.subscriptions.all(state.clock.now()).into_iter();
    let live = live.filter(|live| live.target.tenant_id == tenant_id);
    let named: BTreeSet<String> = wanted
        .map(|wanted| wanted.resource)
        .chain(live.map(|live| live.resource().to_owned()))
        .filter(|resource| {
            let path = resource.split('?').next().unwrap_or_default();
            path.ends_with("/messages")
        })
        .collect();
    EVERYWHERE
        .into_iter()
        .chain(named.iter().map(String::as_str))
        .filter_map(|resource| there(state, tenant_id, resource))
        .collect()
}

/// Half of what happens is new, a third is changed, the rest is deleted, where it can be.
fn change<'a>(
    state: &State,
    tenant_id: &str,
    places: &'a [Place],
    rng: &mut StdRng,
) -> Option<(&'a Place, Change)> {
    let place = places.choose(rng)?;
    let emission = &place.row.emits;
    let wanted = match rng.random_range(0..6) {
        0..3 => SimulatedChangeType::Created,
        3..5 => SimulatedChangeType::Updated,
        _ => SimulatedChangeType::Deleted,
    };
    let possible: Vec<SimulatedChangeType> = emission.happening(&place.scope).collect();
    let change_type = match possible.contains(&wanted) {
        true => wanted,
        false => *possible.first()?,
    };
    let mut world = state.world();
    let tenant = world.tenant(tenant_id);
    let now = state.clock.now();
    let mut change = (emission.change)(tenant, &place.scope, change_type, now, rng)?;
    Selection::of(&place.scope).bring_about(tenant, &mut change);
    Some((place, change))
}

async fn deliver(state: Arc<State>, job: String, posts: Vec<Post>) {
    let (progress, receiver) = mpsc::channel(posts.len().max(1));
    let mut under_way = JoinSet::new();
    for post in posts {
        under_way.spawn(post.deliver(
            Arc::clone(&state.sender),
            Arc::clone(&state.slots),
            state.config.patience,
            state.clock.clone(),
            progress.clone(),
        ));
    }
    drop(progress);
    tokio::join!(under_way.join_all(), state.ledger.follow(&job, receiver));
}
