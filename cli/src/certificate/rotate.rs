//! `teamwire certificate rotate`: a new key, and every subscription moved to it.

use crate::certificate::issue::{CertificateOrder, KeySize};
use crate::certificate::key_home::KeyHome;
use crate::certificate::made::NamedCertificate;
use crate::certificate::new::{alias, certificate_id, common_name};
use crate::certificate::place::KeyStorage;
use crate::certificate::rotation::{self, RotationOutcome};
use crate::certificate::{OutputFormat, in_use};
use crate::subscriptions::tell;
use crate::subscriptions_function::FunctionArgs;
use crate::{span, terminal};
use anyhow::{Context, bail};
use clap::Args;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use std::collections::BTreeSet;
use std::process::ExitCode;
use teamwire_contract::SubscriptionsCommand;
use teamwire_graph::CertificateSet;

/// Make a new key, make its certificate the current one, and move every subscription to it
///
/// The key is made as by `new`, unless one is there by that id: the same command again goes on
/// where it was interrupted. The key before it must stay until what was sealed for it has come,
/// which this says, and goes by `retire`.
///
/// A KMS key must be in TEAMWIRE_ENVELOPE_KMS_KEYS before anything is sealed for it, so it is made
/// first, and the rest waits for a yes, or for --yes. After a key that is new in the secret come 35
/// s of waiting, as decrypt reads the secret again after 30 s at the earliest.
///
/// Exit status 0: every subscription was moved; 1: some were not, and the same command goes on;
/// 2: wrong usage, or the key, the secret or the function could not be had.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire certificate rotate --id 2027a --secret teamwire/envelope-keys\n  teamwire certificate rotate --id 2027a --kms-key alias/teamwire-2027a --yes --keep 96h"
)]
pub(super) struct RotateCertificateArgs {
    /// encryptionCertificateId of the new one: never the id of another
    #[arg(long, value_name = "ID", value_parser = certificate_id)]
    id: String,
    /// Size of the RSA key; 2048 without
    #[arg(long, value_name = "BITS", conflicts_with = "kms_key")]
    bits: Option<KeySize>,
    /// How long the certificate is valid
    #[arg(long, value_name = "DAYS", default_value_t = 730, value_parser = clap::value_parser!(u16).range(1..=3650))]
    days: u16,
    /// Whom the certificate names
    #[arg(long, value_name = "NAME", default_value = "teamwire", value_parser = common_name)]
    common_name: String,
    #[command(flatten)]
    keep_in: KeepIn,
    /// How long the key before it stays: in whole hours, 1h to 8760h
    #[arg(long, value_name = "TIME", default_value = "72h", value_parser = span::parse)]
    keep: SignedDuration,
    /// The KMS key is in TEAMWIRE_ENVELOPE_KMS_KEYS already
    #[arg(long, conflicts_with_all = ["secret", "kms_create"])]
    yes: bool,
    /// How long to wait where nothing could be moved
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = span::parse)]
    pause: SignedDuration,
    /// How long decrypt gets to find a key that is new in the secret
    #[arg(long, value_name = "TIME", default_value = "35s", value_parser = span::parse, hide = true)]
    settle: SignedDuration,
    #[command(flatten)]
    function: FunctionArgs,
    /// Output format: json prints one document
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: OutputFormat,
}

#[derive(Args)]
#[group(required = true, multiple = false)]
struct KeepIn {
    /// Put the private key into this secret, next to those in it; one person at a time
    #[arg(long, value_name = "NAME|ARN")]
    secret: Option<String>,
    /// Use this KMS key: RSA, for ENCRYPT_DECRYPT
    #[arg(long, value_name = "ID|ARN|ALIAS")]
    kms_key: Option<String>,
    /// Make a KMS key and call it this
    #[arg(long, value_name = "ALIAS", value_parser = alias)]
    kms_create: Option<String>,
}

impl RotateCertificateArgs {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let keep_hours = u32::try_from(self.keep.as_hours()).unwrap_or(0);
        if !(1..=8_760).contains(&keep_hours) {
            bail!("--keep must be 1h to 8760h");
        }
        let KeepIn {
            secret,
            kms_key,
            kms_create,
        } = &self.keep_in;
        let place = KeyStorage::in_aws(secret.clone(), kms_key.clone(), kms_create.clone()).await?;
        let function = self.function.connect().await?;
        let listed = in_use::listed(&function).await?;

