//! The plan: what to do about each wanted subscription and each at Graph. Nothing is done here.

use crate::config::SubscriptionUrls;
use crate::reconcile::last_seen::LastSeenIndex;
use jiff::{SignedDuration, Timestamp};
use std::collections::{HashMap, HashSet};
use teamwire_contract::report::{SubscriptionAction, SubscriptionChange};
use teamwire_graph::desired::DesiredSubscription;
use teamwire_graph::subscriptions::GraphSubscription;
use teamwire_payload::{ChangeType, SubscriptionPath};

/// A subscription is renewed when less than this is left of it, however short its life: two runs
/// of the schedule may fail before it ends, even where half an hour lies between them.
pub const LEAST_LEFT: SignedDuration = SignedDuration::from_mins(3 * 30);

/// Step for one subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReconcileStep<'a> {
    /// It is as it should be.
    Keep(&'a DesiredSubscription, &'a GraphSubscription),
    /// The same, and recorded for the first time.
    Adopt(&'a DesiredSubscription, &'a GraphSubscription),
    /// Its life is half over.
    Renew(&'a DesiredSubscription, &'a GraphSubscription),
    /// Content is sealed for another certificate than the current one.
    RotateCertificate(&'a DesiredSubscription, &'a GraphSubscription),
    /// It can't be changed into what is wanted.
    Recreate(&'a DesiredSubscription, &'a GraphSubscription, StepReason),
    /// There is none.
    Create(&'a DesiredSubscription),
    /// It is ours, and nobody wants it.
    Remove(&'a GraphSubscription),
    /// It is not ours; what is wanted can't be made while it is there.
    Conflict(&'a DesiredSubscription, &'a GraphSubscription),
    /// It is not ours to touch.
    Unmanaged(&'a GraphSubscription, StepReason),
}

/// Reason of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepReason {
    /// It has no `lifecycleNotificationUrl`, which can't be added.
    NoLifecycleUrl,
    /// Its `lifecycleNotificationUrl` is another, which can't be changed.
    OtherLifecycleUrl,
    /// Content is wanted and it has none, or the other way round.
    OtherPayload,
    /// It announces other changes.
    OtherChanges,
    /// Its `notificationUrl` is not ours.
    OtherNotificationUrl,
    /// It is to something that is not of Teams.
    NotOfTeams,
}

/// Context of a plan beside the two lists.
pub struct PlanContext<'a> {
    /// Time at Graph.
    pub now: Timestamp,
    /// URLs that ours send to.
    pub urls: &'a SubscriptionUrls,
    /// Id of the current certificate, if there is one.
    pub certificate_id: Option<&'a str>,
    /// The subscriptions as last seen.
    pub last_seen: &'a LastSeenIndex<'a>,
}

/// One step per wanted subscription, and one per other subscription at Graph.
pub fn plan_steps<'a>(
    wanted: &'a [DesiredSubscription],
    found: &'a [GraphSubscription],
    view: &PlanContext<'_>,
) -> Vec<ReconcileStep<'a>> {
    let mut there = FoundSubscriptions::sorted(wanted, found, view);
    let mut steps = Vec::new();
    let mut missing = Vec::new();
    for wanted in wanted {
        match there.take(wanted, |changes| *changes == wanted.changes) {
            Some(found) => steps.push(step(wanted, found, view)),
            None => missing.push(wanted),
        }
    }
    for wanted in missing {
        steps.push(match there.take(wanted, |_| true) {
            Some(found) => ReconcileStep::Recreate(wanted, found, StepReason::OtherChanges),
            None => match there.take_blocking(wanted) {
                Some(found) => ReconcileStep::Conflict(wanted, found),
                None => ReconcileStep::Create(wanted),
            },
        });
    }
    let left = there.ours.into_values().flatten();
    steps.extend(left.map(ReconcileStep::Remove));
    let foreign = there.foreign.into_iter();
    steps.extend(foreign.map(|(found, why)| ReconcileStep::Unmanaged(found, why)));
    steps
}

