//! Plans add up and repeat.

use super::*;
use std::collections::BTreeMap;

const EVERYTHING: [SimulatedChangeType; 3] = [
    SimulatedChangeType::Created,
    SimulatedChangeType::Updated,
    SimulatedChangeType::Deleted,
];

fn audience(rich: bool, change_types: &[SimulatedChangeType]) -> Audience {
    Audience {
        url: "https://hook.example/".into(),
        rich,
        change_types: change_types.to_vec(),
        deletable: true,
        bare_deletions: false,
    }
}

fn rich_and_basic() -> [Audience; 2] {
    [audience(true, &EVERYTHING), audience(false, &EVERYTHING)]
}

fn announcement() -> Announcement {
    Announcement {
        count: 200,
        rate: None,
        batch: 5,
        seed: 7,
        subscriptions: None,
        rich: None,
        every_subscription: false,
        bytes: vec![1_000, 2_000],
        mix: true,
        deleted: 0.05,
        updated: 0.2,
        faults: FaultShares {
            duplicate: 0.05,
            reorder: 0.1,
            slow: 0.01,
            tamper: 0.05,
            wrong_token: 0.025,
            wrong_client_state: 0.03,
            deleted_since: 0.1,
        },
    }
}

#[test]
fn shares_are_exact() {
    for seed in 0..20 {
        let announcement = Announcement {
            seed,
            ..announcement()
        };
        let plan = Plan::new(&announcement, &rich_and_basic()).unwrap();
        let count = |matches: &dyn Fn(&PlannedChange) -> bool| {
            plan.changes.iter().filter(|change| matches(change)).count()
        };
        let of_type = |wanted| count(&|change| change.change_type == wanted);
        assert_eq!(EVERYTHING.map(of_type), [150, 40, 10]);
        let with_fault =
            |name| count(&|change| change.fault.is_some_and(|fault| fault.name() == name));
        assert_eq!(
            ["tamper", "wrongToken", "wrongClientState"].map(with_fault),
            [10, 5, 6]
        );
        assert_eq!(count(&|change| change.duplicated), 10);
        assert_eq!(count(&|change| change.deleted_since), 20);
        assert_eq!(count(&|change| change.bytes == Some(2_000)), 100);
        let slow = plan.posts.iter().filter(|post| post.held > Duration::ZERO);
        assert!(slow.count() >= 2);
    }
}

#[test]
fn the_same_seed_gives_the_same_plan_and_another_seed_another() {
    let plan = |seed| {
        let announcement = Announcement {
            seed,
            ..announcement()
        };
        Plan::new(&announcement, &rich_and_basic()).unwrap()
    };
    assert_eq!(plan(1), plan(1));
    assert_ne!(plan(1), plan(2));
}

#[test]
fn every_change_is_told_once_and_a_duplicated_one_twice() {
    let plan = Plan::new(&announcement(), &rich_and_basic()).unwrap();
    let mut told: BTreeMap<usize, usize> = BTreeMap::new();
    for index in plan.posts.iter().flat_map(|post| &post.changes) {
        *told.entry(*index).or_default() += 1;
    }
    assert_eq!(told.len(), plan.changes.len());
    for (index, times) in told {
        let expected = if plan.changes[index].duplicated { 2 } else { 1 };
        assert_eq!(times, expected, "change {index}");
    }
}

#[test]
fn faults_that_need_sealed_content_fall_on_rich_changes() {
    let audiences = rich_and_basic();
    let plan = Plan::new(&announcement(), &audiences).unwrap();
    for change in &plan.changes {
        if let Some(PlantedFault::Tamper(_) | PlantedFault::WrongToken(_)) = change.fault {
            assert!(audiences[change.target].rich);
        }
        assert!(!(change.duplicated && change.fault.is_some()));
    }
}

#[test]
fn every_other_deletion_of_what_is_gone_for_good_is_bare_and_never_tampered_with() {
    let audiences = rich_and_basic().map(|audience| Audience {
        bare_deletions: true,
        ..audience
    });
    let announcement = Announcement {
        deleted: 0.5,
        faults: FaultShares {
            tamper: 0.3,
            ..FaultShares::default()
        },
        ..announcement()
    };
    let plan = Plan::new(&announcement, &audiences).unwrap();
    for target in [0, 1] {
        let deletions = plan.changes.iter().filter(|change| {
            change.target == target && change.change_type == SimulatedChangeType::Deleted
        });
        let bare: Vec<bool> = deletions.map(|change| change.bare).collect();
        assert!(bare.len() > 10);
        assert!(
            bare.iter()
                .enumerate()
                .all(|(turn, bare)| *bare == (turn % 2 == 1))
        );
    }
    let others = plan.changes.iter().filter(|change| change.bare);
    let mut others = others.inspect(|change| assert_eq!(change.fault, None));
    assert!(others.all(|change| change.change_type == SimulatedChangeType::Deleted));
}

