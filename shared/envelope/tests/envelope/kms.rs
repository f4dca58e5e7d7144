//! Keys in KMS, with a service on this machine in its place.

use crate::debug::{KEY_MARKER, TEXT_MARKER, holds, printed};
use crate::parties::{OUR_ID, US};
use aws_sdk_kms::config::retry::RetryConfig;
use aws_sdk_kms::config::{BehaviorVersion, Credentials, Region};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Router, body::Bytes, routing::post};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, Mutex};
use teamwire_envelope::{KeyUnwrap, KmsKeys, OpenFault, OpeningStage, UnwrapFault, open};

const KEY_ARN: &str = "arn:aws:kms:eu-central-1:111122223333:key/mrk-0123456789abcdef";
const SECRET_MARKER: &str = "marker-secret-access-key";

/// The answers of the service, and the requests that it got.
struct Service {
    answer: Answer,
    requests: Mutex<Vec<(String, Value)>>,
}

/// An answer of the service.
#[derive(Clone, Copy)]
enum Answer {
    /// As KMS does, with our key.
    Unseal,
    /// With this status and this type of fault.
    Fault(u16, &'static str),
    /// With this body and status 200.
    Body(&'static str),
}

impl Service {
    fn requests(&self) -> Vec<(String, Value)> {
        self.requests.lock().unwrap().clone()
    }
}

async fn answer(State(service): State<Arc<Service>>, headers: HeaderMap, body: Bytes) -> Response {
    let request: Value = serde_json::from_slice(&body).unwrap();
    let target = headers["x-amz-target"].to_str().unwrap().to_owned();
    let sealed = STANDARD.decode(request["CiphertextBlob"].as_str().unwrap());
    service.requests.lock().unwrap().push((target, request));
    let fault = |status: u16, fault: &str| {
        let body = json!({"__type": fault, "message": "said by the service"});
        (StatusCode::from_u16(status).unwrap(), body.to_string())
    };
    let (status, body) = match service.answer {
        Answer::Fault(status, name) => fault(status, name),
        Answer::Body(body) => (StatusCode::OK, body.to_owned()),
        Answer::Unseal => match US.keys.unwrap_now(OUR_ID, &sealed.unwrap()) {
            Err(_) => fault(400, "InvalidCiphertextException"),
            Ok(key) => {
                let body = json!({
                    "KeyId": KEY_ARN,
                    "Plaintext": STANDARD.encode(&*key),
                    "EncryptionAlgorithm": "RSAES_OAEP_SHA_1",
                });
                (StatusCode::OK, body.to_string())
            }
        },
    };
    let content_type = [(header::CONTENT_TYPE, "application/x-amz-json-1.1")];
    (status, content_type, body).into_response()
}

/// A service, and keys that are in it.
async fn service(answer_with: Answer) -> (Arc<Service>, KmsKeys) {
    let service = Arc::new(Service {
        answer: answer_with,
        requests: Mutex::default(),
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new()
        .route("/", post(answer))
        .with_state(Arc::clone(&service));
    tokio::spawn(async move { axum::serve(listener, router).await });
    (service, keys_at(&format!("http://{address}")))
}

fn keys_at(url: &str) -> KmsKeys {
    let credentials = Credentials::new("AKIDEXAMPLE", SECRET_MARKER, None, None, "tests");
    let config = aws_sdk_kms::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .credentials_provider(credentials)
        .retry_config(RetryConfig::disabled())
        .endpoint_url(url)
        .build();
    let key_ids = HashMap::from([(OUR_ID.to_owned(), KEY_ARN.to_owned())]);
    KmsKeys::new(aws_sdk_kms::Client::from_conf(config), key_ids)
}

async fn fault_after(answer: Answer) -> UnwrapFault {
    let (service, keys) = service(answer).await;
    let unwrapped = keys.unwrap_key(OUR_ID, &[7; 256]).await;
    assert_eq!(service.requests().len(), 1);
    unwrapped.map(drop).unwrap_err()
}

#[tokio::test]
async fn an_envelope_opens_with_a_key_that_stays_in_kms() {
    let (service, keys) = service(Answer::Unseal).await;
    let content = US.recipient.seal(TEXT_MARKER.as_bytes()).unwrap();

    let text = open(&content, &keys).await.unwrap();

    assert_eq!(text.as_str(), TEXT_MARKER);
    let sent = json!({
        "CiphertextBlob": content.data_key,
        "EncryptionAlgorithm": "RSAES_OAEP_SHA_1",
        "KeyId": KEY_ARN,
    });
    let target = "TrentService.Decrypt".to_owned();
    assert_eq!(service.requests(), [(target, sent)]);
}

#[tokio::test]
async fn a_content_key_that_kms_finds_invalid_is_tampered() {
    let (service, keys) = service(Answer::Unseal).await;
    let mut content = US.recipient.seal(TEXT_MARKER.as_bytes()).unwrap();
    content.data_key = Some(STANDARD.encode([7; 256]));
    let opened = open(&content, &keys).await;
    let fault = OpenFault::Tampered(OpeningStage::RsaOaep);
    assert_eq!(opened.map(drop), Err(fault));
    assert_eq!(service.requests().len(), 1);
}

#[tokio::test]
async fn a_content_key_of_no_possible_length_is_refused_without_a_request() {
    let (service, keys) = service(Answer::Fault(400, "ValidationException")).await;
    for length in [0, 1, 255, 257, 511, 513, 6_145, 1 << 20] {
        let unwrapped = keys.unwrap_key(OUR_ID, &vec![7; length]).await;
        assert_eq!(unwrapped.map(drop), Err(UnwrapFault::Refused), "{length}");
    }
    assert!(service.requests().is_empty());
}

#[tokio::test]
async fn a_certificate_kms_has_no_key_for_is_unknown_without_a_request() {
    let (service, keys) = service(Answer::Unseal).await;
    assert!(keys.knows(OUR_ID) && !keys.knows("teamwire-2027-a"));
    let unwrapped = keys.unwrap_key("teamwire-2027-a", &[7; 256]).await;
    let fault = UnwrapFault::UnknownCertificate;
    assert_eq!(unwrapped.map(drop), Err(fault));
    assert!(service.requests().is_empty());
}

#[tokio::test]
async fn faults_of_kms_are_outages_and_not_tampering() {
    for (status, name) in [
        (400, "ThrottlingException"),
        (400, "LimitExceededException"),
        (400, "AccessDeniedException"),
        (400, "NotFoundException"),
        (400, "DisabledException"),
        (400, "KMSInvalidStateException"),
        (400, "InvalidKeyUsageException"),
        (400, "IncorrectKeyException"),
        (400, "KeyUnavailableException"),
        (400, "InvalidGrantTokenException"),
        (400, "UnrecognizedClientException"),
        (400, "ExpiredTokenException"),
        (400, "ValidationException"),
        (400, "AnExceptionOfNextYear"),
        (500, "KeyUnavailableException"),
        (500, "DependencyTimeoutException"),
        (500, "KMSInternalException"),
        (503, "ServiceUnavailableException"),
        (302, "Found"),
    ] {
        let fault = fault_after(Answer::Fault(status, name)).await;
        assert_eq!(fault, UnwrapFault::Unavailable, "{status} {name}");
    }
}

#[tokio::test]
async fn an_answer_that_is_not_one_of_kms_is_an_outage() {
    for body in [
        "",
        "{}",
        "not JSON",
        "<html></html>",
        r#"{"Plaintext":null}"#,
    ] {
        let fault = fault_after(Answer::Body(body)).await;
        assert_eq!(fault, UnwrapFault::Unavailable, "{body:?}");
    }
}

#[tokio::test]
async fn a_service_that_is_not_there_is_an_outage() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let keys = keys_at(&format!("http://{address}"));
    let unwrapped = keys.unwrap_key(OUR_ID, &[7; 256]).await;
    assert_eq!(unwrapped.map(drop), Err(UnwrapFault::Unavailable));
}

#[tokio::test]
async fn an_outage_is_an_outage_of_the_envelope_too() {
    let (_, keys) = service(Answer::Fault(400, "ThrottlingException")).await;
    let content = US.recipient.seal(TEXT_MARKER.as_bytes()).unwrap();
    let fault = open(&content, &keys).await.map(drop).unwrap_err();
    assert_eq!(fault, OpenFault::Unavailable);
    assert_eq!(fault.stage(), None);
}

/// The log, at every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn neither_keys_in_kms_nor_what_their_client_logs_hold_a_secret() {
    let log = Log::default();
    let sink = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || sink.clone())
        .finish();
    // The test's runtime has one thread: whatever is spawned logs here too.
    let guard = tracing::subscriber::set_default(subscriber);
    let (_, keys) = service(Answer::Unseal).await;
    let content = US
        .recipient
        .seal_with_key(KEY_MARKER, TEXT_MARKER.as_bytes());
    open(&content.unwrap(), &keys).await.unwrap();
    drop(guard);

    let logged = String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned();
    assert!(logged.contains("TRACE"), "nothing was logged");
    for text in [logged, printed(&keys)] {
        for secret in [KEY_MARKER, TEXT_MARKER.as_bytes(), SECRET_MARKER.as_bytes()] {
            assert!(!holds(&text, secret), "{text}");
        }
    }
}
