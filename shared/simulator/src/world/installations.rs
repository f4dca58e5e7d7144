//! Apps that are installed for someone, in a team or in a chat.

use super::{Moment, Place, Tenant, object};
use crate::change::{Change, INSTALLATION, SimulatedChangeType, View};
use crate::graph::resources::EmissionScope;
use crate::ids;
use crate::path::percent_encode;
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};

/// The places where an app can be installed, as `$filter` names them.
const SCOPES: [&str; 3] = ["personal", "team", "groupChat"];

/// An app is installed, brought up to date or removed, in one of the scopes that the
/// subscription's `$filter` names.
pub fn change_installation(
    tenant: &mut Tenant,
    scope: &EmissionScope,
    change_type: SimulatedChangeType,
    now: Timestamp,
    rng: &mut StdRng,
) -> Option<Change> {
    let moment = tenant.moment(change_type, now, rng);
    let filter = scope.option("$filter").unwrap_or_default();
    let named = |name: &&str| filter.contains(&format!("'{name}'"));
    let mut wanted: Vec<&str> = SCOPES.into_iter().filter(named).collect();
    if wanted.is_empty() {
        wanted = SCOPES.to_vec();
    }
    // A known issue: nobody is told that an app in a chat was brought up to date.
    if change_type == SimulatedChangeType::Updated && wanted.len() > 1 {
        wanted.retain(|scope| *scope != "groupChat");
    }
    let home = match *wanted.choose(rng)? {
        "personal" => {
            let person = tenant.person(rng);
            Home {
                address: format!("users/{}/teamwork", person.id),
                context: format!("users('{}')/teamwork", person.id),
                info: json!({
                    "@odata.type": "#microsoft.graph.personalTeamsAppInstallationScopeInfo",
                    "userId": person.id,
                    "scope": "personal",
                }),
                id: person.id,
            }
        }
        "team" => {
            let team = tenant.any_team(rng)?;
            Home {
                address: format!("teams/{}", team.id),
                context: format!("teams('{}')", team.id),
                info: json!({
                    "@odata.type": "#microsoft.graph.teamTeamsAppInstallationScopeInfo",
                    "teamId": team.id,
                    "scope": "team",
                }),
                id: team.id,
            }
        }
        _ => {
            let chat = tenant.any_chat(rng)?;
            Home {
                address: format!("chats/{}", chat.id),
                context: format!("chats('{}')", percent_encode(&chat.id)),
                info: json!({
                    "@odata.type": "#microsoft.graph.groupChatTeamsAppInstallationScopeInfo",
                    "chatId": chat.id,
                    "scope": "groupChat",
                }),
                id: chat.id,
            }
        }
    };
    Some(install(tenant, scope.key("app")?, home, &moment, rng))
}

/// The place where an app is installed.
struct Home {
    id: String,
    address: String,
    context: String,
    info: Value,
}

fn install(
    tenant: &mut Tenant,
    app_id: &str,
    home: Home,
    moment: &Moment,
    rng: &mut StdRng,
) -> Change {
    let id = STANDARD.encode(format!("{}##{}", home.id, ids::guid(rng)));
    let there = format!("appCatalogs/teamsApps('{app_id}')/installations");
    let change = Change {
        change_type: moment.change_type,
        shape: &INSTALLATION,
        path: format!("{there}('{id}')"),
        sealed: View {
            context: format!("{there}/$entity"),
            version: None,
            members: object(json!({
                "id": id,
                "teamsApp": { "id": app_id },
                "scopeInfo": home.info,
            })),
        },
        read: View {
            context: format!("{}/installedApps/$entity", home.context),
            version: None,
            members: object(json!({
                "id": id,
                "consentedPermissionSet": null,
                "scopeInfo": home.info,
            })),
        },
        id: id.clone(),
        has_get: true,
    };
    let list = format!("{}/installedApps", home.address);
    let place = Place {
        address: format!("{list}/{id}"),
        lists: vec![(list, moment.changed)],
    };
    tenant.record(&change, place);
    change
}
