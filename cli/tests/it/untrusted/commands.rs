//! Every command, with what it needs to get as far as printing what others wrote.

use super::places::{Place, made_hostile, places};
use super::proxy::Proxy;
use crate::fake_aws::FakeAws;
use crate::parties::{Ran, file, folder, jwks, text};
use crate::replay::fake_sqs::FakeSqs;
use crate::replay::letters::{TENANT, sealed as sealed_message};
use axum::Router;
use axum::http::Uri;
use rcgen::{KeyPair, PKCS_RSA_SHA256};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::process::Stdio;
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use teamwire_envelope::seal::SealingRecipient;
use teamwire_graph::EnvelopeCertificate;
use tokio::process::Command as Process;

/// The longest time of a command: one that takes longer waits for something that does not come.
const LONGEST: Duration = Duration::from_secs(120);

/// The service that a command asks.
#[derive(Clone, Copy)]
enum Asks {
    Nobody,
    Sqs,
    Aws,
    /// The same with a key in KMS, which takes its time.
    Kms,
    /// Lambda, CloudWatch and the rest, which refuse in words.
    Everyone,
}

/// A command, its arguments, and what it reads.
pub(super) struct Command {
    name: &'static str,
    arguments: Vec<String>,
    asks: Asks,
    /// The file in the place of `FILE` in the arguments.
    file: Option<Value>,
    /// True if it has --output.
    has_output: bool,
    /// True if it prints somebody's document, whose lines are theirs.
    prints_document: bool,
}

impl Command {
    fn new(name: &'static str, arguments: &[&str], asks: Asks) -> Self {
        Self {
            name,
            arguments: arguments.iter().map(|one| (*one).to_owned()).collect(),
            asks,
            file: None,
            has_output: true,
            prints_document: false,
        }
    }

    fn without_output(mut self) -> Self {
        self.has_output = false;
        self
    }

    fn printing_a_document(mut self) -> Self {
        self.prints_document = true;
        self.without_output()
    }

    pub(super) const fn prints_document(&self) -> bool {
        self.prints_document
    }

    fn with_file(mut self, document: Value) -> Self {
        self.file = Some(document);
        self
    }

    pub(super) const fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn outputs(&self) -> impl Iterator<Item = Option<&'static str>> {
        let both = [Some("text"), Some("json")];
        let none = [None];
        let has = self.has_output;
        both.into_iter()
            .filter(move |_| has)
            .chain(none.into_iter().filter(move |_| !has))
    }

    /// The places of its input that can be hostile.
    pub(super) async fn places(&self) -> BTreeSet<Place> {
        let mut found = self
            .file
            .iter()
            .flat_map(|document| places("file", document))
            .collect();
        for output in self.outputs() {
            let (_, seen) = self.run_and_see(output, None).await;
            found = &found | &seen;
        }
        found
    }

    pub(super) async fn run(&self, output: Option<&str>, place: Option<&Place>) -> Ran {
        self.run_and_see(output, place).await.0
    }

    async fn run_and_see(
        &self,
        output: Option<&str>,
        place: Option<&Place>,
    ) -> (Ran, BTreeSet<Place>) {
        let upstream = match self.asks {
            Asks::Nobody => None,
            Asks::Sqs => Some(sqs().await),
            Asks::Aws => Some(aws(false).await),
            Asks::Kms => Some(aws(true).await),
            Asks::Everyone => Some(everyone().await),
        };
        let proxy = match &upstream {
            Some(upstream) => Some(Proxy::start(upstream, place).await),
            None => None,
        };
        let path = self.file.as_ref().map(|document| {
            let document = match place {
                Some(place) if place.source == "file" => made_hostile(document, place),
                _ => document.clone(),
            };
            file("input", &document.to_string())
        });
        let mut process = Process::new(env!("CARGO_BIN_EXE_teamwire"));
        process.env_clear().stdin(Stdio::null()).kill_on_drop(true);
        process.args(self.name.split(' '));
        for argument in &self.arguments {
            match (argument.as_str(), &path) {
                ("FILE", Some(path)) => process.arg(path),
                (argument, _) => process.arg(argument),
            };
        }
        if let Some(output) = output {
            process.args(["--output", output]);
        }
        if let Some(proxy) = &proxy {
            process.envs([
                ("AWS_ENDPOINT_URL", proxy.url.as_str()),
                ("AWS_REGION", "eu-central-1"),
                ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
                ("AWS_SECRET_ACCESS_KEY", "secret"),
                ("AWS_MAX_ATTEMPTS", "1"),
                ("XDG_STATE_HOME", env!("CARGO_TARGET_TMPDIR")),
            ]);
        }
        let output = tokio::time::timeout(LONGEST, process.output()).await;
        assert!(output.is_ok(), "{} does not end: {place:?}", self.name);
        let ran = output.unwrap().unwrap().into();
        let seen = proxy.map(|proxy| proxy.seen()).unwrap_or_default();
        (ran, seen)
    }
}

