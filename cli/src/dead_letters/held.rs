//! Letters that were looked at and stay: hidden while the run lasts, so that none comes twice.
//!
//! What makes each visible again stands in a file without a name, so that memory does not grow
//! with the queue. It goes with the process, however that ends.

use rand::distr::{Alphanumeric, SampleString};
use std::collections::VecDeque;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::time::Instant;

/// Handles of one page.
const PAGE: usize = 100;

/// The receipt handles of what is held, by when it would be visible again.
pub(crate) struct HeldLetters {
    file: File,
    end: u64,
    open: Vec<String>,
    /// The time at which the first message of the open page is due.
    open_due: Option<Instant>,
    pages: VecDeque<Page>,
}

#[derive(Clone, Copy)]
struct Page {
    at: u64,
    bytes: usize,
    due: Instant,
}

impl HeldLetters {
    /// Nothing held yet.
    ///
    /// # Errors
    /// The folder for temporary files can't be written to.
    pub(crate) fn new() -> io::Result<Self> {
        let name = Alphanumeric.sample_string(&mut rand::rng(), 16);
        let path = std::env::temp_dir().join(format!("teamwire-{name}"));
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path)?;
        std::fs::remove_file(&path)?;
        Ok(Self {
            file,
            end: 0,
            open: Vec::new(),
            open_due: None,
            pages: VecDeque::new(),
        })
    }

    /// Holds one that has to be hidden anew at `due`.
    ///
    /// # Errors
    /// The disk is full.
    pub(crate) fn hold(&mut self, handle: String, due: Instant) -> io::Result<()> {
        self.open_due.get_or_insert(due);
        self.open.push(handle);
        match self.open.len() < PAGE {
            true => Ok(()),
            false => self.close_page(),
        }
    }

    /// A page that is due by `now`; it is due again at `again`.
    ///
    /// # Errors
    /// The file can't be read.
    pub(crate) fn due(&mut self, now: Instant, again: Instant) -> io::Result<Option<Vec<String>>> {
        if self.open_due.is_some_and(|due| due <= now) {
            self.close_page()?;
        }
        // Pages are hidden again for longer than at first, so the order is not that of the dues.
        let at = self.pages.iter().position(|page| page.due <= now);
        let Some(mut page) = at.and_then(|at| self.pages.remove(at)) else {
            return Ok(None);
        };
        page.due = again;
        self.pages.push_back(page);
        self.read(page).map(Some)
    }

    /// Lets go of a page.
    ///
    /// # Errors
    /// The file can't be read.
    pub(crate) fn release(&mut self) -> io::Result<Option<Vec<String>>> {
        if !self.open.is_empty() {
            self.open_due = None;
            return Ok(Some(std::mem::take(&mut self.open)));
        }
        let page = self.pages.pop_front();
        page.map(|page| self.read(page)).transpose()
    }

    fn close_page(&mut self) -> io::Result<()> {
        let due = self.open_due.take();
        let handles = std::mem::take(&mut self.open);
        let text = handles.join("\n");
        self.file.seek(SeekFrom::Start(self.end))?;
        self.file.write_all(text.as_bytes())?;
        self.pages.push_back(Page {
            at: self.end,
            bytes: text.len(),
            due: due.unwrap_or_else(Instant::now),
        });
        self.end += u64::try_from(text.len()).unwrap_or_default();
        Ok(())
    }

    fn read(&mut self, page: Page) -> io::Result<Vec<String>> {
        let mut text = vec![0; page.bytes];
        self.file.seek(SeekFrom::Start(page.at))?;
        self.file.read_exact(&mut text)?;
        let text = String::from_utf8(text).map_err(io::Error::other)?;
        Ok(text.lines().map(str::to_owned).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn filled(count: usize, due: Instant) -> HeldLetters {
        let mut held = HeldLetters::new().unwrap();
        (0..count).for_each(|n| held.hold(format!("handle-{n}"), due).unwrap());
        held
    }

    #[test]
    fn everything_held_is_let_go_of_once() {
        let mut held = filled(250, Instant::now());
        let mut all = Vec::new();
        while let Some(page) = held.release().unwrap() {
            all.extend(page);
        }
        all.sort();
        let mut expected: Vec<_> = (0..250).map(|n| format!("handle-{n}")).collect();
        expected.sort();
        assert_eq!(all, expected);
    }

    #[test]
    fn what_is_due_is_hidden_anew_and_still_held() {
        let start = Instant::now();
        let mut held = filled(150, start + Duration::from_secs(30));
        let later = start + Duration::from_secs(31);
        let again = start + Duration::from_secs(300);
        assert_eq!(held.due(start, again).unwrap(), None);
        let sizes: Vec<_> = (0..3)
            .map(|_| held.due(later, again).unwrap().map(|page| page.len()))
            .collect();
        assert_eq!(sizes, [Some(100), Some(50), None]);
        assert_eq!(held.release().unwrap().unwrap().len(), 100);
        assert_eq!(held.release().unwrap().unwrap().len(), 50);
        assert_eq!(held.release().unwrap(), None);
    }
}
