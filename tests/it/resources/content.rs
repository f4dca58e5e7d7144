//! The content of transcripts and recordings: fetched where it is wanted, and never at the price of
//! the event.

use crate::fakes::FakeClaims;
use crate::hydrate::stand_in::{ROOT, change, delivery, text_at};
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, StatusCode, Uri, header::ACCEPT};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use teamwire_graph::{
    AccessTokens, AppCredentials, ResourceReader, ServiceEndpoints, endpoints, http,
};
use teamwire_hydrate::{ContentStore, Hydrate, MeetingContents, StoreFault};
use teamwire_payload::{ChangeType, ContentKind, Origin, WantedContent, cloud::MicrosoftCloud};
use teamwire_transport::batch::RecordVerdict;
use teamwire_transport::{Deadline, Delivery, Disposition};

const MEETING: &str = "users/976f4b31-fd01-4e0b-9178-29cc40c14438/onlineMeetings/m";
const TRANSCRIPT: &str = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nGood morning.\n";
/// Two parts and a bit.
const RECORDING_BYTES: usize = 11 * 1024 * 1024;

/// A bucket that keeps what it is given.
#[derive(Clone, Default)]
struct Bucket(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    objects: Vec<(String, String, Vec<u8>)>,
    parts: BTreeMap<String, Vec<Vec<u8>>>,
    aborted: usize,
    down: bool,
}

impl Bucket {
    fn kept<T>(&self, look: impl FnOnce(&mut Kept) -> T) -> T {
        look(&mut self.0.lock().unwrap())
    }

    fn try_kept<T>(&self, change: impl FnOnce(&mut Kept) -> T) -> Result<T, StoreFault> {
        self.kept(|kept| match kept.down {
            true => Err(StoreFault::Unavailable),
            false => Ok(change(kept)),
        })
    }
}

impl ContentStore for Bucket {
    fn location(&self) -> String {
        "s3://bucket".to_owned()
    }

    async fn put(&self, key: &str, media_type: &str, content: Vec<u8>) -> Result<(), StoreFault> {
        let object = (key.to_owned(), media_type.to_owned(), content);
        self.try_kept(|kept| kept.objects.push(object))
    }

    async fn begin(&self, _: &str, media_type: &str) -> Result<String, StoreFault> {
        self.try_kept(|_| media_type.to_owned())
    }

    async fn part(
        &self,
        key: &str,
        _: &str,
        number: i32,
        content: Vec<u8>,
    ) -> Result<String, StoreFault> {
        self.try_kept(|kept| {
            let parts = kept.parts.entry(key.to_owned()).or_default();
            parts.push(content);
            assert_eq!(usize::try_from(number).unwrap(), parts.len());
            number.to_string()
        })
    }

    async fn complete(&self, key: &str, upload: &str, tags: Vec<String>) -> Result<(), StoreFault> {
        self.try_kept(|kept| {
            let parts = &kept.parts[key];
            assert_eq!(tags.len(), parts.len());
            let object = (key.to_owned(), upload.to_owned(), parts.concat());
            kept.objects.push(object);
        })
    }

    async fn abort(&self, _: &str, _: &str) {
        self.kept(|kept| kept.aborted += 1);
    }
}

