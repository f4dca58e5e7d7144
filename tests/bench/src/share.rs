//! A share of a core, as Lambda gives it: the kernel's quota on the processor time of a group of
//! processes.

use crate::function::WHOLE_CORE;
use std::fs::{create_dir, read_to_string, remove_dir, write};
use std::path::PathBuf;
use std::time::Duration;

/// As long as Lambda's own, by what a function sees of it.
const PERIOD_MICROS: u32 = 20_000;
/// Where Linux keeps groups, in both of its versions.
const VERSION_2: &str = "/sys/fs/cgroup";
const VERSION_1: [&str; 2] = ["/sys/fs/cgroup/cpu", "/sys/fs/cgroup/cpu,cpuacct"];
/// The last process of a group may take a moment to be gone from it.
const TRIES: u32 = 50;
const PAUSE: Duration = Duration::from_millis(2);

/// A group of processes that have so much of one core together.
pub(crate) struct Share {
    group: PathBuf,
}

impl Share {
    /// The share that `memory` buys; `None` where this machine lets us make no such group.
    pub(crate) fn of(memory: u32) -> Option<Self> {
        let quota = PERIOD_MICROS * memory / WHOLE_CORE;
        let name = format!("teamwire-bench-{}-{memory}", std::process::id());
        let second = read_to_string(format!("{VERSION_2}/cgroup.subtree_control"));
        if second.is_ok_and(|controllers| controllers.split_whitespace().any(|name| name == "cpu"))
        {
            let share = Self::group(PathBuf::from(VERSION_2).join(&name))?;
            let limit = format!("{quota} {PERIOD_MICROS}");
            return write(share.group.join("cpu.max"), limit)
                .ok()
                .map(|()| share);
        }
        VERSION_1.iter().find_map(|controller| {
            let share = Self::group(PathBuf::from(controller).join(&name))?;
            let period = PERIOD_MICROS.to_string();
            write(share.group.join("cpu.cfs_period_us"), period).ok()?;
            write(share.group.join("cpu.cfs_quota_us"), quota.to_string()).ok()?;
            Some(share)
        })
    }

    fn group(group: PathBuf) -> Option<Self> {
        create_dir(&group).ok().map(|()| Self { group })
    }

    /// Puts a process in, with all its threads.
    pub(crate) fn hold(&self, process: u32) -> std::io::Result<()> {
        write(self.group.join("cgroup.procs"), process.to_string())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        for _ in 0..TRIES {
            if remove_dir(&self.group).is_ok() {
                return;
            }
            std::thread::sleep(PAUSE);
        }
    }
}
