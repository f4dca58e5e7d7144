//! Reads one event per line from standard input, keeps the last state of each resource, and prints
//! what it came to.
//!
//! ```text
//! teamwire tail --output json | cargo run --example consume
//! ```
#![expect(clippy::print_stdout, reason = "its output is for people")]

use std::collections::BTreeMap;
use std::io::stdin;
use teamwire_events::Event;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut states: BTreeMap<(String, String), Event> = BTreeMap::new();
    let mut stale = 0;
    for line in stdin().lines() {
        let event: Event = serde_json::from_str(&line?)?;
        let key = (event.tenantid.clone(), event.subject.clone());
        match states.get(&key) {
            Some(last) if !event.is_newer(last) => stale += 1,
            _ => drop(states.insert(key, event)),
        }
    }
    for ((_, subject), event) in &states {
        match event.resource() {
            Ok(resource) => println!("{} {subject}: a {}", event.time, resource.resource_type()),
            Err(absent) => println!("{} {subject}: {absent}", event.time),
        }
    }
    println!(
        "{} resources; {stale} events were repeats or older",
        states.len()
    );
    Ok(())
}
