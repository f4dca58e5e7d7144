//! The settings of functions that ask Graph. `docs/CONFIGURATION.md` describes them.

use teamwire_contract::variable;
use teamwire_graph::{AppCredentials, ServiceEndpoints, endpoints};
use teamwire_payload::cloud::MicrosoftCloud;
use teamwire_transport::{ConfigFault, EnvironmentReader};

/// The endpoints of Graph and Entra, and the app's proof of identity.
#[derive(Debug)]
pub struct AccessSettings {
    /// The endpoints of Graph and Entra.
    pub endpoints: ServiceEndpoints,
    /// The source of the app's credentials.
    pub credentials: CredentialsFrom,
}

/// A source of credentials.
#[derive(Debug)]
pub enum CredentialsFrom {
    /// In the secret of this id.
    Secret(String),
    /// In a plain variable: federated ones only.
    Variable(AppCredentials),
}

impl AccessSettings {
    /// Reads the settings.
    ///
    /// # Errors
    /// [`ConfigFault`], which names the variable.
    pub fn from_env(env: &EnvironmentReader<'_>) -> Result<Self, ConfigFault> {
        let cloud = env.parsed(variable::CLOUD, MicrosoftCloud::Global, str::parse)?;
        let root = |name| {
            let root = env
                .optional(name)
                .as_deref()
                .map(endpoints::root)
                .transpose();
            root.map_err(|fault| EnvironmentReader::fault(name, fault))
        };
        Ok(Self {
            endpoints: ServiceEndpoints::new(
                cloud,
                root(variable::ENTRA_URL)?,
                root(variable::GRAPH_URL)?,
            ),
            credentials: CredentialsFrom::from_env(env)?,
        })
    }
}

impl CredentialsFrom {
    fn from_env(env: &EnvironmentReader<'_>) -> Result<Self, ConfigFault> {
        let (secret, plain) = (variable::CREDENTIALS_SECRET, variable::CREDENTIALS);
        match (env.optional(secret), env.optional(plain)) {
            (Some(id), None) => Ok(Self::Secret(id)),
            (None, Some(document)) => AppCredentials::parse_public(&document)
                .map(Self::Variable)
                .map_err(|fault| EnvironmentReader::fault(plain, fault)),
            (Some(_), Some(_)) => {
                let problem = format!("must not be set beside {secret}");
                Err(EnvironmentReader::fault(plain, problem))
            }
            (None, None) => {
                let problem = format!("must be set, or {plain}");
                Err(EnvironmentReader::fault(secret, problem))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(set: &[(&str, &str)]) -> Result<CredentialsFrom, String> {
        let lookup = |name: &str| {
            let found = set.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        CredentialsFrom::from_env(&EnvironmentReader::new(&lookup))
            .map_err(|fault| fault.to_string())
    }

    const FEDERATED: &str = r#"{"*":{"clientId":"a","federated":true}}"#;

    #[test]
    fn credentials_are_in_a_secret_or_in_a_variable_and_not_in_both() {
        let (secret, plain) = (variable::CREDENTIALS_SECRET, variable::CREDENTIALS);
        assert!(matches!(read(&[(secret, "id")]), Ok(CredentialsFrom::Secret(id)) if id == "id"));
        assert!(matches!(
            read(&[(plain, FEDERATED)]),
            Ok(CredentialsFrom::Variable(_))
        ));
        let fault = read(&[(secret, "id"), (plain, FEDERATED)]).unwrap_err();
        assert!(fault.starts_with("TEAMWIRE_CREDENTIALS: "), "{fault}");
        assert!(fault.contains(secret), "{fault}");
        let fault = read(&[]).unwrap_err();
        assert!(
            fault.starts_with("TEAMWIRE_CREDENTIALS_SECRET: "),
            "{fault}"
        );
    }

    #[test]
    fn what_is_secret_is_refused_in_a_variable_that_everybody_can_see() {
        for (entry, member) in [
            (
                r#"{"clientId":"a","clientSecret":"m4rk3r"}"#,
                "clientSecret",
            ),
            (
                r#"{"clientId":"a","privateKey":"m4rk3r","certificate":"m4rk3r"}"#,
                "privateKey",
            ),
            (
                r#"{"clientId":"a","federated":true,"clientSecret":"m4rk3r"}"#,
                "clientSecret",
            ),
        ] {
            let document = format!(r#"{{"*":{entry}}}"#);
            let fault = read(&[(variable::CREDENTIALS, &document)]).unwrap_err();
            assert!(
                fault.starts_with(&format!(
                    "TEAMWIRE_CREDENTIALS: {member} of * must be in a secret"
                )),
                "{fault}"
            );
            assert!(!fault.contains("m4rk3r"), "{fault}");
        }
    }
}
