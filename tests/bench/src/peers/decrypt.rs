//! Decrypt beside the same in other languages, by turns, on one thread each: what else the machine does
//! is in no CPU time.

use super::{Language, Peers};
use crate::handler::Handler;
use crate::report::{Figure, Report, Samples};
use crate::traffic::{CERTIFICATE_ID, Parties};
use crate::work::Work;
use anyhow::{Context, bail, ensure};
use aws_lc_rs::rsa::KeySize;
use base64::{Engine, engine::general_purpose::STANDARD};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use teamwire_envelope::{AuthenticCiphertext, LocalKeys};
use tokio::runtime::Runtime;

const BATCHES: usize = 5;
/// The rounds in which compilers that work at run time may warm up.
const WARM_UP: usize = 10;
/// The ways through the work, as the peers know them, and what each is.
const WAYS: [(&str, &str); 3] = [
    ("rsa", "bare OAEP"),
    ("open", "envelope opened"),
    ("handler", "SQS event in, CloudEvents out"),
];

/// Every way, by every peer that knows it, with keys of three sizes.
pub(crate) fn measure(bin_dir: &Path, peers: &Peers, report: &Report) -> anyhow::Result<()> {
    for (size, bits, rounds) in [
        (KeySize::Rsa2048, "RSA-2048", 20),
        (KeySize::Rsa3072, "RSA-3072", 12),
        (KeySize::Rsa4096, "RSA-4096", 8),
    ] {
        let work = Work::write(&Parties::new(size)?, BATCHES, &bin_dir.join("bench/work"))?;
        let ours = Ours::new(&work)?;
        let mut workers = peers.workers(&work.folder)?;
        for (way, name) in WAYS {
            let mut own = Vec::new();
            let mut theirs: Vec<Vec<f64>> = workers.iter().map(|_| Vec::new()).collect();
            for round in 0..WARM_UP + rounds {
                let took = ours.go(way)?;
                if round >= WARM_UP {
                    own.push(took);
                }
                for (worker, times) in workers.iter_mut().zip(&mut theirs) {
                    let took = worker.go(way)?;
                    times.extend(took.filter(|_| round >= WARM_UP));
                }
            }
            let rate = |times: Vec<f64>| work.contents.len() as f64 / Samples::new(times).median();
            let mut figure = Figure::new(
                "peers",
                format!("{name}, {bits}"),
                rate(own),
                "records/s of CPU",
            );
            for (worker, times) in workers.iter().zip(theirs) {
                if !times.is_empty() {
                    figure = figure.to(&worker.name, rate(times));
                }
            }
            report.figure(&figure)?;
        }
    }
    Ok(())
}

/// Seconds of CPU of this thread.
fn own_cpu() -> anyhow::Result<f64> {
    let times = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let on_cpu = times.split_whitespace().next();
    Ok(on_cpu.context("no times of this thread")?.parse::<f64>()? / 1e9)
}

/// Our own code.
struct Ours<'a> {
    work: &'a Work,
    keys: LocalKeys,
    handler: Handler,
    runtime: Runtime,
}

impl<'a> Ours<'a> {
    fn new(work: &'a Work) -> anyhow::Result<Self> {
        let mut keys = LocalKeys::new();
        keys.insert_pem(CERTIFICATE_ID, &work.pem)?;
        Ok(Self {
            keys,
            handler: Handler::new(&work.pem)?,
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_time()
                .build()?,
            work,
        })
    }

    /// Seconds of CPU for all of the work.
    fn go(&self, way: &str) -> anyhow::Result<f64> {
        let before = own_cpu()?;
        match way {
            "rsa" => {
                for content in &self.work.contents {
                    let key = content.data_key.as_deref().context("no sealed key")?;
                    self.keys
                        .unwrap_now(CERTIFICATE_ID, &STANDARD.decode(key)?)?;
                }
            }
            "open" => {
                for content in &self.work.contents {
                    let authentic = AuthenticCiphertext::check(content, &self.keys);
                    self.runtime.block_on(authentic)?.decrypt()?;
                }
            }
            "handler" => {
                for event in &self.work.events {
                    self.runtime.block_on(self.handler.handle(event))?;
                }
            }
            _ => bail!("no way {way}"),
        }
        Ok(own_cpu()? - before)
    }
}

/// A peer that waits for orders.
struct Worker {
    name: String,
    /// Its own names of the ways that it knows, by ours.
    ways: &'static [(&'static str, &'static str)],
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

const ALL: &[(&str, &str)] = &[("rsa", "rsa"), ("open", "open"), ("handler", "handler")];
const SAMPLE: &[(&str, &str)] = &[("handler", "sample")];
const WITHOUT_JSON: &[(&str, &str)] = &[("rsa", "rsa"), ("open", "open")];

impl Peers {
    fn workers(&self, work: &Path) -> anyhow::Result<Vec<Worker>> {
        let start = |language: &Language, file: &str, name: String, ways| {
            Worker::start(language, &self.folder.join(file), work, name, ways)
        };
        let (node, python) = (&self.node, &self.python);
        let sample = format!("{}, as Microsoft's sample", node.name);
        let mut workers = vec![
            start(node, "node/decrypt.mjs", node.name.clone(), ALL)?,
            start(node, "node/decrypt.mjs", sample, SAMPLE)?,
            start(python, "python/decrypt.py", python.name.clone(), ALL)?,
        ];
        if let Some(java) = &self.java {
            let file = "java/Decrypt.java";
            workers.push(start(java, file, java.name.clone(), WITHOUT_JSON)?);
        }
        Ok(workers)
    }
}

impl Worker {
    fn start(
        language: &Language,
        file: &Path,
        work: &Path,
        name: String,
        ways: &'static [(&'static str, &'static str)],
    ) -> anyhow::Result<Self> {
        let mut child = Command::new(&language.path)
            .args([file, work])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{name} does not start"))?;
        Ok(Self {
            name,
            ways,
            orders: child.stdin.take().context("no stdin")?,
            answers: BufReader::new(child.stdout.take().context("no stdout")?),
            child,
        })
    }

    /// Seconds of CPU for all of the work; `None` if it does not know the way.
    fn go(&mut self, way: &str) -> anyhow::Result<Option<f64>> {
        let Some((_, own)) = self.ways.iter().find(|(ours, _)| *ours == way) else {
            return Ok(None);
        };
        writeln!(self.orders, "{own}")?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        let mut numbers = answer.split_whitespace().map(str::parse::<f64>);
        let (took, bytes) = (numbers.next(), numbers.next());
        let took = took.with_context(|| format!("{} failed", self.name))??;
        let bytes = bytes.context("no count of bytes")??;
        ensure!(bytes > 0.0, "{} opened nothing", self.name);
        Ok(Some(took / 1e9))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
