//! The eighth station: the function's clock and this machine's, against Graph's.

use crate::doctor::check::{CheckOutcome, RequestTimes};
use crate::doctor::code::Code;
use crate::doctor::finding::Finding;
use std::ops::RangeInclusive;
use teamwire_contract::check::{CheckAnswer, CheckPart};

/// Seconds that a clock may be off. Tokens are good for minutes more than they are used.
const TOLERANCE: i64 = 60;

/// The findings about the clocks.
pub(crate) fn judge(asked: &CheckOutcome) -> Vec<Finding> {
    let CheckOutcome::Answered(check, exchange) = asked else {
        let what = "how the clocks stand is not known: the function did not say";
        return vec![Finding::new(Code::ClockUnseen, what)];
    };
    let mut findings = Vec::new();
    let ahead = check.tenants.iter().find_map(|tenant| match &tenant.clock {
        CheckPart::Seen(clock) => Some(clock.ahead_seconds),
        CheckPart::Unseen(_) => None,
    });
    match ahead {
        None => {
            let what = "Graph's clock could not be read through any tenant";
            findings.push(Finding::new(Code::ClockUnseen, what));
        }
        Some(ahead) if ahead.abs() > TOLERANCE => {
            let what = format!("the function's clock is {} Graph's", apart(-ahead));
            findings.push(Finding::new(Code::ClockFunctionOff, what));
        }
        Some(_) => {}
    }
    // Where Graph's clock is known, that is the right one.
    let here = distance(0, &here_ahead(check, *exchange, ahead.unwrap_or(0)));
    if here.abs() > TOLERANCE {
        let than = if ahead.is_some() {
            "Graph's"
        } else {
            "the function's"
        };
        let what = format!("this machine's clock is {} {than}", apart(here));
        findings.push(Finding::new(Code::ClockHereOff, what));
    }
    if findings.is_empty() {
        let what = format!("function, Graph and this machine agree within {TOLERANCE} s");
        findings.push(Finding::new(Code::ClocksAgree, what));
    }
    findings
}

/// The time by which this machine is ahead of Graph, in seconds: between what it would be if the
/// function had begun when it was asked, and if it had only begun when it answered.
fn here_ahead(
    check: &CheckAnswer,
    exchange: RequestTimes,
    graph_ahead: i64,
) -> RangeInclusive<i64> {
    let graph = check.at.as_second() + graph_ahead;
    (exchange.asked.as_second() - graph)..=(exchange.answered.as_second() - graph)
}

/// The number of a range that is nearest to `to`.
fn distance(to: i64, range: &RangeInclusive<i64>) -> i64 {
    to.clamp(*range.start(), (*range.end()).max(*range.start()))
}

fn apart(seconds: i64) -> String {
    match seconds {
        ..0 => format!("{} s behind", -seconds),
        0.. => format!("{seconds} s ahead of"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::tests::but;
    use jiff::Timestamp;
    use serde_json::json;

    /// The codes where Graph is that far ahead of the function, which began at 0 and was asked and
    /// answered at these seconds of this machine's clock.
    fn codes(graph_ahead: i64, asked: i64, answered: i64) -> Vec<Code> {
        let check = but("/tenants/0/clock", json!({"aheadSeconds": graph_ahead}));
        let at = |seconds| Timestamp::from_second(seconds).unwrap();
        let exchange = RequestTimes {
            asked: at(asked),
            answered: at(answered),
        };
        let found = judge(&CheckOutcome::Answered(Box::new(check), exchange)).into_iter();
        found.map(|finding| finding.code).collect()
    }

    #[test]
    fn clocks_are_judged_against_graphs() {
        use Code::*;
        for (graph_ahead, asked, answered, expected) in [
            (0, 0, 3, vec![ClocksAgree]),
            (2, -1, 3, vec![ClocksAgree]),
            // It took long to begin, or long to answer.
            (0, -120, 1, vec![ClocksAgree]),
            (0, -1, 150, vec![ClocksAgree]),
            (0, -200, -100, vec![ClockHereOff]),
            (0, 100, 102, vec![ClockHereOff]),
            (300, 300, 302, vec![ClockFunctionOff]),
            (-300, 0, 2, vec![ClockFunctionOff, ClockHereOff]),
        ] {
            let found = codes(graph_ahead, asked, answered);
            assert_eq!(found, expected, "{graph_ahead} {asked} {answered}");
        }
    }

    #[test]
    fn a_clock_that_no_tenant_shows_is_unknown() {
        let check = but(
            "/tenants/0/clock",
            json!({"fault": "no-token", "said": ".."}),
        );
        let asked = CheckOutcome::Answered(Box::new(check), crate::doctor::check::tests::EXCHANGE);
        assert_eq!(judge(&asked)[0].code, Code::ClockUnseen);
    }
}
