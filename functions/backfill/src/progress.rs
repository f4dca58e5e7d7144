//! Progress of a reading: the content of a gap's message while the gap is filled.

use crate::step::GapStep;
use serde::{Deserialize, Serialize};
use teamwire_graph::pages::PageLink;
use teamwire_payload::event::short_hash;
use teamwire_payload::message::MessageFault;

/// Restarts of a list whose next page Graph no longer knows.
const RESTARTS: u32 = 3;
/// Pages of one list that are read before a person has to let it go on. By pages of 50 messages, as
/// Graph has them, half a million; for more, backfill shorter times.
const PAGES_AT_A_TIME: u64 = 10_000;
/// Pages in a row with nothing on them. One or two happen: Graph filters after it cuts pages.
const EMPTY_PAGES: u32 = 100;

/// The position of a reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GapProgress {
    /// The current list.
    pub(crate) step: GapStep,
    /// True for a branch of a larger reading.
    pub(crate) is_branch: bool,
    /// The page to read; the first where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) link: Option<PageLink>,
    /// A link that was met before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    landmark: Option<String>,
    restarts: u32,
    /// Pages in a row that were empty, up to here.
    #[serde(default)]
    empty: u32,
    /// True once Graph's refusal of the first page was reported.
    #[serde(default)]
    pub(crate) is_refused: bool,
    /// Pages so far.
    pub(crate) pages: u64,
    /// Events, or branches, so far.
    pub(crate) made: u64,
}

/// The reason why a reading can't go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProgressFault {
    /// The list leads back to where it has been.
    #[error("the pages of the list lead in a circle")]
    Circle,
    /// The list goes on and nothing is on it.
    #[error("the list goes on with empty pages only")]
    Empty,
    /// So many pages that a person has to say whether it is meant.
    #[error("the list has more than {PAGES_AT_A_TIME} pages")]
    TooManyPages,
    /// Graph forgets the next page again and again.
    #[error("the list was started over too often")]
    Restarts,
}

#[derive(Serialize, Deserialize)]
struct VersionedProgress<T> {
    v: u32,
    #[serde(flatten)]
    progress: T,
}

#[derive(Deserialize)]
struct ProgressVersion {
    v: u32,
}

/// Changed whenever a build could misread what another one wrote.
const VERSION: u32 = 1;

impl GapProgress {
    /// At the beginning of a gap.
    pub(crate) const fn begin(step: GapStep) -> Self {
        Self {
            step,
            is_branch: false,
            link: None,
            landmark: None,
            restarts: 0,
            empty: 0,
            is_refused: false,
            pages: 0,
            made: 0,
        }
    }

