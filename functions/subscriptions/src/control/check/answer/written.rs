//! The answers as they are written, for whoever reads them: every member there is, in
//! `answers/*.json`. The command line's tests read the same files.

use super::*;
use crate::{Change, FaultReport, Report, TenantReport};
use serde_json::{Value, json};

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

fn trouble() -> Trouble {
    Trouble {
        fault: "credentials-refused",
        said: "Entra refuses the app's credentials".to_owned(),
        aadsts: Some(7_000_215),
        lines: vec![file_fault()],
    }
}

fn subscription() -> SubscriptionSeen {
    SubscriptionSeen {
        id: "76222963-cc7b-42d2-882d-8aaa69cb2ba3".to_owned(),
        resource: "chats/getAllMessages".to_owned(),
        changes: vec![ChangeType::Created],
        expires: at(12),
        rich: true,
        certificate_id: Some("2026a".to_owned()),
        application_id: Some("925bff9f-f6e2-4a69-b858-f71ea2b9b6d0".to_owned()),
        url: "ours".to_owned(),
        lifecycle: "ours",
        serves: Some(0),
    }
}

fn wanted() -> WantedSeen {
    WantedSeen {
        resource: "chats/getAllMessages".to_owned(),
        row: "chats/getAllMessages",
        changes: vec![ChangeType::Created],
        payload: "rich",
        lifecycle: true,
        state: State::Live,
        subscription_id: Some("76222963-cc7b-42d2-882d-8aaa69cb2ba3".to_owned()),
        expires: Some(at(12)),
        why: "it is as it is wanted".to_owned(),
        heard: Some(at(7)),
        silent: true,
    }
}

fn checked() -> Checked {
    Checked {
        at: at(8),
        urls: UrlsSeen {
            notification: "https://hook.example/notifications".to_owned(),
            lifecycle: "https://hook.example/lifecycle".to_owned(),
        },
        file: Part::Known(FileSeen::Present {
            tenants: 1,
            subscriptions: 1,
        }),
        certificates: Part::Known(CertificatesSeen::Present {
            current: "2026a".to_owned(),
            list: vec![CertificateSeen {
                id: "2026a".to_owned(),
                thumbprint: "00".to_owned(),
                not_after: at(9),
                certificate: "AA==".to_owned(),
                retire_after: Some(at(10)),
            }],
        }),
        client_state: Part::Known(ClientStateSeen {
            key_ids: vec!["g".to_owned()],
            mints_with: Some("g".to_owned()),
            values: 1,
        }),
        tenants: vec![TenantSeen {
            tenant: tenant(),
            in_file: true,
            token: Part::Known(TokenSeen {
                app_id: "925bff9f-f6e2-4a69-b858-f71ea2b9b6d0".to_owned(),
                roles: vec!["Chat.Read.All".to_owned()],
                expires: at(9),
            }),
            clock: Part::Known(ClockSeen { ahead_seconds: 1 }),
            service_principal: Part::Known(PrincipalSeen {
                app_role_assignment_required: true,
            }),
            subscriptions: Part::Known(SubscriptionsSeen {
                ours: vec![subscription()],
                others: vec![subscription()],
                other_count: 1,
                left_out: 2,
            }),
            wanted: vec![wanted()],
            wanted_left_out: 3,
        }],
        tenants_left_out: 4,
    }
}

/// The same, of which nothing could be seen.
fn unseen() -> Checked {
    let mut checked = checked();
    checked.file = Part::Unknown(trouble());
    checked.certificates = Part::Unknown(trouble());
    checked.client_state = Part::Unknown(trouble());
    for tenant in &mut checked.tenants {
        tenant.token = Part::Unknown(trouble());
        tenant.clock = Part::Unknown(trouble());
        tenant.service_principal = Part::Unknown(trouble());
        tenant.subscriptions = Part::Unknown(trouble());
    }
    checked
}

fn report() -> Report {
    Report {
        tenants: vec![TenantReport {
            tenant: tenant(),
            at: at(8),
            wanted: 2,
            live: 1,
            changes: vec![Change {
                action: "renew",
                resource: "chats/getAllMessages".to_owned(),
                changes: vec![ChangeType::Created],
                subscription_id: Some("76222963-cc7b-42d2-882d-8aaa69cb2ba3".to_owned()),
                expires: Some(at(12)),
                certificate_id: Some("2026a".to_owned()),
                rich: true,
                why: "half of its life is over".to_owned(),
                outcome: Some("done"),
                heard: Some(at(7)),
                silent_since: Some(at(7)),
                silence_minutes: Some(240),
                silent: true,
            }],
        }],
        faults: vec![FaultReport {
            tenant: Some(tenant()),
            reason: "desired-invalid",
            message: "subscriptions.toml has faults".to_owned(),
            lines: vec![file_fault()],
        }],
    }
}

/// `BLESS_WRITTEN=1` writes them.
#[test]
fn the_answers_are_as_they_are_written() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("answers");
    for (name, answer) in [
        ("check.json", json!(checked())),
        ("check-unseen.json", json!(unseen())),
        ("report.json", json!(report())),
    ] {
        let path = folder.join(name);
        if std::env::var_os("BLESS_WRITTEN").is_some() {
            std::fs::write(&path, format!("{answer:#}\n")).unwrap();
        }
        let written: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        assert_eq!(answer, written, "{name}; BLESS_WRITTEN=1 writes it");
    }
}
