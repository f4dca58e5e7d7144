//! Pauses: the tenants that have to wait, and the others.

use super::server::{OTHER_TENANT, RESOURCE, Server, TENANT, answer, read_for, read_in};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use teamwire_graph::ReadFault;

/// A Graph that answers the first read with `status` and a wait, and the others with a resource.
async fn first_answered(status: u16, retry_after: &'static str) -> Server {
    let times = AtomicUsize::new(0);
    Server::graph(move |_| match times.fetch_add(1, Ordering::SeqCst) {
        0 => answer(status, &[retry_after], ""),
        _ => answer(200, &[], RESOURCE),
    })
    .await
}

#[tokio::test]
async fn a_chat_that_is_throttled_is_left_alone_and_the_others_are_not() {
    for status in [429, 503] {
        let server = first_answered(status, "retry-after: 60").await;
        let reader = server.reader();
        let minute = Duration::from_secs(60);
        let first = read_for(&reader, TENANT).await.unwrap_err();
        let expected = match status {
            429 => ReadFault::Throttled(minute),
            _ => ReadFault::Unavailable(Some(minute)),
        };
        assert_eq!(first, expected);
        let mut earlier = Duration::from_secs(55);
        for _ in 0..5 {
            let paused = read_for(&reader, TENANT).await;
            let Err(ReadFault::Throttled(wait)) = paused else {
                panic!("{paused:?}");
            };
            assert!(wait > earlier, "one after another: {wait:?}");
            earlier = wait;
        }
        assert!(earlier < 2 * minute);
        assert_eq!(
            server.reads().len(),
            1,
            "requests made meanwhile would count"
        );
        assert!(read_in(&reader, TENANT, "chats('b')").await.is_ok());
        assert!(read_for(&reader, OTHER_TENANT).await.is_ok());
    }
}

#[tokio::test]
async fn a_tenant_whose_second_chat_is_throttled_is_left_alone_and_other_tenants_are_not() {
    let server = Server::graph(|request| match request.line.contains("/chats/free/") {
        true => answer(200, &[], RESOURCE),
        false => answer(429, &["retry-after: 60"], ""),
    })
    .await;
    let reader = server.reader();
    for chat in ["chats('a')", "chats('b')"] {
        assert!(read_in(&reader, TENANT, chat).await.is_err());
    }
    let paused = read_in(&reader, TENANT, "chats('free')").await;
    assert!(matches!(paused, Err(ReadFault::Throttled(_))));
    assert_eq!(server.reads().len(), 2);
    assert!(
        read_in(&reader, OTHER_TENANT, "chats('free')")
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_short_pause_is_waited_for() {
    let server = first_answered(429, "retry-after: 0").await;
    let reader = server.reader();
    assert!(read_for(&reader, TENANT).await.is_err());
    assert_eq!(read_for(&reader, TENANT).await, Ok(RESOURCE.to_owned()));
}

#[tokio::test]
async fn an_outage_without_a_wait_pauses_nobody() {
    let server = first_answered(503, "x: y").await;
    let reader = server.reader();
    assert_eq!(
        read_for(&reader, TENANT).await,
        Err(ReadFault::Unavailable(None))
    );
    assert!(read_for(&reader, TENANT).await.is_ok());
}
