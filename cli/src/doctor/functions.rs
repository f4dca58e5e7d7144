//! The first station: the functions of the stack and their settings.

use crate::doctor::ask::Look;
use crate::doctor::code::Code;
use crate::doctor::finding::Finding;
use crate::doctor::stack::{Configuration, Function, Stack};
use crate::doctor::variables::{Need, QUEUES, VARIABLES, problem};
use std::collections::BTreeMap;

/// Whether there is any function of it.
pub(crate) fn is_there(stack: &Stack) -> bool {
    let missing = |look: &Look<Configuration>| matches!(look, Look::Missing);
    !stack.functions.values().all(missing)
}

/// What is to be said of the functions.
pub(crate) fn judge(stack: &Stack) -> Vec<Finding> {
    if !is_there(stack) {
        let Stack {
            name,
            account,
            region,
            ..
        } = stack;
        let what = format!("there is no function {name}-.. in account {account}, region {region}");
        return vec![Finding::new(Code::StackMissing, what)];
    }
    let mut findings = Vec::new();
    for (function, look) in &stack.functions {
        let name = stack.full_name(*function);
        match look {
            Look::Seen(seen) => {
                let found = of_function(&name, seen).into_iter();
                findings.extend(found.map(|finding| finding.with("stack", &stack.name)));
                findings.extend(of_variables(stack, *function));
            }
            Look::Missing => {
                let what = format!("there is no function {name}");
                findings.push(Finding::new(Code::FunctionMissing, what).with("stack", &stack.name));
            }
            Look::Unseen(unseen) => findings.push(unseen.finding(Code::FunctionUnseen, &name)),
        }
    }
    findings.extend(of_architectures(stack));
    findings.extend(of_shared_variables(stack));
    if findings.is_empty() {
        let architecture = stack.seen(Function::Ingest).map(|seen| &seen.architecture);
        let what = format!(
            "5 functions of {} are active ({}), their variables complete",
            stack.name,
            architecture.map_or("", String::as_str),
        );
        findings.push(Finding::new(Code::FunctionsReady, what));
    }
    findings
}

fn of_function(name: &str, seen: &Configuration) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut say =
        |code, what: String| findings.push(Finding::new(code, what).with("function", name));
    let (state, update, reason) = (&seen.state, &seen.last_update, &seen.reason);
    match (state.as_str(), update.as_str()) {
        // Idle functions are woken by the first request.
        ("Active" | "Inactive", "Successful") => {}
        ("Pending", _) | (_, "InProgress") => say(
            Code::FunctionPending,
            format!("{name} is {state}, its last update {update}"),
        ),
        _ => say(
            Code::FunctionInactive,
            format!("{name} is {state}, its last update {update}: {reason}"),
        ),
    }
    if seen.runtime != "provided.al2023" {
        let what = format!("{name} has the runtime {}", seen.runtime);
        say(Code::FunctionRuntime, what);
    }
    match &seen.reserved {
        Look::Seen(0) => say(
            Code::FunctionThrottled,
            format!("{name} has a reserved concurrency of 0"),
        ),
        Look::Unseen(unseen) => {
            let subject = format!("the reserved concurrency of {name}");
            findings.push(unseen.finding(Code::FunctionUnseen, &subject));
        }
        Look::Seen(_) | Look::Missing => {}
    }
    findings
}

fn of_variables(stack: &Stack, function: Function) -> Vec<Finding> {
    let name = stack.full_name(function);
    let mut findings = Vec::new();
    let mut say = |code, what: String, variable: &str, queue: &str| {
        let finding = Finding::new(code, what).with("variable", variable);
        let finding = finding.with("function", &name).with("stack", &stack.name);
        findings.push(finding.with("queue", queue));
    };
    for variable in VARIABLES.iter().filter(|one| one.of.contains(&function)) {
        let value = stack.variable(function, variable.name);
        let other = match variable.need {
            Need::OneOf(other) => stack.variable(function, other),
            Need::Required | Need::Optional => None,
        };
        match value {
            None if variable.need == Need::Required => {
                let what = format!("{name} has no {}", variable.name);
                say(Code::VariableMissing, what, variable.name, "");
            }
            // Told once for both.
            None if other.is_none() && variable.name.ends_with("_SECRET") => {
                if let Need::OneOf(other) = variable.need {
                    let what = format!("{name} has neither {} nor {other}", variable.name);
                    say(Code::VariableMissing, what, variable.name, "");
                }
            }
            None => {}
            Some(value) => {
                if let Some(problem) = problem(variable.name, value) {
                    let what = format!("{} of {name}: {problem}", variable.name);
                    say(Code::VariableUnusable, what, variable.name, "");
                }
                let queue = QUEUES.iter().find(|(known, _)| *known == variable.name);
                if let Some((_, queue)) = queue
                    && let Some(why) = elsewhere(stack, queue, value)
                {
                    let what = format!("{} of {name} is {value}: {why}", variable.name);
                    say(Code::VariableElsewhere, what, variable.name, queue);
                }
            }
        }
    }
    findings
}

