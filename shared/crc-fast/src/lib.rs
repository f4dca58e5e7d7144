//! Stands in for the crate of this name, which carries 650 KB of tables for a hundred checksums into
//! every program: the SDK's S3 client asks for three, and the compiler can't tell (decision 47).
//!
//! What S3 checks of ours is the first, computed many bytes at once. The others are for what somebody
//! else has put there.

/// A checksum of S3's, by the name that the SDK has for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrcAlgorithm {
    /// CRC32, of zip files and Ethernet.
    Crc32IsoHdlc,
    /// CRC32C.
    Crc32Iscsi,
    /// CRC64NVME.
    Crc64Nvme,
}

/// A checksum that is being computed.
#[derive(Debug, Clone)]
pub struct Digest(State);

#[derive(Debug, Clone)]
enum State {
    Crc32(crc32fast::Hasher),
    Crc32c(u64),
    Crc64(u64),
}

/// One step of each byte, lowest bit first, for a polynomial that is written so.
#[expect(clippy::indexing_slicing, reason = "computed by the compiler")]
const fn table(polynomial: u64) -> [u64; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut rest = byte as u64;
        let mut bit = 0;
        while bit < 8 {
            rest = if rest & 1 == 1 {
                (rest >> 1) ^ polynomial
            } else {
                rest >> 1
            };
            bit += 1;
        }
        table[byte] = rest;
        byte += 1;
    }
    table
}

static CRC32C: [u64; 256] = table(0x82f6_3b78);
static CRC64: [u64; 256] = table(0x9a6c_9329_ac4b_c9b5);

fn step(table: &[u64; 256], mut rest: u64, bytes: &[u8]) -> u64 {
    for byte in bytes {
        let [low, ..] = rest.to_le_bytes();
        let known = table.get(usize::from(low ^ byte));
        rest = (rest >> 8) ^ known.copied().unwrap_or_default();
    }
    rest
}

impl Digest {
    /// Of nothing yet.
    pub fn new(algorithm: CrcAlgorithm) -> Self {
        Self(match algorithm {
            CrcAlgorithm::Crc32IsoHdlc => State::Crc32(crc32fast::Hasher::new()),
            CrcAlgorithm::Crc32Iscsi => State::Crc32c(u64::from(u32::MAX)),
            CrcAlgorithm::Crc64Nvme => State::Crc64(u64::MAX),
        })
    }

    /// Takes the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            State::Crc32(hasher) => hasher.update(bytes),
            State::Crc32c(rest) => *rest = step(&CRC32C, *rest, bytes),
            State::Crc64(rest) => *rest = step(&CRC64, *rest, bytes),
        }
    }

    /// The checksum of all bytes so far.
    pub fn finalize(&self) -> u64 {
        match &self.0 {
            State::Crc32(hasher) => u64::from(hasher.clone().finalize()),
            State::Crc32c(rest) => rest ^ u64::from(u32::MAX),
            State::Crc64(rest) => !rest,
        }
    }
}

/// The checksum of `bytes`.
pub fn checksum(algorithm: CrcAlgorithm, bytes: &[u8]) -> u64 {
    let mut digest = Digest::new(algorithm);
    digest.update(bytes);
    digest.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_values_of_the_catalogue_come_out_whole_and_in_parts() {
        for (algorithm, check) in [
            (CrcAlgorithm::Crc32IsoHdlc, 0xcbf4_3926),
            (CrcAlgorithm::Crc32Iscsi, 0xe306_9283),
            (CrcAlgorithm::Crc64Nvme, 0xae8b_1486_0a79_9888),
        ] {
            assert_eq!(checksum(algorithm, b"123456789"), check, "{algorithm:?}");
            let mut digest = Digest::new(algorithm);
            digest.update(b"1234");
            digest.update(b"");
            digest.update(b"56789");
            assert_eq!(digest.finalize(), check, "{algorithm:?}");
        }
    }
}