/// Every command there is, by the pages of its manual: those that have no other below them.
pub(super) async fn all() -> BTreeSet<String> {
    let folder = folder();
    let ran = bare(&["man", "--dir", text(&folder)]).await;
    assert_eq!(ran.status, Some(0), "{}", ran.err);
    let pages: BTreeSet<String> = std::fs::read_dir(&folder)
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
        .filter_map(|name| Some(name.strip_suffix(".1")?.to_owned()))
        .collect();
    let has_more = |page: &&String| {
        let below = format!("{page}-");
        // `dead-letters` has a hyphen of its own.
        pages.iter().any(|other| other.starts_with(&below))
    };
    let leaves = pages.iter().filter(|page| !has_more(page));
    leaves
        .filter_map(|page| page.strip_prefix("teamwire-"))
        .map(|name| match name.split_once("letters-") {
            Some((_, last)) => format!("dead-letters {last}"),
            None if name == "dead-letters" => name.to_owned(),
            None => name.replacen('-', " ", 1),
        })
        .collect()
}

/// `teamwire ..` with nothing in the environment.
pub(super) async fn bare(arguments: &[&str]) -> Ran {
    let mut process = Process::new(env!("CARGO_BIN_EXE_teamwire"));
    process.env_clear().args(arguments).stdin(Stdio::null());
    process.output().await.unwrap().into()
}

/// The bytes that a terminal is sent; `None` where there is no Python, which has one.
pub(super) async fn on_a_terminal(arguments: &[&str]) -> Option<String> {
    const PTY: &str = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)";
    let mut process = Process::new("python3");
    process
        .args(["-c", PTY, env!("CARGO_BIN_EXE_teamwire")])
        .args(arguments);
    let output = process.stdin(Stdio::null()).output().await.ok()?;
    Some(String::from_utf8(output.stdout).unwrap())
}

/// A key, and a notification sealed for it, as files.
pub(super) fn sealed(plaintext: &str) -> (String, String) {
    let (pem, content) = seal(plaintext);
    let item = json!({"encryptedContent": content});
    let path = |name: &str, content: &str| text(&file(name, content)).to_owned();
    (path("key.pem", &pem), path("item.json", &item.to_string()))
}

fn seal(plaintext: &str) -> (String, Value) {
    let certificate = certificate(&PAIR);
    let recipient =
        SealingRecipient::new("2026a", &certificate.thumbprint(), certificate.spki_der());
    let content = recipient.unwrap().seal(plaintext.as_bytes()).unwrap();
    (PAIR.serialize_pem(), serde_json::to_value(content).unwrap())
}

static PAIR: LazyLock<KeyPair> = LazyLock::new(|| KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap());

fn certificate(pair: &KeyPair) -> EnvelopeCertificate {
    let named = rcgen::CertificateParams::new(Vec::new()).unwrap();
    EnvelopeCertificate::from_der(named.self_signed(pair).unwrap().der()).unwrap()
}

/// A stack's queues, each with a letter or an event.
async fn sqs() -> String {
    let sqs: Arc<FakeSqs> = FakeSqs::start(1).await;
    for name in ["decrypt", "hydrate", "events", "lifecycle", "backfill"] {
        sqs.make(&[
            &format!("teamwire-{name}"),
            &format!("teamwire-{name}-dead-letters"),
        ]);
    }
    sqs.make(&["teamwire-quarantine", "teamwire-tail"]);
    let system = [
        ("SentTimestamp", "1700000000000"),
        ("MessageGroupId", TENANT),
        ("AWSTraceHeader", "Root=1-a"),
    ];
    let attributes = [
        ("reason", "http-403"),
        ("source", "decrypt"),
        ("fault", "hmac"),
    ];
    let id = sqs.put(
        "teamwire-decrypt-dead-letters",
        &sealed_message(TENANT, 1),
        &attributes,
        &system,
    );
    assert_eq!(id, LETTER);
    let event = json!({"specversion": "1.0", "id": "i", "source": "s",
        "type": "microsoft.graph.chatMessage.created", "subject": "chats('a')/messages('1')",
        "time": "2026-11-28T07:00:00Z", "datacontenttype": "application/json", "tenantid": TENANT,
        "subscriptionid": TENANT, "origin": "decrypted", "receivedat": "2026-11-28T07:00:00Z",
        "data": {"from": {"user": {"displayName": "Ines"}}, "body": {"content": "words"}}});
    for queue in [
        "teamwire-tail",
        "teamwire-tail",
        "teamwire-events-dead-letters",
    ] {
        sqs.put(queue, &event.to_string(), &[], &system);
    }
    let line = json!({"level": "WARN", "message": "record not forwarded", "message_id": TENANT});
    sqs.log("/aws/lambda/teamwire-decrypt", &line.to_string());
    sqs.url.clone()
}

