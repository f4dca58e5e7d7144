//! The settings of `backfill`. `docs/CONFIGURATION.md` describes them.

use teamwire_access::AccessSettings;
use teamwire_contract::variable;
use teamwire_transport::{ConfigFault, EnvironmentReader, QueueUrls};

/// The settings, read and checked.
#[derive(Debug)]
pub struct BackfillConfig {
    /// The endpoints of Graph and Entra, and the app's credentials.
    pub access: AccessSettings,
    /// Its queues and its bucket.
    pub queue_urls: QueueUrls,
}

impl BackfillConfig {
    /// Reads the settings.
    ///
    /// # Errors
    /// [`ConfigFault`], which names the variable.
    pub fn from_env(env: &EnvironmentReader<'_>) -> Result<Self, ConfigFault> {
        Ok(Self {
            access: AccessSettings::from_env(env)?,
            queue_urls: QueueUrls::from_env(
                env,
                variable::BACKFILL_QUEUE_URL,
                variable::BACKFILL_DEAD_LETTER_QUEUE_URL,
            )?,
        })
    }
}
