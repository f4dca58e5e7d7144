//! The faults of a notification, on demand.

use crate::entra::tokens::{CHANGE_TRACKING_APP, TokenVersion, ValidationToken};
use crate::entra::{keys::EntraKeyFault, keys::EntraSigningKey};
use crate::ids;
use base64::{Engine, engine::general_purpose::STANDARD};
use rand::Rng;
use rand::rngs::StdRng;
use teamwire_envelope::seal::SealFault;

/// One fault of one notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlantedFault {
    /// The sealed content is not what Graph sealed.
    Tamper(Tamper),
    /// The validation token does not prove what it should.
    WrongToken(WrongToken),
    /// The `clientState` is not the subscription's.
    WrongClientState,
}

impl PlantedFault {
    /// The name in the ledger.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tamper(_) => "tamper",
            Self::WrongToken(_) => "wrongToken",
            Self::WrongClientState => "wrongClientState",
        }
    }
}

/// The ways of tampering, in the order in which they take turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tamper {
    /// One bit of the decoded `data` is flipped.
    Data,
    /// One bit of the decoded `dataSignature` is flipped.
    Signature,
    /// One bit of the decoded `dataKey` is flipped.
    Key,
    /// The last block of `data` is missing.
    Truncated,
}

impl Tamper {
    /// Every way, in turn.
    pub const ALL: [Self; 4] = [Self::Data, Self::Signature, Self::Key, Self::Truncated];

    /// Does it to sealed content.
    ///
    /// # Errors
    /// [`SealFault::Failed`] where the content is not what sealing makes.
    pub fn apply(self, content: &mut SealedContent, rng: &mut impl Rng) -> Result<(), SealFault> {
        let member = match self {
            Self::Data | Self::Truncated => &mut content.data,
            Self::Signature => &mut content.data_signature,
            Self::Key => &mut content.data_key,
        };
        let mut bytes = STANDARD
            .decode(member.as_bytes())
            .map_err(|_| SealFault::Failed)?;
        match self {
            Self::Truncated => bytes.truncate(bytes.len().saturating_sub(AES_BLOCK)),
            Self::Data | Self::Signature | Self::Key => {
                let position = rng.random_range(0..bytes.len().max(1));
                if let Some(byte) = bytes.get_mut(position) {
                    *byte ^= 1 << rng.random_range(0..8);
                }
            }
        }
        *member = STANDARD.encode(bytes);
        Ok(())
    }
}

const AES_BLOCK: usize = 16;

/// The members of sealed content that can be tampered with, in base64.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedContent {
    /// `data`
    pub data: String,
    /// `dataSignature`
    pub data_signature: String,
    /// `dataKey`
    pub data_key: String,
}

/// The ways a validation token can be wrong, in the order in which they take turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrongToken {
    /// Its time is over.
    Expired,
    /// It is for another application.
    Audience,
    /// It was given to another sender.
    Caller,
    /// It names Entra's key and is signed by another.
    Key,
    /// It is right, and for another tenant.
    Tenant,
}

impl WrongToken {
    /// Every way, in turn.
    pub const ALL: [Self; 5] = [
        Self::Expired,
        Self::Audience,
        Self::Caller,
        Self::Key,
        Self::Tenant,
    ];

    /// Such a token for a subscriber who should have got a right one. `forger` is a key that is
    /// in no key set.
    ///
    /// # Errors
    /// [`EntraKeyFault::Failed`]
    pub fn token(
        self,
        right: &ValidationToken<'_>,
        key: &EntraSigningKey,
        forger: &EntraSigningKey,
        rng: &mut StdRng,
    ) -> Result<String, EntraKeyFault> {
        let other = ids::guid(rng);
        let mut token = right.clone();
        match self {
            Self::Expired => token.issued_at -= TWO_DAYS_SECONDS,
            Self::Audience => token.audience = &other,
            Self::Caller => token.caller = &other,
            Self::Tenant => token.tenant_id = &other,
            Self::Key => return forger.sign(key.kid(), &token.claims(rng)),
        }
        token.sign(key, rng)
    }
}

/// Longer than any token lives.
const TWO_DAYS_SECONDS: i64 = 2 * 24 * 3600;

/// A right token for a subscriber; both versions are in use.
pub fn right_token<'a>(
    tenant_id: &'a str,
    audience: &'a str,
    now: i64,
    rng: &mut StdRng,
) -> ValidationToken<'a> {
    ValidationToken {
        tenant_id,
        audience,
        caller: CHANGE_TRACKING_APP,
        version: if rng.random() {
            TokenVersion::V1
        } else {
            TokenVersion::V2
        },
        issued_at: now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn each_way_of_tampering_changes_its_member_and_no_other() {
        let mut rng = StdRng::seed_from_u64(3);
        let sealed = SealedContent {
            data: STANDARD.encode([1; 64]),
            data_signature: STANDARD.encode([2; 32]),
            data_key: STANDARD.encode([3; 256]),
        };
        for tamper in Tamper::ALL {
            let mut content = sealed.clone();
            tamper.apply(&mut content, &mut rng).unwrap();
            let changed = [
                content.data != sealed.data,
                content.data_signature != sealed.data_signature,
                content.data_key != sealed.data_key,
            ];
            let expected = match tamper {
                Tamper::Data | Tamper::Truncated => [true, false, false],
                Tamper::Signature => [false, true, false],
                Tamper::Key => [false, false, true],
            };
            assert_eq!(changed, expected, "{tamper:?}");
        }
    }
}
