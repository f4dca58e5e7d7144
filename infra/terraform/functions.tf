locals {
  package_dir = var.package_dir == "" ? "${path.module}/lambda" : var.package_dir

  # Ten bodies of 8 MiB at once need more memory in hydrate and backfill than the others ever do.
  every_function = {
    ingest        = { timeout = 5, memory = 256, does = "Authenticates notifications and puts each one on its queue." }
    decrypt       = { timeout = 30, memory = 256, does = "Opens notifications that carry their resource." }
    hydrate       = { timeout = 30, memory = 512, does = "Fetches the resource of notifications that do not carry it." }
    subscriptions = { timeout = 900, memory = 256, does = "Makes, renews and removes subscriptions, and answers Graph's lifecycle events." }
    backfill      = { timeout = 60, memory = 512, does = "Reads what changed while a subscription did not live." }
    relay         = { timeout = 30, memory = 256, does = "Puts each event on the event bus." }
  }
  has_event_bus = var.event_bus != ""
  functions     = { for name, function in local.every_function : name => function if name != "relay" || local.has_event_bus }

  of_everybody = {
    RUST_LOG         = var.log_level
    AWS_ENDPOINT_URL = var.stand_ins.aws
  }
  in_cloud = {
    TEAMWIRE_CLOUD = var.cloud
  }
  sends_events = {
    TEAMWIRE_EVENTS_QUEUE_URL = aws_sqs_queue.work["events"].url
    TEAMWIRE_TAIL_QUEUE_URL   = join("", aws_sqs_queue.tail[*].url)
    TEAMWIRE_CLAIM_BUCKET     = aws_s3_bucket.bucket["claims"].id
  }
  asks_graph = {
    TEAMWIRE_ENTRA_URL          = var.stand_ins.entra
    TEAMWIRE_GRAPH_URL          = var.stand_ins.graph
    TEAMWIRE_CREDENTIALS        = var.credentials
    TEAMWIRE_CREDENTIALS_SECRET = join("", aws_secretsmanager_secret.credentials[*].arn)
  }

  # One that is empty is not set.
  variables = {
    ingest = merge(local.of_everybody, local.in_cloud, local.sends_events, {
      TEAMWIRE_APP_IDS              = join(",", var.app_ids)
      TEAMWIRE_TENANTS              = join(",", var.tenants)
      TEAMWIRE_ENTRA_URL            = var.stand_ins.entra
      TEAMWIRE_CLIENT_STATE_SECRET  = aws_secretsmanager_secret.client_state.arn
      TEAMWIRE_DECRYPT_QUEUE_URL    = aws_sqs_queue.work["decrypt"].url
      TEAMWIRE_HYDRATE_QUEUE_URL    = aws_sqs_queue.work["hydrate"].url
      TEAMWIRE_LIFECYCLE_QUEUE_URL  = aws_sqs_queue.work["lifecycle"].url
      TEAMWIRE_QUARANTINE_QUEUE_URL = aws_sqs_queue.quarantine.url
      TEAMWIRE_MEETING_CONTENT      = join(",", var.meeting_content)
    })
    decrypt = merge(local.of_everybody, local.in_cloud, local.sends_events, {
      TEAMWIRE_DECRYPT_QUEUE_URL             = aws_sqs_queue.work["decrypt"].url
      TEAMWIRE_DECRYPT_DEAD_LETTER_QUEUE_URL = aws_sqs_queue.dead_letters["decrypt"].url
      TEAMWIRE_ENVELOPE_KEYS_SECRET          = aws_secretsmanager_secret.envelope_keys.arn
      TEAMWIRE_ENVELOPE_KMS_KEYS             = join(",", [for id, arn in var.envelope_kms_keys : "${id}=${arn}"])
    })
    hydrate = merge(local.of_everybody, local.in_cloud, local.sends_events, local.asks_graph, {
      TEAMWIRE_FOREIGN_RESOURCES             = join(",", var.foreign_resources)
      TEAMWIRE_MEETING_CONTENT               = join(",", var.meeting_content)
      TEAMWIRE_HYDRATE_QUEUE_URL             = aws_sqs_queue.work["hydrate"].url
      TEAMWIRE_HYDRATE_DEAD_LETTER_QUEUE_URL = aws_sqs_queue.dead_letters["hydrate"].url
    })
    subscriptions = merge(local.of_everybody, local.in_cloud, local.asks_graph, {
      TEAMWIRE_CONFIG_BUCKET                   = aws_s3_bucket.bucket["config"].id
      TEAMWIRE_NOTIFICATION_URL                = local.notification_url
      TEAMWIRE_LIFECYCLE_URL                   = local.lifecycle_url
      TEAMWIRE_CLIENT_STATE_SECRET             = aws_secretsmanager_secret.client_state.arn
      TEAMWIRE_LIFECYCLE_QUEUE_URL             = aws_sqs_queue.work["lifecycle"].url
      TEAMWIRE_LIFECYCLE_DEAD_LETTER_QUEUE_URL = aws_sqs_queue.dead_letters["lifecycle"].url
      TEAMWIRE_BACKFILL_QUEUE_URL              = aws_sqs_queue.work["backfill"].url
    })
    backfill = merge(local.of_everybody, local.in_cloud, local.sends_events, local.asks_graph, {
      TEAMWIRE_BACKFILL_QUEUE_URL             = aws_sqs_queue.work["backfill"].url
      TEAMWIRE_BACKFILL_DEAD_LETTER_QUEUE_URL = aws_sqs_queue.dead_letters["backfill"].url
    })
    relay = merge(local.of_everybody, {
      TEAMWIRE_EVENT_BUS                    = var.event_bus
      TEAMWIRE_EVENTS_DEAD_LETTER_QUEUE_URL = aws_sqs_queue.dead_letters["events"].url
      TEAMWIRE_CLAIM_BUCKET                 = aws_s3_bucket.bucket["claims"].id
    })
  }
}

