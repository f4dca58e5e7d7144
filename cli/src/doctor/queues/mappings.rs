//! The consumers of the queues: Lambda's event source mappings.

use crate::doctor::ask::{AwsClients, Observation, ObservationFault, looked};
use crate::doctor::code::Code;
use crate::doctor::finding::Finding;
use crate::doctor::queues::facts::QueueAttributes;
use crate::doctor::queues::{QueueUse, kind};
use crate::doctor::stack::{DeployedStack, StackFunction};
use aws_sdk_lambda::types::{EventSourceMappingConfiguration, FunctionResponseType, ScalingConfig};
use futures::future::join_all;
use std::collections::BTreeMap;
use teamwire_contract::StackQueue;

/// The mappings of each function that takes from a queue.
pub(super) type QueueMappings =
    BTreeMap<StackFunction, Result<Vec<QueueMapping>, ObservationFault>>;

/// The batch size that the functions are measured with.
const BATCH: i32 = 10;

/// From a queue to a function.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct QueueMapping {
    pub(super) id: String,
    /// The name of the queue.
    pub(super) queue: String,
    pub(super) state: String,
    pub(super) batch: i32,
    /// The highest number of concurrent invocations, where it has one.
    pub(super) most: Option<i32>,
    pub(super) tells_failures: bool,
    /// True if it lets only some messages through.
    pub(super) filters: bool,
    /// The result of the last batch.
    pub(super) result: String,
}

pub(super) async fn look(aws: &AwsClients, stack: &DeployedStack) -> QueueMappings {
    let takers = stack.functions.keys().copied();
    let takers = takers.filter(|one| *one != StackFunction::Ingest);
    let looks = takers.map(|function| async move {
        let name = stack.full_name(function);
        let request = aws.lambda.list_event_source_mappings();
        let answer = request.function_name(name).send().await;
        let mappings = match answer {
            Ok(answer) => {
                let mappings = answer.event_source_mappings.unwrap_or_default();
                Ok(mappings.iter().map(read).collect())
            }
            Err(fault) => match looked::<(), _, _>("lambda:ListEventSourceMappings", fault) {
                Observation::Unseen(unseen) => Err(unseen),
                Observation::Seen(()) | Observation::Missing => Ok(Vec::new()),
            },
        };
        (function, mappings)
    });
    join_all(looks).await.into_iter().collect()
}

fn read(mapping: &EventSourceMappingConfiguration) -> QueueMapping {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let queue = mapping
        .event_source_arn()
        .and_then(|arn| arn.rsplit(':').next());
    let told = mapping.function_response_types();
    QueueMapping {
        id: text(mapping.uuid()),
        queue: text(queue),
        state: text(mapping.state()),
        batch: mapping.batch_size().unwrap_or_default(),
        most: mapping
            .scaling_config()
            .and_then(ScalingConfig::maximum_concurrency),
        tells_failures: told.contains(&FunctionResponseType::ReportBatchItemFailures),
        filters: mapping
            .filter_criteria()
            .is_some_and(|criteria| !criteria.filters().is_empty()),
        result: text(mapping.last_processing_result()),
    }
}

/// The finding about the consumer of a queue.
pub(super) fn judge(
    stack: &DeployedStack,
    queue: StackQueue,
    name: &str,
    seen: &QueueAttributes,
    mappings: &QueueMappings,
) -> Vec<Finding> {
    let QueueUse::Work(function, _) = kind(stack, queue) else {
        return Vec::new();
    };
    let mappings = match mappings.get(&function) {
        Some(Ok(mappings)) => mappings,
        Some(Err(unseen)) => {
            return vec![unseen.finding(Code::MappingUnseen, &format!("what takes from {name}"))];
        }
        None => return Vec::new(),
    };
    let function = function.name();
    let waiting = seen.visible;
    let of_queue = |mapping: &&QueueMapping| mapping.queue.trim_end_matches(".fifo") == name;
    let Some(mapping) = mappings.iter().find(of_queue) else {
        let what = format!("no mapping leads from {name} to {function}; {waiting} messages wait");
        return vec![Finding::new(Code::MappingMissing, what)];
    };
    let mut findings = Vec::new();
    let mut say = |code, what| findings.push(Finding::new(code, what).with("id", &mapping.id));
    if matches!(mapping.state.as_str(), "Disabled" | "Disabling") {
        let state = mapping.state.to_lowercase();
        let what =
            format!("the mapping from {name} to {function} is {state}; {waiting} messages wait");
        say(Code::MappingDisabled, what);
    }
    if !mapping.tells_failures {
        let what =
            format!("the mapping from {name} to {function} is without ReportBatchItemFailures");
        say(Code::MappingTellsNoFailures, what);
    }
    if mapping.filters {
        let what = format!("the mapping from {name} to {function} has a filter");
        say(Code::MappingFilters, what);
    }
    if mapping.batch > BATCH {
        let what = format!(
            "the mapping from {name} hands over {} records at once",
            mapping.batch
        );
        say(Code::MappingBatchSize, what);
    }
    if mapping.result.contains("PROBLEM") {
        let what = format!(
            "of the last batch from {name}, Lambda says: {}",
            mapping.result
        );
        say(Code::MappingProblem, what);
    }
    findings
}
