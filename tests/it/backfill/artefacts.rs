//! Transcripts and recordings.

use super::run::fill;
use super::web::Web;
use super::world::{SINCE, UNTIL, World, date, gap};
use serde_json::json;
use std::collections::BTreeSet;

const MEETING: &str = "MSo5NzZmNGIzMS1mZDAxLTRlMGItOTE3OC0yOWNjNDBjMTQ0MzgqMCoqMTk6bQ==";
/// The organizer of the meeting, by id.
const ORGANIZER: &str = "976f4b31-fd01-4e0b-9178-29cc40c14438";

/// The start of a meeting that ends as the gap begins, if it was as long as one can be.
const LONG_BEFORE: &str = "2026-11-20T03:30:00.000Z";

/// A meeting with a transcript and a recording of each time around the gap; and another user's.
/// The first and the last of five are not of it.
fn met() -> World {
    let mut world = World::small();
    let other = world.users[0].clone();
    world.users.push(ORGANIZER.to_owned());
    for (owner, meeting) in [(ORGANIZER, MEETING), (&other, "another")] {
        for kind in ["transcripts", "recordings"] {
            let times = [
                "2026-11-20T03:29:59.999Z".to_owned(),
                LONG_BEFORE.to_owned(),
                date(SINCE - 1),
                date(UNTIL),
                date(UNTIL + 1),
            ];
            for (n, at) in times.into_iter().enumerate() {
                let item = json!({
                    "id": format!("{kind}{n}"),
                    "meetingId": meeting,
                    "createdDateTime": at,
                });
                world.artefacts.push((owner.to_owned(), kind, item));
            }
        }
    }
    world
}

fn subjects(meetings: &[&str], kind: &str) -> BTreeSet<String> {
    let of = |meeting: &&str| {
        let path = format!("communications/onlineMeetings('{meeting}')/{kind}");
        [1, 2, 3].map(|n| format!("{path}('{kind}{n}')"))
    };
    meetings.iter().flat_map(of).collect()
}

async fn found(resource: &str) -> BTreeSet<String> {
    let web = Web::of(met()).await;
    let filled = fill(web.reader(), gap(resource)).await;
    assert_eq!((filled.dead.len(), filled.gaps().len()), (0, 0));
    let changes = filled.changes();
    assert!(changes.iter().all(|(.., change)| *change == "created"));
    filled.subjects()
}

#[tokio::test]
async fn those_that_can_have_been_announced_in_the_gap_come_by_organizer() {
    for (kind, all) in [
        ("transcripts", "getAllTranscripts"),
        ("recordings", "getAllRecordings"),
    ] {
        let every = found(&format!("communications/onlineMeetings/{all}")).await;
        assert_eq!(every, subjects(&[MEETING, "another"], kind));
        let one = found(&format!("users/{ORGANIZER}/onlineMeetings/{all}")).await;
        assert_eq!(one, subjects(&[MEETING], kind));
    }
}

#[tokio::test]
async fn those_of_one_meeting_come_below_its_organizer_without_a_filter() {
    let resource = format!("communications/onlineMeetings/{MEETING}/transcripts");
    assert_eq!(found(&resource).await, subjects(&[MEETING], "transcripts"));
}

#[tokio::test]
async fn they_are_asked_for_from_when_the_longest_meeting_began() {
    let web = Web::of(met()).await;
    let resource = format!("users/{ORGANIZER}/onlineMeetings/getAllTranscripts");
    fill(web.reader(), gap(&resource)).await;
    assert_eq!(
        web.reads(),
        [format!(
            "/v1.0/users/{ORGANIZER}/onlineMeetings/\
             getAllTranscripts(meetingOrganizerUserId='{ORGANIZER}',\
             startDateTime=2026-11-20T03%3A29%3A59.999Z,endDateTime=2026-11-21T10%3A00%3A00.001Z)"
        )]
    );
}
