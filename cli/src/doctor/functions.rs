//! The first station: the functions of the stack and their settings.

use crate::doctor::ask::Observation;
use crate::doctor::code::Code;
use crate::doctor::finding::Finding;
use crate::doctor::stack::{DeployedStack, FunctionConfiguration, StackFunction};
use crate::doctor::variables::problem;
use std::collections::BTreeMap;
use teamwire_contract::StackQueue;
use teamwire_contract::variable::{self, VariableNeed};

/// True if there is any function of it.
pub(crate) fn is_there(stack: &DeployedStack) -> bool {
    let missing = |look: &Observation<FunctionConfiguration>| matches!(look, Observation::Missing);
    !stack.functions.values().all(missing)
}

/// The findings about the functions.
pub(crate) fn judge(stack: &DeployedStack) -> Vec<Finding> {
    if !is_there(stack) {
        let DeployedStack {
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
            Observation::Seen(seen) => {
                let mut found = of_function(&name, seen);
                found.extend(of_loop(*function, &name, &seen.loops));
                let found = found.into_iter();
                findings.extend(found.map(|finding| finding.with("stack", &stack.name)));
                findings.extend(of_variables(stack, *function));
            }
            Observation::Missing => {
                let what = format!("there is no function {name}");
                findings.push(Finding::new(Code::FunctionMissing, what).with("stack", &stack.name));
            }
            Observation::Unseen(unseen) => {
                findings.push(unseen.finding(Code::FunctionUnseen, &name))
            }
        }
    }
    findings.extend(of_architectures(stack));
    findings.extend(of_shared_variables(stack));
    if findings.is_empty() {
        let architecture = stack
            .seen(StackFunction::Ingest)
            .map(|seen| &seen.architecture);
        let what = format!(
            "{} functions of {} are active ({}), their variables complete",
            stack.functions.len(),
            stack.name,
            architecture.map_or("", String::as_str),
        );
        findings.push(Finding::new(Code::FunctionsReady, what));
    }
    findings
}

fn of_function(name: &str, seen: &FunctionConfiguration) -> Vec<Finding> {
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
        Observation::Seen(0) => say(
            Code::FunctionThrottled,
            format!("{name} has a reserved concurrency of 0"),
        ),
        Observation::Unseen(unseen) => {
            let subject = format!("the reserved concurrency of {name}");
            findings.push(unseen.finding(Code::FunctionUnseen, &subject));
        }
        Observation::Seen(_) | Observation::Missing => {}
    }
    findings
}

fn of_loop(function: StackFunction, name: &str, loops: &Observation<bool>) -> Option<Finding> {
    match loops {
        Observation::Seen(false) if function.calls_itself() => {
            let what = format!("{name} sends to its own queue, and its RecursiveLoop is Terminate");
            Some(Finding::new(Code::FunctionLoopStopped, what).with("function", name))
        }
        Observation::Unseen(unseen) if function.calls_itself() => {
            let subject = format!("what Lambda does about loops of {name}");
            Some(unseen.finding(Code::FunctionUnseen, &subject))
        }
        Observation::Seen(_) | Observation::Missing | Observation::Unseen(_) => None,
    }
}

fn of_variables(stack: &DeployedStack, function: StackFunction) -> Vec<Finding> {
    let name = stack.full_name(function);
    let mut findings = Vec::new();
    let mut say = |code, what: String, variable: &str, queue: &str| {
        let finding = Finding::new(code, what).with("variable", variable);
        let finding = finding.with("function", &name).with("stack", &stack.name);
        findings.push(finding.with("queue", queue));
    };
    for variable in variable::ALL
        .iter()
        .filter(|one| one.read_by.contains(&function))
    {
        let value = stack.variable(function, variable.name);
        let other = match variable.need {
            VariableNeed::OneOf(other) => stack.variable(function, other),
            VariableNeed::Required | VariableNeed::Optional => None,
        };
        match value {
            None if variable.need == VariableNeed::Required => {
                let what = format!("{name} has no {}", variable.name);
                say(Code::VariableMissing, what, variable.name, "");
            }
            // Told once for both.
            None if other.is_none() && variable.name.ends_with("_SECRET") => {
                if let VariableNeed::OneOf(other) = variable.need {
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
                let mut queues = StackQueue::ALL.into_iter();
                let queue = queues.find(|one| one.url_variable() == variable.name);
                if let Some(queue) = queue
                    && let Some(why) = elsewhere(stack, queue, value)
                {
                    let what = format!("{} of {name} is {value}: {why}", variable.name);
                    say(Code::VariableElsewhere, what, variable.name, queue.name());
                }
            }
        }
    }
    findings
}

/// The reason why the URL is not that of the stack's own queue; `None` if it is.
fn elsewhere(stack: &DeployedStack, queue: StackQueue, url: &str) -> Option<String> {
    let own = queue.in_stack(&stack.name);
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

/// The settings that two functions must have in common, and do not.
fn of_shared_variables(stack: &DeployedStack) -> Vec<Finding> {
    let mut findings = Vec::new();
    for variable in variable::ALL
        .iter()
        .filter(|one| one.name != variable::LOG_LEVEL)
    {
        let mut by_value: BTreeMap<Option<&str>, Vec<&str>> = BTreeMap::new();
        for function in variable.read_by {
            if stack.seen(*function).is_some() {
                let value = stack.variable(*function, variable.name);
                by_value.entry(value).or_default().push(function.name());
            }
        }
        // What is missing and required was told; what only some may have is as different.
        let is_missing = variable.need != VariableNeed::Optional && by_value.contains_key(&None);
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

fn of_architectures(stack: &DeployedStack) -> Option<Finding> {
    let seen = StackFunction::ALL.into_iter();
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
pub(super) mod tests;
