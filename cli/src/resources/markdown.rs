//! `docs/RESOURCES.md`, all of it from the table.

use std::fmt::Write as _;
use teamwire_payload::cloud::MicrosoftCloud;
use teamwire_payload::resource::{NoGet, announced};
use teamwire_payload::subscribable::{
    GapReading, GapRecovery, MINUTES_WITHOUT_LIFECYCLE, ROWS, SubscribableRow,
};
use teamwire_payload::{ChangeType, ResourceRef, ResourceType};

/// The page.
pub(super) fn page() -> String {
    let refused = ROWS.iter().filter(|row| row.is_delegated_only());
    let refused: Vec<_> = refused.map(|row| format!("`{}`", row.path)).collect();
    let mut page = format!(
        "# Resources\n\n\
        What Teams and its neighbours announce: what it takes to subscribe, and what becomes of it. {} paths \
        announce {} types of resource; {} of them can be subscribed to by an application, and the others are \
        refused: {}. This page is printed by \
        `teamwire resources --output markdown` from [the table](../shared/payload/src/subscribable/table.rs) \
        that the code itself follows; a test holds the two together. `make prove-resources` subscribes to every \
        path below, through the real handshake, has its changes announced with and without resource data, and \
        holds every cell of [what becomes of it](#what-becomes-of-it) against what arrives on the events queue. \
        `make check-graph` compares paths, permissions, clouds and types with \
        [Microsoft's own metadata](graph-differences.md).\n\n\
        A subscription needs a `lifecycleNotificationUrl` if it is to live over {MINUTES_WITHOUT_LIFECYCLE} minutes. \
        Personal accounts can't be subscribed to. `model=` is accepted and ignored: Graph meters nothing any more. \
        What is documented for a signed-in user alone (those, and paths below `me`) is \
        refused with that reason: teamwire has the token of an application.\n\n\
        Not in the table: town halls and the publication of videos on demand, which Microsoft's examples \
        subscribe to below beta alone, the events of some organizers (`getEventsFromOrganizers(..)`) and \
        emergency calls. These, and all else that Graph announces, can be \
        [declared as they stand](CONFIGURATION.md#other-resources).\n\n## What can be subscribed to\n\n",
        ROWS.len(),
        TYPES
            .into_iter()
            .filter(|kind| rows(*kind).next().is_some())
            .count(),
        ROWS.len() - refused.len(),
        refused.join(", "),
    );
    for resource_type in TYPES {
        let rows: Vec<_> = rows(resource_type).collect();
        if rows.is_empty() {
            continue;
        }
        let _ = write!(
            page,
            "### {}\n\n| path | changes | API | longest life | clouds | options | per app |\n\
             |---|---|---|---|---|---|---|\n",
            resource_type.name()
        );
        for row in &rows {
            let _ = writeln!(
                page,
                "| `{}` | {} | {} | {} | {} | {} | {} |",
                row.path,
                changes(row).join(", "),
                row.api.name(),
                row.longest_minutes,
                clouds(row),
                options(row),
                row.per_app
                    .map_or_else(String::new, |most| most.to_string()),
            );
        }
        page.push_str("\nPermissions, the least first:\n\n| path | delegated | application | resource-specific consent |\n|---|---|---|---|\n");
        for row in &rows {
            let _ = writeln!(
                page,
                "| `{}` | {} | {} | {} |",
                row.path,
                permissions(row.delegated),
                permissions(row.application),
                permissions(row.consented),
            );
        }
        page.push('\n');
    }
    page.push_str(
        "`per app` is how many subscriptions one app may have to one such path, where Graph says so; an organisation \
        may have 10,000 of all kinds together. The longest life is in minutes; a subscription is renewed at half of \
        it. `clouds` are those whose metadata has the type. A known issue of Graph: that an app was upgraded in a chat \
        is not announced.\n\n## What becomes of it\n\n\
        - **decrypted**: what was announced with resource data (rich) is delivered as `origin` `decrypted`.\n\
        - **hydrated**: what was announced without (basic) is read by the documented GET: `origin` `hydrated`. Where the \
        notification names too little for that, `origin` `reference` with the reason.\n\
        - **deleted**: a tombstone (`referencereason` `deleted`), or `decrypted` where Graph seals what was there. Never read.\n\n\
        | path | subscribed | announced rich | announced basic | decrypted | hydrated | deleted |\n\
        |---|---|---|---|---|---|---|\n",
    );
    for row in ROWS {
        let changes = match row.is_delegated_only() {
            true => NEVER.to_owned(),
            false => changes(row).join(", "),
        };
        let rich = |text| {
            if row.rich && !row.is_delegated_only() {
                text
            } else {
                NEVER
            }
        };
        let _ = writeln!(
            page,
            "| `{}` | {} | {} | {changes} | {} | {} | {} |",
            row.path,
            match row.is_delegated_only() {
                true => "refused",
                false => row.api.name(),
            },
            rich(&changes),
            rich("decrypted"),
            basic(row),
            deleted(row),
        );
    }
    page.push_str(
        "\n## How each is read\n\nAll of it by GET below `v1.0` of the cloud's Graph, by a URL put together from the keys \
        in the notification's path, each percent-encoded. A path in another's view (`users/..`, `me/..`, \
        `installedToChats(..)`) names the same resource and is read the same way.\n\n\
        | announced as | read at |\n|---|---|\n",
    );
    for (_, path) in announced() {
        let _ = writeln!(page, "| `{path}` | {} |", read_at(&path));
    }
    page.push_str(
        "\nA meeting's id is base64 of `1*<organizer>*0**<thread>` in every example of the documents, which do not \
        promise it: where it is something else, the event is a reference with the reason `needs-organizer`. To read \
        transcripts and recordings takes [an application access policy of Teams](DEPLOY.md#a-policy-of-teams-for-meetings) \
        besides the permission (`New-CsApplicationAccessPolicy`, `Grant-CsApplicationAccessPolicy`). Meetings of private \
        channels are not supported by Graph.\n\n\
        What is not of Teams is delivered as a reference (`foreign-resource`), or read where \
        [`TEAMWIRE_FOREIGN_RESOURCES`](CONFIGURATION.md#variables) allows its path.\n\n## How a gap is filled\n\n\
        Notifications are missing for a time when Graph dropped them, or when a subscription was gone. What Graph offers \
        then differs.\n\n| path | what can be read | how | clouds |\n|---|---|---|---|\n",
    );
    for row in ROWS {
        let (what, how) = recovery(row.recovery);
        let _ = writeln!(
            page,
            "| `{}` | {what} | {how} | {} |",
            row.path,
            read_in(row)
        );
    }
    page.push_str(
        "\nThat takes permissions of its own beside the subscription's: `User.ReadBasic.All` for what is read of every user \
        (Microsoft's pages do not agree on it: where Graph refuses it, `User.Read.All`), \
        `Team.ReadBasic.All` for every team, `ChannelMessage.Read.All` for the messages of a channel. A subscription with \
        `$search` or a filter is filled with all messages of its chat or channel: nothing says which of them it would have \
        announced.\n\nA change after the gap hides the one within it from a list. To a subscription with `updated` it was announced; for one \
        without, messages that were created or deleted in the gap are found nevertheless, as they are now. Of chats, teams and \
        channels such a one gets no more than what was created in the gap, where Graph says when that was.\n\nA transcript or \
        recording is dated when it began and announced when it is done. Those that began up to 30 hours before the gap, the \
        longest that a meeting lasts, come with it, some of them for the second time, with the same id. One that began earlier \
        and was announced as late is not found.\n\nFor `chats/getAllMembers` the members of a chat are read once for each of \
        them: 250 members make 250 reads.\n\nBefore a snapshot, and where there is nothing, an event of type `teamwire.gap` names the resource and the time: \
        see [EVENTS.md](EVENTS.md#gaps).\n",
    );
    page
}

