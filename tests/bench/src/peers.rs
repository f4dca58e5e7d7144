//! What a user would write instead, in other languages: `tests/bench/peers`.

mod decrypt;

pub(crate) use decrypt::measure;

use crate::function::Program;
use anyhow::{Context, ensure};
use std::env::{split_paths, var_os};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The languages that are there.
pub(crate) struct Peers {
    folder: PathBuf,
    node: Language,
    python: Language,
    java: Option<Language>,
}

/// An interpreter, and how it calls itself.
struct Language {
    path: PathBuf,
    name: String,
}

impl Peers {
    /// Those of `folder`; Java need not be there.
    pub(crate) fn find(folder: &Path) -> anyhow::Result<Self> {
        let folder = folder.canonicalize().context("no folder of peers")?;
        ensure!(
            folder.join("node/node_modules").is_dir(),
            "the packages of the peers are not there: make bench-peers installs them"
        );
        let python = folder.join("../../../.venv/bin/python");
        Ok(Self {
            node: Language::new("Node", on_path("node").context("no node")?)?,
            python: Language::new("Python", python)?,
            java: on_path("java")
                .map(|path| Language::new("Java", path))
                .transpose()?,
            folder,
        })
    }

    /// Functions that put a POST on a queue, each by the SDK of its language.
    pub(crate) fn enqueuing(&self, timeout: Duration, memory: u32) -> [Program; 2] {
        [
            (&self.node, "node/ingest.mjs"),
            (&self.python, "python/ingest.py"),
        ]
        .map(|(language, file)| Program {
            name: language.name.clone(),
            command: vec![language.path.clone().into(), self.folder.join(file).into()],
            timeout,
            memory,
        })
    }
}

impl Language {
    /// With the first number of its version in its name.
    fn new(name: &str, path: PathBuf) -> anyhow::Result<Self> {
        let told = Command::new(&path).arg("--version").output();
        let told = told.with_context(|| format!("no {name}"))?;
        let told = String::from_utf8_lossy(&told.stdout).into_owned();
        let version = told
            .split(|character: char| !character.is_ascii_digit())
            .find(|number| !number.is_empty())
            .with_context(|| format!("{name} tells no version"))?;
        Ok(Self {
            path,
            name: format!("{name} {version}"),
        })
    }
}

fn on_path(name: &str) -> Option<PathBuf> {
    let folders = var_os("PATH")?;
    split_paths(&folders)
        .map(|folder| folder.join(name))
        .find(|path| path.is_file())
}
