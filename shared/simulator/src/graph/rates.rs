//! Request rates: how many calls a window of time takes.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A documented limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Limit {
    /// The name of what is counted, for the key of the window.
    pub name: &'static str,
    /// Most requests in the window.
    pub requests: u32,
    /// Length of the window.
    pub window: Duration,
}

/// Counts requests in fixed windows.
#[derive(Debug, Default)]
pub struct Rates {
    windows: Mutex<HashMap<(&'static str, String), Window>>,
}

#[derive(Debug)]
struct Window {
    began: Instant,
    length: Duration,
    count: u32,
}

/// The number of windows at which those that are over are dropped.
const WINDOWS: usize = 4_096;

impl Rates {
    /// Counts one request against each limit and the name it holds for. Requests over a limit
    /// count too, as Graph's do.
    ///
    /// # Errors
    /// The seconds until the window that is used up is over, at least 1.
    pub fn count(&self, now: Instant, limits: &[(Limit, &str)]) -> Result<(), u64> {
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        if windows.len() > WINDOWS {
            windows.retain(|_, window| window.remaining(now) > Duration::ZERO);
        }
        let mut wait = None;
        for (limit, holder) in limits {
            let window = windows
                .entry((limit.name, (*holder).to_owned()))
                .or_insert(Window {
                    began: now,
                    length: limit.window,
                    count: 0,
                });
            if window.remaining(now) == Duration::ZERO {
                *window = Window {
                    began: now,
                    length: limit.window,
                    count: 0,
                };
            }
            window.count = window.count.saturating_add(1);
            if window.count > limit.requests {
                wait = wait.max(Some(window.remaining(now).as_secs_f64().ceil() as u64));
            }
        }
        wait.map_or(Ok(()), |seconds| Err(seconds.max(1)))
    }
}

impl Window {
    fn remaining(&self, now: Instant) -> Duration {
        self.length
            .saturating_sub(now.saturating_duration_since(self.began))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO_IN_20_S: Limit = Limit {
        name: "list",
        requests: 2,
        window: Duration::from_secs(20),
    };

    #[test]
    fn a_window_takes_its_number_and_says_when_to_come_back() {
        let (rates, start) = (Rates::default(), Instant::now());
        let limits = [(TWO_IN_20_S, "tenant")];
        assert_eq!(rates.count(start, &limits), Ok(()));
        assert_eq!(rates.count(start, &limits), Ok(()));
        let later = start + Duration::from_secs(5);
        assert_eq!(rates.count(later, &limits), Err(15));
        let after = start + Duration::from_secs(20);
        assert_eq!(rates.count(after, &limits), Ok(()));
    }

    #[test]
    fn holders_are_counted_apart() {
        let (rates, start) = (Rates::default(), Instant::now());
        for holder in ["a", "b"] {
            for _ in 0..2 {
                assert_eq!(rates.count(start, &[(TWO_IN_20_S, holder)]), Ok(()));
            }
        }
        assert_eq!(rates.count(start, &[(TWO_IN_20_S, "a")]), Err(20));
    }
}
