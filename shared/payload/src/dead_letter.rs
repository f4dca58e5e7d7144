//! Why a message is a dead letter or in quarantine, and whether a replay can help.
//!
//! The one table that functions, the command line and the documents follow: a test holds every fault of
//! a function, and the page that lists them, to it.

/// What a replay of a dead letter can come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outlook {
    /// It succeeds once this is done.
    Once(&'static str),
    /// It fails again, whatever is done: why.
    Never(&'static str),
}

/// One reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reason {
    /// The value of the message attribute `reason`.
    pub name: &'static str,
    /// Queues, by their names in a stack, whose messages have it; all of them where there are none.
    pub queues: &'static [&'static str],
    /// What a replay comes to.
    pub outlook: Outlook,
}

/// Begins the reason of whatever Graph refuses; the status follows.
const HTTP: &str = "http-";
const REFUSED: Reason = Reason {
    name: "http-<status>",
    queues: &["hydrate", "backfill"],
    outlook: Outlook::Once("Graph no longer refuses: the permission is given, say"),
};

const fn once(name: &'static str, queues: &'static [&'static str], remedy: &'static str) -> Reason {
    let outlook = Outlook::Once(remedy);
    Reason {
        name,
        queues,
        outlook,
    }
}

const fn never(name: &'static str, queues: &'static [&'static str], why: &'static str) -> Reason {
    let outlook = Outlook::Never(why);
    Reason {
        name,
        queues,
        outlook,
    }
}

/// Every reason. Of one that stands here twice, the first row that has the queue holds.
pub const REASONS: [Reason; 29] = [
    never(
        "tampered",
        &["decrypt"],
        "it was changed after it was sealed, or another key stood under its certificate id (fault rsa-oaep)",
    ),
    never("malformed", &[], "its body is no message"),
    once(
        "unknown-version",
        &[],
        "all functions are of one version, at least as new as the one that sent it",
    ),
    never(
        "resource-path",
        &["decrypt", "hydrate", "backfill", "quarantine"],
        "its resource is not a path",
    ),
    once(
        "claim-missing",
        &["decrypt", "hydrate", "backfill"],
        "the bucket has what its claim is to",
    ),
    never(
        "claim-mismatch",
        &["decrypt", "hydrate", "backfill"],
        "what its claim is to is something else",
    ),
    never(
        "not-a-resource",
        &["decrypt"],
        "what was sealed is no resource",
    ),
    once(
        "not-a-resource",
        &["hydrate"],
        "Graph answers with a resource",
    ),
    REFUSED,
    once(
        "no-access-policy",
        &["hydrate", "backfill"],
        "an application access policy of Teams lets the app (New-CsApplicationAccessPolicy, Grant-CsApplicationAccessPolicy)",
    ),
    once(
        "transcripts-disabled",
        &["hydrate", "backfill"],
        "Graph's access to transcripts is switched on",
    ),
    once(
        "no-speakers",
        &["hydrate", "backfill"],
        "the attribution of speakers is switched on",
    ),
    once(
        "no-credentials",
        &["hydrate", "backfill"],
        "the tenant has credentials",
    ),
    once(
        "unreadable",
        &["hydrate", "backfill"],
        "Graph's answer is within the limits",
    ),
    once(
        "deferred-too-long",
        &[],
        "what it waited for four days for is available",
    ),
    once("not-a-page", &["backfill"], "Graph answers with a page"),
    once("foreign-link", &["backfill"], "Graph's links lead to Graph"),
    once("page-circle", &["backfill"], "Graph's list has an end"),
    once("only-empty-pages", &["backfill"], "Graph's list has an end"),
    once(
        "too-many-pages",
        &["backfill"],
        "the list may have so many pages: it is read on from where it stopped",
    ),
    once(
        "restarted-too-often",
        &["backfill"],
        "Graph keeps a list for as long as it is read",
    ),
    once(
        "received-too-often",
        &["backfill"],
        "its process no longer dies or runs out of time",
    ),
    never("no-window", &["backfill"], "the gap has no bounds"),
    once(
        "client-state",
        &["quarantine"],
        "its client state is in the secret",
    ),
    never(
        "no-subscription",
        &["quarantine"],
        "no function takes what names no subscription",
    ),
    never(
        "unknown-change",
        &["quarantine"],
        "no function takes a change of that kind",
    ),
    never(
        "no-resource",
        &["quarantine"],
        "no function takes what names no resource",
    ),
    never(
        "no-tenant",
        &["quarantine"],
        "no function takes what is of no known tenant",
    ),
    once(NONE, &[], "what made it fail 25 times is mended"),
];

/// What stands for no reason: SQS moved the message after too many receives.
pub const NONE: &str = "none";

impl Reason {
    /// The reason by that name, of a message of that queue where it differs by queue. `None` of a name
    /// that no function gives.
    pub fn find(name: &str, queue: Option<&str>) -> Option<Self> {
        let is_status =
            |status: &str| status.len() == 3 && status.bytes().all(|b| b.is_ascii_digit());
        if name.strip_prefix(HTTP).is_some_and(is_status) {
            return Some(REFUSED);
        }
        let named = || REASONS.into_iter().filter(|reason| reason.name == name);
        let is_of = |reason: &Self| {
            reason.queues.is_empty() || queue.is_some_and(|queue| reason.queues.contains(&queue))
        };
        named().find(is_of).or_else(|| named().next())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outlook(name: &str, queue: &str) -> Option<Outlook> {
        Reason::find(name, Some(queue)).map(|reason| reason.outlook)
    }

    #[test]
    fn what_can_never_succeed_is_told_from_what_can() {
        for (name, queue) in [("tampered", "decrypt"), ("not-a-resource", "decrypt")] {
            assert!(
                matches!(outlook(name, queue), Some(Outlook::Never(_))),
                "{name}"
            );
        }
        for (name, queue) in [
            ("http-403", "hydrate"),
            ("not-a-resource", "hydrate"),
            ("client-state", "quarantine"),
            (NONE, "events"),
        ] {
            assert!(
                matches!(outlook(name, queue), Some(Outlook::Once(_))),
                "{name}"
            );
        }
    }

    #[test]
    fn a_name_that_no_function_gives_is_none() {
        for name in [
            "",
            "Tampered",
            "tamperd",
            "http-",
            "http-4o3",
            "http-<status>x",
        ] {
            assert_eq!(Reason::find(name, None), None, "{name}");
        }
    }
}
