//! The national clouds.

use crate::TenantId;
use std::str::FromStr;

/// A Microsoft cloud (GRAPH-27). Tokens of one are worth nothing in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MicrosoftCloud {
    /// The global cloud, GCC included.
    #[default]
    Global,
    /// US Government L4.
    GccHigh,
    /// US Government L5.
    Dod,
    /// China, operated by 21Vianet.
    China,
}

/// The text names no cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a cloud is one of global, gcc-high, dod, china")]
pub struct NotACloud;

impl FromStr for MicrosoftCloud {
    type Err = NotACloud;

    fn from_str(text: &str) -> Result<Self, NotACloud> {
        let mut all = Self::ALL.into_iter();
        all.find(|cloud| cloud.name() == text).ok_or(NotACloud)
    }
}

impl MicrosoftCloud {
    /// Every cloud.
    pub const ALL: [Self; 4] = [Self::Global, Self::GccHigh, Self::Dod, Self::China];

    /// The name in settings and documents.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::GccHigh => "gcc-high",
            Self::Dod => "dod",
            Self::China => "china",
        }
    }

    /// Root of the login service.
    pub const fn login_root(self) -> &'static str {
        match self {
            Self::Global => "https://login.microsoftonline.com",
            Self::GccHigh | Self::Dod => "https://login.microsoftonline.us",
            Self::China => "https://login.chinacloudapi.cn",
        }
    }

    /// Root of Graph; also the first part of an event's `source`.
    pub const fn graph_root(self) -> &'static str {
        match self {
            Self::Global => "https://graph.microsoft.com",
            Self::GccHigh => "https://graph.microsoft.us",
            Self::Dod => "https://dod-graph.microsoft.us",
            Self::China => "https://microsoftgraph.chinacloudapi.cn",
        }
    }

    /// The issuer of version 1 tokens for `tenant` (GRAPH-12).
    pub fn issuer_v1(self, tenant: &TenantId) -> String {
        match self {
            Self::Global | Self::GccHigh | Self::Dod => {
                format!("https://sts.windows.net/{tenant}/")
            }
            Self::China => format!("https://sts.chinacloudapi.cn/{tenant}/"),
        }
    }

    /// The issuer of version 2 tokens for `tenant`: the login service by its preferred name, which
    /// in China is not the one that the documents give for it.
    pub fn issuer_v2(self, tenant: &TenantId) -> String {
        let issuer = match self {
            Self::Global | Self::GccHigh | Self::Dod => self.login_root(),
            Self::China => "https://login.partner.microsoftonline.cn",
        };
        format!("{issuer}/{tenant}/v2.0")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: &str = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93";

    /// Hosts from Graph's page on deployments. Version 2 issuers from the metadata that MSAL has
    /// built in (`@azure/msal-common` 16.17.0, `endpointMetadata`), where
    /// `login.chinacloudapi.cn` is an alias.
    #[test]
    fn each_cloud_has_its_own_services_and_issuers() {
        let tenant: TenantId = TENANT.parse().unwrap();
        for (name, login, graph, issuer_v1, issuer_v2) in [
            (
                "global",
                "login.microsoftonline.com",
                "graph.microsoft.com",
                "sts.windows.net",
                "login.microsoftonline.com",
            ),
            (
                "gcc-high",
                "login.microsoftonline.us",
                "graph.microsoft.us",
                "sts.windows.net",
                "login.microsoftonline.us",
            ),
            (
                "dod",
                "login.microsoftonline.us",
                "dod-graph.microsoft.us",
                "sts.windows.net",
                "login.microsoftonline.us",
            ),
            (
                "china",
                "login.chinacloudapi.cn",
                "microsoftgraph.chinacloudapi.cn",
                "sts.chinacloudapi.cn",
                "login.partner.microsoftonline.cn",
            ),
        ] {
            let cloud: MicrosoftCloud = name.parse().unwrap();
            assert_eq!(cloud.login_root(), format!("https://{login}"));
            assert_eq!(cloud.graph_root(), format!("https://{graph}"));
            assert_eq!(
                cloud.issuer_v1(&tenant),
                format!("https://{issuer_v1}/{TENANT}/")
            );
            assert_eq!(
                cloud.issuer_v2(&tenant),
                format!("https://{issuer_v2}/{TENANT}/v2.0")
            );
        }
        assert_eq!("GLOBAL ".parse::<MicrosoftCloud>(), Err(NotACloud));
    }
}
