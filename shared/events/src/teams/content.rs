//! The members of resources: reading and writing them.
//!
//! `serde`'s derived code would do but for three things: it reads what it has no field for
//! through a buffer that rounds numbers, it takes `null` for absent, and its errors quote what
//! they could not read. These name the member and say what kind of JSON was found.

use super::member::{JsonText, OtherMembers, ResourceMember};
#[cfg(test)]
use crate::schema::SchemaDefinitions;
use serde::Serialize;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::SerializeMap;
#[cfg(test)]
use serde_json::{Value, json};
use std::fmt;
use std::marker::PhantomData;

/// Something that a member can hold. Of the functions a type has the one for its kind of JSON.
pub(super) trait Content: Sized {
    /// The kind of JSON that it is made of.
    const KIND: &'static str;

    #[cfg(test)]
    fn schema(all: &mut SchemaDefinitions) -> Value;

    fn of_text(_: String) -> Option<Self> {
        None
    }

    fn of_truth(_: bool) -> Option<Self> {
        None
    }

    fn of_list<'de, A: SeqAccess<'de>>(_: A) -> Result<Self, A::Error> {
        Err(mismatch::<Self, _>("a list"))
    }

    fn of_object<'de, A: MapAccess<'de>>(_: A) -> Result<Self, A::Error> {
        Err(mismatch::<Self, _>("an object"))
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<ResourceMember<Self>, D::Error> {
        from.deserialize_any(Reader(PhantomData))
    }
}

fn mismatch<T: Content, E: Error>(found: &str) -> E {
    E::custom(format_args!("{} is expected, not {found}", T::KIND))
}

struct Reader<T>(PhantomData<T>);

impl<'de, T: Content> Visitor<'de> for Reader<T> {
    type Value = ResourceMember<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::KIND)
    }

    fn visit_unit<E: Error>(self) -> Result<ResourceMember<T>, E> {
        Ok(ResourceMember::Null)
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<ResourceMember<T>, E> {
        let value = T::of_truth(truth).ok_or_else(|| mismatch::<T, E>("true or false"))?;
        Ok(ResourceMember::Value(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<ResourceMember<T>, E> {
        self.visit_string(text.to_owned())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<ResourceMember<T>, E> {
        let value = T::of_text(text).ok_or_else(|| mismatch::<T, E>("text"))?;
        Ok(ResourceMember::Value(value))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<ResourceMember<T>, E> {
        Err(mismatch::<T, E>("a number"))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<ResourceMember<T>, E> {
        Err(mismatch::<T, E>("a number"))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<ResourceMember<T>, E> {
        Err(mismatch::<T, E>("a number"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<ResourceMember<T>, A::Error> {
        T::of_list(list).map(ResourceMember::Value)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<ResourceMember<T>, A::Error> {
        T::of_object(object).map(ResourceMember::Value)
    }
}

impl<'de, T: Content> DeserializeSeed<'de> for Reader<T> {
    type Value = ResourceMember<T>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<ResourceMember<T>, D::Error> {
        T::read(from)
    }
}

pub(super) mod text {
    pub(in super::super) const KIND: &str = "text";
}

impl Content for String {
    const KIND: &'static str = text::KIND;

    #[cfg(test)]
    fn schema(_: &mut SchemaDefinitions) -> Value {
        json!({ "type": "string" })
    }

    fn of_text(text: String) -> Option<Self> {
        Some(text)
    }
}

impl Content for bool {
    const KIND: &'static str = "true or false";

    #[cfg(test)]
    fn schema(_: &mut SchemaDefinitions) -> Value {
        json!({ "type": "boolean" })
    }

    fn of_truth(truth: bool) -> Option<Self> {
        Some(truth)
    }
}

/// By its text: a number with a fraction or an exponent would come back as another text.
impl Content for i64 {
    const KIND: &'static str = "a whole number";

    #[cfg(test)]
    fn schema(_: &mut SchemaDefinitions) -> Value {
        json!({ "type": "integer" })
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<ResourceMember<Self>, D::Error> {
        let json = JsonText::read(from)?;
        match json.text() {
            "null" => Ok(ResourceMember::Null),
            text => text
                .parse()
                .map(ResourceMember::Value)
                .map_err(|_| mismatch::<Self, D::Error>("anything else")),
        }
    }
}

impl<T: Content> Content for Vec<T> {
    const KIND: &'static str = "a list";

    #[cfg(test)]
    fn schema(all: &mut SchemaDefinitions) -> Value {
        json!({ "type": "array", "items": T::schema(all) })
    }

    fn of_list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut items = Self::new();
        let within = |at: usize, error: A::Error| A::Error::custom(format_args!("[{at}]: {error}"));
        while let Some(item) = list
            .next_element_seed(Reader::<T>(PhantomData))
            .map_err(|error| within(items.len(), error))?
        {
            let item = item.into_value();
            let item = item.ok_or_else(|| within(items.len(), mismatch::<T, _>("null")))?;
            items.push(item);
        }
        Ok(items)
    }
}

impl<T: Content> Content for Box<T> {
    const KIND: &'static str = T::KIND;

    #[cfg(test)]
    fn schema(all: &mut SchemaDefinitions) -> Value {
        T::schema(all)
    }

    fn read<'de, D: Deserializer<'de>>(from: D) -> Result<ResourceMember<Self>, D::Error> {
        Ok(T::read(from)?.map(Self::new))
    }
}

/// A whole text, which `null` is not.
pub(super) fn whole<'de, T: Content, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    let content = T::read(from)?.into_value();
    content.ok_or_else(|| mismatch::<T, _>("null"))
}

/// Reads an object whose type depends on what it says of itself.
pub(super) fn read_by<'de, T, D: Deserializer<'de>>(
    from: D,
    read: impl FnOnce(&str) -> serde_json::Result<T>,
) -> Result<ResourceMember<T>, D::Error> {
    let json = JsonText::read(from)?;
    if json.text() == "null" {
        return Ok(ResourceMember::Null);
    }
    let value = read(json.text()).map_err(|error| {
        // Its place is counted from the start of the object, which says nothing out here.
        let place = format!(" at line {} column {}", error.line(), error.column());
        let message = error.to_string();
        D::Error::custom(message.strip_suffix(&place).unwrap_or(&message))
    })?;
    Ok(ResourceMember::Value(value))
}

/// Reads the value of a member that there is a field for.
pub(super) fn take<'de, T: Content, A: MapAccess<'de>>(
    field: &mut ResourceMember<T>,
    name: &str,
    object: &mut A,
) -> Result<(), A::Error> {
    if !field.is_absent() {
        return Err(A::Error::custom(format_args!("{name}: is there twice")));
    }
    *field = object
        .next_value_seed(Reader(PhantomData))
        .map_err(|error| A::Error::custom(format_args!("{name}: {error}")))?;
    Ok(())
}

struct AsItCame;

impl<'de> DeserializeSeed<'de> for AsItCame {
    type Value = JsonText;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<JsonText, D::Error> {
        JsonText::read(from)
    }
}

/// Reads the value of a member that there is no field for.
pub(super) fn take_other<'de, A: MapAccess<'de>>(
    others: &mut OtherMembers,
    name: String,
    object: &mut A,
) -> Result<(), A::Error> {
    let json = object.next_value_seed(AsItCame)?;
    match others.insert(name, json) {
        None => Ok(()),
        Some(_) => Err(A::Error::custom("a member is there twice")),
    }
}

/// Writes a member, unless it is absent.
pub(super) fn put<T: Serialize, M: SerializeMap>(
    object: &mut M,
    name: &str,
    member: &ResourceMember<T>,
) -> Result<(), M::Error> {
    match member {
        ResourceMember::Absent => Ok(()),
        ResourceMember::Null => object.serialize_entry(name, &()),
        ResourceMember::Value(value) => object.serialize_entry(name, value),
    }
}

/// A struct of members, each with its name in Graph. What has no field is in `other`.
macro_rules! object {
    (
        $(#[doc = $doc:literal])*
        $name:ident { $($(#[doc = $about:literal])* $field:ident: $type:ty = $member:literal,)* }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct $name {
            $(
                #[doc = concat!("`", $member, "`")]
                $(#[doc = ""] #[doc = $about])*
                pub $field: $crate::teams::ResourceMember<$type>,
            )*
            /// The members without a field here, as they came.
            pub other: $crate::teams::OtherMembers,
        }

        impl $crate::teams::content::Content for $name {
            const KIND: &'static str = "an object";

            #[cfg(test)]
            fn schema(all: &mut $crate::schema::SchemaDefinitions) -> serde_json::Value {
                all.object(stringify!($name), concat!($($doc),*), |all| vec![$((
                    $member,
                    concat!($($about),*),
                    <$type as $crate::teams::content::Content>::schema(all),
                ),)*])
            }

            fn of_object<'de, A: serde::de::MapAccess<'de>>(mut from: A) -> Result<Self, A::Error> {
                let mut object = Self::default();
                while let Some(name) = from.next_key::<String>()? {
                    match name.as_str() {
                        $($member => $crate::teams::content::take(
                            &mut object.$field, $member, &mut from,
                        )?,)*
                        _ => $crate::teams::content::take_other(
                            &mut object.other, name, &mut from,
                        )?,
                    }
                }
                Ok(object)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::teams::content::whole(from)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                use serde::ser::SerializeMap;
                let mut object = to.serialize_map(None)?;
                $($crate::teams::content::put(&mut object, $member, &self.$field)?;)*
                for (name, json) in &self.other {
                    object.serialize_entry(name, json)?;
                }
                object.end()
            }
        }
    };
}

/// An enumeration of names that Graph may add to.
macro_rules! names {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name {
            $(#[doc = concat!("`", $text, "`")] $variant,)*
            /// A name that is not known here.
            Other(String),
        }

        impl $name {
            /// The name in Graph.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Other(name) => name,
                }
            }
        }

        impl $crate::teams::content::Content for $name {
            const KIND: &'static str = $crate::teams::content::text::KIND;

            #[cfg(test)]
            fn schema(all: &mut $crate::schema::SchemaDefinitions) -> serde_json::Value {
                all.refer(stringify!($name), |_| serde_json::json!({
                    "description": "Graph may add to these.",
                    "anyOf": [{ "enum": [$($text),*] }, { "type": "string" }],
                }))
            }

            fn of_text(text: String) -> Option<Self> {
                Some(match text.as_str() {
                    $($text => Self::$variant,)*
                    _ => Self::Other(text),
                })
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }
    };
}

pub(super) use {names, object};
