use super::facts::RedrivePolicy;
use super::mappings::QueueMapping;
use super::*;
use crate::doctor::ask::ObservationFault;
use crate::doctor::functions::tests::{healthy, with_relay};
use std::collections::BTreeMap;

const TLS: &str = r#"{"Statement":[{"Effect":"Deny","Principal":"*","Action":"sqs:*","Resource":"*",
    "Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}"#;

/// Everything that the station looks at, where all is well.
struct Situation {
    stack: DeployedStack,
    queues: Vec<(StackQueue, Observation<QueueAttributes>)>,
    mappings: QueueMappings,
    ages: OldestMessageAges,
    unreserved: UnreservedConcurrency,
}

fn situation() -> Situation {
    let attributes = |queue: StackQueue| {
        let works = matches!(
            kind(&healthy(), queue),
            QueueUse::Work(..) | QueueUse::Events
        );
        QueueAttributes {
            url: format!("https://sqs/123456789012/teamwire-{}", queue.name()),
            visibility: 180,
            retention: if works { 345_600 } else { 1_209_600 },
            message_bytes: MESSAGE_BYTES,
            encrypted: true,
            policy: Some(TLS.to_owned()),
            redrive: works.then(|| RedrivePolicy {
                target: format!("arn:aws:sqs:a:1:teamwire-{}-dead-letters", queue.name()),
                receives: 25,
            }),
            visible: 0,
            hidden: 0,
        }
    };
    let mut mappings = QueueMappings::new();
    for queue in queues() {
        if let QueueUse::Work(function, _) = kind(&healthy(), queue) {
            let mapping = QueueMapping {
                id: format!("id-{}", queue.name()),
                function: function.in_stack("teamwire"),
                queue: format!("teamwire-{}", queue.name()),
                state: "Enabled".to_owned(),
                batch: 10,
                most: Some(2),
                tells_failures: true,
                filters: false,
                result: "OK".to_owned(),
            };
            mappings.insert(function, Ok(vec![mapping]));
        }
    }
    Situation {
        stack: healthy(),
        queues: queues()
            .map(|queue| (queue, Observation::Seen(attributes(queue))))
            .collect(),
        mappings,
        ages: OldestMessageAges::default(),
        unreserved: Ok(10),
    }
}

impl Situation {
    fn findings(&self) -> Vec<Finding> {
        judge(
            &self.stack,
            &self.queues,
            &self.mappings,
            &self.ages,
            &self.unreserved,
        )
    }

    fn codes(&self) -> Vec<Code> {
        let findings = self.findings().into_iter();
        findings.map(|finding| finding.code).collect()
    }
}

/// The codes where `change` was done to a queue.
fn queue(name: &str, change: impl FnOnce(&mut QueueAttributes)) -> Vec<Code> {
    let mut situation = situation();
    let (_, look) = situation
        .queues
        .iter_mut()
        .find(|(one, _)| one.name() == name)
        .unwrap();
    let Observation::Seen(seen) = look else {
        panic!("{name} is seen")
    };
    change(seen);
    situation.codes()
}

/// The same of the mapping to decrypt.
fn mapping(change: impl FnOnce(&mut QueueMapping)) -> Vec<Code> {
    let mut situation = situation();
    let mappings = situation.mappings.get_mut(&StackFunction::Decrypt).unwrap();
    change(mappings.as_mut().unwrap().first_mut().unwrap());
    situation.codes()
}

/// So many messages, the oldest so many seconds old.
fn waiting(name: &'static str, count: u64, seconds: Option<u32>) -> Vec<Code> {
    let mut situation = situation();
    let (_, look) = situation
        .queues
        .iter_mut()
        .find(|(one, _)| one.name() == name)
        .unwrap();
    let Observation::Seen(seen) = look else {
        panic!("{name} is seen")
    };
    seen.visible = count;
    situation.ages.by_queue = seconds.map(|seconds| (name, seconds)).into_iter().collect();
    situation.codes()
}

#[test]
fn queues_in_order_are_in_order() {
    assert_eq!(situation().codes(), [Code::QueuesInOrder]);
    // The queue to the function that takes longest hides longest.
    assert_eq!(
        queue("lifecycle", |it| it.visibility = 5_400),
        [Code::QueuesInOrder]
    );
}

