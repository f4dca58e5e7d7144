//! The alarms: whether they are there, tell somebody, and ring.

use crate::doctor::ask::{AwsClients, Observation, unseen};
use crate::doctor::code::Code;
use crate::doctor::finding::Finding;
use crate::doctor::stack::{DeployedStack, StackFunction};
use aws_sdk_cloudwatch::types::MetricAlarm;
use std::collections::BTreeMap;
use teamwire_contract::alarm;

/// The alarms of a stack, by their names without the stack's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct StackAlarms(BTreeMap<String, StackAlarm>);

/// One alarm.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct StackAlarm {
    rings: bool,
    /// The reason of its state.
    reason: String,
    /// True if it notifies anybody.
    has_actions: bool,
    actions_on: bool,
    /// The API that it is about.
    api: Option<String>,
}

impl StackAlarms {
    /// Whether there is one of that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The id of the stack's API, which the alarms about it name.
    pub(crate) fn api(&self) -> Option<&str> {
        self.0.values().find_map(|alarm| alarm.api.as_deref())
    }
}

/// Looks at all alarms of a stack.
pub(crate) async fn look(aws: &AwsClients, stack: &str) -> Observation<StackAlarms> {
    let prefix = format!("{stack}-");
    let request = aws.cloudwatch.describe_alarms().alarm_name_prefix(&prefix);
    let mut pages = request.into_paginator().send();
    let mut found = StackAlarms::default();
    while let Some(page) = pages.next().await {
        let page = match page {
            Ok(page) => page,
            Err(fault) => return Observation::Unseen(unseen("cloudwatch:DescribeAlarms", fault)),
        };
        for alarm in page.metric_alarms() {
            let name = alarm.alarm_name().unwrap_or_default();
            if let Some(name) = name.strip_prefix(&prefix) {
                found.0.insert(name.to_owned(), read(alarm));
            }
        }
    }
    Observation::Seen(found)
}

fn read(alarm: &MetricAlarm) -> StackAlarm {
    let state = alarm.state_value().map(|state| state.as_str());
    let mut dimensions = alarm.dimensions().iter();
    let api = dimensions.find(|one| one.name() == Some("ApiId"));
    StackAlarm {
        rings: state == Some("ALARM"),
        reason: alarm.state_reason().unwrap_or_default().to_owned(),
        has_actions: !alarm.alarm_actions().is_empty(),
        actions_on: alarm.actions_enabled().unwrap_or(true),
        api: api.and_then(|one| one.value()).map(str::to_owned),
    }
}

/// The findings about them.
pub(crate) fn judge(stack: &DeployedStack, alarms: &Observation<StackAlarms>) -> Vec<Finding> {
    let alarms = match alarms {
        Observation::Seen(alarms) => &alarms.0,
        Observation::Missing => &BTreeMap::new(),
        Observation::Unseen(unseen) => {
            return vec![unseen.finding(Code::AlarmsUnseen, "the alarms")];
        }
    };
    let has_relay = stack.functions.contains_key(&StackFunction::Relay);
    // An archive is known by any of its alarms.
    let has_archive = alarm::OF_ARCHIVE
        .iter()
        .any(|name| alarms.contains_key(*name));
    let meant = alarm::ALL.into_iter();
    let meant: Vec<_> = meant
        .filter(|name| has_relay || *name != alarm::OF_RELAY)
        .filter(|name| has_archive || !alarm::OF_ARCHIVE.contains(name))
        .collect();
    let stack = stack.name.as_str();
    let mut findings = Vec::new();
    let known = || {
        let meant = meant.iter().copied();
        meant.filter_map(|name| Some((name, alarms.get(name)?)))
    };
    for (name, alarm) in known().filter(|(_, alarm)| alarm.rings) {
        let what = format!("{stack}-{name} rings: {}", alarm.reason);
        findings.push(Finding::new(Code::AlarmRinging, what).with("alarm", name));
    }
    let missing: Vec<_> = meant
        .iter()
        .copied()
        .filter(|name| !alarms.contains_key(*name))
        .collect();
    if !missing.is_empty() {
        let what = match missing.len() == meant.len() {
            true => format!("there is no alarm of {stack} at all"),
            false => format!("missing: {}", full(stack, &missing, ", ")),
        };
        findings.push(Finding::new(Code::AlarmMissing, what).with("stack", stack));
    }
    let off: Vec<_> = known()
        .filter(|(_, alarm)| !alarm.actions_on)
        .map(|(name, _)| name)
        .collect();
    if !off.is_empty() {
        let what = format!("the actions of {} are off", full(stack, &off, ", "));
        let finding = Finding::new(Code::AlarmActionsOff, what);
        findings.push(finding.with("alarm", full(stack, &off, " ")));
    }
    let mute: Vec<_> = known()
        .filter(|(_, alarm)| !alarm.has_actions)
        .map(|(name, _)| name)
        .collect();
    if !mute.is_empty() {
        let what = match mute.len() == known().count() {
            true => "no alarm tells anybody".to_owned(),
            false => format!("{} tell nobody", full(stack, &mute, ", ")),
        };
        findings.push(Finding::new(Code::AlarmsTellNobody, what));
    }
    if findings.is_empty() {
        let what = format!("{} alarms, none rings, all tell somebody", meant.len());
        findings.push(Finding::new(Code::AlarmsInPlace, what));
    }
    findings
}

