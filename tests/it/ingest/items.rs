//! The fate of each item: its queue, the quarantine, or a counted rejection. Graph is told the same
//! every time.

mod quarantined;
mod strange;
mod taken;
mod unproven;
mod unreadable;

use super::counters::Counters;
use super::proxies::Call;
use super::site::{Plan, Site, Told, with, without};
use crate::mint::Draft;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The place where an item ends.
#[derive(Clone, Copy)]
enum Fate {
    /// On this queue.
    Queue(&'static str),
    /// In quarantine, with this reason and, where it had one, its route.
    Quarantine(&'static str, Option<&'static str>),
    /// Nowhere, counted as this.
    Dropped(&'static str),
}

use Fate::{Dropped, Quarantine, Queue};

/// An item, the tokens it comes with, and its fate.
struct Row {
    name: &'static str,
    item: String,
    tokens: Vec<String>,
    fate: Fate,
}

/// A row whose item comes with a valid token for its tenant.
fn proven(name: &'static str, item: impl ToString, fate: Fate) -> Row {
    with_tokens(name, item, vec![Draft::v2().signed()], fate)
}

/// A row whose item comes alone.
fn alone(name: &'static str, item: impl ToString, fate: Fate) -> Row {
    with_tokens(name, item, vec![], fate)
}

fn with_tokens(name: &'static str, item: impl ToString, tokens: Vec<String>, fate: Fate) -> Row {
    Row {
        name,
        item: item.to_string(),
        tokens,
        fate,
    }
}

/// The fate of a row's item at a site.
fn outcome(site: &Site, counters: &Counters, fate: Fate) -> Result<(), String> {
    let depths = site.depths();
    let expected: BTreeMap<&str, usize> = match fate {
        Queue(name) => [(name, 1)].into(),
        Quarantine(..) => [("quarantine", 1)].into(),
        Dropped(_) => BTreeMap::new(),
    };
    if depths != expected {
        return Err(format!(
            "queues {depths:?}, rejections {:?}",
            counters.names()
        ));
    }
    match fate {
        Quarantine(reason, route) => {
            let attributes = &site.queue("quarantine").accepted()[0].attributes;
            let mut wanted = vec![("reason", reason.to_owned())];
            wanted.extend(route.map(|route| ("route", route.to_owned())));
            (*attributes == wanted)
                .then_some(())
                .ok_or_else(|| format!("{attributes:?}"))
        }
        Dropped(reason) => (counters.of("rejected", "reason", reason) == 1)
            .then_some(())
            .ok_or_else(|| format!("{:?}", counters.names())),
        Queue(_) => Ok(()),
    }
}

/// Every item has its fate from every proxy, and Graph is told the same of all of them.
async fn assert_fates(rows: Vec<Row>, count: usize) {
    let mut names: Vec<&str> = rows.iter().map(|row| row.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "rows with names of their own");
    let mut wrong = Vec::new();
    for Row {
        name,
        item,
        tokens,
        fate,
    } in rows
    {
        let body = format!(
            r#"{{"value":[{item}],"validationTokens":{}}}"#,
            json!(tokens)
        );
        for (proxy, request) in Call::posting(body).requests() {
            let (site, counters) = (Plan::default().open(), Counters::default());
            let watch = counters.watch();
            let told = site.answer(request).await;
            drop(watch);
            assert_eq!(told, Told::accepted(), "{name}, {proxy}");
            assert_eq!(counters.total("received"), 1, "{name}, {proxy}");
            if let Err(instead) = outcome(&site, &counters, fate) {
                wrong.push(format!("{name}, {proxy}: {instead}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn unknown(item: Value) -> Value {
    with(item, "clientState", "of somebody's other deployment")
}

fn other_spelling(item: Value) -> Value {
    let content = item["encryptedContent"].clone();
    with(
        without(item, "encryptedContent"),
        "EncryptedContent",
        content,
    )
}
