//! What Graph and Entra answer, or somebody in their place.

use teamwire_graph::answers::{GraphAnswer, GraphCall, GraphError};
use teamwire_graph::pages::{ListPage, PageLink};
use teamwire_graph::signing_keys::KeySet;

const ROOT: &str = "https://graph.microsoft.com";

/// The body of a refusal: it has a meaning for every call and status, and a code that a message can carry.
pub(crate) fn error(bytes: &[u8]) -> bool {
    let error = GraphError::parse(bytes);
    if let Some(code) = error.as_ref().and_then(GraphError::safe_code) {
        let code = code.to_string();
        assert!(code.bytes().all(|byte| byte.is_ascii_graphic()) && code.len() <= 64);
    }
    for call in [
        GraphCall::Page,
        GraphCall::Content,
        GraphCall::Look,
        GraphCall::Subscription,
        GraphCall::Create,
        GraphCall::Remove,
    ] {
        for status in [
            200, 204, 302, 400, 401, 403, 404, 409, 410, 423, 429, 500, 503,
        ] {
            let answer = GraphAnswer {
                status,
                is_graphs: error.is_some(),
                error: error.as_ref(),
            };
            let _ = answer.meaning(call);
        }
    }
    error.is_some()
}

/// A page: the next one is below the root.
pub(crate) fn page(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let _ = ListPage::of_one(text);
    let Ok(page) = ListPage::parse(text, ROOT) else {
        return false;
    };
    page.next.iter().for_each(is_below_the_root);
    true
}

/// A link, as a message holds it.
pub(crate) fn link(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return false;
    };
    let Ok(link) = PageLink::try_from(text.to_owned()) else {
        return false;
    };
    is_below_the_root(&link);
    assert!(link.continues(&link), "{link}");
    assert_eq!(PageLink::try_from(link.to_string()).as_ref(), Ok(&link));
    true
}

fn is_below_the_root(link: &PageLink) {
    let text = link.to_string();
    assert!(
        text.starts_with("/v1.0/") || text.starts_with("/beta/"),
        "{text}"
    );
    let path = text.split('?').next().unwrap_or_default();
    assert!(path.split('/').all(|segment| segment != ".."), "{text}");
}

/// Entra's keys.
pub(crate) fn key_set(bytes: &[u8]) -> bool {
    KeySet::parse(bytes).is_ok()
}
