//! From the text to what is wanted, without stopping at the first fault.

use super::fault::DesiredStateFaults;
use super::{
    DesiredSettings, DesiredState, DesiredSubscription, DesiredTenant, LONGEST_BACKFILL_HOURS,
    LONGEST_SILENCE, LONGEST_WITHOUT_LIFECYCLE, MOST_SUBSCRIPTIONS, SHORTEST_MINUTES,
    SHORTEST_SILENCE, SilenceLimit,
};
use std::collections::HashMap;
use std::ops::RangeInclusive;
use teamwire_contract::FileFault;
use teamwire_payload::cloud::MicrosoftCloud;
use teamwire_payload::subscribable::{GraphApi, LONGEST_OF_ALL, SubscribableRow};
use teamwire_payload::suggestion::closest;
use teamwire_payload::{ChangeType, SubscriptionPath, TenantId};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

type Value<'a> = Spanned<DeValue<'a>>;

const SETTINGS: [&str; 5] = [
    "payload",
    "lifetime-minutes",
    "lifecycle",
    "backfill-on-first-start",
    "silence",
];

pub(super) fn read(text: &str) -> Result<DesiredState, DesiredStateFaults> {
    read_for(text, None)
}

pub(super) fn read_for(
    text: &str,
    cloud: Option<MicrosoftCloud>,
) -> Result<DesiredState, DesiredStateFaults> {
    let mut reader = TableReader::new(text);
    reader.cloud = cloud;
    let (document, unread) = DeTable::parse_recoverable(text);
    for fault in unread {
        let at = fault.span().map_or(0, |span| span.start);
        reader.fault(at, "", format!("is not TOML: {}", fault.message()));
    }
    // What could not be read as TOML would only look like other faults.
    if reader.faults.is_empty() {
        let desired = reader.document(&document);
        if reader.faults.is_empty() {
            return Ok(desired);
        }
    }
    reader.faults.sort_by_key(|fault| fault.line);
    Err(DesiredStateFaults(reader.faults))
}

struct TableReader {
    cloud: Option<MicrosoftCloud>,
    /// The end of each line.
    ends: Vec<usize>,
    faults: Vec<FileFault>,
    subscriptions: usize,
}

impl TableReader {
    fn new(text: &str) -> Self {
        Self {
            cloud: None,
            ends: text.match_indices('\n').map(|(at, _)| at).collect(),
            faults: Vec::new(),
            subscriptions: 0,
        }
    }

    fn line(&self, at: usize) -> usize {
        self.ends.partition_point(|end| *end < at) + 1
    }

    fn fault(&mut self, at: usize, field: &str, problem: impl Into<String>) {
        let line = self.line(at);
        self.faults.push(FileFault {
            line,
            field: field.to_owned(),
            problem: problem.into(),
        });
    }

    fn document(&mut self, document: &Spanned<DeTable<'_>>) -> DesiredState {
        let table = document.get_ref();
        self.known(table, &["defaults", "tenants"]);
        let defaults = self.defaults(table, DesiredSettings::default());
        let mut desired = DesiredState::default();
        let mut lines = HashMap::new();
        for (at, tenant) in self.tables(table, "tenants") {
            let Some(tenant) = self.tenant(at, tenant, defaults) else {
                continue;
            };
            let line = self.line(at);
            if let Some(first) = lines.insert(tenant.id.clone(), line) {
                let problem = format!("{} stands at line {first} too", tenant.id);
                self.fault(at, "id", problem);
            }
            desired.tenants.push(tenant);
        }
        if self.subscriptions > MOST_SUBSCRIPTIONS {
            let problem = format!(
                "are {} in all; an organization may have {MOST_SUBSCRIPTIONS}",
                self.subscriptions
            );
            self.fault(0, "subscriptions", problem);
        }
        desired
    }

    fn tenant(
        &mut self,
        at: usize,
        table: &DeTable<'_>,
        defaults: DesiredSettings,
    ) -> Option<DesiredTenant> {
        self.known(table, &["id", "defaults", "subscriptions"]);
        let defaults = self.defaults(table, defaults);
        let id = self.text(table, at, "id").and_then(|(at, text)| {
            let id = text.parse::<TenantId>();
            if id.is_err() {
                self.fault(at, "id", "must be the tenant's GUID");
            }
            id.ok()
        });
        let mut subscriptions: Vec<DesiredSubscription> = Vec::new();
        let mut lines: HashMap<(String, Vec<ChangeType>), usize> = HashMap::new();
        for (at, table) in self.tables(table, "subscriptions") {
            self.subscriptions += 1;
            let Some(wanted) = self.subscription(at, table, defaults) else {
                continue;
            };
            let key = (wanted.resource.to_string(), wanted.changes.clone());
            let line = self.line(at);
            match lines.get(&key) {
                Some(first) => {
                    let problem = format!("is the same as at line {first}, changes and all");
                    self.fault(at, "subscription", problem);
                }
                None => {
                    lines.insert(key, line);
                    subscriptions.push(wanted);
                }
            }
        }
        Some(DesiredTenant {
            id: id?,
            subscriptions,
        })
    }

