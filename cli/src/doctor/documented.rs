//! docs/DOCTOR.md is made from the table of codes.

use crate::doctor::code::{Code, FindingVerdict, Station};
use clap::ValueEnum;
use std::collections::BTreeSet;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/DOCTOR.md");

const OPENING: &str = "# What `teamwire doctor` finds

Each finding has a code, which stays the same from version to version, and belongs to a station of the chain. `--output json` has it as `code`; `--only` takes stations. The verdict of a code is always the same:

| verdict | sign | meaning | exit status |
|---|---|---|---|
| `ok` | `✓`, `ok` | looked at, and in order | 0 |
| `warning` | `!` | works, and should be seen to | 0 |
| `fault` | `✗`, `X` | changes are lost, late or unsafe, or soon will be | 1 |
| `unknown` | `?` | could not be looked at; the finding says why, and which permission it needs | 0 |

A word in angle brackets is what the finding fills in. This page is printed from [the table](../cli/src/doctor/table.rs) by a test: `BLESS_DOCTOR=1 cargo test -p teamwire documented`.

What it takes: `lambda:GetFunctionConfiguration`, `lambda:GetFunctionConcurrency` and `lambda:GetFunctionRecursionConfig` on the functions, `lambda:InvokeFunction` on `<stack>-subscriptions`, `sqs:GetQueueUrl` and `sqs:GetQueueAttributes` on the queues, `cloudwatch:DescribeAlarms` on the alarms; on `*`, because IAM knows no narrower resource of them, `lambda:ListEventSourceMappings`, `lambda:GetAccountSettings` and `cloudwatch:GetMetricData`; and to hold private keys against their certificates `secretsmanager:GetSecretValue` on the envelope keys and `kms:GetPublicKey` on keys in KMS. `--send` also reads the secret of the client states and, where there is one, receives from the tail queue. Whatever is not permitted is told as `unknown`, and the rest is looked at all the same. Nothing is changed, and no key, token or secret is shown.

`--send` is the one thing that leaves a trace: one event of the deletion of a chat message that there never was (`chats('19:teamwire-doctor-..@thread.v2')`), whose id is told before it is sent.
";

fn page() -> String {
    let mut page = OPENING.to_owned();
    for station in Station::value_variants() {
        let value = station.to_possible_value().unwrap();
        let about = value.get_help().unwrap().to_string();
        page.push_str(&format!("\n## {}\n\n{about}.\n\n", value.get_name()));
        page.push_str("| code | verdict | what it means | what to do |\n|---|---|---|---|\n");
        for code in Code::ALL {
            let row = code.row();
            if row.station == *station {
                let verdict = match row.verdict {
                    FindingVerdict::Ok => "ok",
                    FindingVerdict::Warning => "warning",
                    FindingVerdict::Fault => "fault",
                    FindingVerdict::Unknown => "unknown",
                };
                let remedy = match row.remedy {
                    "<remedy>" => "what the finding says",
                    remedy => remedy,
                };
                page.push_str(&format!(
                    "| `{}` | {verdict} | {} | {} |\n",
                    row.name,
                    escaped(row.means),
                    escaped(remedy)
                ));
            }
        }
    }
    page
}

/// Angle brackets outside of code would be taken for HTML.
fn escaped(text: &str) -> String {
    let parts = text.split('`').enumerate();
    let parts = parts.map(|(index, part)| match index % 2 {
        0 => part.replace('<', "\\<"),
        _ => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("`")
}

#[test]
fn docs_doctor_md_is_printed_from_the_table() {
    if std::env::var_os("BLESS_DOCTOR").is_some() {
        std::fs::write(PATH, page()).unwrap();
    }
    let written = std::fs::read_to_string(PATH).unwrap();
    assert!(
        written == page(),
        "BLESS_DOCTOR=1 cargo test -p teamwire documented"
    );
}

#[test]
fn codes_are_told_apart_by_name() {
    let names: BTreeSet<_> = Code::ALL.iter().map(|code| code.row().name).collect();
    assert_eq!(names.len(), Code::ALL.len());
    for name in names {
        let fits = |char: char| char.is_ascii_lowercase() || char == '-';
        assert!(name.chars().all(fits), "{name}");
    }
}

#[test]
fn whatever_is_not_in_order_says_what_to_do() {
    for code in Code::ALL {
        let row = code.row();
        assert_eq!(
            row.remedy.is_empty(),
            row.verdict == FindingVerdict::Ok,
            "{}",
            row.name
        );
        assert!(!row.means.is_empty(), "{}", row.name);
    }
}

#[test]
fn a_ringing_alarm_has_its_section_in_the_runbook() {
    // The remedy of `alarm-ringing` points there.
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/RUNBOOK.md");
    let runbook = std::fs::read_to_string(path).unwrap();
    for name in teamwire_contract::alarm::ALL {
        let (heading, row) = (format!("## {name}\n"), format!("<a id=\"{name}\"></a>"));
        assert!(
            runbook.contains(&heading) || runbook.contains(&row),
            "{name}"
        );
    }
}
