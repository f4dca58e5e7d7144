//! Who moved what: one line of JSON for each batch, written before its letters are deleted.

use crate::dead_letters::filter::NO_REASON;
use crate::dead_letters::letter::Letter;
use anyhow::Context;
use aws_config::SdkConfig;
use jiff::Timestamp;
use serde_json::json;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// A file that lines are added to.
#[derive(Debug)]
pub(super) struct Audit {
    path: PathBuf,
    file: File,
    who: String,
}

impl Audit {
    /// # Errors
    /// The file can't be written.
    pub(super) async fn open(path: &Path, config: &SdkConfig) -> anyhow::Result<Self> {
        let file = OpenOptions::new().append(true).create(true).open(path);
        Ok(Self {
            file: file.with_context(|| unwritable(path))?,
            path: path.to_owned(),
            who: who(config).await,
        })
    }

    /// Adds the letters that were sent, each with the id of its new message.
    ///
    /// # Errors
    /// The file can't be written: then nothing may be deleted.
    pub(super) fn moved<'a>(
        &self,
        from: &str,
        to: &str,
        letters: impl Iterator<Item = (&'a Letter, &'a str)>,
    ) -> anyhow::Result<()> {
        let letters = letters.map(|(letter, sent_as)| {
            let reason = letter.reason().unwrap_or(NO_REASON);
            json!({"id": letter.id, "reason": reason, "sentAs": sent_as})
        });
        let letters: Vec<_> = letters.collect();
        self.write(&json!({"from": from, "to": to, "letters": letters}))
    }

    /// Adds that the whole queue moves.
    ///
    /// # Errors
    /// The file can't be written.
    pub(super) fn whole(&self, from: &str, to: &str, task: &str) -> anyhow::Result<()> {
        self.write(&json!({"from": from, "to": to, "letters": "all", "task": task}))
    }

    fn write(&self, what: &serde_json::Value) -> anyhow::Result<()> {
        let mut line = what.clone();
        if let Some(line) = line.as_object_mut() {
            line.insert("at".to_owned(), json!(format!("{:.3}", Timestamp::now())));
            line.insert("who".to_owned(), json!(self.who));
        }
        // In one call, so that the lines of two runs don't mix.
        let written = (&self.file).write_all(format!("{line}\n").as_bytes());
        written.with_context(|| unwritable(&self.path))
    }
}

fn unwritable(path: &Path) -> String {
    format!("{} can't be written", path.display())
}

/// The identity that AWS sees; where it can't tell, the user of this machine.
async fn who(config: &SdkConfig) -> String {
    let caller = aws_sdk_sts::Client::new(config).get_caller_identity();
    match caller.send().await {
        Ok(aws_sdk_sts::operation::get_caller_identity::GetCallerIdentityOutput {
            arn: Some(arn),
            ..
        }) => arn,
        _ => {
            let user = std::env::var("USER").or_else(|_| std::env::var("USERNAME"));
            format!("local user {}", user.as_deref().unwrap_or("unknown"))
        }
    }
}
