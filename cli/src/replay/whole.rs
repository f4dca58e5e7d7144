//! A whole queue, moved by SQS itself.

use crate::aws::said;
use crate::output::Output;
use crate::replay::audit::Audit;
use crate::replay::destinations::Destinations;
use crate::replay::stop::{INTERRUPTED, Stop};
use crate::terminal::plain;
use anyhow::{Context, bail};
use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::types::{ListMessageMoveTasksResultEntry, QueueAttributeName};
use serde_json::json;
use std::process::ExitCode;
use std::time::Duration;

/// The most that SQS moves a second.
const FASTEST: f64 = 500.0;
const EVERY: Duration = Duration::from_secs(2);

/// Starts a task and follows it to its end. `None` where there are no tasks.
///
/// # Errors
/// What SQS says.
pub(super) async fn start(
    client: &Client,
    from: &str,
    to: &Destinations,
    rate: Option<f64>,
    audit: &Audit,
    stop: &Stop,
    output: Output,
) -> anyhow::Result<Option<ExitCode>> {
    let to = to.one().context("SQS moves a queue to one other")?;
    if rate.is_some_and(|rate| !(1.0..=FASTEST).contains(&rate)) {
        bail!("SQS moves 1 to 500 messages a second: leave out --all, or choose another --rate");
    }
    let source = arn(client, from).await?;
    #[expect(clippy::cast_possible_truncation, reason = "1 to 500")]
    let rate = rate.map(|rate| rate as i32);
    let request = client.start_message_move_task().source_arn(&source);
    let request = request.destination_arn(arn(client, to).await?);
    let task = match request
        .set_max_number_of_messages_per_second(rate)
        .send()
        .await
    {
        Ok(started) => started.task_handle.unwrap_or_default(),
        Err(fault) if is_missing(&fault) => {
            writeln!(
                crate::terminal::stderr(),
                "teamwire: this endpoint has no StartMessageMoveTask; teamwire moves them itself"
            )?;
            return Ok(None);
        }
        Err(fault) => return Err(said(fault)).context("SQS does not move the queue"),
    };
    audit.whole(from, to, &task)?;
    let mut standing = None;
    loop {
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            () = stop.wait() => {
                writeln!(
                    crate::terminal::stderr(),
                    "teamwire: SQS goes on without us; --all --status says how far it is, \
                     --all --cancel ends it"
                )?;
                return Ok(Some(ExitCode::from(INTERRUPTED)));
            }
        }
        let Some(task) = newest(client, &source).await? else {
            bail!("SQS knows nothing of the task it started");
        };
        say(&task, output)?;
        let there_were = *standing.get_or_insert(task.approximate_number_of_messages_to_move());
        if task.status() == Some("RUNNING") && is_circle(&task, there_were) {
            // It may have ended just now.
            let _ = cancel(client, from, audit, output).await?;
            bail!(
                "more letters were moved than there were: they come back, so SQS was told to end. Is the \
                 cause still there?"
            );
        }
        match task.status() {
            Some("COMPLETED") => return Ok(Some(ExitCode::SUCCESS)),
            Some("CANCELLED" | "FAILED") => return Ok(Some(ExitCode::FAILURE)),
            _ => {}
        }
    }
}

/// Whether more was moved than was there when the task began. SQS counts roughly.
fn is_circle(task: &ListMessageMoveTasksResultEntry, there_were: Option<i64>) -> bool {
    let Some(there_were) = there_were else {
        return false;
    };
    let most = there_were
        .saturating_add(there_were / 10)
        .saturating_add(10);
    task.approximate_number_of_messages_moved() > most
}

/// Says how far the newest task is.
///
/// # Errors
/// What SQS says, or there was none.
pub(super) async fn look(client: &Client, from: &str, output: Output) -> anyhow::Result<ExitCode> {
    let task = newest(client, &arn(client, from).await?).await?;
    say(&task.with_context(|| no_task(from))?, output)?;
    Ok(ExitCode::SUCCESS)
}

/// Has the newest task ended, and says how far it came.
///
/// # Errors
/// What SQS says, or there is none that runs.
pub(super) async fn cancel(
    client: &Client,
    from: &str,
    audit: &Audit,
    output: Output,
) -> anyhow::Result<ExitCode> {
    let source = arn(client, from).await?;
    let task = newest(client, &source).await?;
    let task = task.with_context(|| no_task(from))?;
    let Some(handle) = task.task_handle() else {
        say(&task, output)?;
        bail!("there is nothing to cancel");
    };
    audit.cancels(from, handle)?;
    let request = client.cancel_message_move_task().task_handle(handle);
    request.send().await.map_err(said)?;
    say(&newest(client, &source).await?.unwrap_or(task), output)?;
    Ok(ExitCode::SUCCESS)
}

fn no_task(from: &str) -> String {
    format!(
        "SQS moved nothing from {}, as far as it remembers",
        plain(from)
    )
}

async fn newest(
    client: &Client,
    source: &str,
) -> anyhow::Result<Option<ListMessageMoveTasksResultEntry>> {
    let request = client.list_message_move_tasks().source_arn(source);
    match request.max_results(1).send().await {
        Ok(answer) => Ok(answer.results.unwrap_or_default().into_iter().next()),
        Err(fault) if is_missing(&fault) => bail!("this endpoint has no ListMessageMoveTasks"),
        Err(fault) => Err(said(fault)),
    }
}

/// Whether the endpoint does not know the operation. AWS says `UnsupportedOperation` of a queue that
/// is nobody's dead-letter queue: that is another fault.
fn is_missing<E: ProvideErrorMetadata, R>(fault: &SdkError<E, R>) -> bool {
    const CODES: [&str; 5] = [
        "InvalidAction",
        "UnknownOperation",
        "UnknownOperationException",
        "NotImplemented",
        "NotImplementedException",
    ];
    match fault {
        SdkError::ServiceError(service) => {
            let code = service.err().code().unwrap_or_default();
            CODES.contains(&code.rsplit('.').next().unwrap_or(code))
        }
        _ => false,
    }
}

async fn arn(client: &Client, url: &str) -> anyhow::Result<String> {
    let request = client.get_queue_attributes().queue_url(url);
    let answer = request.attribute_names(QueueAttributeName::QueueArn).send();
    let answer = answer.await.map_err(said).with_context(|| plain(url))?;
    let arn = answer.attributes.unwrap_or_default();
    let arn = arn.get(&QueueAttributeName::QueueArn).cloned();
    arn.with_context(|| format!("{} has no ARN", plain(url)))
}

fn say(task: &ListMessageMoveTasksResultEntry, output: Output) -> anyhow::Result<()> {
    let mut out = crate::terminal::stdout();
    let status = task.status().unwrap_or("UNKNOWN");
    let moved = task.approximate_number_of_messages_moved();
    let of = task.approximate_number_of_messages_to_move();
    match output {
        Output::Json => {
            let line = json!({
                "type": "task",
                "status": status,
                "moved": moved,
                "of": of,
                "failure": task.failure_reason(),
            });
            writeln!(out, "{line}")?;
        }
        Output::Text => {
            let of = of.map_or_else(String::new, |of| format!(" of {of}"));
            let why = task.failure_reason();
            let why = why.map_or_else(String::new, |why| format!(": {}", plain(why)));
            writeln!(
                out,
                "{}: about {moved}{of} moved{why}",
                plain(&status.to_lowercase())
            )?;
        }
    }
    Ok(())
}
