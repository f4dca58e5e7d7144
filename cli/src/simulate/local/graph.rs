//! The simulated Graph of the local stack, asked as an app asks Graph, and ordered about.

use crate::aws::LocalStack;
use crate::simulate::local::SimulatedChange;
use crate::simulate::local::resource::ConcretePath;
use crate::terminal::plain;
use anyhow::{Context, bail};
use jiff::{SignedDuration, Timestamp};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;

/// Life of a subscription for one occasion: short enough to need no lifecycle URL.
const LIFE: SignedDuration = SignedDuration::from_mins(50);
/// Between two looks at the ledger.
const PAUSE: Duration = Duration::from_millis(100);
/// For how long the ledger is looked at: POSTs that fail are sent again for hours.
const PATIENCE: Duration = Duration::from_secs(30);

/// Its address, and the app as it is known there.
pub(super) struct SimulatedGraph {
    client: Client,
    url: String,
    app_id: String,
    secret: String,
    tenants: Vec<String>,
    notification_url: String,
    lifecycle_url: String,
}

/// The subscription that changes are announced to.
pub(super) struct AnnouncedTo {
    id: String,
    tenant: String,
    /// True if it was made for this occasion.
    is_ours: bool,
}

/// The outcome of an order.
#[derive(Debug, Deserialize)]
pub(super) struct SimulatorJob {
    done: bool,
    pub(super) accepted: u64,
    pub(super) failed: u64,
    pub(super) changes: Vec<AnnouncedChange>,
}

/// A change that was announced.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AnnouncedChange {
    pub(super) resource: String,
    pub(super) change_type: String,
    pub(super) kind: String,
    version: Option<String>,
}

/// A subscription as Graph lists it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ListedSubscription {
    id: String,
    resource: String,
    change_type: String,
    notification_url: String,
    encryption_certificate_id: Option<String>,
}

#[derive(Deserialize)]
struct SubscriptionPage {
    value: Vec<ListedSubscription>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
}

impl SimulatedGraph {
    /// The Graph of a stack, in one tenant or in all that it has.
    ///
    /// # Errors
    /// The stack was started by another version, or has no such tenant.
    pub(super) fn of(local: &LocalStack, tenant: Option<&str>) -> anyhow::Result<Self> {
        let all = local.of("GRAPH_SIMULATOR_TENANTS")?;
        let begins = |id: &&str| tenant.is_none_or(|tenant| id.starts_with(tenant));
        let tenants: Vec<String> = all.split(',').filter(begins).map(str::to_owned).collect();
        if tenants.is_empty() {
            bail!("the local stack has no such tenant: it has {all}");
        }
        Ok(Self {
            client: Client::builder()
                .no_proxy()
                .redirect(Policy::none())
                .timeout(PATIENCE)
                .build()?,
            url: local.of("GRAPH_SIMULATOR_URL")?,
            app_id: local.of("GRAPH_SIMULATOR_APP_ID")?,
            secret: local.of("GRAPH_SIMULATOR_CLIENT_SECRET")?,
            tenants,
            notification_url: local.of("TEAMWIRE_NOTIFICATION_URL")?,
            lifecycle_url: local.of("TEAMWIRE_LIFECYCLE_URL")?,
        })
    }

    /// The tenant where a subscription is made, if one has to be.
    pub(super) fn tenant(&self) -> &str {
        self.tenants.first().map_or("", String::as_str)
    }

    /// A subscription of the stack that such a change is announced to.
    ///
    /// # Errors
    /// Graph can't be asked.
    pub(super) async fn find(
        &self,
        resource: &ConcretePath,
        change: SimulatedChange,
        is_rich: bool,
    ) -> anyhow::Result<Option<AnnouncedTo>> {
        for tenant in &self.tenants {
            let token = self.token(tenant).await?;
            let mut next = Some(format!("{}/v1.0/subscriptions", self.url));
            while let Some(url) = next {
                let request = self.client.get(url).bearer_auth(&token);
                let page: SubscriptionPage = self.ask(request).await?;
                next = page.next;
                let fits = page.value.into_iter().find(|one| {
                    one.notification_url == self.notification_url
                        && one.resource.trim_start_matches('/') == resource.path()
                        && one.change_type.split(',').any(|had| had == change.name())
                        && one.encryption_certificate_id.is_some() == is_rich
                });
                if let Some(one) = fits {
                    return Ok(Some(AnnouncedTo {
                        id: one.id,
                        tenant: tenant.clone(),
                        is_ours: false,
                    }));
                }
            }
        }
        Ok(None)
    }

