//! The faults of a run, by a seed.

/// Numbers that look random and follow from a seed (splitmix64).
#[derive(Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5eed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    /// A number of milliseconds below `end`.
    pub(crate) fn millis(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// True `n` times of 100.
    pub(crate) fn percent(&mut self, n: u64) -> bool {
        self.next() % 100 < n
    }
}

/// A port that can be down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Port {
    SigningKeys,
    Secret,
    Claims,
    PrivateKeys,
    Graph,
    Decrypt,
    Hydrate,
    Events,
    DeadLetters,
}

impl Port {
    pub(super) const ALL: [Self; 9] = [
        Self::SigningKeys,
        Self::Secret,
        Self::Claims,
        Self::PrivateKeys,
        Self::Graph,
        Self::Decrypt,
        Self::Hydrate,
        Self::Events,
        Self::DeadLetters,
    ];
}

/// The severity of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weather {
    /// Nothing fails.
    Calm,
    /// Everything fails now and then, and up to three ports for up to an hour each.
    Storm,
    /// One port is down for 55 minutes, and nothing else happens.
    Outage(Port),
    /// The process ends at one call, before it or after, and nothing else happens.
    Crash { call: usize, after: bool },
}

/// The end of one call of a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CallOutcome {
    Fine,
    /// The port can't be reached.
    Down,
    /// It refuses the request.
    Refused,
    /// It does a part of it.
    Partly,
    /// It does it, and the answer is lost.
    AnswerLost,
    /// The process ends before the call.
    CrashBefore,
    /// The process ends after the call.
    CrashAfter,
    /// The call panics.
    Panic,
}

impl CallOutcome {
    pub(super) const ALL: [Self; 8] = [
        Self::Fine,
        Self::Down,
        Self::Refused,
        Self::Partly,
        Self::AnswerLost,
        Self::CrashBefore,
        Self::CrashAfter,
        Self::Panic,
    ];
}

/// Faults cease after this time, so that a run comes to its end.
pub(super) const CALM_AFTER: u64 = 3 * HOUR;
pub(super) const MINUTE: u64 = 60_000;
pub(super) const HOUR: u64 = 60 * MINUTE;

/// The faults of one run. Times are in milliseconds since its start.
#[derive(Debug)]
pub(super) struct Forecast {
    weather: Weather,
    outages: Vec<(Port, u64, u64)>,
    calm_after: u64,
    /// Calls so far.
    calls: usize,
}

impl Forecast {
    pub(super) fn new(weather: Weather, dice: &mut Dice) -> Self {
        let outages = match weather {
            Weather::Calm | Weather::Crash { .. } => vec![],
            Weather::Outage(port) => vec![(port, 0, 55 * MINUTE)],
            Weather::Storm => (0..dice.below(4))
                .map(|_| {
                    let start = dice.millis(HOUR);
                    let port = Port::ALL[dice.below(Port::ALL.len())];
                    (port, start, start + dice.millis(HOUR))
                })
                .collect(),
        };
        Self {
            weather,
            outages,
            calm_after: CALM_AFTER,
            calls: 0,
        }
    }

    /// Calls so far.
    pub(super) const fn calls(&self) -> usize {
        self.calls
    }

    pub(super) fn is_down(&self, port: Port, now: u64) -> bool {
        let mut outages = self.outages.iter();
        outages.any(|(down, start, end)| *down == port && (*start..*end).contains(&now))
    }

    pub(super) fn is_stormy(&self, now: u64) -> bool {
        self.weather == Weather::Storm && now < self.calm_after
    }

    /// Everything fails again, if it ever did.
    pub(super) fn storm_until(&mut self, end: u64) {
        self.calm_after = self.calm_after.max(end);
    }

    pub(super) fn outcome(&mut self, port: Port, now: u64, dice: &mut Dice) -> CallOutcome {
        self.calls += 1;
        match self.weather {
            Weather::Crash { call, after: true } if call + 1 == self.calls => {
                return CallOutcome::CrashAfter;
            }
            Weather::Crash { call, after: false } if call + 1 == self.calls => {
                return CallOutcome::CrashBefore;
            }
            _ => {}
        }
        if self.is_down(port, now) {
            return CallOutcome::Down;
        }
        if !self.is_stormy(now) {
            return CallOutcome::Fine;
        }
        match dice.below(100) {
            0..3 => CallOutcome::Down,
            3..6 => CallOutcome::Refused,
            6..10 => CallOutcome::Partly,
            10..14 => CallOutcome::AnswerLost,
            14..17 => CallOutcome::CrashBefore,
            17..20 => CallOutcome::CrashAfter,
            20..23 => CallOutcome::Panic,
            _ => CallOutcome::Fine,
        }
    }
}
