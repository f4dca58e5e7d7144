//! `docs/ANSWERS.md`, printed from the table.

use super::{AnswerMeaning, AnswerRow, GraphCall, GraphDenial, GraphWords, LEAVE_UNREAD, TABLE};
use std::fmt::Write;
use teamwire_payload::resource::Absence;

/// The calls that differ in what their answers mean or come to.
const CALLS: [(&str, &[GraphCall]); 7] = [
    ("deletable", &[GraphCall::Read(Absence::Deleted)]),
    ("resource", &[GraphCall::Read(Absence::Unreadable)]),
    ("content", &[GraphCall::Content]),
    ("page", &[GraphCall::Page]),
    ("subscription", &[GraphCall::Look, GraphCall::Subscription]),
    ("creation", &[GraphCall::Create]),
    ("removal", &[GraphCall::Remove]),
];

#[test]
fn the_page_is_what_the_table_says() {
    let page = page();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/ANSWERS.md");
    if std::env::var_os("BLESS_ANSWERS").is_some() {
        std::fs::write(path, &page).unwrap();
    }
    let stored = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(stored, page, "BLESS_ANSWERS=1 writes it");
}

#[test]
fn no_row_is_hidden_by_those_before_it() {
    for (at, row) in TABLE.iter().enumerate() {
        let is_hidden = TABLE.iter().take(at).any(|before| {
            matches!(before.words, GraphWords::Any)
                && row.calls.iter().all(|call| before.calls.contains(call))
                && row.statuses.iter().all(|statuses| {
                    before.statuses.iter().any(|wider| {
                        wider.contains(statuses.start()) && wider.contains(statuses.end())
                    })
                })
        });
        assert!(!is_hidden, "{row:?}");
    }
}

fn page() -> String {
    let mut page = String::from(INTRODUCTION);
    for row in TABLE {
        write_row(&mut page, row);
    }
    let unread = LEAVE_UNREAD.map(|status| status.to_string()).join(" or ");
    page.push_str(&BECOMES.replace("{unread}", &unread));
    page.push_str(ADVICE);
    for denial in [
        GraphDenial::NoAccessPolicy,
        GraphDenial::TranscriptsDisabled,
        GraphDenial::NoSpeakers,
    ] {
        writeln!(page, "| `{}` | {} |", denial.label(), denial.advice()).unwrap();
    }
    page
}

fn write_row(page: &mut String, row: &AnswerRow) {
    let statuses: Vec<_> = row
        .statuses
        .iter()
        .map(|range| match (range.start(), range.end()) {
            (first, last) if first == last => first.to_string(),
            (first, last) => format!("{first}-{last}"),
        })
        .collect();
    let quoted = |words: &[&str]| {
        let words: Vec<_> = words.iter().map(|words| format!("`{words}`")).collect();
        words.join(", ")
    };
    let words = match row.words {
        GraphWords::Any => String::new(),
        GraphWords::Code(codes) => format!("code {}", quoted(codes)),
        GraphWords::Says(words) => format!("message with {}", quoted(words)),
        GraphWords::Extension => "that status in an `ExtensionError`".to_owned(),
        GraphWords::NotGraphs => "not JSON; of content: empty, or HTML".to_owned(),
    };
    let is_for = |calls: &[GraphCall]| calls.iter().all(|call| row.calls.contains(call));
    let calls: Vec<_> = CALLS.iter().filter(|(_, calls)| is_for(calls)).collect();
    let calls = match calls.len() {
        7 => "every".to_owned(),
        _ => {
            let names: Vec<_> = calls.iter().map(|(name, _)| *name).collect();
            names.join(", ")
        }
    };
    let (statuses, meaning, why) = (statuses.join(", "), name(row.meaning), row.why);
    writeln!(
        page,
        "| {statuses} | {words} | {calls} | {meaning} | {why} |"
    )
    .unwrap();
}

