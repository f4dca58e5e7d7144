# Without an account: what Terraform itself makes of the module. The facts are in infra/contract.
# Terraform 1.11 can't mock what is ephemeral, nor end a test that applied what may not be destroyed, so
# that this runs in a copy whose client_state_key does nothing and whose archive may go: `make check-infra`
# makes it.
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
  mock_resource "aws_kinesis_firehose_delivery_stream" {
    defaults = { arn = "arn:aws:firehose:eu-central-1:123456789012:deliverystream/mock" }
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
    condition     = length(aws_sqs_queue.tail) == 0 && output.tail_queue_url == null
    error_message = "No tail unless it is wanted."
  }
  assert {
    condition     = length(aws_lambda_function.function) == 5 && length(aws_lambda_event_source_mapping.mapping) == 4 && length(aws_iam_role.function) == 5
    error_message = "No relay unless there is a bus."
  }
  assert {
    condition     = length(regexall("relay", aws_cloudwatch_dashboard.journey.dashboard_body)) == 0 && !contains(keys(aws_cloudwatch_metric_alarm.imbalance), "relay")
    error_message = "Nothing of a relay is seen."
  }
  assert {
    condition     = length(aws_s3_bucket.archive) + length(aws_kinesis_firehose_delivery_stream.archive) + length(aws_glue_catalog_table.archive) + length(aws_cloudwatch_metric_alarm.of_archive) == 0 && output.archive == null
    error_message = "No archive unless it is wanted."
  }
  assert {
    condition     = length(regexall("Archive", aws_cloudwatch_dashboard.journey.dashboard_body)) == 0 && aws_s3_bucket_lifecycle_configuration.claims.rule[0].filter[0].prefix == ""
    error_message = "All claims expire, and nothing of an archive is seen."
  }
  assert {
    condition     = length(regexall("^aws secretsmanager .* && teamwire certificate rotate --stack teamwire --id 2026a --secret .* && teamwire subscriptions apply", output.next)) == 1
    error_message = "What to type next begins with the credentials."
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
    condition     = alltrue([for function in aws_lambda_function.function : function.reserved_concurrent_executions == -1])
    error_message = "Nothing is reserved unless it is wanted."
  }
  assert {
    condition = alltrue([
      length(aws_iam_role_policy.traces) == 0,
      alltrue([for function in aws_lambda_function.function : function.tracing_config[0].mode == "PassThrough"]),
      length(aws_apigatewayv2_stage.stage.access_log_settings) == 0 && length(aws_cloudwatch_log_group.api) == 0,
    ])
    error_message = "What costs by the request, traces and the API's log, is there where it is wanted."
  }
  assert {
    condition     = length(aws_sqs_queue_policy.only_tls) == 11 && length(aws_s3_bucket_policy.only_tls) == 2
    error_message = "Every queue and bucket refuses plain HTTP."
  }
}

