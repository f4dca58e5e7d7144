//! Pages over the wire: how fast, with what, and whose turn it is.

use super::web::Web;
use super::world::{TENANT, World};
use std::time::Duration;
use teamwire_graph::pages::{ListPace, PageLink, PageRequest, PageShape};
use teamwire_graph::{PageFault, ReadFault};

fn request(whose: &str, pace: ListPace) -> PageRequest {
    PageRequest {
        link: PageLink::to(&["users"], &[]).unwrap(),
        pace,
        whose: whose.to_owned(),
        shape: PageShape::List,
    }
}

#[tokio::test]
async fn one_user_asked_too_often_does_not_hold_up_the_others() {
    let web = Web::of(World::small()).await;
    let reader = web.reader();
    let tenant = TENANT.parse().unwrap();
    let mut throttled = 0;
    let request_of_a = request("users/a", ListPace::Messages);
    let asks = (0..12).map(|_| reader.page(&tenant, &request_of_a));
    for answer in futures::future::join_all(asks.collect::<Vec<_>>()).await {
        throttled += usize::from(matches!(
            answer,
            Err(PageFault::Read(ReadFault::Throttled(_)))
        ));
    }
    assert!(throttled > 4, "{throttled}");
    assert!(
        reader
            .page(&tenant, &request("users/b", ListPace::Messages))
            .await
            .is_ok()
    );
    assert!(
        reader
            .page(&tenant, &request("users/a", ListPace::Export))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn exports_are_read_at_several_times_the_rate_of_messages() {
    let web = Web::of(World::small()).await;
    let mut read = Vec::new();
    for pace in [ListPace::Export, ListPace::Messages] {
        let (reader, tenant) = (web.reader(), TENANT.parse().unwrap());
        let users: Vec<_> = (0..150)
            .map(|user| request(&format!("users/{user}"), pace))
            .collect();
        let asks = users.iter().map(|request| reader.page(&tenant, request));
        let answers = futures::future::join_all(asks.collect::<Vec<_>>()).await;
        read.push(answers.iter().filter(|answer| answer.is_ok()).count());
    }
    assert!(read[0] > 4 * read[1], "{read:?}");
}

#[tokio::test]
async fn what_was_told_to_wait_is_left_alone() {
    let act = |_: &str, nth: usize| {
        (nth == 0).then(|| (429, vec![("retry-after", "60".to_owned())], String::new()))
    };
    let web = Web::acting(World::small(), act).await;
    let reader = web.reader();
    let tenant = TENANT.parse().unwrap();
    for _ in 0..3 {
        let answer = reader
            .page(&tenant, &request("users/a", ListPace::Export))
            .await;
        let Err(PageFault::Read(ReadFault::Throttled(wait))) = answer else {
            panic!("{answer:?}");
        };
        assert!(wait > Duration::from_secs(50));
    }
    assert_eq!(web.reads().len(), 1);
}
