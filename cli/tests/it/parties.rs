//! The parties: a person at a shell, and Graph, which seals.

use crate::fake_aws::FakeAws;
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use teamwire_envelope::LocalKeys;
use teamwire_envelope::seal::SealingRecipient;
use teamwire_graph::EnvelopeCertificate;
use tokio::process::Command;

/// The outcome of a run of `teamwire`.
pub(crate) struct Ran {
    pub(crate) status: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// The line of JSON of a run that went well.
    pub(crate) fn json(&self) -> Value {
        assert_eq!((self.status, self.err.as_str()), (Some(0), ""));
        serde_json::from_str(&self.out).unwrap()
    }

    /// The certificate of that line.
    pub(crate) fn certificate(&self) -> EnvelopeCertificate {
        EnvelopeCertificate::from_base64(self.json()["certificate"].as_str().unwrap()).unwrap()
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let ran = Self {
            status: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        };
        for printed in [&ran.out, &ran.err] {
            assert!(!printed.contains("PRIVATE KEY"), "a private key is printed");
        }
        ran
    }
}

/// Sends a signal, by its name without `SIG`. `kill` is a builtin of every shell; not every machine
/// has a program of that name.
#[cfg(unix)]
pub(crate) async fn signal(name: &str, run: &tokio::process::Child) {
    let kill = format!("kill -s {name} {}", run.id().unwrap());
    let sent = Command::new("sh").args(["-c", &kill]).status().await;
    assert!(sent.unwrap().success());
}

/// `teamwire certificate ..` with nothing in the environment.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_teamwire"));
    command.env_clear().arg("certificate").args(arguments);
    command
}

/// `teamwire certificate ..` without AWS.
pub(crate) async fn run(arguments: &[&str]) -> Ran {
    command(arguments).output().await.unwrap().into()
}

/// `teamwire certificate ..` with this AWS.
pub(crate) async fn run_with(aws: &FakeAws, arguments: &[&str]) -> Ran {
    teamwire(aws, &[&["certificate"], arguments].concat()).await
}

/// `teamwire ..` with this AWS, and nobody at a terminal.
pub(crate) async fn teamwire(aws: &FakeAws, arguments: &[&str]) -> Ran {
    with(aws, arguments).output().await.unwrap().into()
}

/// The same, not begun yet.
pub(crate) fn with(aws: &FakeAws, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_teamwire"));
    command.env_clear().args(arguments).stdin(Stdio::null());
    command.envs([
        ("AWS_ENDPOINT_URL", aws.url.as_str()),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
    ]);
    command
}

/// True if a private key opens what Graph would seal for a certificate.
pub(crate) fn opens(certificate: &EnvelopeCertificate, pem: &str) -> bool {
    let mut keys = LocalKeys::new();
    keys.insert_pem("id", pem).unwrap();
    let thumbprint = certificate.thumbprint();
    let recipient = SealingRecipient::new("id", &thumbprint, certificate.spki_der()).unwrap();
    let sealed = recipient.seal(b"{}").unwrap().data_key.unwrap();
    let sealed = STANDARD.decode(sealed).unwrap();
    keys.unwrap_now("id", &sealed).is_ok()
}

/// A file with a set of signing keys, of one that nobody has the private half of.
pub(crate) fn jwks() -> PathBuf {
    let modulus = format!("_{}", "A".repeat(341));
    let key =
        serde_json::json!({"kty": "RSA", "use": "sig", "kid": "k", "n": modulus, "e": "AQAB"});
    file("jwks.json", &serde_json::json!({"keys": [key]}).to_string())
}

/// An empty folder.
pub(crate) fn folder() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("folder-{number}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A file with this text.
pub(crate) fn file(name: &str, content: &str) -> PathBuf {
    let path = folder().join(name);
    std::fs::write(&path, content).unwrap();
    path
}