/// Entra and Graph in one. What follows `transcripts/` says what becomes of its content.
async fn respond(uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path();
    if path.ends_with("/token") {
        return json!({"access_token": "t", "expires_in": 3599})
            .to_string()
            .into_response();
    }
    if path.ends_with("/unseen") {
        return StatusCode::FORBIDDEN.into_response();
    }
    if path.ends_with("/unheard") {
        let error = json!({"code": "General", "message": "No application access policy found"});
        return (StatusCode::FORBIDDEN, json!({ "error": error }).to_string()).into_response();
    }
    if path.ends_with("/missing") {
        return StatusCode::NOT_FOUND.into_response();
    }
    if !path.ends_with("/content") {
        return json!({"id": "i", "meetingId": "m"})
            .to_string()
            .into_response();
    }
    let accept = headers.get(ACCEPT).unwrap().to_str().unwrap();
    assert_eq!(headers["prefer"], "include-unknown-enum-members");
    let denied = |inner: &str, message: &str| {
        let error = json!({"code": "Forbidden", "message": message, "innerError": {"code": inner}});
        let body = json!({ "error": error }).to_string();
        (StatusCode::FORBIDDEN, body).into_response()
    };
    match path.split('/').rev().nth(1).unwrap() {
        "gone" => StatusCode::NOT_FOUND.into_response(),
        "refused" => StatusCode::FORBIDDEN.into_response(),
        "no-policy" => denied("", "No application access policy found for this app."),
        "disabled" => denied("GraphAccessToTranscriptsDisabled", "x"),
        "nameless" if accept == "text/vtt" => denied("SpeakerAttributionNotAllowed", "x"),
        "nameless" => {
            assert_eq!(accept, "application/vnd.microsoft.graph.transcript+text");
            "Good morning.".into_response()
        }
        "withheld" => denied("SpeakerAttributionNotAllowed", "x"),
        "redirected" => StatusCode::FOUND.into_response(),
        "empty" => "".into_response(),
        "html" => axum::response::Html("<html>").into_response(),
        "throttled" => (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "7")]).into_response(),
        "broken" => {
            let pieces = [
                Ok(Bytes::from(vec![7; 6 * 1024 * 1024])),
                Err(std::io::Error::other("cut")),
            ];
            Body::from_stream(futures_stream(pieces)).into_response()
        }
        // Two parts at once, and then a byte now and then.
        "endless" => {
            let parts = futures::stream::iter([Ok(Bytes::from(vec![7; 6 * 1024 * 1024]))]);
            let drops = futures::stream::unfold((), |()| async {
                tokio::time::sleep(Duration::from_millis(100)).await;
                Some((Ok::<_, std::io::Error>(Bytes::from_static(&[7])), ()))
            });
            Body::from_stream(futures::StreamExt::chain(parts, drops)).into_response()
        }
        _ if path.contains("recordings") => {
            assert_eq!(accept, "video/mp4");
            vec![9_u8; RECORDING_BYTES].into_response()
        }
        _ => {
            assert_eq!(accept, "text/vtt");
            TRANSCRIPT.into_response()
        }
    }
}

fn futures_stream<T: Send + 'static>(
    pieces: impl IntoIterator<Item = T> + Send + 'static,
) -> impl futures::Stream<Item = T> + Send {
    futures::stream::iter(pieces.into_iter().collect::<Vec<_>>())
}

async fn verdict(bucket: &Bucket, wanted: &[ContentKind], resource: &str) -> RecordVerdict {
    let resources = [resource.to_owned()];
    let deadline = Deadline::after(Duration::from_secs(60));
    verdicts(bucket, wanted, &resources, deadline)
        .await
        .remove(0)
}

async fn verdicts(
    bucket: &Bucket,
    wanted: &[ContentKind],
    resources: &[String],
    deadline: Deadline,
) -> Vec<RecordVerdict> {
    verdicts_after(Duration::MAX, bucket, wanted, resources, deadline).await
}

/// Of notifications that came so long ago.
async fn verdicts_after(
    age: Duration,
    bucket: &Bucket,
    wanted: &[ContentKind],
    resources: &[String],
    deadline: Deadline,
) -> Vec<RecordVerdict> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let came = now.saturating_sub(age).as_millis().try_into().unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let root = endpoints::root(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let server = axum::serve(listener, axum::Router::new().fallback(respond));
    tokio::spawn(server.into_future());
    let endpoints = ServiceEndpoints::new(MicrosoftCloud::Global, Some(root.clone()), Some(root));
    let http = http::client(Duration::from_secs(8)).unwrap();
    let credentials = r#"{"*":{"clientId":"app","clientSecret":"secret"}}"#;
    let credentials = AppCredentials::parse(credentials).unwrap();
    let tokens = AccessTokens::new(http.clone(), &endpoints, credentials);
    let reader = Arc::new(ResourceReader::new(http, &endpoints, tokens));
    let wanted = WantedContent::new(wanted.to_vec());
    let contents = MeetingContents::new(wanted, Arc::clone(&reader), bucket.clone());
    let hydrate = Hydrate::new(ROOT, Vec::new(), reader, FakeClaims::default(), contents);
    let deliveries = resources.iter().enumerate().map(|(n, resource)| Delivery {
        message_id: format!("m{n}"),
        ..delivery(text_at(change(resource, ChangeType::Created), came), 0)
    });
    Arc::new(hydrate).work(deliveries.collect(), deadline).await
}

