//! The names of the schemas in `docs/schemas`.

use crate::TeamsResource;

/// Grows with a change that an event which was valid before would not survive.
pub(crate) const VERSION: u32 = 1;
/// The schema of `teamwire.gap`.
pub(crate) const GAP: &str = "gap";

/// The `$id` of the schema for events of this type, if there is one: of
/// `microsoft.graph.chatMessage.created` it is `urn:teamwire:event:v1:chatMessage`.
pub fn schema_id(event_type: &str) -> Option<String> {
    let name = match event_type {
        "teamwire.gap" => GAP,
        _ => {
            let (name, _) = event_type
                .strip_prefix("microsoft.graph.")?
                .rsplit_once('.')?;
            // What is not of Teams is called as Graph spelt it.
            let mut typed = TeamsResource::TYPED.into_iter();
            typed.find(|resource| resource.name() == name)?.name()
        }
    };
    Some(id_of(name))
}

pub(crate) fn id_of(name: &str) -> String {
    format!("urn:teamwire:event:v{VERSION}:{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_has_the_schema_of_its_resource_if_there_is_one() {
        for (event_type, expected) in [
            (
                "microsoft.graph.chat.deleted",
                Some("urn:teamwire:event:v1:chat"),
            ),
            ("teamwire.gap", Some("urn:teamwire:event:v1:gap")),
            ("microsoft.graph.shift.updated", None),
            ("microsoft.graph.resource.updated", None),
            ("microsoft.graph.chatmessage.updated", None),
            ("microsoft.graph.chat", None),
            ("gap", None),
        ] {
            assert_eq!(schema_id(event_type).as_deref(), expected, "{event_type}");
        }
    }
}
