# As the module was before versions of secrets left its state: what an upgrade has to begin with.
resource "aws_secretsmanager_secret" "client_state" {
  name_prefix             = "${var.name}-client-state-"
  description             = "What proves that a notification belongs to a subscription of ours, as JSON: the generated key, keys by id (base64, 16 bytes or more), and static values."
  recovery_window_in_days = 0
}

module "client_state_key" {
  source = "./client_state_key"

  secret_id = aws_secretsmanager_secret.client_state.id
}

resource "aws_secretsmanager_secret" "envelope_keys" {
  name_prefix             = "${var.name}-envelope-keys-"
  description             = "Private keys (PEM) that open rich notifications, as JSON by encryptionCertificateId. Yours to fill, unless the keys are in KMS."
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret" "credentials" {
  count = var.credentials == "" ? 1 : 0

  name_prefix             = "${var.name}-credentials-"
  description             = "Entra credentials that Graph is asked with, as JSON by tenant id or \"*\": clientId and clientSecret. Yours to fill."
  recovery_window_in_days = 0
}

# Something to read until you fill them.
resource "aws_secretsmanager_secret_version" "empty" {
  for_each = merge(
    { envelope_keys = aws_secretsmanager_secret.envelope_keys.id },
    { for secret in aws_secretsmanager_secret.credentials : "credentials" => secret.id },
  )

  secret_id                = each.value
  secret_string_wo         = "{}"
  secret_string_wo_version = 1
}
