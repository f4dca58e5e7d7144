//! What the subscriptions function answers to the order `check`: the chain as it sees it.

use crate::doctor::ask::{Aws, Look, looked};
use aws_sdk_lambda::primitives::Blob;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;
use teamwire_graph::desired::FileFault;
use teamwire_payload::TenantId;

/// The function looks for 3 minutes at most.
const PATIENCE: Duration = Duration::from_secs(200);

/// How the order went.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Asked {
    Answered(Box<Check>, Exchange),
    /// The function did not come to an answer: what it said.
    Failed(String),
    /// It was not asked, or does not know the order: why, and what to do.
    Unseen {
        why: String,
        remedy: String,
    },
}

/// When it was asked and had answered, by this machine's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Exchange {
    pub(crate) asked: Timestamp,
    pub(crate) answered: Timestamp,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Check {
    /// The function's clock when it began.
    pub(crate) at: Timestamp,
    pub(crate) file: Part<File>,
    pub(crate) certificates: Part<Listed>,
    pub(crate) client_state: Part<ClientState>,
    pub(crate) tenants: Vec<Tenant>,
    #[serde(default)]
    pub(crate) tenants_left_out: usize,
}

/// Something that the function saw, or why it could not.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(untagged)]
pub(crate) enum Part<T> {
    Unseen(Fault),
    Seen(T),
}

/// Why the function could not see it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
pub(crate) struct Fault {
    pub(crate) fault: String,
    pub(crate) said: String,
    /// Entra's number.
    pub(crate) aadsts: Option<u32>,
    /// What is wrong with subscriptions.toml.
    #[serde(default)]
    pub(crate) lines: Vec<FileFault>,
}

/// subscriptions.toml.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(tag = "state", rename_all = "lowercase")]
pub(crate) enum File {
    Missing,
    Present {
        tenants: usize,
        subscriptions: usize,
    },
}

