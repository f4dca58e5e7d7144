//! The rows. The first that fits an answer counts.

use super::Call::{Content, Create, Look, Page, Read, Remove, Subscription};
use super::Denial::{NoAccessPolicy, NoSpeakers, TranscriptsDisabled};
use super::Words::{Any, Code, Extension, NotGraphs, Says};
use super::{Call, Meaning, Row};
use teamwire_payload::resource::Absence::{Deleted, Unreadable};

const EVERY: &[Call] = &[
    Read(Deleted),
    Read(Unreadable),
    Page,
    Content,
    Look,
    Subscription,
    Create,
    Remove,
];
const GETS: &[Call] = &[
    Read(Deleted),
    Read(Unreadable),
    Page,
    Content,
    Look,
    Subscription,
];
/// The calls that are answered by a body.
const ANSWERED: &[Call] = &[
    Read(Deleted),
    Read(Unreadable),
    Page,
    Content,
    Look,
    Subscription,
    Create,
];
/// The calls that read a meeting's artefacts, or may.
const READS: &[Call] = &[Read(Deleted), Read(Unreadable), Page, Content];

/// The meaning of each answer.
pub const TABLE: &[Row] = &[
    Row {
        calls: ANSWERED,
        statuses: &[200..=201],
        words: NotGraphs,
        meaning: Meaning::TryAgain,
        why: "a proxy's or an outage's page, or an answer that was cut off",
    },
    Row {
        calls: GETS,
        statuses: &[200..=200],
        words: Any,
        meaning: Meaning::Success,
        why: "",
    },
    Row {
        calls: &[Create],
        statuses: &[200..=201],
        words: Any,
        meaning: Meaning::Success,
        why: "",
    },
    Row {
        calls: &[Remove],
        statuses: &[200..=204],
        words: Any,
        meaning: Meaning::Success,
        why: "",
    },
    Row {
        calls: EVERY,
        statuses: &[100..=399],
        words: Any,
        meaning: Meaning::TryAgain,
        why: "no documented answer: something stands between Graph and us. A redirect is not followed",
    },
    Row {
        calls: EVERY,
        statuses: &[400..=599],
        words: Says(&["specified method is not supported"]),
        meaning: Meaning::Refused,
        why: "the service behind Graph has no such thing; its 500 does not pass",
    },
    Row {
        calls: EVERY,
        statuses: &[401..=401],
        words: Extension,
        meaning: Meaning::NoPermission,
        why: "Graph took our token, and the service behind it missed a permission",
    },
    Row {
        calls: EVERY,
        statuses: &[401..=401],
        words: Any,
        meaning: Meaning::TryAgain,
        why: "the token was revoked before its time: once more with another, then later",
    },
    Row {
        calls: EVERY,
        statuses: &[429..=429],
        words: Any,
        meaning: Meaning::Throttled,
        why: "after `Retry-After`",
    },
    Row {
        calls: READS,
        statuses: &[403..=403],
        words: Code(&["SpeakerAttributionNotAllowed"]),
        meaning: Meaning::Denied(NoSpeakers),
        why: "the content of a transcript is asked for once more without speakers",
    },
    Row {
        calls: READS,
        statuses: &[403..=403],
        words: Code(&["GraphAccessToTranscriptsDisabled"]),
        meaning: Meaning::Denied(TranscriptsDisabled),
        why: "a setting of the tenant, off by default",
    },
    Row {
        calls: READS,
        statuses: &[401..=403],
        words: Says(&[
            "application access policy",
            "is not allowed to perform operations on the user",
        ]),
        meaning: Meaning::Denied(NoAccessPolicy),
        why: "meetings take a policy of Teams besides the permission",
    },
    Row {
        calls: &[Create],
        statuses: &[403..=403],
        words: Says(&[
            "reached its limit",
            "reached the limit",
            "exceeded its limit",
            "exceeded the limit",
            "exceeds the limit",
            "limit reached",
            "limit exceeded",
            "limit is reached",
            "limit has been reached",
            "limit has been exceeded",
            "quota",
            "maximum number",
            "maximum for",
        ]),
        meaning: Meaning::Quota,
        why: "a quota and a missing permission are both 403: only the words tell them apart",
    },
    Row {
        calls: EVERY,
        statuses: &[403..=403],
        words: Any,
        meaning: Meaning::NoPermission,
        why: "once more with another token, which a permission given since would be in",
    },
    Row {
        calls: &[Read(Deleted)],
        statuses: &[404..=404, 410..=410],
        words: Code(&[
            "NotFound",
            "ItemNotFound",
            "ResourceNotFound",
            "Request_ResourceNotFound",
        ]),
        meaning: Meaning::Deleted,
        why: "Graph announces deletions of it, and answers the GET of a deleted one so; but not of what was made just now",
    },
    Row {
        calls: &[
            Read(Deleted),
            Read(Unreadable),
            Page,
            Content,
            Subscription,
            Remove,
        ],
        statuses: &[404..=404, 410..=410],
        words: Any,
        meaning: Meaning::NotFound,
        why: "of a resource it proves no deletion: chats that live answer so, deleted messages do not",
    },
    Row {
        calls: &[Create],
        statuses: &[409..=409],
        words: Any,
        meaning: Meaning::Exists,
        why: "to the same resource and changes: it is adopted, if it is ours",
    },
    Row {
        calls: &[Create],
        statuses: &[400..=400],
        words: Says(&["validation request"]),
        meaning: Meaning::Handshake,
        why: "it would be so for every subscription",
    },
    Row {
        calls: EVERY,
        statuses: &[408..=409, 423..=425, 449..=449],
        words: Any,
        meaning: Meaning::TryAgain,
        why: "it passes",
    },
    Row {
        calls: EVERY,
        statuses: &[501..=501, 505..=505],
        words: Any,
        meaning: Meaning::Refused,
        why: "there is no such thing, and that does not pass",
    },
    Row {
        calls: EVERY,
        statuses: &[500..=599],
        words: Any,
        meaning: Meaning::Unavailable,
        why: "after `Retry-After`, if there is one",
    },
    Row {
        calls: EVERY,
        statuses: &[400..=499],
        words: Any,
        meaning: Meaning::Refused,
        why: "asking again would not change it",
    },
];
