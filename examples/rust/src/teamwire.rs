//! What every consumer does with the body of a message, wherever it keeps what it learns. The order of
//! events is in the crate `teamwire-events`.

use anyhow::{Context, Result, ensure};
use cloudevents::AttributesReader;
use cloudevents::event::SpecVersion;
use serde_json::value::{RawValue, to_raw_value};
use std::collections::BTreeMap;
use teamwire_events::{Event, PayloadKind};

/// The event; an error where the SDK or teamwire's own types find none.
pub fn read(body: &str) -> Result<Event> {
    let verified: cloudevents::Event = serde_json::from_str(body)?;
    // The SDK takes an empty id, and CloudEvents 0.3.
    let is_event = verified.specversion() == SpecVersion::V10 && !verified.id().is_empty();
    ensure!(is_event, "no event of CloudEvents 1.0");
    Ok(serde_json::from_str(body)?)
}

/// The event with its data, from the stack's claim bucket and no other.
pub async fn fetch_data(
    event: Event,
    s3: &aws_sdk_s3::Client,
    claim_bucket: &str,
) -> Result<Event> {
    let Some(dataref) = &event.dataref else {
        return Ok(event);
    };
    let path = dataref.strip_prefix("s3://").unwrap_or_default();
    let (bucket, key) = path.split_once('/').context("dataref names no object")?;
    ensure!(
        bucket == claim_bucket,
        "the data is in a bucket that is not the stack's"
    );
    let object = s3.get_object().bucket(bucket).key(key).send().await?;
    let data = serde_json::from_slice(&object.body.collect().await?.into_bytes())?;
    Ok(Event {
        data,
        dataref: None,
        ..event
    })
}

/// What of the resource it writes: a chat and the view of it are kept apart, and end together.
pub fn parts(event: &Event) -> &'static [PayloadKind] {
    if !event.shows_a_state() {
        return &[];
    }
    match event.payloadkind {
        _ if event.event_type == "microsoft.graph.chat.deleted" => {
            &[PayloadKind::Resource, PayloadKind::Viewpoint]
        }
        Some(PayloadKind::Viewpoint) => &[PayloadKind::Viewpoint],
        Some(PayloadKind::Resource) | None => &[PayloadKind::Resource],
    }
}

/// What is kept of a part, a deletion too; none where that stays as it is.
pub fn kept_after(stored: Option<&Event>, event: &Event) -> Result<Option<Event>> {
    let newer = stored.is_none_or(|stored| event.is_newer(stored));
    match stored {
        // What a view leaves out has not changed, whichever of the two came first.
        Some(stored) if is_view(stored) && is_view(event) => {
            let (late, last) = if newer {
                (stored, event)
            } else {
                (event, stored)
            };
            let mut data = members(late)?;
            data.extend(members(last)?);
            let data = Some(to_raw_value(&data)?);
            Ok(Some(Event {
                data,
                ..last.clone()
            }))
        }
        _ => Ok(newer.then(|| event.clone())),
    }
}

fn is_view(event: &Event) -> bool {
    event.payloadkind == Some(PayloadKind::Viewpoint) && !event.is_deletion()
}

fn members(event: &Event) -> Result<BTreeMap<&str, &RawValue>> {
    let data = event.data.as_ref().map_or("{}", |data| data.get());
    Ok(serde_json::from_str(data)?)
}
