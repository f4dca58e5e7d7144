//! The documented rates of GETs.

use super::rates::{Limit, Rates};
use crate::entra::tokens::Caller;
use crate::path::Segments;
use std::time::{Duration, Instant};

/// Requests a second of an app, of an app in a tenant, and of both for one resource, if there is
/// a limit.
#[derive(Debug)]
struct Pace {
    kind: &'static str,
    app: u32,
    tenant: u32,
    resource: Option<u32>,
}

const fn pace(kind: &'static str, app: u32, tenant: u32, resource: Option<u32>) -> Pace {
    Pace {
        kind,
        app,
        tenant,
        resource,
    }
}

const EXPORT: Pace = pace("export", 1_000, 200, None);
const MESSAGES: Pace = pace("messages", 200, 20, Some(1));
const CHATS: Pace = pace("chats", 2_000, 200, Some(1));
const CHAT_LIST: Pace = pace("chat-list", 200, 20, None);
const INSTALLED: Pace = pace("installed", 1_500, 30, Some(1));
const TEAM: Pace = pace("team", 1_500, 30, Some(4));
const CHANNELS: Pace = pace("channels", 1_200, 60, Some(4));
const CHANNEL: Pace = pace("channel", 600, 30, Some(1));
const TEAM_MEMBERS: Pace = pace("team-members", 1_200, 60, Some(4));
const CHANNEL_MEMBERS: Pace = pace("channel-members", 1_200, 60, Some(1));
const OTHERS: Pace = pace("others", 1_500, 30, Some(1));

/// Counts a GET against the documented rates.
///
/// # Errors
/// The seconds to wait where one is exceeded.
pub(super) fn count(
    rates: &Rates,
    caller: &Caller,
    path: &Segments,
    now: Instant,
) -> Result<(), u64> {
    let names: Vec<&str> = path.iter().collect();
    let (pace, container) = of(&names);
    let container: Vec<&str> = names.iter().take(container).copied().collect();
    let tenant = format!("{} {} {}", pace.kind, caller.app_id, caller.tenant_id);
    let app = format!("{} {}", pace.kind, caller.app_id);
    let resource = format!("{tenant} {}", container.join("/"));
    let a_second = |name, requests| Limit {
        name,
        requests,
        window: Duration::from_secs(1),
    };
    let mut limits = vec![
        (a_second("get-app", pace.app), app.as_str()),
        (a_second("get-tenant", pace.tenant), tenant.as_str()),
    ];
    if let Some(requests) = pace.resource {
        limits.push((a_second("get-resource", requests), resource.as_str()));
    }
    rates.count(now, &limits)
}

/// The rate at which a path may be read, and the number of segments that name the resource that is
/// counted.
fn of(names: &[&str]) -> (&'static Pace, usize) {
    if let Some(position) = names.iter().position(|name| *name == "messages") {
        return (&MESSAGES, position);
    }
    match names {
        [.., "getAllMessages"] => (&EXPORT, names.len()),
        [.., "installedApps"] | [.., "installedApps", _] => (&INSTALLED, 2),
        ["chats", ..] => (&CHATS, 2),
        ["users", _, "chats"] => (&CHAT_LIST, 2),
        ["teams", _] => (&TEAM, 2),
        ["teams", _, "channels"] => (&CHANNELS, 2),
        ["teams", _, "channels", _] => (&CHANNEL, 4),
        ["teams", _, "members", ..] => (&TEAM_MEMBERS, 2),
        ["teams", _, "channels", _, "members" | "allMembers", ..] => (&CHANNEL_MEMBERS, 4),
        _ => (&OTHERS, names.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(rates: &Rates, tenant: &str, path: &str, now: Instant) -> Result<(), u64> {
        let caller = Caller {
            tenant_id: tenant.into(),
            app_id: "app".into(),
            roles: Vec::new(),
        };
        count(rates, &caller, &Segments::parse(path).unwrap(), now)
    }

    #[test]
    fn messages_of_one_chat_are_read_one_a_second() {
        let (rates, now) = (Rates::default(), Instant::now());
        assert_eq!(get(&rates, "t", "chats/a/messages/1", now), Ok(()));
        assert_eq!(get(&rates, "t", "chats/a/messages/2", now), Err(1));
        assert_eq!(get(&rates, "t", "chats/a/messages", now), Err(1));
        assert_eq!(get(&rates, "t", "chats/b/messages/1", now), Ok(()));
        assert_eq!(get(&rates, "t", "chats/a", now), Ok(()));
        assert_eq!(get(&rates, "u", "chats/a/messages/1", now), Ok(()));
        let later = now + Duration::from_secs(1);
        assert_eq!(get(&rates, "t", "chats/a/messages/2", later), Ok(()));
    }

    #[test]
    fn replies_count_for_their_channel() {
        let (rates, now) = (Rates::default(), Instant::now());
        let channel = "teams/t/channels/c/messages/1";
        assert_eq!(get(&rates, "t", channel, now), Ok(()));
        let reply = format!("{channel}/replies/2");
        assert_eq!(get(&rates, "t", &reply, now), Err(1));
    }

    #[test]
    fn an_app_reads_twenty_messages_a_second_in_a_tenant() {
        let (rates, now) = (Rates::default(), Instant::now());
        for chat in 0..20 {
            let path = format!("chats/{chat}/messages/1");
            assert_eq!(get(&rates, "t", &path, now), Ok(()));
        }
        assert_eq!(get(&rates, "t", "chats/20/messages/1", now), Err(1));
    }

    #[test]
    fn every_other_path_has_its_own_rate() {
        for (path, expected) in [
            ("users/u/chats/getAllMessages", 200),
            ("teams/t/channels/getAllMessages", 200),
            ("teams/t", 4),
            ("teams/t/channels", 4),
            ("teams/t/channels/c", 1),
            ("teams/t/members", 4),
            ("teams/t/channels/c/allMembers", 1),
            ("chats/c/installedApps/i", 1),
            ("users/u/onlineMeetings/m/transcripts/i", 1),
        ] {
            let (rates, now) = (Rates::default(), Instant::now());
            let passed = (0..300).filter(|_| get(&rates, "t", path, now).is_ok());
            assert_eq!(passed.count(), expected, "{path}");
        }
    }
}
