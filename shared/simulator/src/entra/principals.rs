//! The application in each tenant: the permissions consented to, and the clients that get tokens
//! for it.

use crate::control::said;
use crate::state::State;
use axum::extract::State as Shared;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use teamwire_payload::subscribable::ROWS;

/// The permissions by which an application may read its own entry.
const APPLICATIONS: [&str; 3] = [
    "Application.Read.All",
    "Application.ReadWrite.All",
    "Directory.Read.All",
];

/// The permissions to read what was missed or is installed, beside those that subscriptions need.
const READING: [&str; 5] = [
    "ChannelMessage.Read.All",
    "Team.ReadBasic.All",
    "TeamsAppInstallation.ReadForTeam.All",
    "TeamsAppInstallation.ReadForUser.All",
    "User.ReadBasic.All",
];

/// The least that every path can be subscribed to with, and that gaps are filled with.
static EVERYTHING: LazyLock<Vec<String>> = LazyLock::new(|| {
    let least = ROWS
        .iter()
        .filter_map(|row| row.application.first().copied());
    let roles: BTreeSet<&str> = least.chain(READING).collect();
    roles.into_iter().map(str::to_owned).collect()
});

pub(crate) fn router() -> Router<Arc<State>> {
    Router::new().route("/simulator/servicePrincipal", post(change))
}

/// By tenant, in lower case; where there is none, everything is consented to.
#[derive(Default)]
pub(crate) struct Principals(Mutex<HashMap<String, Principal>>);

/// One tenant's.
#[derive(Clone, Default)]
pub(crate) struct Principal {
    /// `None` for everything that Teams resources need.
    roles: Option<Vec<String>>,
    /// `appRoleAssignmentRequired`
    pub(crate) assignment_required: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Change {
    /// All tenants where there is none.
    tenant: Option<String>,
    /// The permissions consented to from now on; null for everything again.
    #[serde(default, with = "said")]
    roles: Option<Option<Vec<String>>>,
    app_role_assignment_required: Option<bool>,
}

impl Principals {
    pub(crate) fn of(&self, tenant: &str) -> Principal {
        let known = self.lock().get(&tenant.to_ascii_lowercase()).cloned();
        known.unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Principal>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Principal {
    /// The `roles` of a token.
    pub(crate) fn roles(&self) -> &[String] {
        self.roles.as_ref().unwrap_or(&EVERYTHING)
    }
}

/// True if a token with these roles may read entries of applications.
pub(crate) fn may_read_applications(roles: &[String]) -> bool {
    roles
        .iter()
        .any(|role| APPLICATIONS.contains(&role.as_str()))
}

/// Changes the application; members that are left out stay as they are.
async fn change(
    Shared(state): Shared<Arc<State>>,
    Json(change): Json<Change>,
) -> Result<StatusCode, (StatusCode, Json<Value>)> {
    let tenants = match change.tenant {
        None => state.config.tenants.clone(),
        Some(tenant) if state.knows_tenant(&tenant) => vec![tenant.to_ascii_lowercase()],
        Some(tenant) => {
            let error = json!({ "error": format!("there is no tenant {tenant}") });
            return Err((StatusCode::BAD_REQUEST, Json(error)));
        }
    };
    let mut principals = state.principals.lock();
    for tenant in tenants {
        if let Some(required) = change.app_role_assignment_required {
            state.sender.prove(&tenant, !required);
        }
        let principal = principals.entry(tenant).or_default();
        if let Some(roles) = &change.roles {
            principal.roles.clone_from(roles);
        }
        if let Some(required) = change.app_role_assignment_required {
            principal.assignment_required = required;
        }
    }
    Ok(StatusCode::NO_CONTENT)
}
