//! Every way of changing an envelope ends in one dead letter whose reason gives nothing away.

use super::keys::{CURRENT, NEXT};
use super::sealed_record::{PATH, RESOURCE, change, dead, refusal, text, verdict};
use base64::{Engine, engine::general_purpose::STANDARD};
use teamwire_payload::{ChangeType, EncryptedContent};

type Member = fn(&mut EncryptedContent) -> &mut Option<String>;

const DATA: Member = |content| &mut content.data;
const SIGNATURE: Member = |content| &mut content.data_signature;
const KEY: Member = |content| &mut content.data_key;
const CERTIFICATE: Member = |content| &mut content.encryption_certificate_id;

fn sealed() -> EncryptedContent {
    CURRENT.recipient.seal(RESOURCE.as_bytes()).unwrap()
}

/// An envelope with the decoded bytes of one member changed.
fn bytes(member: Member, alter: impl FnOnce(&mut Vec<u8>)) -> EncryptedContent {
    let mut content = sealed();
    let place = member(&mut content);
    let mut bytes = STANDARD.decode(place.as_deref().unwrap()).unwrap();
    alter(&mut bytes);
    *place = Some(STANDARD.encode(bytes));
    content
}

/// An envelope with the text of one member changed.
fn texts(member: Member, alter: impl FnOnce(String) -> Option<String>) -> EncryptedContent {
    let mut content = sealed();
    let place = member(&mut content);
    *place = place.take().and_then(alter);
    content
}

/// An envelope that is sealed well around something else than a resource.
fn around(plaintext: &[u8]) -> EncryptedContent {
    CURRENT.recipient.seal(plaintext).unwrap()
}

fn with_key(key: &[u8]) -> EncryptedContent {
    CURRENT
        .recipient
        .seal_with_key(key, RESOURCE.as_bytes())
        .unwrap()
}

fn with_ciphertext(ciphertext: &[u8]) -> EncryptedContent {
    CURRENT
        .recipient
        .seal_ciphertext(&[7; 32], ciphertext)
        .unwrap()
}

fn flip(at: usize) -> impl FnOnce(&mut Vec<u8>) {
    move |bytes| {
        let at = at.min(bytes.len() - 1);
        bytes[at] ^= 1;
    }
}

fn missing() -> Vec<(String, EncryptedContent, &'static str)> {
    let members = [DATA, SIGNATURE, KEY, CERTIFICATE];
    let names = ["data", "signature", "key", "certificate id"];
    let rows = members.into_iter().zip(names).flat_map(|(member, name)| {
        [
            (
                format!("no {name}"),
                texts(member, |_| None),
                "missing-field",
            ),
            (
                format!("empty {name}"),
                texts(member, |_| Some(String::new())),
                "missing-field",
            ),
        ]
    });
    rows.collect()
}

fn encodings() -> Vec<(String, EncryptedContent, &'static str)> {
    type Spoil = fn(String) -> String;
    let spoil: [(&str, Spoil); 5] = [
        ("white space", |text| format!("{text}\n")),
        ("a character too few", |text| {
            text[..text.len() - 1].to_owned()
        }),
        ("the URL alphabet", |text| format!("-_{}", &text[2..])),
        ("a character too many", |text| format!("{text}=")),
        ("text", |_| "not base64!".to_owned()),
    ];
    let members = [("data", DATA), ("signature", SIGNATURE), ("key", KEY)];
    let rows = members.into_iter().flat_map(|(name, member)| {
        spoil.iter().map(move |(how, spoil)| {
            (
                format!("{name} with {how}"),
                texts(member, |text| Some(spoil(text))),
                "base64",
            )
        })
    });
    rows.collect()
}

fn keys() -> Vec<(String, EncryptedContent, &'static str)> {
    let mut for_another = NEXT.recipient.seal(RESOURCE.as_bytes()).unwrap();
    for_another.encryption_certificate_id = Some(CURRENT.certificate_id.to_owned());
    let mut rows = vec![
        (
            "a key sealed for another certificate".to_owned(),
            for_another,
            "rsa-oaep",
        ),
        (
            "a key cut short".to_owned(),
            bytes(KEY, |key| key.truncate(255)),
            "rsa-oaep",
        ),
        (
            "a key with a byte more".to_owned(),
            bytes(KEY, |key| key.push(0)),
            "rsa-oaep",
        ),
        (
            "a key of zeros".to_owned(),
            bytes(KEY, |key| key.fill(0)),
            "rsa-oaep",
        ),
        (
            "a key above the modulus".to_owned(),
            bytes(KEY, |key| key.fill(255)),
            "rsa-oaep",
        ),
        (
            "a key of one byte".to_owned(),
            bytes(KEY, |key| key.truncate(1)),
            "rsa-oaep",
        ),
    ];
    for at in [0, 1, 100, 255] {
        rows.push((
            format!("a bit of key byte {at}"),
            bytes(KEY, flip(at)),
            "rsa-oaep",
        ));
    }
    for length in [1, 16, 24, 31, 33, 48, 64] {
        let content = with_key(&vec![7; length]);
        rows.push((
            format!("a content key of {length} bytes"),
            content,
            "key-length",
        ));
    }
    rows
}

