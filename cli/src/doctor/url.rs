//! The second station: the URLs that Graph posts to.

mod probe;

use crate::doctor::alarms::StackAlarms;
use crate::doctor::ask::{Observation, is_loopback};
use crate::doctor::code::{Code, FindingVerdict};
use crate::doctor::finding::Finding;
use crate::doctor::stack::{DeployedStack, StackFunction};
use futures::future::join_all;
use probe::{Garbage, ProbeAnswer, ProbeFault, SENT, TOKEN, UrlProbe};
use std::time::Duration;
use teamwire_contract::variable;

/// The time that Graph waits for a handshake, and in which it wants its answers (GRAPH-3).
const GRAPH_WAITS: Duration = Duration::from_secs(10);
const GRAPH_LIKES: Duration = Duration::from_secs(3);

/// The use of each URL.
const URLS: [(&str, &str); 2] = [
    ("notification URL", variable::NOTIFICATION_URL),
    ("lifecycle URL", variable::LIFECYCLE_URL),
];

/// Posts to both URLs as Graph does, and says what is to be said of the answers.
pub(crate) async fn look(stack: &DeployedStack, alarms: &Observation<StackAlarms>) -> Vec<Finding> {
    let api = alarms.seen().and_then(StackAlarms::api);
    let both = URLS.map(|(what, variable)| of_url(stack, api, what, variable));
    join_all(both).await.into_iter().flatten().collect()
}

async fn of_url(
    stack: &DeployedStack,
    api: Option<&str>,
    what: &str,
    variable: &str,
) -> Vec<Finding> {
    let Some(url) = stack.variable(StackFunction::Subscriptions, variable) else {
        let text = format!("the {what} is not known: {variable} could not be read");
        return vec![Finding::new(Code::UrlUnseen, text)];
    };
    let found = match of_address(what, url, api) {
        Some(finding) if finding.code == Code::UrlNotHttps => vec![finding],
        other => {
            let mut found = judge(what, url, &UrlProbe::of(url).await);
            if other.is_some() {
                found.retain(|finding| finding.verdict() != FindingVerdict::Ok);
            }
            found.extend(other);
            found
        }
    };
    let full = |finding: Finding| finding.with("url", url).with("stack", &stack.name);
    found.into_iter().map(full).collect()
}

/// The finding about the URL itself, before anything is sent there. `api` is the id of the stack's
/// API.
fn of_address(what: &str, url: &str, api: Option<&str>) -> Option<Finding> {
    if !url.starts_with("https://") && !is_loopback(url) {
        let text = format!("the {what} {url} is not https");
        return Some(Finding::new(Code::UrlNotHttps, text));
    }
    // A domain of one's own does not show the API behind it.
    let api = api.filter(|_| url.contains("execute-api"))?;
    let own = [format!("//{api}."), format!("/{api}/")];
    let is_own = own.iter().any(|part| url.contains(part));
    let text = format!("the {what} {url} is not of the stack's API, {api}");
    (!is_own).then(|| Finding::new(Code::UrlOtherApi, text))
}

