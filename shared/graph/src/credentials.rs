//! The credentials of our app, as the document that holds them says.
//!
//! ```text
//! {"<tenant id>": {"clientId": "..", "clientSecret": ".."},
//!  "<tenant id>": {"clientId": "..", "privateKey": "<PEM>", "certificate": "<PEM>"},
//!  "*":           {"clientId": "..", "federated": true, "audience": ".."}}
//! ```

use crate::client_assertion::{AssertionKeyFault, CertificateKey};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use teamwire_payload::{Redacted, TenantId};
use zeroize::Zeroizing;

/// The entry for every tenant that has none of its own.
const EVERY_OTHER: &str = "*";

/// The credentials of our app, by tenant; `*` stands for every other tenant.
#[derive(Debug, Default)]
pub struct AppCredentials(HashMap<String, TenantCredential>);

/// The app's proof of identity in a tenant.
#[derive(Debug)]
pub(crate) struct TenantCredential {
    pub(crate) client_id: String,
    pub(crate) proof: AppProof,
}

#[derive(Debug)]
pub(crate) enum AppProof {
    Secret(Redacted<Zeroizing<String>>),
    Certificate(CertificateKey),
    /// The workload's own identity, in a token for this audience; the cloud's usual one if `None`.
    Federated(Option<String>),
}

/// The reason why a document holds no credentials that can be used. No value of it is in here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotCredentials {
    /// Not an object with at least one member.
    #[error(r#"must be JSON of the form {{"<tenant id or *>":{{"clientId":"<app id>", ..}}}}"#)]
    Document,
    /// A name that is neither a GUID nor `*`.
    #[error("a tenant is neither a GUID nor *")]
    Tenant,
    /// Two entries for one tenant.
    #[error("{0} is there twice")]
    Twice(String),
    /// Something about one entry.
    #[error("{member} of {tenant} {problem}")]
    Entry {
        /// The tenant, or `*`.
        tenant: String,
        /// The name of the member.
        member: &'static str,
        /// The problem with it.
        problem: &'static str,
    },
}

impl AppCredentials {
    /// Reads the document that a secret holds.
    ///
    /// # Errors
    /// [`NotCredentials`]
    pub fn parse(document: &str) -> Result<Self, NotCredentials> {
        Self::read(document, |entry| entry.credential())
    }

    /// Reads a document that everybody may see: nothing in it may be secret, so that only
    /// `federated` entries are taken.
    ///
    /// # Errors
    /// [`NotCredentials`]
    pub fn parse_public(document: &str) -> Result<Self, NotCredentials> {
        Self::read(document, |entry| {
            entry.holds_no_secret()?;
            entry.credential()
        })
    }

    fn read(
        document: &str,
        credential: impl Fn(&TenantEntry<'_>) -> Result<TenantCredential, CredentialProblem>,
    ) -> Result<Self, NotCredentials> {
        let entries: OrderedMembers<'_> =
            serde_json::from_str(document).map_err(|_| NotCredentials::Document)?;
        if entries.0.is_empty() {
            return Err(NotCredentials::Document);
        }
        let mut credentials = HashMap::new();
        for (name, entry) in entries.0 {
            let tenant = match name.as_str() {
                EVERY_OTHER => name,
                guid => guid
                    .parse::<TenantId>()
                    .map_err(|_| NotCredentials::Tenant)?
                    .to_string(),
            };
            let credential = TenantEntry::read(entry).and_then(|entry| credential(&entry));
            let credential = credential.map_err(|(member, problem)| NotCredentials::Entry {
                tenant: tenant.clone(),
                member,
                problem,
            })?;
            if credentials.insert(tenant.clone(), credential).is_some() {
                return Err(NotCredentials::Twice(tenant));
            }
        }
        Ok(Self(credentials))
    }

    pub(crate) fn of(&self, tenant: &TenantId) -> Option<&TenantCredential> {
        let own = self.0.get(tenant.as_str());
        own.or_else(|| self.0.get(EVERY_OTHER))
    }
}

/// The members of an object in their order. A map would keep the last of two by the same name.
struct OrderedMembers<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for OrderedMembers<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;

        impl<'de> Visitor<'de> for Members {
            type Value = OrderedMembers<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<OrderedMembers<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(OrderedMembers(members))
            }
        }

        deserializer.deserialize_map(Members)
    }
}

/// The member, and what is wrong with it.
type CredentialProblem = (&'static str, &'static str);

/// Stands for the whole entry where no member is to blame.
const ENTRY: &str = "the entry";
const CLIENT_ID: &str = "clientId";
const CLIENT_SECRET: &str = "clientSecret";
const PRIVATE_KEY: &str = "privateKey";
const CERTIFICATE: &str = "certificate";
const FEDERATED: &str = "federated";
const AUDIENCE: &str = "audience";

