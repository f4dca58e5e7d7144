//! The parts of Graph's answers beside the one asked for: headers, refusals, and the form for
//! clients that do not ask for everything.

use crate::api::{Api, TENANTS, request};
use crate::documented::{TEAM, USER, resource};
use crate::endpoint::Endpoint;
use crate::envelope::{Certificate, content};
use crate::lists::{all, announced, texts};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/v1.0/subscriptions";

#[tokio::test]
async fn every_answer_names_its_request_its_machine_and_its_time() {
    let api = Api::start().await;
    let own = "6e0bbd41-1a7e-4f4a-a2a3-3dff0a7ae3d1";
    for path in [PATH, "/v1.0/users", "/v1.0/chats/nothing", "/beta/me/chats"] {
        for asked in [None, Some(own)] {
            let asked: Vec<_> = asked
                .map(|id| ("client-request-id", id))
                .into_iter()
                .collect();
            let (status, head, body) = api.get_with(path, &asked).await;
            let text = |name: &str| head[name].to_str().unwrap().to_owned();
            let diagnostic: Value = serde_json::from_str(&text("x-ms-ags-diagnostic")).unwrap();
            assert!(diagnostic["ServerInfo"]["DataCenter"].is_string(), "{path}");
            assert!(head.contains_key("date"), "{path}");
            let client = text("client-request-id");
            assert_eq!(client == own, !asked.is_empty(), "{path}");
            assert!(asked.is_empty() != (text("request-id") != client));
            if status >= 400 {
                let inner = &body["error"]["innerError"];
                assert_eq!(inner["request-id"], text("request-id"), "{path}");
                assert_eq!(inner["client-request-id"], client, "{path}");
            }
            assert!(!head.contains_key("www-authenticate"), "{path}");
        }
    }
    let url = format!("{}{PATH}", api.running.url);
    let answer = reqwest::get(url).await.unwrap();
    let challenge = answer.headers()["www-authenticate"].to_str().unwrap();
    assert!(challenge.starts_with("Bearer "), "{challenge}");
    assert!(challenge.contains("authorization_uri="), "{challenge}");
    let (status, body) = api.call(0, Method::PUT, PATH, &json!({})).await;
    assert_eq!(
        (status, &body["error"]["code"]),
        (405, &json!("Request_BadRequest"))
    );
}

#[tokio::test]
async fn an_application_has_no_me() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    for path in ["me", "me/chats", "me/chats/getAllMessages"] {
        let (status, body) = api.get(&format!("/v1.0/{path}")).await;
        assert_eq!(
            (status, &body["error"]["code"]),
            (400, &json!("BadRequest")),
            "{path}"
        );
        let (status, body) = api.post(PATH, &request(&endpoint, path, None)).await;
        assert_eq!(
            (status, &body["error"]["code"]),
            (500, &json!("ExtensionError")),
            "{path}"
        );
    }
    assert!(endpoint.handshakes().is_empty());
}

#[tokio::test]
async fn nothing_is_there_because_someone_subscribes_to_it() {
    let endpoint = Endpoint::start().await;
    for path in [
        "chats/{chat}",
        "chats/{chat}/messages",
        "chats/allMessages",
        "users/{user}/chats/getAllMessages",
        "users/{user}/onlineMeetings/getAllTranscripts",
        "teams/{team}",
        "teams/{team}/channels/{channel}/messages",
        "communications/onlineMeetings/{meeting}/recordings",
        "appCatalogs/teamsApps/{app}/installations",
        "teams/{team}/schedule/shifts",
        "solutions/virtualEvents/webinars/{webinar}",
    ] {
        let (api, named) = (Api::start().await, resource(path));
        let wanted = request(&endpoint, &named, None);
        let (status, body) = api.post(PATH, &wanted).await;
        assert_eq!(
            (status, &body["error"]["code"]),
            (404, &json!("ExtensionError")),
            "{path}"
        );
        let message = body["error"]["message"].as_str().unwrap();
        assert!(
            message.contains("[Status Code: NotFound; Reason: "),
            "{message}"
        );
        let happen = json!({ "tenant": TENANTS[0], "count": 1, "resources": [named] });
        assert_eq!(
            api.post("/simulator/happen", &happen).await.0,
            400,
            "{path}"
        );
        if path.contains('{') {
            api.bring_about(0, &named).await;
            assert_eq!(api.post(PATH, &wanted).await.0, 201, "{path}");
        }
    }
    let api = Api::start().await;
    let client = "communications/onlineMeetings/MCMxMjM0NQ==/transcripts";
    let (status, body) = api.post(PATH, &request(&endpoint, client, None)).await;
    let message = body["error"]["message"].as_str().unwrap();
    assert_eq!(status, 400);
    assert!(message.contains("Unexpected id format."), "{message}");
    let nowhere = json!({ "tenant": TENANTS[0], "resources": [client] });
    assert_eq!(api.post("/simulator/world", &nowhere).await.0, 400);
}

