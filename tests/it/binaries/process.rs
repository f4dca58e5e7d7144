//! A function's process.

use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

/// Longer than anything here takes.
const TIMEOUT: Duration = Duration::from_secs(30);
/// In every value that is set, to be looked for where it must not be.
pub(super) const MARKER: &str = "m4rk3r";
/// The folder of the binaries, unless they are where this test was built.
const BIN_DIR: &str = "TEAMWIRE_BIN_DIR";

/// The functions.
pub(super) const FUNCTIONS: [&str; 4] = ["ingest", "decrypt", "hydrate", "relay"];

pub(super) fn queue(name: &str) -> String {
    format!("https://sqs.us-east-1.amazonaws.com/000000000000/{MARKER}-{name}")
}

/// The settings each function needs.
pub(super) fn settings(function: &str) -> Vec<(&'static str, String)> {
    let secret = |name: &str| format!("{MARKER}-{name}");
    let claims = ("TEAMWIRE_CLAIM_BUCKET", format!("{MARKER}-claims"));
    let common = match function {
        "relay" => vec![claims],
        _ => vec![claims, ("TEAMWIRE_EVENTS_QUEUE_URL", queue("events"))],
    };
    let own = match function {
        "ingest" => vec![
            ("TEAMWIRE_CLIENT_STATE_SECRET", secret("client-state")),
            ("TEAMWIRE_DECRYPT_QUEUE_URL", queue("decrypt")),
            ("TEAMWIRE_HYDRATE_QUEUE_URL", queue("hydrate")),
            ("TEAMWIRE_LIFECYCLE_QUEUE_URL", queue("lifecycle")),
            ("TEAMWIRE_QUARANTINE_QUEUE_URL", queue("quarantine")),
        ],
        "decrypt" => vec![
            ("TEAMWIRE_ENVELOPE_KEYS_SECRET", secret("envelope-keys")),
            ("TEAMWIRE_DECRYPT_QUEUE_URL", queue("decrypt")),
            (
                "TEAMWIRE_DECRYPT_DEAD_LETTER_QUEUE_URL",
                queue("decrypt-dead-letters"),
            ),
        ],
        "backfill" => vec![
            ("TEAMWIRE_CREDENTIALS_SECRET", secret("credentials")),
            ("TEAMWIRE_BACKFILL_QUEUE_URL", queue("backfill")),
            (
                "TEAMWIRE_BACKFILL_DEAD_LETTER_QUEUE_URL",
                queue("backfill-dead-letters"),
            ),
        ],
        "relay" => vec![
            ("TEAMWIRE_EVENT_BUS", format!("{MARKER}-bus")),
            (
                "TEAMWIRE_EVENTS_DEAD_LETTER_QUEUE_URL",
                queue("events-dead-letters"),
            ),
        ],
        "subscriptions" => vec![
            ("TEAMWIRE_CREDENTIALS_SECRET", secret("credentials")),
            ("TEAMWIRE_CLIENT_STATE_SECRET", secret("client-state")),
            ("TEAMWIRE_CONFIG_BUCKET", format!("{MARKER}-config")),
            (
                "TEAMWIRE_NOTIFICATION_URL",
                "https://hooks.example.com/notifications".to_owned(),
            ),
            (
                "TEAMWIRE_LIFECYCLE_URL",
                "https://hooks.example.com/lifecycle".to_owned(),
            ),
            ("TEAMWIRE_LIFECYCLE_QUEUE_URL", queue("lifecycle")),
            (
                "TEAMWIRE_LIFECYCLE_DEAD_LETTER_QUEUE_URL",
                queue("lifecycle-dead-letters"),
            ),
            ("TEAMWIRE_BACKFILL_QUEUE_URL", queue("backfill")),
        ],
        _ => vec![
            ("TEAMWIRE_CREDENTIALS_SECRET", secret("credentials")),
            ("TEAMWIRE_HYDRATE_QUEUE_URL", queue("hydrate")),
            (
                "TEAMWIRE_HYDRATE_DEAD_LETTER_QUEUE_URL",
                queue("hydrate-dead-letters"),
            ),
        ],
    };
    own.into_iter().chain(common).collect()
}