/// Step for a subscription to the right resource and changes.
fn step<'a>(
    wanted: &'a DesiredSubscription,
    found: &'a GraphSubscription,
    view: &PlanContext<'_>,
) -> ReconcileStep<'a> {
    let last_seen = view.last_seen.by_id(&found.id);
    let lifecycle = found.lifecycle_notification_url.as_deref();
    if wanted.settings.rich != found.is_rich() {
        return ReconcileStep::Recreate(wanted, found, StepReason::OtherPayload);
    }
    match lifecycle.filter(|url| !url.is_empty()) {
        Some(url) if url != view.urls.lifecycle => {
            return ReconcileStep::Recreate(wanted, found, StepReason::OtherLifecycleUrl);
        }
        // One that we made has it if it is wanted, whether Graph shows it or not.
        None if wanted.settings.lifecycle && !last_seen.is_some_and(|entry| entry.made) => {
            return ReconcileStep::Recreate(wanted, found, StepReason::NoLifecycleUrl);
        }
        _ => {}
    }
    let certificate = view.last_seen.certificate_id(found);
    if wanted.settings.rich && view.certificate_id.is_some() && certificate != view.certificate_id {
        ReconcileStep::RotateCertificate(wanted, found)
    } else if is_due(wanted, found, view.now) {
        ReconcileStep::Renew(wanted, found)
    } else if last_seen.is_none() {
        ReconcileStep::Adopt(wanted, found)
    } else {
        ReconcileStep::Keep(wanted, found)
    }
}

/// True once half of its life is over, or up to a tenth less: subscriptions that were made together
/// are not all renewed together.
pub(crate) fn is_due(
    wanted: &DesiredSubscription,
    found: &GraphSubscription,
    now: Timestamp,
) -> bool {
    let minutes = i64::from(wanted.settings.lifetime_minutes);
    let jitter = i64::try_from(spread(&found.id) % 1000).unwrap_or(0);
    let seconds = minutes * 60 / 2 + minutes * 60 / 10 * jitter / 1000;
    let left = found.expires.duration_since(now);
    left <= SignedDuration::from_secs(seconds).max(LEAST_LEFT)
}

/// A number that stays the same for a text and differs between texts (FNV-1a).
pub(crate) fn spread(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Subscriptions at Graph, by path.
struct FoundSubscriptions<'a> {
    ours: HashMap<String, Vec<&'a GraphSubscription>>,
    foreign: Vec<(&'a GraphSubscription, StepReason)>,
}

impl<'a> FoundSubscriptions<'a> {
    fn sorted(
        wanted: &[DesiredSubscription],
        found: &'a [GraphSubscription],
        view: &PlanContext<'_>,
    ) -> Self {
        let others = wanted.iter().filter(|wanted| wanted.resource.is_other());
        let others: HashSet<_> = others.map(|wanted| wanted.resource.to_string()).collect();
        // One of what the table lacks may be anybody's, unless it is wanted or we made it.
        let is_ours = |path: &SubscriptionPath, found: &GraphSubscription| {
            let made = || {
                view.last_seen
                    .by_id(&found.id)
                    .is_some_and(|entry| entry.made)
            };
            !path.is_other() || others.contains(&path.to_string()) || made()
        };
        let mut there = Self {
            ours: HashMap::new(),
            foreign: Vec::new(),
        };
        for found in found.iter().filter(|found| found.expires > view.now) {
            if found.notification_url != view.urls.notification {
                there
                    .foreign
                    .push((found, StepReason::OtherNotificationUrl));
            } else if let Some(path) = found.path().filter(|path| is_ours(path, found)) {
                let of_path = there.ours.entry(path.to_string());
                of_path.or_default().push(found);
            } else {
                there.foreign.push((found, StepReason::NotOfTeams));
            }
        }
        // Of two that serve, the one that lives longer.
        for of_path in there.ours.values_mut() {
            of_path.sort_by_key(|found| found.expires);
        }
        there
    }

    fn take(
        &mut self,
        wanted: &DesiredSubscription,
        serves: impl Fn(&Vec<ChangeType>) -> bool,
    ) -> Option<&'a GraphSubscription> {
        let of_path = self.ours.get_mut(&wanted.resource.to_string())?;
        let at = of_path.iter().rposition(|found| serves(&found.changes))?;
        Some(of_path.remove(at))
    }

    /// Graph takes no second one to the same resource and changes.
    fn take_blocking(&mut self, wanted: &DesiredSubscription) -> Option<&'a GraphSubscription> {
        let at = self.foreign.iter().position(|(found, why)| {
            *why == StepReason::OtherNotificationUrl
                && found.changes == wanted.changes
                && found
                    .path()
                    .is_some_and(|path| path.is_same_as(&wanted.resource))
        })?;
        Some(self.foreign.remove(at).0)
    }
}

