//! The kind of a notification, its queue, and its oddities.

use serde::Serialize;
use std::collections::BTreeMap;
use teamwire_events::type_of;
use teamwire_payload::cloud::MicrosoftCloud;
use teamwire_payload::notification::ItemFault;
use teamwire_payload::route::{ItemRoute, route};
use teamwire_payload::{ChangeType, NotificationItem, ResourcePath, ResourceRef, TenantId};

/// The line of one.
#[derive(Serialize, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub(super) struct NotificationLine {
    index: usize,
    kind: Option<&'static str>,
    route: &'static str,
    change_type: Option<String>,
    resource_type: Option<String>,
    keys: BTreeMap<&'static str, String>,
    /// The same for one resource, however it is announced.
    canonical: Option<String>,
    /// The user whose view the path names, where it is not the resource's own.
    view: Option<&'static str>,
    get: Option<String>,
    problems: Vec<String>,
}

impl NotificationLine {
    /// True if some function would take it.
    pub(super) fn goes_somewhere(&self) -> bool {
        self.route != REJECT
    }
}

/// The route of what goes nowhere.
const REJECT: &str = "reject";

/// The line of an item of a batch. `no_tokens`: none came with the batch. `no_tokens`: none came
/// with the batch.
pub(super) fn line(
    cloud: MicrosoftCloud,
    index: usize,
    item: &NotificationItem,
    no_tokens: bool,
) -> NotificationLine {
    let mut problems = problems(item, no_tokens);
    let route = route(item).map_err(|fault| problems.push(fault.to_string()));
    let kind = match item {
        _ if item.lifecycle_event.is_some() => "lifecycle",
        _ if item.encrypted_content.is_some() => "rich",
        _ => "basic",
    };
    let change = item
        .change_type
        .as_deref()
        .map(|text| (text, ChangeType::parse(text)));
    let resource = match item.resource.as_deref() {
        None | Some("") => None,
        Some(_) if kind == "lifecycle" => None,
        Some(path) => ResourceRef::announced(path, item.resource_data.odata_id.as_deref())
            .map_err(|fault| problems.push(format!("resource: {fault}")))
            .ok(),
    };
    let is_read = route == Ok(ItemRoute::Hydrate);
    let mut line = NotificationLine {
        index,
        kind: Some(kind),
        route: route.map_or(REJECT, |route| route.name()),
        change_type: change
            .map(|(text, known)| known.map_or(text, |known| known.name()).to_owned()),
        resource_type: type_of(item.resource_data.odata_type.as_deref()),
        keys: BTreeMap::new(),
        canonical: resource.as_ref().map(ResourceRef::canonical),
        view: None,
        get: None,
        problems,
    };
    match &resource {
        Some(ResourceRef::Teams(path)) => {
            line.resource_type = Some(path.resource_type().name().to_owned());
            let keys = path.keys().map(|(name, key)| (name, key.to_owned()));
            line.keys = keys.collect();
            line.view = view(item.resource.as_deref().unwrap_or_default(), path);
            match path.get() {
                Ok(get) if !matches!(change, Some((_, Some(ChangeType::Deleted)))) => {
                    line.get = Some(format!("{}/v1.0{get}", cloud.graph_root()));
                }
                Ok(_) => {}
                Err(why) => line.problems.push(why.to_string()),
            }
        }
        Some(ResourceRef::Foreign(_)) if is_read => line.problems.push(
            "it is not of Teams, and is read only where TEAMWIRE_FOREIGN_RESOURCES allows it: else \
             the event is a reference"
                .to_owned(),
        ),
        Some(ResourceRef::Foreign(_)) | None => {}
    }
    line
}

/// The user whose view of a resource a path names, where it is not the resource's own.
fn view(text: &str, path: &ResourcePath) -> Option<&'static str> {
    let first = |path: &str| {
        let path = path.trim_start_matches('/');
        let end = path.find(['/', '(']).unwrap_or(path.len());
        path.get(..end).map(str::to_ascii_lowercase)
    };
    let announced = first(text)?;
    if Some(&announced) == first(&path.canonical()).as_ref() {
        return None;
    }
    match announced.as_str() {
        "users" => Some("of a user"),
        "me" => Some("of the person signed in"),
        "appcatalogs" => Some("of an app that is installed there"),
        _ => None,
    }
}

pub(super) fn unreadable(index: usize, fault: ItemFault) -> NotificationLine {
    NotificationLine {
        index,
        kind: None,
        route: REJECT,
        change_type: None,
        resource_type: None,
        keys: BTreeMap::new(),
        canonical: None,
        view: None,
        get: None,
        problems: vec![fault.to_string()],
    }
}

