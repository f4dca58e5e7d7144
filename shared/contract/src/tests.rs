//! The forms on the wire, held to `answers/*.json`, and the names, held to what the stacks' tests read.
//! `BLESS_CONTRACT=1` writes both.

use crate::answer::{BackfillAnswer, CertificatesAnswer, DeleteAnswer, ShowAnswer};
use crate::check::{
    CertificateCheck, CertificatesCheck, CheckAnswer, CheckFault, CheckPart, ClientStateCheck,
    ClockCheck, FileCheck, ServicePrincipalCheck, SubscriptionCheck, SubscriptionsCheck,
    TenantCheck, TokenCheck, WantedCheck, WantedPayload, WantedState,
};
use crate::report::{
    DONE, FaultReport, SubscriptionAction, SubscriptionChange, SubscriptionReport, TenantReport,
};
use crate::{
    FileFault, StackFunction, StackQueue, SubscriptionsCommand, alarm, attribute, metric, reason,
    variable,
};
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value, json};
use std::fmt::Debug;
use std::path::Path;
use teamwire_payload::{ChangeType, CoverageGap, GapReason, TenantId};

/// Compares `value` to a file below the crate's folder, or writes it.
fn hold(path: &str, value: &Value) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("BLESS_CONTRACT").is_some() {
        std::fs::write(&file, format!("{value:#}\n")).unwrap();
    }
    let written: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    assert_eq!(*value, written, "{path}; BLESS_CONTRACT=1 writes it");
}

fn holds<T: Serialize + DeserializeOwned + PartialEq + Debug>(name: &str, answer: &T) {
    let json = json!(answer);
    hold(&format!("answers/{name}.json"), &json);
    assert_eq!(serde_json::from_value::<T>(json).unwrap(), *answer);
}

fn at(hour: u32) -> Timestamp {
    format!("2026-11-28T{hour:02}:00:00Z").parse().unwrap()
}

fn tenant() -> TenantId {
    "9f4ebab6-520d-49c0-85cc-7b25c78d4a93".parse().unwrap()
}

fn file_fault() -> FileFault {
    FileFault {
        line: 5,
        field: "owner".to_owned(),
        problem: "is not a field".to_owned(),
    }
}

fn fault() -> FaultReport {
    FaultReport {
        tenant: Some(tenant()),
        reason: reason::DESIRED_INVALID.into(),
        message: "subscriptions.toml has faults".to_owned(),
        lines: vec![file_fault()],
    }
}

fn report() -> SubscriptionReport {
    SubscriptionReport {
        tenants: vec![TenantReport {
            tenant: tenant(),
            at: at(8),
            wanted: 2,
            live: 1,
            changes: vec![SubscriptionChange {
                action: SubscriptionAction::Renew,
                resource: "chats/getAllMessages".to_owned(),
                changes: vec![ChangeType::Created],
                subscription_id: Some("76222963-cc7b-42d2-882d-8aaa69cb2ba3".to_owned()),
                expires: Some(at(12)),
                certificate_id: Some("2026a".to_owned()),
                rich: true,
                why: "half of its life is over".to_owned(),
                outcome: Some(DONE.into()),
                heard: Some(at(7)),
                silent_since: Some(at(7)),
                silence_minutes: Some(240),
                silent: true,
            }],
        }],
        faults: vec![fault()],
    }
}

