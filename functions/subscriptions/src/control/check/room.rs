//! Room in an answer: Lambda passes on 6 MB.

use serde::Serialize;
use teamwire_contract::check::{
    CheckAnswer, CheckPart, SubscriptionsCheck, TenantCheck, WantedCheck,
};

/// Most bytes of an answer.
const ANSWER_BYTES: usize = 5_000_000;

/// Cuts the lists, and says by how much: what there is first, then what is wanted, tenants last.
pub(super) fn fit(checked: &mut CheckAnswer) {
    fit_in(checked, ANSWER_BYTES);
}

fn fit_in(checked: &mut CheckAnswer, bytes: usize) {
    let mut room = bytes;
    // The lists are put back as far as there is room.
    let mut lists: Vec<_> = checked.tenants.iter_mut().map(TenantLists::take).collect();
    let tenants = std::mem::take(&mut checked.tenants);
    room = room.saturating_sub(size(checked));
    checked.tenants = tenants;
    checked.tenants_left_out += keep(&mut checked.tenants, &mut room);
    lists.truncate(checked.tenants.len());
    for (tenant, lists) in checked.tenants.iter_mut().zip(&mut lists) {
        tenant.wanted_left_out += keep(&mut lists.wanted, &mut room);
        tenant.wanted = std::mem::take(&mut lists.wanted);
    }
    for (tenant, lists) in checked.tenants.iter_mut().zip(lists) {
        if let (CheckPart::Seen(there), Some(mut all)) = (&mut tenant.subscriptions, lists.there) {
            all.left_out += keep(&mut all.others, &mut room);
            all.left_out += keep(&mut all.ours, &mut room);
            *there = all;
        }
    }
}

/// The lists of one tenant.
struct TenantLists {
    wanted: Vec<WantedCheck>,
    there: Option<SubscriptionsCheck>,
}

impl TenantLists {
    fn take(tenant: &mut TenantCheck) -> Self {
        Self {
            wanted: std::mem::take(&mut tenant.wanted),
            there: match &mut tenant.subscriptions {
                CheckPart::Unseen(_) => None,
                CheckPart::Seen(there) => Some(SubscriptionsCheck {
                    ours: std::mem::take(&mut there.ours),
                    others: std::mem::take(&mut there.others),
                    left_out: there.left_out,
                }),
            },
        }
    }
}

/// Keeps what there is room for, from the begin; how many that leaves out.
fn keep<T: Serialize>(list: &mut Vec<T>, room: &mut usize) -> usize {
    let all = list.len();
    let fitting = list.iter().take_while(|one| {
        // And a comma.
        let left = room.checked_sub(size(one) + 1);
        *room = left.unwrap_or(*room);
        left.is_some()
    });
    let fitting = fitting.count();
    list.truncate(fitting);
    all - fitting
}

fn size(value: &impl Serialize) -> usize {
    serde_json::to_vec(value).map_or(0, |text| text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use teamwire_contract::check::{
        CertificatesCheck, CheckFault, ClientStateCheck, FileCheck, SubscriptionCheck,
        WantedPayload, WantedState,
    };

    fn subscription(at: usize) -> SubscriptionCheck {
        SubscriptionCheck {
            id: format!("{at}"),
            resource: "chats".to_owned(),
            certificate_id: None,
            application_id: None,
            url: "ours".to_owned(),
        }
    }

    fn wanted() -> WantedCheck {
        WantedCheck {
            resource: "chats".to_owned(),
            row: "chats".into(),
            changes: Vec::new(),
            payload: WantedPayload::Rich,
            state: WantedState::Live,
            subscription_id: None,
            expires: None,
            why: "it is as it should be".to_owned(),
            heard: None,
            silent: false,
        }
    }

    fn tenant(number: usize) -> TenantCheck {
        let unknown = || CheckFault::new("no-time", "x");
        TenantCheck {
            tenant: "9f4ebab6-520d-49c0-85cc-7b25c78d4a93".parse().unwrap(),
            token: CheckPart::Unseen(unknown()),
            clock: CheckPart::Unseen(unknown()),
            service_principal: CheckPart::Unseen(unknown()),
            subscriptions: CheckPart::Seen(SubscriptionsCheck {
                ours: (0..number).map(subscription).collect(),
                others: vec![subscription(0)],
                left_out: 0,
            }),
            wanted: (0..number).map(|_| wanted()).collect(),
            wanted_left_out: 0,
        }
    }

    fn checked(tenants: Vec<TenantCheck>) -> CheckAnswer {
        CheckAnswer {
            at: jiff::Timestamp::UNIX_EPOCH,
            file: CheckPart::Seen(FileCheck::Missing),
            certificates: CheckPart::Seen(CertificatesCheck::Missing),
            client_state: CheckPart::Seen(ClientStateCheck {
                key_ids: Vec::new(),
                mints_with: None,
                values: 0,
            }),
            tenants,
            tenants_left_out: 0,
        }
    }

    fn there(tenant: &TenantCheck) -> &SubscriptionsCheck {
        match &tenant.subscriptions {
            CheckPart::Seen(there) => there,
            CheckPart::Unseen(_) => panic!("it was known"),
        }
    }

    #[test]
    fn what_fits_is_not_cut() {
        let mut all = checked(vec![tenant(20), tenant(20)]);
        let before = serde_json::to_string(&all).unwrap();
        fit_in(&mut all, before.len() + 10);
        assert_eq!(serde_json::to_string(&all).unwrap(), before);
    }

    #[test]
    fn what_there_is_gives_way_to_what_is_wanted() {
        let mut all = checked(vec![tenant(500), tenant(20)]);
        fit_in(&mut all, 70_000);
        let cut = there(&all.tenants[0]);
        assert_eq!(
            (all.tenants[0].wanted.len(), all.tenants[0].wanted_left_out),
            (500, 0)
        );
        assert!(cut.left_out > 0);
        assert_eq!(cut.ours.len() + cut.others.len() + cut.left_out, 501);
        assert!(serde_json::to_vec(&all).unwrap().len() <= 70_000);
    }

    #[test]
    fn of_too_many_tenants_the_last_are_left_out() {
        let mut all = checked((0..100).map(|_| tenant(1)).collect());
        fit_in(&mut all, 10_000);
        assert!(all.tenants.len() > 5);
        assert_eq!(all.tenants.len() + all.tenants_left_out, 100);
        assert!(
            all.tenants
                .iter()
                .all(|one| one.wanted.len() + one.wanted_left_out == 1)
        );
        assert!(serde_json::to_vec(&all).unwrap().len() <= 10_000);
    }
}