    /// At the beginning of one branch.
    pub(crate) const fn branch(step: GapStep) -> Self {
        let mut begin = Self::begin(step);
        begin.is_branch = true;
        begin
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// [`MessageFault`]
    pub(crate) fn parse(text: &str) -> Result<Self, MessageFault> {
        let malformed = |_| MessageFault::Malformed;
        let ProgressVersion { v } = serde_json::from_str(text).map_err(malformed)?;
        if v != VERSION {
            return Err(MessageFault::UnknownVersion);
        }
        let VersionedProgress { progress, .. } = serde_json::from_str(text).map_err(malformed)?;
        Ok(progress)
    }

    /// # Errors
    /// [`MessageFault::Malformed`] should it have no JSON form.
    pub(crate) fn to_json(&self) -> Result<String, MessageFault> {
        serde_json::to_string(&VersionedProgress {
            v: VERSION,
            progress: self,
        })
        .map_err(|_| MessageFault::Malformed)
    }

    /// After a page of so many items that made so much; `None` at the end of the list.
    ///
    /// # Errors
    /// [`ProgressFault::Circle`]. Every circle is found: the landmark moves on ever more slowly, until a
    /// whole round passes without its moving. [`ProgressFault::Empty`] for new pages without end, as long
    /// as they are empty.
    pub(crate) fn after(
        &self,
        items: usize,
        made: usize,
        next: Option<PageLink>,
    ) -> Result<Option<Self>, ProgressFault> {
        let Some(next) = next else { return Ok(None) };
        let empty = match items {
            0 => self.empty.saturating_add(1),
            _ => 0,
        };
        if empty >= EMPTY_PAGES {
            return Err(ProgressFault::Empty);
        }
        let hash = short_hash(&[&next.to_string()]);
        if self.landmark.as_ref() == Some(&hash) || self.link.as_ref() == Some(&next) {
            return Err(ProgressFault::Circle);
        }
        let pages = self.pages.saturating_add(1);
        let landmark = if pages.is_power_of_two() {
            Some(hash)
        } else {
            self.landmark.clone()
        };
        Ok(Some(Self {
            link: Some(next),
            landmark,
            empty,
            is_refused: false,
            pages,
            made: self.made.saturating_add(made as u64),
            ..self.clone()
        }))
    }

    /// Holds a reading to [`PAGES_AT_A_TIME`]; a message that was replayed may go on for as many again.
    ///
    /// # Errors
    /// [`ProgressFault::TooManyPages`]
    pub(crate) const fn bounded(&self, is_replayed: bool) -> Result<(), ProgressFault> {
        let is_over = self.pages > 0 && self.pages.is_multiple_of(PAGES_AT_A_TIME);
        if is_over && !is_replayed {
            return Err(ProgressFault::TooManyPages);
        }
        Ok(())
    }

    /// True if not even the first page of the gap was read.
    pub(crate) const fn is_at_the_beginning(&self) -> bool {
        !self.is_branch && self.pages == 0
    }

    /// The same again, once it was told that Graph refuses it.
    pub(crate) fn refused(&self) -> Self {
        Self {
            is_refused: true,
            ..self.clone()
        }
    }

    /// From the first page again.
    ///
    /// # Errors
    /// [`ProgressFault::Restarts`]
    pub(crate) fn restarted(&self) -> Result<Self, ProgressFault> {
        if self.restarts >= RESTARTS {
            return Err(ProgressFault::Restarts);
        }
        Ok(Self {
            link: None,
            landmark: None,
            restarts: self.restarts + 1,
            ..self.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::step::{BranchingList, EventList, OfUser};

    fn link(text: &str) -> PageLink {
        PageLink::try_from(format!("/v1.0/users?{text}")).unwrap()
    }

    #[test]
    fn it_is_read_as_it_was_written() {
        let chat = EventList::MessagesOfChat { chat: "c".into() };
        for step in [
            GapStep::Every(BranchingList::User(OfUser::Messages)),
            GapStep::List(chat),
            GapStep::List(EventList::MessagesOfTeam {
                team: "t".into(),
                channel: None,
            }),
        ] {
            let progress = GapProgress::branch(step);
            let progress = progress.after(9, 7, Some(link("a"))).unwrap().unwrap();
            assert_eq!(
                GapProgress::parse(&progress.to_json().unwrap()),
                Ok(progress.restarted().map(|_| progress).unwrap())
            );
        }
    }

    #[test]
    fn what_another_build_wrote_is_told_from_what_nobody_did() {
        let text = GapProgress::begin(GapStep::Every(BranchingList::User(OfUser::Messages)))
            .to_json()
            .unwrap();
        assert!(text.contains("\"v\":1"), "{text}");
        let newer = text.replace("\"v\":1", "\"v\":2");
        assert_eq!(
            GapProgress::parse(&newer),
            Err(MessageFault::UnknownVersion)
        );
        let foreign = text.replace("\"pages\"", "\"link\":\"https://evil.example/\",\"pages\"");
        for text in ["", "{}", "7", &text.replace("pages", "sides"), &foreign] {
            assert_eq!(
                GapProgress::parse(text),
                Err(MessageFault::Malformed),
                "{text}"
            );
        }
    }

    #[test]
    fn every_circle_is_found() {
        for tail in 0..20 {
            for circle in 1..20 {
                let mut progress =
                    GapProgress::begin(GapStep::Every(BranchingList::User(OfUser::Messages)));
                let astray = (0..200).find_map(|page| {
                    let at = if page < tail {
                        page
                    } else {
                        tail + (page - tail) % circle
                    };
                    match progress.after(1, 0, Some(link(&at.to_string()))) {
                        Ok(next) => {
                            progress = next.unwrap();
                            None
                        }
                        Err(astray) => Some(astray),
                    }
                });
                assert_eq!(astray, Some(ProgressFault::Circle), "{tail}, {circle}");
            }
        }
    }

    #[test]
    fn empty_pages_are_passed_over_unless_there_are_too_many_in_a_row() {
        let mut progress =
            GapProgress::begin(GapStep::Every(BranchingList::User(OfUser::Messages)));
        let mut after = |page: u32, items| {
            let next = progress.after(items, 0, Some(link(&page.to_string())));
            next.map(|next| progress = next.unwrap())
        };
        for page in 0..1_000 {
            let items = usize::from(page % EMPTY_PAGES == 0);
            assert_eq!(after(page, items), Ok(()), "{page}");
        }
        assert_eq!(after(1_000, 0), Err(ProgressFault::Empty));
    }

    #[test]
    fn a_list_is_read_so_far_and_after_each_replay_as_far_again() {
        let mut progress =
            GapProgress::begin(GapStep::Every(BranchingList::User(OfUser::Messages)));
        let mut stops = Vec::new();
        for page in 0..=2 * PAGES_AT_A_TIME {
            if progress.bounded(false) == Err(ProgressFault::TooManyPages) {
                stops.push(progress.pages);
                assert_eq!(progress.bounded(true), Ok(()));
            }
            let next = progress.after(1, 1, Some(link(&page.to_string())));
            progress = next.unwrap().unwrap();
        }
        assert_eq!(stops, [PAGES_AT_A_TIME, 2 * PAGES_AT_A_TIME]);
    }

    #[test]
    fn a_long_list_is_no_circle() {
        let mut progress =
            GapProgress::begin(GapStep::Every(BranchingList::User(OfUser::Messages)));
        for page in 0..5_000 {
            let next = progress.after(1, 1, Some(link(&page.to_string())));
            progress = next.unwrap().unwrap();
        }
        assert_eq!((progress.pages, progress.made), (5_000, 5_000));
    }
}
