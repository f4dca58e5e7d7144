//! One tenant: its token, its clock, its subscriptions beside what is wanted.

use super::answer::{
    ClockSeen, Part, PrincipalSeen, State, SubscriptionSeen, SubscriptionsSeen, TenantSeen,
    TokenSeen, Trouble, WantedSeen,
};
use crate::activity::log::ActivityLog;
use crate::client_states::Mint;
use crate::reconcile::last_seen::LastSeenDocument;
use crate::reconcile::plan::{LEAST_LEFT, PlanContext, Step, plan_steps};
use crate::reconcile::refused::RefusedIndex;
use crate::{SubscriptionManager, SubscriptionsFault};
use jiff::{SignedDuration, Timestamp};
use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::time::Instant;
use teamwire_graph::desired::{DesiredTenant, Wanted};
use teamwire_graph::subscriptions::{Answered, AppThere, CallBudget, CallFault, Subscription};
use teamwire_graph::{Grant, TokenSource};
use teamwire_payload::ChangeType;
use teamwire_transport::{Queue, SharedStore};

/// A renewal is overdue when a schedule of every half hour would have made it.
const SCHEDULE: SignedDuration = SignedDuration::from_mins(30);

/// What all tenants share.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) certificate_id: Option<&'a str>,
    /// What is not known then is said to be so.
    pub(super) until: Instant,
}

/// What we keep of a tenant.
struct Noted {
    note: LastSeenDocument,
    log: ActivityLog,
}

impl<T: TokenSource, Q: Queue, S: SharedStore, M: Mint> SubscriptionManager<T, Q, S, M> {
    pub(super) async fn look(
        &self,
        desired: DesiredTenant,
        in_file: bool,
        known: Known<'_>,
    ) -> TenantSeen {
        let budget = CallBudget {
            tenant: &desired.id,
            deadline: known.until,
        };
        let token = in_time(known.until, self.api.tokens().fresh(budget.tenant)).await;
        let grant = token.as_ref().ok().and_then(|token| Grant::read(token));
        let by = token
            .as_ref()
            .ok()
            .map(|token| &**token)
            .zip(grant.as_ref());
        let app = in_time(known.until, async {
            Ok::<_, Trouble>(self.api.app(budget, by).await)
        });
        let there = async {
            match &token {
                Err(_) => Err(Trouble::no_token()),
                Ok(_) => in_time(known.until, self.there(budget)).await,
            }
        };
        let (app, there) = futures::join!(app, there);
        let (wanted, subscriptions) = match there {
            Ok((list, last_seen)) => self.beside(&desired, &list, &last_seen, known),
            Err(fault) => (
                desired.subscriptions.iter().map(unknown).collect(),
                Part::Unknown(fault),
            ),
        };
        let (clock, service_principal) = match app {
            Ok(app) => (clock(&app), principal(app, token.is_ok(), grant.is_some())),
            Err(fault) => (Part::Unknown(fault.clone()), Part::Unknown(fault)),
        };
        TenantSeen {
            in_file,
            token: Part::of(token.and_then(|_| said(grant))),
            clock,
            service_principal,
            subscriptions,
            wanted,
            wanted_left_out: 0,
            tenant: desired.id,
        }
    }

    /// Graph's list, and what we last_seen of it.
    async fn there(
        &self,
        budget: CallBudget<'_>,
    ) -> Result<(Answered<Vec<Subscription>>, Noted), SubscriptionsFault> {
        let list = self.list(budget.tenant, budget.deadline).await?;
        let last_seen = Noted {
            note: self
                .files
                .last_seen(budget.tenant)
                .await?
                .unwrap_or_default(),
            log: self
                .files
                .activity(budget.tenant)
                .await?
                .unwrap_or_default(),
        };
        Ok((list, last_seen))
    }