fn check() -> CheckAnswer {
    let subscription = SubscriptionCheck {
        id: "76222963-cc7b-42d2-882d-8aaa69cb2ba3".to_owned(),
        resource: "chats/getAllMessages".to_owned(),
        certificate_id: Some("2026a".to_owned()),
        application_id: Some("925bff9f-f6e2-4a69-b858-f71ea2b9b6d0".to_owned()),
        url: "ours".to_owned(),
    };
    CheckAnswer {
        at: at(8),
        file: CheckPart::Seen(FileCheck::Present {
            tenants: 1,
            subscriptions: 1,
        }),
        certificates: CheckPart::Seen(CertificatesCheck::Present {
            current: "2026a".to_owned(),
            list: vec![CertificateCheck {
                id: "2026a".to_owned(),
                certificate: "AA==".to_owned(),
            }],
        }),
        client_state: CheckPart::Seen(ClientStateCheck {
            key_ids: vec!["g".to_owned()],
            mints_with: Some("g".to_owned()),
            values: 1,
        }),
        tenants: vec![TenantCheck {
            tenant: tenant(),
            token: CheckPart::Seen(TokenCheck {
                app_id: "925bff9f-f6e2-4a69-b858-f71ea2b9b6d0".to_owned(),
                roles: vec!["Chat.Read.All".to_owned()],
            }),
            clock: CheckPart::Seen(ClockCheck { ahead_seconds: 1 }),
            service_principal: CheckPart::Seen(ServicePrincipalCheck {
                app_role_assignment_required: true,
            }),
            subscriptions: CheckPart::Seen(SubscriptionsCheck {
                ours: vec![subscription.clone()],
                others: vec![subscription],
                left_out: 2,
            }),
            wanted: vec![WantedCheck {
                resource: "chats/getAllMessages".to_owned(),
                row: "chats/getAllMessages".into(),
                changes: vec![ChangeType::Created],
                payload: WantedPayload::Rich,
                state: WantedState::Live,
                subscription_id: Some("76222963-cc7b-42d2-882d-8aaa69cb2ba3".to_owned()),
                expires: Some(at(12)),
                why: "it is as it is wanted".to_owned(),
                heard: Some(at(7)),
                silent: true,
            }],
            wanted_left_out: 3,
        }],
        tenants_left_out: 4,
    }
}

#[test]
fn each_answer_has_its_form_and_is_read_back() {
    holds("report", &report());
    holds("check", &check());
    let answer = DeleteAnswer {
        tenant: Some(tenant()),
        deleted: vec!["a".to_owned()],
        faults: vec![fault()],
    };
    holds("delete", &answer);
    let answer = ShowAnswer {
        desired: Some("[[tenants]]\n".to_owned()),
    };
    holds("show", &answer);
    let gap = CoverageGap {
        tenant_id: tenant(),
        subscription_id: "none".to_owned(),
        resource: "chats".to_owned(),
        changes: vec![ChangeType::Created],
        since: at(7).to_string(),
        until: at(8).to_string(),
        reason: GapReason::Asked,
        continuation: None,
    };
    let answer = BackfillAnswer {
        tenant: Some(tenant()),
        gaps: vec![gap],
        faults: Vec::new(),
    };
    holds("backfill", &answer);
    let answer = CertificatesAnswer {
        certificates: Some(json!({"current": "2026a", "certificates": {"2026a": {}}})),
        report: Some(report()),
    };
    holds("use-certificate", &answer);
}

#[test]
fn a_part_that_is_unavailable_has_its_fault_in_its_place() {
    let fault = CheckFault {
        aadsts: Some(7_000_215),
        lines: vec![file_fault()],
        ..CheckFault::new(reason::CREDENTIALS_REFUSED, "Entra refuses the credentials")
    };
    let unseen = CheckPart::<TokenCheck>::Unseen(fault);
    let json = json!({
        "fault": "credentials-refused", "said": "Entra refuses the credentials", "aadsts": 7000215,
        "lines": [{"line": 5, "field": "owner", "problem": "is not a field"}],
    });
    assert_eq!(json!(unseen), json);
    assert_eq!(
        serde_json::from_value::<CheckPart<TokenCheck>>(json).unwrap(),
        unseen
    );
}

#[test]
fn the_names_of_actions_are_those_on_the_wire() {
    for action in [
        SubscriptionAction::Create,
        SubscriptionAction::Adopt,
        SubscriptionAction::Renew,
        SubscriptionAction::RotateCertificate,
        SubscriptionAction::Recreate,
        SubscriptionAction::Remove,
        SubscriptionAction::Keep,
        SubscriptionAction::Unmanaged,
    ] {
        assert_eq!(json!(action), action.name());
    }
}

