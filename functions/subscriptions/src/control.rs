//! Commands of the schedule and of people: each is answered, whatever happens.

mod backfill;
mod certificates;
mod check;
mod list;

use crate::client_states::ClientStateMint;
use crate::reconcile::all::ReconcileRequest;
use crate::{Invocation, SubscriptionManager, SubscriptionsFault};
use serde_json::{Value, json};
use teamwire_contract::answer::{CertificatesAnswer, DeleteAnswer, ShowAnswer};
use teamwire_contract::{DEFAULT_KEEP_HOURS, SubscriptionsCommand};
use teamwire_graph::subscriptions::CallBudget;
use teamwire_graph::{DesiredState, TokenSource};
use teamwire_payload::TenantId;
use teamwire_payload::subscribable::GraphApi;
use teamwire_transport::{MessageQueue, SharedStore};

impl<T: TokenSource, Q: MessageQueue, S: SharedStore, M: ClientStateMint>
    SubscriptionManager<T, Q, S, M>
{
    /// The answer to a command: a report of the fault where it is none or fails as a whole.
    pub async fn handle(&self, command: Value, invocation: Invocation) -> Value {
        let answer = match serde_json::from_value(command) {
            Ok(command) => self.execute(command, invocation).await,
            Err(fault) => Err(SubscriptionsFault::Command(fault.to_string())),
        };
        answer.unwrap_or_else(|fault| {
            fault.count();
            tracing::error!(fault = fault.reason(), "the command failed");
            json!(fault.answer())
        })
    }

    async fn execute(
        &self,
        command: SubscriptionsCommand,
        invocation: Invocation,
    ) -> Result<Value, SubscriptionsFault> {
        Ok(match command {
            SubscriptionsCommand::Reconcile => {
                let desired = self.files.desired().await?;
                let request = ReconcileRequest::scheduled();
                json!(self.reconcile_all(&desired, request, invocation).await?)
            }
            SubscriptionsCommand::Plan { desired } => {
                let desired = self.desired(desired.as_deref()).await?;
                json!(self.plan_all(&desired, invocation).await?)
            }
            SubscriptionsCommand::Apply { desired, remove } => {
                let wanted = self.desired(desired.as_deref()).await?;
                if let Some(text) = desired {
                    self.files.put_desired(text).await?;
                }
                let request = ReconcileRequest::manual(remove, DEFAULT_KEEP_HOURS);
                json!(self.reconcile_all(&wanted, request, invocation).await?)
            }
            SubscriptionsCommand::Show => json!(ShowAnswer {
                desired: self.files.desired_text().await?,
            }),
            SubscriptionsCommand::List { tenant } => {
                json!(self.list_all(tenant, invocation).await?)
            }
            SubscriptionsCommand::Delete { tenant, ids } => {
                json!(self.delete(tenant, ids, invocation).await)
            }
            SubscriptionsCommand::Certificates => json!(CertificatesAnswer {
                certificates: self.files.certificates().await?.map(certificates::document),
                report: None,
            }),
            SubscriptionsCommand::UseCertificate {
                id,
                certificate,
                keep_hours,
            } => {
                let desired = self.files.desired().await?;
                let now = invocation.now;
                let all = self.use_certificate(&id, &certificate, keep_hours, now);
                let all = all.await?;
                let request = ReconcileRequest::manual(false, keep_hours);
                let report = self.reconcile_all(&desired, request, invocation).await?;
                json!(CertificatesAnswer {
                    certificates: Some(certificates::document(all)),
                    report: Some(report),
                })
            }
            SubscriptionsCommand::Check { tenants } => json!(self.check(tenants, invocation).await),
            SubscriptionsCommand::Backfill {
                tenant,
                resource,
                since,
                until,
            } => {
                let asked = backfill::BackfillRequest {
                    tenant,
                    resource,
                    since,
                    until,
                };
                json!(self.backfill(asked, invocation).await?)
            }
        })
    }

    async fn desired(&self, text: Option<&str>) -> Result<DesiredState, SubscriptionsFault> {
        match text {
            Some(text) => {
                let desired = DesiredState::for_cloud(text, self.api.cloud());
                desired.map_err(SubscriptionsFault::Desired)
            }
            None => self.files.desired().await,
        }
    }

    async fn delete(
        &self,
        tenant: TenantId,
        ids: Vec<String>,
        invocation: Invocation,
    ) -> DeleteAnswer {
        let budget = CallBudget {
            tenant: &tenant,
            deadline: invocation.deadline,
        };
        let mut deleted = Vec::new();
        let mut faults = Vec::new();
        for id in ids {
            match self.api.delete(budget, GraphApi::V1, &id).await {
                Ok(_) => deleted.push(id),
                Err(fault) => {
                    let fault = SubscriptionsFault::from(fault);
                    faults.push(fault.report(Some(tenant.clone())));
                }
            }
        }
        DeleteAnswer {
            tenant: Some(tenant),
            deleted,
            faults,
        }
    }
}
