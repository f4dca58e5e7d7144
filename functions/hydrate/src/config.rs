//! The settings of `hydrate`. `docs/CONFIGURATION.md` describes them.

use teamwire_graph::{Endpoints, endpoints};
use teamwire_payload::cloud::Cloud;
use teamwire_transport::{ConfigFault, Env, Stations};

/// The settings, read and checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where Graph and Entra are.
    pub endpoints: Endpoints,
    /// Id of the secret with our app's credentials.
    pub credentials_secret: String,
    /// Its queues and its bucket.
    pub stations: Stations,
}

impl Config {
    /// The variable that names the secret with the credentials.
    pub const CREDENTIALS_SECRET: &'static str = "TEAMWIRE_CREDENTIALS_SECRET";

    /// Reads the settings.
    ///
    /// # Errors
    /// [`ConfigFault`], which names the variable.
    pub fn from_env(env: &Env<'_>) -> Result<Self, ConfigFault> {
        let cloud = env.parsed("TEAMWIRE_CLOUD", Cloud::Global, str::parse)?;
        let root = |variable| {
            let root = env
                .optional(variable)
                .as_deref()
                .map(endpoints::root)
                .transpose();
            root.map_err(|fault| Env::fault(variable, fault))
        };
        Ok(Self {
            endpoints: Endpoints::new(
                cloud,
                root("TEAMWIRE_ENTRA_URL")?,
                root("TEAMWIRE_GRAPH_URL")?,
            ),
            credentials_secret: env.required(Self::CREDENTIALS_SECRET)?,
            stations: Stations::from_env(
                env,
                "TEAMWIRE_HYDRATE_QUEUE_URL",
                "TEAMWIRE_HYDRATE_DEAD_LETTER_QUEUE_URL",
            )?,
        })
    }
}
