//! The part of the account's concurrency that the queues' consumers leave to ingest.

use crate::doctor::ask::{AwsClients, Observation, ObservationFault, looked};
use crate::doctor::code::Code;
use crate::doctor::finding::Finding;
use crate::doctor::queues::mappings::QueueMappings;
use crate::doctor::stack::{DeployedStack, StackFunction};
use aws_sdk_lambda::types::AccountLimit;

/// Concurrent executions of the account and region that no function has reserved.
pub(super) type UnreservedConcurrency = Result<i32, ObservationFault>;

/// Most that a mapping without a maximum of its own starts: Lambda's limit for SQS.
const UNBOUNDED: i32 = 1_250;
/// The invocations beside the mappings: one run of the schedule, and at least one ingest.
const BESIDE: i32 = 2;

pub(super) async fn look(aws: &AwsClients) -> UnreservedConcurrency {
    match aws.lambda.get_account_settings().send().await {
        Ok(answer) => {
            let limit = answer.account_limit.as_ref();
            let unreserved = limit.and_then(AccountLimit::unreserved_concurrent_executions);
            Ok(unreserved.unwrap_or_default())
        }
        Err(fault) => match looked::<(), _, _>("lambda:GetAccountSettings", fault) {
            Observation::Unseen(unseen) => Err(unseen),
            Observation::Seen(()) | Observation::Missing => Ok(0),
        },
    }
}

/// The finding about it; none where ingest has a share of its own.
pub(super) fn judge(
    stack: &DeployedStack,
    mappings: &QueueMappings,
    unreserved: &UnreservedConcurrency,
) -> Option<Finding> {
    if has_share(stack, StackFunction::Ingest) {
        return None;
    }
    let unreserved = match unreserved {
        Ok(unreserved) => *unreserved,
        Err(unseen) => {
            let subject = "how much may run at once in the account";
            return Some(unseen.finding(Code::ConcurrencyUnseen, subject));
        }
    };
    let takers = mappings
        .iter()
        .filter(|(function, _)| !has_share(stack, **function))
        .filter_map(|(_, mappings)| mappings.as_ref().ok())
        .flatten();
    let most: i32 = takers
        .map(|mapping| mapping.most.unwrap_or(UNBOUNDED))
        .sum();
    let what = format!(
        "{most} executions may be for the queues at once, and the account has {unreserved} that are not reserved"
    );
    let starves = most.saturating_add(BESIDE) > unreserved;
    starves.then(|| Finding::new(Code::IngestCanStarve, what))
}

fn has_share(stack: &DeployedStack, function: StackFunction) -> bool {
    let reserved = stack.seen(function).map(|seen| &seen.reserved);
    matches!(reserved, Some(Observation::Seen(1..)))
}