fn name(meaning: AnswerMeaning) -> String {
    match meaning {
        AnswerMeaning::Success => "success".to_owned(),
        AnswerMeaning::Deleted => "deleted".to_owned(),
        AnswerMeaning::NotFound => "not found".to_owned(),
        AnswerMeaning::Exists => "exists".to_owned(),
        AnswerMeaning::Throttled => "throttled".to_owned(),
        AnswerMeaning::Unavailable => "unavailable".to_owned(),
        AnswerMeaning::TryAgain => "try again".to_owned(),
        AnswerMeaning::NoPermission => "no permission".to_owned(),
        AnswerMeaning::Denied(denial) => format!("denied, `{}`", denial.label()),
        AnswerMeaning::Quota => "quota".to_owned(),
        AnswerMeaning::Handshake => "handshake".to_owned(),
        AnswerMeaning::Refused => "refused".to_owned(),
    }
}

const INTRODUCTION: &str = "\
# What Graph's answers mean

hydrate, backfill and subscriptions follow [one table](../shared/graph/src/answers/table.rs), from \
which this page is printed (`BLESS_ANSWERS=1 cargo test --profile local -p teamwire-graph answers`). \
The first row that fits counts. The calls:

- **deletable**: GET of a team, a channel, a member of either, or a team that a channel is shared with
- **resource**: GET of a chat, a member of a chat, a message, a transcript, a recording, or what is not of Teams
- **content**: GET of the content of a transcript or recording
- **page**: GET of a page of a list, to fill a gap
- **subscription**: GET of the list of subscriptions, GET and PATCH of one
- **creation**: POST of a subscription; **removal**: DELETE of one

Where a service of Teams answers Graph with an error, Graph's code is `ExtensionError`, and the status \
within its message (`Operation: Create; Exception: [Status Code: ..; Reason: ..]`) counts instead of the \
one around it. Every request has `Prefer: include-unknown-enum-members`, and all but those of content \
`Accept: application/json`.

| status | says | calls | means | why |
|---|---|---|---|---|
";
const BECOMES: &str = "
## What becomes of it

| means | deletable, resource | content | page | subscription, creation, removal |
|---|---|---|---|---|
| deleted | looked for again for 15 minutes, then a tombstone, `gone` | | | |
| not found | looked for again for 15 minutes, then a reference, `not-found`; where content is wanted, `refused` | the same, then `contentskipped` `not-found` | the next page: the list is started over; one user, team, channel or chat of many: passed over; else a gap event, `http-404` | made again, if it is wanted; removed already |
| exists | | | | adopted, if its `notificationUrl` is ours |
| throttled | after the wait: `throttled` | the same | the same | the same; the tenant's other calls wait too |
| unavailable | later: `graph-unavailable` | the same | the same | four tries, then the next run; of one row of resources after three runs hourly |
| try again | later: `http-<status>`, or `not-graphs-answer` | the same | the same | the same; 401 ends the tenant's run: `refused` |
| no permission, refused | a dead letter, `http-<status>`, whose `fault` has Graph's code; {unread} a reference, `refused`, where content is wanted | `contentskipped` `http-<status>` | one of many, 402 or 403: a gap event, `http-<status>`; else a dead letter too | `no-consent`, `refused`: see [the runbook](RUNBOOK.md#reconcile-failed) |
| denied | a dead letter with that reason; a reference, `refused`, where content is wanted | `contentskipped` with that reason; `no-speakers` only if the text without speakers is refused too | one user, team, channel or chat of many: a gap event with that reason; else a dead letter too | `no-consent` |
| quota | | | | asked for again after an hour: `quota`; where it is the organization's, no other is created in that run |
| handshake | | | | no other is created in that run: `refused` |

What is tried later ends after four days as a dead letter, `deferred-too-long`; content after one day, \
when its event goes without it.
";
const ADVICE: &str = "
## What helps

| reason | what to do |
|---|---|
";
