//! When each wanted subscription was last heard of: how a silence is found.
//!
//! A subscription that is made anew takes the place of the one before it, silence and all: what is
//! replaced every few days would else never be silent for long.

use crate::reconcile::outcome::ActiveSubscription;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use teamwire_graph::desired::Wanted;
use teamwire_payload::{ChangeType, limits};

/// What is known of a notification may be so much older than the last that came: ingest tells of one
/// subscription every [`limits::HEARD_EVERY`], and what is newer by less than that is not written.
const LATE: SignedDuration = SignedDuration::from_mins(10);
/// Longest time between two looks after which one that was replaced is taken to have been there.
const LOOKED: SignedDuration = SignedDuration::from_hours(1);

/// The watch over one tenant.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActivityLog {
    subscriptions: Vec<ActivityEntry>,
}

/// The watch over one wanted subscription, whichever serves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ActivityEntry {
    resource: String,
    changes: Vec<ChangeType>,
    /// Graph's id of the one that served when somebody last looked.
    id: String,
    /// When its last notification came, or that of one before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) heard: Option<Timestamp>,
    /// Since when nothing came, less the time in which there was none to announce anything.
    #[serde(rename = "quietSince")]
    pub(crate) silent_since: Timestamp,
    /// When somebody last looked whether it is there, by Graph's clock.
    seen: Timestamp,
}

impl ActivityLog {
    /// Takes over when the last notification for each of these came. `false` where that is nothing
    /// new, or so little that it can wait. Ids that nobody watches are not kept: they may be invented.
    pub(crate) fn hear(&mut self, heard: &BTreeMap<String, u64>) -> bool {
        let mut is_news = false;
        for watched in &mut self.subscriptions {
            if let Some(at) = heard.get(&watched.id).and_then(|at| time(*at)) {
                is_news |= watched.hear(at);
            }
        }
        is_news
    }

    /// The same after a look at what lives `now`: of what is wanted, with what serves it.
    pub(crate) fn looked<'a>(
        self,
        now: Timestamp,
        found: impl Iterator<Item = (&'a Wanted, Option<&'a ActiveSubscription>)>,
    ) -> Self {
        let key = |watched: ActivityEntry| {
            let key = (watched.resource.clone(), watched.changes.clone());
            (key, watched)
        };
        let mut before: HashMap<_, _> = self.subscriptions.into_iter().map(key).collect();
        let looked = |(wanted, alive): (&Wanted, Option<&ActiveSubscription>)| {
            let key = (wanted.resource.to_string(), wanted.changes.clone());
            match before.remove(&key) {
                Some(watched) => Some(watched.looked(now, alive)),
                None => alive.map(|alive| ActivityEntry {
                    resource: key.0,
                    changes: key.1,
                    id: alive.id.clone(),
                    heard: None,
                    silent_since: now,
                    seen: now,
                }),
            }
        };
        Self {
            subscriptions: found.filter_map(looked).collect(),
        }
    }

    /// By Graph's id of what serves.
    pub(crate) fn by_id(&self) -> HashMap<&str, &ActivityEntry> {
        let all = self.subscriptions.iter();
        all.map(|watched| (watched.id.as_str(), watched)).collect()
    }
}

impl ActivityEntry {
    fn hear(&mut self, at: Timestamp) -> bool {
        let every = SignedDuration::try_from(limits::HEARD_EVERY).unwrap_or(LATE);
        let is_news = self
            .heard
            .is_none_or(|before| at.duration_since(before) >= every);
        self.heard = self.heard.max(Some(at));
        self.silent_since = self.silent_since.max(at);
        is_news
    }

    /// The silence counts on while it is there, and while it is replaced. While it is not there,
    /// nothing can be announced, and others tell of that.
    fn looked(mut self, now: Timestamp, alive: Option<&ActiveSubscription>) -> Self {
        let since = now.duration_since(self.seen).max(SignedDuration::ZERO);
        let was_there = alive.is_some_and(|alive| alive.id == self.id || since <= LOOKED);
        if !was_there {
            let later = self.silent_since.saturating_add(since);
            self.silent_since = later.unwrap_or(self.silent_since);
        }
        if let Some(alive) = alive {
            self.id.clone_from(&alive.id);
        }
        // What is said to come only later came now: it would hide every silence until then.
        if self.silent_since > now.saturating_add(LATE).unwrap_or(now) {
            self.silent_since = now;
            self.heard = Some(now);
        }
        self.seen = self.seen.max(now);
        self
    }

