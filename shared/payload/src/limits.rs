//! Every limit of the product that is not a setting, each with its source.

use std::time::Duration;

/// Largest request body ingest reads: Lambda's synchronous payload limit, 6 MiB, which is below
/// API Gateway's own 10 MB (AWS-11).
pub const BODY_BYTES: usize = 6 * 1024 * 1024;

/// Most items in one batch. Graph documents no figure; the largest batches seen hold a few
/// hundred.
pub const BATCH_ITEMS: usize = 1_000;

/// Most validation tokens in one batch: one for each pair of app and tenant in it.
pub const BATCH_TOKENS: usize = 200;

/// Deepest nesting of JSON accepted from outside and emitted, in levels. The deepest Teams
/// resource known (adaptive cards travel as strings) stays under 12.
pub const JSON_DEPTH: usize = 64;

/// Longest handshake token echoed. Graph's are under 200 bytes.
pub const HANDSHAKE_TOKEN_BYTES: usize = 4 * 1024;

/// Longest query of a request: what proxies take is shorter (API Gateway 10 KiB with all headers, a load
/// balancer 16 KiB with the path).
pub const QUERY_BYTES: usize = 16 * 1024;

/// Longest query once it is written into a URL, each of its bytes in three at most: a URL of 64 KiB
/// can't be made.
pub const WRITTEN_QUERY_BYTES: usize = 60 * 1024;

/// Longest validation token (JWT). Microsoft's are under 2 KiB.
pub const TOKEN_BYTES: usize = 16 * 1024;

/// Longest `clientState` (GRAPH-9): the notification resource documents 255 characters (the subscription
/// resource 128).
pub const CLIENT_STATE_CHARS: usize = 255;

/// Longest `subscriptionId`: a GUID is 36; what the documents show as placeholders fits too.
pub const SUBSCRIPTION_ID_CHARS: usize = 128;

/// Longest word of Graph's: change types, lifecycle events, type names, dates.
pub const WORD_BYTES: usize = 128;

/// Longest `@odata.etag`; a longer one counts as absent. Graph's are under 100 bytes.
pub const ETAG_BYTES: usize = 1024;

/// Longest resource path. Recordings, whose ids are the longest, stay under 1 KiB.
pub const RESOURCE_PATH_BYTES: usize = 4 * 1024;

/// Longest path of a subscription: a resource's, and the options behind it.
pub const SUBSCRIPTION_PATH_BYTES: usize = 8 * 1024;

/// Longest X-Ray trace header that is sent on. Lambda's are under 200 bytes.
pub const TRACE_BYTES: usize = 1024;

/// Longest key within a resource path.
pub const RESOURCE_KEY_BYTES: usize = 1024;

/// Longest URL that a meeting is joined by. Those of Teams are under 400 bytes.
pub const JOIN_URL_BYTES: usize = 1024;

/// Longest `encryptionCertificateId`: 128 characters by the subscription resource
/// (GRAPH-18).
pub const CERTIFICATE_ID_CHARS: usize = 128;

/// One SQS message, its attributes included, and one `SendMessageBatch` request: 1 MiB since
/// August 2025 (AWS-1).
pub const SQS_BYTES: usize = 1024 * 1024;

/// All entries of one `PutEvents` request of EventBridge, one event alone too: AWS says "less than
/// 1MB", and this is so by either meaning. What is left to 1 MiB is for the frame that a rule puts
/// around an event, of which SQS takes no more.
pub const EVENT_BUS_BYTES: usize = 1_000_000;

/// Longest trace header of an entry of `PutEvents`.
pub const EVENT_BUS_TRACE_CHARS: usize = 500;

/// Entries of one SQS batch request (AWS-1).
pub const SQS_BATCH_ENTRIES: usize = 10;

/// Longest `DelaySeconds` of one SQS message (AWS-3).
pub const SQS_DELAY: Duration = Duration::from_secs(900);

/// Largest claim-checked body read back from S3, or resource read from Graph. A Teams message is
/// at most some 28 KB; a whole notification batch is [`BODY_BYTES`].
pub const RESOURCE_BYTES: usize = 8 * 1024 * 1024;

/// Most items on one page of a list: Graph's largest pages have 999.
pub const PAGE_ITEMS: usize = 1_000;

/// Longest link to the next page of a list. Graph's are under 2 KiB.
pub const LINK_BYTES: usize = 8 * 1024;

/// The time that ingest allows itself before it answers 503. Graph's own limit is 3 s (GRAPH-3).
pub const INGEST_DEADLINE: Duration = Duration::from_millis(2_200);

/// The time that an invocation waits for the copies of its events to reach the tail queue.
pub const COPY_DEADLINE: Duration = Duration::from_millis(500);

/// Most bytes of events that wait to be copied to the tail queue: memory is for the events.
pub const COPY_BYTES: usize = 16 * 1024 * 1024;

/// A subscription that is active all the time is reported this often by one process of ingest: what
/// is known of it is at most so much older than what came.
pub const HEARD_EVERY: Duration = Duration::from_secs(5 * 60);

/// The number of activity reports that one process of ingest may send without a pause: each
/// subscription of a small deployment is reported as soon as it is active.
pub const HEARD_AT_ONCE: u32 = 20;

/// The pause of a process of ingest that has sent so many reports.
pub const HEARD_PAUSE: Duration = Duration::from_secs(15);

/// Most subscriptions that one process of ingest remembers the activity of: as many as one
/// organization may have of Teams resources.
pub const HEARD_SUBSCRIPTIONS: usize = 10_000;

/// Most subscriptions in one activity report. With the longest ids it stays below [`SQS_BYTES`].
pub const HEARD_PER_MESSAGE: usize = 1_000;

/// The time beyond that for its queues for which an answer to Graph waits for an activity report.
pub const HEARD_GRACE: Duration = Duration::from_millis(100);

/// The time for which a message may be deferred before it is dead-lettered: the retention of the
/// source queues.
pub const DEFERRAL_AGE: Duration = Duration::from_secs(4 * 24 * 3600);