/// A running function. It ends with this value.
pub(super) struct Process {
    child: Child,
    output: Arc<Mutex<Vec<String>>>,
    errors: Arc<Mutex<Vec<String>>>,
    readers: Vec<JoinHandle<()>>,
}

impl Process {
    /// Starts `function` with nothing in its environment but `settings`, Lambda's own variables
    /// with the Runtime API at `runtime_api`, and AWS at `aws`.
    pub(super) fn start(
        function: &str,
        settings: Vec<(&str, String)>,
        runtime_api: &str,
        aws: &str,
    ) -> Self {
        let mut command = Command::new(binary(function));
        command
            .env_clear()
            .env("AWS_LAMBDA_RUNTIME_API", runtime_api)
            .env("AWS_LAMBDA_FUNCTION_NAME", function)
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
            .env("AWS_LAMBDA_LOG_GROUP_NAME", "group")
            .env("AWS_LAMBDA_LOG_STREAM_NAME", "stream")
            .env("AWS_REGION", "us-east-1")
            .env("AWS_ACCESS_KEY_ID", "id")
            .env("AWS_SECRET_ACCESS_KEY", format!("{MARKER}-key"))
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_ENDPOINT_URL", aws)
            .envs(settings);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.kill_on_drop(true).spawn().unwrap();
        let (output, errors) = (Arc::default(), Arc::default());
        let readers = vec![
            collect(child.stdout.take().unwrap(), Arc::clone(&output)),
            collect(child.stderr.take().unwrap(), Arc::clone(&errors)),
        ];
        Self {
            child,
            output,
            errors,
            readers,
        }
    }

    /// The lines on standard output so far.
    pub(super) fn output(&self) -> Vec<String> {
        self.output.lock().unwrap().clone()
    }

    /// True while it is running.
    pub(super) fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Waits for a line of output for which `fits` holds.
    pub(super) async fn line(&self, fits: impl Fn(&str) -> bool) -> String {
        let found = async {
            loop {
                if let Some(line) = self.output().into_iter().find(|line| fits(line)) {
                    return line;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let found = tokio::time::timeout(TIMEOUT, found).await;
        found.unwrap_or_else(|_| panic!("no such line in {:#?}", self.output()))
    }

    /// Asks it to end, as Lambda does.
    pub(super) async fn terminate(&self) {
        let id = self.child.id().unwrap().to_string();
        assert!(
            // A builtin: not every machine has a program of that name.
            Command::new("sh")
                .args(["-c", &format!("kill -s TERM {id}")])
                .status()
                .await
                .unwrap()
                .success()
        );
    }

    /// Waits for its end; everything it wrote.
    pub(super) async fn end(mut self) -> (ExitStatus, String) {
        let status = tokio::time::timeout(TIMEOUT, self.child.wait()).await;
        let status = status.expect("it does not end").unwrap();
        for reader in self.readers {
            reader.await.unwrap();
        }
        let mut lines = self.output.lock().unwrap().clone();
        lines.extend(self.errors.lock().unwrap().iter().cloned());
        (status, lines.join("\n"))
    }
}

fn collect(
    from: impl AsyncRead + Unpin + Send + 'static,
    into: Arc<Mutex<Vec<String>>>,
) -> JoinHandle<()> {
    tokio::spawn(async move {
        let mut lines = BufReader::new(from).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            into.lock().unwrap().push(line);
        }
    })
}

fn binary(function: &str) -> PathBuf {
    let directory = std::env::var_os(BIN_DIR).map_or_else(
        || {
            // target/<profile>/deps/it-..
            let test = std::env::current_exe().unwrap();
            test.ancestors().nth(2).unwrap().to_owned()
        },
        PathBuf::from,
    );
    let path = directory.join(function);
    assert!(
        path.is_file(),
        "{} is missing: build it with `cargo build --profile local --bins`, or set {BIN_DIR}",
        path.display()
    );
    path
}
