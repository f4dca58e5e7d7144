//! The form of a GET: the formats, the options and the permissions that Graph takes.

use crate::api::{Api, TENANTS, request};
use crate::documented::{USER, resource};
use crate::endpoint::Endpoint;
use crate::envelope::Certificate;
use crate::lists::{all, announced, texts};
use crate::permissions::token;
use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::Method;
use serde_json::{Value, json};

const CHAT: &str = "chats/19:one@thread.v2/messages";

#[tokio::test]
async fn who_takes_no_json_gets_nothing_else() {
    let api = Api::start().await;
    let change = &announced(&api, CHAT, json!({"count": 1})).await[0];
    let message = format!("/v1.0/{}", change["resource"].as_str().unwrap());
    for path in [&message, "/v1.0/users", "/v1.0/subscriptions"] {
        for (accept, expected) in [
            ("application/json", 200),
            ("*/*", 200),
            ("text/html", 406),
            ("text/vtt", 406),
        ] {
            let (status, _, body) = api.get_with(path, &[("accept", accept)]).await;
            assert_eq!(status, expected, "{path} {accept}");
            if status == 406 {
                assert_eq!(body["error"]["code"], "NotAcceptable");
            }
        }
    }
    let recordings = "communications/onlineMeetings/getAllRecordings";
    let change = &announced(&api, recordings, json!({"count": 1})).await[0];
    let organizer = change["data"]["meetingOrganizer"]["user"]["id"].as_str();
    let (_, rest) = change["resource"]
        .as_str()
        .unwrap()
        .split_once('/')
        .unwrap();
    let content = format!("/v1.0/users/{}/{rest}/content", organizer.unwrap());
    for (accept, expected) in [("video/mp4", 200), ("*/*", 200), ("application/json", 406)] {
        assert_eq!(api.bytes(&content, accept).await.0, expected, "{accept}");
    }
}

#[tokio::test]
async fn an_option_that_the_documents_do_not_have_for_a_list_is_refused_in_graph_s_words() {
    let api = Api::start().await;
    let team = resource("teams/{team}/channels/{channel}/messages");
    let change = &announced(&api, CHAT, json!({"count": 1})).await[0];
    announced(&api, &team, json!({"count": 1})).await;
    let message = change["resource"].as_str().unwrap();
    let (user, teams) = (resource("users/{user}"), resource("teams/{team}/channels"));
    api.bring_about(0, &format!("{user}/chats")).await;
    let not_allowed = |option: &str| format!("Query option '{option}' is not allowed.");
    let not_filtered = |property: &str, kind: &str| {
        format!("The entity property '{property}' and operationKind '{kind}' is not allowed")
    };
    for (path, words) in [
        (format!("{CHAT}?$search=a"), not_allowed("search")),
        (format!("{CHAT}?$select=id"), not_allowed("select")),
        (format!("{CHAT}?$skip=1"), not_allowed("skip")),
        (format!("{message}?$filter=a"), not_allowed("filter")),
        (format!("{team}?$filter=a"), not_allowed("filter")),
        (
            format!("{user}/chats/getAllMessages?$orderby=a"),
            not_allowed("orderby"),
        ),
        (format!("{user}/chats?$search=a"), not_allowed("search")),
        (
            format!("{CHAT}?$filter=createdDateTime gt 2026-01-01T00:00:00Z"),
            not_filtered("createdDateTime", "GreaterThan"),
        ),
        (
            format!("{teams}/getAllMessages?$filter=channelIdentity/channelId eq 'a'"),
            not_filtered("channelIdentity/channelId", "Equal"),
        ),
        (
            format!("{user}/chats/getAllMessages?$filter=lastModifiedDateTime ge 2026-01-01"),
            not_filtered("lastModifiedDateTime", "GreaterThanOrEqual"),
        ),
    ] {
        let (status, body) = api.get(&format!("/v1.0/{path}").replace(' ', "%20")).await;
        let message = body["error"]["message"].as_str().unwrap_or_default();
        assert_eq!(
            (status, message.starts_with(&words)),
            (400, true),
            "{path} {body}"
        );
    }
}

#[tokio::test]
async fn a_chat_is_listed_by_when_its_messages_were_sent_too() {
    let api = Api::start().await;
    announced(&api, CHAT, json!({"count": 30, "updated": 0.5})).await;
    let by_creation = format!("{CHAT}?$orderby=createdDateTime%20desc&$top=7");
    let sent = texts(&all(&api, &by_creation).await, "createdDateTime");
    assert_eq!(sent.len(), 30);
    let moments = |dates: &[String]| -> Vec<jiff::Timestamp> {
        dates.iter().map(|date| date.parse().unwrap()).collect()
    };
    assert!(moments(&sent).is_sorted_by(|one, other| one > other));
    let filter = format!("$filter=createdDateTime%20lt%20{}", sent[9]);
    let earlier = all(&api, &format!("{by_creation}&{filter}")).await;
    assert_eq!(texts(&earlier, "createdDateTime"), sent[10..]);
    // Beside the order of another property it is not heard.
    let modified = format!("{CHAT}?$orderby=lastModifiedDateTime%20desc&{filter}");
    assert_eq!(all(&api, &modified).await.len(), 30);
}