    fn subscription(
        &mut self,
        at: usize,
        table: &DeTable<'_>,
        defaults: DesiredSettings,
    ) -> Option<DesiredSubscription> {
        let [payload, lifetime, lifecycle, backfill, silence] = SETTINGS;
        let known = [
            "resource", "changes", "kind", "api", payload, lifetime, lifecycle, backfill, silence,
        ];
        self.known(table, &known);
        let (resource_at, text) = self.text(table, at, "resource")?;
        let is_other = self.is_other(table);
        let api = self.api(table, is_other);
        let path = match is_other {
            true => SubscriptionPath::other(&text, api),
            false => SubscriptionPath::parse(&text),
        };
        let resource = match path {
            Ok(resource) => Some(resource),
            Err(fault) => {
                let problem = format!("can't be subscribed to: {fault}");
                self.fault(resource_at, "resource", problem);
                None
            }
        };
        let row = resource.as_ref().map(SubscriptionPath::row);
        let settings = self.settings(table, defaults, row);
        let resource = resource?;
        let row = resource.row();
        if let Some(cloud) = self.cloud.filter(|cloud| !row.clouds.contains(cloud)) {
            let problem = format!(
                "can't be subscribed to: {} is not in the cloud {}",
                row.path,
                cloud.name()
            );
            self.fault(resource_at, "resource", problem);
        }
        for field in ["changes", lifetime] {
            if is_other && table.get(field).is_none() {
                self.fault(at, field, "has to be said of a resource of kind \"other\"");
            }
        }
        let changes = match table.get("changes") {
            None => row.changes.to_vec(),
            Some(value) => self.changes(value, &resource),
        };
        Some(DesiredSubscription {
            resource,
            changes,
            settings,
        })
    }

    /// True if it is about something that the table does not have.
    fn is_other(&mut self, table: &DeTable<'_>) -> bool {
        let Some(value) = table.get("kind") else {
            return false;
        };
        let is_other = value.get_ref().as_str() == Some("other");
        if !is_other {
            let problem = "must be \"other\", or left out for what `teamwire resources` lists";
            self.fault(value.span().start, "kind", problem);
        }
        is_other
    }

    fn api(&mut self, table: &DeTable<'_>, is_other: bool) -> GraphApi {
        let Some(value) = table.get("api") else {
            return GraphApi::V1;
        };
        let all = [GraphApi::V1, GraphApi::Beta].into_iter();
        let text = value.get_ref().as_str().unwrap_or_default();
        match all.clone().find(|api| api.name() == text) {
            Some(api) if is_other => return api,
            Some(_) => {
                let problem =
                    "is for a resource of kind \"other\": the table knows that of its own";
                self.fault(value.span().start, "api", problem);
            }
            None => self.fault(value.span().start, "api", "must be \"v1.0\" or \"beta\""),
        }
        GraphApi::V1
    }

    fn changes(&mut self, value: &Value<'_>, resource: &SubscriptionPath) -> Vec<ChangeType> {
        let at = value.span().start;
        let all = resource.row().changes;
        let names: Vec<_> = all.iter().map(|change| change.name()).collect();
        let Some(list) = value.get_ref().as_array().filter(|list| !list.is_empty()) else {
            self.fault(at, "changes", "must be a list such as [\"created\"]");
            return Vec::new();
        };
        let mut changes = Vec::new();
        for entry in list.iter() {
            let word = entry.get_ref().as_str().unwrap_or_default();
            match ChangeType::parse(word).filter(|change| all.contains(change)) {
                Some(change) => changes.push(change),
                None => {
                    let path = resource.row().path;
                    let problem = format!("of {path} are among {}", names.join(", "));
                    self.fault(entry.span().start, "changes", problem);
                }
            }
        }
        changes.sort_unstable();
        changes.dedup();
        changes
    }

    fn defaults(&mut self, table: &DeTable<'_>, defaults: DesiredSettings) -> DesiredSettings {
        let Some(value) = table.get("defaults") else {
            return defaults;
        };
        let Some(table) = value.get_ref().as_table() else {
            self.fault(value.span().start, "defaults", "must be a table");
            return defaults;
        };
        self.known(table, &SETTINGS);
        self.settings(table, defaults, None)
    }

