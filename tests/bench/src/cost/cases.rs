//! The cases to measure, and their means.

use crate::event;
use crate::fake_aws::FakeAws;
use crate::traffic::{self, PAGE_ITEMS, Parties, RESOURCE_BYTES};
use axum::body::Bytes;

/// Events that take turns, each of other tenants: their reads are paced.
const EVENTS: usize = 500;
/// The number of subscriptions in the run of `subscriptions`.
const SUBSCRIPTIONS: usize = 1_000;
const SUBSCRIBED_TENANTS: usize = 5;

/// One function with one kind of event.
pub(crate) struct Case {
    pub(crate) function: &'static str,
    pub(crate) name: String,
    /// Changes in an invocation.
    pub(crate) changes: usize,
    /// Taken in turn.
    pub(crate) events: Vec<Bytes>,
    pub(crate) warm_up: usize,
    pub(crate) invocations: usize,
    /// True if each invocation has a process of its own.
    pub(crate) fresh: bool,
    /// True if an invocation finds the same state as the one before it.
    pub(crate) repeatable: bool,
    /// Fills the services beforehand.
    pub(crate) prepare: fn(&FakeAws) -> anyhow::Result<()>,
}

/// Every case, function by function.
pub(crate) fn all(parties: &Parties) -> anyhow::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for items in [1, 10, 100] {
        let body = parties.rich_batch(items, RESOURCE_BYTES)?;
        cases.push(post("rich", items, body));
        cases.push(post("basic", items, Parties::basic_batch(items)));
    }
    for records in [1, 10] {
        let messages = (0..records)
            .map(|number| parties.sealed_message(number, RESOURCE_BYTES))
            .collect::<anyhow::Result<Vec<_>>>()?;
        let events = vec![event::sqs_event(&messages)?];
        cases.push(Case::new(
            "decrypt",
            format!("batch of {records}"),
            records,
            events,
        ));
    }
    for records in [1, 10] {
        let events = of_tenants(records, traffic::reference_message)?;
        let case = Case::new("hydrate", format!("batch of {records}"), records, events);
        cases.push(Case {
            warm_up: EVENTS,
            prepare: serve_resource,
            ..case
        });
    }
    let events = of_tenants(1, traffic::gap_message)?;
    let name = format!("page of {PAGE_ITEMS} messages");
    cases.push(Case {
        warm_up: EVENTS,
        prepare: serve_page,
        ..Case::new("backfill", name, PAGE_ITEMS, events)
    });
    for records in [1, 10] {
        let events = vec![event::sqs_event(&traffic::event_messages(
            records,
            RESOURCE_BYTES,
        )?)?];
        cases.push(Case::new(
            "relay",
            format!("batch of {records}"),
            records,
            events,
        ));
    }
    let order = || vec![Bytes::from_static(br#"{"action":"reconcile"}"#)];
    let of = format!("{SUBSCRIPTIONS} subscriptions of {SUBSCRIBED_TENANTS} tenants");
    cases.push(Case {
        fresh: true,
        warm_up: 0,
        invocations: 1,
        repeatable: false,
        prepare: wanted_and_none_there,
        ..Case::new("subscriptions", format!("{of}, all to be made"), 0, order())
    });
    cases.push(Case {
        fresh: true,
        // The first run finds what the case before did not make.
        warm_up: 1,
        invocations: 20,
        prepare: wanted_and_there,
        ..Case::new("subscriptions", format!("{of}, all in order"), 0, order())
    });
    Ok(cases)
}

impl Case {
    fn new(function: &'static str, name: String, changes: usize, events: Vec<Bytes>) -> Self {
        Self {
            function,
            name,
            changes,
            events,
            warm_up: 20,
            invocations: 1_000,
            fresh: false,
            repeatable: true,
            prepare: |_| Ok(()),
        }
    }
}

fn post(kind: &str, items: usize, body: String) -> Case {
    let events = vec![event::post(body)];
    Case::new("ingest", format!("POST of {items} {kind}"), items, events)
}

/// An event for each tenant, with so many records.
fn of_tenants(records: usize, message: traffic::MessageOf) -> anyhow::Result<Vec<Bytes>> {
    (0..EVENTS)
        .map(|number| traffic::event_of(records, number, message))
        .collect()
}

fn serve_resource(services: &FakeAws) -> anyhow::Result<()> {
    services.serve_resource(traffic::resource(0, RESOURCE_BYTES));
    Ok(())
}

fn serve_page(services: &FakeAws) -> anyhow::Result<()> {
    services.serve_resource(traffic::page(PAGE_ITEMS, RESOURCE_BYTES)?);
    Ok(())
}

fn wanted_and_none_there(services: &FakeAws) -> anyhow::Result<()> {
    services.graph().forget_subscriptions();
    traffic::want(services, SUBSCRIPTIONS, SUBSCRIBED_TENANTS);
    Ok(())
}

fn wanted_and_there(services: &FakeAws) -> anyhow::Result<()> {
    for (tenant, resources) in traffic::want(services, SUBSCRIPTIONS, SUBSCRIBED_TENANTS) {
        services.graph().hold(&tenant, &resources);
    }
    Ok(())
}
