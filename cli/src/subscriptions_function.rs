//! The `subscriptions` function of a stack, asked directly.

use crate::aws;
use crate::terminal::plain;
use anyhow::{Context, anyhow, bail};
use aws_sdk_lambda::Client;
use aws_sdk_lambda::error::ProvideErrorMetadata;
use aws_sdk_lambda::primitives::Blob;
use clap::Args;
use serde::de::DeserializeOwned;
use serde_json::Value;
use teamwire_contract::report::SubscriptionReport;
use teamwire_contract::{StackFunction, SubscriptionsCommand};

/// Name of the function.
#[derive(Args)]
pub(crate) struct FunctionArgs {
    /// The stack; its function is `<NAME>-subscriptions`
    #[arg(
        long,
        value_name = "NAME",
        env = "TEAMWIRE_STACK",
        default_value = "teamwire"
    )]
    stack: String,
    /// The function itself, if it has another name
    #[arg(long, value_name = "NAME|ARN", conflicts_with = "stack")]
    function: Option<String>,
}

/// The function that manages the subscriptions.
pub(crate) struct SubscriptionsFunction {
    client: Client,
    /// Its name or ARN.
    name: String,
    region: String,
}

impl FunctionArgs {
    /// That of the stack that is meant unless one is named.
    pub(crate) fn usual() -> Self {
        Self {
            stack: aws::stack(),
            function: None,
        }
    }

    /// The function, with the caller's credentials. Nothing is asked yet.
    ///
    /// # Errors
    /// There is no AWS region.
    pub(crate) async fn connect(&self) -> anyhow::Result<SubscriptionsFunction> {
        let config = aws::config().await?;
        let own = || StackFunction::Subscriptions.in_stack(&self.stack);
        Ok(SubscriptionsFunction {
            client: Client::new(&config),
            region: aws::region_of(&config),
            name: self.function.clone().unwrap_or_else(own),
        })
    }
}

/// An answer, as it came and as it is read.
pub(crate) struct FunctionAnswer<T> {
    pub(crate) json: Value,
    pub(crate) read: T,
}

impl SubscriptionsFunction {
    /// The answer to a command, with the faults that it reports.
    ///
    /// # Errors
    /// The function could not be asked, did not come to an answer, or answers in an unknown form.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        command: &SubscriptionsCommand,
    ) -> anyhow::Result<FunctionAnswer<T>> {
        let json = self
            .try_ask(command)
            .await
            .with_context(|| format!("the function {}", self.name))?;
        let read = T::deserialize(&json)
            .context("the function answers in a form that this teamwire does not know")?;
        Ok(FunctionAnswer { json, read })
    }

    /// The plan by the stored file.
    ///
    /// # Errors
    /// As of [`ask`](Self::ask).
    pub(crate) async fn plan(&self) -> anyhow::Result<SubscriptionReport> {
        Ok(self
            .ask(&SubscriptionsCommand::Plan { desired: None })
            .await?
            .read)
    }

    async fn try_ask(&self, command: &SubscriptionsCommand) -> anyhow::Result<Value> {
        let invoked = self
            .client
            .invoke()
            .function_name(&self.name)
            .payload(Blob::new(serde_json::to_vec(command)?))
            .send()
            .await
            .map_err(|fault| match fault.code() {
                Some(code) if code.ends_with("ResourceNotFoundException") => anyhow!(
                    "there is none by that name in {}: --stack names the stack, AWS_REGION the region",
                    self.region
                ),
                _ => aws::said(fault),
            })?;
        let answer = invoked.payload.map(Blob::into_inner).unwrap_or_default();
        let answer: Value = serde_json::from_slice(&answer).context("answers no JSON")?;
        if invoked.function_error.is_some() {
            let message = answer.get("errorMessage").and_then(Value::as_str);
            bail!(
                "failed: {}",
                plain(message.unwrap_or("it does not say why"))
            );
        }
        Ok(answer)
    }
}
