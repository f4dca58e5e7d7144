//! The attributes of a queue, as SQS has them.

use crate::doctor::ask::{AwsClients, Observation, looked};
use crate::doctor::stack::{DeployedStack, StackFunction};
use aws_sdk_sqs::types::QueueAttributeName;
use serde::{Deserialize, Deserializer};
use std::collections::HashMap;
use teamwire_contract::{StackQueue, variable};

/// The attributes of a queue that matter here. Times are seconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct QueueAttributes {
    pub(super) url: String,
    pub(super) visibility: u64,
    pub(super) retention: u64,
    pub(super) message_bytes: u64,
    pub(super) encrypted: bool,
    pub(super) policy: Option<String>,
    pub(super) redrive: Option<RedrivePolicy>,
    pub(super) visible: u64,
    /// Received, and neither deleted nor given back.
    pub(super) hidden: u64,
}

/// The destination of messages that nobody could work on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct RedrivePolicy {
    /// An ARN.
    #[serde(rename = "deadLetterTargetArn")]
    pub(super) target: String,
    #[serde(rename = "maxReceiveCount", deserialize_with = "number")]
    pub(super) receives: u64,
}

/// A queue of the stack, by the URL that a function has, else by its name.
pub(super) async fn queue(
    aws: &AwsClients,
    stack: &DeployedStack,
    queue: StackQueue,
) -> Observation<QueueAttributes> {
    let url = match stack.anywhere(queue.url_variable()) {
        Some(url) => url.to_owned(),
        None => {
            let name = queue.in_stack(&stack.name);
            let events = stack.variable(StackFunction::Ingest, variable::EVENTS_QUEUE_URL);
            let is_fifo = events.is_some_and(|url| url.ends_with(".fifo"));
            let name = match is_fifo
                && matches!(queue, StackQueue::Events | StackQueue::EventsDeadLetters)
            {
                true => format!("{name}.fifo"),
                false => name,
            };
            match aws.sqs.get_queue_url().queue_name(name).send().await {
                Ok(answer) => answer.queue_url.unwrap_or_default(),
                Err(fault) => return looked("sqs:GetQueueUrl", fault),
            }
        }
    };
    let request = aws.sqs.get_queue_attributes().queue_url(&url);
    let answer = request
        .attribute_names(QueueAttributeName::All)
        .send()
        .await;
    match answer {
        Ok(answer) => Observation::Seen(read(url, &answer.attributes.unwrap_or_default())),
        Err(fault) => looked("sqs:GetQueueAttributes", fault),
    }
}

fn read(url: String, attributes: &HashMap<QueueAttributeName, String>) -> QueueAttributes {
    let text = |name: &QueueAttributeName| attributes.get(name).filter(|text| !text.is_empty());
    let number = |name| text(&name).and_then(|text| text.parse().ok()).unwrap_or(0);
    let is_managed = text(&QueueAttributeName::SqsManagedSseEnabled);
    let is_managed = is_managed.is_some_and(|text| text == "true");
    let redrive = text(&QueueAttributeName::RedrivePolicy);
    QueueAttributes {
        url,
        visibility: number(QueueAttributeName::VisibilityTimeout),
        retention: number(QueueAttributeName::MessageRetentionPeriod),
        message_bytes: number(QueueAttributeName::MaximumMessageSize),
        encrypted: is_managed || text(&QueueAttributeName::KmsMasterKeyId).is_some(),
        policy: text(&QueueAttributeName::Policy).cloned(),
        redrive: redrive.and_then(|text| serde_json::from_str(text).ok()),
        visible: number(QueueAttributeName::ApproximateNumberOfMessages),
        hidden: number(QueueAttributeName::ApproximateNumberOfMessagesNotVisible),
    }
}

/// SQS has it as a number or as text, as it was given.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Number(u64),
        Text(String),
    }
    match Either::deserialize(deserializer)? {
        Either::Number(number) => Ok(number),
        Either::Text(text) => text.parse().map_err(serde::de::Error::custom),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_read_as_sqs_writes_them() {
        for receives in ["25", "\"25\""] {
            let redrive =
                format!(r#"{{"deadLetterTargetArn":"arn:dead","maxReceiveCount":{receives}}}"#);
            let attributes = HashMap::from([
                (QueueAttributeName::VisibilityTimeout, "180".to_owned()),
                (QueueAttributeName::SqsManagedSseEnabled, "false".to_owned()),
                (QueueAttributeName::KmsMasterKeyId, "alias/own".to_owned()),
                (QueueAttributeName::RedrivePolicy, redrive),
            ]);
            let seen = read("url".to_owned(), &attributes);
            assert_eq!((seen.visibility, seen.encrypted), (180, true));
            let redrive = RedrivePolicy {
                target: "arn:dead".to_owned(),
                receives: 25,
            };
            assert_eq!(seen.redrive, Some(redrive));
        }
    }
}
