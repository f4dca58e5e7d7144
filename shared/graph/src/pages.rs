//! Reads lists from Graph, a page at a time: GET only, to its fixed root, and where a page names
//! the next one, only below that root.

mod link;
mod list;
mod page;

pub use link::{NotALink, PageLink, QueryPairs};
pub use page::{ListPage, RawItem};

use crate::ServiceEndpoints;
use crate::access_token::TokenSource;
use crate::answers::GraphCall;
use crate::pacing::{ReadRates, RequestPacer};
use crate::resource_reader::{ReadFault, ResourceReader};
use teamwire_payload::TenantId;

/// The rate of Graph's that a list counts against (GRAPH-23).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListPace {
    /// `getAllMessages`: 200 a second.
    Export,
    /// Messages of one chat, and the chats of one user: 20 a second, one for each chat or user.
    Messages,
    /// Teams, and what is in them: 30 a second, 4 for each team.
    Teams,
    /// Everything else: 30 a second, one for each resource.
    Others,
}

impl ListPace {
    const fn documented(self) -> ReadRates {
        let (tenant, conversation) = match self {
            Self::Export => (200.0, 200.0),
            Self::Messages => (20.0, 1.0),
            Self::Teams => (30.0, 4.0),
            Self::Others => (30.0, 1.0),
        };
        ReadRates {
            tenant,
            conversation,
        }
    }
}

/// One page to be read.
#[derive(Debug, Clone)]
pub struct PageRequest {
    /// The link of the list.
    pub link: PageLink,
    /// The rates it counts against.
    pub pace: ListPace,
    /// The chat, user or team it is about: one of them asked too often does not hold up the others.
    pub whose: String,
    /// The shape of what is there.
    pub shape: PageShape,
}

/// The shape of the answer at a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageShape {
    /// A page of a list.
    List,
    /// One resource: it counts as a page with nothing else on it.
    One,
}

/// The reason why a page could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PageFault {
    /// Graph did not give it.
    #[error(transparent)]
    Read(#[from] ReadFault),
    /// Not an object with a list, or one that is nested too deep or has too many items.
    #[error("the answer is not a page of a list")]
    NotAPage,
    /// The next page is said to be where we don't go.
    #[error("the next page is not below Graph's root")]
    ForeignLink,
}

/// Reads pages, one tenant's turn after another.
pub struct PageReader<T> {
    reader: ResourceReader<T>,
    root: String,
    export: RequestPacer,
    messages: RequestPacer,
    teams: RequestPacer,
    others: RequestPacer,
}

impl<T: TokenSource> PageReader<T> {
    /// Reads from the Graph of `endpoints` with `tokens`.
    pub fn new(http: teamwire_http::Client, endpoints: &ServiceEndpoints, tokens: T) -> Self {
        let pacer = |pace: ListPace| RequestPacer::new(pace.documented());
        Self {
            reader: ResourceReader::new(http, endpoints, tokens),
            root: endpoints.graph.clone(),
            export: pacer(ListPace::Export),
            messages: pacer(ListPace::Messages),
            teams: pacer(ListPace::Teams),
            others: pacer(ListPace::Others),
        }
    }

    /// Reads the page that a request asks for.
    ///
    /// # Errors
    /// [`PageFault`]
    pub async fn page(
        &self,
        tenant: &TenantId,
        request: &PageRequest,
    ) -> Result<ListPage, PageFault> {
        let pacer = match request.pace {
            ListPace::Export => &self.export,
            ListPace::Messages => &self.messages,
            ListPace::Teams => &self.teams,
            ListPace::Others => &self.others,
        };
        let whose = (tenant.clone(), request.whose.clone());
        let url = format!("{}{}", self.root, request.link);
        let body = self
            .reader
            .json(GraphCall::Page, pacer, &whose, &url)
            .await?;
        match request.shape {
            PageShape::List => ListPage::parse(&body, &self.root),
            PageShape::One => ListPage::of_one(&body),
        }
    }
}
