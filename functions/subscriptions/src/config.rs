//! The settings of `subscriptions`. `docs/CONFIGURATION.md` describes them.

use teamwire_access::AccessSettings;
use teamwire_contract::variable;
use teamwire_transport::{ConfigFault, EnvironmentReader};

/// The settings, read and checked.
#[derive(Debug)]
pub struct SubscriptionsConfig {
    /// The endpoints of Graph and Entra, and the app's credentials.
    pub access: AccessSettings,
    /// The bucket with `subscriptions.toml`, `certificates.json` and `coverage/`.
    pub config_bucket: String,
    /// The URLs that Graph sends to.
    pub urls: SubscriptionUrls,
    /// URL of the lifecycle queue, for deferrals.
    pub lifecycle_queue: String,
    /// URL of its dead-letter queue.
    pub lifecycle_dead_letter_queue: String,
    /// URL of the queue of gaps.
    pub backfill_queue: String,
    /// Id of the secret that client states are minted by.
    pub client_state_secret: String,
}

/// The URLs that Graph sends to. A subscription that sends to the first is ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionUrls {
    /// `notificationUrl`
    pub notification: String,
    /// `lifecycleNotificationUrl`
    pub lifecycle: String,
}

impl SubscriptionsConfig {
    /// Reads the settings.
    ///
    /// # Errors
    /// [`ConfigFault`], which names the variable.
    pub fn from_env(env: &EnvironmentReader<'_>) -> Result<Self, ConfigFault> {
        Ok(Self {
            access: AccessSettings::from_env(env)?,
            config_bucket: env.required(variable::CONFIG_BUCKET)?,
            urls: SubscriptionUrls {
                notification: env.required(variable::NOTIFICATION_URL)?,
                lifecycle: env.required(variable::LIFECYCLE_URL)?,
            },
            lifecycle_queue: env.required(variable::LIFECYCLE_QUEUE_URL)?,
            lifecycle_dead_letter_queue: env.required(variable::LIFECYCLE_DEAD_LETTER_QUEUE_URL)?,
            backfill_queue: env.required(variable::BACKFILL_QUEUE_URL)?,
            client_state_secret: env.required(variable::CLIENT_STATE_SECRET)?,
        })
    }
}
