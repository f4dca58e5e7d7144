//! The third station: queues, what takes from them, and what waits on them.

mod concurrency;
mod facts;
mod mappings;
mod policy;
mod waiting;

use crate::doctor::ask::{AwsClients, Observation};
use crate::doctor::code::Code;
use crate::doctor::finding::Finding;
use crate::doctor::stack::{DeployedStack, StackFunction};
use concurrency::UnreservedConcurrency;
use facts::{QueueAttributes, queue};
use futures::future::join_all;
use mappings::QueueMappings;
use teamwire_contract::StackQueue;
use waiting::OldestMessageAges;

/// Use of a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum QueueUse {
    /// A function takes from it. Seconds after which its oldest message is old: as of its alarm.
    Work(StackFunction, u32),
    /// The consumer takes from it, where no relay does.
    Events,
    /// Of this queue.
    DeadLetters(StackQueue),
    Quarantine,
}

/// Every queue but the tail queue, which a stack need not have.
fn queues() -> impl Iterator<Item = StackQueue> {
    let all = StackQueue::ALL.into_iter();
    all.filter(|queue| *queue != StackQueue::Tail)
}

fn kind(stack: &DeployedStack, queue: StackQueue) -> QueueUse {
    match queue {
        StackQueue::Events if stack.functions.contains_key(&StackFunction::Relay) => {
            QueueUse::Work(StackFunction::Relay, 3_600)
        }
        StackQueue::Decrypt => QueueUse::Work(StackFunction::Decrypt, 900),
        StackQueue::Hydrate => QueueUse::Work(StackFunction::Hydrate, 900),
        StackQueue::Lifecycle => QueueUse::Work(StackFunction::Subscriptions, 10_800),
        StackQueue::Backfill => QueueUse::Work(StackFunction::Backfill, 14_400),
        StackQueue::Quarantine => QueueUse::Quarantine,
        _ => queue
            .source()
            .map_or(QueueUse::Events, QueueUse::DeadLetters),
    }
}

/// The size that AWS bounds a message to, and so do we: 1 MiB.
const MESSAGE_BYTES: u64 = 1_048_576;
/// Below it a hiccup makes dead letters: what AWS asks for at least of a queue before a function.
const LEAST_RECEIVES: u64 = 5;
/// Seconds that a queue before a function or the consumer keeps messages at least: a day's outage.
const LEAST_RETENTION: u64 = 86_400;
/// The ratio that AWS asks for between the timeout of a function and the visibility of its queue.
const VISIBILITY: u64 = 6;

/// Looks at everything, and says what is to be said of it.
pub(crate) async fn look(aws: &AwsClients, stack: &DeployedStack) -> Vec<Finding> {
    let attributes = queues().map(|one| async move { (one, queue(aws, stack, one).await) });
    let (queues, mappings, ages, unreserved) = tokio::join!(
        join_all(attributes),
        mappings::look(aws, stack),
        waiting::ages(aws, stack),
        concurrency::look(aws),
    );
    judge(stack, &queues, &mappings, &ages, &unreserved)
}

fn judge(
    stack: &DeployedStack,
    queues: &[(StackQueue, Observation<QueueAttributes>)],
    mappings: &QueueMappings,
    ages: &OldestMessageAges,
    unreserved: &UnreservedConcurrency,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (queue, look) in queues {
        let name = queue.in_stack(&stack.name);
        let mut found = match look {
            Observation::Seen(seen) => {
                let mut found = of_queue(stack, *queue, &name, seen, queues);
                found.extend(mappings::judge(stack, *queue, &name, seen, mappings));
                found.extend(waiting::judge(stack, *queue, &name, seen, ages));
                found
            }
            Observation::Missing => {
                let what = format!("there is no queue {name}");
                vec![Finding::new(Code::QueueMissing, what)]
            }
            Observation::Unseen(unseen) => {
                vec![unseen.finding(Code::QueueUnseen, &format!("the queue {name}"))]
            }
        };
        let url = look.seen().map_or("", |seen| seen.url.as_str());
        for finding in &mut found {
            // The letters of a dead-letter queue are asked for by the queue that they come from.
            let asked = queue.source().unwrap_or(*queue).name();
            *finding = finding
                .clone()
                .with("stack", &stack.name)
                .with("queue", asked)
                .with("url", url);
        }
        findings.extend(found);
    }
    findings.extend(concurrency::judge(stack, mappings, unreserved));
    if findings.is_empty() {
        let waiting: u64 = queues
            .iter()
            .filter_map(|(_, look)| look.seen())
            .map(|seen| seen.visible)
            .sum();
        let what = format!(
            "{} queues and {} mappings, no dead letters, {waiting} messages waiting",
            queues.len(),
            mappings.len()
        );
        findings.push(Finding::new(Code::QueuesInOrder, what));
    }
    findings.extend(ages.finding(queues));
    findings
}