const TYPES: [ResourceType; ResourceType::ALL.len()] = ResourceType::ALL;
const NEVER: &str = "not announced";

fn rows(resource_type: ResourceType) -> impl Iterator<Item = &'static SubscribableRow> {
    ROWS.iter()
        .filter(move |row| row.resource_type == resource_type)
}

/// The names of the changes that can be asked for.
pub(super) fn changes(row: &SubscribableRow) -> Vec<&'static str> {
    row.changes.iter().map(|change| change.name()).collect()
}

/// The clouds that have it.
pub(super) fn clouds(row: &SubscribableRow) -> String {
    if row.clouds == MicrosoftCloud::ALL {
        return "all".to_owned();
    }
    let names: Vec<_> = row.clouds.iter().map(|cloud| cloud.name()).collect();
    names.join(", ")
}

fn options(row: &SubscribableRow) -> String {
    let names: Vec<_> = row
        .options
        .iter()
        .map(|option| format!("`{}`", option.name()))
        .collect();
    names.join(", ")
}

fn permissions(names: &[&str]) -> String {
    match names {
        [] => "-".to_owned(),
        names => names.join(", "),
    }
}

/// The outcome of a notification without resource data.
pub(super) fn basic(row: &SubscribableRow) -> String {
    match row.unreadable() {
        _ if row.is_delegated_only() => NEVER.to_owned(),
        None => "hydrated".to_owned(),
        Some(why) => format!("reference, `{}`", why.label()),
    }
}

fn deleted(row: &SubscribableRow) -> &'static str {
    if row.is_delegated_only() || !row.changes.contains(&ChangeType::Deleted) {
        NEVER
    } else if row.rich {
        "tombstone, or decrypted"
    } else {
        "tombstone"
    }
}

