# Without an account: what Terraform itself makes of the module. The facts are in infra/contract.
# Terraform 1.11 can't mock what is ephemeral, so that this runs in a copy whose client_state_key does
# nothing: `make prove-infra` and the tests of infra/local make it.
mock_provider "aws" {
  mock_data "aws_region" {
    defaults = { id = "eu-central-1" }
  }
  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mock" }
  }
  mock_resource "aws_sqs_queue" {
    defaults = { arn = "arn:aws:sqs:eu-central-1:123456789012:mock", url = "https://sqs.example/mock" }
  }
  mock_resource "aws_s3_bucket" {
    defaults = { arn = "arn:aws:s3:::mock" }
  }
  mock_resource "aws_secretsmanager_secret" {
    defaults = { arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:mock" }
  }
  mock_resource "aws_lambda_function" {
    defaults = { arn = "arn:aws:lambda:eu-central-1:123456789012:function:mock" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-central-1:123456789012:log-group:mock" }
  }
  mock_resource "aws_cloudwatch_metric_alarm" {
    defaults = { arn = "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:mock" }
  }
  mock_resource "aws_cloudwatch_event_rule" {
    defaults = { arn = "arn:aws:events:eu-central-1:123456789012:rule/mock" }
  }
  mock_resource "aws_apigatewayv2_api" {
    defaults = {
      api_endpoint  = "https://mock.example"
      execution_arn = "arn:aws:execute-api:eu-central-1:123456789012:mock"
    }
  }
}

run "as_it_is_by_default" {
  assert {
    condition     = output.notification_url == "https://mock.example/notifications"
    error_message = "Graph is told the API's own URL where there is no other."
  }
  assert {
    condition     = length(output.queue_urls) == 11
    error_message = "Five queues, their dead letters, and quarantine."
  }
  assert {
    condition     = aws_lambda_function.function["hydrate"].environment[0].variables["TEAMWIRE_CREDENTIALS_SECRET"] != ""
    error_message = "Credentials are in a secret by default."
  }
  assert {
    condition     = !contains(keys(aws_lambda_function.function["ingest"].environment[0].variables), "AWS_ENDPOINT_URL")
    error_message = "What only the local run sets is absent."
  }
  assert {
    condition     = length(aws_iam_role_policy.graph_credentials) == 0
    error_message = "No role may ask STS for tokens unless credentials are federated."
  }
  assert {
    condition     = length(aws_sqs_queue_policy.only_tls) == 11 && length(aws_s3_bucket_policy.only_tls) == 2
    error_message = "Every queue and bucket refuses plain HTTP."
  }
}

run "with_nothing_secret_and_everything_else" {
  variables {
    credentials       = "{\"*\":{\"clientId\":\"c\",\"federated\":true}}"
    envelope_kms_keys = { a = "arn:aws:kms:eu-central-1:123456789012:key/a" }
    events_fifo       = true
    public_url        = "https://hooks.example.com"
    alarm_topic_arn   = "arn:aws:sns:eu-central-1:123456789012:told"
  }
  assert {
    condition     = output.lifecycle_url == "https://hooks.example.com/lifecycle"
    error_message = "A domain of one's own is what Graph is told."
  }
  assert {
    condition     = length(aws_secretsmanager_secret.credentials) == 0 && !contains(keys(output.secret_arns), "credentials")
    error_message = "Federated credentials leave no secret."
  }
  assert {
    condition     = length(aws_iam_role_policy.graph_credentials) == 3
    error_message = "hydrate, subscriptions and backfill ask Graph."
  }
  assert {
    condition     = aws_sqs_queue.work["events"].name == "teamwire-events.fifo" && aws_sqs_queue.dead_letters["events"].name == "teamwire-events-dead-letters.fifo"
    error_message = "A FIFO queue has FIFO dead letters."
  }
  assert {
    condition     = aws_lambda_function.function["decrypt"].environment[0].variables["TEAMWIRE_ENVELOPE_KMS_KEYS"] == "a=arn:aws:kms:eu-central-1:123456789012:key/a"
    error_message = "decrypt is told the key of each certificate."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.quarantine.alarm_actions == toset(["arn:aws:sns:eu-central-1:123456789012:told"])
    error_message = "Alarms tell the topic."
  }
}

run "a_cloud_that_nobody_knows_is_refused" {
  command = plan
  variables {
    cloud = "other"
  }
  expect_failures = [var.cloud]
}