/// A stack and a command line are not deployed at once: members that are gone may come, and members
/// that are new may be missing.
#[test]
fn the_form_of_the_release_before_is_read() {
    let report: SubscriptionReport = serde_json::from_value(json!({
        "tenants": [{"tenant": tenant(), "at": at(8), "wanted": 1, "live": 1, "changes": [
            {"action": "move", "resource": "chats", "changes": ["created"], "why": "..",
             "quietSince": at(7)},
            {"action": "foreign", "resource": "chats", "changes": [], "why": ".."}]}],
        "faults": [{"reason": "desired-invalid", "message": ".."}]
    }))
    .unwrap();
    let changes = &report.tenants[0].changes;
    assert_eq!(changes[0].action, SubscriptionAction::RotateCertificate);
    assert_eq!(changes[0].silent_since, Some(at(7)));
    assert_eq!(changes[1].action, SubscriptionAction::Unmanaged);

    let mut old = json!(check());
    old.as_object_mut().unwrap().remove("tenantsLeftOut");
    old["urls"] =
        json!({"notification": "https://a.example/n", "lifecycle": "https://a.example/l"});
    let tenant = &mut old["tenants"][0];
    tenant["inFile"] = json!(true);
    tenant["token"]["expires"] = json!(at(9));
    tenant["subscriptions"]["otherCount"] = json!(1);
    tenant["subscriptions"]["ours"][0]["serves"] = json!(0);
    tenant["wanted"][0]["lifecycle"] = json!(true);
    old["certificates"]["list"][0]["notAfter"] = json!(at(9));
    let mut expected = check();
    expected.tenants_left_out = 0;
    assert_eq!(
        serde_json::from_value::<CheckAnswer>(old).unwrap(),
        expected
    );
}

#[test]
fn a_command_that_failed_as_a_whole_is_answered_with_its_fault() {
    let failed = json!(SubscriptionReport {
        tenants: Vec::new(),
        faults: vec![fault()]
    });
    let deleted: DeleteAnswer = serde_json::from_value(failed.clone()).unwrap();
    let read_again: BackfillAnswer = serde_json::from_value(failed.clone()).unwrap();
    let certificates: CertificatesAnswer = serde_json::from_value(failed.clone()).unwrap();
    assert_eq!(
        (deleted.faults, read_again.faults),
        (vec![fault()], vec![fault()])
    );
    assert_eq!(certificates.certificates, None);
    assert_eq!(json!(certificates.report), failed);
}

#[test]
fn members_that_are_left_out_of_a_command_do_the_least() {
    let command = |json| serde_json::from_value::<SubscriptionsCommand>(json);
    let apply = SubscriptionsCommand::Apply {
        desired: None,
        remove: false,
    };
    assert_eq!(command(json!({"action": "apply"})).unwrap(), apply);
    let certificate = json!({"action": "use-certificate", "id": "a", "certificate": "b"});
    assert!(matches!(
        command(certificate).unwrap(),
        SubscriptionsCommand::UseCertificate { keep_hours: 72, .. }
    ));
    let old = command(json!({"action": "list", "tenant": null})).unwrap();
    assert_eq!(json!(old), json!({"action": "list"}));
    for odd in [
        json!({"action": "reauthorize"}),
        json!({"action": "apply", "force": true}),
        json!({"action": "delete", "tenant": "contoso", "ids": []}),
        json!({"Records": []}),
    ] {
        assert!(command(odd.clone()).is_err(), "{odd}");
    }
}

#[test]
fn the_stacks_read_the_names_of_this_crate() {
    let functions = StackFunction::ALL.map(|function| {
        let read = variable::ALL.iter();
        let read = read.filter(|variable| variable.read_by.contains(&function));
        let names: Vec<_> = read.map(|variable| variable.name).collect();
        (function.name().to_owned(), json!({ "variables": names }))
    });
    let metrics: Vec<_> = metric::COUNTERS.into_iter().chain(metric::OTHERS).collect();
    let names = json!({
        "functions": functions.into_iter().collect::<Map<_, _>>(),
        "queues": StackQueue::ALL.map(StackQueue::name),
        "attributes": attribute::ALL,
        "metrics": metrics,
        "alarms": alarm::ALL,
        "schedule": SubscriptionsCommand::Reconcile,
    });
    hold("../../infra/contract/names.json", &names);
}
