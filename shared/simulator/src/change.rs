//! The change of a resource, and the shape in which Graph announces it.

use crate::enums;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SimulatedChangeType {
    /// The resource is new.
    Created,
    /// The resource has another content.
    Updated,
    /// The resource is gone, or marked as deleted.
    Deleted,
}

impl SimulatedChangeType {
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

    /// The name with a capital, as chats and their members carry it.
    pub const fn capital_name(self) -> &'static str {
        match self {
            Self::Created => "Created",
            Self::Updated => "Updated",
            Self::Deleted => "Deleted",
        }
    }
}

/// The spelling of notifications about one type of resource: the documents' own examples differ
/// from type to type, and so does this.
#[derive(Debug)]
pub struct ChangeShape {
    /// `@odata.type` in `resourceData`.
    pub odata_type: &'static str,
    /// The member that holds the sealed resource.
    pub sealed_member: &'static str,
    /// True if `changeType` has a capital.
    pub capital_change_type: bool,
    /// True if `tenantId` is there without resource data too.
    pub names_tenant: bool,
}

const fn shape(odata_type: &'static str, sealed_member: &'static str) -> ChangeShape {
    ChangeShape {
        odata_type,
        sealed_member,
        capital_change_type: false,
        names_tenant: true,
    }
}

const fn with_capital(shape: ChangeShape) -> ChangeShape {
    ChangeShape {
        capital_change_type: true,
        ..shape
    }
}

/// `chat`
pub static CHAT: ChangeShape = with_capital(shape("#microsoft.graph.chat", "EncryptedContent"));

/// `chatMessage`
pub static CHAT_MESSAGE: ChangeShape = shape("#Microsoft.Graph.chatMessage", "encryptedContent");

/// `conversationMember` of a chat
pub static CHAT_MEMBER: ChangeShape = with_capital(shape(
    "#microsoft.graph.aadUserConversationMember",
    "EncryptedContent",
));

/// `conversationMember` of a team or channel
pub static MEMBER: ChangeShape = shape(
    "#Microsoft.Graph.aadUserConversationMember",
    "encryptedContent",
);

/// `team`
pub static TEAM: ChangeShape = shape("#Microsoft.Graph.Team", "encryptedContent");

/// `channel`
pub static CHANNEL: ChangeShape = shape("#Microsoft.Graph.Channel", "encryptedContent");

/// `sharedWithChannelTeamInfo`; without resource data it comes without `tenantId`.
pub static SHARED_WITH: ChangeShape = ChangeShape {
    names_tenant: false,
    ..shape(
        "#Microsoft.Graph.sharedWithChannelTeamInfo",
        "encryptedContent",
    )
};

/// `callTranscript`
pub static TRANSCRIPT: ChangeShape = shape("#Microsoft.Graph.callTranscript", "EncryptedContent");

/// `callRecording`
pub static RECORDING: ChangeShape = shape("#Microsoft.Graph.callRecording", "EncryptedContent");

/// `teamsAppInstallation`
pub static INSTALLATION: ChangeShape =
    shape("#Microsoft.Graph.teamsAppInstallation", "encryptedContent");

/// One change of one resource.
#[derive(Debug, Clone)]
pub struct Change {
    /// The kind of change.
    pub change_type: SimulatedChangeType,
    /// The shape of its notifications.
    pub shape: &'static ChangeShape,
    /// OData path without version, `chats('..')/messages('..')`.
    pub path: String,
    /// The resource's own id: the last key of the path.
    pub id: String,
    /// The resource as it is sealed.
    pub sealed: View,
    /// The resource as it is read.
    pub read: View,
    /// True if a GET of this one resource is documented; some are only in lists.
    pub has_get: bool,
}

/// A resource as someone sees it.
#[derive(Debug, Clone)]
pub struct View {
    /// The text after `$metadata#` in `@odata.context`.
    pub context: String,
    /// `etag`, or the date of the last change where the type has no etag; members have neither.
    pub version: Option<String>,
    /// The members but for `@odata.context`.
    pub members: Map<String, Value>,
}

impl Change {
    /// The resource as it is sealed: its context has no version. Without `all_members` what was
    /// added to enumerations is hidden.
    pub fn sealed_json(&self, all_members: bool) -> String {
        let json = with_context("", &self.sealed.context, &self.sealed.json());
        if all_members {
            json
        } else {
            enums::masked(json)
        }
    }

    /// The resource as the documented GET answers it below `v1.0`; `None` where there is none.
    pub fn get_json(&self) -> Option<String> {
        self.has_get
            .then(|| with_context("v1.0/", &self.read.context, &self.read.json()))
    }
}

impl View {
    /// The resource without `@odata.context`.
    pub fn json(&self) -> String {
        Value::Object(self.members.clone()).to_string()
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
