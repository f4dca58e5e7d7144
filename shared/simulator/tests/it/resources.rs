//! Every documented path: what arrives, what is in it, and where it is read.

use crate::api::{Api, TENANTS};
use crate::documented::{
    APP, TEAM, USER, address, is_neighbour, named, resource, sealed_members, shape, spelling,
};
use crate::endpoint::Endpoint;
use crate::envelope::{Certificate, content};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use teamwire_simulator::change::SimulatedChangeType;
use teamwire_simulator::graph::resources::ROWS;

struct Told {
    change: Value,
    item: Value,
}

/// Announces to a rich subscription in one tenant and a basic one in the other; what was told.
async fn announced(api: &Api, certificate: &Certificate, resource: &str) -> Vec<Told> {
    let endpoint = Endpoint::start().await;
    let rich = api
        .subscribe(0, &endpoint, resource, Some(certificate))
        .await;
    let basic = api.subscribe(1, &endpoint, resource, None).await;
    let (row, _) = teamwire_simulator::graph::resources::find(resource).unwrap();
    let share = |change_type| {
        let types = row.emits.change_types;
        if types.contains(&change_type) {
            0.34
        } else {
            0.0
        }
    };
    let ledger = api
        .announce(&json!({
            "count": 24,
            "subscriptions": [rich, basic],
            "updated": share(SimulatedChangeType::Updated),
            "deleted": share(SimulatedChangeType::Deleted),
        }))
        .await;
    let mut items = endpoint.items();
    let changes = ledger["changes"].as_array().unwrap().clone();
    assert_eq!((changes.len(), items.len()), (24, 24), "{resource}");
    let told = changes.into_iter().map(|change| {
        let position = items.iter().position(|item| {
            let change_type = item["changeType"].as_str().unwrap().to_ascii_lowercase();
            let sealed = content(item).map(|sealed| certificate.open(sealed).unwrap());
            change["resource"] == named(item).as_str()
                && item["subscriptionId"] == change["subscriptionId"]
                && change["changeType"] == change_type.as_str()
                && sealed.is_none_or(|sealed| sealed == change["data"])
        });
        let position = position.unwrap_or_else(|| panic!("{change} did not arrive"));
        let item = items.remove(position);
        Told { change, item }
    });
    told.collect()
}

#[tokio::test]
async fn the_neighbours_of_teams_are_announced_with_data_where_their_rows_say_so() {
    let (api, certificate) = (Api::start().await, Certificate::new());
    let (mut rich, mut basic) = (0, 0);
    for row in ROWS.iter().filter(|row| is_neighbour(row.path)) {
        let (subscribed, endpoint) = (resource(row.path), Endpoint::start().await);
        let certificate = row.rich.then_some(&certificate);
        let id = api.subscribe(0, &endpoint, &subscribed, certificate).await;
        let order = json!({"count": 8, "subscriptions": [id]});
        let ledger = api.announce(&order).await;
        let changes = ledger["changes"].as_array().unwrap();
        let items = endpoint.items();
        assert_eq!((changes.len(), items.len()), (8, 8), "{subscribed}");
        let told = |change: &Value| {
            items.iter().any(|item| {
                let opened =
                    content(item).and_then(|sealed| certificate.map(|it| it.open(sealed).unwrap()));
                change["resource"] == named(item).as_str()
                    && opened.is_none_or(|opened| opened == change["data"])
            })
        };
        assert!(changes.iter().all(told), "{subscribed}");
        let sealed = items.iter().any(|item| content(item).is_some());
        assert_eq!(sealed, row.rich, "{subscribed}");
        rich += usize::from(row.rich);
        basic += usize::from(!row.rich);
    }
    assert_eq!((rich, basic), (5, 11));
}

#[tokio::test]
async fn every_documented_path_is_announced_rich_and_basic_and_read_where_the_documents_say() {
    let (api, certificate) = (Api::start().await, Certificate::new());
    for row in ROWS.iter().filter(|row| !is_neighbour(row.path)) {
        let subscribed = resource(row.path);
        let (mut types, mut bare) = (BTreeMap::new(), 0);
        for told in announced(&api, &certificate, &subscribed).await {
            let rich = told.change["tenantId"] == TENANTS[0];
            let change_type = told.change["changeType"].as_str().unwrap().to_owned();
            *types.entry((change_type.clone(), rich)).or_insert(0) += 1;
            arrived_as_documented(&told, rich);
            let deleted = change_type == "deleted";
            let sealed = content(&told.item);
            assert_eq!(told.change["kind"] == "rich", sealed.is_some());
            assert!(rich || sealed.is_none(), "{subscribed}");
            assert!(!rich || deleted || sealed.is_some(), "{subscribed}");
            if rich && sealed.is_none() {
                bare += 1;
            }
            // One chat or team changes again and again.
            let changes_once = !["chats/{chat}", "teams/{team}"].contains(&row.path);
            reads_as_documented(&api, &told.change, rich, changes_once).await;
        }
        let found: BTreeSet<(String, bool)> = types.keys().cloned().collect();
        let expected = row.emits.change_types.iter().flat_map(|one| {
            let name = one.name().to_owned();
            [(name.clone(), false), (name, true)]
        });
        let expected: BTreeSet<(String, bool)> = expected.collect();
        assert_eq!(found, expected, "{subscribed}");
        // Every other deletion of what is gone for good comes without content.
        let deletions = types
            .get(&("deleted".to_owned(), true))
            .copied()
            .unwrap_or(0);
        let gone_for_good = !row.path.ends_with("essages");
        assert_eq!(
            bare,
            if gone_for_good { deletions / 2 } else { 0 },
            "{subscribed}"
        );
    }
}

