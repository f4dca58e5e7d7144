//! The announcements of the neighbours of Teams: calls as they go, Copilot, Shifts and virtual
//! events.
//!
//! Each is made as the documents' examples have it, with the few members that tell it from others.

use super::{Moment, Place, Tenant, object};
use crate::change::{Change, ChangeShape, SimulatedChangeType, View};
use crate::graph::resources::EmissionScope;
use crate::ids;
use crate::path::{Segments, percent_encode};
use jiff::Timestamp;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};

/// Something new, and where it is.
struct Made {
    shape: &'static ChangeShape,
    /// In OData form.
    path: String,
    id: String,
    /// The address at which it is read, if it is.
    address: Option<String>,
    /// The list that it is in.
    list: Option<String>,
    version: Option<String>,
    members: Value,
}

/// A kind of neighbour.
macro_rules! neighbour {
    ($(#[$about:meta])* $name:ident = $make:expr) => {
        $(#[$about])*
        pub fn $name(
            tenant: &mut Tenant,
            scope: &EmissionScope,
            change_type: SimulatedChangeType,
            now: Timestamp,
            rng: &mut StdRng,
        ) -> Option<Change> {
            let moment = tenant.moment(change_type, now, rng);
            let make: fn(&mut Tenant, &EmissionScope, &Moment, &mut StdRng) -> Option<Made> = $make;
            let made = make(tenant, scope, &moment, rng)?;
            Some(announce(tenant, made, &moment))
        }
    };
}

neighbour! {
    /// A meeting's call begins, ends, or has others in it.
    change_call = |_, scope, moment, rng| {
        let url = percent_encode(scope.key("url")?);
        let kinds = ["callStarted", "callEnded", "rosterUpdated"];
        let kind = *kinds.choose(rng)?;
        Some(Made {
            shape: &CALL_EVENT,
            path: format!("communications/onlineMeetings(joinWebUrl='{url}')/meetingCallEvents"),
            id: ids::guid(rng),
            address: None,
            list: None,
            version: None,
            members: json!({
                "@odata.type": "#microsoft.graph.callevent",
                "eventType": kind,
                "eventDateTime": ids::date_of_millis(moment.changed),
            }),
        })
    }
}

neighbour! {
    /// A call is over, or more is known of one.
    change_call_record = |tenant, _, moment, rng| {
        let (id, organizer) = (ids::guid(rng), tenant.person(rng));
        let changed = ids::date_of_millis(moment.changed);
        Some(Made {
            shape: &CALL_RECORD,
            path: format!("communications/callRecords('{id}')"),
            address: Some(format!("communications/callRecords/{id}")),
            list: Some("communications/callRecords".into()),
            version: Some(changed.clone()),
            members: json!({
                "version": 1 + i32::from(moment.changed > moment.created),
                "type": "groupCall", "modalities": ["audio"],
                "startDateTime": ids::date_of_millis(moment.created),
                "endDateTime": changed, "lastModifiedDateTime": changed,
                "joinWebUrl": null,
                "organizer": { "user": { "id": organizer.id, "displayName": null } },
                "participants": [],
            }),
            id,
        })
    }
}

neighbour! {
    /// Copilot is asked, or answers.
    change_interaction = |tenant, scope, moment, _| {
        // Both in milliseconds: when it was made, and when it changed.
        let (id, etag) = (moment.created.to_string(), moment.changed.to_string());
        let user = match scope.key("user") {
            Some(user) => user.to_owned(),
            None => tenant.people.first().map(|person| person.id.clone()).unwrap_or_default(),
        };
        let list = format!("copilot/users/{user}/interactionHistory/getAllEnterpriseInteractions");
        Some(Made {
            shape: &AI_INTERACTION,
            path: format!("copilot/interactionHistory/interactions('{id}')"),
            address: None,
            list: Some(list),
            version: Some(etag.clone()),
            members: json!({
                "etag": etag, "appClass": "IPM.SkypeTeams.Message.Copilot.Teams",
                "interactionType": "userPrompt", "conversationType": "appchat", "locale": "en-us",
                "sessionId": format!("19:{user}@thread.v2"), "requestId": "r",
                "createdDateTime": ids::date_of_millis(moment.created),
                "from": { "user": { "id": user, "displayName": null } },
                "body": { "contentType": "text", "content": "What was decided?" },
                "attachments": [], "contexts": [], "links": [], "mentions": [],
            }),
            id,
        })
    }
}

neighbour! {
    /// Copilot has made something of a meeting.
    change_insight = |tenant, scope, moment, rng| {
        let user = scope.key("user")?.to_owned();
        let meeting = match scope.key("meeting") {
            Some(meeting) => meeting.to_owned(),
            None => tenant.meeting_of(&user, rng),
        };
        let id = ids::guid(rng);
        let below = format!("copilot/users/{user}/onlineMeetings/{meeting}/aiInsights");
        Some(Made {
            shape: &AI_INSIGHT,
            path: format!("copilot/users('{user}')/onlineMeetings('{meeting}')/aiInsights('{id}')"),
            address: Some(format!("{below}/{id}")),
            list: Some(below),
            version: None,
            members: json!({
                "callId": ids::guid(rng), "contentCorrelationId": ids::guid(rng),
                "createdDateTime": ids::date_of_millis(moment.created),
                "endDateTime": ids::date_of_millis(moment.changed),
                "actionItems": [{ "ownerDisplayName": "Ada", "text": "Call back", "title": "Call" }],
                "meetingNotes": [],
            }),
            id,
        })
    }
}

neighbour! {
    /// A shift is planned, moved or struck out.
    change_shift = |_, scope, moment, rng| {
        in_schedule(&SHIFT, scope, "shifts", json!({ "userId": ids::guid(rng) }), moment, rng)
    }
}

neighbour! {
    /// Someone offers a shift.
    change_offer = |_, scope, moment, rng| {
        in_schedule(&OFFER, scope, "offerShiftRequests", request(rng), moment, rng)
    }
}

neighbour! {
    /// Someone asks for an open shift.
    change_open_shift_request = |_, scope, moment, rng| {
        in_schedule(&OPEN_SHIFT, scope, "openShiftChangeRequests", request(rng), moment, rng)
    }
}

neighbour! {
    /// Two want to swap.
    change_swap = |_, scope, moment, rng| {
        in_schedule(&SWAP, scope, "swapShiftsChangeRequests", request(rng), moment, rng)
    }
}

neighbour! {
    /// Someone asks for time off.
    change_time_off = |_, scope, moment, rng| {
        in_schedule(&TIME_OFF, scope, "timeOffRequests", request(rng), moment, rng)
    }
}

neighbour! {
    /// A webinar is planned or changed.
    change_webinar = |_, scope, _, rng| {
        let id = scope.key("webinar").map_or_else(|| ids::guid(rng), str::to_owned);
        Some(Made {
            shape: &WEBINAR,
            path: format!("solutions/virtualEvents/webinars('{id}')"),
            address: Some(format!("solutions/virtualEvents/webinars/{id}")),
            list: None,
            version: None,
            members: json!({ "displayName": "Spring collection", "status": "published" }),
            id,
        })
    }
}

neighbour! {
    /// A webinar has another session.
    change_session = |_, scope, _, rng| {
        of_webinar(&SESSION, scope, "sessions", json!({ "subject": "Opening" }), rng)
    }
}

neighbour! {
    /// Someone will come to a webinar, or not.
    change_registration = |_, scope, moment, rng| {
        let members = json!({
            "firstName": "Ada", "lastName": "Quillfeather", "status": "registered",
            "registrationDateTime": ids::date_of_millis(moment.created),
        });
        of_webinar(&REGISTRATION, scope, "registrations", members, rng)
    }
}

neighbour! {
    /// It is known who came to a session of a webinar.
    report_attendance = |_, scope, moment, rng| {
        let collection = format!("sessions('{}')/attendanceReports", ids::guid(rng));
        let members = json!({
            "totalParticipantCount": 2,
            "meetingStartDateTime": ids::date_of_millis(moment.created - SESSION_MILLIS),
            "meetingEndDateTime": ids::date_of_millis(moment.created),
        });
        of_webinar(&ATTENDANCE_REPORT, scope, &collection, members, rng)
    }
}

/// The length of a session of a webinar.
const SESSION_MILLIS: i64 = 45 * 60 * 1000;

fn request(rng: &mut StdRng) -> Value {
    json!({ "state": "pending", "assignedTo": "recipient", "senderUserId": ids::guid(rng) })
}

fn in_schedule(
    shape: &'static ChangeShape,
    scope: &EmissionScope,
    collection: &str,
    members: Value,
    moment: &Moment,
    rng: &mut StdRng,
) -> Option<Made> {
    let team = scope.key("team")?;
    let id = ids::guid(rng);
    let changed = ids::date_of_millis(moment.changed);
    let mut members = object(members);
    let created = ids::date_of_millis(moment.created);
    members.insert("createdDateTime".into(), created.into());
    members.insert("lastModifiedDateTime".into(), changed.clone().into());
    let list = format!("teams/{team}/schedule/{collection}");
    Some(Made {
        shape,
        path: format!("teams('{team}')/schedule/{collection}('{id}')"),
        address: Some(format!("{list}/{id}")),
        list: Some(list),
        version: Some(changed),
        members: members.into(),
        id,
    })
}

fn of_webinar(
    shape: &'static ChangeShape,
    scope: &EmissionScope,
    collection: &str,
    members: Value,
    rng: &mut StdRng,
) -> Option<Made> {
    let webinar = scope.key("webinar")?;
    let id = ids::guid(rng);
    let path = format!("solutions/virtualEvents/webinars('{webinar}')/{collection}");
    let list = Segments::parse(&path)?.plain();
    Some(Made {
        shape,
        path: format!("{path}('{id}')"),
        address: Some(format!("{list}/{id}")),
        list: Some(list),
        version: None,
        members,
        id,
    })
}

fn announce(tenant: &mut Tenant, made: Made, moment: &Moment) -> Change {
    let mut members = object(made.members);
    members.insert("id".into(), made.id.clone().into());
    let view = || View {
        context: made.path.clone(),
        version: made.version.clone(),
        members: members.clone(),
    };
    let change = Change {
        change_type: moment.change_type,
        shape: made.shape,
        path: made.path.clone(),
        id: made.id.clone(),
        sealed: view(),
        read: view(),
        has_get: made.address.is_some(),
    };
    // What is only listed stands below its list.
    let listed = made.list.as_ref().map(|list| format!("{list}/{}", made.id));
    if let Some(address) = made.address.or(listed) {
        let lists = made.list.map(|list| (list, moment.created));
        let place = Place {
            address,
            lists: lists.into_iter().collect(),
        };
        tenant.record(&change, place);
    }
    change
}

const fn shape(odata_type: &'static str) -> ChangeShape {
    ChangeShape {
        odata_type,
        sealed_member: "encryptedContent",
        capital_change_type: false,
        names_tenant: true,
    }
}

static CALL_EVENT: ChangeShape = shape("#microsoft.graph.callevent");
static CALL_RECORD: ChangeShape = shape("#microsoft.graph.callrecord");
static AI_INTERACTION: ChangeShape = shape("#Microsoft.Graph.aiInteraction");
static AI_INSIGHT: ChangeShape = shape("#Microsoft.Graph.callAiInsight");
static SHIFT: ChangeShape = shape("#microsoft.graph.shift");
static OFFER: ChangeShape = shape("#microsoft.graph.offerShiftRequest");
static OPEN_SHIFT: ChangeShape = shape("#microsoft.graph.openShiftChangeRequest");
static SWAP: ChangeShape = shape("#microsoft.graph.swapShiftsChangeRequest");
static TIME_OFF: ChangeShape = shape("#microsoft.graph.timeOffRequest");
static WEBINAR: ChangeShape = shape("#microsoft.graph.virtualEvent");
static SESSION: ChangeShape = shape("#microsoft.graph.virtualEventSession");
static REGISTRATION: ChangeShape = shape("#microsoft.graph.virtualEventRegistration");
static ATTENDANCE_REPORT: ChangeShape = shape("#microsoft.graph.meetingAttendanceReport");
