//! Resources outside of Teams: a reference, unless the operator wants them read.

use crate::fakes::{FakeClaims, NoContents};
use crate::hydrate::stand_in::{Graph, ROOT, change, text};
use std::sync::Arc;
use std::time::Duration;
use teamwire_hydrate::Hydrate;
use teamwire_payload::{ChangeType, Event, Origin};
use teamwire_transport::{Deadline, Delivery};

async fn event(graph: &Graph, allowed: &[&str], resource: &str) -> Event {
    let allowed = allowed.iter().map(|pattern| pattern.parse().unwrap());
    let hydrate = Hydrate::new(
        ROOT,
        allowed.collect(),
        graph.clone(),
        FakeClaims::default(),
        NoContents,
    );
    let delivery = Delivery {
        message_id: "m".to_owned(),
        body: text(change(resource, ChangeType::Updated)),
        deferrals: 0,
        deferred_since: None,
        replayed: 0,
        receives: 1,
        group: None,
        trace: None,
    };
    let deadline = Deadline::after(Duration::from_secs(60));
    let mut verdicts = Arc::new(hydrate).work(vec![delivery], deadline).await;
    verdicts.remove(0).unwrap().event
}

const ALLOWED: &[&str] = &["print/jobs/{}", "users/{}", "users/{}/events/{}"];

#[tokio::test]
async fn what_the_operator_allows_is_read_by_its_keys() {
    for (resource, read) in [
        ("print/jobs/7", "print/jobs/7"),
        ("print/jobs('7')", "print/jobs/7"),
        ("users('a@b.example')", "users/a@b.example"),
        ("Users/u/events('AAMk=')", "users/u/events/AAMk="),
    ] {
        let graph = Graph::default();
        let event = event(&graph, ALLOWED, resource).await;
        assert_eq!(event.origin, Origin::Hydrated, "{resource}");
        assert_eq!(graph.reads().len(), 1);
        assert!(graph.reads()[0].ends_with(read), "{:?}", graph.reads());
    }
}

#[tokio::test]
async fn what_the_operator_does_not_allow_is_a_reference() {
    for resource in [
        "users",
        "users('u')/messages('m')",
        "users/delta",
        "users('getAllMessages')",
        "groups('g')",
        "print/jobs",
        "print/printers('p')",
    ] {
        let graph = Graph::default();
        let event = event(&graph, ALLOWED, resource).await;
        assert_eq!(event.origin, Origin::Reference, "{resource}");
        assert_eq!(event.referencereason.as_deref(), Some("foreign-resource"));
        assert_eq!(graph.reads(), Vec::<String>::new());
    }
}