fn full(stack: &str, names: &[&str], between: &str) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("{stack}-{name}")).collect();
    names.join(between)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::ask::ObservationFault;
    use crate::doctor::functions::tests::{healthy as healthy_stack, with_relay};

    fn healthy() -> StackAlarms {
        let quiet = StackAlarm {
            has_actions: true,
            actions_on: true,
            ..StackAlarm::default()
        };
        StackAlarms(
            alarm::ALL
                .map(|name| (name.to_owned(), quiet.clone()))
                .into(),
        )
    }

    fn but(change: impl Fn(&mut BTreeMap<String, StackAlarm>)) -> Vec<Finding> {
        let mut alarms = healthy();
        change(&mut alarms.0);
        judge(&healthy_stack(), &Observation::Seen(alarms))
    }

    fn one(name: &str, change: impl Fn(&mut StackAlarm)) -> Vec<Finding> {
        but(|alarms| change(alarms.get_mut(name).unwrap()))
    }

    #[test]
    fn each_fault_of_an_alarm_has_its_code() {
        let codes = |findings: Vec<Finding>| {
            let codes = findings.into_iter().map(|finding| finding.code);
            codes.collect::<Vec<_>>()
        };
        assert_eq!(codes(but(|_| {})), [Code::AlarmsInPlace]);
        assert_eq!(codes(but(BTreeMap::clear)), [Code::AlarmMissing]);
        let gone = but(|alarms| {
            alarms.remove("rejects");
        });
        assert_eq!(codes(gone), [Code::AlarmMissing]);
        assert_eq!(
            codes(one("rejects", |it| it.rings = true)),
            [Code::AlarmRinging]
        );
        assert_eq!(
            codes(one("rejects", |it| it.actions_on = false)),
            [Code::AlarmActionsOff]
        );
        assert_eq!(
            codes(one("rejects", |it| it.has_actions = false)),
            [Code::AlarmsTellNobody]
        );
        let denied = Observation::Unseen(ObservationFault::denied("cloudwatch:DescribeAlarms"));
        assert_eq!(
            codes(judge(&healthy_stack(), &denied)),
            [Code::AlarmsUnseen]
        );
    }

    #[test]
    fn the_alarm_of_a_relay_is_missed_where_there_is_a_relay() {
        let mut without = healthy();
        without.0.remove(alarm::OF_RELAY);
        let without = Observation::Seen(without);
        let code = |stack| judge(&stack, &without).first().map(|finding| finding.code);
        assert_eq!(code(healthy_stack()), Some(Code::AlarmsInPlace));
        assert_eq!(code(with_relay()), Some(Code::AlarmMissing));
    }

    #[test]
    fn the_alarms_of_an_archive_are_missed_where_one_of_them_is_there() {
        let mut alarms = healthy();
        let mut without = |name| {
            alarms.0.remove(name);
            let looked = Observation::Seen(alarms.clone());
            judge(&healthy_stack(), &looked)[0].clone()
        };
        let [first, second, third, last] = alarm::OF_ARCHIVE;
        for name in [first, second, third] {
            assert_eq!(without(name).code, Code::AlarmMissing, "{name}");
        }
        assert_eq!(without(last).code, Code::AlarmsInPlace);
    }

    #[test]
    fn a_relay_that_is_gone_is_missed_by_its_alarm() {
        let mut gone = with_relay();
        gone.functions
            .insert(StackFunction::Relay, Observation::Missing);
        let mut without = healthy();
        without.0.remove(alarm::OF_RELAY);
        let meant = |alarms| gone.clone().meant(&Observation::Seen(alarms));
        assert_eq!(meant(healthy()), gone);
        assert_eq!(meant(without), healthy_stack());
    }

    #[test]
    fn a_ringing_alarm_points_to_its_page() {
        let found = one("events-age", |it| it.rings = true);
        let remedy = found.first().unwrap().remedy();
        assert!(
            remedy.starts_with("docs/RUNBOOK.md#events-age "),
            "{remedy}"
        );
    }

    #[test]
    fn alarms_of_another_kind_are_not_ours_to_judge() {
        let found = but(|alarms| {
            alarms.insert(
                "billing".to_owned(),
                StackAlarm {
                    rings: true,
                    ..StackAlarm::default()
                },
            );
        });
        assert_eq!(
            found.first().map(|finding| finding.code),
            Some(Code::AlarmsInPlace)
        );
    }
}