#[tokio::test]
async fn an_id_that_is_a_guid_is_the_same_in_capitals() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let small = format!("teams/{TEAM}");
    api.subscribe(0, &endpoint, &small, None).await;
    let capital = format!("teams/{}", TEAM.to_uppercase());
    assert_eq!(api.get(&format!("/v1.0/{capital}")).await.0, 200);
    let again = request(&endpoint, &capital, None);
    assert_eq!(api.post(PATH, &again).await.0, 409);
}

#[tokio::test]
async fn who_does_not_ask_for_all_members_of_enumerations_gets_the_known_ones() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let (own, masked) = ("systemEventMessage", "unknownFutureValue");
    let certificate = Certificate::new();
    let chat = "chats/getAllMessages";
    let asked = api.subscribe(0, &endpoint, chat, Some(&certificate)).await;
    // As a client that never heard of the header.
    let mut plain = request(&endpoint, chat, Some(&certificate));
    plain["changeType"] = "created".into();
    let url = format!("{}{PATH}", api.running.url);
    let (_, token) = api
        .token(TENANTS[0], crate::api::APP, crate::api::SECRET)
        .await;
    let made = reqwest::Client::new().post(url).json(&plain);
    let made = made.bearer_auth(token["access_token"].as_str().unwrap());
    let made: Value = made.send().await.unwrap().json().await.unwrap();
    let unasked = made["id"].as_str().unwrap();
    let announcement = json!({
        "count": 200, "batch": 50, "subscriptions": [asked], "everySubscription": true,
    });
    let ledger = api.announce(&announcement).await;
    let (mut seen, mut hidden) = (0, 0);
    for item in endpoint.items() {
        let sealed = certificate.open(content(&item).unwrap()).unwrap();
        if sealed["eventDetail"].is_null() {
            continue;
        }
        if item["subscriptionId"] == unasked {
            assert_eq!(sealed["messageType"], masked);
            hidden += 1;
        } else {
            assert_eq!(sealed["messageType"], own);
            seen += 1;
        }
    }
    assert!(seen > 0 && seen == hidden, "{seen} {hidden}");
    let changes = ledger["changes"].as_array().unwrap().iter();
    let event = changes
        .clone()
        .find(|change| change["data"]["messageType"] == own);
    let path = format!("/v1.0/{}", event.unwrap()["resource"].as_str().unwrap());
    let prefer = (
        "prefer",
        "odata.maxpagesize=9, include-unknown-enum-members",
    );
    for (headers, expected) in [(&[][..], masked), (&[prefer], own)] {
        let (_, head, one) = api.get_with(&path, headers).await;
        assert_eq!(one["messageType"], expected);
        assert_eq!(head.contains_key("preference-applied"), !headers.is_empty());
        let list = format!("{}?$top=50", path.split("('").next().unwrap());
        assert_eq!(list, "/v1.0/chats?$top=50");
        let chat = path.split("('").nth(1).unwrap().split("')").next().unwrap();
        let list = format!("/v1.0/chats/{chat}/messages?$top=50");
        let (_, _, list) = api.get_with(&list, headers).await;
        let types = list["value"].as_array().unwrap().iter();
        let mut types = types.map(|one| one["messageType"].as_str().unwrap());
        assert!(types.all(|one| one == "message" || one == expected));
    }
}