#[test]
fn where_events_go_to_a_bus_the_relay_has_to_take_them() {
    let mut situation = situation();
    situation.stack = with_relay();
    situation
        .mappings
        .insert(StackFunction::Relay, Ok(Vec::new()));
    assert_eq!(situation.codes(), [Code::MappingMissing]);
    let to_relay = QueueMapping {
        function: "teamwire-relay".to_owned(),
        queue: "teamwire-events.fifo".to_owned(),
        state: "Enabled".to_owned(),
        batch: 10,
        most: Some(2),
        tells_failures: true,
        ..QueueMapping::default()
    };
    situation.unreserved = Ok(14);
    let mut takers = vec![to_relay.clone()];
    situation
        .mappings
        .insert(StackFunction::Relay, Ok(takers.clone()));
    assert_eq!(situation.codes(), [Code::QueuesInOrder]);
    for (state, codes) in [
        ("Enabled", [Code::MappingSecond]),
        ("Disabled", [Code::QueuesInOrder]),
    ] {
        takers.truncate(1);
        takers.push(QueueMapping {
            function: "archiver".to_owned(),
            state: state.to_owned(),
            ..to_relay.clone()
        });
        situation
            .mappings
            .insert(StackFunction::Relay, Ok(takers.clone()));
        assert_eq!(situation.codes(), codes, "{state}");
    }
}

#[test]
fn each_fault_of_a_queue_has_its_code() {
    assert_eq!(
        queue("decrypt", |it| it.visibility = 179),
        [Code::VisibilityTooShort]
    );
    assert_eq!(
        queue("events", |it| it.redrive = None),
        [Code::RedriveMissing]
    );
    assert_eq!(
        queue("quarantine", |it| it.encrypted = false),
        [Code::QueueNotEncrypted]
    );
    assert_eq!(
        queue("hydrate", |it| it.policy = None),
        [Code::QueueTlsNotEnforced]
    );
    assert_eq!(
        queue("events", |it| it.message_bytes = 262_144),
        [Code::MessageSizeSmall]
    );
    assert_eq!(
        queue("hydrate-dead-letters", |it| it.retention = 86_400),
        [Code::DeadLetterRetention]
    );
    assert_eq!(
        queue("events", |it| it.retention = 3_600),
        [Code::RetentionShort]
    );
    for receives in [0, 1, 4] {
        let few = |it: &mut QueueAttributes| it.redrive.as_mut().unwrap().receives = receives;
        assert_eq!(queue("backfill", few), [Code::ReceivesTooFew], "{receives}");
    }
    let elsewhere = |it: &mut QueueAttributes| {
        it.redrive.as_mut().unwrap().target = "arn:aws:sqs:a:1:other-dead-letters".to_owned();
    };
    assert_eq!(queue("decrypt", elsewhere), [Code::RedriveElsewhere]);
    let open = r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"sqs:*"}}"#;
    assert_eq!(
        queue("events", |it| it.policy = Some(open.to_owned())),
        [Code::QueueOpen]
    );
}

#[test]
fn plain_http_to_an_emulator_is_no_fault() {
    let mut situation = situation();
    situation.stack.emulated = true;
    for (_, look) in &mut situation.queues {
        let Observation::Seen(seen) = look else {
            panic!("seen")
        };
        seen.policy = None;
    }
    assert_eq!(situation.codes(), [Code::QueuesInOrder]);
}

#[test]
fn a_queue_that_is_gone_or_denied_is_told() {
    let mut gone = situation();
    gone.queues[0].1 = Observation::Missing;
    assert_eq!(gone.codes(), [Code::QueueMissing]);
    let mut denied = situation();
    denied.queues[0].1 = Observation::Unseen(ObservationFault::denied("sqs:GetQueueAttributes"));
    assert_eq!(denied.codes(), [Code::QueueUnseen]);
    let what = &denied.findings()[0].what;
    assert!(what.contains("sqs:GetQueueAttributes"), "{what}");
}

