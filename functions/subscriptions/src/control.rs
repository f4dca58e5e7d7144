//! Orders, carried out: each is answered by a report, whatever happens.

mod check;
mod list;
pub(crate) mod order;
pub(crate) mod report;

use crate::client_states::Mint;
use crate::control::order::{Order, keep_hours};
use crate::control::report::{FaultReport, Report};
use crate::reconcile::ReconcileOptions;
use crate::reconcile::coverage::Cause;
use crate::reconcile::gaps::{self, end_of_second, gap};
use crate::reconcile::measured::RunMetrics;
use crate::{SubscriptionManager, SubscriptionsFault};
use futures::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use metrics::counter;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::future::Future;
use std::time::Instant;
use teamwire_graph::desired::DesiredTenant;
use teamwire_graph::subscriptions::CallBudget;
use teamwire_graph::{Certificate, Certificates, Desired, TokenSource};
use teamwire_payload::subscribable::Api;
use teamwire_payload::{GapReason, SubscriptionPath, TenantId};
use teamwire_transport::{Deadline, Queue, SharedStore};

/// In place of a subscription's id, where there is none yet, or none any more.
const NONE: &str = "none";
/// Tenants looked at at once.
const CONCURRENT_TENANTS: usize = 8;

/// Until when there is time, and two things that tests decide.
#[derive(Debug, Clone, Copy)]
pub struct Invocation {
    /// No call begins that could end later.
    pub deadline: Instant,
    /// This machine's time.
    pub now: Timestamp,
    /// Any number.
    pub shuffle_seed: u64,
}

impl Invocation {
    /// Those of an invocation.
    pub fn now(deadline: Deadline) -> Self {
        let now = Timestamp::now();
        Self {
            deadline: deadline.work_until(),
            now,
            shuffle_seed: now.as_nanosecond().unsigned_abs() as u64,
        }
    }
}

/// What an order wants done.
#[derive(Debug, Clone, Copy)]
struct ReconcileRequest {
    /// Whether what is not wanted goes.
    remove: bool,
    /// How long the key before the current one stays in use.
    keep_hours: u32,
    /// Whether what Graph refused before is asked for at once.
    is_manual: bool,
}

impl ReconcileRequest {
    const fn of_the_schedule() -> Self {
        Self {
            remove: true,
            keep_hours: keep_hours(),
            is_manual: false,
        }
    }

    const fn of_a_person(remove: bool, keep_hours: u32) -> Self {
        Self {
            remove,
            keep_hours,
            is_manual: true,
        }
    }
}

impl<T: TokenSource, Q: Queue, S: SharedStore, M: Mint> SubscriptionManager<T, Q, S, M> {
    /// The answer to an order; to what is none, too.
    pub async fn order(&self, order: Value, invocation: Invocation) -> Value {
        let order = serde_json::from_value::<Order>(order);
        let order = order.map_err(|fault| SubscriptionsFault::Command(fault.to_string()));
        let answer = match order {
            Ok(order) => self.obey(order, invocation).await,
            Err(fault) => Err(fault),
        };
        answer.unwrap_or_else(|fault| {
            count(&fault);
            tracing::error!(fault = fault.reason(), "the order could not be carried out");
            json!(Report::fault(&fault))
        })
    }

    async fn obey(&self, order: Order, c: Invocation) -> Result<Value, SubscriptionsFault> {
        match order {
            Order::Reconcile => {
                let desired = self.files.desired().await?;
                let request = ReconcileRequest::of_the_schedule();
                Ok(json!(self.reconcile_all(&desired, request, c).await?))
            }
            Order::Plan { desired } => {
                let desired = self.desired(desired.as_deref()).await?;
                Ok(json!(self.plan_all(&desired, c).await?))
            }
            Order::Apply { desired, remove } => {
                let wanted = self.desired(desired.as_deref()).await?;
                if let Some(text) = desired {
                    self.files.put_desired(text).await?;
                }
                let request = ReconcileRequest::of_a_person(remove, keep_hours());
                Ok(json!(self.reconcile_all(&wanted, request, c).await?))
            }
            Order::List { tenant } => Ok(json!(self.list_all(tenant, c).await?)),
            Order::Delete { tenant, ids } => Ok(json!(self.delete(&tenant, &ids, c).await)),
            Order::Certificates => {
                let certificates = self.files.certificates().await?;
                Ok(json!({"certificates": certificates.map(|all| shown(&all, c.now))}))
            }
            Order::UseCertificate {
                id,
                certificate,
                keep_hours,
            } => {
                let desired = self.files.desired().await?;
                let all = self.rotate(&id, &certificate, keep_hours, c.now).await?;
                let request = ReconcileRequest::of_a_person(false, keep_hours);
                let report = self.reconcile_all(&desired, request, c).await?;
                let mut answer = json!(report);
                if let Some(members) = answer.as_object_mut() {
                    members.insert("certificates".to_owned(), shown(&all, c.now));
                }
                Ok(answer)
            }
            Order::Check { tenants } => Ok(self.check(tenants, c).await),
            Order::Backfill {
                tenant,
                resource,
                since,
                until,
            } => {
                self.ask_back(&tenant, resource.as_deref(), (since, until), c)
                    .await
            }
        }
    }

