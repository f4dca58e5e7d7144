//! The national clouds, and where their services are.

use reqwest::Url;
use std::str::FromStr;
use teamwire_payload::TenantId;

/// A Microsoft cloud. Tokens of one are worth nothing in another.
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

    /// The issuer of version 1 tokens for `tenant`.
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

/// Where requests go: the cloud's own services, or stand-ins for them on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// Names issuers and event sources, whatever the roots below are.
    pub cloud: Cloud,
    /// Root of the login service, without a trailing slash.
    pub login: String,
    /// Root of Graph, without a trailing slash.
    pub graph: String,
}

/// A root that is neither HTTPS nor on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an https URL without path, or http on a loopback host")]
pub struct UnsafeRoot;

impl Endpoints {
    /// The services of `cloud`, each replaced where another root is given.
    ///
    /// # Errors
    /// [`UnsafeRoot`]: plain HTTP is for loopback hosts only.
    pub fn new(cloud: Cloud, login: Option<&str>, graph: Option<&str>) -> Result<Self, UnsafeRoot> {
        Ok(Self {
            cloud,
            login: root(login.unwrap_or(cloud.login_root()))?,
            graph: root(graph.unwrap_or(cloud.graph_root()))?,
        })
    }
}

fn root(text: &str) -> Result<String, UnsafeRoot> {
    let url = Url::parse(text).map_err(|_| UnsafeRoot)?;
    let loopback = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    let scheme_fits = url.scheme() == "https" || (url.scheme() == "http" && loopback);
    let bare = matches!(url.path(), "" | "/")
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if scheme_fits && bare && url.has_host() {
        Ok(text.trim_end_matches('/').to_owned())
    } else {
        Err(UnsafeRoot)
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
            let endpoints = Endpoints::new(name.parse().unwrap(), None, None).unwrap();
            assert_eq!(
                (endpoints.login.as_str(), endpoints.graph.as_str()),
                (login, graph)
            );
            assert_eq!(
                endpoints.cloud.issuer_v2(&tenant),
                format!("{login}/{tenant}/v2.0")
            );
        }
        assert!("GLOBAL ".parse::<Cloud>().is_err());
    }

    #[test]
    fn stand_ins_are_https_or_on_this_machine() {
        for good in [
            "http://127.0.0.1:8080",
            "http://localhost:1/",
            "https://proxy.example",
        ] {
            assert!(
                Endpoints::new(Cloud::Global, Some(good), None).is_ok(),
                "{good}"
            );
        }
        for bad in [
            "",
            "graph.microsoft.com",
            "http://graph.microsoft.com",
            "http://127.0.0.1.evil.example",
            "http://localhost@evil.example",
            "https://a.example/path",
            "https://a.example?x",
            "ftp://localhost",
        ] {
            assert_eq!(
                Endpoints::new(Cloud::Global, None, Some(bad)),
                Err(UnsafeRoot),
                "{bad}"
            );
        }
    }
}