    fn beside(
        &self,
        desired: &DesiredTenant,
        list: &Answered<Vec<Subscription>>,
        Noted { note, log }: &Noted,
        known: Known<'_>,
    ) -> (Vec<WantedSeen>, Part<SubscriptionsSeen>) {
        let (last_seen, activity) = (note.index(), log.by_id());
        let refused = RefusedIndex::of(note.refused());
        let view = PlanContext {
            now: list.at,
            urls: &self.urls,
            certificate_id: known.certificate_id,
            last_seen: &last_seen,
        };
        let steps = plan_steps(&desired.subscriptions, &list.value, &view);
        let mut wanted: Vec<WantedSeen> = desired.subscriptions.iter().map(unknown).collect();
        let places = wanted.iter().enumerate();
        // No two are to the same and announce the same.
        let places: HashMap<_, _> = places
            .map(|(at, one)| ((one.resource.clone(), one.changes.clone()), at))
            .collect();
        let mut serves = HashMap::new();
        for step in &steps {
            let place = step.wanted().and_then(|one| places.get(&key(one)));
            let Some((place, seen)) = place.and_then(|at| Some((*at, wanted.get_mut(*at)?))) else {
                continue;
            };
            seen.state = state(step, list.at);
            let refused = step.wanted().and_then(|wanted| refused.find(wanted));
            seen.why = match (refused, seen.state) {
                (Some(refused), State::Missing) => refused.to_string(),
                _ => step.why().to_owned(),
            };
            seen.subscription_id = step.found().map(|found| found.id.clone());
            seen.expires = step.found().map(|found| found.expires);
            if let (Some(found), true) = (step.found(), seen.state != State::OtherUrl) {
                serves.insert(found.id.as_str(), place);
                let activity = activity.get(found.id.as_str());
                seen.heard = activity.and_then(|one| one.heard);
                seen.silent = activity
                    .zip(step.wanted())
                    .is_some_and(|(one, wanted)| one.silent_minutes(wanted, list.at).is_some());
            }
        }
        let resources: HashSet<String> = wanted.iter().map(|one| one.resource.clone()).collect();
        let is_in_the_way = |found: &&Subscription| {
            let path = found.path().map(|path| path.to_string());
            !self.is_ours(found) && path.is_some_and(|path| resources.contains(&path))
        };
        let seen = |found: &Subscription| SubscriptionSeen {
            id: found.id.clone(),
            resource: found.resource.clone(),
            changes: found.changes.clone(),
            expires: found.expires,
            rich: found.is_rich(),
            certificate_id: found.certificate_id().map(str::to_owned).or_else(|| {
                let last_seen = last_seen.by_id(&found.id)?;
                last_seen.certificate_id.clone()
            }),
            application_id: found.application_id.clone(),
            url: match self.is_ours(found) {
                true => "ours".to_owned(),
                false => host(&found.notification_url),
            },
            lifecycle: match found.lifecycle_notification_url.as_deref() {
                None | Some("") => "none",
                Some(url) if url == self.urls.lifecycle => "ours",
                Some(_) => "other",
            },
            serves: serves.get(found.id.as_str()).copied(),
        };
        let all = &list.value;
        let subscriptions = SubscriptionsSeen {
            ours: all
                .iter()
                .filter(|one| self.is_ours(one))
                .map(seen)
                .collect(),
            others: all.iter().filter(is_in_the_way).map(seen).collect(),
            other_count: all.iter().filter(|one| !self.is_ours(one)).count(),
            left_out: 0,
        };
        (wanted, Part::Known(subscriptions))
    }
}

fn key(wanted: &Wanted) -> (String, Vec<ChangeType>) {
    (wanted.resource.to_string(), wanted.changes.clone())
}