fn read_at(path: &str) -> String {
    match ResourceRef::parse(path) {
        Ok(ResourceRef::Teams(resource)) => match resource.get() {
            Ok(get) => format!("`{get}`"),
            Err(why @ NoGet::NeedsOrganizer) if path.contains("onlineMeetings") => {
                let kind = if path.contains("transcripts") {
                    "transcripts"
                } else {
                    "recordings"
                };
                format!(
                    "`/users/<organizer>/onlineMeetings/m/{kind}/{}`, else not: `{}`",
                    kind.split_at(1).0,
                    why.label()
                )
            }
            Err(why) => format!("not: `{}`, {why}", why.label()),
        },
        Ok(ResourceRef::Foreign(_)) | Err(_) => "not".to_owned(),
    }
}

/// The clouds whose Graph has what a gap is filled by.
fn read_in(row: &SubscribableRow) -> String {
    match row.recovery {
        GapRecovery::Nothing => "-".to_owned(),
        GapRecovery::Changes(GapReading::MessagesOfEveryUser | GapReading::MessagesOfUser) => {
            MicrosoftCloud::Global.name().to_owned()
        }
        GapRecovery::Changes(_) | GapRecovery::Snapshot(_) => clouds(row),
    }
}

/// The way to fill a gap, in a few words.
pub(super) fn gap(means: GapRecovery) -> String {
    match recovery(means) {
        (what, how) if means != GapRecovery::Nothing => format!("{what}: {how}"),
        _ => "can't be filled".to_owned(),
    }
}

fn recovery(recovery: GapRecovery) -> (&'static str, String) {
    match recovery {
        GapRecovery::Changes(
            reading @ (GapReading::ArtefactsOfEveryUser
            | GapReading::ArtefactsOfUser
            | GapReading::ArtefactsOfMeeting
            | GapReading::CallArtefactsOfEveryUser
            | GapReading::CallArtefactsOfUser
            | GapReading::CallRecords),
        ) => ("what began in it or 30 hours before", by(reading)),
        GapRecovery::Changes(
            reading @ (GapReading::InteractionsOfEveryUser | GapReading::InteractionsOfUser),
        ) => ("what was asked or answered in it", by(reading)),
        GapRecovery::Changes(reading) => ("every change", by(reading)),
        GapRecovery::Snapshot(reading) => ("what there is now", by(reading)),
        GapRecovery::Nothing => ("nothing", "-".to_owned()),
    }
}

fn by(reading: GapReading) -> String {
    let path = match reading {
        GapReading::MessagesOfEveryUser => "users/{id}/chats/getAllMessages` of every user",
        GapReading::MessagesOfUser => "users/{id}/chats/getAllMessages`",
        GapReading::MessagesOfChat => "chats/{id}/messages`",
        GapReading::MessagesOfEveryTeam => "teams/{id}/channels/getAllMessages` of every team",
        GapReading::MessagesOfChannel => "teams/{id}/channels/getAllMessages`, for the one channel",
        GapReading::ArtefactsOfEveryUser => {
            "users/{id}/onlineMeetings/getAllTranscripts` or `getAllRecordings` of every user"
        }
        GapReading::ArtefactsOfUser => {
            "users/{id}/onlineMeetings/getAllTranscripts` or `getAllRecordings`"
        }
        GapReading::ArtefactsOfMeeting => {
            "users/{organizer}/onlineMeetings/{id}/transcripts` or `recordings`"
        }
        GapReading::CallArtefactsOfEveryUser => {
            "users/{id}/adhocCalls/getAllTranscripts` or `getAllRecordings` of every user"
        }
        GapReading::CallArtefactsOfUser => {
            "users/{id}/adhocCalls/getAllTranscripts` or `getAllRecordings`"
        }
        GapReading::InteractionsOfEveryUser => {
            "copilot/users/{id}/interactionHistory/getAllEnterpriseInteractions` of every user"
        }
        GapReading::InteractionsOfUser => {
            "copilot/users/{id}/interactionHistory/getAllEnterpriseInteractions`"
        }
        GapReading::CallRecords => "communications/callRecords`",
        GapReading::Listed => "..`, the path itself",
        GapReading::ChatsOfEveryUser => "users/{id}/chats` of every user",
        GapReading::ChatsOfUser => "users/{id}/chats`",
        GapReading::OneChat => "chats/{id}`",
        GapReading::EveryTeam => "teams`",
        GapReading::OneTeam => "teams/{id}`",
        GapReading::ChannelsOfEveryTeam => "teams/{id}/channels` of every team",
        GapReading::ChannelsOfTeam => "teams/{id}/channels`",
        GapReading::SharedWithTeams => "teams/{id}/channels/{id}/sharedWithTeams`",
        GapReading::MembersOfEveryTeam => "teams/{id}/members` of every team",
        GapReading::MembersOfTeam => "teams/{id}/members`",
        GapReading::MembersOfChannels => "teams/{id}/channels/{id}/members` of every channel",
        GapReading::MembersOfEveryChannel => {
            "teams/{id}/channels/{id}/members` of every channel of every team"
        }
        GapReading::MembersOfEveryChat => "chats/{id}/members` of every chat of every user",
        GapReading::MembersOfChat => "chats/{id}/members`",
    };
    format!("`{path}")
}
