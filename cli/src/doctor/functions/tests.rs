use super::*;
use crate::doctor::ask::ObservationFault;

/// A stack where all is well.
pub(in crate::doctor) fn healthy() -> DeployedStack {
    let mut stack = with_relay();
    stack.functions.remove(&StackFunction::Relay);
    stack
}

/// The same, of one whose events go to a bus.
pub(in crate::doctor) fn with_relay() -> DeployedStack {
    let value = |name: &str| {
        let mut queues = StackQueue::ALL.into_iter();
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
    let configuration = |function: StackFunction| FunctionConfiguration {
        variables: variable::ALL
            .iter()
            .filter(|one| one.read_by.contains(&function) && one.need != VariableNeed::Optional)
            .filter(|one| one.name != "TEAMWIRE_ENVELOPE_KMS_KEYS")
            .map(|one| (one.name.to_owned(), value(one.name)))
            .collect(),
        state: "Active".to_owned(),
        last_update: "Successful".to_owned(),
        reason: String::new(),
        runtime: "provided.al2023".to_owned(),
        architecture: "arm64".to_owned(),
        timeout: 30,
        reserved: Observation::Missing,
        loops: Observation::Seen(function.calls_itself()),
    };
    let functions = StackFunction::ALL.into_iter();
    DeployedStack {
        name: "teamwire".to_owned(),
        account: "123456789012".to_owned(),
        region: "eu-central-1".to_owned(),
        emulated: false,
        functions: functions
            .map(|function| (function, Observation::Seen(configuration(function))))
            .collect(),
    }
}

/// The same, but for what `change` does to a function.
pub(in crate::doctor) fn but(
    function: StackFunction,
    change: impl FnOnce(&mut FunctionConfiguration),
) -> DeployedStack {
    let mut stack = healthy();
    if let Some(Observation::Seen(seen)) = stack.functions.get_mut(&function) {
        change(seen);
    }
    stack
}

fn codes(stack: &DeployedStack) -> Vec<Code> {
    judge(stack)
        .into_iter()
        .map(|finding| finding.code)
        .collect()
}

fn set(name: &'static str, value: &'static str) -> impl Fn(&mut FunctionConfiguration) {
    move |seen| {
        seen.variables.insert(name.to_owned(), value.to_owned());
    }
}

#[test]
fn a_stack_in_order_is_in_order() {
    assert_eq!(codes(&healthy()), [Code::FunctionsReady]);
    assert_eq!(codes(&with_relay()), [Code::FunctionsReady]);
    let idle = but(StackFunction::Backfill, |seen| {
        seen.state = "Inactive".to_owned()
    });
    assert_eq!(codes(&idle), [Code::FunctionsReady]);
}

#[test]
fn a_stack_of_another_name_is_none() {
    let mut stack = healthy();
    for look in stack.functions.values_mut() {
        *look = Observation::Missing;
    }
    assert_eq!(codes(&stack), [Code::StackMissing]);
}

#[test]
fn each_fault_of_a_function_has_its_code() {
    let of = |change: fn(&mut FunctionConfiguration)| codes(&but(StackFunction::Decrypt, change));
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
        of(|seen| seen.reserved = Observation::Seen(0)),
        [Code::FunctionThrottled]
    );
    assert_eq!(
        of(|seen| seen.reserved = Observation::Seen(5)),
        [Code::FunctionsReady]
    );
    assert_eq!(
        of(|seen| seen.architecture = "x86_64".to_owned()),
        [Code::ArchitecturesDiffer]
    );
    assert_eq!(
        of(|seen| seen.loops = Observation::Seen(false)),
        [Code::FunctionLoopStopped]
    );
    let unasked = but(StackFunction::Ingest, |seen| {
        seen.loops = Observation::Seen(true)
    });
    assert_eq!(codes(&unasked), [Code::FunctionsReady]);
    let unseen = |seen: &mut FunctionConfiguration| {
        seen.loops = Observation::Unseen(ObservationFault::denied(
            "lambda:GetFunctionRecursionConfig",
        ));
    };
    assert_eq!(of(unseen), [Code::FunctionUnseen]);
    let unseen = |seen: &mut FunctionConfiguration| {
        seen.reserved =
            Observation::Unseen(ObservationFault::denied("lambda:GetFunctionConcurrency"));
    };
    assert_eq!(of(unseen), [Code::FunctionUnseen]);
    let mut stack = healthy();
    stack
        .functions
        .insert(StackFunction::Hydrate, Observation::Missing);
    assert_eq!(codes(&stack), [Code::FunctionMissing]);
}

#[test]
fn each_fault_of_a_variable_has_its_code() {
    let gone = |name: &'static str| {
        move |seen: &mut FunctionConfiguration| {
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
            but(StackFunction::Ingest, gone("TEAMWIRE_CLAIM_BUCKET")),
        ),
        (
            Code::VariableMissing,
            but(
                StackFunction::Decrypt,
                gone("TEAMWIRE_ENVELOPE_KEYS_SECRET"),
            ),
        ),
        (
            Code::VariableMissing,
            but(StackFunction::Ingest, set("TEAMWIRE_CLAIM_BUCKET", " ")),
        ),
        (
            Code::VariableUnusable,
            but(StackFunction::Ingest, set("TEAMWIRE_TENANTS", "contoso")),
        ),
        (
            Code::VariableElsewhere,
            but(StackFunction::Ingest, set(quarantine, region)),
        ),
        (
            Code::VariableElsewhere,
            but(StackFunction::Ingest, set(quarantine, account)),
        ),
        (
            Code::VariableElsewhere,
            but(StackFunction::Ingest, set(quarantine, stack)),
        ),
        (
            Code::VariablesDiffer,
            but(
                StackFunction::Ingest,
                set("TEAMWIRE_CLIENT_STATE_SECRET", "a"),
            ),
        ),
        (
            Code::VariablesDiffer,
            but(
                StackFunction::Ingest,
                set("TEAMWIRE_EVENTS_QUEUE_URL", fifo),
            ),
        ),
        (
            Code::VariablesDiffer,
            but(
                StackFunction::Hydrate,
                set("TEAMWIRE_MEETING_CONTENT", "transcripts"),
            ),
        ),
    ] {
        assert_eq!(codes(&stack), [code], "{:?}", judge(&stack));
    }
}
