//! The state of the subscriptions.

use crate::doctor::code::Code;
use crate::doctor::finding::Finding;
use crate::subscriptions::counts::kinds;
use teamwire_contract::check::{
    CheckFault, CheckPart, SubscriptionCheck, TenantCheck, WantedCheck, WantedState,
};
use teamwire_contract::reason;

/// The findings about the subscriptions of a tenant; `app` is the one of its token.
pub(super) fn judge(tenant: &TenantCheck, app: Option<&str>) -> Vec<Finding> {
    let id = tenant.tenant.as_str();
    let mut findings = Vec::new();
    match &tenant.subscriptions {
        CheckPart::Unseen(fault) => findings.extend(of_list(id, fault)),
        CheckPart::Seen(list) => {
            for wanted in &tenant.wanted {
                findings.extend(of_wanted(id, wanted, &list.others));
            }
            let another = list.ours.iter().filter(|one| is_of_another(one, app));
            findings.extend(another.map(|one| of_another(id, one)));
            findings.extend(without_room(id, list.left_out, "subscriptions at Graph"));
        }
    }
    findings.extend(without_room(
        id,
        tenant.wanted_left_out,
        "wanted subscriptions",
    ));
    findings
}

fn without_room(tenant: &str, number: usize, of: &str) -> Option<Finding> {
    let what = format!("tenant {tenant}: {number} {of} did not fit the answer");
    (number > 0).then(|| Finding::new(Code::SubscriptionsUnseen, what))
}

fn of_list(tenant: &str, fault: &CheckFault) -> Option<Finding> {
    let what = format!(
        "tenant {tenant}: the list of its subscriptions: {}",
        fault.said
    );
    match &*fault.fault {
        // Said of the token already.
        reason::NO_TOKEN => None,
        reason::NO_CONSENT | reason::REFUSED => {
            Some(Finding::new(Code::SubscriptionsRefused, what))
        }
        _ => Some(Finding::new(Code::SubscriptionsUnseen, what)),
    }
}

fn of_wanted(tenant: &str, wanted: &WantedCheck, others: &[SubscriptionCheck]) -> Option<Finding> {
    let WantedCheck {
        resource, changes, ..
    } = wanted;
    let subject = format!("tenant {tenant}: {resource} ({})", kinds(changes));
    let until = match wanted.expires {
        Some(expires) => format!(" until {expires}"),
        None => String::new(),
    };
    let why = match wanted.why.as_str() {
        "" => String::new(),
        why => format!(": {why}"),
    };
    match wanted.state {
        WantedState::Live if wanted.silent => {
            let since = match wanted.heard {
                Some(heard) => format!("since {heard}"),
                None => "so far".to_owned(),
            };
            let what = format!("{subject} lives{until}, and nothing was heard of it {since}");
            Some(Finding::new(Code::SubscriptionSilent, what))
        }
        WantedState::Live => None,
        WantedState::Expiring => {
            let what = format!("{subject} lives only{until}{why}");
            Some(Finding::new(Code::SubscriptionEnding, what))
        }
        WantedState::OtherCertificate => {
            let what =
                format!("{subject} is sealed for another certificate than the current one{why}");
            Some(Finding::new(Code::SubscriptionOutdated, what))
        }
        WantedState::ToReplace => {
            let what = format!("{subject} is there and has to be made anew{why}");
            Some(Finding::new(Code::SubscriptionOutdated, what))
        }
        WantedState::OtherUrl => {
            let other = others.iter().find(|other| other.resource == *resource);
            let to = other.map_or("another URL", |other| other.url.as_str());
            let what = format!("{subject} can't be made: one of the app sends to {to}");
            let id = wanted.subscription_id.as_deref();
            let id = id.or(other.map(|other| other.id.as_str()));
            Some(Finding::new(Code::SubscriptionElsewhere, what).with("id", id.unwrap_or("<id>")))
        }
        WantedState::Missing => {
            let what = format!("{subject} is wanted and not there{why}");
            Some(Finding::new(Code::SubscriptionMissing, what))
        }
        WantedState::Unknown => {
            let what = format!("{subject}: whether it lives could not be seen");
            Some(Finding::new(Code::SubscriptionsUnseen, what))
        }
    }
}

fn is_of_another(subscription: &SubscriptionCheck, app: Option<&str>) -> bool {
    match (&subscription.application_id, app) {
        (Some(owner), Some(app)) => !owner.eq_ignore_ascii_case(app),
        _ => false,
    }
}

fn of_another(tenant: &str, subscription: &SubscriptionCheck) -> Finding {
    let SubscriptionCheck {
        id,
        resource,
        application_id,
        ..
    } = subscription;
    let owner = application_id.as_deref().unwrap_or_default();
    let what = format!("tenant {tenant}: {resource} ({id}) was made by the app {owner}");
    Finding::new(Code::SubscriptionOtherApp, what).with("id", id)
}