/// The problems that would keep ingest or decrypt from taking the item.
fn problems(item: &NotificationItem, no_tokens: bool) -> Vec<String> {
    let mut problems = Vec::new();
    match item.tenant_id.as_deref().map(str::parse::<TenantId>) {
        None => problems.push("tenantId is missing".to_owned()),
        Some(Err(_)) => problems.push("tenantId is not a GUID".to_owned()),
        Some(Ok(_)) => {}
    }
    if item.client_state.is_none() {
        problems.push("clientState is missing".to_owned());
    }
    if let Some(content) = &item.encrypted_content {
        for (name, member) in [
            ("data", &content.data),
            ("dataSignature", &content.data_signature),
            ("dataKey", &content.data_key),
            (
                "encryptionCertificateId",
                &content.encryption_certificate_id,
            ),
        ] {
            if member.as_ref().is_none_or(String::is_empty) {
                problems.push(format!("encryptedContent.{name} is missing"));
            }
        }
        if no_tokens {
            problems
                .push("it holds resource data, but no validation token came with it".to_owned());
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(item: &str) -> NotificationLine {
        super::line(
            MicrosoftCloud::Global,
            0,
            &NotificationItem::parse(item).unwrap(),
            true,
        )
    }

    #[test]
    fn a_basic_message_has_its_keys_and_its_get() {
        let line = line(
            r#"{"subscriptionId":"s","changeType":"Created","clientState":"c",
                "tenantId":"9f4ebab6-520d-49c0-85cc-7b25c78d4a93",
                "resource":"chats('19:a@thread.v2')/messages('1')"}"#,
        );
        assert_eq!((line.kind, line.route), (Some("basic"), "hydrate"));
        assert_eq!(line.change_type.as_deref(), Some("created"));
        assert_eq!(line.resource_type.as_deref(), Some("chatMessage"));
        assert_eq!(line.keys["chatId"], "19:a@thread.v2");
        assert_eq!(
            line.get.as_deref(),
            Some("https://graph.microsoft.com/v1.0/chats/19%3Aa%40thread.v2/messages/1")
        );
        assert_eq!(line.problems, Vec::<String>::new());
    }

    #[test]
    fn a_deletion_is_never_read() {
        let line = line(
            r#"{"subscriptionId":"s","changeType":"deleted","resource":"chats('a')/messages('1')"}"#,
        );
        assert_eq!((line.route, line.get), ("events", None));
    }

    #[test]
    fn an_item_that_goes_nowhere_says_why() {
        let line = line(r#"{"subscriptionId":"s","changeType":"created"}"#);
        assert_eq!((line.kind, line.route), (Some("basic"), "reject"));
        assert!(line.problems.contains(&"resource is missing".to_owned()));
    }

    #[test]
    fn a_rich_item_without_signature_or_token_is_a_problem() {
        let line = line(
            r#"{"subscriptionId":"s","changeType":"updated","resource":"chats('a')",
                "encryptedContent":{"data":"a","dataKey":"a","encryptionCertificateId":"a"}}"#,
        );
        assert_eq!((line.kind, line.route), (Some("rich"), "decrypt"));
        assert!(line.problems.iter().any(|p| p.contains("dataSignature")));
        assert!(line.problems.iter().any(|p| p.contains("validation token")));
    }

    #[test]
    fn a_path_in_anothers_view_names_the_resource_itself_too() {
        let chat = "chats('19:a@thread.v2')";
        for (path, canonical, view) in [
            (chat, chat, None),
            ("/chats/19:a@thread.v2", chat, None),
            (
                "users('u')/chats('19:a@thread.v2')",
                chat,
                Some("of a user"),
            ),
            (
                "me/chats/19:a@thread.v2",
                chat,
                Some("of the person signed in"),
            ),
            (
                "appCatalogs/teamsApps('a')/installations('i')",
                "appCatalogs/teamsApps('a')/installations('i')",
                None,
            ),
        ] {
            let line = line(&format!(
                r#"{{"subscriptionId":"s","changeType":"updated","resource":"{path}"}}"#
            ));
            assert_eq!(
                (line.canonical.as_deref(), line.view),
                (Some(canonical), view)
            );
        }
    }

    #[test]
    fn what_is_not_of_teams_is_read_only_where_that_is_allowed() {
        let says = |rest: &str| {
            let line = line(&format!(
                r#"{{"subscriptionId":"s","resource":"print/jobs/7",{rest}}}"#
            ));
            assert_eq!(line.get, None);
            let mut problems = line.problems.iter();
            problems.any(|problem| problem.contains("TEAMWIRE_FOREIGN_RESOURCES"))
        };
        assert!(says(r#""changeType":"created""#));
        assert!(!says(r#""changeType":"deleted""#));
        assert!(!says(r#""changeType":"created","encryptedContent":{}"#));
    }
}