    async fn desired(&self, text: Option<&str>) -> Result<Desired, SubscriptionsFault> {
        match text {
            Some(text) => {
                let desired = Desired::for_cloud(text, self.api.cloud());
                desired.map_err(SubscriptionsFault::Desired)
            }
            None => self.files.desired().await,
        }
    }

    async fn plan_all(
        &self,
        desired: &Desired,
        c: Invocation,
    ) -> Result<Report, SubscriptionsFault> {
        let (certificates, unusable) = self.files.usable_certificates().await?;
        let request = ReconcileRequest::of_a_person(false, keep_hours());
        let options = options(certificates.as_ref(), request, c);
        let plans = self
            .each(desired, |tenant| self.plan(tenant, options))
            .await;
        let mut report = unusable.as_ref().map(Report::fault).unwrap_or_default();
        for (tenant, plan) in plans {
            match plan {
                Ok(plan) => report.tenants.push(plan),
                Err(fault) => report.faults.push(FaultReport::new(Some(tenant), &fault)),
            }
        }
        Ok(report)
    }

    async fn reconcile_all(
        &self,
        desired: &Desired,
        request: ReconcileRequest,
        c: Invocation,
    ) -> Result<Report, SubscriptionsFault> {
        let (certificates, unusable) = self.files.usable_certificates().await?;
        let options = options(certificates.as_ref(), request, c);
        let runs = self
            .each(desired, |tenant| self.reconcile(tenant, options))
            .await;
        let mut report = unusable.as_ref().map(Report::fault).unwrap_or_default();
        unusable.iter().for_each(count);
        let mut measured = RunMetrics::default();
        let mut sealed_for = HashSet::new();
        for (tenant, run) in runs {
            match run {
                Ok(run) => {
                    measured.add(&run);
                    sealed_for.extend(run.sealed_for);
                    report.tenants.push(run.report);
                    report.faults.extend(run.faults);
                }
                Err(fault) => {
                    count(&fault);
                    crate::reconcile::summary::log(&tenant, "list", None, &fault);
                    report.faults.push(FaultReport::new(Some(tenant), &fault));
                }
            }
        }
        let tenants = desired.tenants.iter();
        let wanted = tenants.map(|tenant| tenant.subscriptions.len()).sum();
        measured.tell(wanted, certificates.as_ref(), c.now);
        let retire_after = after_hours(c.now, request.keep_hours);
        if let Err(fault) = self
            .keep_keys(certificates, &sealed_for, retire_after)
            .await
        {
            count(&fault);
            report.faults.push(FaultReport::new(None, &fault));
        }
        Ok(report)
    }

    /// Puts off when keys may go that something was sealed for until now: the time that the
    /// rotation set for them counts from its own begin, and subscriptions may move later.
    async fn keep_keys(
        &self,
        known: Option<Certificates>,
        sealed_for: &HashSet<String>,
        retire_after: Timestamp,
    ) -> Result<(), SubscriptionsFault> {
        let ids = || sealed_for.iter().map(String::as_str);
        if !known.is_some_and(|mut known| known.keep(ids(), retire_after)) {
            return Ok(());
        }
        // A rotation may have begun since.
        if let Some(mut all) = self.files.certificates().await?
            && all.keep(ids(), retire_after)
        {
            self.files.put_certificates(&all).await?;
        }
        Ok(())
    }

