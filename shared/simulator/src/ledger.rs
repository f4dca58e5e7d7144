//! The ledger of announcements: the list to hold the receiver's events against.

use crate::campaign::Progress;
use crate::change::{Change, SimulatedChangeType};
use crate::ids;
use crate::plan::PlannedChange;
use crate::target::Target;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;

/// Most changes kept over all jobs; the oldest finished jobs are dropped first.
const CHANGES: usize = 200_000;

/// Most changes of one job.
pub const CHANGES_OF_A_JOB: usize = 100_000;

/// Most jobs kept.
const JOBS: usize = 256;

/// One change as it was announced.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    subscription_id: String,
    tenant_id: String,
    resource: String,
    change_type: SimulatedChangeType,
    kind: Kind,
    version: Option<String>,
    fault: Option<&'static str>,
    duplicated: bool,
    deleted_since: bool,
    edited_since: bool,
    announced_at: String,
    data: Option<Arc<RawValue>>,
}

#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Rich,
    Basic,
}

impl Entry {
    /// The entry of `change` for `target`.
    pub(crate) fn of(target: &Target, change: &Change, planned: &PlannedChange) -> Self {
        let kind = if target.is_rich() && !planned.bare {
            Kind::Rich
        } else {
            Kind::Basic
        };
        let (data, view) = match (kind, change.change_type) {
            (Kind::Rich, _) => (Some(change.sealed_json(target.all_members)), &change.sealed),
            (Kind::Basic, SimulatedChangeType::Deleted) => (None, &change.read),
            (Kind::Basic, _) => (change.get_json(), &change.read),
        };
        Self {
            subscription_id: target.subscription_id.clone(),
            tenant_id: target.tenant_id.clone(),
            resource: canonical(&change.path),
            change_type: change.change_type,
            kind,
            version: view.version.clone().filter(|_| data.is_some()),
            fault: planned.fault.map(|fault| fault.name()),
            duplicated: planned.duplicated,
            deleted_since: planned.deleted_since,
            edited_since: change.read.members.get("etag") != change.sealed.members.get("etag"),
            announced_at: String::new(),
            data: data
                .and_then(|data| RawValue::from_string(data).ok())
                .map(Arc::from),
        }
    }

    /// It is told from now on.
    pub(crate) fn announce(&mut self, now: Timestamp) {
        self.announced_at = ids::date(now);
    }
}

/// The outcome of one announcement.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Job {
    /// True once every POST has ended.
    pub done: bool,
    /// POSTs made, retries not counted.
    pub posts: u64,
    /// POSTs that were answered with 2xx in the end.
    pub accepted: u64,
    /// Attempts after the first.
    pub retried: u64,
    /// POSTs given up.
    pub failed: u64,
    /// The changes announced, in that order.
    pub changes: Vec<Entry>,
}

/// All jobs that are remembered.
#[derive(Debug, Default)]
pub struct Ledger {
    jobs: Mutex<VecDeque<(String, Job)>>,
}

impl Ledger {
    /// Opens a job and gives its id.
    pub fn open(&self) -> String {
        let id = ids::guid(&mut rand::rng());
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.push_back((id.clone(), Job::default()));
        let mut changes: usize = jobs.iter().map(|(_, job)| job.changes.len()).sum();
        while changes > CHANGES || jobs.len() > JOBS {
            let Some(oldest) = jobs.iter().position(|(_, job)| job.done) else {
                break;
            };
            changes -= jobs.remove(oldest).map_or(0, |(_, job)| job.changes.len());
        }
        id
    }

    /// A job as it is now.
    pub fn get(&self, id: &str) -> Option<Job> {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.iter()
            .find(|(known, _)| known == id)
            .map(|(_, job)| job.clone())
    }

    /// Writes down what happens until the campaign is over.
    pub async fn follow(&self, id: &str, mut progress: mpsc::Receiver<Progress>) {
        while let Some(progress) = progress.recv().await {
            self.with(id, |job| match progress {
                Progress::Announced(entries) => {
                    job.posts += 1;
                    job.changes.extend(entries);
                }
                Progress::Posted(delivered) => {
                    job.retried += delivered.retries;
                    if delivered.answer.is_accepted() {
                        job.accepted += 1;
                    } else {
                        job.failed += 1;
                    }
                }
            });
        }
        self.with(id, |job| job.done = true);
    }

    fn with(&self, id: &str, write: impl FnOnce(&mut Job)) {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, job)) = jobs.iter_mut().find(|(known, _)| known == id) {
            write(job);
        }
    }
}

/// The path that tells one resource from others, whoever it is announced below.
fn canonical(path: &str) -> String {
    let call = path.split_once("/adhoccalls(");
    call.map_or_else(
        || path.to_owned(),
        |(_, rest)| format!("communications/adhocCalls({rest}"),
    )
}