const NOT_TEXT: &str = "must be a text that is not empty";

/// The members of one tenant, not read yet: what is wrong with one is then known by its name.
struct TenantEntry<'a>(BTreeMap<String, &'a RawValue>);

impl<'a> TenantEntry<'a> {
    fn read(entry: &'a RawValue) -> Result<Self, CredentialProblem> {
        let members = serde_json::from_str(entry.get());
        members.map(Self).map_err(|_| (ENTRY, "must be an object"))
    }

    fn credential(&self) -> Result<TenantCredential, CredentialProblem> {
        let proof = match [CLIENT_SECRET, PRIVATE_KEY, FEDERATED].map(|name| self.has(name)) {
            [true, false, false] => {
                self.only(&[CLIENT_ID, CLIENT_SECRET])?;
                AppProof::Secret(Redacted::new(self.text(CLIENT_SECRET)?))
            }
            [false, true, false] => {
                self.only(&[CLIENT_ID, PRIVATE_KEY, CERTIFICATE])?;
                AppProof::Certificate(self.certificate_key()?)
            }
            [false, false, true] => {
                self.only(&[CLIENT_ID, FEDERATED, AUDIENCE])?;
                match self.member(FEDERATED) {
                    Some(true) => {}
                    _ => return Err((FEDERATED, "must be true, or not be there")),
                }
                let audience = self.has(AUDIENCE).then(|| self.text(AUDIENCE));
                AppProof::Federated(audience.transpose()?.map(|text| text.to_string()))
            }
            _ => {
                return Err((
                    ENTRY,
                    "must have one of clientSecret, privateKey and federated",
                ));
            }
        };
        Ok(TenantCredential {
            client_id: self.text(CLIENT_ID)?.to_string(),
            proof,
        })
    }

    fn certificate_key(&self) -> Result<CertificateKey, CredentialProblem> {
        let (key, certificate) = (self.text(PRIVATE_KEY)?, self.text(CERTIFICATE)?);
        CertificateKey::from_pem(&key, &certificate).map_err(|fault| match fault {
            AssertionKeyFault::PrivateKey => (
                PRIVATE_KEY,
                "must be an unencrypted RSA key of 2048 bits or more, in PEM",
            ),
            AssertionKeyFault::Certificate => (CERTIFICATE, "must be an X.509 certificate in PEM"),
            AssertionKeyFault::Unrelated => (CERTIFICATE, "is not one of this private key"),
        })
    }

    fn holds_no_secret(&self) -> Result<(), CredentialProblem> {
        let secret = [CLIENT_SECRET, PRIVATE_KEY]
            .into_iter()
            .find(|name| self.has(name));
        secret.map_or(Ok(()), |name| {
            Err((
                name,
                "must be in a secret: only federated entries may stand here",
            ))
        })
    }

    fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The name of an unknown member is not told: it may be a value that went astray.
    fn only(&self, known: &[&str]) -> Result<(), CredentialProblem> {
        if self.0.keys().all(|name| known.contains(&name.as_str())) {
            Ok(())
        } else {
            Err((ENTRY, "has a member that does not belong to its kind"))
        }
    }

    fn text(&self, name: &'static str) -> Result<Zeroizing<String>, CredentialProblem> {
        self.member::<Zeroizing<String>>(name)
            .filter(|text| !text.is_empty())
            .ok_or((name, NOT_TEXT))
    }

    fn member<T: for<'de> Deserialize<'de>>(&self, name: &str) -> Option<T> {
        let raw = self.0.get(name)?;
        serde_json::from_str(raw.get()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: &str = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93";

    #[test]
    fn credentials_are_by_tenant_with_one_for_the_rest() {
        let credentials = AppCredentials::parse(
            r#"{"9F4EBAB6-520D-49C0-85CC-7B25C78D4A93":{"clientId":"a","clientSecret":"x"},
                "*":{"clientId":"b","federated":true}}"#,
        )
        .unwrap();
        let id = |tenant: &str| &credentials.of(&tenant.parse().unwrap()).unwrap().client_id;
        assert_eq!(id(TENANT), "a");
        assert_eq!(id("9f4ebab6-520d-49c0-85cc-7b25c78d4a94"), "b");
    }

    #[test]
    fn one_tenant_twice_is_told_however_it_is_spelled() {
        let upper = TENANT.to_ascii_uppercase();
        let entry = r#"{"clientId":"a","clientSecret":"x"}"#;
        for (first, second, is) in [
            (TENANT, upper.as_str(), TENANT),
            (TENANT, TENANT, TENANT),
            ("*", "*", "*"),
        ] {
            let document = format!(r#"{{"{first}":{entry},"{second}":{entry}}}"#);
            assert_eq!(
                AppCredentials::parse(&document).unwrap_err(),
                NotCredentials::Twice(is.to_owned())
            );
        }
    }
}
