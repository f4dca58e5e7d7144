//! Which letters are meant.

use crate::backfill::moment;
use crate::dead_letters::letter::Letter;
use crate::resource_type::Named;
use clap::Args;
use jiff::Timestamp;
use serde::{Serialize, Serializer};

/// What a letter has to fit, all of it. Of what is given several times, any one will do.
#[derive(Debug, Clone, Default, Args, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Filter {
    /// Only with this reason; none for those that SQS moved after too many receives. Each filter may
    /// be given several times, and any of its values will do
    #[arg(long, value_name = "REASON")]
    reason: Vec<String>,
    /// Only of this tenant
    #[arg(long, value_name = "GUID")]
    tenant: Vec<teamwire_payload::TenantId>,
    /// Only about such a resource, by its Graph name. One that is not of Teams goes by its full name,
    /// microsoft.graph.callRecord, and is not checked
    #[arg(long, value_name = "TYPE", value_parser = Named)]
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
    #[arg(long, value_name = "ID")]
    id: Vec<String>,
}

/// What stands for a letter without a reason.
pub(crate) const NO_REASON: &str = "none";

impl Filter {
    /// How many letters can fit at most, where that is known.
    pub(crate) fn most(&self) -> Option<u64> {
        let ids: std::collections::BTreeSet<_> = self.id.iter().collect();
        (!ids.is_empty()).then_some(ids.len() as u64)
    }

    pub(crate) fn fits(&self, letter: &Letter) -> bool {
        let subject = &letter.subject;
        let tenant = subject.tenant.as_deref();
        let reason = letter.reason().unwrap_or(NO_REASON);
        any(&self.reason, |wanted| wanted == reason)
            && any(&self.tenant, |wanted| {
                tenant.is_some_and(|tenant| tenant.eq_ignore_ascii_case(wanted.as_str()))
            })
            && any(&self.resource_type, |wanted| {
                subject.resource_type.as_ref() == Some(wanted)
            })
            && any(&self.id, |wanted| *wanted == letter.id)
            && self.since.is_none_or(|since| letter.sent_at >= since)
            && self.until.is_none_or(|until| letter.sent_at < until)
    }
}

fn moment_text<S: Serializer>(time: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    time.map(|time| time.to_string()).serialize(serializer)
}

fn any<T>(wanted: &[T], fits: impl Fn(&T) -> bool) -> bool {
    wanted.is_empty() || wanted.iter().any(fits)
}
