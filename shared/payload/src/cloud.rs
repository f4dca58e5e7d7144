//! The national clouds.

use crate::TenantId;
use std::str::FromStr;

/// A Microsoft cloud (GRAPH-27). Tokens of one are worth nothing in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cloud {
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

impl FromStr for Cloud {
    type Err = NotACloud;

    fn from_str(text: &str) -> Result<Self, NotACloud> {
        match text {
            "global" => Ok(Self::Global),
            "gcc-high" => Ok(Self::GccHigh),
            "dod" => Ok(Self::Dod),
            "china" => Ok(Self::China),
            _ => Err(NotACloud),
        }
    }
}

impl Cloud {
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

    /// The issuer of version 2 tokens for `tenant`.
    pub fn issuer_v2(self, tenant: &TenantId) -> String {
        format!("{}/{tenant}/v2.0", self.login_root())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cloud_has_its_own_services() {
        let tenant: TenantId = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93".parse().unwrap();
        for (name, login, graph) in [
            (
                "global",
                "https://login.microsoftonline.com",
                "https://graph.microsoft.com",
            ),
            (
                "gcc-high",
                "https://login.microsoftonline.us",
                "https://graph.microsoft.us",
            ),
            (
                "dod",
                "https://login.microsoftonline.us",
                "https://dod-graph.microsoft.us",
            ),
            (
                "china",
                "https://login.chinacloudapi.cn",
                "https://microsoftgraph.chinacloudapi.cn",
            ),
        ] {
            let cloud: Cloud = name.parse().unwrap();
            assert_eq!((cloud.login_root(), cloud.graph_root()), (login, graph));
            assert_eq!(cloud.issuer_v2(&tenant), format!("{login}/{tenant}/v2.0"));
        }
        assert_eq!("GLOBAL ".parse::<Cloud>(), Err(NotACloud));
    }
}