fn judge(what: &str, url: &str, probe: &UrlProbe) -> Vec<Finding> {
    let mut findings = Vec::new();
    let (first, rest) = match &probe.handshakes {
        Err(ProbeFault::Tls(why)) => {
            let text = format!("the {what} {url} has no certificate that is valid: {why}");
            return vec![Finding::new(Code::UrlTls, text)];
        }
        Err(ProbeFault::TooSlow) => {
            let text = format!("the {what} {url} did not answer a handshake within 10 s");
            return vec![Finding::new(Code::HandshakeTooSlow, text)];
        }
        Err(ProbeFault::Unreachable(why)) => {
            let text = format!("the {what} {url} can't be reached from here: {why}");
            return vec![Finding::new(Code::UrlUnreachable, text)];
        }
        Ok((first, rest)) => (first, rest),
    };
    if let Some(finding) = of_handshake(what, first) {
        return vec![finding];
    }
    // What answers once and not the second time is told as well.
    findings.extend(rest.iter().find_map(|answer| of_handshake(what, answer)));
    let mut warm: Vec<_> = rest.iter().map(|answer| answer.took).collect();
    warm.sort_unstable();
    let median = warm.get(warm.len() / 2).copied().unwrap_or(first.took);
    let measured = format!(
        "first answer {} ms, then {} ms, the median of {}",
        first.took.as_millis(),
        median.as_millis(),
        warm.len()
    );
    if first.took.max(median) >= GRAPH_WAITS {
        findings.push(Finding::new(
            Code::HandshakeTooSlow,
            format!("{what}: {measured}"),
        ));
    } else if median >= GRAPH_LIKES {
        findings.push(Finding::new(Code::UrlSlow, format!("{what}: {measured}")));
    } else if first.took >= GRAPH_LIKES {
        findings.push(Finding::new(
            Code::UrlColdSlow,
            format!("{what}: {measured}"),
        ));
    }
    findings.extend(of_garbage(what, &probe.garbage));
    if findings.is_empty() {
        let text =
            format!("{what} {url}: the handshake is exact, {measured}; Graph wants 3 s at most");
        findings.push(Finding::new(Code::UrlAnswers, text));
    }
    findings
}

/// The fault of the answer to a handshake.
fn of_handshake(what: &str, answer: &ProbeAnswer) -> Option<Finding> {
    if answer.status != 200 {
        return Some(of_status(what, "a handshake", answer));
    }
    let kind = answer.content_type.as_str();
    if !kind
        .split(';')
        .next()
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("text/plain"))
    {
        let text = format!("the {what} answers a handshake as {kind:?}, not as text/plain");
        return Some(Finding::new(Code::HandshakeType, text));
    }
    if answer.body != TOKEN {
        let text = format!(
            "the {what} answers the handshake validationToken={SENT} with {:?}, not with {TOKEN:?}",
            answer.body
        );
        return Some(Finding::new(Code::HandshakeBody, text));
    }
    None
}

/// The finding about an unexpected status.
fn of_status(what: &str, sent: &str, answer: &ProbeAnswer) -> Finding {
    let status = answer.status;
    let code = match status {
        300..=399 => Code::UrlRedirects,
        401 | 403 => Code::UrlForbidden,
        404 => Code::UrlNotFound,
        429 => Code::UrlThrottled,
        500..=599 => Code::UrlFailing,
        _ => Code::HandshakeStatus,
    };
    let to = match &answer.location {
        Some(location) => format!(" to {location}"),
        None => String::new(),
    };
    let text = format!("the {what} answers {sent} with {status}{to}");
    Finding::new(code, text).with("target", answer.location.as_deref().unwrap_or("https://.."))
}

