//! `teamwire certificate retire`: takes out a private key that nothing needs any more.

use crate::aws;
use crate::certificate::OutputFormat;
use crate::certificate::in_use::{self, CertificateUse};
use crate::certificate::keys_secret::KeysSecret;
use crate::certificate::new::certificate_id;
use crate::subscriptions::counts::changes;
use crate::subscriptions::tell;
use crate::subscriptions_function::FunctionArgs;
use anyhow::bail;
use clap::Args;
use jiff::Timestamp;
use serde_json::json;
use std::process::ExitCode;
use teamwire_contract::report::SubscriptionReport;
use teamwire_graph::CertificateSet;

/// Take a private key out of the secret, once nothing can come any more that is sealed for it
///
/// Done only if the time that `rotate` set for the key is over and no live subscription has its
/// content sealed for it. Of tenants that the stored file does not name, nothing is known here.
/// One person at a time. A KMS key is retired by taking it out of TEAMWIRE_ENVELOPE_KMS_KEYS
/// when `status` says that it may go.
///
/// Exit status 0: it is out; 1: it must stay; 2: wrong usage, no such key, or the secret or the
/// function could not be had.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  teamwire certificate retire --id 2026a --secret teamwire/envelope-keys"
)]
pub(super) struct RetireCertificateArgs {
    /// encryptionCertificateId of the key
    #[arg(long, value_name = "ID", value_parser = certificate_id)]
    id: String,
    /// The secret that it is in
    #[arg(long, value_name = "NAME|ARN")]
    secret: String,
    #[command(flatten)]
    function: FunctionArgs,
    /// Output format: json prints one document
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: OutputFormat,
}

impl RetireCertificateArgs {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let function = self.function.connect().await?;
        let listed = in_use::listed(&function).await?;
        let secret = KeysSecret {
            client: aws_sdk_secretsmanager::Client::new(&aws::config().await?),
            id: self.secret,
        };
        let is_listed = listed.as_ref().is_some_and(|listed| {
            listed.current().0 == self.id || listed.others().contains_key(&self.id)
        });
        if !is_listed && secret.key(&self.id).await?.is_none() {
            bail!(
                "the secret {} holds no key by the id {}",
                secret.id,
                self.id
            );
        }
        let plan = function.plan().await?;
        if let Err(why) = may_go(&self.id, listed.as_ref(), &plan, Timestamp::now()) {
            let mut err = crate::terminal::stderr();
            writeln!(err, "teamwire: the key of {} must stay: {why}", self.id)?;
            drop(err);
            tell(&plan.faults)?;
            return Ok(ExitCode::FAILURE);
        }
        secret.remove(&self.id).await?;
        let mut out = self.output.stdout();
        let (id, secret) = (&self.id, &secret.id);
        match self.output {
            OutputFormat::Json => writeln!(out, "{}", json!({"retired": id, "secret": secret}))?,
            OutputFormat::Text => writeln!(out, "the key of {id} is out of {secret}")?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Checks that nothing sealed for `id` can come any more; else says why it can.
fn may_go(
    id: &str,
    listed: Option<&CertificateSet>,
    plan: &SubscriptionReport,
    now: Timestamp,
) -> Result<(), String> {
    let listed = listed.ok_or("there is no certificate that took its place")?;
    if listed.current().0 == id {
        return Err("it is the current one; `rotate` first".to_owned());
    }
    let other = listed.others().get(id);
    let after = other.and_then(|other| other.retire_after);
    let after = after.ok_or("no rotation away from it is on record")?;
    if now < after {
        return Err(format!(
            "until {after}, as something may come that was sealed before"
        ));
    }
    if !plan.faults.is_empty() {
        return Err("not every tenant could be looked at".to_owned());
    }
    let count = |wanted| {
        let is = changes(plan).filter(|change| in_use::of(change, id) == wanted);
        is.count()
    };
    match (
        count(CertificateUse::Sealed),
        count(CertificateUse::Unknown),
    ) {
        (0, 0) => Ok(()),
        (0, unknown) => Err(format!(
            "{unknown} not as wanted, of which it is not known what they use; \
             `teamwire subscriptions apply` first"
        )),
        (sealed, _) => Err(format!("{sealed} in use with it; `rotate` again first")),
    }
}
