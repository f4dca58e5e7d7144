//! The reasons of dead letters and of messages in quarantine, and what a replay of each comes to.
//!
//! The one table that functions, the command line and the documents follow: a test holds every fault of
//! a function, and the page that lists them, to it.

use crate::StackQueue::{self, Backfill, Decrypt, Hydrate, Quarantine};

/// The outcome of a replay of a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplayOutlook {
    /// It succeeds once this is done.
    Once(&'static str),
    /// It fails again, whatever is done, for this reason.
    Never(&'static str),
}

/// One reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeadLetterReason {
    /// The value of the message attribute `reason`.
    pub name: &'static str,
    /// Queues whose messages have it; empty for all of them.
    pub queues: &'static [StackQueue],
    /// The outcome of a replay.
    pub outlook: ReplayOutlook,
}

/// Prefix of the reason of a refusal of Graph; the status follows.
const HTTP: &str = "http-";
const REFUSED: DeadLetterReason = DeadLetterReason {
    name: "http-<status>",
    queues: &[Hydrate, Backfill],
    outlook: ReplayOutlook::Once("Graph no longer refuses: the permission is given, say"),
};

const fn once(
    name: &'static str,
    queues: &'static [StackQueue],
    remedy: &'static str,
) -> DeadLetterReason {
    let outlook = ReplayOutlook::Once(remedy);
    DeadLetterReason {
        name,
        queues,
        outlook,
    }
}

const fn never(
    name: &'static str,
    queues: &'static [StackQueue],
    why: &'static str,
) -> DeadLetterReason {
    let outlook = ReplayOutlook::Never(why);
    DeadLetterReason {
        name,
        queues,
        outlook,
    }
}

/// Every reason. For a name that is here twice, the first row that has the queue holds.
pub const REASONS: [DeadLetterReason; 29] = [
    never(
        "tampered",
        &[Decrypt],
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
        &[Decrypt, Hydrate, Backfill, Quarantine],
        "its resource is not a path",
    ),
    once(
        "claim-missing",
        &[Decrypt, Hydrate, Backfill],
        "the bucket has what its claim is to",
    ),
    never(
        "claim-mismatch",
        &[Decrypt, Hydrate, Backfill],
        "what its claim is to is something else",
    ),
    never(
        "not-a-resource",
        &[Decrypt],
        "what was sealed is no resource",
    ),
    once(
        "not-a-resource",
        &[Hydrate],
        "Graph answers with a resource",
    ),
    REFUSED,
    once(
        "no-access-policy",
        &[Hydrate, Backfill],
        "an application access policy of Teams lets the app (New-CsApplicationAccessPolicy, Grant-CsApplicationAccessPolicy)",
    ),
    once(
        "transcripts-disabled",
        &[Hydrate, Backfill],
        "Graph's access to transcripts is switched on",
    ),
    once(
        "no-speakers",
        &[Hydrate, Backfill],
        "the attribution of speakers is switched on",
    ),
    once(
        "no-credentials",
        &[Hydrate, Backfill],
        "the tenant has credentials",
    ),
    once(
        "unreadable",
        &[Hydrate, Backfill],
        "Graph's answer is within the limits",
    ),
    once(
        "deferred-too-long",
        &[],
        "what it waited for four days for is available",
    ),
    once("not-a-page", &[Backfill], "Graph answers with a page"),
    once("foreign-link", &[Backfill], "Graph's links lead to Graph"),
    once("page-circle", &[Backfill], "Graph's list has an end"),
    once("only-empty-pages", &[Backfill], "Graph's list has an end"),
    once(
        "too-many-pages",
        &[Backfill],
        "the list may have so many pages: it is read on from where it stopped",
    ),
    once(
        "restarted-too-often",
        &[Backfill],
        "Graph keeps a list for as long as it is read",
    ),
    once(
        "received-too-often",
        &[Backfill],
        "its process no longer dies or runs out of time",
    ),
    never("no-window", &[Backfill], "the gap has no bounds"),
    once(
        "client-state",
        &[Quarantine],
        "its client state is in the secret",
    ),
    never(
        "no-subscription",
        &[Quarantine],
        "no function takes what names no subscription",
    ),
    never(
        "unknown-change",
        &[Quarantine],
        "no function takes a change of that kind",
    ),
    never(
        "no-resource",
        &[Quarantine],
        "no function takes what names no resource",
    ),
    never(
        "no-tenant",
        &[Quarantine],
        "no function takes what is of no known tenant",
    ),
    once(NONE, &[], "what made it fail 25 times is mended"),
];

/// The name for no reason: SQS moved the message after too many receives.
pub const NONE: &str = "none";

impl DeadLetterReason {
    /// The reason by that name, of a message of the queue by that name where it differs by queue. `None`
    /// for a name that no function gives.
    pub fn find(name: &str, queue: Option<&str>) -> Option<Self> {
        let is_status =
            |status: &str| status.len() == 3 && status.bytes().all(|b| b.is_ascii_digit());
        if name.strip_prefix(HTTP).is_some_and(is_status) {
            return Some(REFUSED);
        }
        let named = || REASONS.into_iter().filter(|reason| reason.name == name);
        let is_of = |reason: &Self| reason.is_of(queue.unwrap_or_default());
        named().find(is_of).or_else(|| named().next())
    }

    /// True if messages of the queue by that name have it.
    pub fn is_of(&self, queue: &str) -> bool {
        self.queues.is_empty() || self.queues.iter().any(|one| one.name() == queue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outlook(name: &str, queue: &str) -> Option<ReplayOutlook> {
        DeadLetterReason::find(name, Some(queue)).map(|reason| reason.outlook)
    }

    #[test]
    fn what_can_never_succeed_is_told_from_what_can() {
        for (name, queue) in [("tampered", "decrypt"), ("not-a-resource", "decrypt")] {
            assert!(
                matches!(outlook(name, queue), Some(ReplayOutlook::Never(_))),
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
                matches!(outlook(name, queue), Some(ReplayOutlook::Once(_))),
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
            assert_eq!(DeadLetterReason::find(name, None), None, "{name}");
        }
    }
}
