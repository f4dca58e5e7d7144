//! The private keys: in a secret, or in KMS. None is shown or kept.

use super::PrivateKeyState;
use crate::aws::is_empty;
use crate::doctor::ask::{AwsClients, Observation, looked};
use crate::doctor::code::Code;
use crate::doctor::finding::Finding;
use crate::doctor::stack::{DeployedStack, StackFunction};
use aws_sdk_kms::error::ProvideErrorMetadata;
use aws_sdk_kms::types::{EncryptionAlgorithmSpec, KeyState, KeyUsageType};
use base64::{Engine, engine::general_purpose::STANDARD};
use std::collections::BTreeMap;
use teamwire_contract::variable;
use teamwire_envelope::LocalKeys;
use teamwire_envelope::seal::SealingRecipient;
use teamwire_graph::EnvelopeCertificate;
use teamwire_payload::secret_value;
use zeroize::Zeroizing;

type Pems = BTreeMap<String, Zeroizing<String>>;

/// The places that decrypt knows.
pub(super) struct PrivateKeyHomes {
    secret: Option<(String, Observation<Option<Pems>>)>,
    /// KMS key ids or ARNs by certificate id.
    kms: BTreeMap<String, String>,
}

impl PrivateKeyHomes {
    pub(super) async fn look(aws: &AwsClients, stack: &DeployedStack) -> Self {
        let variable = |name| stack.variable(StackFunction::Decrypt, name);
        let secret = match variable(variable::ENVELOPE_KEYS_SECRET) {
            Some(id) => Some((id.to_owned(), pems(aws, id).await)),
            None => None,
        };
        let kms = variable(variable::ENVELOPE_KMS_KEYS).unwrap_or_default();
        let pairs = kms
            .split(',')
            .filter_map(|pair| pair.trim().split_once('='));
        Self {
            secret,
            kms: pairs
                .map(|(id, key)| (id.to_owned(), key.to_owned()))
                .collect(),
        }
    }

    /// The secret's name or ARN.
    pub(super) fn secret(&self) -> Option<&str> {
        self.secret.as_ref().map(|(id, _)| id.as_str())
    }

    /// The fault of the secret as a whole.
    pub(super) fn finding(&self) -> Option<Finding> {
        let what = match &self.secret {
            Some((id, Observation::Seen(None))) => {
                format!(
                    "the secret {id} is not JSON of the form {{\"<certificate id>\": \"<PEM>\"}}"
                )
            }
            // Without KMS there must be a key somewhere; with it the secret may stay empty.
            Some((id, Observation::Missing)) if self.kms.is_empty() => {
                format!("the secret {id} is not there")
            }
            _ => return None,
        };
        Some(Finding::new(Code::KeysSecretUnusable, what))
    }

    /// True if there is a key by that id, as far as can be seen.
    pub(super) fn has(&self, certificate_id: &str) -> bool {
        let in_secret = match &self.secret {
            Some((_, Observation::Seen(Some(pems)))) => pems.contains_key(certificate_id),
            // It may.
            Some((_, Observation::Unseen(_))) => true,
            _ => false,
        };
        in_secret || self.kms.contains_key(certificate_id)
    }

    /// The private key by that id, held against the certificate. Nothing, where all is said by
    /// [`finding`](Self::finding).
    pub(super) async fn key(
        &self,
        aws: &AwsClients,
        id: &str,
        certificate: &EnvelopeCertificate,
    ) -> Option<PrivateKeyState> {
        if let Some(key) = self.kms.get(id) {
            return Some(in_kms(aws, key, certificate).await);
        }
        if self.finding().is_some() {
            return None;
        }
        Some(match &self.secret {
            Some((_, Observation::Seen(Some(pems)))) => match pems.get(id) {
                Some(pem) => in_secret(id, pem, certificate),
                None => PrivateKeyState::Missing,
            },
            Some((_, Observation::Unseen(unseen))) => PrivateKeyState::Unseen(unseen.clone()),
            Some((_, Observation::Seen(None) | Observation::Missing)) | None => {
                PrivateKeyState::Missing
            }
        })
    }
}

