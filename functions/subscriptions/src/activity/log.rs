//! Log of when each wanted subscription was last active: how a silence is found.
//!
//! A subscription that is made again takes the place of the one before it, silence and all: what is
//! replaced every few days would else never be silent for long.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use teamwire_graph::desired::DesiredSubscription;
use teamwire_payload::{ChangeType, limits};

/// Age that a record may have beside the last notification: ingest reports one subscription every [`limits::HEARD_EVERY`], and what is newer by less than that is not written.
const LATE: SignedDuration = SignedDuration::from_mins(10);
/// Longest time between two observations after which one that was replaced is taken to have been there.
const LOOKED: SignedDuration = SignedDuration::from_hours(1);

/// A wanted subscription, with Graph's id of the one that is active in its place.
pub(crate) type ObservedSubscription<'a> = (&'a DesiredSubscription, Option<&'a str>);

/// Activity log of one tenant.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActivityLog {
    subscriptions: Vec<ActivityEntry>,
}

/// Activity of one wanted subscription, whichever is in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActivityEntry {
    resource: String,
    changes: Vec<ChangeType>,
    /// Graph's id of the one that was active at the last observation.
    id: String,
    /// Time of its last notification, or of the one before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) heard: Option<Timestamp>,
    /// Begin of its silence, less the time in which there was none to announce anything.
    #[serde(rename = "quietSince")]
    pub(crate) silent_since: Timestamp,
    /// Time of the last observation, by Graph's clock.
    seen: Timestamp,
}

impl ActivityLog {
    /// Records the time of the last notification for each of these ids. `false` where that is nothing
    /// new, or so little that it can wait. Unknown ids are not kept: they may be invented.
    pub(crate) fn record(&mut self, heard: &BTreeMap<String, u64>) -> bool {
        let mut is_news = false;
        for entry in &mut self.subscriptions {
            if let Some(at) = heard.get(&entry.id).and_then(|at| time(*at)) {
                is_news |= entry.record(at);
            }
        }
        is_news
    }

    /// The log after an observation of every wanted subscription `now`.
    pub(crate) fn observed<'a>(
        self,
        now: Timestamp,
        active: impl Iterator<Item = ObservedSubscription<'a>>,
    ) -> Self {
        let key = |entry: ActivityEntry| {
            let key = (entry.resource.clone(), entry.changes.clone());
            (key, entry)
        };
        let mut before: HashMap<_, _> = self.subscriptions.into_iter().map(key).collect();
        let observed = |(wanted, id): ObservedSubscription<'_>| {
            let key = (wanted.resource.to_string(), wanted.changes.clone());
            match before.remove(&key) {
                Some(entry) => Some(entry.observed(now, id)),
                None => id.map(|id| ActivityEntry {
                    resource: key.0,
                    changes: key.1,
                    id: id.to_owned(),
                    heard: None,
                    silent_since: now,
                    seen: now,
                }),
            }
        };
        Self {
            subscriptions: active.filter_map(observed).collect(),
        }
    }

    /// Entries by Graph's id of what is active.
    pub(crate) fn by_id(&self) -> HashMap<&str, &ActivityEntry> {
        let all = self.subscriptions.iter();
        all.map(|entry| (entry.id.as_str(), entry)).collect()
    }
}

impl ActivityEntry {
    fn record(&mut self, at: Timestamp) -> bool {
        let every = SignedDuration::try_from(limits::HEARD_EVERY).unwrap_or(LATE);
        let is_news = self
            .heard
            .is_none_or(|before| at.duration_since(before) >= every);
        self.heard = self.heard.max(Some(at));
        self.silent_since = self.silent_since.max(at);
        is_news
    }

