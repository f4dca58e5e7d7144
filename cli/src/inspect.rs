//! `teamwire inspect`: what a notification is and where it would go.

use crate::input::Input;
use clap::Args;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use teamwire_payload::cloud::Cloud;
use teamwire_payload::event::foreign_name;
use teamwire_payload::notification::ItemFault;
use teamwire_payload::route::route;
use teamwire_payload::{ChangeType, Notification, Resource, TenantId};

/// Say what each notification of a file is, where it would go, and what is odd about it
///
/// One JSON line an item. Exit status 0 when every item could be read, 1 when one could not.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire inspect notification.json\n  pbpaste | teamwire inspect -"
)]
pub(crate) struct Inspect {
    /// A batch, or one notification; - for standard input
    file: PathBuf,
    /// The cloud of the GET: global, gcc-high, dod, china
    #[arg(long, default_value = "global")]
    cloud: Cloud,
}

#[derive(Serialize, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
struct Line {
    index: usize,
    kind: Option<&'static str>,
    route: &'static str,
    change_type: Option<String>,
    resource_type: Option<String>,
    keys: BTreeMap<&'static str, String>,
    get: Option<String>,
    problems: Vec<String>,
}

impl Inspect {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let input = Input::read(&self.file)?;
        let mut out = std::io::stdout().lock();
        let mut all_read = true;
        for (index, item) in input.items.iter().enumerate() {
            all_read &= item.is_ok();
            let line = match item {
                Ok(item) => self.line(index, item, input.tokens.is_empty()),
                Err(fault) => unreadable(index, *fault),
            };
            writeln!(out, "{}", serde_json::to_string(&line)?)?;
        }
        Ok(if all_read {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }

    fn line(&self, index: usize, item: &Notification, no_tokens: bool) -> Line {
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
            Some(path) => Resource::parse(path)
                .map_err(|fault| problems.push(format!("resource: {fault}")))
                .ok(),
        };
        let (resource_type, keys, get) = match &resource {
            Some(Resource::Teams(path)) => {
                let get = match path.get() {
                    Ok(path) => Some(format!("{}/v1.0{path}", self.cloud.graph_root())),
                    Err(why) => {
                        problems.push(why.to_string());
                        None
                    }
                };
                let keys = path
                    .keys()
                    .map(|(name, key)| (name, key.to_owned()))
                    .collect();
                (Some(path.resource_type().name().to_owned()), keys, get)
            }
            _ => (
                foreign_name(item.resource_data.odata_type.as_deref()),
                BTreeMap::new(),
                None,
            ),
        };
        let is_deletion = matches!(change, Some((_, Some(ChangeType::Deleted))));
        Line {
            index,
            kind: Some(kind),
            route: route.map_or("reject", |route| route.name()),
            change_type: change
                .map(|(text, known)| known.map_or(text, |known| known.name()).to_owned()),
            resource_type,
            keys,
            get: get.filter(|_| !is_deletion && kind != "lifecycle"),
            problems,
        }
    }
}

fn unreadable(index: usize, fault: ItemFault) -> Line {
    Line {
        index,
        kind: None,
        route: "reject",
        change_type: None,
        resource_type: None,
        keys: BTreeMap::new(),
        get: None,
        problems: vec![fault.to_string()],
    }
}

/// What would keep ingest or decrypt from taking the item.
fn problems(item: &Notification, no_tokens: bool) -> Vec<String> {
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

    fn line(item: &str) -> Line {
        let inspect = Inspect {
            file: PathBuf::new(),
            cloud: Cloud::Global,
        };
        inspect.line(0, &Notification::parse(item).unwrap(), true)
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
}
