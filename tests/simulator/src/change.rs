//! What happens to a resource, and the shape in which Graph tells it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ChangeType {
    /// The resource is new.
    Created,
    /// The resource has another content.
    Updated,
    /// The resource is gone, or marked as deleted.
    Deleted,
}

impl ChangeType {
    /// Reads one entry of a subscription's `changeType` list.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Created, Self::Updated, Self::Deleted]
            .into_iter()
            .find(|change_type| change_type.name().eq_ignore_ascii_case(text))
    }

    /// The name in Graph's documents.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Deleted => "deleted",
        }
    }

    /// The name with a capital, as chats carry it.
    pub const fn capital_name(self) -> &'static str {
        match self {
            Self::Created => "Created",
            Self::Updated => "Updated",
            Self::Deleted => "Deleted",
        }
    }
}

/// How notifications about one type of resource are spelt: the documents' own examples differ
/// from type to type, and so does this.
#[derive(Debug)]
pub struct Shape {
    /// `@odata.type` in `resourceData`.
    pub odata_type: &'static str,
    /// The member that holds the sealed resource.
    pub sealed_member: &'static str,
    /// Whether `changeType` has a capital.
    pub capital_change_type: bool,
}

/// `chat`
pub static CHAT: Shape = Shape {
    odata_type: "#microsoft.graph.chat",
    sealed_member: "EncryptedContent",
    capital_change_type: true,
};

/// `chatMessage`
pub static CHAT_MESSAGE: Shape = Shape {
    odata_type: "#Microsoft.Graph.chatMessage",
    sealed_member: "encryptedContent",
    capital_change_type: false,
};

/// One change of one resource.
#[derive(Debug, Clone)]
pub struct Change {
    /// What happened.
    pub change_type: ChangeType,
    /// How it is told.
    pub shape: &'static Shape,
    /// OData path without version, `chats('..')/messages('..')`.
    pub path: String,
    /// The resource's own id: the last key of the path.
    pub id: String,
    /// What follows `$metadata#` in `@odata.context`.
    pub context: String,
    /// `etag`, or the date of the last change where the type has no etag.
    pub version: String,
    /// The members a GET answers.
    pub resource: Map<String, Value>,
    /// The members only a sealed resource has: navigation properties, mostly empty.
    pub only_sealed: Map<String, Value>,
}

impl Change {
    /// The resource as it is sealed: its context has no version.
    pub fn sealed_json(&self) -> String {
        let mut members = self.resource.clone();
        members.extend(self.only_sealed.clone());
        with_context("", &self.context, &Value::Object(members).to_string())
    }

    /// The resource as GET answers it below `v1.0`.
    pub fn get_json(&self) -> String {
        with_context("v1.0/", &self.context, &self.resource_json())
    }

    /// The resource without `@odata.context`.
    pub fn resource_json(&self) -> String {
        Value::Object(self.resource.clone()).to_string()
    }
}

/// A resource with its `@odata.context` in front; `version` is empty or ends in a slash.
pub fn with_context(version: &str, context: &str, resource: &str) -> String {
    let url = Value::from(format!(
        "https://graph.microsoft.com/{version}$metadata#{context}"
    ));
    let members = resource.strip_prefix('{').unwrap_or(resource);
    format!("{{\"@odata.context\":{url},{members}")
}
