//! `teamwire inspect`: what a notification is and where it would go, or what a subscription is to
//! and what is wrong with it.

mod notification;
mod subscription;

use crate::input::{self, Input};
use clap::Args;
use jiff::Timestamp;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use teamwire_payload::cloud::Cloud;

/// Say what each notification or subscription of a file is, and what is odd about it
///
/// Of a notification: where it would go, its keys, whose view of the resource it names, and the
/// GET that reads it. Of a subscription, as it is asked for or as Graph answers: what it is to,
/// the API version and the permissions that it takes (the least first), how long it lives, and
/// what Graph or teamwire would not take.
///
/// One JSON line an item. Exit status 0 when every item could be read, 1 when one could not.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire inspect notification.json\n  pbpaste | teamwire inspect -\n  teamwire inspect subscription.json | jq .problems"
)]
pub(crate) struct Inspect {
    /// A batch, one notification, a request for a subscription, one or a list as Graph answers;
    /// - for standard input
    file: PathBuf,
    /// The cloud of the GET: global, gcc-high, dod, china
    #[arg(long, default_value = "global")]
    cloud: Cloud,
}

impl Inspect {
    pub(crate) fn run(self) -> anyhow::Result<ExitCode> {
        let content = input::bytes(&self.file)?;
        let mut out = std::io::stdout().lock();
        if let Some(subscriptions) = subscription::find(&content) {
            let now = Timestamp::now();
            for (index, item) in subscriptions.iter().enumerate() {
                let line = subscription::line(index, item, now);
                writeln!(out, "{}", serde_json::to_string(&line)?)?;
            }
            return Ok(ExitCode::SUCCESS);
        }
        let input = Input::parse(&self.file, &content)?;
        let mut all_read = true;
        for (index, item) in input.items.iter().enumerate() {
            all_read &= item.is_ok();
            let line = match item {
                Ok(item) => notification::line(self.cloud, index, item, input.tokens.is_empty()),
                Err(fault) => notification::unreadable(index, *fault),
            };
            writeln!(out, "{}", serde_json::to_string(&line)?)?;
        }
        Ok(if all_read {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }
}