const LETTER: &str = "5f0c3b8e-53a6-4d0b-9c55-000000000001";

/// The answers of the function as they are written, and a few secrets and keys.
async fn aws(has_key: bool) -> String {
    let aws = FakeAws::start().await;
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/contract/answers");
    let report = std::fs::read_to_string(format!("{folder}/report.json")).unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    if has_key {
        aws.put_key("alias/a", "RSA_2048", "ENCRYPT_DECRYPT");
    }
    aws.put_secret("keys", Some(r#"{"old":"its key"}"#));
    let base64 = certificate(&PAIR).base64();
    let all = json!({"new": {"certificate": base64, "retireAfter": null},
        "old": {"certificate": base64, "retireAfter": "2026-01-01T00:00:00Z"}});
    let certificates = json!({"current": "new", "certificates": all});
    let gap = json!({"tenantId": TENANT, "subscriptionId": "", "resource": "chats/getAllMessages",
        "changes": ["created"], "since": "2026-11-20T08:00:00Z", "until": "2026-11-20T12:00:00Z",
        "reason": "asked"});
    for action in ["plan", "list", "apply"] {
        aws.lambda.answers(action, report.clone());
    }
    let faults = report["faults"].clone();
    let mut rotated = report.clone();
    rotated["certificates"] = certificates.clone();
    aws.lambda.answers("use-certificate", rotated);
    aws.lambda
        .answers("show", json!({"desired": "# a file of somebody\n"}));
    aws.lambda
        .answers("certificates", json!({"certificates": certificates}));
    aws.lambda.answers(
        "backfill",
        json!({"tenant": TENANT, "gaps": [gap], "faults": faults}),
    );
    aws.lambda.answers(
        "delete",
        json!({"tenant": TENANT, "deleted": ["a"], "faults": faults}),
    );
    aws.url.clone()
}

/// The answers for a doctor: the caller's identity, the functions' settings, the function's own
/// checks; the rest refuses.
async fn everyone() -> String {
    const WHO: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::1:user/ada\
        </Arn><UserId>A</UserId><Account>123456789012</Account></GetCallerIdentityResult>\
        </GetCallerIdentityResponse>";
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/contract/answers");
    let check = std::fs::read_to_string(format!("{folder}/check.json")).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answer = move |uri: Uri, headers: axum::http::HeaderMap| async move {
        use axum::http::StatusCode;
        let signed = headers
            .get("authorization")
            .map(|value| value.to_str().unwrap().to_owned());
        let signed = signed.unwrap_or_default();
        let mut more = axum::http::HeaderMap::new();
        if signed.contains("/sts/aws4_request") {
            return (StatusCode::OK, more, WHO.to_owned());
        }
        if uri.path().ends_with("/invocations") {
            return (StatusCode::OK, more, check.clone());
        }
        if uri.path().ends_with("/configuration") {
            let configuration = json!({"FunctionName": "f", "State": "Failed", "StateReason": "why",
                "LastUpdateStatus": "Successful", "Runtime": "provided.al2023", "Timeout": 30,
                "Architectures": ["arm64"], "Environment": {"Variables": {"TEAMWIRE_CLOUD": "global"}}});
            return (StatusCode::OK, more, configuration.to_string());
        }
        more.insert("x-amzn-errortype", "AccessDeniedException".parse().unwrap());
        let body =
            json!({"__type": "AccessDeniedException", "message": "said so", "Message": "said so"});
        (StatusCode::FORBIDDEN, more, body.to_string())
    };
    let router = Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// The table.
pub(super) fn commands() -> Vec<Command> {
    let (pem, content) = seal(r#"{"id":"1"}"#);
    let key = file("key.pem", &pem);
    let key = text(&key);
    let item = json!({"subscriptionId": "s", "changeType": "created", "clientState": "c",
        "tenantId": TENANT, "resource": "users('u')/chats('c')/messages('1')",
        "resourceData": {"@odata.type": "#microsoft.graph.chatMessage", "@odata.etag": "e"},
        "subscriptionExpirationDateTime": "2026-11-28T07:00:00Z", "encryptedContent": content});
    let batch = json!({"value": [item], "validationTokens": ["e30.e30.e30"]});
    let subscription = json!({"resource": "chats/getAllMessages", "changeType": "created",
        "notificationUrl": "https://a.example", "clientState": "c", "encryptionCertificateId": "2026a",
        "expirationDateTime": "2016-11-20T18:23:45Z", "includeResourceData": true});
    let letter = json!({"id": "i", "queue": "decrypt", "reason": "tampered", "fault": "hmac",
        "source": "decrypt", "tenant": TENANT, "subscription": "s", "resourceType": "chatMessage",
        "version": "sealed.v1", "receives": 1, "body": {"version": "sealed.v1"}});
    let event = json!({"specversion": "1.0", "id": "i", "source": "s", "subject": "chats('a')",
        "type": "microsoft.graph.chat.updated", "time": "t", "datacontenttype": "application/json",
        "tenantid": TENANT, "subscriptionid": TENANT, "origin": "hydrated", "receivedat": "r"});
    let certificate = json!({"encryptionCertificateId": "2026a",
        "encryptionCertificate": certificate(&PAIR).base64()});
    let jwks = jwks();
    let tenant = ["--tenant", TENANT];
    let is = |name, arguments: &[&str], asks| Command::new(name, arguments, asks);
    let rotate = [
        "--id",
        "new",
        "--kms-key",
        "alias/a",
        "--yes",
        "--pause",
        "0s",
        "--settle",
        "0s",
    ];
    vec![
        is("doctor", &[], Asks::Everyone),
        is(
            "subscriptions init",
            &[&[text(&folder().join("a.toml"))], &tenant[..]].concat(),
            Asks::Nobody,
        )
        .without_output(),
        is("subscriptions check", &["FILE"], Asks::Nobody).with_file(json!({"owner": "a"})),
        is("subscriptions show", &[], Asks::Aws).printing_a_document(),
        is("subscriptions plan", &[], Asks::Aws),
        is("subscriptions apply", &[], Asks::Aws),
        is("subscriptions list", &[], Asks::Aws),
        is(
            "subscriptions delete",
            &[&tenant[..], &["--yes", "a"]].concat(),
            Asks::Aws,
        ),
        is("certificate new", &["--kms-key", "alias/a"], Asks::Kms),
        is("certificate rotate", &rotate, Asks::Kms),
        is(
            "certificate retire",
            &["--id", "old", "--secret", "keys"],
            Asks::Aws,
        ),
        is("certificate status", &[], Asks::Aws),
        is("certificate show", &["FILE"], Asks::Nobody).with_file(certificate),
        is(
            "backfill",
            &[&tenant[..], &["--since", "1h"]].concat(),
            Asks::Aws,
        ),
        is("replay", &[], Asks::Sqs),
        is("replay", &["--queue", "decrypt", "--move"], Asks::Sqs),
        is("dead-letters list", &[], Asks::Sqs),
        is("dead-letters show", &[LETTER], Asks::Sqs),
        is("dead-letters show", &["--reveal", LETTER], Asks::Sqs),
        is("tail", &["--max", "1", "--data"], Asks::Sqs),
        is("trace", &[TENANT], Asks::Sqs),
        is("inspect", &["FILE"], Asks::Nobody).with_file(batch.clone()),
        is("inspect", &["FILE"], Asks::Nobody).with_file(subscription),
        is("inspect", &["FILE"], Asks::Nobody).with_file(letter),
        is("inspect", &["FILE"], Asks::Nobody).with_file(event),
        is("decrypt", &["--key", key, "FILE"], Asks::Nobody)
            .with_file(batch.clone())
            .without_output(),
        is(
            "verify",
            &["--app-id", "a", "--jwks", text(&jwks), "FILE"],
            Asks::Nobody,
        )
        .with_file(batch),
        is("resources", &[], Asks::Nobody),
        is(
            "simulate",
            &[
                "--url",
                "http://127.0.0.1:1/",
                "--app-id",
                "a",
                "--tenant",
                TENANT,
                "--count",
                "1",
            ],
            Asks::Nobody,
        ),
        is("completions", &["bash"], Asks::Nobody).without_output(),
        is("man", &[], Asks::Nobody).without_output(),
    ]
}
