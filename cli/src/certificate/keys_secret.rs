//! The secret that decrypt reads private keys from: `{"<certificate id>": "<PEM>"}`.

use crate::aws;
use anyhow::{Context, bail};
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::ProvideErrorMetadata;
use std::collections::{BTreeMap, BTreeSet};
use teamwire_payload::secret_value;
use zeroize::Zeroizing;

/// Longest secret, in bytes: Secrets Manager's own limit.
const SECRET_BYTES: usize = 65_536;

/// The secret that `TEAMWIRE_ENVELOPE_KEYS_SECRET` names.
pub(crate) struct KeysSecret {
    pub(crate) client: Client,
    /// Its name or ARN.
    pub(crate) id: String,
}

type SecretPems = BTreeMap<String, Zeroizing<String>>;

impl KeysSecret {
    /// Puts one more private key (PEM) in. The others stay as they are. Two that do this at once
    /// can lose a key: Secrets Manager keeps the version that came last.
    ///
    /// # Errors
    /// There is a key by that id already, the secret is not of that form, or AWS refuses.
    pub(crate) async fn add(&self, certificate_id: &str, pem: &str) -> anyhow::Result<()> {
        self.try_add(certificate_id, pem)
            .await
            .with_context(|| format!("the secret {}", self.id))
    }

    /// The private key (PEM) by that id.
    ///
    /// # Errors
    /// The secret is not of that form, or AWS refuses.
    pub(crate) async fn key(
        &self,
        certificate_id: &str,
    ) -> anyhow::Result<Option<Zeroizing<String>>> {
        let pems = self.read().await;
        let mut pems = pems.with_context(|| format!("the secret {}", self.id))?;
        Ok(pems.remove(certificate_id))
    }

    /// The ids of the keys that are in it.
    ///
    /// # Errors
    /// As of [`key`](Self::key).
    pub(crate) async fn ids(&self) -> anyhow::Result<BTreeSet<String>> {
        let pems = self.read().await;
        let pems = pems.with_context(|| format!("the secret {}", self.id))?;
        Ok(pems.into_keys().collect())
    }

    /// Takes a private key out. The others stay as they are; one person at a time, as for adding.
    ///
    /// # Errors
    /// There is none by that id, the secret is not of that form, or AWS refuses.
    pub(crate) async fn remove(&self, certificate_id: &str) -> anyhow::Result<()> {
        self.try_remove(certificate_id)
            .await
            .with_context(|| format!("the secret {}", self.id))
    }

    async fn try_remove(&self, certificate_id: &str) -> anyhow::Result<()> {
        let mut pems = self.read().await?;
        if pems.remove(certificate_id).is_none() {
            bail!("holds no key by the id {certificate_id}");
        }
        self.write(&pems).await
    }

    async fn try_add(&self, certificate_id: &str, pem: &str) -> anyhow::Result<()> {
        let mut pems = self.read().await?;
        if pems.contains_key(certificate_id) {
            bail!(
                "holds a key by the id {certificate_id} already; an id is never used for another key"
            );
        }
        let pem = Zeroizing::new(pem.to_owned());
        pems.insert(certificate_id.to_owned(), pem);
        self.write(&pems).await
    }

    async fn write(&self, pems: &SecretPems) -> anyhow::Result<()> {
        let text = Zeroizing::new(serde_json::to_string(pems)?);
        if text.len() > SECRET_BYTES {
            bail!("would be larger than {SECRET_BYTES} bytes; take out keys that are retired");
        }
        let put = self.client.put_secret_value().secret_id(&self.id);
        put.secret_string(text.as_str())
            .send()
            .await
            .map_err(aws::said)?;
        Ok(())
    }

    async fn read(&self) -> anyhow::Result<SecretPems> {
        let answer = self.client.get_secret_value().secret_id(&self.id);
        let answer = match answer.send().await {
            Ok(answer) => answer,
            Err(fault) if secret_value::is_missing(fault.code(), fault.message()) => {
                return Ok(SecretPems::new());
            }
            Err(fault) => return Err(aws::said(fault)),
        };
        if aws::is_empty(&answer) {
            return Ok(SecretPems::new());
        }
        let text = answer.secret_string.map(Zeroizing::new);
        let text = text.context("holds bytes and not text")?;
        // What serde_json says of a text may quote it.
        serde_json::from_str(&text)
            .ok()
            .context(r#"is not JSON of the form {"<certificate id>": "<PEM>"}"#)
    }
}
