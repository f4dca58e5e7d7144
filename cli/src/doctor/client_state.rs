//! The sixth station: the secret that our notifications are known by.

use crate::doctor::check::CheckOutcome;
use crate::doctor::code::Code;
use crate::doctor::finding::Finding;
use teamwire_contract::check::CheckPart;
use teamwire_contract::reason;

/// The finding about it. The function says what it holds, never its content.
pub(crate) fn judge(asked: &CheckOutcome) -> Finding {
    let CheckOutcome::Answered(check, _) = asked else {
        let what = "whether the client states can be read is not known: the function did not say";
        return Finding::new(Code::ClientStateUnseen, what);
    };
    match &check.client_state {
        CheckPart::Seen(state) => {
            let what = match &state.mints_with {
                Some(id) => format!(
                    "the function reads keys ({}) and values ({}); new subscriptions get the key {id}",
                    state.key_ids.len(),
                    state.values
                ),
                None => format!("the function reads values ({}) and no key", state.values),
            };
            Finding::new(Code::ClientStateInOrder, what)
        }
        CheckPart::Unseen(fault) if fault.fault == reason::SECRET_UNUSABLE => {
            let what = format!("the secret of the client states: {}", fault.said);
            Finding::new(Code::ClientStateUnusable, what)
        }
        CheckPart::Unseen(fault) => {
            let what = format!("the secret of the client states: {}", fault.said);
            Finding::new(Code::ClientStateUnreadable, what)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::tests::{EXCHANGE, but};
    use serde_json::json;

    #[test]
    fn each_fault_of_the_secret_has_its_code() {
        for (state, code) in [
            (
                json!({"keyIds": ["g"], "mintsWith": "g", "values": 0}),
                Code::ClientStateInOrder,
            ),
            (json!({"keyIds": [], "values": 2}), Code::ClientStateInOrder),
            (
                json!({"fault": "secret-unreadable", "said": ".."}),
                Code::ClientStateUnreadable,
            ),
            (
                json!({"fault": "secret-unusable", "said": ".."}),
                Code::ClientStateUnusable,
            ),
        ] {
            let asked = CheckOutcome::Answered(Box::new(but("/clientState", state)), EXCHANGE);
            assert_eq!(judge(&asked).code, code);
        }
        let unseen = CheckOutcome::Failed("exit status 1".to_owned());
        assert_eq!(judge(&unseen).code, Code::ClientStateUnseen);
    }
}
