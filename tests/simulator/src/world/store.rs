//! The current state of every resource, with a bound.

use super::Found;
use crate::path::Segments;
use std::collections::{HashMap, VecDeque};

/// Resources by path; over the bound the one that was put first is dropped.
#[derive(Debug)]
pub(super) struct Store {
    by_path: HashMap<Segments, Found>,
    order: VecDeque<Segments>,
    keep: usize,
}

impl Store {
    pub(super) fn new(keep: usize) -> Self {
        Self {
            by_path: HashMap::new(),
            order: VecDeque::new(),
            keep,
        }
    }

    pub(super) fn get(&self, path: &Segments) -> Option<&Found> {
        self.by_path.get(path)
    }

    pub(super) fn put(&mut self, path: Segments, found: Found) {
        if self.by_path.insert(path.clone(), found).is_none() {
            self.order.push_back(path);
        }
        while self.order.len() > self.keep {
            if let Some(oldest) = self.order.pop_front() {
                self.by_path.remove(&oldest);
            }
        }
    }

    /// Its place in the order stays: paths are not used twice.
    pub(super) fn remove(&mut self, path: &Segments) {
        self.by_path.remove(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(key: usize) -> Segments {
        Segments::parse(&format!("chats/{key}")).unwrap()
    }

    fn found(context: &str) -> Found {
        Found {
            context: context.into(),
            resource: "{}".into(),
        }
    }

    #[test]
    fn the_oldest_is_dropped_over_the_bound() {
        let mut store = Store::new(2);
        for key in 0..3 {
            store.put(path(key), found("c"));
        }
        let kept: Vec<bool> = (0..3).map(|key| store.get(&path(key)).is_some()).collect();
        assert_eq!(kept, [false, true, true]);
    }

    #[test]
    fn a_second_state_replaces_the_first() {
        let mut store = Store::new(2);
        store.put(path(1), found("a"));
        store.put(path(1), found("b"));
        assert_eq!(store.get(&path(1)), Some(&found("b")));
        store.remove(&path(1));
        assert_eq!(store.get(&path(1)), None);
    }
}