#[tokio::test]
async fn a_wanted_transcript_is_kept_and_named_in_its_event() {
    let bucket = Bucket::default();
    let resource = format!("{MEETING}/transcripts/i");
    let verdict = verdict(&bucket, &[ContentKind::Transcripts], &resource).await;
    let event = verdict.unwrap().event;
    assert_eq!(event.origin, Origin::Hydrated);
    let key = format!("content/{}.vtt", event.id);
    assert_eq!(
        event.contentref.as_deref(),
        Some(&*format!("s3://bucket/{key}"))
    );
    let kept = (key, "text/vtt".to_owned(), TRANSCRIPT.as_bytes().to_vec());
    assert_eq!(
        bucket.kept(|kept| std::mem::take(&mut kept.objects)),
        [kept]
    );
}

#[tokio::test]
async fn a_transcript_whose_speakers_the_tenant_withholds_is_kept_without_them() {
    let bucket = Bucket::default();
    let resource = format!("{MEETING}/transcripts/nameless");
    let verdict = verdict(&bucket, &[ContentKind::Transcripts], &resource).await;
    let event = verdict.unwrap().event;
    let key = format!("content/{}.txt", event.id);
    assert_eq!(event.contentref, Some(format!("s3://bucket/{key}")));
    let media_type = "application/vnd.microsoft.graph.transcript+text".to_owned();
    let objects = bucket.kept(|kept| std::mem::take(&mut kept.objects));
    assert_eq!(objects, [(key, media_type, b"Good morning.".to_vec())]);
}

#[tokio::test]
async fn a_large_recording_is_kept_part_by_part() {
    let bucket = Bucket::default();
    let resource = format!("{MEETING}/recordings/i");
    let verdict = verdict(&bucket, &[ContentKind::Recordings], &resource).await;
    assert!(verdict.unwrap().event.contentref.unwrap().ends_with(".mp4"));
    bucket.kept(|kept| {
        let parts = kept.parts.values().flatten();
        let parts: Vec<_> = parts.map(Vec::len).collect();
        let part = 5 * 1024 * 1024;
        assert_eq!(parts, [part, part, RECORDING_BYTES - 2 * part]);
        assert!(kept.objects[0].2 == vec![9_u8; RECORDING_BYTES]);
    });
}

#[tokio::test]
async fn what_is_not_wanted_is_not_asked_for() {
    for (wanted, kind) in [
        (&[][..], "transcripts"),
        (&[ContentKind::Transcripts], "recordings"),
        (&[ContentKind::Recordings], "transcripts"),
    ] {
        let bucket = Bucket::default();
        let resource = format!("{MEETING}/{kind}/refused");
        let event = verdict(&bucket, wanted, &resource).await.unwrap().event;
        assert_eq!((event.contentref, event.contentskipped), (None, None));
    }
}

