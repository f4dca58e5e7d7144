//! The current state of every resource, and the lists it is in, with a bound.

use super::{AnyOf, Found};
use crate::path::Segments;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

/// The position of something in a list: the date it is sorted by, in milliseconds since 1970, and
/// its address.
pub type Position = (i64, Arc<Segments>);

/// The end of the name of a list that is sorted by when its entries came into being.
pub const BY_CREATION: &str = " by creation";

/// The lists a resource is in, with the date it is sorted by in each.
pub(super) type Lists = Vec<(String, i64)>;

/// Resources by address, which is the path of their GET.
#[derive(Debug)]
pub(super) struct Store {
    resources: BTreeMap<Arc<Segments>, Resource>,
    lists: HashMap<String, BTreeSet<Position>>,
    order: VecDeque<Arc<Segments>>,
    keep: usize,
}

#[derive(Debug)]
struct Resource {
    found: Found,
    lists: Lists,
}

/// A part of a list.
#[derive(Debug, Clone, Default)]
pub struct Range {
    /// Later than this.
    pub after: Option<i64>,
    /// Earlier than this.
    pub before: Option<i64>,
    /// The conditions on each.
    pub conditions: Vec<AnyOf>,
    /// Behind this position, in the direction of reading.
    pub behind: Option<Position>,
    /// Newest first.
    pub descending: bool,
    /// At most so many.
    pub limit: usize,
}

impl Store {
    pub(super) fn new(keep: usize) -> Self {
        Self {
            resources: BTreeMap::new(),
            lists: HashMap::new(),
            order: VecDeque::new(),
            keep,
        }
    }

    pub(super) fn get(&self, address: &Segments) -> Option<&Found> {
        self.resources.get(address).map(|resource| &resource.found)
    }

    /// Every resource by address.
    pub(super) fn all(&self) -> impl Iterator<Item = (&Segments, &Found)> {
        self.resources
            .iter()
            .map(|(address, resource)| (address.as_ref(), &resource.found))
    }

    /// Keeps a resource; over the bound the one that was put first is dropped with all in it.
    pub(super) fn put(&mut self, address: Segments, found: Found, lists: Lists) {
        let known = self.resources.contains_key(&address);
        let address = self.put_for_good(address, found, lists);
        if !known {
            self.order.push_back(address);
        }
        while self.order.len() > self.keep {
            if let Some(oldest) = self.order.pop_front() {
                self.remove(&oldest);
            }
        }
    }

    /// Keeps a resource whatever comes.
    pub(super) fn put_for_good(
        &mut self,
        address: Segments,
        found: Found,
        lists: Lists,
    ) -> Arc<Segments> {
        let address = Arc::new(address);
        self.unlist(&address);
        for (list, time) in &lists {
            let members = self.lists.entry(list.clone()).or_default();
            members.insert((*time, Arc::clone(&address)));
        }
        let resource = Resource { found, lists };
        self.resources.insert(Arc::clone(&address), resource);
        address
    }

    /// Puts another state in the place of a resource's, if it is there.
    pub(super) fn replace(&mut self, address: &Segments, found: Found) {
        if let Some(resource) = self.resources.get_mut(address) {
            resource.found = found;
        }
    }

    /// Sorts a resource by another date in one of its lists.
    pub(super) fn touch(&mut self, address: &Segments, list: &str, time: i64) {
        let Some((address, _)) = self.resources.get_key_value(address) else {
            return;
        };
        let address = Arc::clone(address);
        let lists = self
            .resources
            .get_mut(&address)
            .map(|resource| &mut resource.lists);
        for (name, old) in lists.into_iter().flatten().filter(|(name, _)| name == list) {
            if let Some(members) = self.lists.get_mut(name) {
                members.remove(&(*old, Arc::clone(&address)));
                members.insert((time, Arc::clone(&address)));
            }
            *old = time;
        }
    }

    /// Sorts a resource by the date of its last change in all of its lists that are sorted so.
    pub(super) fn move_to(&mut self, address: &Segments, time: i64) {
        let lists = self.resources.get(address).map(|it| it.lists.clone());
        for (list, _) in lists.unwrap_or_default() {
            if !list.ends_with(BY_CREATION) {
                self.touch(address, &list, time);
            }
        }
    }

    /// Drops a resource and all in it. Its place in the order stays: paths are not used twice.
    pub(super) fn remove(&mut self, address: &Segments) {
        let gone: Vec<Arc<Segments>> = self
            .resources
            .range::<Segments, _>(address..)
            .map(|(within, _)| within)
            .take_while(|within| within.is_within(address))
            .cloned()
            .collect();
        for address in gone {
            self.remove_alone(&address);
        }
    }

    /// Drops a resource; what is in it stays.
    pub(super) fn remove_alone(&mut self, address: &Segments) {
        if let Some((address, _)) = self.resources.get_key_value(address) {
            let address = Arc::clone(address);
            self.unlist(&address);
            self.resources.remove(&address);
        }
    }

    fn unlist(&mut self, address: &Arc<Segments>) {
        let Some(resource) = self.resources.get(address) else {
            return;
        };
        for (list, time) in &resource.lists {
            if let Some(members) = self.lists.get_mut(list) {
                members.remove(&(*time, Arc::clone(address)));
                if members.is_empty() {
                    self.lists.remove(list);
                }
            }
        }
    }

