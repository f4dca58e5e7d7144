//! The functions of a stack, as Lambda has them.

use crate::doctor::alarms::StackAlarms;
use crate::doctor::ask::{AwsClients, Observation, looked, unseen};
use aws_sdk_lambda::operation::get_function_configuration::GetFunctionConfigurationOutput;
use aws_sdk_lambda::types::RecursiveLoop;
use futures::future::join_all;
use std::collections::BTreeMap;
pub(crate) use teamwire_contract::StackFunction;
use teamwire_contract::alarm;

/// The configuration of a function, as Lambda has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FunctionConfiguration {
    pub(crate) variables: BTreeMap<String, String>,
    /// `Active`, if all is well.
    pub(crate) state: String,
    /// `Successful`, if all is well.
    pub(crate) last_update: String,
    /// The reason why state or update are not as they should be.
    pub(crate) reason: String,
    pub(crate) runtime: String,
    pub(crate) architecture: String,
    /// Seconds.
    pub(crate) timeout: i32,
    /// Reserved concurrency, where there is one.
    pub(crate) reserved: Observation<i32>,
    /// True if Lambda lets it send to the queue that it takes from, for ever.
    pub(crate) loops: Observation<bool>,
}

/// A stack, found by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DeployedStack {
    pub(crate) name: String,
    pub(crate) account: String,
    pub(crate) region: String,
    /// True if an emulator answers in AWS's place.
    pub(crate) emulated: bool,
    /// Those that it is to have.
    pub(crate) functions: BTreeMap<StackFunction, Observation<FunctionConfiguration>>,
}

impl DeployedStack {
    /// Looks at every function.
    pub(crate) async fn look(aws: &AwsClients, name: &str) -> Self {
        let looks = StackFunction::ALL.map(|function| async move {
            let full = function.in_stack(name);
            (function, configuration(aws, &full).await)
        });
        Self {
            name: name.to_owned(),
            account: aws.account.clone(),
            region: aws.region.clone(),
            emulated: aws.emulated,
            functions: join_all(looks).await.into_iter().collect(),
        }
    }

    /// The same without what it need not have and has not: the relay, unless its alarm is there.
    pub(crate) fn meant(mut self, alarms: &Observation<StackAlarms>) -> Self {
        let is_meant = alarms
            .seen()
            .is_some_and(|alarms| alarms.has(alarm::OF_RELAY));
        let is_missing =
            |look: &Observation<FunctionConfiguration>| matches!(look, Observation::Missing);
        self.functions
            .retain(|function, look| is_meant || !function.is_optional() || !is_missing(look));
        self
    }

    /// The name of a function in this stack.
    pub(crate) fn full_name(&self, function: StackFunction) -> String {
        function.in_stack(&self.name)
    }

    /// A function, where it could be looked at.
    pub(crate) fn seen(&self, function: StackFunction) -> Option<&FunctionConfiguration> {
        self.functions.get(&function).and_then(Observation::seen)
    }

    /// A variable of a function. Lambda has no empty ones that mean something.
    pub(crate) fn variable(&self, function: StackFunction, name: &str) -> Option<&str> {
        let value = self.seen(function)?.variables.get(name)?.trim();
        (!value.is_empty()).then_some(value)
    }

    /// A variable of whichever function has it.
    pub(crate) fn anywhere(&self, name: &str) -> Option<&str> {
        let mut functions = StackFunction::ALL.into_iter();
        functions.find_map(|function| self.variable(function, name))
    }
}

async fn configuration(aws: &AwsClients, name: &str) -> Observation<FunctionConfiguration> {
    let configuration = aws.lambda.get_function_configuration();
    let concurrency = aws.lambda.get_function_concurrency();
    let recursion = aws.lambda.get_function_recursion_config();
    let (configuration, concurrency, recursion) = tokio::join!(
        configuration.function_name(name).send(),
        concurrency.function_name(name).send(),
        recursion.function_name(name).send()
    );
    let configuration = match configuration {
        Ok(configuration) => configuration,
        Err(fault) => return looked("lambda:GetFunctionConfiguration", fault),
    };
    let reserved = match concurrency {
        Ok(answer) => match answer.reserved_concurrent_executions {
            Some(reserved) => Observation::Seen(reserved),
            None => Observation::Missing,
        },
        Err(fault) => Observation::Unseen(unseen("lambda:GetFunctionConcurrency", fault)),
    };
    let loops = match recursion {
        Ok(answer) => Observation::Seen(answer.recursive_loop == Some(RecursiveLoop::Allow)),
        Err(fault) => Observation::Unseen(unseen("lambda:GetFunctionRecursionConfig", fault)),
    };
    Observation::Seen(FunctionConfiguration {
        reserved,
        loops,
        ..facts(configuration)
    })
}

fn facts(said: GetFunctionConfigurationOutput) -> FunctionConfiguration {
    let reasons = [
        said.state_reason.clone(),
        said.last_update_status_reason.clone(),
    ];
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    let architecture = said.architectures().first();
    FunctionConfiguration {
        state: text(said.state.as_ref().map(|state| state.as_str())),
        last_update: text(
            said.last_update_status
                .as_ref()
                .map(|status| status.as_str()),
        ),
        reason: reasons.into_iter().flatten().collect::<Vec<_>>().join(" "),
        runtime: text(said.runtime.as_ref().map(|runtime| runtime.as_str())),
        architecture: text(architecture.map(|architecture| architecture.as_str())),
        timeout: said.timeout.unwrap_or_default(),
        variables: said
            .environment
            .and_then(|environment| environment.variables)
            .unwrap_or_default()
            .into_iter()
            .collect(),
        reserved: Observation::Missing,
        loops: Observation::Missing,
    }
}