#[tokio::test]
async fn content_that_cannot_be_had_does_not_hold_up_the_event() {
    for (what, reason) in [
        ("gone", "not-found"),
        ("refused", "http-403"),
        ("no-policy", "no-access-policy"),
        ("disabled", "transcripts-disabled"),
        ("withheld", "no-speakers"),
    ] {
        let bucket = Bucket::default();
        let resource = format!("{MEETING}/transcripts/{what}");
        let verdict = verdict(&bucket, &[ContentKind::Transcripts], &resource).await;
        let event = verdict.unwrap().event;
        assert_eq!(event.contentskipped.as_deref(), Some(reason));
        assert_eq!(event.contentref, None);
        assert_eq!(event.data.unwrap().get(), r#"{"id":"i","meetingId":"m"}"#);
    }
}

#[tokio::test]
async fn content_that_may_be_had_later_is_waited_for() {
    for (what, wait, reason) in [
        ("throttled", Some(Duration::from_secs(7)), "throttled"),
        ("broken", None, "graph-unavailable"),
        ("redirected", None, "http-302"),
        ("empty", None, "not-graphs-answer"),
        ("html", None, "not-graphs-answer"),
    ] {
        let bucket = Bucket::default();
        let resources = [format!("{MEETING}/transcripts/{what}")];
        let wanted = [ContentKind::Transcripts];
        let verdict = async |hours: u64| {
            let age = Duration::from_secs(hours * 3600);
            let deadline = Deadline::after(Duration::from_secs(60));
            let verdicts = verdicts_after(age, &bucket, &wanted, &resources, deadline);
            verdicts.await.remove(0)
        };
        let event = verdict(25).await.unwrap().event;
        assert_eq!(
            event.contentskipped.as_deref(),
            Some(reason),
            "there is an end"
        );
        bucket.kept(|kept| *kept = Kept::default());
        let failure = verdict(23).await.unwrap_err();
        assert_eq!(failure.disposition, Disposition::RetryAfter(wait), "{what}");
        let (begun, aborted) = bucket.kept(|kept| (!kept.parts.is_empty(), kept.aborted));
        assert_eq!(
            begun,
            aborted == 1,
            "what was begun is not left lying about"
        );
    }
    let bucket = Bucket::default();
    bucket.kept(|kept| kept.down = true);
    let resources = [format!("{MEETING}/transcripts/i")];
    let deadline = Deadline::after(Duration::from_secs(60));
    let (age, wanted) = (Duration::from_secs(60), [ContentKind::Transcripts]);
    let verdicts = verdicts_after(age, &bucket, &wanted, &resources, deadline);
    let verdict = verdicts.await.remove(0);
    assert_eq!(
        verdict.unwrap_err().disposition,
        Disposition::RetryAfter(None)
    );
}

#[tokio::test]
async fn content_that_takes_too_long_does_not_hold_up_the_event_and_leaves_nothing_behind() {
    let bucket = Bucket::default();
    let resources = [format!("{MEETING}/recordings/endless")];
    let wanted = [ContentKind::Recordings];
    let deadline = Deadline::after(Deadline::SETTLING + Duration::from_secs(12));
    let verdict = verdicts(&bucket, &wanted, &resources, deadline)
        .await
        .remove(0);
    let event = verdict.unwrap().event;
    assert_eq!(event.contentskipped.as_deref(), Some("too-long"));
    bucket.kept(|kept| assert_eq!((kept.aborted, kept.objects.len()), (1, 0)));
}

#[tokio::test]
async fn what_has_to_wait_for_others_has_its_turn_another_time() {
    let bucket = Bucket::default();
    let resources: Vec<_> = (0..4)
        .map(|n| format!("users/976f4b31-fd01-4e0b-9178-29cc40c1443{n}/onlineMeetings/m{n}/recordings/endless"))
        .collect();
    let wanted = [ContentKind::Recordings];
    let deadline = Deadline::after(Deadline::SETTLING + Duration::from_secs(12));
    let age = Duration::from_secs(60);
    let verdicts = verdicts_after(age, &bucket, &wanted, &resources, deadline).await;
    let later = |verdict: &&RecordVerdict| match verdict {
        Err(failure) => failure.disposition == Disposition::RetryAfter(None),
        Ok(_) => false,
    };
    assert_eq!(verdicts.iter().filter(later).count(), 2, "{verdicts:?}");
    assert_eq!(verdicts.iter().filter(|verdict| verdict.is_ok()).count(), 2);
}

#[tokio::test]
async fn a_description_that_cannot_be_read_is_a_reference_where_content_is_wanted() {
    for what in ["unseen", "missing", "unheard"] {
        let bucket = Bucket::default();
        let resource = format!("{MEETING}/transcripts/{what}");
        let wanted = verdict(&bucket, &[ContentKind::Transcripts], &resource).await;
        let event = wanted.unwrap().event;
        assert_eq!(event.referencereason.as_deref(), Some("refused"), "{what}");
        assert!(event.event_type.ends_with(".created"));
    }
    let bucket = Bucket::default();
    let resource = format!("{MEETING}/transcripts/unseen");
    let basic = verdict(&bucket, &[], &resource).await.unwrap_err();
    assert_eq!(basic.disposition, Disposition::Dead("http-403".into()));
}
