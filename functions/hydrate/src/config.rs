//! The settings of `hydrate`. `docs/CONFIGURATION.md` describes them.

use teamwire_access::AccessSettings;
use teamwire_contract::variable;
use teamwire_payload::WantedContent;
use teamwire_payload::resource::ReadablePattern;
use teamwire_transport::{ConfigFault, EnvironmentReader, QueueUrls};

/// The settings, read and checked.
#[derive(Debug)]
pub struct HydrateConfig {
    /// The endpoints of Graph and Entra, and the app's credentials.
    pub access: AccessSettings,
    /// Resources outside of Teams that may be read.
    pub foreign: Vec<ReadablePattern>,
    /// Of which meetings' artefacts the content is fetched.
    pub content: WantedContent,
    /// Its queues and its bucket.
    pub queue_urls: QueueUrls,
}

impl HydrateConfig {
    /// Reads the settings.
    ///
    /// # Errors
    /// [`ConfigFault`], which names the variable.
    pub fn from_env(env: &EnvironmentReader<'_>) -> Result<Self, ConfigFault> {
        Ok(Self {
            access: AccessSettings::from_env(env)?,
            foreign: env.list(variable::FOREIGN_RESOURCES, str::parse)?,
            content: WantedContent::new(env.list(variable::MEETING_CONTENT, str::parse)?),
            queue_urls: QueueUrls::from_env(
                env,
                variable::HYDRATE_QUEUE_URL,
                variable::HYDRATE_DEAD_LETTER_QUEUE_URL,
            )?,
        })
    }
}
