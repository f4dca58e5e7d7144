//! The printing of findings.

use crate::doctor::code::{FindingVerdict, Station};
use crate::doctor::finding::Finding;
use crate::doctor::fold::fold;
use crate::terminal::{self, TextColour, TextColours};
use clap::ValueEnum;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// The subject of the findings.
pub(crate) struct Heading<'a> {
    pub(crate) stack: &'a str,
    pub(crate) account: &'a str,
    pub(crate) region: &'a str,
    /// The caller.
    pub(crate) caller: &'a str,
}

/// The number of findings of each verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct VerdictCount {
    pub(crate) ok: usize,
    pub(crate) warnings: usize,
    pub(crate) faults: usize,
    pub(crate) unknown: usize,
}

impl VerdictCount {
    pub(crate) fn of(findings: &[Finding]) -> Self {
        let mut count = Self::default();
        for finding in findings {
            *match finding.verdict() {
                FindingVerdict::Ok => &mut count.ok,
                FindingVerdict::Warning => &mut count.warnings,
                FindingVerdict::Fault => &mut count.faults,
                FindingVerdict::Unknown => &mut count.unknown,
            } += 1;
        }
        count
    }
}

/// For people: station by station, what is said of several tenants once, and the count. `signs` of a terminal or plain ASCII.
pub(crate) fn text(
    findings: &[Finding],
    heading: &Heading<'_>,
    ink: TextColours,
    signs: bool,
) -> String {
    let Heading {
        stack,
        account,
        region,
        ..
    } = heading;
    let (stack, account, region) = (
        terminal::plain(stack),
        terminal::plain(account),
        terminal::plain(region),
    );
    let mut text = format!("{stack}, account {account}, region {region}\n");
    let folded = fold(findings);
    for station in Station::value_variants() {
        let of: Vec<_> = folded
            .iter()
            .filter(|finding| finding.code.row().station == *station)
            .collect();
        if !of.is_empty() {
            let name = station.to_possible_value();
            let name = name.as_ref().map_or("", |name| name.get_name());
            let _ = writeln!(text, "\n{name}");
        }
        for finding in of {
            text.push_str(&line(finding, ink, signs));
        }
    }
    let _ = writeln!(text, "\n{}", summary(VerdictCount::of(findings)));
    text
}

fn summary(count: VerdictCount) -> String {
    let VerdictCount {
        ok,
        warnings,
        faults,
        unknown,
    } = count;
    let many = |count: usize, what: &str| match count {
        0 => format!("no {what}s"),
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    };
    let (faults, warnings) = (many(faults, "fault"), many(warnings, "warning"));
    let unknown = match unknown {
        0 => String::new(),
        _ => format!("{unknown} not looked at, "),
    };
    format!("{faults}, {warnings}, {unknown}{ok} in order")
}

fn line(finding: &Finding, ink: TextColours, signs: bool) -> String {
    let row = finding.code.row();
    let (sign, plain, colour) = match row.verdict {
        FindingVerdict::Ok => ("\u{2713}", "ok", TextColour::Green),
        FindingVerdict::Warning => ("!", "!", TextColour::Yellow),
        FindingVerdict::Fault => ("\u{2717}", "X", TextColour::Red),
        FindingVerdict::Unknown => ("?", "?", TextColour::Grey),
    };
    let sign = match signs {
        true => format!("{sign} "),
        false => format!("{plain:<2} "),
    };
    let sign = ink.paint(colour, &sign);
    let what = &finding.what;
    if row.verdict == FindingVerdict::Ok {
        return format!("  {sign}{what}\n");
    }
    let code = ink.paint(TextColour::Grey, &format!("[{}]", row.name));
    let mut line = format!("  {sign}{what} {code}\n      {}\n", row.means);
    let remedy = finding.remedy();
    if !remedy.is_empty() {
        let _ = writeln!(line, "      -> {remedy}");
    }
    line
}

/// For programs: one document.
pub(crate) fn json(findings: &[Finding], heading: &Heading<'_>) -> Value {
    let VerdictCount {
        ok,
        warnings,
        faults,
        unknown,
    } = VerdictCount::of(findings);
    json!({
        "stack": heading.stack,
        "account": heading.account,
        "region": heading.region,
        "caller": heading.caller,
        "faults": faults,
        "warnings": warnings,
        "unknown": unknown,
        "ok": ok,
        "findings": findings,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::code::Code;

    const HEADING: Heading<'_> = Heading {
        stack: "teamwire",
        account: "123456789012",
        region: "eu-central-1",
        caller: "arn:aws:iam::123456789012:user/ada",
    };

    fn findings() -> Vec<Finding> {
        vec![
            Finding::new(Code::FunctionsReady, "5 functions are active"),
            Finding::new(
                Code::DeadLetters,
                "3 dead letters on teamwire-decrypt-dead-letters",
            )
            .with("stack", "teamwire")
            .with("queue", "decrypt"),
        ]
    }

    #[test]
    fn people_read_what_is_wrong_what_it_means_and_what_to_do() {
        let ink = TextColours::none();
        let page = text(&findings(), &HEADING, ink, false);
        assert_eq!(
            page,
            "teamwire, account 123456789012, region eu-central-1\n\
             \n\
             functions\n\
             \x20 ok 5 functions are active\n\
             \n\
             queues\n\
             \x20 X  3 dead letters on teamwire-decrypt-dead-letters [dead-letters]\n\
             \x20     Changes that nobody could work on wait there, 14 days at most; each is missing at the \
             consumer.\n\
             \x20     -> `teamwire dead-letters list --stack teamwire --queue decrypt`, then `teamwire \
             replay --stack teamwire --queue decrypt`\n\
             \n\
             1 fault, no warnings, 1 in order\n"
        );
    }

    #[test]
    fn programs_get_one_document() {
        let document = json(&findings(), &HEADING);
        assert_eq!(document["faults"], 1);
        let finding = &document["findings"][1];
        assert_eq!(finding["code"], "dead-letters");
        assert_eq!(finding["station"], "queues");
        assert_eq!(finding["verdict"], "fault");
        for member in ["what", "means", "do"] {
            assert!(finding[member].is_string(), "{member}");
        }
    }
}
