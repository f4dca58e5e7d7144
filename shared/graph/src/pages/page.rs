//! A page, taken apart.

use super::{PageFault, PageLink};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use teamwire_payload::{json, limits};

/// A resource of a list, as Graph wrote it.
pub type RawItem = Box<RawValue>;

/// A part of a list.
#[derive(Debug)]
pub struct ListPage {
    /// The items on it, not looked at yet.
    pub items: Vec<RawItem>,
    /// The next page of the list, if there is one.
    pub next: Option<PageLink>,
}

#[derive(Deserialize)]
struct PageBody<'a> {
    #[serde(borrow)]
    value: Vec<&'a RawValue>,
    #[serde(borrow, rename = "@odata.nextLink", default)]
    next: Option<Cow<'a, str>>,
}

impl ListPage {
    /// Reads an answer of the Graph at `root`.
    ///
    /// # Errors
    /// [`PageFault`]
    pub fn parse(body: &str, root: &str) -> Result<Self, PageFault> {
        // The resources of a list stand two levels down.
        let depth = limits::JSON_DEPTH + 2;
        if !json::is_object(body.as_bytes()) || !json::within_depth(body.as_bytes(), depth) {
            return Err(PageFault::NotAPage);
        }
        let PageBody { value, next } =
            serde_json::from_str(body).map_err(|_| PageFault::NotAPage)?;
        if value.len() > limits::PAGE_ITEMS {
            return Err(PageFault::NotAPage);
        }
        let next = next.map(|next| PageLink::next(&next, root)).transpose();
        Ok(Self {
            items: value.into_iter().map(ToOwned::to_owned).collect(),
            next: next.map_err(|_| PageFault::ForeignLink)?,
        })
    }

    /// Reads a resource that is no list.
    ///
    /// # Errors
    /// [`PageFault::NotAPage`] where it is no resource either.
    pub fn of_one(body: &str) -> Result<Self, PageFault> {
        let shallow = json::within_depth(body.as_bytes(), limits::JSON_DEPTH);
        if !json::is_object(body.as_bytes()) || !shallow {
            return Err(PageFault::NotAPage);
        }
        let item = serde_json::from_str(body).map_err(|_| PageFault::NotAPage)?;
        Ok(Self {
            items: vec![item],
            next: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "https://graph.microsoft.com";

    fn read(body: &str) -> Result<(usize, Option<String>), PageFault> {
        let page = ListPage::parse(body, ROOT)?;
        Ok((page.items.len(), page.next.map(String::from)))
    }

    #[test]
    fn a_page_is_its_items_as_they_are_and_where_it_goes_on() {
        let body = format!(
            r#"{{"@odata.context":"c","@odata.count":2,"value":[{{"a": 1.0}},7],
                "@odata.nextLink":"{ROOT}\/v1.0/users?a"}}"#
        );
        let page = ListPage::parse(&body, ROOT).unwrap();
        let items: Vec<_> = page.items.iter().map(|item| item.get()).collect();
        assert_eq!(items, [r#"{"a": 1.0}"#, "7"]);
        assert_eq!(page.next.unwrap().to_string(), "/v1.0/users?a");
        for body in [r#"{"value":[]}"#, r#"{"value":[],"@odata.nextLink":null}"#] {
            assert_eq!(read(body), Ok((0, None)));
        }
    }

    #[test]
    fn anything_else_is_no_page() {
        let many = format!("{{\"value\":[{}0]}}", "0,".repeat(limits::PAGE_ITEMS));
        let deep = format!("{{\"value\":[{}{}]}}", "[".repeat(70), "]".repeat(70));
        for body in [
            "",
            "null",
            "[]",
            "[[],null]",
            "{}",
            r#"{"value":{}}"#,
            r#"{"value":null}"#,
            r#"{"value":[],"value":[]}"#,
            r#"{"value":[],"@odata.nextLink":7}"#,
            r#"{"value":[]"#,
            many.as_str(),
            deep.as_str(),
        ] {
            assert_eq!(read(body), Err(PageFault::NotAPage), "{:.60}", body);
        }
        for link in ["", "https://evil.example/v1.0/users", "/v1.0/users"] {
            let body = format!(r#"{{"value":[],"@odata.nextLink":"{link}"}}"#);
            assert_eq!(read(&body), Err(PageFault::ForeignLink), "{link}");
        }
    }

    #[test]
    fn one_resource_is_a_page_of_its_own() {
        assert_eq!(ListPage::of_one(r#"{"id":"a"}"#).unwrap().items.len(), 1);
        for body in ["", "null", "[]", "{", "7"] {
            assert!(ListPage::of_one(body).is_err(), "{body}");
        }
    }
}