    /// A part of a list, and the last position in it where there is more.
    pub(super) fn list(&self, list: &str, range: &Range) -> (Vec<&Found>, Option<Position>) {
        let empty = BTreeSet::new();
        let members = self.lists.get(list).unwrap_or(&empty);
        let wanted = |(time, address): &&Position| {
            range.after.is_none_or(|after| *time > after)
                && range.before.is_none_or(|before| *time < before)
                && (range.conditions.is_empty() || self.fits(address, &range.conditions))
        };
        let chosen: Vec<&Position> = if range.descending {
            let from = match &range.behind {
                Some(position) => members.range(..position.clone()),
                None => members.range::<Position, _>(..),
            };
            from.rev().filter(wanted).take(range.limit + 1).collect()
        } else {
            let from = match &range.behind {
                Some(position) => members.range(position.clone()..),
                None => members.range::<Position, _>(..),
            };
            from.filter(|position| range.behind.as_ref() != Some(*position))
                .filter(wanted)
                .take(range.limit + 1)
                .collect()
        };
        let more = chosen.len() > range.limit;
        let page: Vec<&Position> = chosen.into_iter().take(range.limit).collect();
        let next = page.last().filter(|_| more).map(|last| (*last).clone());
        let found = page.iter().filter_map(|(_, address)| self.get(address));
        (found.collect(), next)
    }

    fn fits(&self, address: &Segments, conditions: &[AnyOf]) -> bool {
        let resource = self.get(address);
        let resource = resource.and_then(|found| serde_json::from_str(&found.resource).ok());
        resource.is_some_and(|resource| conditions.iter().all(|any| any.holds(&resource)))
    }

    /// The newest position in a list.
    pub(super) fn newest(&self, list: &str) -> Option<Position> {
        self.lists.get(list)?.last().cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(path: &str) -> Segments {
        Segments::parse(path).unwrap()
    }

    fn found(context: &str) -> Found {
        Found {
            path: None,
            context: context.into(),
            version: None,
            resource: "{}".into(),
            changed: None,
        }
    }

    fn put(store: &mut Store, address: &str, time: i64) {
        let lists = vec![("list".to_owned(), time)];
        store.put(path(address), found(address), lists);
    }

    fn names(store: &Store, range: &Range) -> Vec<String> {
        let (found, _) = store.list("list", range);
        found.iter().map(|found| found.context.clone()).collect()
    }

    #[test]
    fn the_oldest_is_dropped_over_the_bound() {
        let mut store = Store::new(2);
        for (time, address) in ["chats/0", "chats/1", "chats/2"].into_iter().enumerate() {
            put(&mut store, address, i64::try_from(time).unwrap());
        }
        let kept = ["chats/0", "chats/1", "chats/2"].map(|key| store.get(&path(key)).is_some());
        assert_eq!(kept, [false, true, true]);
        let all = Range {
            limit: 9,
            ..Range::default()
        };
        assert_eq!(names(&store, &all), ["chats/1", "chats/2"]);
    }

    #[test]
    fn what_is_kept_for_good_does_not_count() {
        let mut store = Store::new(1);
        store.put_for_good(path("chats/a"), found("a"), Vec::new());
        put(&mut store, "chats/b", 1);
        put(&mut store, "chats/c", 2);
        let kept = ["chats/a", "chats/b", "chats/c"].map(|key| store.get(&path(key)).is_some());
        assert_eq!(kept, [true, false, true]);
    }

    #[test]
    fn a_second_state_replaces_the_first() {
        let mut store = Store::new(2);
        store.put(path("chats/1"), found("a"), Vec::new());
        store.put(path("chats/1"), found("b"), Vec::new());
        assert_eq!(store.get(&path("chats/1")), Some(&found("b")));
        store.remove(&path("chats/1"));
        assert_eq!(store.get(&path("chats/1")), None);
    }

    #[test]
    fn what_is_in_it_goes_with_it() {
        let mut store = Store::new(9);
        for address in ["chats/1", "chats/1/members/a", "chats/10"] {
            put(&mut store, address, 0);
        }
        store.remove(&path("chats/1"));
        let left: Vec<String> = store.all().map(|(address, _)| address.plain()).collect();
        assert_eq!(left, ["chats/10"]);
    }

    #[test]
    fn a_list_is_read_page_by_page_in_both_directions_and_between_two_dates() {
        let mut store = Store::new(9);
        for time in 1..=5 {
            put(&mut store, &format!("m/{time}"), time);
        }
        for descending in [false, true] {
            let mut range = Range {
                after: Some(1),
                before: Some(5),
                descending,
                limit: 2,
                ..Range::default()
            };
            let mut seen = names(&store, &range);
            (_, range.behind) = store.list("list", &range);
            assert!(range.behind.is_some());
            seen.extend(names(&store, &range));
            assert_eq!(store.list("list", &range).1, None);
            if descending {
                seen.reverse();
            }
            assert_eq!(seen, ["m/2", "m/3", "m/4"]);
        }
    }

    #[test]
    fn what_is_touched_moves_in_its_list() {
        let mut store = Store::new(9);
        put(&mut store, "m/1", 1);
        put(&mut store, "m/2", 2);
        store.touch(&path("m/1"), "list", 3);
        let all = Range {
            limit: 9,
            ..Range::default()
        };
        assert_eq!(names(&store, &all), ["m/2", "m/1"]);
        assert_eq!(store.newest("list").unwrap().0, 3);
        store.remove(&path("m/1"));
        assert_eq!(names(&store, &all), ["m/2"]);
    }
}
