//! The settings of `ingest`. `docs/CONFIGURATION.md` describes them.

use std::collections::BTreeSet;
use teamwire_contract::variable;
use teamwire_graph::{ServiceEndpoints, TokenPolicy, endpoints};
use teamwire_payload::{TenantId, WantedContent, cloud::MicrosoftCloud};
use teamwire_transport::{ConfigFault, EnvironmentReader};

/// The settings, read and checked.
#[derive(Debug, Clone)]
pub struct IngestConfig {
    /// The endpoints of Entra.
    pub endpoints: ServiceEndpoints,
    /// The requirements on validation tokens.
    pub policy: TokenPolicy,
    /// The tenants that are served; none means every tenant that authenticates.
    pub tenants: BTreeSet<TenantId>,
    /// Id of the secret with the live `clientState` keys and values.
    pub client_state_secret: String,
    /// Queue URLs.
    pub decrypt_queue: String,
    /// See `decrypt_queue`.
    pub hydrate_queue: String,
    /// See `decrypt_queue`.
    pub lifecycle_queue: String,
    /// See `decrypt_queue`.
    pub events_queue: String,
    /// URL of the queue that has a copy of each event, where there is one.
    pub tail_queue: Option<String>,
    /// See `decrypt_queue`.
    pub quarantine_queue: String,
    /// The bucket for what is too large for a queue.
    pub claim_bucket: String,
    /// Artefacts of meetings that are read, whether they came sealed or not.
    pub content: WantedContent,
}

impl IngestConfig {
    /// Reads the settings.
    ///
    /// # Errors
    /// [`ConfigFault`], which names the variable.
    pub fn from_env(env: &EnvironmentReader<'_>) -> Result<Self, ConfigFault> {
        let cloud = env.parsed(variable::CLOUD, MicrosoftCloud::Global, str::parse)?;
        let login = env
            .optional(variable::ENTRA_URL)
            .as_deref()
            .map(endpoints::root)
            .transpose();
        let login = login.map_err(|fault| EnvironmentReader::fault(variable::ENTRA_URL, fault))?;
        let app_ids = env.list(variable::APP_IDS, |id| {
            id.parse::<TenantId>()
                .map(String::from)
                .map_err(|_| "an app id is a GUID")
        })?;
        Ok(Self {
            endpoints: ServiceEndpoints::new(cloud, login, None),
            policy: TokenPolicy {
                cloud,
                app_ids: app_ids.into_iter().collect(),
            },
            tenants: env
                .list(variable::TENANTS, str::parse::<TenantId>)?
                .into_iter()
                .collect(),
            client_state_secret: env.required(variable::CLIENT_STATE_SECRET)?,
            decrypt_queue: env.required(variable::DECRYPT_QUEUE_URL)?,
            hydrate_queue: env.required(variable::HYDRATE_QUEUE_URL)?,
            lifecycle_queue: env.required(variable::LIFECYCLE_QUEUE_URL)?,
            events_queue: env.required(variable::EVENTS_QUEUE_URL)?,
            tail_queue: env.optional(variable::TAIL_QUEUE_URL),
            quarantine_queue: env.required(variable::QUARANTINE_QUEUE_URL)?,
            claim_bucket: env.required(variable::CLAIM_BUCKET)?,
            content: WantedContent::new(env.list(variable::MEETING_CONTENT, str::parse)?),
        })
    }
}
