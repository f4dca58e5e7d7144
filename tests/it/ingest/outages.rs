//! Items that can't be decided or stored just now: 503, and Graph delivers them again.

use super::counters::Counters;
use super::site::{Keys, Line, Plan, QUEUES, Told, basic, lifecycle, rich, with};
use crate::fakes::{Answer, FakeQueue};
use crate::mint::Draft;
use serde_json::Value;
use teamwire_transport::SendFault;

/// An item for every queue, in the order of their names.
fn one_for_each() -> Vec<(&'static str, Value)> {
    let unknown = with(rich(), "clientState", "of somebody's other deployment");
    let deleted = with(basic(), "changeType", "deleted");
    QUEUES
        .into_iter()
        .zip([rich(), basic(), lifecycle(), deleted, unknown])
        .collect()
}

fn items() -> Vec<Value> {
    one_for_each().into_iter().map(|(_, item)| item).collect()
}

fn tokens() -> Vec<String> {
    vec![Draft::v2().signed()]
}

fn line(answers: impl IntoIterator<Item = Answer>) -> Line {
    Line::Open(FakeQueue::scripted(answers))
}

#[tokio::test]
async fn a_queue_that_is_down_is_told_to_graph_whichever_it_is() {
    for (queue, item) in one_for_each() {
        let down = Plan::default()
            .with_line(queue, Line::Open(FakeQueue::down()))
            .open();
        assert_eq!(
            down.post(&[item], &tokens()).await,
            Told::try_again(),
            "{queue}"
        );
        let whole = down.post(&items(), &tokens()).await;
        assert_eq!(whole, Told::try_again(), "{queue}, others in the same POST");
    }
}

