//! The state of a subscription's delivery: delivering, since when, and what stops it.

use jiff::{SignedDuration, Timestamp};

/// Reauthorizing and renewing one subscription within this time makes its state inconsistent.
pub const APART: SignedDuration = SignedDuration::from_mins(10);

/// The interval at which one subscription is asked to reauthorize.
pub const ASKED_EVERY: SignedDuration = SignedDuration::from_mins(15);

/// A time in which a subscription delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Its first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub to: Timestamp,
}

/// The course of one subscription's delivery.
#[derive(Debug, Clone)]
pub(super) struct Delivery {
    past: Vec<Span>,
    since: Option<Timestamp>,
    /// The time at which the end or the authorization was last renewed.
    renewed: Timestamp,
    patched: Option<Timestamp>,
    reauthorized: Option<Timestamp>,
    /// The times at which reauthorization was first and last asked for since.
    asked: Option<(Timestamp, Timestamp)>,
    paused: bool,
    inconsistent: bool,
    /// Notifications still to be dropped.
    dropping: u64,
}

/// The outcome of a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DeliveryOutcome {
    /// It is sent.
    Told,
    /// It is dropped; the last one to be so is followed by `missed`.
    Dropped { last: bool },
    /// Delivery has stopped.
    Silent,
}

impl Delivery {
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            past: Vec::new(),
            since: Some(now),
            renewed: now,
            patched: None,
            reauthorized: None,
            asked: None,
            paused: false,
            inconsistent: false,
            dropping: 0,
        }
    }

    pub(super) const fn delivers(&self) -> bool {
        self.since.is_some()
    }

    /// It was changed by PATCH; whether that was too soon after it was reauthorized.
    pub(super) fn patched(&mut self, now: Timestamp) -> bool {
        self.patched = Some(now);
        self.renewed(now, self.reauthorized)
    }

    /// It was reauthorized; whether that was too soon after it was changed by PATCH.
    pub(super) fn reauthorized(&mut self, now: Timestamp) -> bool {
        self.reauthorized = Some(now);
        self.renewed(now, self.patched)
    }

    fn renewed(&mut self, now: Timestamp, other: Option<Timestamp>) -> bool {
        let too_soon = other.is_some_and(|other| now.duration_since(other) < APART);
        self.renewed = now;
        self.asked = None;
        self.paused = false;
        self.inconsistent |= too_soon;
        self.settle(now);
        too_soon
    }

    /// Nothing is delivered until it is renewed or reauthorized.
    pub(super) fn pause(&mut self, now: Timestamp) {
        self.paused = true;
        self.settle(now);
    }

    /// The next notifications are dropped.
    pub(super) fn drop_next(&mut self, notifications: u64, now: Timestamp) {
        self.dropping = notifications;
        self.settle(now);
    }

    /// A change that it should hear of has happened.
    pub(super) fn hear(&mut self, now: Timestamp) -> DeliveryOutcome {
        if self.paused || self.inconsistent {
            return DeliveryOutcome::Silent;
        }
        if self.dropping == 0 {
            return DeliveryOutcome::Told;
        }
        self.dropping -= 1;
        self.settle(now);
        DeliveryOutcome::Dropped {
            last: self.dropping == 0,
        }
    }

    /// True if it is now to be asked to reauthorize: in the last quarter of its remaining life, not
    /// too often. Pauses where it was first asked longer than `patience` ago.
    pub(super) fn ask(
        &mut self,
        expires: Timestamp,
        patience: Option<SignedDuration>,
        now: Timestamp,
    ) -> bool {
        let quarter = expires.duration_since(self.renewed) / 4;
        if expires.duration_since(now) > quarter {
            return false;
        }
        let (first, last) = self.asked.unzip();
        if let (Some(first), Some(patience)) = (first, patience)
            && !self.paused
            && now.duration_since(first) >= patience
        {
            self.pause(first.saturating_add(patience).unwrap_or(now));
        }
        if last.is_some_and(|last| now.duration_since(last) < ASKED_EVERY) {
            return false;
        }
        self.asked = Some((first.unwrap_or(now), now));
        true
    }

    /// The times in which it delivered, the last one until `end` at most.
    pub(super) fn spans(&self, end: Timestamp) -> Vec<Span> {
        let last = self.since.map(|from| Span { from, to: end });
        let mut spans = self.past.clone();
        spans.extend(last.filter(|span| span.to > span.from));
        spans
    }

    fn settle(&mut self, now: Timestamp) {
        let delivers = !self.paused && !self.inconsistent && self.dropping == 0;
        match (self.since, delivers) {
            (None, true) => self.since = Some(now),
            (Some(from), false) => {
                self.since = None;
                if now > from {
                    self.past.push(Span { from, to: now });
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minute(minutes: i64) -> Timestamp {
        let start: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        start + SignedDuration::from_mins(minutes)
    }

    fn span(from: i64, to: i64) -> Span {
        Span {
            from: minute(from),
            to: minute(to),
        }
    }

    #[test]
    fn renewing_and_reauthorizing_go_ten_minutes_apart_in_either_order() {
        type Step = fn(&mut Delivery, Timestamp) -> bool;
        let steps: [Step; 2] = [Delivery::patched, Delivery::reauthorized];
        for (first, second) in [(0, 1), (1, 0)] {
            for (apart, inconsistent) in [(9, true), (10, false)] {
                let mut delivery = Delivery::new(minute(0));
                assert!(!steps[first](&mut delivery, minute(1)));
                let too_soon = steps[second](&mut delivery, minute(1 + apart));
                assert_eq!(too_soon, inconsistent, "{first} {apart}");
                assert_eq!(delivery.delivers(), !inconsistent);
            }
        }
        let mut delivery = Delivery::new(minute(0));
        assert!(!delivery.patched(minute(1)) && !delivery.patched(minute(2)));
    }

    #[test]
    fn what_is_inconsistent_stays_silent_until_it_is_made_anew() {
        let mut delivery = Delivery::new(minute(0));
        delivery.patched(minute(1));
        assert!(delivery.reauthorized(minute(2)));
        assert!(!delivery.patched(minute(60)));
        assert_eq!(delivery.hear(minute(61)), DeliveryOutcome::Silent);
        assert_eq!(delivery.spans(minute(90)), [span(0, 2)]);
    }

    #[test]
    fn a_pause_lasts_until_the_subscription_is_renewed() {
        let mut delivery = Delivery::new(minute(0));
        delivery.pause(minute(10));
        assert_eq!(delivery.hear(minute(11)), DeliveryOutcome::Silent);
        delivery.reauthorized(minute(20));
        assert_eq!(delivery.hear(minute(21)), DeliveryOutcome::Told);
        assert_eq!(delivery.spans(minute(30)), [span(0, 10), span(20, 30)]);
    }

    #[test]
    fn dropped_notifications_are_counted_and_the_last_one_is_known() {
        let mut delivery = Delivery::new(minute(0));
        delivery.drop_next(2, minute(5));
        let heard: Vec<DeliveryOutcome> = (6..9).map(|at| delivery.hear(minute(at))).collect();
        let dropped = |last| DeliveryOutcome::Dropped { last };
        assert_eq!(
            heard,
            [dropped(false), dropped(true), DeliveryOutcome::Told]
        );
        assert_eq!(delivery.spans(minute(9)), [span(0, 5), span(7, 9)]);
    }

    #[test]
    fn it_is_asked_in_the_last_quarter_every_quarter_of_an_hour() {
        let mut delivery = Delivery::new(minute(0));
        let asked = |delivery: &mut Delivery| -> Vec<i64> {
            let ask = |at: &i64| delivery.ask(minute(400), None, minute(*at));
            (0..400).filter(ask).collect()
        };
        assert_eq!(
            asked(&mut delivery),
            [300, 315, 330, 345, 360, 375, 390],
            "renewed at the start"
        );
        let mut delivery = Delivery::new(minute(0));
        delivery.patched(minute(200));
        assert_eq!(asked(&mut delivery).first(), Some(&350));
    }

    #[test]
    fn it_pauses_when_it_was_asked_and_nothing_followed() {
        let mut delivery = Delivery::new(minute(0));
        let patience = Some(SignedDuration::from_mins(60));
        for at in (0..400).step_by(25) {
            delivery.ask(minute(400), patience, minute(at));
        }
        assert_eq!(delivery.spans(minute(400)), [span(0, 360)]);
    }
}
