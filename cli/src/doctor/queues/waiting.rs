//! The messages waiting on the queues, and their ages.

use crate::doctor::ask::{AwsClients, Observation, ObservationFault, unseen};
use crate::doctor::code::Code;
use crate::doctor::finding::Finding;
use crate::doctor::queues::facts::QueueAttributes;
use crate::doctor::queues::{QueueUse, kind, queues};
use crate::doctor::stack::DeployedStack;
use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricStat, ScanBy};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;
use teamwire_contract::StackQueue;

/// So many that something must be wrong, where no age is known.
const MANY: u64 = 10_000;
/// After so long a consumer does not keep up: as of the alarm.
const CONSUMER_SECONDS: u32 = 3_600;
/// The age that the newest value of a metric may have: SQS reports every minute, with some delay.
const LOOK_BACK_SECONDS: i64 = 900;

/// Seconds that the oldest message of each queue has been there, where CloudWatch knows.
#[derive(Debug, Clone, Default)]
pub(super) struct OldestMessageAges {
    pub(super) by_queue: BTreeMap<&'static str, u32>,
    pub(super) unseen: Option<ObservationFault>,
}

/// Asks CloudWatch, as SQS itself does not say.
pub(super) async fn ages(aws: &AwsClients, stack: &DeployedStack) -> OldestMessageAges {
    let now = Timestamp::now().as_second();
    let mut request = aws
        .cloudwatch
        .get_metric_data()
        .start_time(DateTime::from_secs(now - LOOK_BACK_SECONDS))
        .end_time(DateTime::from_secs(now))
        .scan_by(ScanBy::TimestampDescending);
    for (index, queue) in queues().enumerate() {
        let url = stack.anywhere(queue.url_variable());
        let name = url.and_then(|url| url.rsplit('/').next());
        let name = name.map_or_else(|| queue.in_stack(&stack.name), str::to_owned);
        request = request.metric_data_queries(query(index, &name));
    }
    match request.send().await {
        Ok(answer) => {
            let mut by_queue = BTreeMap::new();
            for result in answer.metric_data_results() {
                let index = result
                    .id()
                    .and_then(|id| id.strip_prefix('q')?.parse::<usize>().ok());
                let queue = index.and_then(|index| queues().nth(index));
                if let (Some(queue), Some(seconds)) = (queue, result.values().first()) {
                    by_queue.insert(queue.name(), seconds.max(0.0) as u32);
                }
            }
            OldestMessageAges {
                by_queue,
                unseen: None,
            }
        }
        Err(fault) => OldestMessageAges {
            by_queue: BTreeMap::new(),
            unseen: Some(unseen("cloudwatch:GetMetricData", fault)),
        },
    }
}

fn query(index: usize, queue: &str) -> MetricDataQuery {
    let dimension = Dimension::builder().name("QueueName").value(queue).build();
    let metric = Metric::builder()
        .namespace("AWS/SQS")
        .metric_name("ApproximateAgeOfOldestMessage")
        .dimensions(dimension)
        .build();
    let stat = MetricStat::builder()
        .metric(metric)
        .period(60)
        .stat("Maximum");
    MetricDataQuery::builder()
        .id(format!("q{index}"))
        .metric_stat(stat.build())
        .build()
}

impl OldestMessageAges {
    /// The part that is unavailable, if it matters: somewhere messages wait.
    pub(super) fn finding(
        &self,
        queues: &[(StackQueue, Observation<QueueAttributes>)],
    ) -> Option<Finding> {
        // The emulator has no such metric, ever.
        if crate::aws::is_local() {
            return None;
        }
        let waits = |(_, look): &&(StackQueue, Observation<QueueAttributes>)| {
            look.seen().is_some_and(|seen| seen.visible > 0)
        };
        let waiting: Vec<_> = queues
            .iter()
            .filter(waits)
            .map(|(queue, _)| queue.name())
            .collect();
        if let (Some(unseen), false) = (&self.unseen, waiting.is_empty()) {
            return Some(unseen.finding(Code::AgeUnseen, "how old the messages are"));
        }
        let unknown = |name: &&&str| !self.by_queue.contains_key(**name);
        let unknown: Vec<_> = waiting.iter().filter(unknown).copied().collect();
        if unknown.is_empty() {
            return None;
        }
        let what = format!(
            "CloudWatch has no age of the messages on {}",
            unknown.join(", ")
        );
        Some(Finding::new(Code::AgeUnseen, what))
    }
}

/// The finding about the messages waiting on a queue.
pub(super) fn judge(
    stack: &DeployedStack,
    queue: StackQueue,
    name: &str,
    seen: &QueueAttributes,
    ages: &OldestMessageAges,
) -> Option<Finding> {
    let count = seen.visible;
    if count + seen.hidden == 0 {
        return None;
    }
    let age = ages.by_queue.get(queue.name()).copied();
    let old = age.map_or_else(String::new, |seconds| {
        format!(", the oldest for {}", for_people(seconds))
    });
    match kind(stack, queue) {
        QueueUse::DeadLetters(_) => {
            let count = count + seen.hidden;
            let what = format!("{count} dead letters on {name}{old}");
            Some(Finding::new(Code::DeadLetters, what))
        }
        QueueUse::Quarantine => {
            let count = count + seen.hidden;
            let what = format!("{count} notifications in quarantine{old}");
            Some(Finding::new(Code::Quarantined, what))
        }
        QueueUse::Events => {
            let what = format!("{count} events wait on {name}{old}");
            let seconds = age.unwrap_or(0);
            if u64::from(seconds) > seen.retention / 4 * 3 {
                Some(Finding::new(Code::EventsNearlyLost, what))
            } else if seconds > CONSUMER_SECONDS || count > MANY {
                Some(Finding::new(Code::EventsNotConsumed, what))
            } else {
                None
            }
        }
        QueueUse::Work(function, seconds) => {
            let is_old = age.is_some_and(|age| age > seconds);
            let what = format!("{count} messages wait on {name}{old}");
            let finding = || Finding::new(Code::Backlog, what).with("function", function.name());
            (is_old || count > MANY).then(finding)
        }
    }
}

fn for_people(seconds: u32) -> String {
    match Duration::from_secs(seconds.into()).as_secs() {
        seconds @ 0..120 => format!("{seconds} s"),
        seconds @ 120..7_200 => format!("{} min", seconds / 60),
        seconds @ 7_200..172_800 => format!("{} h", seconds / 3_600),
        seconds => format!("{} days", seconds / 86_400),
    }
}
