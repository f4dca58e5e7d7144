//! Hostile envelopes, built row by row, each with the stage that has to stop it.

mod alphabet;
mod ciphertext;
mod content_key;
mod cuts;
mod flips;
mod members;
mod plaintext;
mod sealed_key;
mod signature;

use crate::parties::{OUR_ID, THEIR_ID, THEM, US, now, open_now};
use base64::{Engine, engine::general_purpose::STANDARD};
use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::LazyLock;
use teamwire_envelope::{AuthenticCiphertext, LocalKeys, OpenFault, OpeningStage};
use teamwire_payload::EncryptedContent;

/// One hostile envelope.
struct Row {
    name: String,
    content: EncryptedContent,
    fault: OpenFault,
}

/// A row that has to stop at `stage`.
fn row(name: impl Into<String>, content: EncryptedContent, stage: OpeningStage) -> Row {
    Row {
        name: name.into(),
        content,
        fault: OpenFault::Tampered(stage),
    }
}

/// Every row of the table.
fn table() -> Vec<Row> {
    [
        flips::rows(),
        cuts::rows(),
        alphabet::rows(),
        members::rows(),
        signature::rows(),
        content_key::rows(),
        sealed_key::rows(),
        ciphertext::rows(),
        plaintext::rows(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The content key of [`GENUINE`]: no byte of it twice.
const CONTENT_KEY: [u8; 32] = *b"0123456789abcdefABCDEFGHIJKLMNOP";
/// The resource in [`GENUINE`]: 13 blocks with its padding.
const RESOURCE: &str = concat!(
    r#"{"id":"1625126194597","replyToId":null,"etag":"1625126194597","messageType":"message","#,
    r#""createdDateTime":"2021-07-01T07:56:34.597Z","chatId":null,"#,
    r#""body":{"contentType":"text","content":"Grüße"}}"#
);
const BLOCK: usize = 16;

/// The envelope that the rows are made from: one that opens.
static GENUINE: LazyLock<EncryptedContent> = LazyLock::new(|| {
    let sealed = US
        .recipient
        .seal_with_key(&CONTENT_KEY, RESOURCE.as_bytes());
    sealed.unwrap()
});
/// Another one that opens, with another content key and another resource.
static ANOTHER: LazyLock<EncryptedContent> =
    LazyLock::new(|| US.recipient.seal(br#"{"id":"another"}"#).unwrap());
/// An envelope that somebody else can open.
static THEIRS: LazyLock<EncryptedContent> =
    LazyLock::new(|| THEM.recipient.seal(RESOURCE.as_bytes()).unwrap());
/// Both parties' keys: the wrong one is there to be taken.
static KEYS: LazyLock<LocalKeys> = LazyLock::new(|| {
    let mut keys = LocalKeys::new();
    keys.insert_pem(OUR_ID, &US.pem()).unwrap();
    keys.insert_pem(THEIR_ID, &THEM.pem()).unwrap();
    keys
});

/// The members that travel as base64.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Data,
    Signature,
    Key,
}

impl Part {
    const ALL: [Self; 3] = [Self::Data, Self::Signature, Self::Key];

    /// The stage at which an envelope stops once this part of it is other bytes.
    const fn stage(self) -> OpeningStage {
        match self {
            Self::Data | Self::Signature => OpeningStage::Hmac,
            Self::Key => OpeningStage::RsaOaep,
        }
    }

    /// The part of `content`, as it travels.
    fn of(self, content: &EncryptedContent) -> &str {
        match self {
            Self::Data => &content.data,
            Self::Signature => &content.data_signature,
            Self::Key => &content.data_key,
        }
        .as_deref()
        .unwrap()
    }

    /// The part of [`GENUINE`], decoded.
    fn bytes(self) -> Vec<u8> {
        STANDARD.decode(self.of(&GENUINE)).unwrap()
    }

    /// `content` with `text` for this part.
    fn set(self, mut content: EncryptedContent, text: &str) -> EncryptedContent {
        let member = match self {
            Self::Data => &mut content.data,
            Self::Signature => &mut content.data_signature,
            Self::Key => &mut content.data_key,
        };
        *member = Some(text.to_owned());
        content
    }

    /// [`GENUINE`] with `bytes` for this part.
    fn replaced(self, bytes: &[u8]) -> EncryptedContent {
        self.set(GENUINE.clone(), &STANDARD.encode(bytes))
    }
}

/// Every row is stopped where it says, and the fault says no more than any other's.
fn assert_stopped(rows: Vec<Row>) {
    let same_text = OpenFault::Tampered(OpeningStage::Hmac).to_string();
    for Row {
        name,
        content,
        fault,
    } in rows
    {
        let opened = catch_unwind(AssertUnwindSafe(|| open_now(&content, &*KEYS)))
            .unwrap_or_else(|_| panic!("{name}: panicked"));
        assert_eq!(opened, Err(fault), "{name}");
        if let OpenFault::Tampered(_) = fault {
            assert_eq!(fault.to_string(), same_text, "{name}");
        }
    }
}

#[test]
fn flipped_bits_are_noticed() {
    assert_stopped(flips::rows());
}

#[test]
fn cut_grown_and_rearranged_members_are_noticed() {
    assert_stopped(cuts::rows());
}

#[test]
fn only_strict_base64_is_read() {
    assert_stopped(alphabet::rows());
}

#[test]
fn missing_and_exchanged_members_are_noticed() {
    assert_stopped(members::rows());
}

#[test]
fn only_the_one_signature_is_taken() {
    assert_stopped(signature::rows());
}

#[test]
fn only_a_content_key_of_32_bytes_is_used() {
    assert_stopped(content_key::rows());
}

#[test]
fn only_oaep_with_sha1_and_no_label_is_unsealed() {
    assert_stopped(sealed_key::rows());
}

#[test]
fn well_signed_ciphertext_that_is_not_ours_is_refused() {
    assert_stopped(ciphertext::rows());
}

#[test]
fn well_sealed_plaintext_that_is_no_resource_is_refused() {
    assert_stopped(plaintext::rows());
}

#[test]
fn the_table_has_at_least_430_different_rows() {
    let rows = table();
    let names: HashSet<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names.len(), rows.len(), "two rows have one name");
    let mut envelopes = HashMap::new();
    for Row { name, content, .. } in &rows {
        let envelope = serde_json::to_string(content).unwrap();
        let same = envelopes.insert(envelope, name);
        assert_eq!(same, None, "the same envelope as {name}");
    }
    assert!(rows.len() >= 430, "{} rows", rows.len());
    assert!(rows.iter().all(|row| row.content != *GENUINE));
}

#[test]
fn every_stage_stops_something() {
    let stopped: HashSet<_> = table().iter().filter_map(|row| row.fault.stage()).collect();
    for stage in [
        "missing-field",
        "base64",
        "unknown-certificate",
        "rsa-oaep",
        "key-length",
        "hmac",
        "block-length",
        "pkcs7",
        "utf8",
        "json",
    ] {
        assert!(stopped.contains(stage), "{stage}");
    }
    assert_eq!(stopped.len(), 10);
}

#[test]
fn nothing_is_decrypted_before_the_signature_is_checked() {
    for Row {
        name,
        content,
        fault,
    } in table()
    {
        let checked = now(AuthenticCiphertext::check(&content, &*KEYS)).is_ok();
        let after_the_check = matches!(
            fault,
            OpenFault::Tampered(
                OpeningStage::BlockLength
                    | OpeningStage::Pkcs7
                    | OpeningStage::Utf8
                    | OpeningStage::Json
            )
        );
        assert_eq!(checked, after_the_check, "{name}");
    }
}

#[test]
fn what_the_rows_are_made_from_opens() {
    assert_eq!(open_now(&GENUINE, &*KEYS).as_deref(), Ok(RESOURCE));
    assert_eq!(open_now(&THEIRS, &*KEYS).as_deref(), Ok(RESOURCE));
    assert!(open_now(&ANOTHER, &*KEYS).is_ok());
    assert_eq!(Part::Data.bytes().len(), 13 * BLOCK);
}