#[test]
fn deletions_happen_where_nothing_can_be_created() {
    use SimulatedChangeType::{Deleted, Updated};
    let announcement = Announcement {
        deleted: 0.25,
        updated: 0.5,
        faults: FaultShares::default(),
        ..announcement()
    };
    let plan = Plan::new(&announcement, &[audience(false, &[Updated, Deleted])]).unwrap();
    let deletions = plan.changes.iter();
    let deletions = deletions.filter(|change| change.change_type == Deleted);
    assert_eq!(deletions.count(), 50);
}

#[test]
fn a_wrong_token_travels_alone() {
    let plan = Plan::new(&announcement(), &rich_and_basic()).unwrap();
    for post in &plan.posts {
        let wrong = |index: &&usize| {
            matches!(
                plan.changes[**index].fault,
                Some(PlantedFault::WrongToken(_))
            )
        };
        if post.changes.iter().any(|index| wrong(&index)) {
            assert_eq!(post.changes.len(), 1);
        }
    }
}

#[test]
fn posts_mix_subscriptions_only_where_asked_and_hold_no_more_than_the_batch() {
    for mix in [true, false] {
        let announcement = Announcement {
            mix,
            ..announcement()
        };
        let plan = Plan::new(&announcement, &rich_and_basic()).unwrap();
        let mixed = plan.posts.iter().any(|post| {
            assert!((1..=5).contains(&post.changes.len()));
            let first = plan.changes[post.changes[0]].target;
            post.changes
                .iter()
                .any(|index| plan.changes[*index].target != first)
        });
        assert_eq!(mixed, mix);
    }
}

#[test]
fn without_reordering_changes_are_told_as_they_happen() {
    let announcement = Announcement {
        faults: FaultShares::default(),
        ..announcement()
    };
    let order = |announcement: &Announcement| -> Vec<usize> {
        let plan = Plan::new(announcement, &rich_and_basic()).unwrap();
        plan.posts
            .into_iter()
            .flat_map(|post| post.changes)
            .collect()
    };
    assert!(order(&announcement).is_sorted());
    let reordered = Announcement {
        faults: FaultShares {
            reorder: 0.1,
            ..FaultShares::default()
        },
        ..announcement
    };
    assert!(!order(&reordered).is_sorted());
}

#[test]
fn the_rich_share_is_exact_where_one_is_asked_for() {
    let announcement = Announcement {
        rich: Some(0.7),
        ..announcement()
    };
    let audiences = rich_and_basic();
    let plan = Plan::new(&announcement, &audiences).unwrap();
    let rich = plan
        .changes
        .iter()
        .filter(|change| audiences[change.target].rich);
    assert_eq!(rich.count(), 140);
}

#[test]
fn a_subscription_hears_only_of_what_it_asked_for() {
    let audiences = [
        audience(true, &EVERYTHING),
        audience(true, &[SimulatedChangeType::Updated]),
    ];
    let plan = Plan::new(&announcement(), &audiences).unwrap();
    for change in &plan.changes {
        assert!(
            audiences[change.target]
                .change_types
                .contains(&change.change_type)
        );
    }
}

#[test]
fn what_cannot_be_is_refused() {
    let basic = [audience(false, &EVERYTHING)];
    assert_eq!(
        Plan::new(&announcement(), &basic).err(),
        Some(PlanFault::Share {
            share: "tamper",
            wanted: 10,
            able: 0
        })
    );
    assert_eq!(
        Plan::new(&announcement(), &[]).err(),
        Some(PlanFault::NoAudience)
    );
    for (wrong, name) in [
        (
            Announcement {
                count: 0,
                ..announcement()
            },
            "count",
        ),
        (
            Announcement {
                batch: 0,
                ..announcement()
            },
            "batch",
        ),
        (
            Announcement {
                rate: Some(0.0),
                ..announcement()
            },
            "rate",
        ),
        (
            Announcement {
                updated: 1.1,
                ..announcement()
            },
            "updated",
        ),
        (
            Announcement {
                deleted: f64::NAN,
                ..announcement()
            },
            "deleted",
        ),
    ] {
        assert_eq!(
            Plan::new(&wrong, &rich_and_basic()).err(),
            Some(PlanFault::OutOfRange(name))
        );
    }
}
