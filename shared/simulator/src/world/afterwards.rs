//! The last touches to a change once it has happened, before anyone reads it.

use super::{Tenant, reading::Found};
use crate::change::{CHAT_MESSAGE, Change, SimulatedChangeType};
use crate::ids;
use crate::path::Segments;
use jiff::Timestamp;
use serde_json::{Map, Value};
use std::ptr;

impl Tenant {
    /// Makes the text of a message so long that the resource as sealed has `bytes`. What has no
    /// text, or is longer, stays as it is.
    pub fn lengthen(&mut self, change: &mut Change, bytes: usize) {
        let missing = bytes.saturating_sub(change.sealed_json(true).len());
        for members in [&mut change.sealed.members, &mut change.read.members] {
            let text = members
                .get_mut("body")
                .and_then(|body| body.get_mut("content"));
            if let Some(Value::String(text)) = text.filter(|text| *text != "") {
                text.push_str(&"x".repeat(missing));
            }
        }
        self.put_again(change);
    }

    /// Lets it be deleted since, without a word: a GET finds what a deletion leaves.
    pub fn delete_since(&mut self, change: &mut Change, now: Timestamp) {
        if ptr::eq(change.shape, &CHAT_MESSAGE) {
            bury(&mut change.read.members, now);
            self.put_again(change);
        } else if let Some(path) = Segments::parse(&change.path) {
            change.has_get = false;
            self.forget(&path);
        }
    }

    /// Lets a message be edited since, without a word: a GET finds the newer text.
    pub fn edit_since(&mut self, change: &mut Change, now: Timestamp) {
        let is_by_someone = change.read.members.get("messageType") == Some(&"message".into());
        let Some(address) = Segments::parse(&change.path) else {
            return;
        };
        if change.change_type == SimulatedChangeType::Deleted || !is_by_someone {
            return;
        }
        self.newest = now.as_millisecond().max(self.newest + 1);
        let date = Value::from(ids::date_of_millis(self.newest));
        let members = &mut change.read.members;
        members.insert("etag".into(), self.newest.to_string().into());
        members.insert("lastModifiedDateTime".into(), date.clone());
        members.insert("lastEditedDateTime".into(), date);
        if let Some(Value::String(text)) = members
            .get_mut("body")
            .and_then(|body| body.get_mut("content"))
        {
            text.push_str(" (edited)");
        }
        change.read.version = Some(self.newest.to_string());
        self.put_again(change);
        self.store.move_to(&address, self.newest);
    }

    /// The state of `change` is the current one, in the lists that it was in.
    pub(crate) fn put_again(&mut self, change: &Change) {
        if let Some(address) = Segments::parse(&change.path) {
            self.store.replace(&address, Found::of(change));
        }
    }
}

/// A message that is deleted stays, emptied, with the date of its deletion.
fn bury(members: &mut Map<String, Value>, now: Timestamp) {
    members.insert("deletedDateTime".into(), ids::date(now).into());
    for (name, empty) in [
        ("attachments", Value::Array(Vec::new())),
        ("subject", Value::Null),
    ] {
        members.insert(name.into(), empty);
    }
    if let Some(text) = members
        .get_mut("body")
        .and_then(|body| body.get_mut("content"))
    {
        *text = Value::from("");
    }
}
