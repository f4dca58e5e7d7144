//! AWS's own variables.

use aws_config::Region;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};
use std::fmt;

/// What Lambda, or whatever stands for it, has set.
#[derive(Clone, Copy)]
pub(super) struct Environment(pub(super) fn(&str) -> Option<String>);

impl Environment {
    fn text(self, name: &str) -> Option<String> {
        self.0(name).filter(|text| !text.trim().is_empty())
    }

    pub(super) fn region(self) -> Option<Region> {
        let region = self.text("AWS_REGION");
        region
            .or_else(|| self.text("AWS_DEFAULT_REGION"))
            .map(Region::new)
    }

    /// The endpoint of every service that has none of its own.
    pub(super) fn endpoint(self) -> Option<String> {
        self.text("AWS_ENDPOINT_URL")
            .filter(|_| !self.ignores_endpoints())
    }

    pub(super) fn flag(self, name: &str) -> Option<bool> {
        self.text(name)?.trim().to_ascii_lowercase().parse().ok()
    }

    fn ignores_endpoints(self) -> bool {
        self.flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") == Some(true)
    }
}

/// The settings of one service. The SDK asks for its endpoint alone: `AWS_ENDPOINT_URL_STS`.
impl LoadServiceConfig for Environment {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        let service = key.service_id().to_uppercase().replace(' ', "_");
        self.text(&format!("{}_{service}", key.env()))
            .filter(|_| !self.ignores_endpoints())
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Environment")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sts(environment: Environment) -> Option<String> {
        let key = ServiceConfigKey::builder()
            .service_id("STS")
            .profile("endpoint_url")
            .env("AWS_ENDPOINT_URL")
            .build();
        environment.load_config(key.unwrap())
    }

    #[test]
    fn a_service_may_have_an_endpoint_of_its_own() {
        let environment = Environment(|name| match name {
            "AWS_ENDPOINT_URL" => Some("http://127.0.0.1:1".to_owned()),
            "AWS_ENDPOINT_URL_STS" => Some("http://127.0.0.1:2".to_owned()),
            "AWS_USE_FIPS_ENDPOINT" => Some("TRUE".to_owned()),
            _ => None,
        });
        assert_eq!(
            environment.endpoint().as_deref(),
            Some("http://127.0.0.1:1")
        );
        assert_eq!(sts(environment).as_deref(), Some("http://127.0.0.1:2"));
        assert_eq!(environment.flag("AWS_USE_FIPS_ENDPOINT"), Some(true));
        assert_eq!(environment.flag("AWS_USE_DUALSTACK_ENDPOINT"), None);
    }

    #[test]
    fn endpoints_can_be_ignored_and_blanks_count_as_nothing() {
        let environment = Environment(|name| match name {
            "AWS_REGION" => Some(" ".to_owned()),
            "AWS_DEFAULT_REGION" => Some("eu-central-1".to_owned()),
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS" => Some("true".to_owned()),
            _ => Some("http://127.0.0.1:1".to_owned()),
        });
        assert_eq!(environment.region(), Some(Region::new("eu-central-1")));
        assert_eq!(environment.endpoint(), None);
        assert_eq!(sts(environment), None);
    }
}