    /// The silence counts on while it is there, and while it is replaced. While it is not there,
    /// nothing can be announced, and others report that.
    fn observed(mut self, now: Timestamp, id: Option<&str>) -> Self {
        let since = now.duration_since(self.seen).max(SignedDuration::ZERO);
        let was_there = id.is_some_and(|id| id == self.id || since <= LOOKED);
        if !was_there {
            let later = self.silent_since.saturating_add(since);
            self.silent_since = later.unwrap_or(self.silent_since);
        }
        if let Some(id) = id {
            id.clone_into(&mut self.id);
        }
        // What is said to come only later came now: it would hide every silence until then.
        if self.silent_since > now.saturating_add(LATE).unwrap_or(now) {
            self.silent_since = now;
            self.heard = Some(now);
        }
        self.seen = self.seen.max(now);
        self
    }

    /// Minutes of its silence, if that is longer than is normal for what is wanted.
    pub(crate) fn silent_minutes(
        &self,
        wanted: &DesiredSubscription,
        now: Timestamp,
    ) -> Option<i64> {
        let normal = SignedDuration::from_mins(wanted.silence_minutes()?.into());
        let quiet = now.duration_since(self.silent_since);
        (quiet > normal + LATE).then(|| quiet.as_mins())
    }
}

/// In whole seconds.
fn time(millis: u64) -> Option<Timestamp> {
    Timestamp::from_second(i64::try_from(millis / 1_000).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use teamwire_graph::DesiredState;

    fn wanted(silence: &str) -> DesiredSubscription {
        let text = format!(
            "[[tenants]]\nid = \"9f4ebab6-520d-49c0-85cc-7b25c78d4a93\"\n[[tenants.subscriptions]]\n\
             resource = \"chats\"\nsilence = {silence}"
        );
        DesiredState::parse(&text)
            .unwrap()
            .tenants
            .remove(0)
            .subscriptions
            .remove(0)
    }

    /// So many minutes after the beginning.
    fn at(minutes: i64) -> Timestamp {
        let start: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        start + SignedDuration::from_mins(minutes)
    }

    fn heard(id: &str, minutes: i64) -> BTreeMap<String, u64> {
        let millis = u64::try_from(at(minutes).as_millisecond()).unwrap();
        BTreeMap::from([(id.to_owned(), millis)])
    }

    /// A log over `wanted` that began with the subscription `a`, and the last look at it.
    fn begun(wanted: &DesiredSubscription) -> ActivityLog {
        look(ActivityLog::default(), wanted, 0, Some("a"))
    }

    fn look(
        log: ActivityLog,
        wanted: &DesiredSubscription,
        minutes: i64,
        id: Option<&str>,
    ) -> ActivityLog {
        log.observed(at(minutes), [(wanted, id)].into_iter())
    }

    fn silent(
        log: &ActivityLog,
        wanted: &DesiredSubscription,
        minutes: i64,
        id: &str,
    ) -> Option<i64> {
        log.by_id()[id].silent_minutes(wanted, at(minutes))
    }

    #[test]
    fn it_is_silent_once_nothing_came_for_longer_than_is_normal() {
        let wanted = wanted("\"4h\"");
        let mut log = begun(&wanted);
        assert_eq!(silent(&log, &wanted, 250, "a"), None);
        assert_eq!(silent(&log, &wanted, 251, "a"), Some(251));
        assert!(log.record(&heard("a", 240)));
        assert_eq!(silent(&log, &wanted, 490, "a"), None);
        assert_eq!(silent(&log, &wanted, 491, "a"), Some(251));
    }

    #[test]
    fn what_is_not_watched_is_never_silent_and_known_all_the_same() {
        let wanted = wanted("false");
        let mut log = begun(&wanted);
        log.record(&heard("a", 3));
        assert_eq!(silent(&log, &wanted, 99_999, "a"), None);
        assert_eq!(log.by_id()["a"].heard, Some(at(3)));
    }

    #[test]
    fn what_comes_late_or_twice_changes_nothing() {
        let mut log = begun(&wanted("\"4h\""));
        assert!(log.record(&heard("a", 60)));
        let before = log.clone();
        for minutes in [60, 59, -7] {
            assert!(!log.record(&heard("a", minutes)));
            assert_eq!(log, before, "{minutes}");
        }
        assert!(!log.record(&heard("a", 64)), "too little to be written");
        assert!(log.record(&heard("a", 69)));
    }

    #[test]
    fn ids_that_nobody_watches_are_not_kept() {
        let mut log = begun(&wanted("\"4h\""));
        let before = log.clone();
        let invented = (0..10_000_u64).map(|id| (id.to_string(), 1_800_000_000_000));
        assert!(!log.record(&invented.collect()));
        assert_eq!(log, before);
        assert!(!log.record(&BTreeMap::from([("a".to_owned(), u64::MAX)])));
    }

    #[test]
    fn a_notification_of_tomorrow_came_when_somebody_looked() {
        let wanted = wanted("\"4h\"");
        let mut log = begun(&wanted);
        log.record(&heard("a", 999_999));
        log = look(log, &wanted, 60, Some("a"));
        assert_eq!(log.by_id()["a"].heard, Some(at(60)));
        assert_eq!(silent(&log, &wanted, 60 + 251, "a"), Some(251));
    }

    #[test]
    fn one_that_is_replaced_again_and_again_is_silent_too() {
        let wanted = wanted("\"10d\"");
        let mut log = begun(&wanted);
        log.record(&heard("a", 15));
        for run in 1..=960 {
            // Every three days another one.
            let id = format!("{}", run / 288);
            log = look(log, &wanted, run * 15, Some(&id));
        }
        assert_eq!(silent(&log, &wanted, 960 * 15, "3"), None);
        log = look(log, &wanted, 961 * 15, Some("3"));
        let minutes = silent(&log, &wanted, 15 + 14_400 + 11, "3");
        assert_eq!(minutes, Some(14_411));
        assert_eq!(log.by_id()["3"].heard, Some(at(15)));
    }

    #[test]
    fn while_there_is_none_the_silence_does_not_grow() {
        let wanted = wanted("\"4h\"");
        let mut log = begun(&wanted);
        log = look(log, &wanted, 30, Some("a"));
        // Gone, and not to be made again for ten days.
        for run in 3..=960 {
            log = look(log, &wanted, run * 15, None);
        }
        log = look(log, &wanted, 961 * 15, Some("b"));
        let since = log.by_id()["b"].silent_since;
        assert_eq!(since, at(958 * 15));
    }

    #[test]
    fn where_nobody_looked_for_days_one_that_was_replaced_begins_where_it_was() {
        let wanted = wanted("\"4h\"");
        let replaced = look(begun(&wanted), &wanted, 9_000, Some("b"));
        assert_eq!(silent(&replaced, &wanted, 9_000, "b"), None);
        let the_same = look(begun(&wanted), &wanted, 9_000, Some("a"));
        assert_eq!(silent(&the_same, &wanted, 9_000, "a"), Some(9_000));
    }

    #[test]
    fn a_look_that_is_noted_twice_counts_once() {
        let wanted = wanted("\"4h\"");
        let once = look(begun(&wanted), &wanted, 30, None);
        assert_eq!(look(once.clone(), &wanted, 30, None), once);
    }

    #[test]
    fn what_is_not_wanted_any_more_is_forgotten() {
        let log = begun(&wanted("\"4h\""));
        assert_eq!(log.observed(at(15), [].into_iter()), ActivityLog::default());
    }

    #[test]
    fn a_watch_reads_back_and_takes_what_is_newer_than_itself() {
        let text = r#"{"subscriptions":[{"resource":"chats","changes":["created"],"id":"1",
            "quietSince":"2026-11-21T12:00:00Z","seen":"2026-11-21T12:00:00Z","more":1}],"more":2}"#;
        let log: ActivityLog = serde_json::from_str(text).unwrap();
        let again = serde_json::to_string(&log).unwrap();
        assert_eq!(serde_json::from_str::<ActivityLog>(&again).unwrap(), log);
    }
}