    /// Subscribes to one kind of change of a resource that there is from now on, through the handshake.
    ///
    /// # Errors
    /// Graph refuses it.
    pub(super) async fn subscribe(
        &self,
        resource: &ConcretePath,
        change: SimulatedChange,
        client_state: &str,
        sealed_for: Option<(&str, &str)>,
    ) -> anyhow::Result<AnnouncedTo> {
        let tenant = self.tenant();
        let there = json!({"tenant": tenant, "resources": [resource.path()]});
        self.order("world", &there).await?;
        let mut wanted = json!({
            "resource": resource.path(),
            "changeType": change.name(),
            "notificationUrl": self.notification_url,
            "lifecycleNotificationUrl": self.lifecycle_url,
            "clientState": client_state,
            "expirationDateTime": (Timestamp::now() + LIFE).to_string(),
        });
        if let (Some((id, der)), Some(members)) = (sealed_for, wanted.as_object_mut()) {
            members.insert("includeResourceData".to_owned(), json!(true));
            members.insert("encryptionCertificate".to_owned(), json!(der));
            members.insert("encryptionCertificateId".to_owned(), json!(id));
        }
        let api = if resource.is_beta_only() {
            "beta"
        } else {
            "v1.0"
        };
        let url = format!("{}/{api}/subscriptions", self.url);
        let token = self.token(tenant).await?;
        let request = self.client.post(url).bearer_auth(token).json(&wanted);
        let made: Value = self.ask(request).await?;
        let id = made.get("id").and_then(Value::as_str);
        Ok(AnnouncedTo {
            id: id.context("Graph answers without an id")?.to_owned(),
            tenant: tenant.to_owned(),
            is_ours: true,
        })
    }

    /// Has it happen, and told to the subscription.
    ///
    /// # Errors
    /// The simulator refuses it.
    pub(super) async fn announce(
        &self,
        to: &AnnouncedTo,
        change: SimulatedChange,
        count: u32,
        bytes: Option<usize>,
    ) -> anyhow::Result<SimulatorJob> {
        let share = |of: SimulatedChange| if change == of { 1.0 } else { 0.0 };
        let order = json!({
            "count": count,
            "subscriptions": [to.id],
            "seed": rand::random::<u32>(),
            "updated": share(SimulatedChange::Updated),
            "deleted": share(SimulatedChange::Deleted),
            "bytes": Vec::from_iter(bytes),
        });
        let answer = self.order("announce", &order).await?;
        self.follow(&answer).await
    }

    /// Has a lifecycle event told.
    ///
    /// # Errors
    /// The simulator refuses it.
    pub(super) async fn lifecycle(
        &self,
        of: &AnnouncedTo,
        event: &str,
    ) -> anyhow::Result<SimulatorJob> {
        let order = json!({"subscriptionId": of.id, "event": event});
        let answer = self.order("lifecycle", &order).await?;
        self.follow(&answer).await
    }

    /// Takes a subscription away that was made for this. It would end by itself.
    pub(super) async fn clean_up(&self, made: &AnnouncedTo) {
        if made.is_ours
            && let Ok(token) = self.token(&made.tenant).await
        {
            let url = format!("{}/v1.0/subscriptions/{}", self.url, made.id);
            let _ = self.client.delete(url).bearer_auth(token).send().await;
        }
    }

    async fn follow(&self, answer: &Value) -> anyhow::Result<SimulatorJob> {
        let job = answer.get("job").and_then(Value::as_str);
        let job = job.context("the simulator names no job")?;
        let url = format!("{}/simulator/jobs/{job}", self.url);
        let look = async {
            loop {
                let job: SimulatorJob = self.ask(self.client.get(&url)).await?;
                if job.done {
                    return Ok(job);
                }
                tokio::time::sleep(PAUSE).await;
            }
        };
        match tokio::time::timeout(PATIENCE, look).await {
            Ok(job) => job,
            Err(_) => bail!(
                "the stack has not accepted it within {PATIENCE:?}: Graph goes on for 4 hours; \\
                 `teamwire --local doctor` says what is wrong"
            ),
        }
    }

    async fn order(&self, what: &str, order: &Value) -> anyhow::Result<Value> {
        let url = format!("{}/simulator/{what}", self.url);
        self.ask(self.client.post(url).json(order)).await
    }

    async fn token(&self, tenant: &str) -> anyhow::Result<String> {
        let url = format!("{}/{tenant}/oauth2/v2.0/token", self.url);
        let request = self.client.post(url).form(&[
            ("grant_type", "client_credentials"),
            ("client_id", self.app_id.as_str()),
            ("client_secret", self.secret.as_str()),
            ("scope", "https://graph.microsoft.com/.default"),
        ]);
        let answer: Value = self.ask(request).await?;
        let token = answer.get("access_token").and_then(Value::as_str);
        Ok(token.context("Entra gives no token")?.to_owned())
    }

    async fn ask<T: serde::de::DeserializeOwned>(
        &self,
        request: RequestBuilder,
    ) -> anyhow::Result<T> {
        let answer = request.send().await.context(
            "the simulated Graph of the local stack does not answer: is make run still on?",
        )?;
        let status = answer.status();
        let text = answer.text().await?;
        if !status.is_success() {
            bail!("the simulated Graph says {status}: {}", plain(&text));
        }
        let text = if text.is_empty() { "null" } else { &text };
        serde_json::from_str(text).context("the simulated Graph answers in an unknown form")
    }
}

impl AnnouncedTo {
    /// The tenant that it is in.
    pub(super) fn tenant(&self) -> &str {
        &self.tenant
    }
}
