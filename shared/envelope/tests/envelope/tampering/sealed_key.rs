//! Content keys sealed in another way than Graph's, for somebody else, or by nobody.

use super::{CONTENT_KEY, Part, Row, row};
use crate::oaep::{Block, bytes, encrypted};
use crate::parties::{OUR_ID, Party, THEM, US};
use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA224, SHA256, SHA384, SHA512};
use aws_lc_rs::rsa::KeySize;
use rsa::{BigUint, Pkcs1v15Encrypt, RsaPublicKey, rand_core::OsRng, traits::PublicKeyParts};
use teamwire_envelope::OpeningStage;

pub(super) fn rows() -> Vec<Row> {
    let ours = &US.public_key;
    let sealed_keys = [
        by_other_hashes(ours),
        with_labels(ours),
        with_damaged_padding(ours),
        without_oaep(ours),
        bare_numbers(ours),
        reshaped(),
        for_other_keys(),
    ];
    sealed_keys
        .into_iter()
        .flatten()
        .map(|(name, sealed)| {
            let content = Part::Key.replaced(&sealed);
            row(
                format!("sealed key: {name}"),
                content,
                OpeningStage::RsaOaep,
            )
        })
        .collect()
}

type SealedKeys = Vec<(&'static str, Vec<u8>)>;

fn by_other_hashes(ours: &RsaPublicKey) -> SealedKeys {
    let sha1 = &SHA1_FOR_LEGACY_USE_ONLY;
    [
        ("SHA-224 twice", &SHA224, &SHA224),
        ("SHA-256 twice", &SHA256, &SHA256),
        ("SHA-384 twice", &SHA384, &SHA384),
        ("SHA-512 twice", &SHA512, &SHA512),
        ("SHA-256 with an MGF1 of SHA-1", &SHA256, sha1),
        ("SHA-512 with an MGF1 of SHA-1", &SHA512, sha1),
        ("SHA-1 with an MGF1 of SHA-256", sha1, &SHA256),
        ("SHA-1 with an MGF1 of SHA-512", sha1, &SHA512),
    ]
    .map(|(name, hash, mask_hash)| {
        let block = Block {
            mask_hash,
            ..Block::with(ours, &CONTENT_KEY, hash, b"")
        };
        (name, block.seal(ours))
    })
    .to_vec()
}

fn with_labels(ours: &RsaPublicKey) -> SealedKeys {
    let labels: [(&str, &[u8]); 6] = [
        ("label of one zero", b"\0"),
        ("label of a space", b" "),
        ("label of a word", b"OAEP"),
        ("label of the certificate id", OUR_ID.as_bytes()),
        ("label of the content key", &CONTENT_KEY),
        ("label of 1 KiB", &[b'x'; 1024]),
    ];
    labels
        .map(|(name, label)| {
            let block = Block::with(ours, &CONTENT_KEY, &SHA1_FOR_LEGACY_USE_ONLY, label);
            (name, block.seal(ours))
        })
        .to_vec()
}

/// Padding that a decoder has to check whole and at once, or it tells an attacker where it stopped.
fn with_damaged_padding(ours: &RsaPublicKey) -> SealedKeys {
    type Change = fn(&mut Block);
    let changes: [(&str, Change); 14] = [
        ("first byte 1", |block| block.first_byte = 1),
        ("first byte 2", |block| block.first_byte = 2),
        ("first byte 0x40", |block| block.first_byte = 0x40),
        ("label hash off by its first bit", |block| {
            block.label_hash[0] ^= 0x80
        }),
        ("label hash off by its last bit", |block| {
            block.label_hash[19] ^= 1
        }),
        ("label hash of zeros", |block| block.label_hash.fill(0)),
        ("label hash of ones", |block| block.label_hash.fill(0xff)),
        ("padding off in its first byte", |block| {
            block.padding[0] = 2
        }),
        ("padding off in its last byte", |block| {
            let last = block.padding.len() - 1;
            block.padding[last] = 0xff;
        }),
        ("padding of ones", |block| block.padding.fill(0xff)),
        ("separator 0, then the key", |block| block.separator = 0),
        ("separator 2", |block| block.separator = 2),
        ("separator 0xff", |block| block.separator = 0xff),
        ("no separator before the end", |block| {
            block.separator = 0;
            block.message.fill(0);
        }),
    ];
    changes
        .map(|(name, change)| {
            let mut block = Block::like_graph(ours, &CONTENT_KEY);
            change(&mut block);
            (name, block.seal(ours))
        })
        .to_vec()
}

fn without_oaep(ours: &RsaPublicKey) -> SealedKeys {
    let raw = |block: &[u8]| encrypted(ours, &BigUint::from_bytes_be(block));
    let room = ours.size() - 3 - CONTENT_KEY.len();
    let pkcs1 = ours.encrypt(&mut OsRng, Pkcs1v15Encrypt, &CONTENT_KEY);
    vec![
        ("PKCS#1 v1.5", pkcs1.unwrap()),
        (
            "PKCS#1 v1.5 padding of a signature",
            raw(&[&[0, 1], &vec![0xff; room][..], &[0], &CONTENT_KEY].concat()),
        ),
        ("textbook RSA, the key at the end", raw(&CONTENT_KEY)),
        (
            "textbook RSA, the key in front",
            raw(&[&[0], &CONTENT_KEY[..], &vec![0; ours.size() - 33]].concat()),
        ),
        ("the key itself", CONTENT_KEY.to_vec()),
        (
            "the key itself, zeros before it",
            bytes(ours, &BigUint::from_bytes_be(&CONTENT_KEY)),
        ),
        ("the public key", US.spki_der.clone()),
    ]
}

/// Numbers at the edges of what RSA is defined on, and past them.
fn bare_numbers(ours: &RsaPublicKey) -> SealedKeys {
    let n = ours.n();
    let one = BigUint::from(1_u8);
    let genuine = BigUint::from_bytes_be(&Part::Key.bytes());
    [
        ("one", one.clone()),
        ("two", BigUint::from(2_u8)),
        ("modulus less one", n - &one),
        ("modulus less two", n - BigUint::from(2_u8)),
        ("modulus", n.clone()),
        ("modulus and one", n + &one),
        ("twice the modulus", n * BigUint::from(2_u8)),
        ("half the modulus", n / BigUint::from(2_u8)),
        ("its square", &genuine * &genuine % n),
        ("its double", &genuine * BigUint::from(2_u8) % n),
        ("its negative", n - &genuine),
        ("itself and the modulus", &genuine + n),
        ("a key sealed for 2^e as well", {
            let factor = BigUint::from(2_u8).modpow(ours.e(), n);
            &genuine * factor % n
        }),
    ]
    .map(|(name, number)| (name, bytes(ours, &number)))
    .to_vec()
}

fn reshaped() -> SealedKeys {
    let sealed = Part::Key.bytes();
    vec![
        ("255 zeros", vec![0; 255]),
        ("257 zeros", vec![0; 257]),
        ("6,144 zeros", vec![0; 6_144]),
        ("1 MiB of zeros", vec![0; 1 << 20]),
        ("two zeros before it", [&[0, 0], &sealed[..]].concat()),
        (
            "as an octet string",
            [&[4, 0x82, 1, 0], &sealed[..]].concat(),
        ),
        (
            "as a bit string",
            [&[3, 0x82, 1, 1, 0], &sealed[..]].concat(),
        ),
    ]
}

fn for_other_keys() -> SealedKeys {
    let like_graph = |key| Block::like_graph(key, &CONTENT_KEY).seal(key);
    let longer = Party::new("longer", KeySize::Rsa3072);
    vec![
        ("for their certificate", like_graph(&THEM.public_key)),
        ("for a key of 3072 bits", like_graph(&longer.public_key)),
    ]
}