        let made = self.made(&place, listed.as_ref()).await?;
        let command = SubscriptionsCommand::UseCertificate {
            id: made.id.clone(),
            certificate: made.certificate.base64(),
            keep_hours,
        };
        let answer = function.ask(&command).await?.read;
        let listed = in_use::read(answer)?.context("the function does not name a certificate")?;
        let moved = rotation::finish(&function, &made.id, self.pause.unsigned_abs()).await?;
        let held = match &place {
            // Everything is done by now: that it can't be read again is no fault of the rotation.
            KeyStorage::Secret(secret) => secret.ids().await.ok(),
            _ => None,
        };
        self.say(&listed, &moved, held.as_ref())?;
        tell(&moved.faults)?;
        Ok(if moved.left == 0 && moved.faults.is_empty() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        })
    }

    /// The certificate that was made under this id before, or a new one.
    async fn made(
        &self,
        place: &KeyStorage,
        listed: Option<&CertificateSet>,
    ) -> anyhow::Result<NamedCertificate> {
        let id = &self.id;
        let order = CertificateOrder {
            id: id.clone(),
            common_name: self.common_name.clone(),
            now: Timestamp::now(),
            days: self.days,
            serial: rand::random(),
        };
        let found = place.find(&order).await?;
        let known = listed.and_then(|listed| match listed.current() {
            (current, certificate) if current == id => Some((certificate, true)),
            _ => {
                let other = listed.others().get(id);
                other.map(|other| (&other.certificate, false))
            }
        });
        if let Some((certificate, is_current)) = known {
            let (found, home) = found.with_context(|| {
                format!("there is a certificate by the id {id} already, and its key is not there")
            })?;
            if found.certificate.spki_der() != certificate.spki_der() {
                bail!("{id} is the id of a certificate over another key; take a new id");
            }
            // One that is not in use may be out of decrypt's settings, or never have been in them.
            if let (KeyHome::KmsKey(arn), false) = (&home, is_current) {
                self.check_that_decrypt_knows(arn)?;
            }
            return Ok(NamedCertificate {
                id: id.clone(),
                certificate: certificate.clone(),
            });
        }
        let size = self.bits.unwrap_or(KeySize::Rsa2048);
        let (made, home) = match found {
            Some(found) => found,
            None => place.make(&order, size).await?,
        };
        match &home {
            KeyHome::KmsKey(arn) => self.check_that_decrypt_knows(arn)?,
            KeyHome::Secret(secret) => self.let_decrypt_find_it(secret).await?,
            KeyHome::File(_) => {}
        }
        Ok(made)
    }

    /// decrypt reads the secret again for an id that it does not know, at most every 30 s. An item
    /// that comes before that is only tried again when its queue shows it again, minutes later.
    async fn let_decrypt_find_it(&self, secret: &str) -> anyhow::Result<()> {
        if self.settle.is_zero() {
            return Ok(());
        }
        writeln!(
            crate::terminal::stderr(),
            "waiting {} s: decrypt may have read {secret} just before the key came, and reads it \
             again after 30 s at the earliest",
            self.settle.as_secs()
        )?;
        tokio::time::sleep(self.settle.unsigned_abs()).await;
        Ok(())
    }

    /// Asks a person: only people know if a KMS key is in decrypt's settings.
    fn check_that_decrypt_knows(&self, arn: &str) -> anyhow::Result<()> {
        if self.yes {
            return Ok(());
        }
        let id = &self.id;
        let mut err = crate::terminal::stderr();
        writeln!(
            err,
            "Add to TEAMWIRE_ENVELOPE_KMS_KEYS (EnvelopeKmsKeys of the template; the ARN to \
             EnvelopeKmsKeyArns too):\n  {id}={arn}\n\
             Later, this goes on: teamwire certificate rotate --id {id} --kms-key {arn} --yes"
        )?;
        drop(err);
        if !terminal::agreed("Is it there?")? {
            bail!("no subscription was moved");
        }
        Ok(())
    }

    /// `held` are the ids of the keys in the secret, where that is known.
    fn say(
        &self,
        listed: &CertificateSet,
        moved: &RotationOutcome,
        held: Option<&BTreeSet<String>>,
    ) -> anyhow::Result<()> {
        let (current, certificate) = listed.current();
        let retired = listed.others().iter();
        let retired = retired.filter_map(|(id, other)| Some((id, other.retire_after?)));
        let mut out = self.output.stdout();
        if self.output == OutputFormat::Json {
            let retire: Vec<_> = retired
                .map(|(id, after)| json!({"id": id, "after": after.to_string()}))
                .collect();
            let line = json!({
                "current": current,
                "thumbprint": certificate.thumbprint(),
                "notAfter": certificate.not_after().to_string(),
                "left": moved.left,
                "retire": retire,
            });
            writeln!(out, "{line}")?;
            return Ok(());
        }
        writeln!(
            out,
            "current      {current}, valid until {}",
            certificate.not_after()
        )?;
        match (moved.left, moved.faults.is_empty()) {
            (0, true) => writeln!(out, "moved        every subscription")?,
            (0, false) => writeln!(out, "not moved    nobody knows; the same command goes on")?,
            (left, _) => writeln!(out, "not moved    {left}; the same command goes on")?,
        }
        let (mut in_the_secret, mut elsewhere) = (0, Vec::new());
        for (id, after) in retired {
            writeln!(out, "must stay    the key of {id}, until {after:.0}")?;
            match held.is_none_or(|held| held.contains(id)) {
                true => in_the_secret += 1,
                false => elsewhere.push(id.as_str()),
            }
        }
        let Some(secret) = &self.keep_in.secret else {
            return Ok(());
        };
        if in_the_secret > 0 {
            let each = match elsewhere.as_slice() {
                [] => "for each",
                _ => "for each in the secret",
            };
            writeln!(
                out,
                "\nThen, {each}: teamwire certificate retire --id <ID> --secret {secret}"
            )?;
        }
        if !elsewhere.is_empty() {
            writeln!(
                out,
                "\nNot in {secret}: {}. A key in KMS goes by taking it out of \
                 TEAMWIRE_ENVELOPE_KMS_KEYS\n(EnvelopeKmsKeys of the template), once `teamwire \
                 certificate status` says that it may go",
                elsewhere.join(", ")
            )?;
        }
        Ok(())
    }
}
