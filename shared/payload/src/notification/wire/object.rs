//! JSON objects that are read in one pass, depth and all, and lists that are too long.

use crate::{json, limits};
use serde::de::{
    DeserializeSeed, Deserializer, Error, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// A struct that is read from an object alone, never from an array member by member. `LEVEL` is
/// the depth at which it stands; what it has besides the struct's members may be nested to
/// [`limits::JSON_DEPTH`].
pub(in crate::notification) struct Object<T, const LEVEL: usize>(pub(in crate::notification) T);

impl<'de, T: Deserialize<'de>, const LEVEL: usize> Deserialize<'de> for Object<T, LEVEL> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_map(ObjectVisitor::<T, LEVEL>(PhantomData))
            .map(Self)
    }
}

struct ObjectVisitor<T, const LEVEL: usize>(PhantomData<T>);

impl<'de, T: Deserialize<'de>, const LEVEL: usize> Visitor<'de> for ObjectVisitor<T, LEVEL> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
        T::deserialize(Members::<A, LEVEL>(members))
    }
}

/// The members of an object, for a struct that says which of them it wants.
struct Members<A, const LEVEL: usize>(A);

impl<'de, A: MapAccess<'de>, const LEVEL: usize> Deserializer<'de> for Members<A, LEVEL> {
    type Error = A::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        let members = self.0;
        visitor.visit_map(Wanted::<A, LEVEL> { members, fields })
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_map(self.0)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// A member's name, borrowed where there is no escape in it.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

/// The members that a struct has; what others there are is looked at for its depth alone.
struct Wanted<A, const LEVEL: usize> {
    members: A,
    fields: &'static [&'static str],
}

impl<'de, A: MapAccess<'de>, const LEVEL: usize> MapAccess<'de> for Wanted<A, LEVEL> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        while let Some(Name(name)) = self.members.next_key::<Name<'de>>()? {
            if self.fields.contains(&&*name) {
                return seed.deserialize(name.into_deserializer()).map(Some);
            }
            let raw = self.members.next_value::<&'de RawValue>()?;
            within_depth::<A::Error, LEVEL>(raw)?;
        }
        Ok(None)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        self.members.next_value_seed(seed)
    }
}

/// A member of any form, of an object at `LEVEL`.
pub(super) fn raw_at<'de, D: Deserializer<'de>, const LEVEL: usize>(
    deserializer: D,
) -> Result<&'de RawValue, D::Error> {
    let raw = <&RawValue>::deserialize(deserializer)?;
    within_depth::<D::Error, LEVEL>(raw)?;
    Ok(raw)
}

fn within_depth<E: Error, const LEVEL: usize>(raw: &RawValue) -> Result<(), E> {
    let levels = limits::JSON_DEPTH - LEVEL;
    if json::within_depth(raw.get().as_bytes(), levels) {
        Ok(())
    } else {
        Err(E::custom("nested too deep"))
    }
}

/// A list, of which no more is kept than shows that it has over `MOST` items.
pub(in crate::notification) struct Few<T, const MOST: usize>(pub(in crate::notification) Vec<T>);

impl<'de, T: Deserialize<'de>, const MOST: usize> Deserialize<'de> for Few<T, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_seq(FewVisitor::<T, MOST>(PhantomData))
            .map(Self)
    }
}

struct FewVisitor<T, const MOST: usize>(PhantomData<T>);

impl<'de, T: Deserialize<'de>, const MOST: usize> Visitor<'de> for FewVisitor<T, MOST> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
        let mut few = Vec::new();
        while few.len() <= MOST {
            match items.next_element()? {
                Some(item) => few.push(item),
                None => return Ok(few),
            }
        }
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(few)
    }
}
