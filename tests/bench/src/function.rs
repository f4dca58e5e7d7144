//! A function's binary, run as Lambda would run it.

use crate::fake_graph::{LIFECYCLE_URL, NOTIFICATION_URL};
use crate::runtime_api::{Answer, RuntimeApi};
use crate::traffic::APP_ID;
use anyhow::{Context, ensure};
use axum::body::Bytes;
use std::ffi::OsString;
use std::fs::{File, create_dir_all, read_dir, read_to_string};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::process::{Child, Command};

/// Every function, by the name of its binary, and the seconds and MiB that the template gives it.
pub(crate) const FUNCTIONS: [(&str, u64, u32); 6] = [
    ("ingest", 5, 256),
    ("decrypt", 30, 256),
    ("hydrate", 30, 512),
    ("subscriptions", 900, 256),
    ("backfill", 60, 512),
    ("relay", 30, 256),
];
/// The memory that has a whole core.
/// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html>
pub(crate) const WHOLE_CORE: u32 = 1_769;

/// What Lambda is to run.
pub(crate) struct Program {
    /// The name of the function.
    pub(crate) name: String,
    /// The path of the program, and its arguments.
    pub(crate) command: Vec<OsString>,
    pub(crate) timeout: Duration,
    pub(crate) memory: u32,
}

impl Program {
    /// The function `name` of `bin_dir`.
    pub(crate) fn ours(bin_dir: &Path, name: &str) -> anyhow::Result<Self> {
        Ok(Self {
            name: name.to_owned(),
            command: vec![bin_dir.join(name).into()],
            timeout: timeout(name)?,
            memory: memory(name)?,
        })
    }
}

/// A running function.
pub(crate) struct Function {
    child: Child,
    api: RuntimeApi,
    spawned: Instant,
    log: PathBuf,
}

impl Function {
    /// Starts `bin_dir/name` with nothing but `settings` in its environment. Its log is in
    /// `bin_dir/bench`.
    pub(crate) async fn start(
        bin_dir: &Path,
        name: &str,
        settings: &[(String, String)],
    ) -> anyhow::Result<Self> {
        Self::run(&Program::ours(bin_dir, name)?, bin_dir, settings).await
    }

    /// The same for any program.
    pub(crate) async fn run(
        program: &Program,
        bin_dir: &Path,
        settings: &[(String, String)],
    ) -> anyhow::Result<Self> {
        let name = &program.name;
        let api = RuntimeApi::start(program.timeout).await?;
        let folder = bin_dir.join("bench");
        create_dir_all(&folder)?;
        let log = folder.join(format!("{name}.log"));
        let output = File::create(&log)?;
        let (path, arguments) = program.command.split_first().context("no command")?;
        let mut command = Command::new(path);
        command
            .args(arguments)
            .env_clear()
            .envs(settings.iter().map(|(name, value)| (name, value)))
            .env("AWS_LAMBDA_RUNTIME_API", api.address.to_string())
            .env("AWS_LAMBDA_FUNCTION_NAME", name)
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env(
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                program.memory.to_string(),
            )
            .env("AWS_LAMBDA_LOG_GROUP_NAME", "bench")
            .env("AWS_LAMBDA_LOG_STREAM_NAME", "bench")
            .stdin(Stdio::null())
            .stderr(output.try_clone()?)
            .stdout(output)
            .kill_on_drop(true);
        let spawned = Instant::now();
        let child = command
            .spawn()
            .with_context(|| format!("{} does not start", path.display()))?;
        Ok(Self {
            child,
            api,
            spawned,
            log,
        })
    }

    /// Resolves once it waits for its first event.
    pub(crate) async fn until_idle(&self) -> anyhow::Result<()> {
        self.api.until_asked().await.with_context(|| self.see_log())
    }

    /// Its answer to one event.
    pub(crate) async fn invoke(&self, event: &Bytes) -> anyhow::Result<Answer> {
        self.api.invoke(event).await.with_context(|| self.see_log())
    }

    /// From its start to its first answer.
    pub(crate) async fn first_answer(&self, event: &Bytes) -> anyhow::Result<(Answer, Duration)> {
        let answer = self.invoke(event).await?;
        let since_start = answer.received - self.spawned;
        Ok((answer, since_start))
    }

    /// The time since its start.
    pub(crate) fn age(&self) -> Duration {
        self.spawned.elapsed()
    }

    /// The most memory it ever held, in bytes: `VmHWM`, code and libraries included.
    pub(crate) fn peak_memory(&self) -> anyhow::Result<f64> {
        self.memory("VmHWM:")
    }

    /// The memory that it holds now, in bytes, counted the same way.
    pub(crate) fn resident_memory(&self) -> anyhow::Result<f64> {
        self.memory("VmRSS:")
    }

    fn memory(&self, field: &str) -> anyhow::Result<f64> {
        let status = read_to_string(format!("/proc/{}/status", self.id()?))?;
        let line = status.lines().find_map(|line| line.strip_prefix(field));
        let kibibytes: f64 = line
            .and_then(|line| line.trim().strip_suffix(" kB"))
            .context("the kernel does not tell the memory")?
            .trim()
            .parse()?;
        Ok(kibibytes * 1024.0)
    }