#[tokio::test]
async fn an_entry_refused_once_is_sent_again_and_one_refused_twice_is_told_to_graph() {
    use Answer::{Accept, AllBut, Fail};
    let unavailable = || Fail(SendFault::Unavailable);
    let refused = || Fail(SendFault::Refused);
    type Script = (&'static str, Vec<Answer>, Told);
    let rows: Vec<Script> = vec![
        (
            "refused once",
            vec![AllBut(vec![0]), Accept],
            Told::accepted(),
        ),
        (
            "refused twice",
            vec![AllBut(vec![0]), AllBut(vec![0])],
            Told::try_again(),
        ),
        (
            "refused once among others",
            vec![AllBut(vec![1]), Accept],
            Told::accepted(),
        ),
        (
            "all refused once",
            vec![AllBut(vec![0, 1, 2]), Accept],
            Told::accepted(),
        ),
        (
            "another refused the second time",
            vec![AllBut(vec![0, 1]), AllBut(vec![1])],
            Told::try_again(),
        ),
        (
            "refused, then down",
            vec![AllBut(vec![2]), unavailable()],
            Told::try_again(),
        ),
        ("down once", vec![unavailable(), Accept], Told::accepted()),
        (
            "down twice",
            vec![unavailable(), unavailable()],
            Told::try_again(),
        ),
        (
            "answer lost once",
            vec![Answer::AcceptAndLose, Accept],
            Told::accepted(),
        ),
        (
            "the request refused, no entry of it",
            vec![refused(), Accept, Accept, Accept],
            Told::accepted(),
        ),
        (
            "the request refused, and one entry",
            vec![refused(), Accept, refused(), Accept],
            Told::try_again(),
        ),
        (
            "down once, then an entry refused",
            vec![unavailable(), AllBut(vec![0])],
            Told::try_again(),
        ),
    ];
    assert_eq!(rows.len(), 12);
    for (name, script, expected) in rows {
        let site = Plan::default().with_line("hydrate", line(script)).open();
        let told = site.post(&[basic(), basic(), basic()], &[]).await;
        assert_eq!(told, expected, "{name}");
    }
}

#[tokio::test]
async fn what_was_taken_in_part_is_taken_whole_the_second_time() {
    let hydrate = FakeQueue::scripted([Answer::AllBut(vec![1]), Answer::AllBut(vec![0])]);
    let site = Plan::default()
        .with_line("hydrate", Line::Open(hydrate.clone()))
        .open();
    let items = [
        with(basic(), "resource", "chats('a')"),
        with(basic(), "resource", "chats('b')"),
    ];
    assert_eq!(site.post(&items, &[]).await, Told::try_again());
    assert_eq!(hydrate.accepted().len(), 1);
    assert_eq!(site.post(&items, &[]).await, Told::accepted());
    let mut resources: Vec<String> = hydrate
        .bodies()
        .iter()
        .map(|body| body["body"]["resource"].to_string())
        .collect();
    resources.sort();
    assert_eq!(
        resources,
        ["\"chats('a')\"", "\"chats('a')\"", "\"chats('b')\""],
        "one duplicate"
    );
}

#[tokio::test]
async fn one_queue_that_is_down_does_not_keep_items_from_the_others() {
    let site = Plan::default()
        .with_line("decrypt", Line::Open(FakeQueue::down()))
        .open();
    assert_eq!(site.post(&items(), &tokens()).await, Told::try_again());
    let depths = site.depths();
    assert_eq!(depths.values().sum::<usize>(), 4, "{depths:?}");
}

#[tokio::test]
async fn without_signing_keys_nothing_is_decided() {
    let site = Plan {
        keys: Keys::Unavailable,
        ..Plan::default()
    }
    .open();
    assert_eq!(site.post(&[rich()], &tokens()).await, Told::try_again());
    assert_eq!(site.post(&[basic()], &tokens()).await, Told::try_again());
    assert!(site.depths().is_empty());
    assert_eq!(
        site.post(&[basic()], &[]).await,
        Told::accepted(),
        "no token, no key needed"
    );
}

#[tokio::test]
async fn a_token_that_is_bad_without_any_key_is_no_reason_to_come_again() {
    let site = Plan {
        keys: Keys::Unavailable,
        ..Plan::default()
    }
    .open();
    let unsigned = Draft::v2().header("alg", "none").signed();
    assert_eq!(
        site.post(&[rich()], &["x".to_owned()]).await,
        Told::accepted()
    );
    assert_eq!(site.post(&[rich()], &[unsigned]).await, Told::accepted());
    assert!(site.depths().is_empty());
}

#[tokio::test]
async fn without_its_backend_nothing_is_taken() {
    for label in ["secret-unavailable", "secret-unusable"] {
        let site = Plan {
            unavailable: Some(label),
            ..Plan::default()
        }
        .open();
        assert_eq!(
            site.post(&[basic()], &[]).await,
            Told::try_again(),
            "{label}"
        );
        assert_eq!(
            site.post(&[], &[]).await,
            Told::try_again(),
            "{label}, nothing to take"
        );
    }
}

#[tokio::test]
async fn a_queue_or_key_set_that_never_answers_is_not_waited_for() {
    let silent = |queue| Plan::default().with_line(queue, Line::Silent).open();
    let keyless = Plan {
        keys: Keys::Silent,
        ..Plan::default()
    }
    .open();
    let sites = [
        silent("decrypt"),
        silent("quarantine"),
        silent("events"),
        keyless,
    ];
    let (items, tokens) = (items(), tokens());
    let [a, b, c, d] = sites.each_ref().map(|site| site.post(&items, &tokens));
    let (a, b, c, d) = tokio::join!(a, b, c, d);
    for told in [a, b, c, d] {
        assert_eq!(told, Told::try_again());
    }
}

#[tokio::test]
async fn what_goes_back_is_counted_as_returned_and_not_as_enqueued() {
    let counters = Counters::default();
    let watch = counters.watch();
    let site = Plan::default()
        .with_line("lifecycle", Line::Open(FakeQueue::down()))
        .open();
    let mut items = items();
    items.push(with(basic(), "clientState", "of nobody's"));
    items.push(Value::Null);
    assert_eq!(site.post(&items, &[]).await, Told::try_again());
    drop(watch);
    // Without a token the two sealed items are dropped too.
    assert_eq!(counters.total("received"), 7);
    assert_eq!(counters.total("returned"), 3);
    assert_eq!(counters.total("rejected"), 4);
    assert_eq!(
        counters.total("enqueued") + counters.total("quarantined"),
        0
    );
    assert_eq!(counters.of("answers", "answer", "queue-refused"), 1);
}

#[tokio::test]
async fn a_tail_that_is_down_or_silent_delays_no_answer_past_its_deadline() {
    let tombstone = with(basic(), "changeType", "deleted");
    for tail in [Line::Open(FakeQueue::down()), Line::Silent] {
        let counters = Counters::default();
        let _watching = counters.watch();
        let site = Plan::default().with_line("tail", tail).open();
        let items = [tombstone.clone()];
        assert_eq!(site.post(&items, &[]).await, Told::accepted());
        assert_eq!(site.queue("events").accepted().len(), 1);
        let counted = |name| counters.total(name);
        assert_eq!((counted("copied"), counted("copiesLost")), (0, 1));
    }
}

#[tokio::test]
async fn a_slow_events_queue_leaves_the_copies_no_time() {
    let site = Plan::default()
        .with_line("events", Line::Silent)
        .with_line("tail", Line::Silent)
        .open();
    let tombstone = with(basic(), "changeType", "deleted");
    assert_eq!(site.post(&[tombstone], &[]).await, Told::try_again());
}