fn arrived_as_documented(told: &Told, rich: bool) {
    let (item, change) = (&told.item, &told.change);
    let resource = &named(item);
    let shape = shape(resource);
    let (odata_type, member, capital) = spelling(&shape);
    assert_eq!(
        item["resourceData"]["@odata.type"], odata_type,
        "{resource}"
    );
    if !shape.starts_with("communications/") {
        assert_eq!(item["resource"], resource.as_str());
    }
    let id = item["resourceData"]["id"].as_str().unwrap();
    assert!(resource.ends_with(&format!("('{id}')")), "{resource}");
    let first = item["changeType"].as_str().unwrap().chars().next().unwrap();
    assert_eq!(first.is_ascii_uppercase(), capital, "{resource}");
    let without_tenant = shape == "teams/channels/sharedWithTeams" && !rich;
    assert_eq!(item.get("tenantId").is_none(), without_tenant, "{resource}");
    if content(item).is_some() {
        assert!(item.get(member).is_some(), "{resource}");
        for name in sealed_members(&shape) {
            assert!(change["data"].get(*name).is_some(), "{name} of {resource}");
        }
        let context = change["data"]["@odata.context"].as_str().unwrap();
        assert!(context.starts_with("https://graph.microsoft.com/$metadata#"));
    }
}

async fn reads_as_documented(api: &Api, change: &Value, rich: bool, changes_once: bool) {
    let resource = change["resource"].as_str().unwrap();
    let tenant = usize::from(!rich);
    let get = async |path: &str| {
        let path = format!("/v1.0/{path}");
        api.call(tenant, Method::GET, &path, &Value::Null).await
    };
    let Some(address) = address(change) else {
        assert_eq!(get(resource).await.0, 404, "{resource}");
        return;
    };
    if address != resource {
        assert_eq!(get(resource).await.0, 404, "{resource}");
    }
    let (status, body) = get(&address).await;
    let deleted = change["changeType"] == "deleted";
    let message = resource.contains("/messages(");
    if !changes_once {
        assert!([200, 404].contains(&status), "{resource}");
    } else if deleted && !message {
        assert_eq!(status, 404, "{resource}");
    } else {
        assert_eq!(status, 200, "{resource}");
        assert_eq!(body["deletedDateTime"].is_string(), deleted && message);
        if change["kind"] == "basic" && !deleted {
            assert_eq!(body, change["data"], "{resource}");
        }
        let beta = api
            .call(
                tenant,
                Method::GET,
                &format!("/beta/{address}"),
                &Value::Null,
            )
            .await;
        assert_eq!(beta.0, 200, "{address}");
    }
}

#[tokio::test]
async fn who_asks_for_it_hears_of_what_one_user_sees_of_a_chat() {
    let (api, certificate) = (Api::start().await, Certificate::new());
    let resource = "users/u/chats?notifyOnUserSpecificProperties=true";
    let told = announced(&api, &certificate, resource).await;
    let sealed = told.iter().filter(|told| content(&told.item).is_some());
    let (some, whole): (Vec<&Told>, Vec<&Told>) =
        sealed.partition(|told| told.change["data"]["viewpoint"].is_object());
    assert!(!some.is_empty() && !whole.is_empty());
    for told in some {
        let data = told.change["data"].as_object().unwrap();
        assert!(!data.contains_key("members") && !data.contains_key("webUrl"));
        assert!(data["viewpoint"]["lastMessageReadDateTime"].is_string());
        assert_eq!(told.change["version"], Value::Null);
    }
    for told in whole {
        assert!(told.change["data"]["members"].is_array());
    }
}