/// certificates.json.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(tag = "state", rename_all = "lowercase")]
pub(crate) enum Listed {
    Missing,
    Present {
        current: String,
        list: Vec<ListedCertificate>,
    },
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListedCertificate {
    pub(crate) id: String,
    /// Base64 of its DER.
    pub(crate) certificate: String,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClientState {
    pub(crate) key_ids: Vec<String>,
    pub(crate) mints_with: Option<String>,
    pub(crate) values: usize,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Tenant {
    pub(crate) tenant: String,
    pub(crate) token: Part<Token>,
    pub(crate) clock: Part<Clock>,
    pub(crate) service_principal: Part<ServicePrincipal>,
    pub(crate) subscriptions: Part<Subscriptions>,
    pub(crate) wanted: Vec<Wanted>,
    #[serde(default)]
    pub(crate) wanted_left_out: usize,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Token {
    pub(crate) app_id: String,
    pub(crate) roles: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Clock {
    /// Graph's clock less the function's.
    pub(crate) ahead_seconds: i64,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "camelCase")]
pub(crate) struct ServicePrincipal {
    pub(crate) app_role_assignment_required: bool,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Subscriptions {
    pub(crate) ours: Vec<Subscription>,
    pub(crate) others: Vec<Subscription>,
}

/// One that there is at Graph.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Subscription {
    pub(crate) id: String,
    pub(crate) resource: String,
    pub(crate) certificate_id: Option<String>,
    pub(crate) application_id: Option<String>,
    /// `ours`, or scheme and host.
    pub(crate) url: String,
}

/// One that the file wants.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "camelCase")]
pub(crate) struct Wanted {
    pub(crate) resource: String,
    /// The path of the product's table.
    pub(crate) row: String,
    pub(crate) changes: Vec<String>,
    pub(crate) payload: Payload,
    pub(crate) state: State,
    pub(crate) subscription_id: Option<String>,
    pub(crate) expires: Option<Timestamp>,
    pub(crate) why: Option<String>,
    /// Whether nothing was heard of it for longer than its `silence`.
    #[serde(default)]
    pub(crate) silent: bool,
    /// When something was heard of it last.
    pub(crate) heard: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Payload {
    Rich,
    Basic,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum State {
    Live,
    Expiring,
    OtherCertificate,
    ToReplace,
    OtherUrl,
    Missing,
    Unknown,
}

/// Asks the function of a stack; about these tenants alone, if there are any.
pub(crate) async fn ask(aws: &Aws, function: &str, tenants: &[TenantId]) -> Asked {
    let mut order = json!({"action": "check"});
    if let (Some(members), false) = (order.as_object_mut(), tenants.is_empty()) {
        members.insert("tenants".to_owned(), json!(tenants));
    }
    let asked = Timestamp::now();
    let request = aws.orders.invoke().function_name(function);
    let request = request.payload(Blob::new(order.to_string())).send();
    let answer = match tokio::time::timeout(PATIENCE, request).await {
        Err(_) => return Asked::Failed(format!("it did not answer within {PATIENCE:?}")),
        Ok(Err(fault)) => {
            return match looked::<(), _, _>("lambda:InvokeFunction", fault) {
                Look::Unseen(unseen) => Asked::Unseen {
                    why: unseen.to_string(),
                    remedy: "It needs `lambda:InvokeFunction`: have that granted, or ask somebody who has it.".to_owned(),
                },
                Look::Seen(()) | Look::Missing => Asked::Failed("it is not there".to_owned()),
            };
        }
        Ok(Ok(answer)) => answer,
    };
    let exchange = Exchange {
        asked,
        answered: Timestamp::now(),
    };
    let body = answer.payload.map(Blob::into_inner).unwrap_or_default();
    read(&body, answer.function_error.is_some(), exchange)
}

fn read(body: &[u8], has_failed: bool, exchange: Exchange) -> Asked {
    let Ok(answer) = serde_json::from_slice::<Value>(body) else {
        return Asked::Failed("it answers no JSON".to_owned());
    };
    if has_failed {
        let message = answer.get("errorMessage").and_then(Value::as_str);
        return Asked::Failed(message.unwrap_or("it does not say why").to_owned());
    }
    match Check::deserialize(&answer) {
        Ok(check) => Asked::Answered(Box::new(check), exchange),
        Err(fault) => Asked::Unseen {
            why: format!(
                "the function answers in a form that this teamwire does not know ({fault})"
            ),
            remedy: "Deploy the stack and take the command line from the same version of teamwire."
                .to_owned(),
        },
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::keeper::mirrored;

    pub(in crate::doctor) const EXCHANGE: Exchange = Exchange {
        asked: Timestamp::UNIX_EPOCH,
        answered: Timestamp::UNIX_EPOCH,
    };

    /// What a function answers that finds all in order, as it stands in its documentation.
    pub(in crate::doctor) fn answer() -> Value {
        json!({
            "at": "1970-01-01T00:00:00Z",
            "urls": {"notification": "https://a.example/n", "lifecycle": "https://a.example/l"},
            "file": {"state": "present", "tenants": 1, "subscriptions": 1},
            "certificates": {"state": "present", "current": "2026a", "list": [
                {"id": "2026a", "thumbprint": "00", "notAfter": "2027-01-01T00:00:00Z",
                 "certificate": "AA=="}]},
            "clientState": {"keyIds": ["g", "k1"], "mintsWith": "k1", "values": 0},
            "tenants": [{
                "tenant": "9f4ebab6-520d-49c0-85cc-7b25c78d4a93",
                "inFile": true,
                "token": {"appId": "925bff9f-f6e2-4a69-b858-f71ea2b9b6d0",
                          "roles": ["Chat.Read.All"], "expires": "1970-01-01T01:00:00Z"},
                "clock": {"aheadSeconds": 0},
                "servicePrincipal": {"appRoleAssignmentRequired": false},
                "subscriptions": {"ours": [{
                    "id": "76222963-cc7b-42d2-882d-8aaa69cb2ba3", "resource": "chats/getAllMessages",
                    "changes": ["created"], "expires": "1970-01-02T00:00:00Z", "rich": true,
                    "certificateId": "2026a", "applicationId": "925bff9f-f6e2-4a69-b858-f71ea2b9b6d0",
                    "url": "ours", "lifecycle": "ours", "serves": 0}],
                    "others": [], "otherCount": 0, "leftOut": 0},
                "wanted": [{
                    "resource": "chats/getAllMessages", "row": "chats/getAllMessages",
                    "changes": ["created"], "payload": "rich", "lifecycle": true, "state": "live",
                    "subscriptionId": "76222963-cc7b-42d2-882d-8aaa69cb2ba3",
                    "expires": "1970-01-02T00:00:00Z"}],
                "wantedLeftOut": 0
            }],
            "tenantsLeftOut": 0
        })
    }

    /// The same, with `value` at that place (a JSON pointer).
    pub(in crate::doctor) fn but(place: &str, value: Value) -> Check {
        let mut answer = answer();
        *answer.pointer_mut(place).unwrap() = value;
        Check::deserialize(answer).unwrap()
    }

    #[test]
    fn an_answer_is_read_with_what_could_not_be_seen_in_it() {
        let read = |answer: Value| read(answer.to_string().as_bytes(), false, EXCHANGE);
        let Asked::Answered(check, _) = read(answer()) else {
            panic!("not read");
        };
        assert!(matches!(
            check.file,
            Part::Seen(File::Present {
                subscriptions: 1,
                ..
            })
        ));
        let refused = json!({"fault": "credentials-refused", "said": "..", "aadsts": 7000215});
        let check = but("/tenants/0/token", refused);
        let Part::Unseen(fault) = &check.tenants[0].token else {
            panic!("not a fault");
        };
        assert_eq!(
            (fault.fault.as_str(), fault.aadsts),
            ("credentials-refused", Some(7_000_215))
        );
    }

    #[test]
    fn of_an_answer_nothing_is_unread_but_what_is_named_here() {
        let mut unread = mirrored::unread::<Check>(&mirrored::written("check.json"));
        unread.extend(mirrored::unread::<Check>(&mirrored::written(
            "check-unseen.json",
        )));
        let subscription = ["changes", "expires", "lifecycle", "rich", "serves"];
        let both = ["ours", "others"].into_iter().flat_map(|list| {
            subscription.map(|name| format!("tenants/subscriptions/{list}/{name}"))
        });
        let named = [
            "certificates/list/notAfter",
            "certificates/list/retireAfter",
            "certificates/list/thumbprint",
            "tenants/inFile",
            "tenants/subscriptions/leftOut",
            "tenants/subscriptions/otherCount",
            "tenants/token/expires",
            "tenants/wanted/lifecycle",
            "urls",
        ];
        assert_eq!(
            unread,
            named.map(str::to_owned).into_iter().chain(both).collect()
        );
    }

    #[test]
    fn a_function_that_does_not_know_the_order_is_not_in_order_by_that() {
        let older = json!({"tenants": [], "faults": [{"reason": "not-an-order", "message": ".."}]});
        let asked = read(older.to_string().as_bytes(), false, EXCHANGE);
        assert!(matches!(asked, Asked::Unseen { .. }), "{asked:?}");
        let crashed = json!({"errorType": "Runtime.ExitError", "errorMessage": "exit status 1"});
        let asked = read(crashed.to_string().as_bytes(), true, EXCHANGE);
        assert_eq!(asked, Asked::Failed("exit status 1".to_owned()));
    }
}
