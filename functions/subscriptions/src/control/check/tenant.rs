//! One tenant: its token, its clock, its subscriptions beside what is wanted.

use crate::activity::log::ActivityLog;
use crate::client_states::ClientStateMint;
use crate::control::check::explain::{self, CheckExplanation, part};
use crate::reconcile::last_seen::LastSeenDocument;
use crate::reconcile::plan::{LEAST_LEFT, PlanContext, ReconcileStep, plan_steps};
use crate::reconcile::refused::RefusedIndex;
use crate::{SubscriptionManager, SubscriptionsFault};
use jiff::{SignedDuration, Timestamp};
use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::time::Instant;
use teamwire_contract::check::{
    CheckFault, CheckPart, ClockCheck, ServicePrincipalCheck, SubscriptionCheck,
    SubscriptionsCheck, TenantCheck, TokenCheck, WantedCheck, WantedPayload, WantedState,
};
use teamwire_graph::desired::{DesiredSubscription, DesiredTenant};
use teamwire_graph::subscriptions::{
    AppThere, CallBudget, CallFault, GraphSubscription, TimedAnswer,
};
use teamwire_graph::{GrantedPermissions, TokenSource};
use teamwire_payload::ChangeType;
use teamwire_transport::{MessageQueue, SharedStore};

/// A renewal is overdue when a schedule of every half hour would have made it.
const SCHEDULE: SignedDuration = SignedDuration::from_mins(30);

/// The context that the checks of all tenants share.
#[derive(Clone, Copy)]
pub(super) struct CheckContext<'a> {
    pub(super) certificate_id: Option<&'a str>,
    /// Time after which a part is unavailable.
    pub(super) deadline: Instant,
}

/// Documents that we keep of a tenant.
struct TenantDocuments {
    last_seen: LastSeenDocument,
    activity: ActivityLog,
}

impl<T: TokenSource, Q: MessageQueue, S: SharedStore, M: ClientStateMint>
    SubscriptionManager<T, Q, S, M>
{
    pub(super) async fn check_tenant(
        &self,
        desired: DesiredTenant,
        context: CheckContext<'_>,
    ) -> TenantCheck {
        let deadline = context.deadline;
        let budget = CallBudget {
            tenant: &desired.id,
            deadline,
        };
        let token = in_time(deadline, self.api.tokens().fresh(budget.tenant)).await;
        let grant = token
            .as_ref()
            .ok()
            .and_then(|token| GrantedPermissions::read(token));
        let by = token
            .as_ref()
            .ok()
            .map(|token| &**token)
            .zip(grant.as_ref());
        let app = in_time(deadline, async {
            Ok::<_, CheckFault>(self.api.app(budget, by).await)
        });
        let there = async {
            match &token {
                Err(_) => Err(explain::no_token()),
                Ok(_) => in_time(deadline, self.there(budget)).await,
            }
        };
        let (app, there) = futures::join!(app, there);
        let (wanted, subscriptions) = match there {
            Ok((list, documents)) => self.compare(&desired, &list, &documents, context),
            Err(fault) => (
                desired.subscriptions.iter().map(unknown).collect(),
                CheckPart::Unseen(fault),
            ),
        };
        let (clock, service_principal) = match app {
            Ok(app) => (clock(&app), principal(app, token.is_ok(), grant.is_some())),
            Err(fault) => (CheckPart::Unseen(fault.clone()), CheckPart::Unseen(fault)),
        };
        TenantCheck {
            token: part(token.and_then(|_| said(grant))),
            clock,
            service_principal,
            subscriptions,
            wanted,
            wanted_left_out: 0,
            tenant: desired.id,
        }
    }

    /// Graph's list, and our documents of the tenant.
    async fn there(
        &self,
        budget: CallBudget<'_>,
    ) -> Result<(TimedAnswer<Vec<GraphSubscription>>, TenantDocuments), SubscriptionsFault> {
        let tenant = budget.tenant;
        let list = self.list(tenant, budget.deadline).await?;
        let documents = TenantDocuments {
            last_seen: self.files.last_seen(tenant).await?.unwrap_or_default(),
            activity: self.files.activity(tenant).await?.unwrap_or_default(),
        };
        Ok((list, documents))
    }

    fn compare(
        &self,
        desired: &DesiredTenant,
        list: &TimedAnswer<Vec<GraphSubscription>>,
        documents: &TenantDocuments,
        context: CheckContext<'_>,
    ) -> (Vec<WantedCheck>, CheckPart<SubscriptionsCheck>) {
        let last_seen = documents.last_seen.index();
        let activity = documents.activity.by_id();
        let refused = RefusedIndex::of(documents.last_seen.refused());
        let context = PlanContext {
            now: list.at,
            urls: &self.urls,
            certificate_id: context.certificate_id,
            last_seen: &last_seen,
        };
        let steps = plan_steps(&desired.subscriptions, &list.value, &context);
        let mut wanted: Vec<WantedCheck> = desired.subscriptions.iter().map(unknown).collect();
        // No two are to the same and announce the same.
        let mut by_key: HashMap<_, _> = wanted
            .iter_mut()
            .map(|one| ((one.resource.clone(), one.changes.clone()), one))
            .collect();
        for step in &steps {
            let Some(check) = step.wanted().and_then(|one| by_key.get_mut(&key(one))) else {
                continue;
            };
            check.state = state(step, list.at);
            let refused = step.wanted().and_then(|wanted| refused.find(wanted));
            check.why = match (refused, check.state) {
                (Some(refused), WantedState::Missing) => refused.to_string(),
                _ => step.why().to_owned(),
            };
            check.subscription_id = step.found().map(|found| found.id.clone());
            check.expires = step.found().map(|found| found.expires);
            if let (Some(found), true) = (step.found(), check.state != WantedState::OtherUrl) {
                let entry = activity.get(found.id.as_str());
                check.heard = entry.and_then(|one| one.heard);
                check.silent = entry
                    .zip(step.wanted())
                    .is_some_and(|(one, wanted)| one.silent_minutes(wanted, list.at).is_some());
            }
        }
        let resources: HashSet<String> = wanted.iter().map(|one| one.resource.clone()).collect();
        let is_in_the_way = |found: &&GraphSubscription| {
            let path = found.path().map(|path| path.to_string());
            !self.is_ours(found) && path.is_some_and(|path| resources.contains(&path))
        };
        let check = |found: &GraphSubscription| SubscriptionCheck {
            id: found.id.clone(),
            resource: found.resource.clone(),
            certificate_id: last_seen.certificate_id(found).map(str::to_owned),
            application_id: found.application_id.clone(),
            url: match self.is_ours(found) {
                true => "ours".to_owned(),
                false => host(&found.notification_url),
            },
        };
        let all = || list.value.iter();
        let subscriptions = SubscriptionsCheck {
            ours: all().filter(|one| self.is_ours(one)).map(check).collect(),
            others: all().filter(is_in_the_way).map(check).collect(),
            left_out: 0,
        };
        (wanted, CheckPart::Seen(subscriptions))
    }
}