#[tokio::test]
async fn chats_of_one_user_have_that_user_in_them() {
    let (api, certificate) = (Api::start().await, Certificate::new());
    let resource = format!("users/{USER}/chats");
    for told in announced(&api, &certificate, &resource).await {
        if told.change["kind"] == "rich" {
            let members = told.change["data"]["members"].as_array().unwrap();
            assert!(members.iter().any(|member| member["userId"] == USER));
        }
    }
    let (_, list) = api.get(&format!("/v1.0/{resource}?$top=50")).await;
    assert_eq!(list["value"].as_array().unwrap().len(), 12);
}

#[tokio::test]
async fn indirect_members_of_a_channel_are_announced_and_only_listed() {
    let (api, certificate) = (Api::start().await, Certificate::new());
    let resource = format!(
        "teams/{TEAM}/channels/getAllMembers?notifyOnIndirectMembershipUpdate=true\
         &suppressNotificationWhenSharedUnsharedWithTeam=true"
    );
    let told = announced(&api, &certificate, &resource).await;
    for told in &told {
        let resource = told.change["resource"].as_str().unwrap();
        assert_eq!(shape(resource), "teams/channels/allMembers");
        arrived_as_documented(told, told.change["tenantId"] == TENANTS[0]);
        let path = format!("/v1.0/{resource}");
        assert_eq!(api.get(&path).await.0, 404);
    }
    let there = |told: &&Told| {
        told.change["tenantId"] == TENANTS[0] && told.change["changeType"] != "deleted"
    };
    let expected = told.iter().filter(there).count();
    let resource = told[0].change["resource"].as_str().unwrap();
    let (channel, _) = resource.rsplit_once("/allMembers").unwrap();
    let (_, list) = api.get(&format!("/v1.0/{channel}/allMembers")).await;
    let members = list["value"].as_array().unwrap();
    let url = "@microsoft.graph.originalSourceMembershipUrl";
    let indirect = members.iter().filter(|member| member[url].is_string());
    assert_eq!(indirect.count(), expected);
}

#[tokio::test]
async fn installations_are_of_the_scopes_asked_for_and_consent_for_one_hears_of_no_end() {
    let (api, certificate) = (Api::start().await, Certificate::new());
    for (query, scopes) in [
        ("?$filter=(scopeInfo/scope eq 'team')", vec!["team"]),
        (
            "?$filter=(scopeInfo/scope eq 'personal') or (scopeInfo/scope eq 'groupChat')",
            vec!["groupChat", "personal"],
        ),
        ("", vec!["groupChat", "personal", "team"]),
    ] {
        let resource = format!("appCatalogs/teamsApps/{APP}/installations{query}");
        let told = announced(&api, &certificate, &resource).await;
        let scopes_of = told.iter().filter_map(|told| {
            let scope = &told.change["data"]["scopeInfo"]["scope"];
            scope.as_str().map(str::to_owned)
        });
        let found: BTreeSet<String> = scopes_of.collect();
        assert_eq!(found.into_iter().collect::<Vec<_>>(), scopes, "{query}");
    }
    let endpoint = Endpoint::start().await;
    let resource = format!(
        "appCatalogs/teamsApps/{APP}/installations\
         ?useResourceSpecificConsentBasedAuthorization=true"
    );
    let id = api.subscribe(0, &endpoint, &resource, None).await;
    let announcement = json!({"count": 4, "deleted": 0.5, "subscriptions": [id]});
    let (status, body) = api.post("/simulator/announce", &announcement).await;
    let error = "deleted asks for 2 changes and 0 can be it";
    assert_eq!((status, &body["error"]), (400, &json!(error)));
}

#[tokio::test]
async fn some_messages_are_teams_own() {
    let api = Api::start().await;
    let endpoint = Endpoint::start().await;
    let certificate = Certificate::new();
    let mut kinds = BTreeMap::new();
    for resource in ["chats/getAllMessages", "teams/getAllMessages"] {
        api.subscribe(0, &endpoint, resource, Some(&certificate))
            .await;
    }
    let ledger = api.announce(&json!({"count": 1500, "batch": 50})).await;
    for change in ledger["changes"].as_array().unwrap() {
        let data = &change["data"];
        if data["messageType"] != "systemEventMessage" {
            assert!(data["from"].is_object() && data["eventDetail"].is_null());
            continue;
        }
        assert_eq!(data["from"], Value::Null);
        assert_eq!(data["body"]["content"], "<systemEventMessage/>");
        let kind = data["eventDetail"]["@odata.type"].as_str().unwrap();
        assert!(kind.starts_with("#microsoft.graph.") && kind.ends_with("EventMessageDetail"));
        *kinds.entry(kind.to_owned()).or_insert(0) += 1;
    }
    assert!(kinds.len() >= 6, "{kinds:?}");
    let all: i32 = kinds.values().sum();
    assert!((20..150).contains(&all), "{all}");
}
