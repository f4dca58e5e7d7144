//! Profiles of AWS's own files.

use crate::terminal::plain;
use anyhow::{Context, bail};
use aws_config::profile;
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_types::os_shim_internal::{Env, Fs};

/// Checks that there is a profile by that name.
///
/// # Errors
/// There is none, and which there are; or the files can't be read.
pub(super) async fn check(name: &str) -> anyhow::Result<()> {
    let (files, environment) = (Fs::real(), Env::real());
    let profiles = profile::load(&files, &environment, &EnvConfigFiles::default(), None)
        .await
        .context("AWS's files of profiles can't be read")?;
    if profiles.get_profile(name).is_some() {
        return Ok(());
    }
    let mut there: Vec<String> = profiles.profiles().map(plain).collect();
    there.sort_unstable();
    let there = match there.is_empty() {
        true => "there is none at all: aws configure makes one".to_owned(),
        false => format!("there are {}", there.join(", ")),
    };
    bail!("no profile is called {}; {there}", plain(name))
}