    /// The settings of a table: of a subscription to `row`, or defaults for any.
    fn settings(
        &mut self,
        table: &DeTable<'_>,
        mut settings: DesiredSettings,
        row: Option<&SubscribableRow>,
    ) -> DesiredSettings {
        let [payload, lifetime, lifecycle, backfill, silence] = SETTINGS;
        if let Some(value) = table.get(payload) {
            match value.get_ref().as_str() {
                Some("rich") if row.is_some_and(|row| !row.rich) => {
                    let problem = "must be \"basic\": it is never announced with its data";
                    self.fault(value.span().start, payload, problem);
                }
                Some("rich") => settings.rich = true,
                Some("basic") => settings.rich = false,
                _ => self.fault(value.span().start, payload, "must be \"rich\" or \"basic\""),
            }
        }
        if let Some(value) = table.get(lifecycle) {
            match value.get_ref().as_bool() {
                Some(wanted) => settings.lifecycle = wanted,
                None => self.fault(value.span().start, lifecycle, "must be true or false"),
            }
        }
        settings.rich &= row.is_none_or(|row| row.rich);
        let longest = row.map_or(LONGEST_OF_ALL, |row| row.longest_minutes);
        let longest = match settings.lifecycle {
            true => longest,
            false => longest.min(LONGEST_WITHOUT_LIFECYCLE),
        };
        settings.lifetime_minutes = settings.lifetime_minutes.min(longest);
        if let Some(value) = table.get(lifetime) {
            let range = SHORTEST_MINUTES..=longest;
            match number(value, &range) {
                Some(minutes) => settings.lifetime_minutes = minutes,
                None => {
                    let problem = format!("must be {} to {}", range.start(), range.end());
                    self.fault(value.span().start, lifetime, problem);
                }
            }
        }
        if let Some(value) = table.get(backfill) {
            let range = 1..=LONGEST_BACKFILL_HOURS;
            match (value.get_ref().as_bool(), number(value, &range)) {
                (Some(false), _) => settings.backfill_hours = None,
                (_, Some(hours)) => settings.backfill_hours = Some(hours),
                _ => {
                    let problem = format!("must be false, or 1 to {} hours", range.end());
                    self.fault(value.span().start, backfill, problem);
                }
            }
        }
        if let Some(value) = table.get(silence) {
            let word = value.get_ref();
            match (word.as_bool(), word.as_str().and_then(SilenceLimit::parse)) {
                (Some(false), _) => settings.silence = SilenceLimit::Any,
                (_, Some(time)) => settings.silence = time,
                _ => {
                    let problem = format!(
                        "must be false, or minutes, hours or days such as \"4h\": \"{SHORTEST_SILENCE}m\" \
                         to \"{}d\"",
                        LONGEST_SILENCE / (24 * 60)
                    );
                    self.fault(value.span().start, silence, problem);
                }
            }
        }
        settings
    }

    /// Names every field that is none of these.
    fn known(&mut self, table: &DeTable<'_>, fields: &[&'static str]) {
        for (name, _) in table.iter() {
            let (at, name) = (name.span().start, name.get_ref().as_ref());
            if !fields.contains(&name) {
                let meant = closest(name, fields.iter().copied());
                let meant = meant.map(|field| format!("; did you mean {field}?"));
                let problem = format!("is not a field{}", meant.unwrap_or_default());
                self.fault(at, name, problem);
            }
        }
    }

    fn text(&mut self, table: &DeTable<'_>, at: usize, field: &str) -> Option<(usize, String)> {
        let Some(value) = table.get(field) else {
            self.fault(at, field, "is missing");
            return None;
        };
        let at = value.span().start;
        match value.get_ref().as_str() {
            Some(text) => Some((at, text.to_owned())),
            None => {
                self.fault(at, field, "must be text");
                None
            }
        }
    }

    /// The tables `[[field]]`, each with where it stands.
    fn tables<'a>(&mut self, table: &'a DeTable<'_>, field: &str) -> Vec<(usize, &'a DeTable<'a>)> {
        let Some(value) = table.get(field) else {
            return Vec::new();
        };
        let entries = value.get_ref().as_array();
        let tables = entries.map(|entries| {
            let table = |entry: &'a Value<'_>| {
                let table = entry.get_ref().as_table()?;
                Some((entry.span().start, table))
            };
            entries.iter().map(table).collect::<Option<Vec<_>>>()
        });
        tables.flatten().unwrap_or_else(|| {
            let problem = format!("must be tables, each begun with [[{field}]]");
            self.fault(value.span().start, field, problem);
            Vec::new()
        })
    }
}

fn number(value: &Value<'_>, range: &RangeInclusive<u32>) -> Option<u32> {
    let integer = value.get_ref().as_integer()?;
    let number = u32::from_str_radix(integer.as_str(), integer.radix()).ok()?;
    range.contains(&number).then_some(number)
}
