//! The command `check` to the subscriptions function: the chain as it sees it.

use crate::doctor::ask::{AwsClients, Observation, looked};
use aws_sdk_lambda::primitives::Blob;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;
use teamwire_contract::SubscriptionsCommand;
use teamwire_contract::check::CheckAnswer;
use teamwire_payload::TenantId;

/// The function looks for 3 minutes at most.
const PATIENCE: Duration = Duration::from_secs(200);

/// Outcome of the command.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum CheckOutcome {
    Answered(Box<CheckAnswer>, RequestTimes),
    /// The function did not come to an answer: what it said.
    Failed(String),
    /// It was not asked, or does not know the command: why, and what to do.
    Unseen {
        why: String,
        remedy: String,
    },
}

/// The times of a request and of its answer, by this machine's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RequestTimes {
    pub(crate) asked: Timestamp,
    pub(crate) answered: Timestamp,
}

/// Asks the function of a stack; about these tenants alone, if there are any.
pub(crate) async fn ask(aws: &AwsClients, function: &str, tenants: &[TenantId]) -> CheckOutcome {
    let command = SubscriptionsCommand::Check {
        tenants: (!tenants.is_empty()).then(|| tenants.to_vec()),
    };
    let Ok(command) = serde_json::to_vec(&command) else {
        return CheckOutcome::Failed("the command has no JSON".to_owned());
    };
    let asked = Timestamp::now();
    let request = aws.orders.invoke().function_name(function);
    let request = request.payload(Blob::new(command)).send();
    let answer = match tokio::time::timeout(PATIENCE, request).await {
        Err(_) => return CheckOutcome::Failed(format!("it did not answer within {PATIENCE:?}")),
        Ok(Err(fault)) => {
            return match looked::<(), _, _>("lambda:InvokeFunction", fault) {
                Observation::Unseen(unseen) => CheckOutcome::Unseen {
                    why: unseen.to_string(),
                    remedy: "It needs `lambda:InvokeFunction`: have that granted, or ask somebody who has it.".to_owned(),
                },
                Observation::Seen(()) | Observation::Missing => CheckOutcome::Failed("it is not there".to_owned()),
            };
        }
        Ok(Ok(answer)) => answer,
    };
    let exchange = RequestTimes {
        asked,
        answered: Timestamp::now(),
    };
    let body = answer.payload.map(Blob::into_inner).unwrap_or_default();
    read(&body, answer.function_error.is_some(), exchange)
}

fn read(body: &[u8], has_failed: bool, exchange: RequestTimes) -> CheckOutcome {
    let Ok(answer) = serde_json::from_slice::<Value>(body) else {
        return CheckOutcome::Failed("it answers no JSON".to_owned());
    };
    if has_failed {
        let message = answer.get("errorMessage").and_then(Value::as_str);
        return CheckOutcome::Failed(message.unwrap_or("it does not say why").to_owned());
    }
    match CheckAnswer::deserialize(&answer) {
        Ok(check) => CheckOutcome::Answered(Box::new(check), exchange),
        Err(fault) => CheckOutcome::Unseen {
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
    use serde_json::json;
    use teamwire_contract::check::{CheckPart, FileCheck};

    pub(in crate::doctor) const EXCHANGE: RequestTimes = RequestTimes {
        asked: Timestamp::UNIX_EPOCH,
        answered: Timestamp::UNIX_EPOCH,
    };

    /// The answer of a function of the release before that finds all in order.
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
                          "roles": ["Chat.Read.All", "User.ReadBasic.All"], "expires": "1970-01-01T01:00:00Z"},
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
    pub(in crate::doctor) fn but(place: &str, value: Value) -> CheckAnswer {
        let mut answer = answer();
        *answer.pointer_mut(place).unwrap() = value;
        CheckAnswer::deserialize(answer).unwrap()
    }

    #[test]
    fn an_answer_is_read_with_what_could_not_be_seen_in_it() {
        let read = |answer: Value| read(answer.to_string().as_bytes(), false, EXCHANGE);
        let CheckOutcome::Answered(check, _) = read(answer()) else {
            panic!("not read");
        };
        assert!(matches!(
            check.file,
            CheckPart::Seen(FileCheck::Present {
                subscriptions: 1,
                ..
            })
        ));
        let refused = json!({"fault": "credentials-refused", "said": "..", "aadsts": 7000215});
        let check = but("/tenants/0/token", refused);
        let CheckPart::Unseen(fault) = &check.tenants[0].token else {
            panic!("not a fault");
        };
        assert_eq!(
            (&*fault.fault, fault.aadsts),
            ("credentials-refused", Some(7_000_215))
        );
    }

    #[test]
    fn a_function_that_does_not_know_the_order_is_not_in_order_by_that() {
        let older = json!({"tenants": [], "faults": [{"reason": "not-an-order", "message": ".."}]});
        let asked = read(older.to_string().as_bytes(), false, EXCHANGE);
        assert!(matches!(asked, CheckOutcome::Unseen { .. }), "{asked:?}");
        let crashed = json!({"errorType": "Runtime.ExitError", "errorMessage": "exit status 1"});
        let asked = read(crashed.to_string().as_bytes(), true, EXCHANGE);
        assert_eq!(asked, CheckOutcome::Failed("exit status 1".to_owned()));
    }
}
