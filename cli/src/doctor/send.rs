//! The ninth station, if it is allowed: a notification as Graph sends it, followed to its event.

use crate::aws::is_local;
use crate::doctor::ask::{AwsClients, Observation, looked};
use crate::doctor::check::CheckOutcome;
use crate::doctor::code::Code;
use crate::doctor::finding::Finding;
use crate::doctor::stack::{DeployedStack, StackFunction};
use crate::http;
use crate::queue::QueueAtUrl;
use crate::tail::tail_queue;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use teamwire_contract::variable;
use teamwire_graph::ClientStates;
use teamwire_payload::{TenantId, event::short_hash};
use zeroize::Zeroizing;

/// Longer than Graph waits.
const ANSWER: Duration = Duration::from_secs(11);
/// The time that the event is waited for.
const PATIENCE: Duration = Duration::from_secs(30);
/// The time for which a look at the tail queue hides its messages.
const HIDDEN: Duration = Duration::from_secs(2);

/// The test notification, and the result of it.
struct TestNotification {
    url: String,
    tenant: TenantId,
    /// The resource announced as deleted: a message of a chat that does not exist.
    resource: String,
    /// Of the event that the consumer gets.
    event_id: String,
}

/// Sends one notification. Says beforehand on standard error what the consumer will get.
pub(crate) async fn look(
    aws: &AwsClients,
    stack: &DeployedStack,
    asked: &CheckOutcome,
    tenants: &[TenantId],
) -> Finding {
    let now = Timestamp::now();
    let url = stack.variable(StackFunction::Subscriptions, variable::NOTIFICATION_URL);
    let (Some(url), Some(tenant)) = (url, tenant(stack, asked, tenants)) else {
        let what = "which URL or tenant to send for is not known";
        let remedy = "Name a tenant with `--tenant <guid>`.";
        return Finding::new(Code::SendImpossible, what).with("remedy", remedy);
    };
    let states = match states(aws, stack).await {
        Ok(states) => states,
        Err(finding) => return finding,
    };
    let Some(state) = states.for_new(&tenant, rand::random()) else {
        let what = "the secret has neither a key nor a value";
        let remedy = "See to the client states first.";
        return Finding::new(Code::SendImpossible, what).with("remedy", remedy);
    };
    let trial = TestNotification::new(url, tenant, now);
    trial.announce(stack);
    let body = Zeroizing::new(trial.body(state.expose(), now).to_string());
    let began = Instant::now();
    let finding = match post(&trial.url, body.as_str()).await {
        Ok(202) => follow(aws, stack, &trial, began).await,
        Ok(status) => {
            let what = format!(
                "{} answers a notification with {status}, not with 202",
                trial.url
            );
            Finding::new(Code::SendRefused, what)
        }
        Err(fault) => {
            let what = format!("{} does not answer a notification: {fault}", trial.url);
            Finding::new(Code::SendRefused, what)
        }
    };
    finding.with("stack", &stack.name)
}

fn tenant(stack: &DeployedStack, asked: &CheckOutcome, tenants: &[TenantId]) -> Option<TenantId> {
    let named = tenants.first().cloned();
    let looked_at = || match asked {
        CheckOutcome::Answered(check, _) => Some(check.tenants.first()?.tenant.clone()),
        CheckOutcome::Failed(_) | CheckOutcome::Unseen { .. } => None,
    };
    let served = || {
        let served = stack.variable(StackFunction::Ingest, variable::TENANTS)?;
        served.split(',').next()?.trim().parse().ok()
    };
    named.or_else(looked_at).or_else(served)
}

async fn states(aws: &AwsClients, stack: &DeployedStack) -> Result<ClientStates, Finding> {
    let impossible = |what: String, remedy: &str| {
        Finding::new(Code::SendImpossible, what).with("remedy", remedy)
    };
    let variable = variable::CLIENT_STATE_SECRET;
    let Some(id) = stack.variable(StackFunction::Ingest, variable) else {
        let what = format!("{variable} of ingest is not known");
        return Err(impossible(what, "See to the functions first."));
    };
    let answer = aws.secrets.get_secret_value().secret_id(id).send().await;
    let answer = answer.map_err(|fault| {
        let why = match looked::<(), _, _>("secretsmanager:GetSecretValue", fault) {
            Observation::Unseen(unseen) => unseen.to_string(),
            Observation::Seen(()) | Observation::Missing => {
                "there is none, or it has no value".to_owned()
            }
        };
        let what = format!("the secret of the client states could not be read: {why}");
        impossible(
            what,
            "It needs `secretsmanager:GetSecretValue` on the secret of the client states.",
        )
    })?;
    let text = Zeroizing::new(answer.secret_string.unwrap_or_default());
    ClientStates::parse(&text).map_err(|fault| {
        let what = format!("the secret of the client states {fault}");
        impossible(what, "See to the client states first.")
    })
}

