//! The artefacts of meetings and calls: transcripts and recordings.

use super::people::Person;
use super::{Content, Found, Place, Tenant, object};
use crate::change::{Change, ChangeShape, RECORDING, SimulatedChangeType, TRANSCRIPT, View};
use crate::graph::resources::EmissionScope;
use crate::ids;
use crate::path::{Segments, percent_encode};
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig, general_purpose::STANDARD};
use base64::{Engine, alphabet, engine::GeneralPurpose};
use jiff::Timestamp;
use rand::Rng;
use rand::rngs::StdRng;
use serde_json::{Value, json};

/// The duration of a meeting.
const MEETING_MILLIS: i64 = 25 * 60 * 1000;

/// One of the two.
#[derive(Debug, Clone, Copy)]
struct Kind {
    shape: &'static ChangeShape,
    /// `transcripts`, in paths.
    collection: &'static str,
    /// `getAllTranscripts`, of all meetings.
    all: &'static str,
    /// The member with the address of the content.
    content: &'static str,
}

const TRANSCRIPTS: Kind = Kind {
    shape: &TRANSCRIPT,
    collection: "transcripts",
    all: "getAllTranscripts",
    content: "transcriptContentUrl",
};

const RECORDINGS: Kind = Kind {
    shape: &RECORDING,
    collection: "recordings",
    all: "getAllRecordings",
    content: "recordingContentUrl",
};

/// Something that was said or shown, and who called everyone together.
struct Gathering {
    organizer: Person,
    id: String,
    /// `onlineMeetings` or `adhocCalls`
    collection: &'static str,
    /// The member that names it.
    member: &'static str,
}