#[tokio::test]
async fn a_transcript_is_read_in_one_of_its_formats_and_no_other() {
    let api = Api::start().await;
    let all_of = format!("users/{USER}/onlineMeetings/getAllTranscripts");
    let change = &announced(&api, &all_of, json!({"count": 1})).await[0];
    let rest = change["resource"].as_str().unwrap();
    let rest = rest.strip_prefix("communications/").unwrap();
    let path = format!("/v1.0/users/{USER}/{rest}/content");
    let without = "application/vnd.microsoft.graph.transcript+text";
    for accept in ["*/*", "", "text/plain", "text/vtt, */*", "application/json"] {
        let (status, _, body) = api.get_with(&path, &[("accept", accept)]).await;
        let message = format!("Invalid format '{accept}' specified.");
        assert_eq!((status, &body["error"]["message"]), (400, &json!(message)));
    }
    let (status, kind, text) = api.bytes(&path, "text/vtt").await;
    assert_eq!((status, kind.as_str()), (200, "text/vtt"));
    assert!(String::from_utf8(text).unwrap().contains("<v Ada"));
    let format = format!("{path}?$format=text/vtt");
    assert_eq!(api.bytes(&format, "*/*").await.0, 200);

    let off = json!({ "tenant": TENANTS[0], "attributionDisabled": true });
    assert_eq!(api.post("/simulator/meetings", &off).await.0, 204);
    let (status, _, body) = api.get_with(&path, &[("accept", "text/vtt")]).await;
    let code = &body["error"]["innerError"]["code"];
    assert_eq!(
        (status, code),
        (403, &json!("SpeakerAttributionNotAllowed"))
    );
    let (status, kind, text) = api.bytes(&path, without).await;
    assert_eq!((status, kind.as_str()), (200, without));
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains("Shall we begin?") && !text.contains("Ada"));
}

#[tokio::test]
async fn meetings_are_read_where_a_policy_lets_the_app() {
    let api = Api::start().await;
    let meetings = format!("users/{USER}/onlineMeetings");
    let all_of = format!("{meetings}/getAllRecordings");
    announced(&api, &all_of, json!({"count": 2})).await;
    for (granted, expected) in [
        (json!([]), 403),
        (json!([TEAM]), 403),
        (json!([USER.to_uppercase()]), 200),
        (json!(null), 200),
    ] {
        let policy = json!({ "tenant": TENANTS[0], "grantedOrganizers": granted });
        assert_eq!(api.post("/simulator/meetings", &policy).await.0, 204);
        let (status, body) = api.get(&format!("/v1.0/{all_of}")).await;
        assert_eq!(status, expected, "{granted}");
        if status == 403 {
            let message = "No application access policy found for this app.";
            assert_eq!(body["error"]["code"], "General");
            assert_eq!(body["error"]["message"], message);
        }
    }
    let channel = STANDARD.encode(format!("1*{USER}*0**19:a@thread.tacv2"));
    let unknown = STANDARD.encode(format!("1*{USER}*0**19:meeting_x@thread.v2"));
    for (id, expected) in [(channel.as_str(), 400), ("MCMx", 400), (&unknown, 404)] {
        let path = format!("/v1.0/{meetings}/{id}/transcripts");
        assert_eq!(api.get(&path).await.0, expected, "{id}");
    }
}

#[tokio::test]
async fn a_change_may_be_announced_before_it_can_be_read() {
    let api = Api::start().await;
    let settings = json!({ "lateReads": 1.0 });
    assert_eq!(api.post("/simulator/settings", &settings).await.0, 200);
    let chat = "chats/19:one@thread.v2";
    let mut changes = announced(&api, chat, json!({"count": 1, "updated": 1.0})).await;
    changes.extend(announced(&api, "chats/getAllMessages", json!({"count": 3})).await);
    for change in &changes {
        let path = format!("/v1.0/{}", change["resource"].as_str().unwrap());
        let mut statuses = Vec::new();
        for _ in 0..3 {
            statuses.push(api.get(&path).await.0);
        }
        assert_eq!(statuses, [404, 200, 200], "{path}");
    }
    // What nobody announced is there at once, and lists are complete.
    let people = all(&api, "users").await;
    let one = format!("/v1.0/users/{}", people[0]["id"].as_str().unwrap());
    assert_eq!(api.get(&one).await.0, 200);
}

