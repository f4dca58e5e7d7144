//! The reader, made once its credentials are needed.

use crate::{Config, Reader};
use aws_sdk_secretsmanager::Client;
use std::sync::Arc;
use std::time::Duration;
use teamwire_graph::{AccessTokens, Credentials, Endpoints, ReadFault, ResourceReader};
use teamwire_payload::{ResourcePath, TenantId};
use teamwire_transport::{Refreshed, secrets};

/// Credentials that are refused are read again, at most this often.
const REREAD: Duration = Duration::from_secs(60);

/// Reads the credentials before the first resource, and again if that failed.
pub struct LazyReader {
    secrets: Client,
    http: reqwest::Client,
    endpoints: Endpoints,
    secret_id: String,
    reader: Refreshed<ResourceReader, ReadFault>,
}

impl LazyReader {
    /// Reads nothing yet.
    pub fn new(aws: &aws_config::SdkConfig, http: reqwest::Client, config: Config) -> Self {
        Self {
            secrets: Client::new(aws),
            http,
            endpoints: config.endpoints,
            secret_id: config.credentials_secret,
            reader: Refreshed::default(),
        }
    }

    async fn start(&self) -> Result<ResourceReader, ReadFault> {
        let variable = Config::CREDENTIALS_SECRET;
        let secret = secrets::read(&self.secrets, variable, &self.secret_id)
            .await
            .map_err(|fault| {
                tracing::error!(%fault, "no resource can be read");
                ReadFault::Unavailable(None)
            })?;
        let credentials = Credentials::parse(secret.expose()).map_err(|fault| {
            tracing::error!(%fault, variable, "no resource can be read");
            ReadFault::Unavailable(None)
        })?;
        let tokens = AccessTokens::new(self.http.clone(), &self.endpoints, credentials);
        Ok(ResourceReader::new(
            self.http.clone(),
            &self.endpoints,
            tokens,
        ))
    }
}

impl Reader for LazyReader {
    async fn read(&self, tenant: &TenantId, resource: &ResourcePath) -> Result<String, ReadFault> {
        // What can't be read at all needs no credentials.
        resource.get()?;
        let reader = self
            .reader
            .get(|_, _| true, async || self.start().await)
            .await?;
        match reader.read(tenant, resource).await {
            Err(fault @ (ReadFault::CredentialsRefused | ReadFault::NoCredentials)) => {
                // The secret may have been rotated since.
                let newer = self
                    .reader
                    .get(|_, age| age < REREAD, async || self.start().await);
                let newer = newer.await?;
                if Arc::ptr_eq(&reader, &newer) {
                    return Err(fault);
                }
                newer.read(tenant, resource).await
            }
            answer => answer,
        }
    }
}