run "with_nothing_secret_and_everything_else" {
  variables {
    credentials       = "{\"*\":{\"clientId\":\"925bff9f-f6e2-4a69-b858-f71ea2b9b6d0\",\"federated\":true}}"
    envelope_kms_keys = { a = "arn:aws:kms:eu-central-1:123456789012:key/a" }
    events_fifo       = true
    tail_queue        = true
    public_url        = "https://hooks.example.com"
    alarm_topic_arn   = "arn:aws:sns:eu-central-1:123456789012:told"
    tracing           = "Active"
    access_log        = true

    requests_per_second = 1200
    decrypt_concurrency = 92
    hydrate_concurrency = 154

    ingest_reserved_concurrency = 50
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
  assert {
    condition     = length(aws_sqs_queue.tail) == 1 && length(output.queue_urls) == 12 && output.tail_queue_url == output.queue_urls["tail"]
    error_message = "Where a tail is wanted, its queue is there."
  }
  assert {
    condition     = aws_apigatewayv2_stage.stage.default_route_settings[0].throttling_rate_limit == 1200
    error_message = "The API takes as many requests as are wanted."
  }
  assert {
    condition = alltrue([
      for name, wanted in { decrypt = 92, hydrate = 154, lifecycle = 2, backfill = 2 } :
      aws_lambda_event_source_mapping.mapping[name].scaling_config[0].maximum_concurrency == wanted
    ])
    error_message = "As many run at once as are wanted."
  }
  assert {
    condition     = aws_lambda_function.function["ingest"].reserved_concurrent_executions == 50 && aws_lambda_function.function["decrypt"].reserved_concurrent_executions == -1
    error_message = "Only ingest has a share of its own."
  }
  assert {
    condition     = startswith(output.next, "teamwire certificate rotate --stack teamwire --id a --kms-key arn:aws:kms:")
    error_message = "Without secrets the certificate is next."
  }
  assert {
    condition = alltrue([
      for name in ["ingest", "decrypt", "hydrate", "backfill"] :
      contains(keys(aws_lambda_function.function[name].environment[0].variables), "TEAMWIRE_TAIL_QUEUE_URL")
    ])
    error_message = "Whoever sends events is told the tail."
  }
  assert {
    condition     = length(aws_iam_role_policy.traces) == 5 && aws_lambda_function.function["ingest"].tracing_config[0].mode == "Active"
    error_message = "Who is traced may write traces."
  }
  assert {
    condition     = length(aws_apigatewayv2_stage.stage.access_log_settings) == 1 && length(aws_cloudwatch_log_group.api) == 1
    error_message = "Where it is wanted the API logs each request."
  }
}

run "with_a_bus_by_its_name" {
  variables {
    event_bus = "teamwire"
  }
  assert {
    condition     = aws_lambda_function.function["relay"].environment[0].variables["TEAMWIRE_EVENT_BUS"] == "teamwire" && aws_lambda_event_source_mapping.mapping["events"].function_response_types == toset(["ReportBatchItemFailures"])
    error_message = "The relay takes from the events queue."
  }
  assert {
    condition = one([
      for grant in jsondecode(aws_iam_role_policy.grants["relay"].policy).Statement : grant.Resource if contains(grant.Action, "events:PutEvents")
    ]) == ["arn:${data.aws_partition.here.partition}:events:eu-central-1:123456789012:event-bus/teamwire"]
    error_message = "The relay may send to the one bus."
  }
  assert {
    condition = length([
      for grant in jsondecode(aws_iam_role_policy.grants["relay"].policy).Statement : grant if contains(grant.Action, "logs:PutLogEvents")
    ]) == 1
    error_message = "The relay may write its log."
  }
  assert {
    condition     = length(regexall("teamwire-relay", aws_cloudwatch_dashboard.journey.dashboard_body)) == 4 && length(aws_lambda_function_recursion_config.allowed) == 4
    error_message = "The relay is on the dashboard, and sends nothing to its own queue."
  }
}

run "with_a_bus_by_its_arn" {
  command = plan
  variables {
    event_bus = "arn:aws:events:eu-central-1:210987654321:event-bus/teamwire"
  }
  assert {
    condition     = local.event_bus_arn == var.event_bus
    error_message = "An ARN stays as it is."
  }
}

run "with_an_archive" {
  variables {
    event_bus = "teamwire"
    archive   = "json"
  }
  assert {
    condition     = aws_cloudwatch_event_target.archive[0].input_path == "$.detail" && aws_cloudwatch_event_rule.archive[0].event_bus_name == "teamwire"
    error_message = "The rule hands each event over as it is."
  }
  assert {
    condition     = aws_kinesis_firehose_delivery_stream.archive[0].extended_s3_configuration[0].processing_configuration[0].processors[1].type == "AppendDelimiterToRecord"
    error_message = "Each event is a line."
  }
  assert {
    condition     = aws_glue_catalog_table.archive[0].parameters["storage.location.template"] == "s3://${aws_s3_bucket.archive[0].id}/json/tenantid=$${tenantid}/day=$${day}/" && output.archive.table == "teamwire.events"
    error_message = "Athena looks where Firehose writes."
  }
  assert {
    condition     = length(aws_s3_bucket_versioning.archive) + length(aws_s3_bucket_object_lock_configuration.archive) == 0
    error_message = "No lock unless it is wanted."
  }
  assert {
    condition     = length(regexall("teamwire-archive", aws_cloudwatch_dashboard.journey.dashboard_body)) == 3 && aws_s3_bucket_lifecycle_configuration.claims.rule[0].filter[0].prefix == "messages/"
    error_message = "The archive is on the dashboard, and keeps what its events name."
  }
}

run "with_a_locked_archive_of_parquet" {
  variables {
    name              = "team-wire"
    event_bus         = "teamwire"
    archive           = "parquet"
    archive_lock      = "COMPLIANCE"
    archive_lock_days = 10
  }
  assert {
    condition     = aws_s3_bucket_versioning.archive[0].versioning_configuration[0].status == "Enabled" && aws_s3_bucket_object_lock_configuration.archive[0].rule[0].default_retention[0].days == 10
    error_message = "What is written is held."
  }
  assert {
    condition     = aws_kinesis_firehose_delivery_stream.archive[0].extended_s3_configuration[0].data_format_conversion_configuration[0].schema_configuration[0].table_name == "events" && length(aws_kinesis_firehose_delivery_stream.archive[0].extended_s3_configuration[0].processing_configuration[0].processors) == 1
    error_message = "Firehose makes columns of it, by the table of the archive."
  }
  assert {
    condition     = output.archive.table == "team_wire.events"
    error_message = "Athena wants no quotes."
  }
}

run "an_archive_without_a_bus_is_refused" {
  command = plan
  variables {
    archive = "json"
  }
  expect_failures = [output.archive]
}

run "the_longest_name_fits_everywhere" {
  command = plan
  variables {
    name        = "acme-compliance-archive-teams-32"
    events_fifo = true
    tail_queue  = true
  }
  assert {
    condition     = alltrue([for role in aws_iam_role.function : length(role.name_prefix) <= 38])
    error_message = "IAM takes a prefix of 38 characters."
  }
  assert {
    # Account and the longest region, ap-southeast-2 and the like, take 28.
    condition     = alltrue([for name in ["claims", "config"] : length("${local.bucket_prefix}-${name}-123456789012-ap-southeast-2") <= 63])
    error_message = "S3 takes 63 characters."
  }
  assert {
    condition     = local.bucket_prefix == "acme-compliance-arc-${substr(sha256("acme-compliance-archive-teams-32"), 0, 8)}"
    error_message = "A name that is cut keeps a hash of the whole."
  }
  assert {
    condition     = alltrue([for queue in local.all_queues : length(queue.name) <= 80])
    error_message = "SQS takes 80 characters, .fifo among them."
  }
  assert {
    condition     = alltrue([for function in aws_lambda_function.function : length(function.function_name) <= 64])
    error_message = "Lambda takes 64 characters."
  }
  assert {
    condition     = length(aws_cloudwatch_event_rule.reconcile.name) <= 64
    error_message = "EventBridge takes 64 characters."
  }
}

# Where a name is cut, and one before it.
run "a_name_of_23" {
  variables {
    name = "acme-compliance-archivx"
  }
  assert {
    condition     = length("${local.bucket_prefix}-config-123456789012-ap-southeast-2") <= 63
    error_message = "S3 takes names of 63 characters."
  }
}

run "a_name_of_24" {
  variables {
    name = "acme-compliance-archivex"
  }
  assert {
    condition     = length("${local.bucket_prefix}-config-123456789012-ap-southeast-2") <= 63
    error_message = "S3 takes names of 63 characters."
  }
}

run "a_name_of_28" {
  variables {
    name = "acme-compliance-archive-ofxx"
  }
  assert {
    condition     = length("${local.bucket_prefix}-config-123456789012-ap-southeast-2") <= 63
    error_message = "S3 takes names of 63 characters."
  }
}

run "a_name_of_29" {
  variables {
    name = "acme-compliance-archive-of-tx"
  }
  assert {
    condition     = length("${local.bucket_prefix}-config-123456789012-ap-southeast-2") <= 63
    error_message = "S3 takes names of 63 characters."
  }
}

run "a_name_that_s3_keeps" {
  command = plan
  variables {
    name = "sthree-teamwire"
  }
  expect_failures = [var.name]
}

run "what_aws_would_not_take_is_refused" {
  command = plan
  variables {
    name                = "acme-compliance-archive-of-teams-33"
    decrypt_concurrency = 2.5
  }
  expect_failures = [var.name, var.decrypt_concurrency]
}
