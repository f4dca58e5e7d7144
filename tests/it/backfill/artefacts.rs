//! Transcripts and recordings.

use super::run::fill;
use super::web::Web;
use super::world::{SINCE, UNTIL, World, date, gap};
use serde_json::json;
use std::collections::BTreeSet;

const MEETING: &str = "MSo5NzZmNGIzMS1mZDAxLTRlMGItOTE3OC0yOWNjNDBjMTQ0MzgqMCoqMTk6bQ==";
/// Whose meeting it is, by its id.
const ORGANIZER: &str = "976f4b31-fd01-4e0b-9178-29cc40c14438";

/// A meeting with a transcript and a recording before, in and after the gap; and another user's.
fn met() -> World {
    let mut world = World::small();
    let other = world.users[0].clone();
    world.users.push(ORGANIZER.to_owned());
    for (owner, meeting) in [(ORGANIZER, MEETING), (&other, "another")] {
        for kind in ["transcripts", "recordings"] {
            for (n, at) in [SINCE - 1, SINCE, SINCE + 1, UNTIL, UNTIL + 1]
                .into_iter()
                .enumerate()
            {
                let item = json!({
                    "id": format!("{kind}{n}"),
                    "meetingId": meeting,
                    "createdDateTime": date(at),
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
async fn those_of_the_gap_come_by_organizer() {
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
async fn the_dates_of_the_gap_are_parameters() {
    let web = Web::of(met()).await;
    let resource = format!("users/{ORGANIZER}/onlineMeetings/getAllTranscripts");
    fill(web.reader(), gap(&resource)).await;
    assert_eq!(
        web.reads(),
        [format!(
            "/v1.0/users/{ORGANIZER}/onlineMeetings/\
             getAllTranscripts(meetingOrganizerUserId='{ORGANIZER}',\
             startDateTime=2026-11-21T09%3A29%3A59.999Z,endDateTime=2026-11-21T10%3A00%3A00.001Z)"
        )]
    );
}