    /// Does the same for each tenant, some at once.
    pub(crate) async fn each<'a, R, F: Future<Output = Result<R, SubscriptionsFault>>>(
        &self,
        desired: &'a Desired,
        work: impl Fn(&'a DesiredTenant) -> F,
    ) -> Vec<(TenantId, Result<R, SubscriptionsFault>)> {
        let each = desired.tenants.iter().enumerate().map(|(at, tenant)| {
            let work = work(tenant);
            async move { (at, tenant.id.clone(), work.await) }
        });
        let done = stream::iter(each).buffer_unordered(CONCURRENT_TENANTS);
        let mut done: Vec<_> = done.collect().await;
        // As the file has them, whichever was done first.
        done.sort_by_key(|(at, ..)| *at);
        done.into_iter().map(|(_, id, done)| (id, done)).collect()
    }

    async fn delete(&self, tenant: &TenantId, ids: &[String], c: Invocation) -> Value {
        let budget = CallBudget {
            tenant,
            deadline: c.deadline,
        };
        let mut report = Report::default();
        let mut deleted = Vec::new();
        for id in ids {
            match self.api.delete(budget, Api::V1, id).await {
                Ok(_) => deleted.push(id),
                Err(fault) => {
                    let fault = SubscriptionsFault::from(fault);
                    let fault = FaultReport::new(Some(tenant.clone()), &fault);
                    report.faults.push(fault);
                }
            }
        }
        json!({"tenant": tenant, "deleted": deleted, "faults": report.faults})
    }

    async fn rotate(
        &self,
        id: &str,
        certificate: &str,
        keep_hours: u32,
        now: Timestamp,
    ) -> Result<Certificates, SubscriptionsFault> {
        let certificate = Certificate::from_base64(certificate)
            .map_err(|fault| SubscriptionsFault::Command(format!("certificate: {fault}")))?;
        let retire_after = after_hours(now, keep_hours);
        let all = match self.files.certificates().await? {
            None => Certificates::of(id, certificate)?,
            Some(mut all) => {
                all.rotate_to(id, certificate, retire_after)?;
                all
            }
        };
        self.files.put_certificates(&all).await?;
        Ok(all)
    }

    async fn ask_back(
        &self,
        tenant: &TenantId,
        resource: Option<&str>,
        (since, until): (Timestamp, Option<Timestamp>),
        c: Invocation,
    ) -> Result<Value, SubscriptionsFault> {
        let path = resource.map(SubscriptionPath::parse).transpose();
        let path =
            path.map_err(|fault| SubscriptionsFault::Command(format!("resource: {fault}")))?;
        let desired = self.files.desired().await?;
        let wanted = desired
            .tenant(tenant)
            .ok_or(SubscriptionsFault::UnknownTenant)?;
        let list = self.list(tenant, c.deadline).await?;
        let until = until.unwrap_or_else(|| end_of_second(list.at));
        if since >= until {
            let problem = "since is not before until".to_owned();
            return Err(SubscriptionsFault::Command(problem));
        }
        let asked = wanted.subscriptions.iter().filter(|wanted| {
            let path = path.as_ref();
            path.is_none_or(|path| *path == wanted.resource)
        });
        let found = |path: &SubscriptionPath| {
            let mut ours = list.value.iter().filter(|found| self.is_ours(found));
            ours.find(|found| found.path().as_ref() == Some(path))
        };
        let gaps: Vec<_> = asked
            .map(|wanted| {
                let id = found(&wanted.resource).map_or(NONE, |found| &found.id);
                gap(tenant, wanted, id, (since, until), GapReason::Asked)
            })
            .collect();
        let answer = json!({"tenant": tenant, "gaps": gaps, "faults": []});
        gaps::send_all(&self.backfill, gaps).await?;
        Ok(answer)
    }
}

fn options(
    certificates: Option<&Certificates>,
    request: ReconcileRequest,
    c: Invocation,
) -> ReconcileOptions<'_> {
    ReconcileOptions {
        certificates,
        remove: request.remove,
        cause: Cause::Order,
        is_manual: request.is_manual,
        until: c.deadline,
        shuffle_seed: c.shuffle_seed,
    }
}

fn after_hours(now: Timestamp, hours: u32) -> Timestamp {
    let span = SignedDuration::from_hours(hours.into());
    now.saturating_add(span).unwrap_or(now)
}

fn count(fault: &SubscriptionsFault) {
    counter!("reconcileFailed", "reason" => fault.reason()).increment(1);
}

fn shown(certificates: &Certificates, now: Timestamp) -> Value {
    let document = serde_json::from_str(&certificates.to_json());
    let mut document: Value = document.unwrap_or_default();
    if let Some(members) = document.as_object_mut() {
        let minutes = certificates.minutes_to_expiry(now);
        members.insert("minutesToExpiry".to_owned(), minutes.into());
    }
    document
}