fn key(wanted: &DesiredSubscription) -> (String, Vec<ChangeType>) {
    (wanted.resource.to_string(), wanted.changes.clone())
}

fn state(step: &ReconcileStep<'_>, now: Timestamp) -> WantedState {
    match step {
        ReconcileStep::Keep(wanted, found)
        | ReconcileStep::Adopt(wanted, found)
        | ReconcileStep::Renew(wanted, found) => {
            if is_overdue(wanted, found, now) {
                WantedState::Expiring
            } else {
                WantedState::Live
            }
        }
        ReconcileStep::RotateCertificate(..) => WantedState::OtherCertificate,
        ReconcileStep::Recreate(..) => WantedState::ToReplace,
        ReconcileStep::Conflict(..) => WantedState::OtherUrl,
        ReconcileStep::Create(_) | ReconcileStep::Remove(_) | ReconcileStep::Unmanaged(..) => {
            WantedState::Missing
        }
    }
}

/// Half of the life is over, or so little is left that it is renewed however short its life; and
/// that has been so for longer than the schedule takes to come round.
fn is_overdue(wanted: &DesiredSubscription, found: &GraphSubscription, now: Timestamp) -> bool {
    let life = SignedDuration::from_mins(wanted.settings.lifetime_minutes.into());
    let due = life.min((life / 2).max(LEAST_LEFT));
    found.expires.duration_since(now) < due - SCHEDULE
}

fn unknown(wanted: &DesiredSubscription) -> WantedCheck {
    WantedCheck {
        resource: wanted.resource.to_string(),
        row: wanted.resource.row().path.into(),
        changes: wanted.changes.clone(),
        payload: if wanted.settings.rich {
            WantedPayload::Rich
        } else {
            WantedPayload::Basic
        },
        state: WantedState::Unknown,
        subscription_id: None,
        expires: None,
        why: "Graph's list was unavailable".to_owned(),
        heard: None,
        silent: false,
    }
}

fn said(grant: Option<GrantedPermissions>) -> Result<TokenCheck, CheckFault> {
    let grant = grant.ok_or_else(|| {
        let said = "Entra gave a token that does not say what it is for; it may work";
        CheckFault::new("token-unreadable", said)
    })?;
    Ok(TokenCheck {
        app_id: grant.app_id,
        roles: grant.roles,
    })
}

fn clock(app: &AppThere) -> CheckPart<ClockCheck> {
    match (app.clock_ahead, &app.assignment_required) {
        (Some(ahead), _) => CheckPart::Seen(ClockCheck {
            ahead_seconds: ahead.as_secs(),
        }),
        (None, Err(fault @ CallFault::Unavailable(..))) => {
            CheckPart::Unseen(fault.clone().explain())
        }
        (None, _) => {
            let said = "the answer of Graph has no Date";
            CheckPart::Unseen(CheckFault::new("no-date", said))
        }
    }
}

fn principal(app: AppThere, has_token: bool, has_grant: bool) -> CheckPart<ServicePrincipalCheck> {
    if !has_token {
        return CheckPart::Unseen(explain::no_token());
    }
    if !has_grant {
        let said = "the token does not name the app";
        return CheckPart::Unseen(CheckFault::new("token-unreadable", said));
    }
    let required = app.assignment_required.map_err(explain::service_principal);
    part(
        required.map(|app_role_assignment_required| ServicePrincipalCheck {
            app_role_assignment_required,
        }),
    )
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

async fn in_time<A, E: CheckExplanation>(
    deadline: Instant,
    work: impl Future<Output = Result<A, E>>,
) -> Result<A, CheckFault> {
    // What is polled at all has begun a connection.
    if Instant::now() >= deadline {
        return Err(explain::no_time());
    }
    match tokio::time::timeout_at(deadline.into(), work).await {
        Ok(answer) => answer.map_err(CheckExplanation::explain),
        Err(_) => Err(explain::no_time()),
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
