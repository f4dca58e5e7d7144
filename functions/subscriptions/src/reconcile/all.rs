//! Every tenant of the file, planned or reconciled.

use crate::client_states::ClientStateMint;
use crate::reconcile::coverage::RunCause;
use crate::reconcile::metrics::RunMetrics;
use crate::reconcile::options::ReconcileOptions;
use crate::reconcile::summary;
use crate::tenants::each_tenant;
use crate::{Invocation, SubscriptionManager, SubscriptionsFault};
use jiff::{SignedDuration, Timestamp};
use std::collections::HashSet;
use teamwire_contract::DEFAULT_KEEP_HOURS;
use teamwire_contract::report::SubscriptionReport;
use teamwire_graph::{CertificateSet, DesiredState, TokenSource};
use teamwire_transport::{MessageQueue, SharedStore};

/// The options of a command, for every tenant.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReconcileRequest {
    /// True if subscriptions that the file does not have are removed.
    remove: bool,
    /// Hours that the key before the current one stays in use.
    keep_hours: u32,
    /// True if a person asks: subscriptions that Graph refused before are then asked for at once.
    is_manual: bool,
}

impl ReconcileRequest {
    pub(crate) const fn scheduled() -> Self {
        Self {
            remove: true,
            keep_hours: DEFAULT_KEEP_HOURS,
            is_manual: false,
        }
    }

    pub(crate) const fn manual(remove: bool, keep_hours: u32) -> Self {
        Self {
            remove,
            keep_hours,
            is_manual: true,
        }
    }

    const fn options(
        self,
        certificates: Option<&CertificateSet>,
        invocation: Invocation,
    ) -> ReconcileOptions<'_> {
        ReconcileOptions {
            certificates,
            remove: self.remove,
            cause: RunCause::Command,
            is_manual: self.is_manual,
            invocation,
        }
    }
}

impl<T: TokenSource, Q: MessageQueue, S: SharedStore, M: ClientStateMint>
    SubscriptionManager<T, Q, S, M>
{
    /// Report of what would be done.
    ///
    /// # Errors
    /// [`SubscriptionsFault::File`]; faults of one tenant are in the report.
    pub(crate) async fn plan_all(
        &self,
        desired: &DesiredState,
        invocation: Invocation,
    ) -> Result<SubscriptionReport, SubscriptionsFault> {
        let (certificates, unusable) = self.files.usable_certificates().await?;
        let request = ReconcileRequest::manual(false, DEFAULT_KEEP_HOURS);
        let options = request.options(certificates.as_ref(), invocation);
        let plans = each_tenant(desired, |tenant| self.plan(tenant, options)).await;
        let report = unusable.as_ref().map(SubscriptionsFault::answer);
        let mut report = report.unwrap_or_default();
        for (tenant, plan) in plans {
            match plan {
                Ok(plan) => report.tenants.push(plan),
                Err(fault) => report.faults.push(fault.report(Some(tenant))),
            }
        }
        Ok(report)
    }

    /// Reconciles every tenant, as far as Graph lets us and the time lasts.
    ///
    /// # Errors
    /// [`SubscriptionsFault::File`]; faults of one tenant are in the report.
    pub(crate) async fn reconcile_all(
        &self,
        desired: &DesiredState,
        request: ReconcileRequest,
        invocation: Invocation,
    ) -> Result<SubscriptionReport, SubscriptionsFault> {
        let (certificates, unusable) = self.files.usable_certificates().await?;
        let options = request.options(certificates.as_ref(), invocation);
        let runs = each_tenant(desired, |tenant| self.reconcile(tenant, options)).await;
        let report = unusable.as_ref().map(SubscriptionsFault::answer);
        let mut report = report.unwrap_or_default();
        unusable.iter().for_each(SubscriptionsFault::count);
        let mut metrics = RunMetrics::default();
        let mut sealed_for = HashSet::new();
        for (tenant, run) in runs {
            match run {
                Ok(run) => {
                    metrics.add(&run);
                    sealed_for.extend(run.sealed_for);
                    report.tenants.push(run.report);
                    report.faults.extend(run.faults);
                }
                Err(fault) => {
                    fault.count();
                    summary::log(&tenant, "list", None, &fault);
                    report.faults.push(fault.report(Some(tenant)));
                }
            }
        }
        let tenants = desired.tenants.iter();
        let wanted = tenants.map(|tenant| tenant.subscriptions.len()).sum();
        metrics.record(wanted, certificates.as_ref(), invocation.now);
        let keep = SignedDuration::from_hours(request.keep_hours.into());
        let retire_after = invocation.now.saturating_add(keep);
        let retire_after = retire_after.unwrap_or(invocation.now);
        let kept = self.keep_keys(certificates, &sealed_for, retire_after);
        if let Err(fault) = kept.await {
            fault.count();
            report.faults.push(fault.report(None));
        }
        Ok(report)
    }

    /// Puts off the retirement of keys that something was sealed for until now: the time that the
    /// rotation set for them counts from its own begin, and subscriptions may follow later.
    async fn keep_keys(
        &self,
        known: Option<CertificateSet>,
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
}
