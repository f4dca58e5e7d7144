//! The typed resources: what is read is whole, and what does not fit is told by name.

mod corpus;
mod events;
mod examples;
mod kinds;
mod laws;
mod mismatches;
mod samples;

use serde_json::Value;
use teamwire_events::TeamsResource;
use teamwire_payload::ResourceType;

/// Those that have a struct.
const TYPES: [ResourceType; TeamsResource::TYPED.len()] = TeamsResource::TYPED;

/// Reads a resource and writes it again: the same JSON, or an error.
fn there_and_back(resource_type: ResourceType, text: &str) -> serde_json::Result<TeamsResource> {
    let resource = TeamsResource::parse(resource_type, text)?;
    assert_eq!(resource.resource_type(), resource_type);
    let whole: Value = serde_json::from_str(text)?;
    assert_eq!(serde_json::to_value(&resource)?, whole);
    let written: Value = serde_json::from_str(&serde_json::to_string(&resource)?)?;
    assert_eq!(written, whole);
    Ok(resource)
}
