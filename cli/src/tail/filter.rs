//! The filter of events.

use crate::resource_type::Named;
use crate::tail::event::Event;
use clap::Args;
use teamwire_payload::{ChangeType, TenantId};

/// The conditions on an event, all of which it has to fit. Of what is given several times, any one
/// will do.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct Filter {
    /// Only of this tenant. Several times for several, as with the next three
    #[arg(long, value_name = "GUID")]
    tenant: Vec<TenantId>,
    /// Only about such a resource, by its Graph name. One that is not of Teams goes by its full name,
    /// microsoft.graph.callRecord, and is not checked
    #[arg(long, value_name = "TYPE", value_parser = Named)]
    resource_type: Vec<String>,
    /// Only such a change: created, updated or deleted
    #[arg(long, value_name = "CHANGE", value_parser = change)]
    change: Vec<ChangeType>,
    /// Only where the resource's path has this text in it: a chat's or a team's id
    #[arg(long, value_name = "TEXT")]
    subject: Vec<String>,
}

impl Filter {
    pub(super) fn fits(&self, event: &Event) -> bool {
        any(&self.tenant, |wanted| {
            event.tenantid.eq_ignore_ascii_case(wanted.as_str())
        }) && any(&self.resource_type, |wanted| {
            event.resource_type() == Some(wanted.as_str())
        }) && any(&self.change, |wanted| event.change() == Some(wanted.name()))
            && any(&self.subject, |wanted| event.subject.contains(wanted))
    }

    /// True if nothing is asked of an event.
    pub(super) fn is_empty(&self) -> bool {
        self.tenant.is_empty()
            && self.resource_type.is_empty()
            && self.change.is_empty()
            && self.subject.is_empty()
    }
}

fn any<T>(wanted: &[T], fits: impl Fn(&T) -> bool) -> bool {
    wanted.is_empty() || wanted.iter().any(fits)
}

fn change(text: &str) -> Result<ChangeType, &'static str> {
    ChangeType::parse(text).ok_or("created, updated or deleted")
}
