# What people and the command line put in stays: a version of it in the state would be put back by an
# apply, once Secrets Manager has deleted it. docs/decisions/0032-secrets-outlive-deployments.md
locals {
  # Long enough to notice that one was deleted, and to restore it.
  recovery_days = 30
}

resource "aws_secretsmanager_secret" "client_state" {
  name_prefix             = "${var.name}-client-state-"
  description             = "What proves that a notification belongs to a subscription of ours, as JSON: the generated key, keys by id (base64, 16 bytes or more), and static values."
  recovery_window_in_days = local.recovery_days
}

module "client_state_key" {
  source = "./client_state_key"

  secret_id = aws_secretsmanager_secret.client_state.id
}

resource "aws_secretsmanager_secret" "envelope_keys" {
  name_prefix             = "${var.name}-envelope-keys-"
  description             = "Private keys (PEM) that open rich notifications, as JSON by encryptionCertificateId. Yours to fill, unless the keys are in KMS."
  recovery_window_in_days = local.recovery_days
}

resource "aws_secretsmanager_secret" "credentials" {
  count = var.credentials == "" ? 1 : 0

  name_prefix             = "${var.name}-credentials-"
  description             = "Entra credentials that Graph is asked with, as JSON by tenant id or \"*\": clientId and clientSecret. Yours to fill."
  recovery_window_in_days = local.recovery_days
}

# Earlier versions of this module kept "{}" in the last two as versions of the state.
removed {
  from = aws_secretsmanager_secret_version.empty
  lifecycle {
    destroy = false
  }
}