#[test]
fn each_fault_of_a_mapping_has_its_code() {
    assert_eq!(
        mapping(|it| it.state = "Disabled".to_owned()),
        [Code::MappingDisabled]
    );
    assert_eq!(
        mapping(|it| it.tells_failures = false),
        [Code::MappingTellsNoFailures]
    );
    assert_eq!(mapping(|it| it.filters = true), [Code::MappingFilters]);
    assert_eq!(mapping(|it| it.batch = 100), [Code::MappingBatchSize]);
    assert_eq!(
        mapping(|it| it.queue = "other".to_owned()),
        [Code::MappingMissing]
    );
    let problem = "PROBLEM: Function call failed".to_owned();
    assert_eq!(mapping(|it| it.result = problem), [Code::MappingProblem]);
    let mut denied = situation();
    let unseen = ObservationFault::denied("lambda:ListEventSourceMappings");
    denied.mappings = BTreeMap::from([(StackFunction::Decrypt, Err(unseen))]);
    assert_eq!(denied.codes(), [Code::MappingUnseen]);
}

#[test]
fn what_waits_is_judged_by_its_age_and_its_number() {
    use Code::*;
    for (name, count, seconds, codes) in [
        ("decrypt", 3, Some(10), vec![QueuesInOrder]),
        ("decrypt", 3, Some(901), vec![Backlog]),
        ("decrypt", 10_001, Some(10), vec![Backlog]),
        ("decrypt", 10_001, None, vec![Backlog, AgeUnseen]),
        ("backfill", 3, Some(14_000), vec![QueuesInOrder]),
        ("decrypt-dead-letters", 1, Some(10), vec![DeadLetters]),
        ("quarantine", 1, Some(10), vec![Quarantined]),
        ("events", 100, Some(10), vec![QueuesInOrder]),
        ("events", 100, Some(3_601), vec![EventsNotConsumed]),
        ("events", 1, Some(260_000), vec![EventsNearlyLost]),
        ("events", 1, None, vec![QueuesInOrder, AgeUnseen]),
    ] {
        assert_eq!(
            waiting(name, count, seconds),
            codes,
            "{name} {count} {seconds:?}"
        );
    }
}

#[test]
fn dead_letters_are_listed_by_the_queue_that_they_come_from() {
    let mut situation = situation();
    let dead = situation
        .queues
        .iter_mut()
        .find(|(one, _)| *one == StackQueue::EventsDeadLetters);
    let Some((_, Observation::Seen(seen))) = dead else {
        panic!("seen")
    };
    seen.visible = 1;
    let findings = situation.findings();
    let remedy = findings[0].remedy();
    assert!(remedy.contains("--queue events`"), "{remedy}");
}

/// The codes where each mapping has so many invocations at most, in an account with `unreserved`.
fn concurrency(most: Option<i32>, unreserved: i32, reserved: &[(StackFunction, i32)]) -> Vec<Code> {
    let mut situation = situation();
    for mappings in situation.mappings.values_mut() {
        mappings.as_mut().unwrap().first_mut().unwrap().most = most;
    }
    for (function, share) in reserved {
        let seen = situation.stack.functions.get_mut(function).unwrap();
        let Observation::Seen(seen) = seen else {
            panic!("{function:?} is seen")
        };
        seen.reserved = Observation::Seen(*share);
    }
    situation.unreserved = Ok(unreserved);
    situation.codes()
}

#[test]
fn a_backlog_must_leave_an_execution_for_ingest() {
    const STARVES: [Code; 1] = [Code::IngestCanStarve];
    const FITS: [Code; 1] = [Code::QueuesInOrder];
    assert_eq!(concurrency(Some(2), 10, &[]), FITS);
    assert_eq!(concurrency(Some(2), 9, &[]), STARVES);
    assert_eq!(concurrency(Some(20), 81, &[]), STARVES);
    assert_eq!(concurrency(Some(20), 82, &[]), FITS);
    // Without a maximum a mapping takes what there is.
    assert_eq!(concurrency(None, 1_000, &[]), STARVES);
    // A share of its own is nobody else's, and takes nothing from the others.
    assert_eq!(
        concurrency(Some(20), 10, &[(StackFunction::Ingest, 5)]),
        FITS
    );
    assert_eq!(
        concurrency(Some(20), 62, &[(StackFunction::Decrypt, 5)]),
        FITS
    );
    assert_eq!(
        concurrency(Some(2), 9, &[(StackFunction::Ingest, 0)]),
        STARVES
    );
}

#[test]
fn who_may_not_see_the_account_is_told_so() {
    let mut situation = situation();
    situation.unreserved = Err(ObservationFault::denied("lambda:GetAccountSettings"));
    assert_eq!(situation.codes(), [Code::ConcurrencyUnseen]);
}
