//! The place for a private key, and the making of a certificate whose key is there.

use crate::aws;
use crate::certificate::files::NewFile;
use crate::certificate::issue::{self, CertificateOrder, KeySize};
use crate::certificate::key_home::KeyHome;
use crate::certificate::keys_secret::KeysSecret;
use crate::certificate::kms_key::KmsKey;
use crate::certificate::made::NamedCertificate;
use crate::certificate::report;
use crate::terminal::file_name;
use anyhow::{Context, bail};
use std::path::PathBuf;

/// Where to keep the private key.
pub(crate) enum KeyStorage {
    /// In Secrets Manager, next to those that are there.
    Secret(KeysSecret),
    /// In KMS: a key that is there, by id, ARN or alias.
    KmsKey(aws_sdk_kms::Client, String),
    /// In KMS: a new key under this alias.
    NewKmsKey(aws_sdk_kms::Client, String),
    /// In `key.pem` of this folder, with `certificate.pem` beside it.
    Folder(PathBuf),
}

impl KeyStorage {
    /// The one of the three that there is: a secret, a KMS key that is there, an alias for a new
    /// one.
    ///
    /// # Errors
    /// There is none of them, or no AWS region.
    pub(crate) async fn in_aws(
        secret: Option<String>,
        kms_key: Option<String>,
        kms_create: Option<String>,
    ) -> anyhow::Result<Self> {
        let config = aws::config().await?;
        if let Some(id) = secret {
            let client = aws_sdk_secretsmanager::Client::new(&config);
            return Ok(Self::Secret(KeysSecret { client, id }));
        }
        let kms = aws_sdk_kms::Client::new(&config);
        match (kms_key, kms_create) {
            (Some(key), _) => Ok(Self::KmsKey(kms, key)),
            (None, Some(alias)) => Ok(Self::NewKmsKey(kms, alias)),
            (None, None) => bail!("nowhere to keep the key"),
        }
    }

    /// The key that is here already under the order's id, with a certificate over it.
    ///
    /// # Errors
    /// It can't be read, or is none that Graph takes.
    pub(crate) async fn find(
        &self,
        order: &CertificateOrder,
    ) -> anyhow::Result<Option<(NamedCertificate, KeyHome)>> {
        match self {
            Self::Secret(secret) => {
                let Some(pem) = secret.key(&order.id).await? else {
                    return Ok(None);
                };
                let made = issue::with_the_key(order, &pem)?;
                Ok(Some((made, KeyHome::Secret(secret.id.clone()))))
            }
            Self::KmsKey(client, key) => {
                let key = KmsKey::find(client, key).await?;
                let made = issue::over(order, &key.spki_der)?;
                Ok(Some((made, KeyHome::KmsKey(key.arn))))
            }
            Self::NewKmsKey(..) | Self::Folder(_) => Ok(None),
        }
    }

    /// Makes a certificate, and leaves its key here. `size` is for keys that are not there yet.
    ///
    /// # Errors
    /// The key can't be made or kept. Nothing is written over, in any place.
    pub(crate) async fn make(
        &self,
        order: &CertificateOrder,
        size: KeySize,
    ) -> anyhow::Result<(NamedCertificate, KeyHome)> {
        match self {
            Self::Secret(secret) => {
                let (made, pem) = issue::with_a_new_key(order, size)?;
                secret.add(&made.id, &pem).await?;
                Ok((made, KeyHome::Secret(secret.id.clone())))
            }
            Self::KmsKey(client, key) => {
                let key = KmsKey::find(client, key).await?;
                let made = issue::over(order, &key.spki_der)?;
                Ok((made, KeyHome::KmsKey(key.arn)))
            }
            Self::NewKmsKey(client, alias) => {
                let key = KmsKey::create(client, alias, size).await?;
                let made = issue::over(order, &key.spki_der)?;
                Ok((made, KeyHome::KmsKey(key.arn)))
            }
            Self::Folder(folder) => {
                std::fs::create_dir_all(folder).with_context(|| file_name(folder))?;
                let key_path = folder.join("key.pem");
                let key_file = NewFile::secret(&key_path)?;
                let certificate_file = NewFile::public(&folder.join("certificate.pem"))?;
                let (made, pem) = issue::with_a_new_key(order, size)?;
                certificate_file.write(&report::pem(&made.certificate)?)?;
                key_file.write(&pem)?;
                Ok((made, KeyHome::File(key_path)))
            }
        }
    }
}