/// The fault of the answer to a body that is no notification.
fn of_garbage(what: &str, garbage: &Garbage) -> Option<Finding> {
    let sent = "a POST that is no notification";
    let answer = match garbage {
        Ok(answer) => answer,
        Err(_) => {
            let text = format!("the {what} does not answer {sent}");
            return Some(Finding::new(Code::UrlNotIngest, text));
        }
    };
    match answer.status {
        400 => None,
        300..=399 | 401 | 403 | 404 | 429 | 500..=599 => Some(of_status(what, sent, answer)),
        status => {
            let text = format!("the {what} answers {sent} with {status}; ingest says 400");
            Some(Finding::new(Code::UrlNotIngest, text))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://hooks.example.com/notifications";

    fn good(milliseconds: u64) -> ProbeAnswer {
        ProbeAnswer {
            status: 200,
            content_type: "text/plain; charset=utf-8".to_owned(),
            location: None,
            body: TOKEN.to_owned(),
            took: Duration::from_millis(milliseconds),
        }
    }

    fn status(status: u16) -> ProbeAnswer {
        ProbeAnswer { status, ..good(1) }
    }

    fn probe(first: ProbeAnswer, warm: u64) -> UrlProbe {
        UrlProbe {
            handshakes: Ok((first, vec![good(warm), good(warm), good(warm)])),
            garbage: Ok(status(400)),
        }
    }

    fn codes(probe: &UrlProbe) -> Vec<Code> {
        let found = judge("notification URL", URL, probe);
        found.into_iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn an_exact_answer_in_time_is_in_order() {
        assert_eq!(codes(&probe(good(700), 40)), [Code::UrlAnswers]);
    }

    #[test]
    fn each_wrong_answer_to_a_handshake_has_its_code() {
        let with = |change: fn(&mut ProbeAnswer)| {
            let mut answer = good(5);
            change(&mut answer);
            answer
        };
        for (code, answer) in [
            (Code::UrlRedirects, status(308)),
            (Code::UrlForbidden, status(403)),
            (Code::UrlForbidden, status(401)),
            (Code::UrlNotFound, status(404)),
            (Code::UrlThrottled, status(429)),
            (Code::UrlFailing, status(503)),
            (Code::HandshakeStatus, status(202)),
            (
                Code::HandshakeType,
                with(|it| it.content_type = "application/json".to_owned()),
            ),
            (
                Code::HandshakeType,
                with(|it| it.content_type = String::new()),
            ),
            (Code::HandshakeBody, with(|it| it.body = SENT.to_owned())),
            (Code::HandshakeBody, with(|it| it.body.insert(0, '"'))),
        ] {
            assert_eq!(codes(&probe(answer, 5)), [code]);
        }
    }

    #[test]
    fn slowness_is_measured_by_what_graph_minds() {
        for (first, warm, code) in [
            (2_999, 2_999, Code::UrlAnswers),
            (3_000, 40, Code::UrlColdSlow),
            (3_000, 3_000, Code::UrlSlow),
            (10_000, 40, Code::HandshakeTooSlow),
        ] {
            assert_eq!(codes(&probe(good(first), warm)), [code], "{first} {warm}");
        }
    }

    #[test]
    fn what_does_not_answer_at_all_has_its_code() {
        for (code, why) in [
            (Code::UrlTls, ProbeFault::Tls("expired".to_owned())),
            (
                Code::UrlUnreachable,
                ProbeFault::Unreachable("refused".to_owned()),
            ),
            (Code::HandshakeTooSlow, ProbeFault::TooSlow),
        ] {
            let garbage = Err(ProbeFault::TooSlow);
            assert_eq!(
                codes(&UrlProbe {
                    handshakes: Err(why),
                    garbage
                }),
                [code]
            );
        }
    }

    #[test]
    fn who_takes_garbage_is_not_ingest() {
        for (code, garbage) in [
            (Code::UrlNotIngest, status(200)),
            (Code::UrlNotIngest, status(202)),
            (Code::UrlForbidden, status(403)),
            (Code::UrlFailing, status(502)),
        ] {
            let mut probe = probe(good(5), 5);
            probe.garbage = Ok(garbage);
            assert_eq!(codes(&probe), [code]);
        }
    }

    #[test]
    fn the_address_must_be_https_and_of_the_stacks_api() {
        let aws = "https://abc123.execute-api.eu-central-1.amazonaws.com/notifications";
        let local = "http://127.0.0.1:4566/_aws/execute-api/abc123/$default/notifications";
        for (url, api, code) in [
            (URL, Some("abc123"), None),
            (aws, Some("abc123"), None),
            (aws, None, None),
            (local, Some("abc123"), None),
            (aws, Some("def456"), Some(Code::UrlOtherApi)),
            (local, Some("bc123"), Some(Code::UrlOtherApi)),
            ("http://hooks.example.com/n", None, Some(Code::UrlNotHttps)),
        ] {
            let found = of_address("notification URL", url, api);
            assert_eq!(found.map(|finding| finding.code), code, "{url}");
        }
    }
}
