//! The Entra tenant a change belongs to.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// An Entra tenant id: a GUID, held in lower case.
///
/// It becomes part of URLs and issuers, so nothing but a GUID gets in.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TenantId(String);

/// The text is not a GUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a tenant id is a GUID")]
pub struct NotATenant;

impl TenantId {
    /// The GUID in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TenantId {
    type Err = NotATenant;

    fn from_str(text: &str) -> Result<Self, NotATenant> {
        const DASHES: [usize; 4] = [8, 13, 18, 23];
        let is_guid = text.len() == 36
            && text.bytes().enumerate().all(|(at, byte)| {
                if DASHES.contains(&at) {
                    byte == b'-'
                } else {
                    byte.is_ascii_hexdigit()
                }
            });
        if is_guid {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(NotATenant)
        }
    }
}

impl TryFrom<String> for TenantId {
    type Error = NotATenant;

    fn try_from(text: String) -> Result<Self, NotATenant> {
        text.parse()
    }
}

impl From<TenantId> for String {
    fn from(tenant: TenantId) -> Self {
        tenant.0
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::TenantId;

    #[test]
    fn a_guid_in_any_case_is_one_tenant() {
        let upper: TenantId = "9F4EBAB6-520D-49C0-85CC-7B25C78D4A93".parse().unwrap();
        assert_eq!(upper.as_str(), "9f4ebab6-520d-49c0-85cc-7b25c78d4a93");
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "common",
            "contoso.onmicrosoft.com",
            "9f4ebab6520d49c085cc7b25c78d4a93",
            "{9f4ebab6-520d-49c0-85cc-7b25c78d4a93}",
            "9f4ebab6-520d-49c0-85cc-7b25c78d4a9/",
            "9f4ebab6-520d-49c0-85cc-7b25c78d4a9é",
        ] {
            assert!(text.parse::<TenantId>().is_err(), "{text}");
        }
    }
}
