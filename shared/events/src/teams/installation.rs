//! An app, installed in a team or chat, or for a user.

use super::content::{Content, object};
use super::date::GraphDate;
use super::member::ResourceMember;
use crate::type_of;
use serde::{Deserializer, Serialize};

object! {
    /// `teamsAppInstallation`
    TeamsAppInstallation {
        /// Of the installation, not of the app.
        id: String = "id",
        teams_app: TeamsApp = "teamsApp",
        teams_app_definition: TeamsAppDefinition = "teamsAppDefinition",
        /// The place of the installation.
        scope_info: ScopeInfo = "scopeInfo",
        /// The permissions that the team, chat or user consented to.
        consented_permission_set: PermissionSet = "consentedPermissionSet",
    }
}

object! {
    /// `teamsAppPermissionSet`
    PermissionSet {
        resource_specific_permissions: Vec<ResourceSpecificPermission> =
            "resourceSpecificPermissions",
    }
}

object! {
    /// `teamsAppResourceSpecificPermission`
    ResourceSpecificPermission {
        /// `application` or `delegated`.
        permission_type: String = "permissionType",
        /// Such as `ChatMessage.Read.Chat`.
        permission_value: String = "permissionValue",
    }
}

object! {
    /// `teamsApp`
    TeamsApp {
        id: String = "id",
        /// The id that its maker gave it.
        external_id: String = "externalId",
        display_name: String = "displayName",
        distribution_method: String = "distributionMethod",
    }
}

object! {
    /// `teamsAppDefinition`
    TeamsAppDefinition {
        id: String = "id",
        teams_app_id: String = "teamsAppId",
        display_name: String = "displayName",
        version: String = "version",
        description: String = "description",
        short_description: String = "shortDescription",
        publishing_state: String = "publishingState",
        last_modified_date_time: GraphDate = "lastModifiedDateTime",
    }
}

object! {
    /// The place of an installation: of the ids, it has the one that belongs to its kind.
    Scope {
        odata_type: String = "@odata.type",
        /// `team`, `groupChat` or `personal`.
        scope: String = "scope",
        team_id: String = "teamId",
        chat_id: String = "chatId",
        user_id: String = "userId",
    }
}

/// The place of an installation, by `@odata.type`, else by `scope`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum ScopeInfo {
    /// In a team: see `team_id`.
    Team(Box<Scope>),
    /// In a chat of any type: see `chat_id`.
    GroupChat(Box<Scope>),
    /// For a user: see `user_id`.
    Personal(Box<Scope>),
    /// Somewhere that is not known here.
    Other(Box<Scope>),
}

impl ScopeInfo {
    /// The content, whatever its kind.
    pub const fn scope(&self) -> &Scope {
        match self {
            Self::Team(scope)
            | Self::GroupChat(scope)
            | Self::Personal(scope)
            | Self::Other(scope) => scope,
        }
    }

    fn of(scope: Box<Scope>) -> Self {
        let kind = type_of(scope.odata_type.as_deref());
        let kind = kind
            .as_deref()
            .and_then(|kind| kind.strip_suffix("TeamsAppInstallationScopeInfo"))
            .or(scope.scope.as_deref());
        match kind {
            Some("team") => Self::Team(scope),
            Some("groupChat") => Self::GroupChat(scope),
            Some("personal") => Self::Personal(scope),
            _ => Self::Other(scope),
        }
    }
}

impl Content for ScopeInfo {
    const KIND: &'static str = Scope::KIND;

    #[cfg(test)]
    fn schema(all: &mut crate::schema::SchemaDefinitions) -> serde_json::Value {
        Scope::schema(all)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<ResourceMember<Self>, D::Error> {
        Ok(Box::read(from)?.map(Self::of))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(text: &str) -> ScopeInfo {
        let installation: TeamsAppInstallation =
            serde_json::from_str(&format!(r#"{{"scopeInfo":{text}}}"#)).unwrap();
        installation.scope_info.into_value().unwrap()
    }

    #[test]
    fn a_scope_is_told_by_its_type_else_by_its_name() {
        let by_type = r##"{"@odata.type":"#microsoft.graph.teamTeamsAppInstallationScopeInfo","teamId":"t"}"##;
        assert!(matches!(scope(by_type), ScopeInfo::Team(s) if s.team_id.as_deref() == Some("t")));
        let by_name = r#"{"scope":"personal","userId":"u"}"#;
        assert!(matches!(scope(by_name), ScopeInfo::Personal(_)));
        assert!(matches!(
            scope(r#"{"scope":"groupChat"}"#),
            ScopeInfo::GroupChat(_)
        ));
        for other in [r#"{}"#, r#"{"scope":null}"#, r#"{"scope":"meeting"}"#] {
            assert!(matches!(scope(other), ScopeInfo::Other(_)), "{other}");
        }
    }
}
