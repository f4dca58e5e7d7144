//! The `subscriptions` function of a stack, asked directly.

pub(crate) mod answer;
#[cfg(test)]
pub(crate) mod mirrored;

use crate::aws;
use crate::terminal::plain;
use anyhow::{Context, anyhow, bail};
use aws_sdk_lambda::Client;
use aws_sdk_lambda::error::ProvideErrorMetadata;
use aws_sdk_lambda::primitives::Blob;
use clap::Args;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Where the function is.
#[derive(Args)]
pub(crate) struct Whereabouts {
    /// The stack; its function is `<NAME>-subscriptions`
    #[arg(long, value_name = "NAME", default_value = "teamwire")]
    stack: String,
    /// The function itself, if it has another name
    #[arg(long, value_name = "NAME|ARN", conflicts_with = "stack")]
    function: Option<String>,
}

/// The function that keeps the subscriptions.
pub(crate) struct Keeper {
    client: Client,
    /// Its name or ARN.
    name: String,
    region: String,
}

impl Whereabouts {
    /// The function, with the credentials of the person who runs this. Nothing is asked yet.
    ///
    /// # Errors
    /// There is no AWS region.
    pub(crate) async fn keeper(&self) -> anyhow::Result<Keeper> {
        let config = aws::config().await?;
        let own = || format!("{}-subscriptions", self.stack);
        Ok(Keeper {
            client: Client::new(&config),
            region: aws::region_of(&config),
            name: self.function.clone().unwrap_or_else(own),
        })
    }
}

impl Keeper {
    /// The answer to an order, faults that it tells of included.
    ///
    /// # Errors
    /// The function could not be asked, or did not come to an answer.
    pub(crate) async fn ask(&self, order: &Value) -> anyhow::Result<Value> {
        self.try_ask(order)
            .await
            .with_context(|| format!("the function {}", self.name))
    }

    /// What it would do, by the file that it has.
    ///
    /// # Errors
    /// As of [`ask`](Self::ask), or the answer can't be understood.
    pub(crate) async fn plan(&self) -> anyhow::Result<answer::Report> {
        understood(&self.ask(&json!({"action": "plan"})).await?)
    }

    async fn try_ask(&self, order: &Value) -> anyhow::Result<Value> {
        let invoked = self
            .client
            .invoke()
            .function_name(&self.name)
            .payload(Blob::new(order.to_string()))
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

/// An answer, as far as this build needs it.
///
/// # Errors
/// It has another form.
pub(crate) fn understood<T: DeserializeOwned>(answer: &Value) -> anyhow::Result<T> {
    T::deserialize(answer)
        .context("the function answers in a form that this teamwire does not know")
}