fn state(step: &Step<'_>, now: Timestamp) -> State {
    match step {
        Step::Keep(wanted, found) | Step::Adopt(wanted, found) | Step::Renew(wanted, found) => {
            if is_overdue(wanted, found, now) {
                State::Expiring
            } else {
                State::Live
            }
        }
        Step::RotateCertificate(..) => State::OtherCertificate,
        Step::Recreate(..) => State::ToReplace,
        Step::Conflict(..) => State::OtherUrl,
        Step::Create(_) | Step::Remove(_) | Step::Unmanaged(..) => State::Missing,
    }
}

/// Half of the life is over, or so little is left that it is renewed however short its life; and
/// that has been so for longer than the schedule takes to come round.
fn is_overdue(wanted: &Wanted, found: &Subscription, now: Timestamp) -> bool {
    let life = SignedDuration::from_mins(wanted.settings.lifetime_minutes.into());
    let due = life.min((life / 2).max(LEAST_LEFT));
    found.expires.duration_since(now) < due - SCHEDULE
}

fn unknown(wanted: &Wanted) -> WantedSeen {
    WantedSeen {
        resource: wanted.resource.to_string(),
        row: wanted.resource.row().path,
        changes: wanted.changes.clone(),
        payload: if wanted.settings.rich {
            "rich"
        } else {
            "basic"
        },
        lifecycle: wanted.settings.lifecycle,
        state: State::Unknown,
        subscription_id: None,
        expires: None,
        why: "Graph's list could not be had".to_owned(),
        heard: None,
        silent: false,
    }
}

fn said(grant: Option<Grant>) -> Result<TokenSeen, Trouble> {
    let grant = grant.ok_or_else(|| {
        let said = "Entra gave a token that does not say what it is for; it may work";
        Trouble::new("token-unreadable", said)
    })?;
    Ok(TokenSeen {
        app_id: grant.app_id,
        roles: grant.roles,
        expires: grant.expires,
    })
}

fn clock(app: &AppThere) -> Part<ClockSeen> {
    match (app.clock_ahead, &app.assignment_required) {
        (Some(ahead), _) => Part::Known(ClockSeen {
            ahead_seconds: ahead.as_secs(),
        }),
        (None, Err(fault @ CallFault::Unavailable(..))) => Part::Unknown(fault.clone().into()),
        (None, _) => {
            let said = "the answer of Graph has no Date";
            Part::Unknown(Trouble::new("no-date", said))
        }
    }
}

fn principal(app: AppThere, has_token: bool, has_grant: bool) -> Part<PrincipalSeen> {
    if !has_token {
        return Part::Unknown(Trouble::no_token());
    }
    if !has_grant {
        let said = "the token does not name the app";
        return Part::Unknown(Trouble::new("token-unreadable", said));
    }
    let required = app.assignment_required.map_err(Trouble::of_principal);
    Part::of(required.map(|app_role_assignment_required| PrincipalSeen {
        app_role_assignment_required,
    }))
}

/// Scheme and host.
fn host(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // What stands before an @ may be a password.
    let host = host.rsplit('@').next().unwrap_or_default();
    if scheme.is_empty() {
        // An event hub, say.
        url.split(':').next().unwrap_or_default().to_owned()
    } else {
        format!("{scheme}://{host}")
    }
}

async fn in_time<A, E: Into<Trouble>>(
    until: Instant,
    work: impl Future<Output = Result<A, E>>,
) -> Result<A, Trouble> {
    // What is polled at all has begun a connection.
    if Instant::now() >= until {
        return Err(Trouble::no_time());
    }
    match tokio::time::timeout_at(until.into(), work).await {
        Ok(answer) => answer.map_err(Into::into),
        Err(_) => Err(Trouble::no_time()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_another_s_url_only_its_host_is_told() {
        for (url, shown) in [
            ("https://a.example/hook?code=secret", "https://a.example"),
            ("https://me:secret@a.example:8443", "https://a.example:8443"),
            (
                "EventHub:https://vault.example/secrets/x",
                "EventHub:https://vault.example",
            ),
            ("EventGrid:secret", "EventGrid"),
        ] {
            assert_eq!(host(url), shown);
        }
    }
}