/// Why the URL is not that of the stack's own queue; `None` if it is.
fn elsewhere(stack: &Stack, queue: &str, url: &str) -> Option<String> {
    let own = format!("{}-{queue}", stack.name);
    let mut segments = url.rsplit('/');
    let name = segments.next().unwrap_or_default();
    let account = segments.next().unwrap_or_default();
    if name != own && name != format!("{own}.fifo") {
        return Some(format!("it should be {own}"));
    }
    if account != stack.account {
        return Some(format!("the stack is in account {}", stack.account));
    }
    let in_region = url.contains(&format!(".{}.", stack.region));
    (!in_region && !stack.emulated).then(|| format!("the stack is in region {}", stack.region))
}

/// What two functions must have in common, and do not.
fn of_shared_variables(stack: &Stack) -> Vec<Finding> {
    let mut findings = Vec::new();
    for variable in VARIABLES.iter().filter(|one| one.name != "RUST_LOG") {
        let mut by_value: BTreeMap<Option<&str>, Vec<&str>> = BTreeMap::new();
        for function in variable.of {
            if stack.seen(*function).is_some() {
                let value = stack.variable(*function, variable.name);
                by_value.entry(value).or_default().push(function.name());
            }
        }
        // What is missing and required was told; what only some may have is as different.
        let is_missing = variable.need != Need::Optional && by_value.contains_key(&None);
        if by_value.len() > 1 && !is_missing {
            let groups: Vec<_> = by_value.values().map(|group| group.join(", ")).collect();
            let what = format!(
                "{} is not the same for {}",
                variable.name,
                groups.join(" and ")
            );
            let finding = Finding::new(Code::VariablesDiffer, what);
            findings.push(finding.with("variable", variable.name));
        }
    }
    findings
}