resource "aws_lambda_function" "function" {
  for_each = local.functions

  function_name    = "${var.name}-${each.key}"
  description      = each.value.does
  role             = aws_iam_role.function[each.key].arn
  filename         = "${local.package_dir}/${each.key}.zip"
  source_code_hash = filebase64sha256("${local.package_dir}/${each.key}.zip")
  runtime          = "provided.al2023"
  handler          = "bootstrap"
  architectures    = [var.architecture]
  memory_size      = each.value.memory
  timeout          = each.value.timeout
  # -1 is what Lambda calls none.
  reserved_concurrent_executions = each.key == "ingest" && var.ingest_reserved_concurrency > 0 ? var.ingest_reserved_concurrency : -1

  environment {
    variables = { for name, value in local.variables[each.key] : name => value if value != "" }
  }
  tracing_config {
    mode = var.tracing
  }
  logging_config {
    log_group  = aws_cloudwatch_log_group.function[each.key].name
    log_format = "JSON"
    # log_level alone decides what is logged. Lambda would drop its lower levels, and with a higher
    # one of its own all metrics: it takes a line that names no level for one of INFO.
    application_log_level = "TRACE"
    system_log_level      = "INFO"
  }

  depends_on = [aws_iam_role_policy.grants, aws_iam_role_policy.traces]
}

resource "aws_cloudwatch_log_group" "function" {
  for_each = local.functions

  name              = "/aws/lambda/${var.name}-${each.key}"
  retention_in_days = 30
}

locals {
  every_mapping = {
    decrypt = { function = "decrypt", window = 0, concurrency = var.decrypt_concurrency }
    hydrate = { function = "hydrate", window = 0, concurrency = var.hydrate_concurrency }
    # Events of one batch share their work.
    lifecycle = { function = "subscriptions", window = 5, concurrency = 2 }
    # Old changes wait for new ones: hydrate asks Graph with the same app.
    backfill = { function = "backfill", window = 0, concurrency = 2 }
    # The bus has a quota of its own, in small regions of some hundred requests a second.
    events = { function = "relay", window = 0, concurrency = 10 }
  }
  mappings = { for queue, mapping in local.every_mapping : queue => mapping if mapping.function != "relay" || local.has_event_bus }
}

resource "aws_lambda_event_source_mapping" "mapping" {
  for_each = local.mappings

  event_source_arn                   = aws_sqs_queue.work[each.key].arn
  function_name                      = aws_lambda_function.function[each.value.function].arn
  batch_size                         = 10
  maximum_batching_window_in_seconds = each.value.window
  function_response_types            = ["ReportBatchItemFailures"]
  scaling_config {
    maximum_concurrency = each.value.concurrency
  }
}

locals {
  # They send to the queue that they take from. By default Lambda stops such a chain at its 17th
  # invocation; ours have ends of their own (docs/PROMISES.md, "What goes round").
  recursive = ["decrypt", "hydrate", "subscriptions", "backfill"]
}

resource "aws_lambda_function_recursion_config" "allowed" {
  for_each = toset(local.recursive)

  function_name  = aws_lambda_function.function[each.key].function_name
  recursive_loop = "Allow"
}

# A run that failed is not repeated: the next one comes anyway.
resource "aws_lambda_function_event_invoke_config" "subscriptions" {
  function_name                = aws_lambda_function.function["subscriptions"].function_name
  maximum_retry_attempts       = 0
  maximum_event_age_in_seconds = 21600
}

resource "aws_cloudwatch_event_rule" "reconcile" {
  name                = "${var.name}-reconcile"
  description         = "Makes the subscriptions what subscriptions.toml says."
  schedule_expression = "rate(${var.reconcile_minutes} minutes)"
}

resource "aws_cloudwatch_event_target" "reconcile" {
  rule  = aws_cloudwatch_event_rule.reconcile.name
  arn   = aws_lambda_function.function["subscriptions"].arn
  input = jsonencode({ action = "reconcile" })
}

resource "aws_lambda_permission" "reconcile" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.function["subscriptions"].function_name
  principal     = "events.amazonaws.com"
  source_arn    = aws_cloudwatch_event_rule.reconcile.arn
}
