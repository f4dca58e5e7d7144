//! Given-up gaps: a gap event first, and then a dead letter.

use super::run::{ROOT, drive, fill, text};
use super::web::{Reply, Web};
use super::world::{World, gap};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use teamwire_backfill::{Backfill, ListSource};
use teamwire_graph::answers::GraphDenial;
use teamwire_graph::pages::{ListPage, PageRequest};
use teamwire_graph::{PageFault, ReadFault};
use teamwire_payload::{CoverageGap, TenantId};
use teamwire_transport::batch::RecordOutcome;
use teamwire_transport::{Deadline, Delivery, RecordFailure};

const RESOURCE: &str = "chats/getAllMessages";

/// Fails as told.
struct Failing(PageFault);

impl ListSource for Failing {
    async fn page(&self, _: &TenantId, _: &PageRequest) -> Result<ListPage, PageFault> {
        Err(self.0.clone())
    }
}

fn delivery(gap: CoverageGap) -> Delivery {
    Delivery {
        message_id: "m".to_owned(),
        body: text(gap),
        deferrals: 0,
        deferred_since: None,
        replayed: 0,
        receives: 1,
        group: None,
        trace: None,
    }
}

async fn verdict(fault: PageFault, delivery: Delivery) -> Result<RecordOutcome, RecordFailure> {
    let claims = crate::fakes::FakeClaims::default();
    let backfill = Arc::new(Backfill::new(ROOT, Failing(fault), claims));
    let deadline = Deadline::after(Duration::from_secs(60));
    backfill.work(vec![delivery], deadline).await.remove(0)
}

/// The gap event and the dead letter of a given-up record.
fn told(outcome: RecordOutcome) -> (String, String) {
    let [event] = &outcome.events[..] else {
        panic!("{outcome:?}")
    };
    assert_eq!(event.event_type, "teamwire.gap");
    let data: serde_json::Value = serde_json::from_str(event.data.as_ref().unwrap().get()).unwrap();
    let unfilled = data["unfilled"].as_str().unwrap().to_owned();
    (unfilled, outcome.end.unwrap().label.into_owned())
}

#[tokio::test]
async fn each_fault_that_ends_a_gap_is_told_under_the_reason_of_its_letter() {
    for (fault, reason) in [
        (PageFault::NotAPage, "not-a-page"),
        (PageFault::ForeignLink, "foreign-link"),
        (ReadFault::NoCredentials.into(), "no-credentials"),
        (ReadFault::Unreadable.into(), "unreadable"),
    ] {
        let outcome = verdict(fault, delivery(gap(RESOURCE))).await.unwrap();
        assert_eq!(told(outcome), (reason.to_owned(), reason.to_owned()));
    }
}

#[tokio::test]
async fn what_can_not_even_be_begun_is_told() {
    let changed = |change: &dyn Fn(&mut CoverageGap)| {
        let mut gap = gap(RESOURCE);
        change(&mut gap);
        gap
    };
    for (gap, reason) in [
        (
            changed(&|gap| gap.since = "yesterday".to_owned()),
            "no-window",
        ),
        (
            changed(&|gap| gap.resource = "chats/../users".to_owned()),
            "resource-path",
        ),
        (
            changed(&|gap| gap.resource = String::new()),
            "resource-path",
        ),
        (
            changed(&|gap| gap.continuation = Some("{}".to_owned())),
            "malformed",
        ),
        (
            changed(&|gap| gap.continuation = Some(r#"{"v":7}"#.to_owned())),
            "unknown-version",
        ),
    ] {
        let outcome = verdict(PageFault::NotAPage, delivery(gap)).await.unwrap();
        assert!(!outcome.events[0].subject.is_empty());
        assert_eq!(told(outcome), (reason.to_owned(), reason.to_owned()));
    }
}

#[tokio::test]
async fn what_graph_gives_no_end_or_no_leave_for_is_told() {
    let user = World::small().users[1].clone();
    let of_user = format!("users/{user}/chats/getAllMessages");
    let refused = |status: u16, code: &str, message: &str| {
        let inner = json!({ "code": code });
        let error = json!({"code": "Forbidden", "message": message, "innerError": inner});
        (status, Vec::new(), json!({ "error": error }).to_string())
    };
    let next = |target: &str, token: usize| {
        let (list, _) = target.split_once('?').unwrap_or((target, ""));
        let next = format!("SELF{list}?$skiptoken={token}");
        (
            200,
            Vec::new(),
            json!({"value": [], "@odata.nextLink": next}).to_string(),
        )
    };
    type Act = Box<dyn Fn(&str, usize) -> Option<Reply> + Send + Sync>;
    let acts: Vec<(Act, &str)> = vec![
        (
            Box::new(move |_, _| Some(refused(403, "", "x"))),
            "http-403",
        ),
        (
            Box::new(move |_, _| Some(refused(412, "", "x"))),
            "http-412",
        ),
        (
            Box::new(move |_, _| Some(refused(403, "", "No application access policy found"))),
            GraphDenial::NoAccessPolicy.label(),
        ),
        (
            Box::new(move |_, _| Some(refused(403, "GraphAccessToTranscriptsDisabled", ""))),
            GraphDenial::TranscriptsDisabled.label(),
        ),
        (
            Box::new(move |target, nth| Some(next(target, nth % 3))),
            "page-circle",
        ),
        (
            Box::new(move |target, nth| Some(next(target, nth))),
            "only-empty-pages",
        ),
        (
            Box::new(move |target, _| match target.contains("$skiptoken") {
                true => Some((410, Vec::new(), String::new())),
                false => Some(next(target, 1)),
            }),
            "restarted-too-often",
        ),
    ];
    for (act, reason) in acts {
        let web = Web::acting(World::small(), act).await;
        let filled = fill(web.reader(), gap(&of_user)).await;
        assert_eq!(filled.dead, [reason]);
        let expected = (of_user.clone(), reason.to_owned());
        assert_eq!(filled.gaps(), BTreeSet::from([expected]), "{reason}");
    }
}

#[tokio::test]
async fn what_was_put_off_for_too_long_is_told_and_not_before() {
    let waiting = |since: Option<u64>| Delivery {
        deferred_since: since,
        ..delivery(gap(RESOURCE))
    };
    let down = || ReadFault::Unavailable(None).into();
    let failure = verdict(down(), waiting(None)).await.unwrap_err();
    assert_eq!(failure.label, "graph-unavailable");
    let outcome = verdict(down(), waiting(Some(1))).await.unwrap();
    let told = told(outcome);
    assert_eq!(
        told,
        (
            "deferred-too-long".to_owned(),
            "graph-unavailable".to_owned()
        )
    );
}

#[tokio::test]
async fn what_its_processes_die_of_is_told_before_the_queue_gives_it_up() {
    let received = |receives| Delivery {
        receives,
        ..delivery(gap(RESOURCE))
    };
    let down = || ReadFault::Unavailable(None).into();
    assert!(verdict(down(), received(24)).await.is_err());
    let outcome = verdict(down(), received(25)).await.unwrap();
    let reason = "received-too-often".to_owned();
    assert_eq!(told(outcome), (reason.clone(), reason));
}

#[tokio::test]
async fn what_is_no_gap_at_all_has_nobody_to_be_told_to() {
    for body in [
        "{}".to_owned(),
        text(gap(RESOURCE)).replace("gap.v1", "gap.v9"),
    ] {
        let web = Web::of(World::small()).await;
        let filled = drive(web.reader(), body, None).await;
        assert_eq!((filled.dead.len(), filled.events.len()), (1, 0));
    }
}
