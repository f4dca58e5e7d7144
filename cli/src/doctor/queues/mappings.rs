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
    /// The name of the function.
    pub(super) function: String,
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

impl QueueMapping {
    fn is_off(&self) -> bool {
        matches!(self.state.as_str(), "Disabled" | "Disabling")
    }
}

pub(super) async fn look(aws: &AwsClients, stack: &DeployedStack) -> QueueMappings {
    let takers = stack.functions.keys().copied();
    let takers = takers.filter(|one| *one != StackFunction::Ingest);
    let looks = takers.map(|function| async move {
        let own = list(aws, Some(stack.full_name(function)), None).await;
        let found = match own {
            // The relay has to be the only one.
            Ok(own) if function == StackFunction::Relay => of_its_queue(aws, own).await,
            own => own,
        };
        (
            function,
            found.map(|found| found.iter().map(read).collect()),
        )
    });
    join_all(looks).await.into_iter().collect()
}

/// All mappings from the queue of these; these, where there is none.
async fn of_its_queue(
    aws: &AwsClients,
    own: Vec<EventSourceMappingConfiguration>,
) -> Result<Vec<EventSourceMappingConfiguration>, ObservationFault> {
    match own.first().and_then(|one| one.event_source_arn.clone()) {
        Some(queue) => list(aws, None, Some(queue)).await,
        None => Ok(own),
    }
}

async fn list(
    aws: &AwsClients,
    function: Option<String>,
    queue: Option<String>,
) -> Result<Vec<EventSourceMappingConfiguration>, ObservationFault> {
    let request = aws.lambda.list_event_source_mappings();
    let request = request
        .set_function_name(function)
        .set_event_source_arn(queue);
    match request.send().await {
        Ok(answer) => Ok(answer.event_source_mappings.unwrap_or_default()),
        Err(fault) => match looked::<(), _, _>("lambda:ListEventSourceMappings", fault) {
            Observation::Unseen(unseen) => Err(unseen),
            Observation::Seen(()) | Observation::Missing => Ok(Vec::new()),
        },
    }
}

fn read(mapping: &EventSourceMappingConfiguration) -> QueueMapping {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let queue = mapping
        .event_source_arn()
        .and_then(|arn| arn.rsplit(':').next());
    let told = mapping.function_response_types();
    // Perhaps of an alias or a version.
    let function = mapping
        .function_arn()
        .and_then(|arn| arn.split_once(":function:"))
        .and_then(|(_, name)| name.split(':').next());
    QueueMapping {
        id: text(mapping.uuid()),
        function: text(function),
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
    let full = stack.full_name(function);
    let function = function.name();
    let waiting = seen.visible;
    let of_queue = |mapping: &&QueueMapping| mapping.queue.trim_end_matches(".fifo") == name;
    let (own, others): (Vec<_>, Vec<_>) = mappings
        .iter()
        .filter(of_queue)
        .partition(|mapping| mapping.function == full);
    let Some(mapping) = own.first() else {
        let what = format!("no mapping leads from {name} to {function}; {waiting} messages wait");
        return vec![Finding::new(Code::MappingMissing, what)];
    };
    let mut findings = Vec::new();
    for other in others.into_iter().filter(|other| !other.is_off()) {
        let what = format!(
            "{} takes from {name} beside {function}: each has a part",
            other.function
        );
        findings.push(Finding::new(Code::MappingSecond, what).with("id", &other.id));
    }
    let mut say = |code, what| findings.push(Finding::new(code, what).with("id", &mapping.id));
    if mapping.is_off() {
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
