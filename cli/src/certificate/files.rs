//! Files that are new: nothing is written over.

use crate::terminal::file_name;
use anyhow::Context;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// A file made for something that may not come: unless it is written, it goes again.
#[must_use]
pub(crate) struct NewFile {
    file: File,
    path: PathBuf,
    written: bool,
}

impl NewFile {
    /// One that anybody may read.
    ///
    /// # Errors
    /// There is a file by that name, or it can't be made.
    pub(crate) fn public(path: &Path) -> anyhow::Result<Self> {
        Self::open(path, &mut OpenOptions::new())
    }

    /// One for the eyes of its owner alone.
    ///
    /// # Errors
    /// There is a file by that name, or it can't be made.
    pub(crate) fn secret(path: &Path) -> anyhow::Result<Self> {
        let mut options = OpenOptions::new();
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Self::open(path, &mut options)
    }

    fn open(path: &Path, options: &mut OpenOptions) -> anyhow::Result<Self> {
        let file = options.write(true).create_new(true).open(path);
        Ok(Self {
            file: file.with_context(|| file_name(path))?,
            path: path.to_owned(),
            written: false,
        })
    }

    /// Writes all of it.
    ///
    /// # Errors
    /// The disk is full, say.
    pub(crate) fn write(mut self, text: &str) -> anyhow::Result<()> {
        self.file
            .write_all(text.as_bytes())
            .and_then(|()| self.file.sync_all())
            .with_context(|| file_name(&self.path))?;
        self.written = true;
        Ok(())
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.written {
            // What remains is an empty file, which says so itself the next time.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
