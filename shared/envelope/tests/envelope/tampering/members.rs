//! Members that are missing, or that belong elsewhere.

use super::{ANOTHER, GENUINE, KEYS, Part, Row, THEIRS, row};
use crate::parties::{OUR_ID, THEIR_ID, open_now};
use serde_json::{Value, json};
use teamwire_envelope::{OpenFault, OpeningStage};
use teamwire_payload::EncryptedContent;

pub(super) fn rows() -> Vec<Row> {
    [
        missing_members(),
        members_of("another", &ANOTHER, |_| OpeningStage::Hmac),
        members_of("their", &THEIRS, |parts| {
            if parts.contains(&Part::Key) {
                OpeningStage::RsaOaep
            } else {
                OpeningStage::Hmac
            }
        }),
        members_in_each_others_place(),
        other_certificates(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

const MEMBERS: [&str; 4] = [
    "data",
    "dataSignature",
    "dataKey",
    "encryptionCertificateId",
];

/// [`GENUINE`] with some of its members changed on the wire.
fn with_members(change: impl Fn(&str, &mut Value)) -> EncryptedContent {
    let mut item = serde_json::to_value(&*GENUINE).unwrap();
    for (name, value) in item.as_object_mut().unwrap() {
        change(name, value);
    }
    serde_json::from_value(item).unwrap()
}

/// Every set of the required members but the empty one: null, then empty.
fn missing_members() -> Vec<Row> {
    let mut rows = Vec::new();
    for set in 1_u8..1 << MEMBERS.len() {
        for (name, nothing) in [("null", Value::Null), ("empty", json!(""))] {
            let members = MEMBERS.iter().enumerate();
            let members = members.filter(|(at, _)| set & (1 << at) != 0);
            let members: Vec<&str> = members.map(|(_, member)| *member).collect();
            let content = with_members(|member, value| {
                if members.contains(&member) {
                    *value = nothing.clone();
                }
            });
            let name = format!("{} {name}", members.join(", "));
            rows.push(row(name, content, OpeningStage::MissingField));
        }
    }
    let nothing = with_members(|_, value| *value = Value::Null);
    rows.push(row("all members null", nothing, OpeningStage::MissingField));
    rows
}

/// Each proper set of parts from another envelope that opens.
fn members_of(
    whose: &str,
    other: &EncryptedContent,
    stage: impl Fn(&[Part]) -> OpeningStage,
) -> Vec<Row> {
    use Part::{Data, Key, Signature};
    let sets: [&[Part]; 7] = [
        &[Data],
        &[Signature],
        &[Key],
        &[Data, Signature],
        &[Data, Key],
        &[Signature, Key],
        &Part::ALL,
    ];
    let proper = |set: &&[Part]| {
        other.encryption_certificate_id != GENUINE.encryption_certificate_id
            || set.len() < Part::ALL.len()
    };
    sets.into_iter()
        .filter(proper)
        .map(|set| {
            let taken = set.iter().fold(GENUINE.clone(), |content, part| {
                part.set(content, part.of(other))
            });
            row(format!("{whose} envelope's {set:?}"), taken, stage(set))
        })
        .collect()
}

/// Every order of the three parts but their own.
fn members_in_each_others_place() -> Vec<Row> {
    use Part::{Data, Key, Signature};
    [
        ([Signature, Data, Key], OpeningStage::Hmac),
        ([Data, Key, Signature], OpeningStage::RsaOaep),
        ([Key, Signature, Data], OpeningStage::RsaOaep),
        ([Signature, Key, Data], OpeningStage::RsaOaep),
        ([Key, Data, Signature], OpeningStage::RsaOaep),
        ([Data, Data, Key], OpeningStage::Hmac),
        ([Signature, Signature, Key], OpeningStage::Hmac),
        ([Key, Key, Key], OpeningStage::Hmac),
    ]
    .into_iter()
    .map(|(order, stage)| {
        let places = Part::ALL.into_iter().zip(order);
        let moved = places.fold(GENUINE.clone(), |content, (place, part)| {
            place.set(content, part.of(&GENUINE))
        });
        row(format!("members in the order {order:?}"), moved, stage)
    })
    .collect()
}

/// Certificate ids are names: only the very same one is a match.
fn other_certificates() -> Vec<Row> {
    let named = |id: &str| EncryptedContent {
        encryption_certificate_id: Some(id.to_owned()),
        ..GENUINE.clone()
    };
    let long = OUR_ID.repeat(1_000);
    let unknown = [
        ("in upper case", &*OUR_ID.to_uppercase()),
        ("with a space behind it", &format!("{OUR_ID} ")),
        ("with a space before it", &format!(" {OUR_ID}")),
        ("with a line end", &format!("{OUR_ID}\n")),
        ("with a NUL", &format!("{OUR_ID}\0")),
        ("cut", OUR_ID.trim_end_matches('a')),
        ("of the next year", "teamwire-2027-a"),
        ("with a look-alike letter", &OUR_ID.replace('a', "а")),
        ("a wildcard", "*"),
        ("a path", "../teamwire-2026-a"),
        ("two ids", &format!("{OUR_ID},{THEIR_ID}")),
        ("the thumbprint", "00112233445566778899"),
        ("very long", &long),
    ];
    let unknown = unknown.into_iter().map(|(name, id)| Row {
        name: format!("certificate id {name}"),
        content: named(id),
        fault: OpenFault::UnknownCertificate,
    });
    let under_theirs = row(
        "our envelope under their certificate id",
        named(THEIR_ID),
        OpeningStage::RsaOaep,
    );
    unknown.chain([under_theirs]).collect()
}

#[test]
fn a_member_left_out_is_a_missing_one() {
    for member in MEMBERS {
        let mut item = serde_json::to_value(&*GENUINE).unwrap();
        item.as_object_mut().unwrap().remove(member);
        let content: EncryptedContent = serde_json::from_value(item).unwrap();
        let fault = OpenFault::Tampered(OpeningStage::MissingField);
        assert_eq!(open_now(&content, &*KEYS), Err(fault), "{member}");
    }
}

#[test]
fn the_thumbprint_is_a_note_and_no_part_of_the_seal() {
    for thumbprint in [
        None,
        Some(String::new()),
        Some("not hexadecimal".to_owned()),
    ] {
        let content = EncryptedContent {
            encryption_certificate_thumbprint: thumbprint,
            ..GENUINE.clone()
        };
        assert!(open_now(&content, &*KEYS).is_ok());
    }
}