impl StepReason {
    /// In plain words.
    pub const fn text(self) -> &'static str {
        match self {
            Self::NoLifecycleUrl => "it has no lifecycleNotificationUrl, which can't be added",
            Self::OtherLifecycleUrl => {
                "its lifecycleNotificationUrl is another, which can't be changed"
            }
            Self::OtherPayload => "content is wanted and it has none, or the other way round",
            Self::OtherChanges => "it announces other changes",
            Self::OtherNotificationUrl => "its notificationUrl is not ours",
            Self::NotOfTeams => "it is to something that is not of Teams",
        }
    }
}

impl<'a> ReconcileStep<'a> {
    /// The action, as answers, logs and metrics have it.
    pub const fn action(&self) -> SubscriptionAction {
        match self {
            Self::Keep(..) => SubscriptionAction::Keep,
            Self::Adopt(..) => SubscriptionAction::Adopt,
            Self::Renew(..) => SubscriptionAction::Renew,
            Self::RotateCertificate(..) => SubscriptionAction::RotateCertificate,
            Self::Recreate(..) => SubscriptionAction::Recreate,
            Self::Create(..) => SubscriptionAction::Create,
            Self::Remove(..) => SubscriptionAction::Remove,
            Self::Conflict(..) | Self::Unmanaged(..) => SubscriptionAction::Unmanaged,
        }
    }

    /// The step in an answer, before it is done. `last_seen` has the certificates that we gave, which
    /// Graph need not show.
    pub fn describe(&self, last_seen: &LastSeenIndex<'_>) -> SubscriptionChange {
        let found = self.found();
        let (resource, changes) = match self.wanted() {
            Some(wanted) => (wanted.resource.to_string(), wanted.changes.clone()),
            None => found.map_or_else(Default::default, |found| {
                (found.resource.clone(), found.changes.clone())
            }),
        };
        SubscriptionChange {
            action: self.action(),
            resource,
            changes,
            subscription_id: found.map(|found| found.id.clone()),
            expires: found.map(|found| found.expires),
            certificate_id: found
                .and_then(|found| last_seen.certificate_id(found))
                .map(str::to_owned),
            rich: self.wanted().is_some_and(|wanted| wanted.settings.rich),
            why: self.why().to_owned(),
            outcome: None,
            heard: None,
            silent_since: None,
            silence_minutes: None,
            silent: false,
        }
    }

    /// The reason, in plain words.
    pub const fn why(&self) -> &'static str {
        match self {
            Self::Keep(..) => "it is as it should be",
            Self::Adopt(..) => "it is as it should be, and was not known",
            Self::Renew(..) => "half of its life is over",
            Self::RotateCertificate(..) => "its certificate is not the current one",
            Self::Create(..) => "there is none",
            Self::Remove(..) => "it is ours, and not wanted",
            Self::Conflict(..) => {
                "one that is not ours is to the same resource and changes, so that Graph takes no other"
            }
            Self::Recreate(_, _, why) | Self::Unmanaged(_, why) => why.text(),
        }
    }

    /// The wanted subscription.
    pub const fn wanted(&self) -> Option<&'a DesiredSubscription> {
        match self {
            Self::Keep(wanted, _)
            | Self::Adopt(wanted, _)
            | Self::Renew(wanted, _)
            | Self::RotateCertificate(wanted, _)
            | Self::Recreate(wanted, ..)
            | Self::Create(wanted)
            | Self::Conflict(wanted, _) => Some(wanted),
            Self::Remove(_) | Self::Unmanaged(..) => None,
        }
    }

    /// The subscription at Graph.
    pub const fn found(&self) -> Option<&'a GraphSubscription> {
        match self {
            Self::Keep(_, found)
            | Self::Adopt(_, found)
            | Self::Renew(_, found)
            | Self::RotateCertificate(_, found)
            | Self::Recreate(_, found, _)
            | Self::Remove(found)
            | Self::Conflict(_, found)
            | Self::Unmanaged(found, _) => Some(found),
            Self::Create(_) => None,
        }
    }
}
