//! Keys in KMS whose private half never leaves it.

use crate::aws;
use crate::certificate::issue::KeySize;
use anyhow::{Context, bail};
use aws_sdk_kms::Client;
use aws_sdk_kms::operation::get_public_key::{GetPublicKeyError, GetPublicKeyOutput};
use aws_sdk_kms::types::{EncryptionAlgorithmSpec, KeySpec, KeyUsageType};

/// The public half of a key that decrypt can use.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct KmsKey {
    pub(crate) arn: String,
    /// SubjectPublicKeyInfo.
    pub(crate) spki_der: Vec<u8>,
}

impl KmsKey {
    /// The key by that id, ARN or alias.
    ///
    /// # Errors
    /// There is none, it is not an RSA key for decryption, or AWS refuses.
    pub(crate) async fn find(client: &Client, key: &str) -> anyhow::Result<Self> {
        let answer = client.get_public_key().key_id(key).send().await;
        answer
            .map_err(aws::said)
            .and_then(usable)
            .with_context(|| format!("the KMS key {key}"))
    }

    /// A new key, under an alias (`alias/..`) that nothing has yet.
    ///
    /// # Errors
    /// The alias is taken, or AWS refuses.
    pub(crate) async fn create(
        client: &Client,
        alias: &str,
        size: KeySize,
    ) -> anyhow::Result<Self> {
        // A key costs money, and one without an alias is hard to find: the alias first.
        match client.get_public_key().key_id(alias).send().await {
            Ok(_) => bail!("{alias} is there already; --kms-key uses it"),
            Err(fault) => {
                let service = fault.as_service_error();
                if !service.is_some_and(GetPublicKeyError::is_not_found_exception) {
                    return Err(aws::said(fault)).with_context(|| alias.to_owned());
                }
            }
        }
        let spec = match size {
            KeySize::Rsa2048 => KeySpec::Rsa2048,
            KeySize::Rsa3072 => KeySpec::Rsa3072,
            KeySize::Rsa4096 => KeySpec::Rsa4096,
        };
        let created = client
            .create_key()
            .key_spec(spec)
            .key_usage(KeyUsageType::EncryptDecrypt)
            .description("Opens rich notifications of Microsoft Graph (teamwire)")
            .send()
            .await
            .map_err(aws::said)
            .context("no KMS key could be made")?;
        let arn = created.key_metadata.and_then(|key| key.arn);
        let arn = arn.context("KMS made a key and did not say which")?;
        client
            .create_alias()
            .alias_name(alias)
            .target_key_id(&arn)
            .send()
            .await
            .map_err(aws::said)
            .with_context(|| format!("{arn} was made and could not be called {alias}"))?;
        Self::find(client, &arn).await
    }
}

fn usable(answer: GetPublicKeyOutput) -> anyhow::Result<KmsKey> {
    let is_rsa = matches!(
        answer.key_spec,
        Some(KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096)
    );
    if !is_rsa || answer.key_usage != Some(KeyUsageType::EncryptDecrypt) {
        let spec = answer.key_spec.as_ref().map_or("?", KeySpec::as_str);
        let usage = answer.key_usage.as_ref().map_or("?", KeyUsageType::as_str);
        bail!(
            "is {spec} for {usage}; it must be RSA_2048, RSA_3072 or RSA_4096 for ENCRYPT_DECRYPT"
        );
    }
    let unseals = EncryptionAlgorithmSpec::RsaesOaepSha1;
    if !answer.encryption_algorithms().contains(&unseals) {
        bail!("can't do {unseals}, which Graph seals with");
    }
    let (arn, spki) = answer.key_id.zip(answer.public_key).context("no answer")?;
    Ok(KmsKey {
        arn,
        spki_der: spki.into_inner(),
    })
}