fn signatures() -> Vec<(String, EncryptedContent, &'static str)> {
    let (one, mut other) = (sealed(), sealed());
    other.data.clone_from(&one.data);
    let mut swapped = sealed();
    swapped.data_signature = one.data_signature;
    let mut rows = vec![
        ("the data of another envelope".to_owned(), other, "hmac"),
        (
            "the signature of another envelope".to_owned(),
            swapped,
            "hmac",
        ),
        (
            "data cut by a block".to_owned(),
            bytes(DATA, |data| data.truncate(16)),
            "hmac",
        ),
        (
            "data with a byte more".to_owned(),
            bytes(DATA, |data| data.push(0)),
            "hmac",
        ),
        (
            "data without its last byte".to_owned(),
            bytes(DATA, |data| data.truncate(31)),
            "hmac",
        ),
        (
            "blocks in another order".to_owned(),
            bytes(DATA, |data| data.rotate_left(16)),
            "hmac",
        ),
        (
            "half a signature".to_owned(),
            bytes(SIGNATURE, |tag| tag.truncate(16)),
            "hmac",
        ),
        (
            "one byte of signature".to_owned(),
            bytes(SIGNATURE, |tag| tag.truncate(1)),
            "hmac",
        ),
        (
            "a signature and more".to_owned(),
            bytes(SIGNATURE, |tag| tag.push(0)),
            "hmac",
        ),
        (
            "a signature of zeros".to_owned(),
            bytes(SIGNATURE, |tag| tag.fill(0)),
            "hmac",
        ),
    ];
    for at in [0, 15, 16, 40, usize::MAX] {
        rows.push((
            format!("a bit of data byte {at}"),
            bytes(DATA, flip(at)),
            "hmac",
        ));
    }
    for at in [0, 31] {
        rows.push((
            format!("a bit of signature byte {at}"),
            bytes(SIGNATURE, flip(at)),
            "hmac",
        ));
    }
    rows
}

fn plaintexts() -> Vec<(String, EncryptedContent, &'static str)> {
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(64), "]".repeat(64));
    let mut rows = vec![
        (
            "15 bytes of data".to_owned(),
            with_ciphertext(&[0; 15]),
            "block-length",
        ),
        (
            "17 bytes of data".to_owned(),
            with_ciphertext(&[0; 17]),
            "block-length",
        ),
        (
            "data whose padding is none".to_owned(),
            with_ciphertext(&[0; 32]),
            "pkcs7",
        ),
        (
            "bytes that are no text".to_owned(),
            around(&[b'{', 0xff, b'}']),
            "utf8",
        ),
        (
            "a surrogate".to_owned(),
            around(b"{\"a\":\"\xed\xa0\x80\"}"),
            "utf8",
        ),
    ];
    for text in [
        "", "null", "7", "\"a\"", "[]", "[{}]", "{", "{}x", "{}{}", "{'a':1}", &deep,
    ] {
        rows.push((
            format!("sealed around {text:.20}"),
            around(text.as_bytes()),
            "json",
        ));
    }
    rows.push((
        "a byte order mark".to_owned(),
        around("\u{feff}{}".as_bytes()),
        "json",
    ));
    rows
}

#[tokio::test]
async fn every_tampered_envelope_is_one_dead_letter_and_only_the_log_knows_the_stage() {
    let tables = [missing(), encodings(), keys(), signatures(), plaintexts()];
    let mut rows = 0;
    for (name, content, stage) in tables.into_iter().flatten() {
        let verdict = verdict(text(change(PATH, ChangeType::Created), content)).await;
        assert_eq!(
            refusal(verdict),
            (dead("tampered"), stage.to_owned()),
            "{name}"
        );
        rows += 1;
    }
    assert_eq!(rows, 74);
}