fn of_queue(
    stack: &DeployedStack,
    queue: StackQueue,
    name: &str,
    seen: &QueueAttributes,
    queues: &[(StackQueue, Observation<QueueAttributes>)],
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut say = |code, what: String| findings.push(Finding::new(code, what));
    if !seen.encrypted {
        say(Code::QueueNotEncrypted, format!("{name} has no encryption"));
    }
    if seen.message_bytes < MESSAGE_BYTES {
        let what = format!(
            "{name} takes messages of {} bytes at most",
            seen.message_bytes
        );
        say(Code::MessageSizeSmall, what);
    }
    match policy::read(seen.policy.as_deref()) {
        policy::PolicyGist::Open => {
            say(
                Code::QueueOpen,
                format!("the policy of {name} allows everybody"),
            );
        }
        // An emulator on this machine has nothing but plain HTTP.
        policy::PolicyGist::Nothing if !stack.emulated => {
            say(
                Code::QueueTlsNotEnforced,
                format!("the policy of {name} does not refuse plain HTTP"),
            );
        }
        policy::PolicyGist::Nothing | policy::PolicyGist::TlsOnly => {}
    }
    if let QueueUse::Work(function, _) = kind(stack, queue)
        && let Some(configuration) = stack.seen(function)
    {
        let timeout = u64::try_from(configuration.timeout).unwrap_or(0);
        let least = timeout * VISIBILITY;
        if seen.visibility < least {
            let what = format!(
                "{name} hides a message for {} s; {} may take {timeout} s, so it should be {least} s",
                seen.visibility,
                stack.full_name(function)
            );
            let finding = Finding::new(Code::VisibilityTooShort, what);
            findings.push(finding.with("seconds", least.to_string()));
        }
    }
    findings.extend(of_redrive(&stack.name, queue, name, seen));
    if matches!(kind(stack, queue), QueueUse::Work(..) | QueueUse::Events)
        && seen.retention < LEAST_RETENTION
    {
        let what = format!("{name} keeps messages for {} s", seen.retention);
        findings.push(Finding::new(Code::RetentionShort, what));
    }
    if let QueueUse::DeadLetters(source) = kind(stack, queue) {
        let source = queues.iter().find(|(other, _)| *other == source);
        if let Some((_, Observation::Seen(source))) = source
            && seen.retention < source.retention
        {
            let days = |seconds: u64| seconds / 86_400;
            let what = format!(
                "{name} keeps letters for {} days, and its source keeps them for {} before",
                days(seen.retention),
                days(source.retention)
            );
            findings.push(Finding::new(Code::DeadLetterRetention, what));
        }
    }
    findings
}

fn of_redrive(
    stack: &str,
    queue: StackQueue,
    name: &str,
    seen: &QueueAttributes,
) -> Option<Finding> {
    let own = queue.dead_letters()?.in_stack(stack);
    match &seen.redrive {
        None => Some(Finding::new(
            Code::RedriveMissing,
            format!("{name} has no dead-letter queue"),
        )),
        Some(redrive) => {
            let target = redrive.target.rsplit(':').next().unwrap_or_default();
            if target.trim_end_matches(".fifo") != own {
                let what = format!("dead letters of {name} go to {target}");
                return Some(Finding::new(Code::RedriveElsewhere, what));
            }
            let receives = redrive.receives;
            let what = format!("{name} gives a message up after {receives} receives");
            (receives < LEAST_RECEIVES).then(|| Finding::new(Code::ReceivesTooFew, what))
        }
    }
}

#[cfg(test)]
mod tests;
