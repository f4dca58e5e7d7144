output "notification_url" {
  description = "notificationUrl of the subscriptions."
  value       = local.notification_url
}

output "lifecycle_url" {
  description = "lifecycleNotificationUrl of the subscriptions."
  value       = local.lifecycle_url
}

output "queue_urls" {
  description = "Each queue by its name: events is yours to consume, unless there is an event_bus, quarantine and ..-dead-letters to look at."
  value       = { for name, queue in local.all_queues : name => queue.url }
}

output "tail_queue_url" {
  description = "Copies of events, kept for an hour; null without tail_queue."
  value       = one(aws_sqs_queue.tail[*].url)
}

output "claim_bucket" {
  description = "Holds items and events too big for a message."
  value       = aws_s3_bucket.bucket["claims"].id
}

output "config_bucket" {
  description = "Takes subscriptions.toml; holds the certificates and what was seen alive."
  value       = aws_s3_bucket.bucket["config"].id
}

output "archive" {
  description = "The archive's bucket, its table for Athena, and the queue of what Firehose did not take for 24 hours; null without archive."
  value = local.has_archive ? {
    bucket           = aws_s3_bucket.archive[0].id
    table            = "${aws_glue_catalog_database.archive[0].name}.${aws_glue_catalog_table.archive[0].name}"
    dead_letters_url = aws_sqs_queue.archive_dead_letters[0].url
  } : null
  precondition {
    condition     = var.archive == "" || var.event_bus != ""
    error_message = "archive needs event_bus, a bus of this account and region."
  }
  precondition {
    condition     = var.archive_lock == "" || var.archive != ""
    error_message = "archive_lock needs archive."
  }
}

output "secret_arns" {
  description = "client_state, envelope_keys, and credentials unless they are federated."
  value = merge(
    {
      client_state  = aws_secretsmanager_secret.client_state.arn
      envelope_keys = aws_secretsmanager_secret.envelope_keys.arn
    },
    { for secret in aws_secretsmanager_secret.credentials : "credentials" => secret.arn },
  )
}

output "function_names" {
  description = "The functions by what they do."
  value       = { for name, function in aws_lambda_function.function : name => function.function_name }
}

output "dashboard" {
  description = "The dashboard in CloudWatch."
  value       = aws_cloudwatch_dashboard.journey.dashboard_name
}

output "next" {
  description = "What to type next. subscriptions.toml says what you want to hear of; credentials.json is what the secret for credentials takes, where there is one."
  value = join(" && ", concat(
    [for secret in aws_secretsmanager_secret.credentials : "aws secretsmanager put-secret-value --secret-id ${secret.arn} --secret-string file://credentials.json"],
    ["teamwire certificate rotate --stack ${var.name} ${local.first_key}"],
    ["teamwire subscriptions apply --stack ${var.name} subscriptions.toml"],
  ))
}

locals {
  first_key = concat(
    [for id, arn in var.envelope_kms_keys : "--id ${id} --kms-key ${arn} --yes"],
    ["--id 2026a --secret ${aws_secretsmanager_secret.envelope_keys.arn}"],
  )[0]
}
