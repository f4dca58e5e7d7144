//! The settings of `decrypt`. `docs/CONFIGURATION.md` describes them.

use std::collections::HashMap;
use teamwire_contract::variable;
use teamwire_payload::cloud::MicrosoftCloud;
use teamwire_transport::{ConfigFault, EnvironmentReader, QueueUrls};

/// The settings, read and checked.
#[derive(Debug, Clone)]
pub struct DecryptConfig {
    /// Names the source of events.
    pub cloud: MicrosoftCloud,
    /// The sources of the private keys.
    pub keys: KeySources,
    /// Its queues and its bucket.
    pub queue_urls: QueueUrls,
}

/// The sources of the private keys: at least one of the two.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeySources {
    /// Id of a secret with PEM keys by certificate id.
    pub secret: Option<String>,
    /// KMS key ids or ARNs by certificate id.
    pub kms: HashMap<String, String>,
}

impl DecryptConfig {
    /// Reads the settings.
    ///
    /// # Errors
    /// [`ConfigFault`], which names the variable.
    pub fn from_env(env: &EnvironmentReader<'_>) -> Result<Self, ConfigFault> {
        let kms = env.list(variable::ENVELOPE_KMS_KEYS, |pair| {
            pair.split_once('=')
                .filter(|(id, key)| !id.is_empty() && !key.is_empty())
                .map(|(id, key)| (id.to_owned(), key.to_owned()))
                .ok_or("must be a list of <certificate id>=<KMS key id or ARN>")
        })?;
        let keys = KeySources {
            secret: env.optional(variable::ENVELOPE_KEYS_SECRET),
            kms: kms.into_iter().collect(),
        };
        if keys == KeySources::default() {
            let problem = format!("must be set, unless {} is", variable::ENVELOPE_KMS_KEYS);
            return Err(EnvironmentReader::fault(
                variable::ENVELOPE_KEYS_SECRET,
                problem,
            ));
        }
        Ok(Self {
            cloud: env.parsed(variable::CLOUD, MicrosoftCloud::Global, str::parse)?,
            keys,
            queue_urls: QueueUrls::from_env(
                env,
                variable::DECRYPT_QUEUE_URL,
                variable::DECRYPT_DEAD_LETTER_QUEUE_URL,
            )?,
        })
    }
}
