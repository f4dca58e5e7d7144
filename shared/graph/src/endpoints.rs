//! The endpoints of Microsoft.

use teamwire_payload::cloud::MicrosoftCloud;
use url::Url;

/// The cloud's own services, or stand-ins for them on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceEndpoints {
    /// Names issuers and event sources, whatever the roots below are.
    pub cloud: MicrosoftCloud,
    /// Root of the login service, without a trailing slash.
    pub login: String,
    /// Root of Graph, without a trailing slash.
    pub graph: String,
}

impl ServiceEndpoints {
    /// The services of `cloud`, each replaced where another [`root`] is given.
    pub fn new(
        cloud: MicrosoftCloud,
        login: Option<ServiceRoot>,
        graph: Option<ServiceRoot>,
    ) -> Self {
        let or = |root: Option<ServiceRoot>, own: &str| {
            root.map_or_else(|| own.to_owned(), |root| root.0)
        };
        Self {
            cloud,
            login: or(login, cloud.login_root()),
            graph: or(graph, cloud.graph_root()),
        }
    }
}

/// A service's root that is HTTPS or on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceRoot(String);

/// A root that is neither HTTPS nor on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an https URL without path, or http on a loopback host")]
pub struct UnsafeRoot;

/// Reads the root of a service.
///
/// # Errors
/// [`UnsafeRoot`]: plain HTTP is for loopback hosts only.
pub fn root(text: &str) -> Result<ServiceRoot, UnsafeRoot> {
    let url = Url::parse(text).map_err(|_| UnsafeRoot)?;
    let loopback = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    let scheme_fits = url.scheme() == "https" || (url.scheme() == "http" && loopback);
    let bare = matches!(url.path(), "" | "/")
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if scheme_fits && bare && url.has_host() {
        Ok(ServiceRoot(text.trim_end_matches('/').to_owned()))
    } else {
        Err(UnsafeRoot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stand_ins_are_https_or_on_this_machine() {
        for good in [
            "http://127.0.0.1:8080",
            "http://localhost:1/",
            "https://proxy.example",
        ] {
            assert!(root(good).is_ok(), "{good}");
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
            assert_eq!(root(bad), Err(UnsafeRoot), "{bad}");
        }
    }

    #[test]
    fn without_stand_ins_the_cloud_is_asked() {
        let endpoints = ServiceEndpoints::new(
            MicrosoftCloud::Dod,
            None,
            Some(root("http://[::1]:7/").unwrap()),
        );
        assert_eq!(endpoints.login, "https://login.microsoftonline.us");
        assert_eq!(endpoints.graph, "http://[::1]:7");
    }
}
