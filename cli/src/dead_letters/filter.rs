//! The filter of dead letters.

use crate::backfill::moment;
use crate::dead_letters::letter::DeadLetter;
use crate::dead_letters::queues::LetterQueueName;
use crate::dead_letters::subject::is_subscription_id;
use crate::{dead_letters::reason, resource_type};
use anyhow::bail;
use clap::Args;
use jiff::{SignedDuration, Timestamp};
use serde::{Serialize, Serializer};
use teamwire_contract::dead_letter::NONE;
use teamwire_payload::TenantId;

/// The conditions on a message, all of which it has to fit. Of what is given several times, any one
/// will do.
#[derive(Debug, Clone, Default, Args, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LetterFilter {
    /// Only with this reason: one that a function gives, such as tampered or http-403, or none for
    /// those that SQS moved after too many receives. Each filter may be given several times, and any
    /// of its values will do
    #[arg(long, value_name = "REASON", value_parser = reason::ReasonParser, hide_possible_values = true)]
    reason: Vec<String>,
    /// Only of this tenant
    #[arg(long, value_name = "GUID")]
    tenant: Vec<TenantId>,
    /// Only of this subscription, by Graph's id. A claim, which stands for a large message, tells of none
    #[arg(long, value_name = "ID", value_parser = subscription_id)]
    subscription: Vec<String>,
    /// Only about such a resource, by its Graph name. One that is not of Teams goes by its full name,
    /// microsoft.graph.callRecord, and is not checked
    #[arg(long, value_name = "TYPE", value_parser = resource_type::ResourceTypeParser)]
    resource_type: Vec<String>,
    /// Only sent to the queue since then: a time by RFC 3339, or how long ago (36h, 3d)
    #[arg(long, value_name = "TIME", value_parser = moment)]
    #[serde(serialize_with = "moment_text")]
    since: Option<Timestamp>,
    /// Only sent to the queue before then
    #[arg(long, value_name = "TIME", value_parser = moment)]
    #[serde(serialize_with = "moment_text")]
    until: Option<Timestamp>,
    /// Only the letter with this message id, as `dead-letters list` shows it
    #[arg(long, value_name = "ID", value_parser = message_id)]
    id: Vec<String>,
}

/// The member of a message that a value of the filter is compared to.
pub(crate) type Has = fn(&DeadLetter) -> Option<&str>;

impl LetterFilter {
    /// The highest number of messages that can fit, where that is known.
    pub(crate) fn most(&self) -> Option<u64> {
        let ids: std::collections::BTreeSet<_> = self.id.iter().collect();
        (!ids.is_empty()).then_some(ids.len() as u64)
    }

    /// True if it names the owner: some subscriptions of some tenants, or single messages.
    pub(crate) const fn says_whose(&self) -> bool {
        (self.names_a_subscription() && !self.tenant.is_empty()) || !self.id.is_empty()
    }

    pub(crate) const fn names_a_subscription(&self) -> bool {
        !self.subscription.is_empty()
    }

    /// # Errors
    /// Nothing can fit it: a time that is empty or to come, or a reason that the queue's letters never
    /// have.
    pub(crate) fn check(&self, queue: Option<LetterQueueName>) -> anyhow::Result<()> {
        if self.since.is_some_and(|since| since > Timestamp::now()) {
            bail!("--since is in the future: no letter was sent then");
        }
        // Of two spans each is reckoned from a moment of its own.
        if let (Some(since), Some(until)) = (self.since, self.until)
            && until.duration_since(since) < SignedDuration::from_secs(1)
        {
            bail!(
                "no letter was sent since {since:.0} and before {until:.0}: --since is the earlier of both"
            );
        }
        let mut reasons = self.reason.iter();
        queue.map_or(Ok(()), |queue| {
            reasons.try_for_each(|reason| reason::check(reason, queue))
        })
    }

    pub(crate) fn fits(&self, letter: &DeadLetter) -> bool {
        let subject = &letter.subject;
        let tenant = subject.tenant.as_deref();
        let reason = letter.reason().unwrap_or(NONE);
        any(&self.reason, |wanted| wanted == reason)
            && any(&self.tenant, |wanted| {
                tenant.is_some_and(|tenant| tenant.eq_ignore_ascii_case(wanted.as_str()))
            })
            && any(&self.subscription, |wanted| {
                let subscription = subject.subscription.as_deref();
                subscription.is_some_and(|id| id.eq_ignore_ascii_case(wanted))
            })
            && any(&self.resource_type, |wanted| {
                subject.resource_type.as_ref() == Some(wanted)
            })
            && any(&self.id, |wanted| wanted.eq_ignore_ascii_case(&letter.id))
            && self.since.is_none_or(|since| letter.sent_at >= since)
            && self.until.is_none_or(|until| letter.sent_at < until)
    }

    /// Tenants, subscriptions and ids that it names, each with the name of its option and what a letter
    /// has in its place.
    pub(crate) fn named(&self) -> [(&'static str, Vec<&str>, Has); 3] {
        fn text(ids: &[String]) -> Vec<&str> {
            ids.iter().map(String::as_str).collect()
        }
        [
            (
                "--tenant",
                self.tenant.iter().map(TenantId::as_str).collect(),
                |letter| letter.subject.tenant.as_deref(),
            ),
            ("--subscription", text(&self.subscription), |letter| {
                letter.subject.subscription.as_deref()
            }),
            ("--id", text(&self.id), |letter| Some(&letter.id)),
        ]
    }
}

fn subscription_id(text: &str) -> Result<String, String> {
    match is_subscription_id(text) {
        true => Ok(text.to_owned()),
        false => Err("the id of a subscription has letters, digits and hyphens".to_owned()),
    }
}

/// Reads SQS's id of a message.
pub(crate) fn message_id(text: &str) -> Result<String, String> {
    // It has the same form.
    match text.parse::<TenantId>() {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err("a message id is a GUID, as `dead-letters list` shows it".to_owned()),
    }
}

fn moment_text<S: Serializer>(time: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    time.map(|time| time.to_string()).serialize(serializer)
}

fn any<T>(wanted: &[T], fits: impl Fn(&T) -> bool) -> bool {
    wanted.is_empty() || wanted.iter().any(fits)
}