/// A transcript of a meeting is there.
pub fn transcribe_meeting(
    tenant: &mut Tenant,
    scope: &EmissionScope,
    change_type: SimulatedChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<Change> {
    let gathering = meeting(tenant, scope, rng);
    Some(leave(
        tenant,
        &gathering,
        TRANSCRIPTS,
        change_type,
        now,
        rng,
    ))
}

/// A recording of a meeting is there.
pub fn record_meeting(
    tenant: &mut Tenant,
    scope: &EmissionScope,
    change_type: SimulatedChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<Change> {
    let gathering = meeting(tenant, scope, rng);
    Some(leave(tenant, &gathering, RECORDINGS, change_type, now, rng))
}

/// A transcript of a call that nobody had planned is there.
pub fn transcribe_call(
    tenant: &mut Tenant,
    scope: &EmissionScope,
    change_type: SimulatedChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<Change> {
    let gathering = call(tenant, scope, rng);
    Some(leave(
        tenant,
        &gathering,
        TRANSCRIPTS,
        change_type,
        now,
        rng,
    ))
}

/// A recording of a call that nobody had planned is there.
pub fn record_call(
    tenant: &mut Tenant,
    scope: &EmissionScope,
    change_type: SimulatedChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<Change> {
    let gathering = call(tenant, scope, rng);
    Some(leave(tenant, &gathering, RECORDINGS, change_type, now, rng))
}

/// The words of a meeting that began at `start`.
pub(super) fn transcript(start: &str) -> Content {
    let said = |ada: &str, bram: &str| {
        format!(
            "WEBVTT\n\nNOTE {start}\n\n00:00:00.000 --> 00:00:04.200\n{ada}\n\n\
             00:00:04.900 --> 00:00:09.000\n{bram}\n"
        )
    };
    let (ada, bram) = ("Shall we begin?", "One moment \u{2013} yes.");
    Content::Transcript {
        with_speakers: said(
            &format!("<v Ada Quillfeather>{ada}</v>"),
            &format!("<v Bram Oosterveld>{bram}</v>"),
        ),
        without_speakers: said(ada, bram),
    }
}

/// A film of so many bytes that shows nothing: an MP4 header, and zeros.
pub(super) fn recording(bytes: usize) -> Vec<u8> {
    let mut film = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom".to_vec();
    film.resize(bytes, 0);
    film
}

/// The meeting that the subscription names, one of the person it names, or anyone's.
fn meeting(tenant: &mut Tenant, scope: &EmissionScope, rng: &mut StdRng) -> Gathering {
    let named = scope.key("meeting");
    let organizer = match (named.and_then(organizer_of), scope.key("user")) {
        (Some(organizer), _) => tenant.named_person(&organizer),
        (None, Some(user)) => tenant.named_person(user),
        (None, None) => tenant.person(rng),
    };
    let id = named.map_or_else(
        || {
            let thread = STANDARD.encode(ids::guid(rng)).replace('=', "");
            let thread = format!("19:meeting_{thread}@thread.v2");
            STANDARD.encode(format!("1*{}*0**{thread}", organizer.id))
        },
        str::to_owned,
    );
    Gathering {
        organizer,
        id,
        collection: "onlineMeetings",
        member: "meetingId",
    }
}

impl Tenant {
    /// Adds a meeting to those of its organizer, who finds it by what it is joined by.
    pub(super) fn list_meeting(&mut self, id: &str) {
        let Some(meeting) = Meeting::parse(id) else {
            return;
        };
        let Meeting { organizer, thread } = &meeting;
        let list = format!("users/{organizer}/onlineMeetings");
        let Some(address) = Segments::parse(&format!("{list}/{}", percent_encode(id))) else {
            return;
        };
        let context = json!({ "Tid": self.id, "Oid": organizer }).to_string();
        let url = format!(
            "https://teams.microsoft.com/l/meetup-join/{}/0?context={}",
            percent_encode(thread),
            percent_encode(&context)
        );
        let resource = json!({
            "id": id,
            "subject": "Weekly",
            "joinWebUrl": url,
            "joinMeetingIdSettings": {
                "isPasscodeRequired": false,
                "joinMeetingId": format!("{:012}", super::hash(id) % 1_000_000_000_000),
                "passcode": null,
            },
            "chatInfo": { "threadId": thread, "messageId": "0", "replyChainMessageId": null },
            "participants": {
                "organizer": { "identity": { "user": { "id": organizer, "displayName": null } } },
                "attendees": [],
            },
        });
        let found = Found {
            path: None,
            context: format!("users('{organizer}')/onlineMeetings/$entity"),
            version: None,
            resource: resource.to_string(),
            changed: None,
        };
        let place = i64::try_from(self.known.len()).unwrap_or(i64::MAX);
        self.store.put(address, found, vec![(list, place)]);
    }

    /// The id of another meeting of that user.
    pub(super) fn meeting_of(&self, user: &str, rng: &mut StdRng) -> String {
        let thread = STANDARD.encode(ids::guid(rng)).replace('=', "");
        STANDARD.encode(format!("1*{user}*0**19:meeting_{thread}@thread.v2"))
    }
}

fn call(tenant: &mut Tenant, scope: &EmissionScope, rng: &mut StdRng) -> Gathering {
    let organizer = match scope.key("user") {
        Some(user) => tenant.named_person(user),
        None => tenant.person(rng),
    };
    let id = scope
        .key("call")
        .map_or_else(|| ids::guid(rng), str::to_owned);
    Gathering {
        organizer,
        id,
        collection: "adhocCalls",
        member: "callId",
    }
}

/// The content of a meeting's id: `1*{organizer}*0**{thread}` in base64.
#[derive(Debug, PartialEq, Eq)]
pub struct Meeting {
    organizer: String,
    thread: String,
}

impl Meeting {
    /// Reads an id; `None` where it is not of that form.
    pub fn parse(id: &str) -> Option<Self> {
        let config =
            GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
        let decoded = GeneralPurpose::new(&alphabet::STANDARD, config)
            .decode(id)
            .ok()?;
        let text = String::from_utf8(decoded).ok()?;
        let (organizer, rest) = text.strip_prefix("1*")?.split_once('*')?;
        let thread = rest.strip_prefix("0**")?;
        ids::is_guid(organizer).then(|| Self {
            organizer: organizer.to_ascii_lowercase(),
            thread: thread.to_owned(),
        })
    }

    /// The organizer.
    pub fn organizer(&self) -> &str {
        &self.organizer
    }

    /// True if it was called in a channel.
    pub fn is_of_a_channel(&self) -> bool {
        self.thread.ends_with("@thread.tacv2")
    }
}

/// The organizer in a meeting's id.
pub(super) fn organizer_of(id: &str) -> Option<String> {
    Meeting::parse(id).map(|meeting| meeting.organizer)
}

fn leave(
    tenant: &mut Tenant,
    gathering: &Gathering,
    kind: Kind,
    change_type: SimulatedChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Change {
    let moment = tenant.moment(change_type, now, rng);
    let (user, meeting) = (&gathering.organizer.id, &gathering.id);
    let artifact = ids::guid(rng);
    let id = STANDARD.encode(match kind.collection {
        "recordings" => format!("V2##1{user}{}040000008200E0##{artifact}", tenant.id),
        _ => format!("1##0##{artifact}"),
    });
    let (gatherings, collection) = (gathering.collection, kind.collection);
    tenant.add(gatherings, meeting);
    let below = format!("{gatherings}/{meeting}/{collection}/{id}");
    let organizer = json!({
        "application": null,
        "device": null,
        "user": {
            "userIdentityType": "aadUser",
            "id": user,
            "displayName": null,
            "tenantId": tenant.id,
        },
    });
    let start = ids::date_of_millis(moment.created);
    let end = ids::date_of_millis(moment.created + MEETING_MILLIS);
    let correlation = ids::guid(rng);
    let mut sealed = object(json!({
        "id": id,
        gathering.member: meeting,
        kind.content: format!("communications/{below}/content"),
        // The documents' own example of a sealed transcript has no date.
        "createdDateTime": (collection == "recordings" || rng.random()).then_some(&start),
        "endDateTime": end,
        "contentCorrelationId": correlation,
        "meetingOrganizer": organizer,
    }));
    if collection == "recordings" {
        sealed.insert("content".into(), Value::Null);
    }
    let read = object(json!({
        "id": id,
        gathering.member: meeting,
        "createdDateTime": start,
        "endDateTime": end,
        "contentCorrelationId": correlation,
        kind.content: format!("https://graph.microsoft.com/v1.0/users/{user}/{below}/content"),
        "meetingOrganizer": organizer,
    }));
    let there = format!("{gatherings}('{meeting}')/{collection}");
    let view = |root: &str, members| View {
        context: format!("{root}/{there}/$entity"),
        version: None,
        members,
    };
    let change = Change {
        change_type,
        shape: kind.shape,
        path: match gathering.collection {
            // Calls are announced below who began them.
            "adhocCalls" => format!("users/{user}/adhoccalls('{meeting}')/{collection}('{id}')"),
            _ => format!("communications/{there}('{id}')"),
        },
        id: id.clone(),
        sealed: view("communications", sealed),
        read: view(&format!("users('{user}')"), read),
        has_get: true,
    };
    let of_user = format!("users/{user}/{gatherings}");
    let place = Place {
        address: format!("users/{user}/{below}"),
        lists: vec![
            (format!("{of_user}/{}", kind.all), moment.created),
            (format!("{of_user}/{meeting}/{collection}"), moment.created),
        ],
    };
    tenant.record(&change, place);
    change
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_organizer_of_a_meeting_of_the_documents_is_found() {
        let id = "MSo5NzZmNGIzMS1mZDAxLTRlMGItOTE3OC0yOWNjNDBjMTQ0MzgqMCoqMTk6bWVldGluZ19NMk0z\
                  TlRReFkySXRaamsyWmkwME5UTTRMV0l4TTJFdE1EQmtPV1E1TW1Rek0yRXhAdGhyZWFkLnYy";
        let organizer = organizer_of(id);
        let expected = "976f4b31-fd01-4e0b-9178-29cc40c14438";
        assert_eq!(organizer.as_deref(), Some(expected));
        assert_eq!(organizer_of("19:meeting@thread.v2"), None);
    }

    #[test]
    fn a_recording_is_as_long_as_was_asked_for() {
        for bytes in [0, 10, 24, 100_000] {
            assert_eq!(recording(bytes).len(), bytes);
        }
        assert!(recording(32).get(4..12) == Some(b"ftypmp42"));
    }
}
