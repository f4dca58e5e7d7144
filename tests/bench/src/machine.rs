//! The machine, and how much of it others used meanwhile.

use anyhow::Context;
use serde::Serialize;
use std::fs::read_to_string;
use std::path::Path;

/// The machine that a run was measured on.
#[derive(Debug, Serialize)]
pub(crate) struct Machine {
    /// As the processor calls itself, and whether it has what makes RSA twice as fast.
    pub(crate) cpu: String,
    /// Cores this process may use.
    pub(crate) cores: usize,
    /// The folder of the binaries; its name is the Cargo profile.
    pub(crate) binaries: String,
    /// Load average of the last minute before the run.
    pub(crate) load: f64,
    #[serde(skip)]
    before: Ticks,
}

/// The load of the machine during a run.
#[derive(Debug, Serialize)]
pub(crate) struct Load {
    /// Cores busy on average with this run and the functions it started.
    pub(crate) own_cores: f64,
    /// Cores busy on average with anything else.
    pub(crate) other_cores: f64,
    /// Load average of the last minute.
    pub(crate) load: f64,
}

/// Counted by the kernel, all in the same unit.
#[derive(Debug, Clone, Copy)]
struct Ticks {
    all: u64,
    idle: u64,
    own: u64,
}

impl Machine {
    /// Looks before a run.
    pub(crate) fn look(bin_dir: &Path) -> anyhow::Result<Self> {
        let told = read_to_string("/proc/cpuinfo")?;
        let mut cpu = told
            .lines()
            .find_map(|line| line.strip_prefix("model name"))
            .map_or_else(
                || std::env::consts::ARCH.to_owned(),
                |name| name.trim_start_matches([' ', '\t', ':']).to_owned(),
            );
        if told.contains(" avx512ifma") {
            cpu += " with AVX-512 IFMA";
        }
        Ok(Self {
            cpu,
            cores: std::thread::available_parallelism()?.get(),
            binaries: bin_dir.display().to_string(),
            load: load_average()?,
            before: Ticks::now()?,
        })
    }

    /// Looks again after it.
    pub(crate) fn load_since(&self) -> anyhow::Result<Load> {
        let (before, now) = (self.before, Ticks::now()?);
        let all = now.all.saturating_sub(before.all).max(1) as f64;
        let idle = now.idle.saturating_sub(before.idle) as f64;
        let own = now.own.saturating_sub(before.own) as f64;
        let cores = self.cores as f64;
        Ok(Load {
            own_cores: own / all * cores,
            other_cores: (all - idle - own).max(0.0) / all * cores,
            load: load_average()?,
        })
    }
}

impl Ticks {
    fn now() -> anyhow::Result<Self> {
        let system = read_to_string("/proc/stat")?;
        let line = system.lines().next().unwrap_or_default();
        // user nice system idle iowait irq softirq steal
        let counts = numbers(line.split_whitespace().skip(1).take(8))?;
        let own = read_to_string("/proc/self/stat")?;
        let (_, after_name) = own.rsplit_once(')').context("no process name")?;
        // utime stime cutime cstime; children count once they have ended
        let used = numbers(after_name.split_whitespace().skip(11).take(4))?;
        Ok(Self {
            all: counts.iter().sum(),
            idle: counts.iter().skip(3).take(2).sum(),
            own: used.iter().sum(),
        })
    }
}

fn numbers<'a>(words: impl Iterator<Item = &'a str>) -> anyhow::Result<Vec<u64>> {
    Ok(words.map(str::parse).collect::<Result<_, _>>()?)
}

fn load_average() -> anyhow::Result<f64> {
    let load = read_to_string("/proc/loadavg")?;
    let minute = load.split_whitespace().next().context("no load average")?;
    Ok(minute.parse()?)
}
