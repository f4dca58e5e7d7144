//! The filter of events.

use crate::resource_type::ResourceTypeParser;
use crate::tail::event::ShownEvent;
use crate::tail::line::{CUT, TENANT_CHARS};
use clap::Args;
use teamwire_payload::{ChangeType, TenantId};

/// The conditions on an event, all of which it has to fit. Of what is given several times, any one
/// will do.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct EventFilter {
    /// Only of this tenant: its id, or the eight characters of it that a line shows. Several times for
    /// several, as with the next three
    #[arg(long, value_name = "GUID", value_parser = tenant)]
    tenant: Vec<String>,
    /// Only about such a resource, by its Graph name. One that is not of Teams goes by its full name,
    /// microsoft.graph.callRecord, and is not checked
    #[arg(long, value_name = "TYPE", value_parser = ResourceTypeParser)]
    resource_type: Vec<String>,
    /// Only such a change: created, updated or deleted
    #[arg(long, value_name = "CHANGE", value_parser = change)]
    change: Vec<ChangeType>,
    /// Only where the resource's path has this text in it: a chat's or a team's id. … stands for any
    /// characters, as in the ids of a narrow terminal
    #[arg(long, value_name = "TEXT")]
    subject: Vec<String>,
}

impl EventFilter {
    pub(super) fn fits(&self, event: &ShownEvent) -> bool {
        any(&self.tenant, |wanted| {
            let id = event.tenantid.to_ascii_lowercase();
            id.starts_with(wanted.as_str())
        }) && any(&self.resource_type, |wanted| {
            event.resource_type() == Some(wanted.as_str())
        }) && any(&self.change, |wanted| event.change() == Some(wanted.name()))
            && any(&self.subject, |wanted| has(&event.subject, wanted))
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

/// True if the parts of `wanted` between its cuts are in the text, in that order.
fn has(text: &str, wanted: &str) -> bool {
    let mut rest = text;
    wanted.split(CUT).all(|part| {
        let after = rest.split_once(part).map(|(_, after)| after);
        rest = after.unwrap_or("");
        after.is_some()
    })
}

/// An id in lower case, or how it begins.
fn tenant(text: &str) -> Result<String, &'static str> {
    let text = text.to_ascii_lowercase();
    let is_short = text.len() == TENANT_CHARS && text.chars().all(|char| char.is_ascii_hexdigit());
    match is_short || text.parse::<TenantId>().is_ok() {
        true => Ok(text),
        false => Err("a GUID, or its first eight characters"),
    }
}

fn change(text: &str) -> Result<ChangeType, &'static str> {
    ChangeType::parse(text).ok_or("created, updated or deleted")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_is_shown_short_is_taken_short() {
        let id = "9F4EBAB6-520d-49c0-85cc-7b25c78d4a93";
        assert_eq!(tenant(id).unwrap(), id.to_ascii_lowercase());
        assert_eq!(tenant("9F4EBAB6").unwrap(), "9f4ebab6");
        for text in ["9f4ebab", "9f4ebab6-", "9f4ebabg", "contoso.com", ""] {
            assert!(tenant(text).is_err(), "{text}");
        }
        let subject = "chats('19:2da4c2@thread.v2')/messages('1616990032035')";
        for (wanted, is_there) in [
            ("19:2…d.v2", true),
            ("chats('19:2…d.v2')/messages('1616…2035')", true),
            ("2035", true),
            ("1616…19:2", false),
            ("19:3…d.v2", false),
        ] {
            assert_eq!(has(subject, wanted), is_there, "{wanted}");
        }
    }
}
