//! The audit of moves: a line of JSON when a run begins, for each batch before its messages are
//! deleted, and at the end.

use crate::dead_letters::letter::DeadLetter;
use crate::terminal::file_name;
use anyhow::{Context, bail};
use aws_config::SdkConfig;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use teamwire_contract::dead_letter::NONE;

/// A file that lines are added to.
#[derive(Debug)]
pub(super) struct AuditFile {
    path: PathBuf,
    file: File,
    who: String,
    /// The id that the lines of one run have in common.
    run: String,
}

impl AuditFile {
    /// The file that is named, or the usual one.
    ///
    /// # Errors
    /// It can't be written.
    pub(super) async fn open(named: Option<&Path>, config: &SdkConfig) -> anyhow::Result<Self> {
        let path = match named {
            Some(path) => path.to_owned(),
            None => usual()?,
        };
        let mut options = OpenOptions::new();
        // It names people and tenants.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.append(true).create(true).open(&path);
        Ok(Self {
            file: file.with_context(|| unwritable(&path))?,
            path,
            who: who(config).await,
            run: format!("{:016x}", rand::random::<u64>()),
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Adds what was asked for.
    ///
    /// # Errors
    /// The file can't be written: then nothing may be moved.
    pub(super) fn begins(&self, from: &str, to: &str, asked: &Value) -> anyhow::Result<()> {
        self.write("begin", json!({"from": from, "to": to, "asked": asked}))
    }

    /// Adds what it came to.
    ///
    /// # Errors
    /// The file can't be written.
    pub(super) fn ends(&self, from: &str, how: &str, counts: &Value) -> anyhow::Result<()> {
        self.write("end", json!({"from": from, "ended": how, "counts": counts}))
    }

    /// Adds the letters that were sent, each with the id of its new message.
    ///
    /// # Errors
    /// The file can't be written: then nothing may be deleted.
    pub(super) fn moved<'a>(
        &self,
        from: &str,
        to: &str,
        letters: impl Iterator<Item = (&'a DeadLetter, &'a str)>,
    ) -> anyhow::Result<()> {
        let letters = letters.map(|(letter, sent_as)| {
            let reason = letter.reason().unwrap_or(NONE);
            json!({"id": letter.id, "reason": reason, "sentAs": sent_as})
        });
        let letters: Vec<_> = letters.collect();
        self.write("batch", json!({"from": from, "to": to, "letters": letters}))
    }

    fn write(&self, kind: &str, mut line: Value) -> anyhow::Result<()> {
        if let Some(line) = line.as_object_mut() {
            line.insert("type".to_owned(), json!(kind));
            line.insert("run".to_owned(), json!(self.run));
            line.insert("at".to_owned(), json!(format!("{:.3}", Timestamp::now())));
            line.insert("who".to_owned(), json!(self.who));
        }
        // In one call, so that the lines of two runs don't mix.
        let written = (&self.file).write_all(format!("{line}\n").as_bytes());
        written.with_context(|| unwritable(&self.path))
    }
}

/// The path of the record unless another file is named. Its folder is made.
fn usual() -> anyhow::Result<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).filter(|folder| !folder.is_empty());
    let state = match (
        folder("XDG_STATE_HOME"),
        folder("HOME"),
        folder("LOCALAPPDATA"),
    ) {
        (Some(state), _, _) | (None, None, Some(state)) => PathBuf::from(state),
        (None, Some(home), _) => PathBuf::from(home).join(".local/state"),
        (None, None, None) => {
            bail!("no HOME says where the record of what is moved goes: name a file, --audit FILE")
        }
    };
    let folder = state.join("teamwire");
    std::fs::create_dir_all(&folder).with_context(|| unwritable(&folder))?;
    Ok(folder.join("replay.jsonl"))
}

fn unwritable(path: &Path) -> String {
    format!(
        "the record, {}, can't be written; --audit FILE names another",
        file_name(path)
    )
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
