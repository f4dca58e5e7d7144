//! The rows. The first that fits an answer counts.

use super::GraphCall::{Content, Create, Look, Page, Read, Remove, Subscription};
use super::GraphDenial::{NoAccessPolicy, NoSpeakers, TranscriptsDisabled};
use super::GraphWords::{Any, Code, Extension, NotGraphs, Says};
use super::{AnswerMeaning, AnswerRow, GraphCall};
use teamwire_payload::resource::Absence::{Deleted, Unreadable};

const EVERY: &[GraphCall] = &[
    Read(Deleted),
    Read(Unreadable),
    Page,
    Content,
    Look,
    Subscription,
    Create,
    Remove,
];
const GETS: &[GraphCall] = &[
    Read(Deleted),
    Read(Unreadable),
    Page,
    Content,
    Look,
    Subscription,
];
/// The calls that are answered by a body.
const ANSWERED: &[GraphCall] = &[
    Read(Deleted),
    Read(Unreadable),
    Page,
    Content,
    Look,
    Subscription,
    Create,
];
/// The calls that read a meeting's artefacts, or may.
const READS: &[GraphCall] = &[Read(Deleted), Read(Unreadable), Page, Content];

/// The meaning of each answer.
pub const TABLE: &[AnswerRow] = &[
    AnswerRow {
        calls: ANSWERED,
        statuses: &[200..=201],
        words: NotGraphs,
        meaning: AnswerMeaning::TryAgain,
        why: "a proxy's or an outage's page, or an answer that was cut off",
    },
    AnswerRow {
        calls: GETS,
        statuses: &[200..=200],
        words: Any,
        meaning: AnswerMeaning::Success,
        why: "",
    },
    AnswerRow {
        calls: &[Create],
        statuses: &[200..=201],
        words: Any,
        meaning: AnswerMeaning::Success,
        why: "",
    },
    AnswerRow {
        calls: &[Remove],
        statuses: &[200..=204],
        words: Any,
        meaning: AnswerMeaning::Success,
        why: "",
    },
    AnswerRow {
        calls: EVERY,
        statuses: &[100..=399],
        words: Any,
        meaning: AnswerMeaning::TryAgain,
        why: "no documented answer: something stands between Graph and us. A redirect is not followed",
    },
    AnswerRow {
        calls: EVERY,
        statuses: &[400..=599],
        words: Says(&["specified method is not supported"]),
        meaning: AnswerMeaning::Refused,
        why: "the service behind Graph has no such thing; its 500 does not pass",
    },
    AnswerRow {
        calls: EVERY,
        statuses: &[401..=401],
        words: Extension,
        meaning: AnswerMeaning::NoPermission,
        why: "Graph took our token, and the service behind it missed a permission",
    },
    AnswerRow {
        calls: EVERY,
        statuses: &[401..=401],
        words: Any,
        meaning: AnswerMeaning::TryAgain,
        why: "the token was revoked before its time: once more with another, then later",
    },
    AnswerRow {
        calls: EVERY,
        statuses: &[429..=429],
        words: Any,
        meaning: AnswerMeaning::Throttled,
        why: "after `Retry-After`",
    },
    AnswerRow {
        calls: READS,
        statuses: &[403..=403],
        words: Code(&["SpeakerAttributionNotAllowed"]),
        meaning: AnswerMeaning::Denied(NoSpeakers),
        why: "the content of a transcript is asked for once more without speakers",
    },
    AnswerRow {
        calls: READS,
        statuses: &[403..=403],
        words: Code(&["GraphAccessToTranscriptsDisabled"]),
        meaning: AnswerMeaning::Denied(TranscriptsDisabled),
        why: "a setting of the tenant, off by default",
    },
    AnswerRow {
        calls: READS,
        statuses: &[401..=403],
        words: Says(&[
            "application access policy",
            "is not allowed to perform operations on the user",
        ]),
        meaning: AnswerMeaning::Denied(NoAccessPolicy),
        why: "meetings take a policy of Teams besides the permission",
    },
    AnswerRow {
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
        meaning: AnswerMeaning::Quota,
        why: "a quota and a missing permission are both 403: only the words tell them apart",
    },
    AnswerRow {
        calls: EVERY,
        statuses: &[403..=403],
        words: Any,
        meaning: AnswerMeaning::NoPermission,
        why: "once more with another token, which a permission given since would be in",
    },
    AnswerRow {
        calls: &[Read(Deleted)],
        statuses: &[404..=404, 410..=410],
        words: Code(&[
            "NotFound",
            "ItemNotFound",
            "ResourceNotFound",
            "Request_ResourceNotFound",
        ]),
        meaning: AnswerMeaning::Deleted,
        why: "Graph announces deletions of it, and answers the GET of a deleted one so; but not of what was made just now",
    },
    AnswerRow {
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
        meaning: AnswerMeaning::NotFound,
        why: "of a resource it proves no deletion: chats that live answer so, deleted messages do not",
    },
    AnswerRow {
        calls: &[Create],
        statuses: &[409..=409],
        words: Any,
        meaning: AnswerMeaning::Exists,
        why: "to the same resource and changes: it is adopted, if it is ours",
    },
    AnswerRow {
        calls: &[Create],
        statuses: &[400..=400],
        words: Says(&["validation request"]),
        meaning: AnswerMeaning::Handshake,
        why: "it would be so for every subscription",
    },
    AnswerRow {
        calls: EVERY,
        statuses: &[408..=409, 423..=425, 449..=449],
        words: Any,
        meaning: AnswerMeaning::TryAgain,
        why: "it passes",
    },
    AnswerRow {
        calls: EVERY,
        statuses: &[501..=501, 505..=505],
        words: Any,
        meaning: AnswerMeaning::Refused,
        why: "there is no such thing, and that does not pass",
    },
    AnswerRow {
        calls: EVERY,
        statuses: &[500..=599],
        words: Any,
        meaning: AnswerMeaning::Unavailable,
        why: "after `Retry-After`, if there is one",
    },
    AnswerRow {
        calls: EVERY,
        statuses: &[400..=499],
        words: Any,
        meaning: AnswerMeaning::Refused,
        why: "asking again would not change it",
    },
];