#[tokio::test]
async fn a_meeting_is_found_by_the_url_that_it_is_joined_by() {
    let api = Api::start().await;
    let thread = |name: &str| STANDARD.encode(format!("1*{USER}*0**19:meeting_{name}@thread.v2"));
    for name in ["one", "two"] {
        let path = format!("communications/onlineMeetings/{}/transcripts", thread(name));
        api.bring_about(0, &path).await;
    }
    let meetings = format!("users/{USER}/onlineMeetings");
    let (_, meeting) = api
        .get(&format!("/v1.0/{meetings}/{}", thread("two")))
        .await;
    let number = &meeting["joinMeetingIdSettings"]["joinMeetingId"];
    for (property, value) in [
        ("JoinWebUrl", &meeting["joinWebUrl"]),
        ("joinMeetingIdSettings/joinMeetingId", number),
    ] {
        let value = value.as_str().unwrap().replace('%', "%25");
        let found = all(
            &api,
            &format!("{meetings}?$filter={property}%20eq%20'{value}'"),
        )
        .await;
        assert_eq!(texts(&found, "id"), [thread("two")], "{property}");
    }
    let nowhere = format!("{meetings}?$filter=JoinWebUrl%20eq%20'https://x.example/'");
    assert!(all(&api, &nowhere).await.is_empty());
    for wrong in ["", "?$filter=subject%20eq%20'a'"] {
        let path = format!("/v1.0/{meetings}{wrong}");
        assert_eq!(api.get(&path).await.0, 400, "{wrong}");
    }
}

#[tokio::test]
async fn what_is_selected_is_all_that_is_shown() {
    let api = Api::start().await;
    for person in all(&api, "users?$select=id&$top=5").await {
        let members: Vec<&String> = person.as_object().unwrap().keys().collect();
        assert_eq!(members, ["id"]);
    }
}

#[tokio::test]
async fn a_get_takes_one_of_its_permissions() {
    let api = Api::start().await;
    let messages = resource("teams/{team}/channels/{channel}/messages");
    let change = &announced(&api, CHAT, json!({"count": 1})).await[0];
    announced(&api, &messages, json!({"count": 1})).await;
    let message = change["resource"].as_str().unwrap();
    for (path, roles, expected) in [
        ("users", json!(["User.ReadBasic.All"]), 200),
        ("users", json!(["Chat.Read.All"]), 403),
        (message, json!(["Chat.Read.All"]), 200),
        (message, json!(["Chat.ReadBasic.All"]), 403),
        (&messages, json!(["ChannelMessage.Read.All"]), 200),
        (&messages, json!(["Chat.Read.All"]), 403),
        ("teams", json!(["Team.ReadBasic.All"]), 200),
    ] {
        let set = json!({ "tenant": TENANTS[0], "roles": roles });
        assert_eq!(api.post("/simulator/servicePrincipal", &set).await.0, 204);
        let token = token(&api, TENANTS[0]).await;
        let url = format!("/v1.0/{path}");
        let (status, _, body) = api.call_with(&token, Method::GET, &url, &Value::Null).await;
        assert_eq!(status, expected, "{path} {roles}");
        if status == 403 {
            let words = body["error"]["message"].as_str().unwrap();
            let start = "Missing role permissions on the request. API requires one of '";
            assert!(words.starts_with(start), "{words}");
        }
    }
}

#[tokio::test]
async fn a_subscription_hears_of_what_its_query_selects_alone() {
    let (api, endpoint) = (Api::start().await, Endpoint::start().await);
    let certificate = Certificate::new();
    api.bring_about(0, CHAT).await;
    let search = format!("{CHAT}?$search=zeppelin");
    let mentions = format!("{CHAT}?$filter=mentions/any(u: u/mentioned/user/id eq '{USER}')");
    let searching = api
        .subscribe(0, &endpoint, &search, Some(&certificate))
        .await;
    let refused = request(
        &endpoint,
        &format!("{CHAT}?$filter=importance eq 'high'"),
        None,
    );
    assert_eq!(api.post("/v1.0/subscriptions", &refused).await.0, 400);
    // What is announced to a subscription is something that it asks for.
    let order = json!({"count": 5, "subscriptions": [searching]});
    let ledger = api.announce(&order).await;
    for change in ledger["changes"].as_array().unwrap() {
        let text = change["data"]["body"]["content"].as_str().unwrap();
        assert!(text.to_lowercase().contains("zeppelin"), "{text}");
    }
    assert_eq!(endpoint.items().len(), 5);
    // What happens in the chat for no one's sake is not told to who asks for something else.
    let happen = json!({ "tenant": TENANTS[0], "count": 30, "resources": [CHAT] });
    let (_, happened) = api.post("/simulator/happen", &happen).await;
    for change in happened["changes"].as_array().unwrap() {
        let told = change["told"] == json!([searching]);
        assert_eq!(told, change["changeType"] == "deleted", "{change}");
    }
    let happen = json!({ "tenant": TENANTS[0], "count": 6, "resources": [mentions] });
    let (status, happened) = api.post("/simulator/happen", &happen).await;
    assert_eq!(status, 200, "{happened}");
    for change in happened["changes"].as_array().unwrap() {
        if change["changeType"] != "deleted" {
            let path = format!("/v1.0/{}", change["resource"].as_str().unwrap());
            let (_, message) = api.get(&path).await;
            assert_eq!(message["mentions"][0]["mentioned"]["user"]["id"], USER);
        }
    }
}
