//! Every private key we have: in a secret, in KMS, or some in each.

use crate::KeySources;
use aws_sdk_secretsmanager::Client;
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};
use teamwire_contract::variable;
use teamwire_envelope::{KeyUnwrap, KmsKeys, LocalKeys, UnwrapFault};
use teamwire_transport::{RefreshedValue, secrets};
use zeroize::Zeroizing;

/// An unknown certificate id makes us read the secret again, at most this often.
const REREAD: Duration = Duration::from_secs(30);

/// Chooses the key by certificate id. A key added to the secret is found without a new start.
pub struct KeyRing {
    kms: KmsKeys,
    secret: Option<SecretKeys>,
}

impl KeyRing {
    /// Reads nothing before the first key is needed.
    pub fn new(aws: &aws_config::SdkConfig, sources: KeySources) -> Self {
        Self {
            kms: KmsKeys::new(aws_sdk_kms::Client::new(aws), sources.kms),
            secret: sources.secret.map(|id| SecretKeys {
                client: Client::new(aws),
                id,
                keys: RefreshedValue::default(),
            }),
        }
    }
}

impl KeyUnwrap for KeyRing {
    async fn unwrap_key(
        &self,
        certificate_id: &str,
        sealed_key: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, UnwrapFault> {
        match &self.secret {
            _ if self.kms.knows(certificate_id) => {
                self.kms.unwrap_key(certificate_id, sealed_key).await
            }
            Some(secret) => secret
                .keys(certificate_id)
                .await?
                .unwrap_now(certificate_id, sealed_key),
            None => Err(UnwrapFault::UnknownCertificate),
        }
    }
}

/// Private keys in Secrets Manager: `{"<certificate id>":"<PEM>"}`.
struct SecretKeys {
    client: Client,
    id: String,
    keys: RefreshedValue<LocalKeys, UnwrapFault>,
}

impl SecretKeys {
    /// The keys, read again if `certificate_id` is not among them.
    async fn keys(&self, certificate_id: &str) -> Result<Arc<LocalKeys>, UnwrapFault> {
        let serves = |keys: &LocalKeys, since: Instant| {
            keys.knows(certificate_id) || since.elapsed() < REREAD
        };
        self.keys.get(serves, || self.read()).await
    }

    fn read(&self) -> impl Future<Output = Result<LocalKeys, UnwrapFault>> + use<> {
        let (client, id) = (self.client.clone(), self.id.clone());
        async move {
            let secret = secrets::find(&client, variable::ENVELOPE_KEYS_SECRET, &id).await;
            let secret = secret.map_err(|fault| {
                tracing::error!(%fault, "no private key can be read");
                UnwrapFault::Unavailable
            })?;
            // Before the first key is put in, and where all of them are in KMS, there is no value.
            secret.map_or_else(|| Ok(LocalKeys::new()), |secret| parse(secret.expose()))
        }
    }
}

/// A key that can't be used is left out, and logged by its id.
fn parse(secret: &str) -> Result<LocalKeys, UnwrapFault> {
    let pems: BTreeMap<String, Zeroizing<String>> = serde_json::from_str(secret).map_err(|_| {
        tracing::error!(
            variable = variable::ENVELOPE_KEYS_SECRET,
            "the secret is not JSON of the form {{\"<certificate id>\":\"<PEM>\"}}"
        );
        UnwrapFault::Unavailable
    })?;
    let mut keys = LocalKeys::new();
    for (certificate_id, pem) in &pems {
        if let Err(fault) = keys.insert_pem(certificate_id, pem) {
            tracing::error!(certificate_id, %fault, "a private key can't be used");
        }
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_cannot_be_used_does_not_take_the_others_with_it() {
        let keys = parse(r#"{"a":"garbage","b":""}"#).unwrap();
        assert!(keys.is_empty());
        assert_eq!(parse("[1]").err(), Some(UnwrapFault::Unavailable));
        assert_eq!(parse("").err(), Some(UnwrapFault::Unavailable));
    }
}