    /// For how many minutes nothing came, if that is longer than is normal for what is wanted.
    pub(crate) fn silent_minutes(&self, wanted: &Wanted, now: Timestamp) -> Option<i64> {
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
    use teamwire_graph::Desired;

    fn wanted(silence: &str) -> Wanted {
        let text = format!(
            "[[tenants]]\nid = \"9f4ebab6-520d-49c0-85cc-7b25c78d4a93\"\n[[tenants.subscriptions]]\n\
             resource = \"chats\"\nsilence = {silence}"
        );
        Desired::parse(&text)
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

    fn alive(id: &str) -> ActiveSubscription {
        ActiveSubscription {
            id: id.to_owned(),
            at: at(0),
            expires: at(0),
            certificate_id: None,
            made: true,
        }
    }

    fn heard(id: &str, minutes: i64) -> BTreeMap<String, u64> {
        let millis = u64::try_from(at(minutes).as_millisecond()).unwrap();
        BTreeMap::from([(id.to_owned(), millis)])
    }

    /// A log over `wanted` that began with the subscription `a`, and the last look at it.
    fn begun(wanted: &Wanted) -> ActivityLog {
        look(ActivityLog::default(), wanted, 0, Some("a"))
    }

    fn look(log: ActivityLog, wanted: &Wanted, minutes: i64, id: Option<&str>) -> ActivityLog {
        let alive = id.map(alive);
        log.looked(at(minutes), [(wanted, alive.as_ref())].into_iter())
    }

    fn silent(log: &ActivityLog, wanted: &Wanted, minutes: i64, id: &str) -> Option<i64> {
        log.by_id()[id].silent_minutes(wanted, at(minutes))
    }

    #[test]
    fn it_is_silent_once_nothing_came_for_longer_than_is_normal() {
        let wanted = wanted("\"4h\"");
        let mut log = begun(&wanted);
        assert_eq!(silent(&log, &wanted, 250, "a"), None);
        assert_eq!(silent(&log, &wanted, 251, "a"), Some(251));
        assert!(log.hear(&heard("a", 240)));
        assert_eq!(silent(&log, &wanted, 490, "a"), None);
        assert_eq!(silent(&log, &wanted, 491, "a"), Some(251));
    }

    #[test]
    fn what_is_not_watched_is_never_silent_and_known_all_the_same() {
        let wanted = wanted("false");
        let mut log = begun(&wanted);
        log.hear(&heard("a", 3));
        assert_eq!(silent(&log, &wanted, 99_999, "a"), None);
        assert_eq!(log.by_id()["a"].heard, Some(at(3)));
    }

    #[test]
    fn what_comes_late_or_twice_changes_nothing() {
        let mut log = begun(&wanted("\"4h\""));
        assert!(log.hear(&heard("a", 60)));
        let before = log.clone();
        for minutes in [60, 59, -7] {
            assert!(!log.hear(&heard("a", minutes)));
            assert_eq!(log, before, "{minutes}");
        }
        assert!(!log.hear(&heard("a", 64)), "too little to be written");
        assert!(log.hear(&heard("a", 69)));
    }

    #[test]
    fn ids_that_nobody_watches_are_not_kept() {
        let mut log = begun(&wanted("\"4h\""));
        let before = log.clone();
        let invented = (0..10_000_u64).map(|id| (id.to_string(), 1_800_000_000_000));
        assert!(!log.hear(&invented.collect()));
        assert_eq!(log, before);
        assert!(!log.hear(&BTreeMap::from([("a".to_owned(), u64::MAX)])));
    }

    #[test]
    fn a_notification_of_tomorrow_came_when_somebody_looked() {
        let wanted = wanted("\"4h\"");
        let mut log = begun(&wanted);
        log.hear(&heard("a", 999_999));
        log = look(log, &wanted, 60, Some("a"));
        assert_eq!(log.by_id()["a"].heard, Some(at(60)));
        assert_eq!(silent(&log, &wanted, 60 + 251, "a"), Some(251));
    }

    #[test]
    fn one_that_is_replaced_again_and_again_is_silent_too() {
        let wanted = wanted("\"10d\"");
        let mut log = begun(&wanted);
        log.hear(&heard("a", 15));
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
        // Gone, and not to be made anew for ten days.
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
        assert_eq!(log.looked(at(15), [].into_iter()), ActivityLog::default());
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