    /// The number of files and sockets that it has open.
    pub(crate) fn descriptors(&self) -> anyhow::Result<usize> {
        Ok(read_dir(format!("/proc/{}/fd", self.id()?))?.count())
    }

    /// Milliseconds of CPU that all its threads took so far, user and system; those that ended are
    /// not among them.
    pub(crate) fn cpu_millis(&self) -> anyhow::Result<f64> {
        let mut nanoseconds = 0.0;
        for thread in read_dir(format!("/proc/{}/task", self.id()?))? {
            let times = read_to_string(thread?.path().join("schedstat"))?;
            let on_cpu = times.split_whitespace().next();
            nanoseconds += on_cpu.context("no times of a thread")?.parse::<f64>()?;
        }
        Ok(nanoseconds / 1e6)
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> anyhow::Result<u32> {
        self.child.id().context("the function has ended")
    }

    /// Bytes and lines that it wrote to its log so far.
    pub(crate) fn logged(&self) -> anyhow::Result<(f64, f64)> {
        let log = std::fs::read(&self.log)?;
        let lines = log.iter().filter(|byte| **byte == b'\n').count();
        Ok((log.len() as f64, lines as f64))
    }

    /// Ends it; the milliseconds of CPU that it took.
    pub(crate) async fn stop(mut self) -> anyhow::Result<f64> {
        let early = self.child.try_wait()?;
        ensure!(early.is_none(), "the function ended: {}", self.see_log());
        let cpu = self.cpu_millis()?;
        self.child.kill().await?;
        Ok(cpu)
    }

    fn see_log(&self) -> String {
        format!("see {}", self.log.display())
    }
}

/// The timeout that the template gives the function.
pub(crate) fn timeout(name: &str) -> anyhow::Result<Duration> {
    Ok(Duration::from_secs(given(name)?.0))
}

/// MiB of a function, which Lambda calls MB.
pub(crate) fn memory(name: &str) -> anyhow::Result<u32> {
    Ok(given(name)?.1)
}

fn given(name: &str) -> anyhow::Result<(u64, u32)> {
    let known = FUNCTIONS.iter().find(|(function, ..)| *function == name);
    let (_, seconds, mebibytes) = known.with_context(|| format!("no function {name}"))?;
    Ok((*seconds, *mebibytes))
}

/// The environment of any of the functions, with everything they talk to at `url`.
pub(crate) fn settings(url: &str) -> Vec<(String, String)> {
    let queue = |name: &str| format!("{url}/000000000000/{name}");
    [
        ("AWS_ENDPOINT_URL", url.to_owned()),
        ("AWS_REGION", "us-east-1".to_owned()),
        // Lambda sets both; boto3 reads this one.
        ("AWS_DEFAULT_REGION", "us-east-1".to_owned()),
        ("AWS_ACCESS_KEY_ID", "bench".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "bench".to_owned()),
        ("TEAMWIRE_ENTRA_URL", url.to_owned()),
        ("TEAMWIRE_GRAPH_URL", url.to_owned()),
        ("TEAMWIRE_APP_IDS", APP_ID.to_owned()),
        ("TEAMWIRE_CLIENT_STATE_SECRET", "client-state".to_owned()),
        ("TEAMWIRE_ENVELOPE_KEYS_SECRET", "envelope-keys".to_owned()),
        ("TEAMWIRE_CREDENTIALS_SECRET", "credentials".to_owned()),
        ("TEAMWIRE_CLAIM_BUCKET", "claims".to_owned()),
        ("TEAMWIRE_CONFIG_BUCKET", "config".to_owned()),
        ("TEAMWIRE_NOTIFICATION_URL", NOTIFICATION_URL.to_owned()),
        ("TEAMWIRE_LIFECYCLE_URL", LIFECYCLE_URL.to_owned()),
        ("TEAMWIRE_DECRYPT_QUEUE_URL", queue("decrypt")),
        ("TEAMWIRE_HYDRATE_QUEUE_URL", queue("hydrate")),
        ("TEAMWIRE_LIFECYCLE_QUEUE_URL", queue("lifecycle")),
        ("TEAMWIRE_BACKFILL_QUEUE_URL", queue("backfill")),
        ("TEAMWIRE_EVENTS_QUEUE_URL", queue("events")),
        ("TEAMWIRE_QUARANTINE_QUEUE_URL", queue("quarantine")),
        ("TEAMWIRE_EVENT_BUS", "teamwire".to_owned()),
        (
            "TEAMWIRE_DECRYPT_DEAD_LETTER_QUEUE_URL",
            queue("decrypt-dead-letters"),
        ),
        (
            "TEAMWIRE_HYDRATE_DEAD_LETTER_QUEUE_URL",
            queue("hydrate-dead-letters"),
        ),
        (
            "TEAMWIRE_LIFECYCLE_DEAD_LETTER_QUEUE_URL",
            queue("lifecycle-dead-letters"),
        ),
        (
            "TEAMWIRE_BACKFILL_DEAD_LETTER_QUEUE_URL",
            queue("backfill-dead-letters"),
        ),
        (
            "TEAMWIRE_EVENTS_DEAD_LETTER_QUEUE_URL",
            queue("events-dead-letters"),
        ),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}