#[tokio::test]
async fn what_is_deleted_since_is_read_as_a_deletion_left_it() {
    let api = Api::start().await;
    let announcement = json!({"count": 4, "updated": 0.5, "faults": {"deletedSince": 1.0}});
    for (resource, expected) in [("chats/getAllMessages", 200), ("teams", 404)] {
        for change in announced(&api, resource, announcement.clone()).await {
            assert_ne!(change["changeType"], "deleted");
            let path = format!("/v1.0/{}", change["resource"].as_str().unwrap());
            let (status, body) = api.get(&path).await;
            assert_eq!(status, expected, "{path}");
            assert_eq!(body["deletedDateTime"].is_string(), expected == 200);
            if expected == 200 {
                assert_eq!(body, change["data"]);
            }
        }
    }
    let (status, body) = api
        .post(
            "/simulator/announce",
            &json!({"count": 1, "faults": {"deletedSince": 1.0}}),
        )
        .await;
    assert_eq!(status, 400, "{body}");
}

#[tokio::test]
async fn a_message_that_is_edited_since_is_read_and_listed_in_its_newer_state() {
    let (api, certificate) = (Api::start().await, Certificate::new());
    let settings = json!({ "editedSince": 1.0 });
    assert_eq!(api.post("/simulator/settings", &settings).await.0, 200);
    let endpoint = Endpoint::start().await;
    let chat = "chats/19:one@thread.v2/messages";
    api.bring_about(0, chat).await;
    let rich = api.subscribe(0, &endpoint, chat, Some(&certificate)).await;
    let order = json!({"count": 6, "updated": 0.5, "subscriptions": [rich]});
    let mut changes = api.announce(&order).await["changes"].clone();
    let basic = announced(&api, "teams/getAllMessages", json!({"count": 3})).await;
    changes.as_array_mut().unwrap().extend(basic);
    let mut edited = 0;
    for change in changes.as_array().unwrap() {
        let path = format!("/v1.0/{}", change["resource"].as_str().unwrap());
        let (_, body) = api.get(&path).await;
        let version: i64 = body["etag"].as_str().unwrap().parse().unwrap();
        let announced: i64 = change["version"].as_str().unwrap().parse().unwrap();
        match (change["editedSince"] == true, change["kind"] == "rich") {
            (true, true) => assert!(version > announced, "{path}"),
            (true, false) | (false, _) => assert_eq!(version, announced, "{path}"),
        }
        if change["kind"] == "basic" {
            assert_eq!(body, change["data"], "the ledger has what is read");
        }
        edited += usize::from(change["editedSince"] == true);
    }
    assert!(edited >= 7, "all but what Teams says itself: {edited}");
    let dates = texts(&all(&api, chat).await, "lastModifiedDateTime");
    let dates: Vec<Timestamp> = dates.iter().map(|date| date.parse().unwrap()).collect();
    assert!(dates.is_sorted_by(|one, other| one > other));
}

#[tokio::test]
async fn what_goes_wrong_behind_graph_is_told_within_a_refusal() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let wanted = request(&endpoint, "chats", None);
    let storm = json!({
        "fault": "graph", "on": "subscriptions", "status": 503, "retryAfter": 9, "requests": 2,
    });
    api.fault(storm).await;
    let (status, body) = api.post(PATH, &wanted).await;
    let message = "Operation: Create; Exception: \
                   [Status Code: ServiceUnavailable; Reason: The service is unavailable]";
    assert_eq!(
        (status, &body["error"]["code"]),
        (403, &json!("ExtensionError"))
    );
    assert_eq!(body["error"]["message"], message);
    assert_eq!(api.post(PATH, &wanted).await.0, 503);
    assert_eq!(api.post(PATH, &wanted).await.0, 201);
}
