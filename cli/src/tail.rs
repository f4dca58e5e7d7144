//! `teamwire tail`: events as they arrive.

mod event;
mod filter;
mod follow;
mod forward;
mod line;
mod peek;
mod view;

use crate::backfill::moment;
use crate::output::OutputFormat;
use crate::queue::{self, QueueAtUrl};
use crate::replay::stop::StopSignal;
use crate::{aws, terminal};
use anyhow::bail;
use aws_sdk_sqs::Client;
use clap::Args;
use filter::EventFilter;
use forward::ForwardTarget;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use line::LineFormat;
use std::process::ExitCode;
use teamwire_contract::StackQueue as QueueName;
use view::EventView;

/// Watch events as they arrive, without taking them from the consumer
///
/// The stack puts a copy of each event on a queue of its own for this, NAME-tail, where it was deployed
/// with TailQueue=true (Terraform: tail_queue = true). A line an event: when it came, change, tenant,
/// origin, how long after the change that was, and the resource. What people wrote is not shown unless
/// --data or --output json asks for it.
///
/// The queue keeps copies for an hour. It begins with what is waiting, oldest first as far as SQS knows,
/// and goes on with what comes; --new begins with what comes. Whatever was shown, or does not fit a
/// filter, is taken off the tail queue; the events queue has its own. Two who watch one stack share the
/// copies between them: each is shown to one of them.
///
/// Exit status 0: Ctrl-C, --max, or whoever reads has seen enough; 1: --peek stopped by itself;
/// 2: wrong usage, there is no such queue, or AWS can't be asked.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire tail\n  teamwire tail --new --resource-type chatMessage --change created\n  teamwire tail --tenant 9f4ebab6-520d-49c0-85cc-7b25c78d4a93 --data\n  teamwire tail --subject \"teams('\" --max 20\n  teamwire tail --output json | jq -r .subject\n  teamwire tail --forward-to http://127.0.0.1:3000/events\n  teamwire tail --peek --max 3"
)]
pub(crate) struct TailArgs {
    /// The stack; its queue is `<NAME>-tail`
    #[arg(
        long,
        value_name = "NAME",
        default_value_t = crate::aws::stack(),
        conflicts_with = "from_url"
    )]
    stack: String,
    /// Another queue than the stack's. Without --peek its name has to end in -tail, because what was
    /// shown is deleted
    #[arg(long, value_name = "URL")]
    from_url: Option<String>,
    #[command(flatten)]
    filter: EventFilter,
    /// Of what is waiting only what came since then: a time by RFC 3339, or how long ago (90s, 10m).
    /// The rest is taken off unseen
    #[arg(long, value_name = "TIME", value_parser = moment, conflicts_with = "new")]
    since: Option<Timestamp>,
    /// Only what comes from now on; what is waiting is taken off unseen
    #[arg(long)]
    new: bool,
    /// End after so many events
    #[arg(long, value_name = "EVENTS", value_parser = clap::value_parser!(u64).range(1..))]
    max: Option<u64>,
    /// Show what people wrote too: a second line an event, on a terminal cut to its width
    #[arg(long)]
    data: bool,
    /// Look at the events queue itself, for want of a tail queue. Each look counts as a receive of the
    /// event and hides it from the consumer for that moment; only what the consumer has not taken yet
    /// is seen. Not for FIFO queues
    #[arg(long)]
    peek: bool,
    /// POST each event to a consumer, as a CloudEvent in structured mode: https, or http on this machine.
    /// While nobody listens there it waits; what is answered otherwise than with 2xx three times goes back
    /// to the tail queue and comes again, for an hour
    #[arg(long, value_name = "URL", conflicts_with = "peek")]
    forward_to: Option<String>,
    /// Output format: json prints one line per event, as it came, with its data. Text without it, into a
    /// pipe too: json shows what people wrote
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: OutputFormat,
}

impl TailArgs {
    pub(crate) async fn run(self) -> anyhow::Result<ExitCode> {
        let forward = self
            .forward_to
            .as_deref()
            .map(ForwardTarget::to)
            .transpose()?;
        let client = Client::new(&aws::config().await?);
        let queue = QueueAtUrl::new(client.clone(), self.url(&client).await?);
        let lines = LineFormat {
            zone: TimeZone::system(),
            ink: terminal::TextColours::of_stdout(),
            data: self.data,
            columns: terminal::columns_of_stdout(),
        };
        let since = if self.new {
            Some(Timestamp::now())
        } else {
            self.since
        };
        let mut view = EventView::new(self.filter, since, self.max, self.output, lines);
        let stop = StopSignal::at_interrupt();
        if self.peek {
            return peek::peek(&queue, &stop, &mut view).await;
        }
        if crate::terminal::stderr_is_terminal() {
            writeln!(
                crate::terminal::stderr(),
                "teamwire: watching {}, Ctrl-C ends it",
                queue.name()
            )?;
        }
        follow::follow(&queue, &stop, &mut view, forward.as_ref()).await?;
        view.tell_skipped()?;
        Ok(ExitCode::SUCCESS)
    }

    async fn url(&self, client: &Client) -> anyhow::Result<String> {
        if let Some(url) = &self.from_url {
            if !self.peek && !url.ends_with("-tail") {
                bail!(
                    "what was shown is deleted from a tail queue, and this does not look like one: \
                     its name does not end in -tail. With --peek nothing is deleted"
                );
            }
            return Ok(url.clone());
        }
        let (name, found) = match self.peek {
            true => {
                let name = QueueName::Events.in_stack(&self.stack);
                let found = queue::find(client, &name).await?;
                (name, found)
            }
            false => {
                let name = QueueName::Tail.in_stack(&self.stack);
                (name, tail_queue(client, &self.stack).await?)
            }
        };
        let here = || queue::here(client);
        match found {
            Some(url) => Ok(url),
            None if self.peek => bail!(
                "there is no queue {name}{}: --stack names the stack, AWS_REGION the region",
                here()
            ),
            None => bail!(
                "there is no queue {name}{}. If the stack is called {} and is in that region, it was \
                 deployed without one: deploy it with TailQueue=true (SAM) or tail_queue = true \
                 (Terraform). --peek looks at the events queue itself",
                here(),
                self.stack
            ),
        }
    }
}

/// The queue with copies of a stack's events: of the local stack the one that `make run` passes them on
/// to, because it takes them itself to show them.
///
/// # Errors
/// SQS can't be asked.
pub(crate) async fn tail_queue(client: &Client, stack: &str) -> anyhow::Result<Option<String>> {
    if aws::is_local() {
        return Ok(Some(
            aws::LocalStack::here()?.of("TEAMWIRE_TAIL_QUEUE_URL")?,
        ));
    }
    queue::find(client, &QueueName::Tail.in_stack(stack)).await
}
