//! A member of a resource: absent, null, or present.

use serde::de::{DeserializeOwned, Deserializer};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;

/// A member of a resource.
///
/// Graph leaves out what it does not tell and writes `null` for what is empty, so the two are
/// different news: of a partial resource, [`Absent`](Self::Absent) says nothing, and what is
/// known of the member still holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ResourceMember<T> {
    /// Not in the payload.
    #[default]
    Absent,
    /// In the payload, as `null`.
    Null,
    /// In the payload.
    Value(T),
}

impl<T> ResourceMember<T> {
    /// The value, if there is one.
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// The value, if there is one.
    pub fn into_value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// True if the payload does not have it.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// True if the payload has it as null.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    pub(super) fn map<U>(self, change: impl FnOnce(T) -> U) -> ResourceMember<U> {
        match self {
            Self::Absent => ResourceMember::Absent,
            Self::Null => ResourceMember::Null,
            Self::Value(value) => ResourceMember::Value(change(value)),
        }
    }
}

impl<T: Deref> ResourceMember<T> {
    /// The value as `&str` or as a slice, if there is one.
    pub fn as_deref(&self) -> Option<&T::Target> {
        self.value().map(T::deref)
    }
}

/// The members that a type has no field for, by name.
pub type OtherMembers = BTreeMap<String, JsonText>;

/// JSON text as it came, so that no number loses digits.
#[derive(Clone, Serialize)]
#[serde(transparent)]
pub struct JsonText(Box<RawValue>);

impl JsonText {
    /// The text.
    pub fn text(&self) -> &str {
        self.0.get()
    }

    /// The text read as something else, such as [`serde_json::Value`].
    ///
    /// # Errors
    /// Where it is not that.
    pub fn parse<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_str(self.text())
    }

    /// The text of one object.
    pub(super) fn of_object(text: &str) -> serde_json::Result<Self> {
        let object: BTreeMap<String, &RawValue> = serde_json::from_str(text)?;
        drop(object);
        serde_json::from_str(text).map(Self)
    }

    pub(super) fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Box::deserialize(from).map(Self)
    }
}

impl PartialEq for JsonText {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl fmt::Debug for JsonText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_value_is_one() {
        let value = ResourceMember::Value("a".to_owned());
        assert_eq!(value.as_deref(), Some("a"));
        assert_eq!(value.clone().into_value().as_deref(), Some("a"));
        assert!(!value.is_absent() && !value.is_null());
        for (member, absent) in [
            (ResourceMember::<String>::Absent, true),
            (ResourceMember::Null, false),
        ] {
            assert_eq!(member.value(), None);
            assert_eq!((member.is_absent(), member.is_null()), (absent, !absent));
        }
    }
}