impl TestNotification {
    fn new(url: &str, tenant: TenantId, now: Timestamp) -> Self {
        let millis = now.as_millisecond();
        let resource =
            format!("chats('19:teamwire-doctor-{millis}@thread.v2')/messages('{millis}')");
        // As of every deletion: the event has no version.
        let event_id = short_hash(&[tenant.as_str(), &resource, "deleted", ""]);
        Self {
            url: url.to_owned(),
            tenant,
            resource,
            event_id,
        }
    }

    /// Nothing is lost if nobody reads it.
    fn announce(&self, stack: &DeployedStack) {
        let _ = writeln!(
            crate::terminal::stderr(),
            "sending a test notification: the consumer of {}-events gets one event, id {}, which says \
             that {} was deleted in tenant {}; there is no such chat",
            stack.name,
            self.event_id,
            self.resource,
            self.tenant
        );
    }

    fn body(&self, client_state: &str, now: Timestamp) -> Value {
        let expires = now + SignedDuration::from_hours(1);
        json!({"value": [{
            // Of no subscription that there is.
            "subscriptionId": "7465616d-7769-7265-2d64-6f63746f7200",
            "subscriptionExpirationDateTime": expires.to_string(),
            "clientState": client_state,
            "changeType": "deleted",
            "resource": self.resource,
            "tenantId": self.tenant,
            "resourceData": {
                "@odata.type": "#Microsoft.Graph.chatMessage",
                "@odata.id": self.resource,
                "id": now.as_millisecond().to_string(),
            },
        }]})
    }
}

async fn post(url: &str, body: &str) -> Result<u16, reqwest::Error> {
    let request = http::client(ANSWER)?.post(url).body(body.to_owned());
    let request = request.header("content-type", "application/json");
    Ok(request.send().await?.status().as_u16())
}

/// Waits for the event on the tail queue, where there is one. The consumer's own queue is not
/// touched.
async fn follow(
    aws: &AwsClients,
    stack: &DeployedStack,
    trial: &TestNotification,
    began: Instant,
) -> Finding {
    let tail = match is_local() {
        // `make run` takes the copies itself, and passes them on.
        true => tail_queue(&aws.sqs, &stack.name).await.ok().flatten(),
        false => stack.anywhere(variable::TAIL_QUEUE_URL).map(str::to_owned),
    };
    let Some(tail) = tail else {
        let what = format!(
            "taken in {} ms; the event {} is on its way to {}-events",
            began.elapsed().as_millis(),
            trial.event_id,
            stack.name
        );
        return Finding::new(Code::SendAccepted, what);
    };
    let queue = QueueAtUrl::new(aws.sqs.clone(), tail);
    while began.elapsed() < PATIENCE {
        let letters = match queue.receive(Duration::from_secs(1), HIDDEN).await {
            Ok(letters) => letters,
            Err(fault) => {
                let what = format!(
                    "it was taken; {}-tail could not be looked at: {fault:#}",
                    stack.name
                );
                let remedy = "It needs `sqs:ReceiveMessage` on the tail queue.";
                return Finding::new(Code::SendImpossible, what).with("remedy", remedy);
            }
        };
        let own = letters
            .iter()
            .find(|letter| letter.body.contains(&trial.event_id));
        if let Some(own) = own {
            let took = began.elapsed().as_millis();
            // It served its purpose; should it stay, it goes within the hour.
            let _ = queue.delete(&[own.handle.as_str()]).await;
            let what = format!("the event {} came after {took} ms", trial.event_id);
            return Finding::new(Code::SendArrived, what);
        }
    }
    let what = format!(
        "the event {} did not come on {}-tail within 30 s",
        trial.event_id, stack.name
    );
    Finding::new(Code::SendNotSeen, what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use teamwire_payload::{NotificationBatch, ResourceRef};

    #[test]
    fn what_is_sent_is_a_deletion_that_the_receiver_understands() {
        let tenant: TenantId = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93".parse().unwrap();
        let now: Timestamp = "2026-11-21T15:00:00Z".parse().unwrap();
        let trial = TestNotification::new("https://a.example/notifications", tenant, now);
        let body = trial.body("v1.a state", now).to_string();
        assert!(NotificationBatch::parse(body.as_bytes()).is_ok());
        // The id follows from the canonical form, which this is.
        assert_eq!(
            ResourceRef::parse(&trial.resource).unwrap().canonical(),
            trial.resource
        );
        assert!(trial.resource.contains("teamwire-doctor"));
    }
}