fn of_architectures(stack: &Stack) -> Option<Finding> {
    let seen = Function::ALL.into_iter();
    let seen = seen.filter_map(|function| Some((function, stack.seen(function)?)));
    let mut by_architecture: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (function, seen) in seen {
        let of = by_architecture.entry(&seen.architecture).or_default();
        of.push(function.name());
    }
    let most = by_architecture.iter().max_by_key(|(_, of)| of.len());
    let most = most.map(|(architecture, _)| (*architecture).to_owned())?;
    if by_architecture.len() < 2 {
        return None;
    }
    let groups = by_architecture.iter();
    let groups: Vec<_> = groups
        .map(|(name, of)| format!("{} {name}", of.join(", ")))
        .collect();
    let finding = Finding::new(Code::ArchitecturesDiffer, groups.join("; "));
    Some(finding.with("architecture", most))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::doctor::ask::Unseen;

    /// A stack where all is well.
    pub(in crate::doctor) fn healthy() -> Stack {
        let value = |name: &str| {
            let queue = QUEUES.iter().find(|(known, _)| *known == name);
            match (name, queue) {
                (_, Some((_, queue))) => {
                    format!("https://sqs.eu-central-1.amazonaws.com/123456789012/teamwire-{queue}")
                }
                ("TEAMWIRE_NOTIFICATION_URL", _) => {
                    "https://hooks.example.com/notifications".to_owned()
                }
                ("TEAMWIRE_LIFECYCLE_URL", _) => "https://hooks.example.com/lifecycle".to_owned(),
                _ => format!("some {name}"),
            }
        };
        let configuration = |function: Function| Configuration {
            variables: VARIABLES
                .iter()
                .filter(|one| one.of.contains(&function) && one.need != Need::Optional)
                .filter(|one| one.name != "TEAMWIRE_ENVELOPE_KMS_KEYS")
                .map(|one| (one.name.to_owned(), value(one.name)))
                .collect(),
            state: "Active".to_owned(),
            last_update: "Successful".to_owned(),
            reason: String::new(),
            runtime: "provided.al2023".to_owned(),
            architecture: "arm64".to_owned(),
            timeout: 30,
            reserved: Look::Missing,
        };
        let functions = Function::ALL.into_iter();
        Stack {
            name: "teamwire".to_owned(),
            account: "123456789012".to_owned(),
            region: "eu-central-1".to_owned(),
            emulated: false,
            functions: functions
                .map(|function| (function, Look::Seen(configuration(function))))
                .collect(),
        }
    }

    /// The same, but for what `change` does to a function.
    pub(in crate::doctor) fn but(
        function: Function,
        change: impl FnOnce(&mut Configuration),
    ) -> Stack {
        let mut stack = healthy();
        if let Some(Look::Seen(seen)) = stack.functions.get_mut(&function) {
            change(seen);
        }
        stack
    }

    fn codes(stack: &Stack) -> Vec<Code> {
        judge(stack)
            .into_iter()
            .map(|finding| finding.code)
            .collect()
    }

    fn set(name: &'static str, value: &'static str) -> impl Fn(&mut Configuration) {
        move |seen| {
            seen.variables.insert(name.to_owned(), value.to_owned());
        }
    }

    #[test]
    fn a_stack_in_order_is_in_order() {
        assert_eq!(codes(&healthy()), [Code::FunctionsReady]);
        let idle = but(Function::Backfill, |seen| {
            seen.state = "Inactive".to_owned()
        });
        assert_eq!(codes(&idle), [Code::FunctionsReady]);
    }

    #[test]
    fn a_stack_of_another_name_is_none() {
        let mut stack = healthy();
        for look in stack.functions.values_mut() {
            *look = Look::Missing;
        }
        assert_eq!(codes(&stack), [Code::StackMissing]);
    }

    #[test]
    fn each_fault_of_a_function_has_its_code() {
        let of = |change: fn(&mut Configuration)| codes(&but(Function::Decrypt, change));
        assert_eq!(
            of(|seen| seen.state = "Failed".to_owned()),
            [Code::FunctionInactive]
        );
        assert_eq!(
            of(|seen| seen.last_update = "Failed".to_owned()),
            [Code::FunctionInactive]
        );
        assert_eq!(
            of(|seen| seen.state = "Pending".to_owned()),
            [Code::FunctionPending]
        );
        assert_eq!(
            of(|seen| seen.runtime = "python3.12".to_owned()),
            [Code::FunctionRuntime]
        );
        assert_eq!(
            of(|seen| seen.reserved = Look::Seen(0)),
            [Code::FunctionThrottled]
        );
        assert_eq!(
            of(|seen| seen.reserved = Look::Seen(5)),
            [Code::FunctionsReady]
        );
        assert_eq!(
            of(|seen| seen.architecture = "x86_64".to_owned()),
            [Code::ArchitecturesDiffer]
        );
        let unseen = |seen: &mut Configuration| {
            seen.reserved = Look::Unseen(Unseen::denied("lambda:GetFunctionConcurrency"));
        };
        assert_eq!(of(unseen), [Code::FunctionUnseen]);
        let mut stack = healthy();
        stack.functions.insert(Function::Hydrate, Look::Missing);
        assert_eq!(codes(&stack), [Code::FunctionMissing]);
    }

    #[test]
    fn each_fault_of_a_variable_has_its_code() {
        let gone = |name: &'static str| {
            move |seen: &mut Configuration| {
                seen.variables.remove(name);
            }
        };
        let region = "https://sqs.us-east-1.amazonaws.com/123456789012/teamwire-quarantine";
        let account = "https://sqs.eu-central-1.amazonaws.com/999999999999/teamwire-quarantine";
        let stack = "https://sqs.eu-central-1.amazonaws.com/123456789012/other-quarantine";
        let fifo = "https://sqs.eu-central-1.amazonaws.com/123456789012/teamwire-events.fifo";
        let quarantine = "TEAMWIRE_QUARANTINE_QUEUE_URL";
        for (code, stack) in [
            (
                Code::VariableMissing,
                but(Function::Ingest, gone("TEAMWIRE_CLAIM_BUCKET")),
            ),
            (
                Code::VariableMissing,
                but(Function::Decrypt, gone("TEAMWIRE_ENVELOPE_KEYS_SECRET")),
            ),
            (
                Code::VariableMissing,
                but(Function::Ingest, set("TEAMWIRE_CLAIM_BUCKET", " ")),
            ),
            (
                Code::VariableUnusable,
                but(Function::Ingest, set("TEAMWIRE_TENANTS", "contoso")),
            ),
            (
                Code::VariableElsewhere,
                but(Function::Ingest, set(quarantine, region)),
            ),
            (
                Code::VariableElsewhere,
                but(Function::Ingest, set(quarantine, account)),
            ),
            (
                Code::VariableElsewhere,
                but(Function::Ingest, set(quarantine, stack)),
            ),
            (
                Code::VariablesDiffer,
                but(Function::Ingest, set("TEAMWIRE_CLIENT_STATE_SECRET", "a")),
            ),
            (
                Code::VariablesDiffer,
                but(Function::Ingest, set("TEAMWIRE_EVENTS_QUEUE_URL", fifo)),
            ),
            (
                Code::VariablesDiffer,
                but(
                    Function::Hydrate,
                    set("TEAMWIRE_MEETING_CONTENT", "transcripts"),
                ),
            ),
        ] {
            assert_eq!(codes(&stack), [code], "{:?}", judge(&stack));
        }
    }
}