/// The content of the secret; `None` if it has another form.
async fn pems(aws: &AwsClients, id: &str) -> Observation<Option<Pems>> {
    match aws.secrets.get_secret_value().secret_id(id).send().await {
        Ok(answer) if is_empty(&answer) => Observation::Seen(Some(Pems::new())),
        Ok(answer) => {
            let text = answer.secret_string.map(Zeroizing::new);
            // What serde_json says of a text may quote it.
            Observation::Seen(text.and_then(|text| serde_json::from_str(&text).ok()))
        }
        // It is deleted, and could still be restored.
        Err(fault) if fault.code() == Some("InvalidRequestException") => Observation::Missing,
        // Nothing was put in yet, which is as good as a secret that holds no key.
        Err(fault) if secret_value::is_missing(fault.code(), fault.message()) => {
            Observation::Seen(Some(Pems::new()))
        }
        Err(fault) => looked("secretsmanager:GetSecretValue", fault),
    }
}

/// Checks that a private key opens what is sealed for a certificate: the one thing that it is for.
pub(super) fn in_secret(id: &str, pem: &str, certificate: &EnvelopeCertificate) -> PrivateKeyState {
    let mut keys = LocalKeys::new();
    if let Err(fault) = keys.insert_pem(id, pem) {
        return PrivateKeyState::Unusable(fault.to_string());
    }
    let recipient = SealingRecipient::new(id, &certificate.thumbprint(), certificate.spki_der());
    let sealed = recipient.and_then(|recipient| recipient.seal(b"{}"));
    let sealed = match sealed {
        Ok(sealed) => sealed.data_key.unwrap_or_default(),
        Err(fault) => {
            return PrivateKeyState::Unusable(format!(
                "nothing can be sealed for the certificate: {fault}"
            ));
        }
    };
    let opened = STANDARD
        .decode(sealed)
        .is_ok_and(|sealed| keys.unwrap_now(id, &sealed).is_ok());
    match opened {
        true => PrivateKeyState::Fits,
        false => PrivateKeyState::Other,
    }
}

async fn in_kms(aws: &AwsClients, key: &str, certificate: &EnvelopeCertificate) -> PrivateKeyState {
    let unusable = |why: String| PrivateKeyState::InKms(key.to_owned(), why);
    // Who may not ask for the state still learns it from what KMS refuses.
    if let Ok(described) = aws.kms.describe_key().key_id(key).send().await
        && let Some(state) = described.key_metadata.and_then(|key| key.key_state)
        && state != KeyState::Enabled
    {
        return unusable(format!("it is {}", state.as_str()));
    }
    let answer = match aws.kms.get_public_key().key_id(key).send().await {
        Ok(answer) => answer,
        Err(fault) => {
            let service = fault.as_service_error();
            // Disabled, or waiting for its deletion.
            let is_off = service.is_some_and(|fault| {
                fault.is_disabled_exception() || fault.is_kms_invalid_state_exception()
            });
            return match looked::<(), _, _>("kms:GetPublicKey", fault) {
                Observation::Unseen(unseen) if is_off => unusable(unseen.to_string()),
                Observation::Unseen(unseen) => PrivateKeyState::Unseen(unseen),
                Observation::Seen(()) | Observation::Missing => {
                    unusable("there is none".to_owned())
                }
            };
        }
    };
    let algorithms = answer.encryption_algorithms();
    if answer.key_usage != Some(KeyUsageType::EncryptDecrypt)
        || !algorithms.contains(&EncryptionAlgorithmSpec::RsaesOaepSha1)
    {
        let usage = answer.key_usage.as_ref().map_or("?", KeyUsageType::as_str);
        return unusable(format!("it is for {usage}, and not for RSAES_OAEP_SHA_1"));
    }
    let spki = answer.public_key.map(|key| key.into_inner());
    match spki.as_deref() == Some(certificate.spki_der()) {
        true => PrivateKeyState::Fits,
        false => PrivateKeyState::Other,
    }
}

/// For tests of what is made of it.
#[cfg(test)]
impl PrivateKeyHomes {
    pub(super) fn of(secret: Observation<Option<&str>>, kms: &[(&str, &str)]) -> Self {
        let read = |text: Option<&str>| text.and_then(|text| serde_json::from_str(text).ok());
        let secret = match secret {
            Observation::Seen(text) => Observation::Seen(read(text)),
            Observation::Missing => Observation::Missing,
            Observation::Unseen(unseen) => Observation::Unseen(unseen),
        };
        let kms = kms
            .iter()
            .map(|(id, key)| ((*id).to_owned(), (*key).to_owned()));
        Self {
            secret: Some(("keys".to_owned(), secret)),
            kms: kms.collect(),
        }
    }
}
