//! States in a DynamoDB table whose key is `key`: one transaction for each event, by conditions
//! instead of locks. The items are those of ../../python/dynamodb.py.

use crate::teamwire::{kept_after, parts};
use anyhow::{Context, Result};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError::TransactionCanceledException;
use aws_sdk_dynamodb::types::builders::PutBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use teamwire_events::{Event, PayloadKind};

/// Four days on the queue, and fourteen as a dead letter.
const REMEMBERED: Duration = Duration::from_hours(18 * 24);
/// DynamoDB takes 400 KB.
const ITEM_BYTES: usize = 350_000;
/// What says that another wrote: it passes. All else stays on the queue.
const CONTENDED: [&str; 3] = ["None", "ConditionalCheckFailed", "TransactionConflict"];

pub struct Table {
    dynamodb: aws_sdk_dynamodb::Client,
    name: String,
    s3: aws_sdk_s3::Client,
    bucket: String,
}

/// What there is of a part of a resource.
pub struct State {
    /// The event that it was last written by.
    pub event: Event,
    /// How often it was.
    pub writes: u64,
}

impl Table {
    /// `bucket` is one of yours, for what is too large for an item.
    pub fn new(
        dynamodb: aws_sdk_dynamodb::Client,
        name: String,
        s3: aws_sdk_s3::Client,
        bucket: String,
    ) -> Self {
        Self {
            dynamodb,
            name,
            s3,
            bucket,
        }
    }

    /// Keeps what the event says; whether it was news.
    pub async fn apply(&self, event: &Event) -> Result<bool> {
        let once = (!event.is_tombstone()).then(|| self.seen(event));
        let once = once.transpose()?;
        loop {
            let mut writes = Vec::new();
            for part in parts(event) {
                writes.extend(self.replace(event, *part).await?);
            }
            if parts(event).is_empty() {
                writes.push(self.missing(event)?);
            }
            let is_news = !writes.is_empty();
            let items: Vec<_> = once.iter().cloned().chain(writes).collect();
            if items.is_empty() {
                return Ok(false);
            }
            let transaction = self.dynamodb.transact_write_items();
            let Err(error) = transaction.set_transact_items(Some(items)).send().await else {
                return Ok(is_news);
            };
            let Some(TransactionCanceledException(canceled)) = error.as_service_error() else {
                return Err(error.into());
            };
            let reasons = canceled.cancellation_reasons();
            let codes: Vec<_> = reasons.iter().filter_map(|reason| reason.code()).collect();
            if once.is_some() && codes.first() == Some(&"ConditionalCheckFailed") {
                return Ok(false);
            }
            if !codes.iter().all(|code| CONTENDED.contains(code)) {
                return Err(error.into());
            }
            // Another wrote the same resource in this moment: look again.
            tokio::time::sleep(Duration::from_millis(fastrand::u64(..100))).await;
        }
    }

    /// What is kept under this key.
    pub async fn state(&self, key: &str) -> Result<Option<State>> {
        let request = self.dynamodb.get_item().table_name(&self.name);
        let request = request.key("key", AttributeValue::S(key.to_owned()));
        let Some(item) = request.consistent_read(true).send().await?.item else {
            return Ok(None);
        };
        let text = item.get("event").and_then(|value| value.as_s().ok());
        let writes = item.get("writes").and_then(|value| value.as_n().ok());
        Ok(Some(State {
            event: serde_json::from_str(text.context("no event")?)?,
            writes: writes.context("no writes")?.parse()?,
        }))
    }

    async fn replace(&self, event: &Event, part: PayloadKind) -> Result<Option<TransactWriteItem>> {
        let part = match part {
            PayloadKind::Resource => "resource",
            PayloadKind::Viewpoint => "viewpoint",
        };
        let key = format!("{part}/{}/{}", event.tenantid, event.subject);
        let stored = self.state(&key).await?;
        let Some(kept) = kept_after(stored.as_ref().map(|state| &state.event), event)? else {
            return Ok(None);
        };
        let number = |writes: u64| AttributeValue::N(writes.to_string());
        let text = self.text(&kept).await?;
        let put = self.put(key).item("event", AttributeValue::S(text));
        let put = match stored.map(|state| state.writes) {
            None => absent(put).item("writes", number(1)),
            Some(writes) => put
                .item("writes", number(writes + 1))
                .condition_expression("writes = :writes")
                .expression_attribute_values(":writes", number(writes)),
        };
        Ok(Some(write(put)?))
    }

    fn seen(&self, event: &Event) -> Result<TransactWriteItem> {
        let expires = (SystemTime::now() + REMEMBERED).duration_since(UNIX_EPOCH)?;
        let put = self.put(format!("seen/{}", event.id));
        let expires = AttributeValue::N(expires.as_secs().to_string());
        write(absent(put).item("expires", expires))
    }

    /// A gap or a reference: what is to be read by other means.
    fn missing(&self, event: &Event) -> Result<TransactWriteItem> {
        let put = self.put(format!("missing/{}", event.id));
        let text = AttributeValue::S(serde_json::to_string(event)?);
        write(put.item("event", text))
    }

    fn put(&self, key: String) -> PutBuilder {
        let put = Put::builder().table_name(&self.name);
        put.item("key", AttributeValue::S(key))
    }

    /// The event as it is kept, its data in the bucket where an item does not take it.
    async fn text(&self, event: &Event) -> Result<String> {
        let text = serde_json::to_string(event)?;
        let Some(data) = event.data.as_ref().filter(|_| text.len() > ITEM_BYTES) else {
            return Ok(text);
        };
        let key = format!("events/{}.json", event.id);
        let request = self.s3.put_object().bucket(&self.bucket).key(&key);
        let body = data.get().as_bytes().to_vec().into();
        request.body(body).send().await?;
        let small = Event {
            data: None,
            dataref: Some(format!("s3://{}/{key}", self.bucket)),
            ..event.clone()
        };
        Ok(serde_json::to_string(&small)?)
    }
}

fn absent(put: PutBuilder) -> PutBuilder {
    put.condition_expression("attribute_not_exists(#key)")
        .expression_attribute_names("#key", "key")
}

fn write(put: PutBuilder) -> Result<TransactWriteItem> {
    Ok(TransactWriteItem::builder().put(put.build()?).build())
}
