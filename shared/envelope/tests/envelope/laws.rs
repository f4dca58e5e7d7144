//! Laws that hold for every resource and for every bit of every envelope.

use crate::parties::{US, open_now};
use base64::{Engine, engine::general_purpose::STANDARD};
use proptest::prelude::*;
use serde_json::{Map, Value};
use std::sync::LazyLock;
use teamwire_envelope::{OpenFault, OpeningStage};
use teamwire_payload::EncryptedContent;

static SEALED: LazyLock<EncryptedContent> = LazyLock::new(|| {
    let resource = br#"{"id":"1625126194597","etag":"1625126194597"}"#;
    US.recipient.seal(resource).unwrap()
});

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            object_of(inner).prop_map(Value::from),
        ]
    })
}

fn object_of(member: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::hash_map(any::<String>(), member, 0..8)
        .prop_map(|members| members.into_iter().collect())
}

/// One bit of the decoded member: 0 is the first of its first byte.
fn flip(member: &mut Option<String>, bit: prop::sample::Index) -> usize {
    let mut bytes = STANDARD.decode(member.as_deref().unwrap()).unwrap();
    let bit = bit.index(bytes.len() * 8);
    bytes[bit / 8] ^= 0x80 >> (bit % 8);
    *member = Some(STANDARD.encode(bytes));
    bit
}

proptest! {
    #[test]
    fn whatever_object_is_sealed_opens_as_it_was(object in object_of(json())) {
        let text = serde_json::to_string(&object).unwrap();
        let content = US.recipient.seal(text.as_bytes()).unwrap();
        prop_assert_eq!(open_now(&content, &US.keys), Ok(text));
    }

    #[test]
    fn whatever_is_sealed_opens_only_if_it_is_an_object(bytes: Vec<u8>) {
        let content = US.recipient.seal(&bytes).unwrap();
        let opened = open_now(&content, &US.keys);
        match serde_json::from_slice::<Map<String, Value>>(&bytes) {
            Ok(_) => prop_assert_eq!(opened.unwrap().into_bytes(), bytes),
            Err(_) => prop_assert!(matches!(
                opened,
                Err(OpenFault::Tampered(OpeningStage::Utf8 | OpeningStage::Json))
            )),
        }
    }

    #[test]
    fn one_flipped_bit_of_the_data_fails(bit: prop::sample::Index) {
        let mut content = SEALED.clone();
        let bit = flip(&mut content.data, bit);
        let fault = OpenFault::Tampered(OpeningStage::Hmac);
        prop_assert_eq!(open_now(&content, &US.keys), Err(fault), "bit {}", bit);
    }

    #[test]
    fn one_flipped_bit_of_the_signature_fails(bit: prop::sample::Index) {
        let mut content = SEALED.clone();
        let bit = flip(&mut content.data_signature, bit);
        let fault = OpenFault::Tampered(OpeningStage::Hmac);
        prop_assert_eq!(open_now(&content, &US.keys), Err(fault), "bit {}", bit);
    }

    #[test]
    fn one_flipped_bit_of_the_sealed_key_fails(bit: prop::sample::Index) {
        let mut content = SEALED.clone();
        let bit = flip(&mut content.data_key, bit);
        let fault = OpenFault::Tampered(OpeningStage::RsaOaep);
        prop_assert_eq!(open_now(&content, &US.keys), Err(fault), "bit {}", bit);
    }

    #[test]
    fn one_changed_character_of_a_member_fails(
        part in 0..3_usize,
        at: prop::sample::Index,
        character: char,
    ) {
        let mut content = SEALED.clone();
        let members = [&mut content.data, &mut content.data_signature, &mut content.data_key];
        let member = members.into_iter().nth(part).unwrap().as_mut().unwrap();
        let at = at.index(member.len());
        prop_assume!(member.chars().nth(at) != Some(character));
        member.replace_range(at..=at, character.encode_utf8(&mut [0; 4]));
        prop_assert!(matches!(
            open_now(&content, &US.keys),
            Err(OpenFault::Tampered(_))
        ));
    }
}
