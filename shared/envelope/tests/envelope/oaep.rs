//! RSA-OAEP encoding (RFC 8017, 7.1.1) with every part of it open to change, and RSA without
//! any padding. The padding libraries only make what is right.

use aws_lc_rs::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, digest};
use rsa::{BigUint, RsaPublicKey, traits::PublicKeyParts};

/// An encoded message before it is masked: `first_byte || seed || label hash || padding ||
/// separator || message`.
pub(crate) struct Block {
    pub(crate) hash: &'static Algorithm,
    pub(crate) mask_hash: &'static Algorithm,
    pub(crate) first_byte: u8,
    pub(crate) label_hash: Vec<u8>,
    pub(crate) padding: Vec<u8>,
    pub(crate) separator: u8,
    pub(crate) message: Vec<u8>,
}

impl Block {
    /// Seals as Graph does: SHA-1 twice, no label.
    pub(crate) fn like_graph(key: &RsaPublicKey, message: &[u8]) -> Self {
        Self::with(key, message, &SHA1_FOR_LEGACY_USE_ONLY, b"")
    }

    /// With another hash for both purposes, or with a label.
    pub(crate) fn with(
        key: &RsaPublicKey,
        message: &[u8],
        hash: &'static Algorithm,
        label: &[u8],
    ) -> Self {
        let room = key.size() - 2 - 2 * hash.output_len();
        Self {
            hash,
            mask_hash: hash,
            first_byte: 0,
            label_hash: digest(hash, label).as_ref().to_vec(),
            padding: vec![0; room - message.len()],
            separator: 1,
            message: message.to_vec(),
        }
    }

    /// Masks it and encrypts it.
    pub(crate) fn seal(&self, key: &RsaPublicKey) -> Vec<u8> {
        let mut data = self.label_hash.clone();
        data.extend_from_slice(&self.padding);
        data.push(self.separator);
        data.extend_from_slice(&self.message);
        let seed: Vec<u8> = (1_u8..).take(self.hash.output_len()).collect();

        let masked_data = masked(self.mask_hash, &seed, &data);
        let masked_seed = masked(self.mask_hash, &masked_data, &seed);
        let block = [vec![self.first_byte], masked_seed, masked_data].concat();
        encrypted(key, &BigUint::from_bytes_be(&block))
    }
}

/// `number` to the public exponent, as many bytes as the modulus.
pub(crate) fn encrypted(key: &RsaPublicKey, number: &BigUint) -> Vec<u8> {
    bytes(key, &number.modpow(key.e(), key.n()))
}

/// `number`, as many bytes as the modulus or as it needs.
pub(crate) fn bytes(key: &RsaPublicKey, number: &BigUint) -> Vec<u8> {
    let digits = number.to_bytes_be();
    let zeros = key.size().saturating_sub(digits.len());
    [vec![0; zeros], digits].concat()
}

/// `data` under the MGF1 mask that grows from `seed`.
fn masked(hash: &'static Algorithm, seed: &[u8], data: &[u8]) -> Vec<u8> {
    let mask = (0_u32..).flat_map(|counter| {
        let input = [seed, &counter.to_be_bytes()].concat();
        digest(hash, &input).as_ref().to_vec()
    });
    data.iter()
        .zip(mask)
        .map(|(byte, mask)| byte ^ mask)
        .collect()
}

#[test]
fn a_block_left_as_graph_makes_it_is_unsealed() {
    let us = &crate::parties::US;
    let sealed = Block::like_graph(&us.public_key, b"a content key").seal(&us.public_key);
    let key = us.keys.unwrap_now(&us.certificate_id, &sealed).unwrap();
    assert_eq!(key.as_slice(), b"a content key");
}
