use super::*;
use crate::doctor::ask::Unseen;

/// A stack where all is well.
pub(in crate::doctor) fn healthy() -> Stack {
    let mut stack = with_relay();
    stack.functions.remove(&Function::Relay);
    stack
}

/// The same, of one whose events go to a bus.
pub(in crate::doctor) fn with_relay() -> Stack {
    let value = |name: &str| {
        let mut queues = Queue::ALL.into_iter();
        let queue = queues.find(|queue| queue.url_variable() == name);
        match (name, queue) {
            (_, Some(queue)) => {
                let queue = queue.in_stack("teamwire");
                format!("https://sqs.eu-central-1.amazonaws.com/123456789012/{queue}")
            }
            ("TEAMWIRE_NOTIFICATION_URL", _) => {
                "https://hooks.example.com/notifications".to_owned()
            }
            ("TEAMWIRE_LIFECYCLE_URL", _) => "https://hooks.example.com/lifecycle".to_owned(),
            _ => format!("some {name}"),
        }
    };
    let configuration = |function: Function| Configuration {
        variables: variable::ALL
            .iter()
            .filter(|one| one.read_by.contains(&function) && one.need != Need::Optional)
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
        loops: Look::Seen(function.calls_itself()),
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
pub(in crate::doctor) fn but(function: Function, change: impl FnOnce(&mut Configuration)) -> Stack {
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
    assert_eq!(codes(&with_relay()), [Code::FunctionsReady]);
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
    assert_eq!(
        of(|seen| seen.loops = Look::Seen(false)),
        [Code::FunctionLoopStopped]
    );
    let unasked = but(Function::Ingest, |seen| seen.loops = Look::Seen(true));
    assert_eq!(codes(&unasked), [Code::FunctionsReady]);
    let unseen = |seen: &mut Configuration| {
        seen.loops = Look::Unseen(Unseen::denied("lambda:GetFunctionRecursionConfig"));
    };
    assert_eq!(of(unseen), [Code::FunctionUnseen]);
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
