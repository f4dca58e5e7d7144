//! Reads one event per line from standard input, keeps the last state of each resource, and prints
//! what it came to.
//!
//! ```text
//! teamwire tail --output json | cargo run --example consume
//! ```
#![expect(clippy::print_stdout, reason = "its output is for people")]

use std::collections::{BTreeMap, HashSet};
use std::io::stdin;
use teamwire_events::{Event, Origin, PayloadKind};

/// Tenant, subject, and whether it is what one user sees of a chat.
type Part = (String, String, bool);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut states: BTreeMap<Part, Event> = BTreeMap::new();
    let mut seen = HashSet::new();
    let (mut missing, mut old) = (0, 0);
    for line in stdin().lines() {
        let event: Event = serde_json::from_str(&line?)?;
        let reason = event.referencereason.as_deref();
        // Tombstones of one resource share an id, and each counts.
        let is_tombstone = matches!(reason, Some("deleted" | "gone"));
        if !is_tombstone && !seen.insert(event.id.clone()) {
            old += 1;
        } else if event.origin == Origin::Gap || (reason.is_some() && !is_tombstone) {
            missing += 1;
        } else {
            for part in parts(&event) {
                match states.get(&part) {
                    Some(last) if !event.is_newer(last) => old += 1,
                    _ => drop(states.insert(part, event.clone())),
                }
            }
        }
    }
    for ((_, subject, _), event) in &states {
        match event.resource() {
            Ok(resource) => println!("{} {subject}: a {}", event.time, resource.resource_type()),
            Err(absent) => println!("{} {subject}: {absent}", event.time),
        }
    }
    println!(
        "{} states; {missing} gaps and references to read; {old} repeats or older",
        states.len()
    );
    Ok(())
}

/// A chat and the view of it are kept apart, and end together.
fn parts(event: &Event) -> Vec<Part> {
    let part = |is_view| (event.tenantid.clone(), event.subject.clone(), is_view);
    match event.event_type.as_str() {
        "microsoft.graph.chat.deleted" => vec![part(false), part(true)],
        _ => vec![part(event.payloadkind == Some(PayloadKind::Viewpoint))],
    }
}
