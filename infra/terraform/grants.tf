# Each role has only what its function does, on the very queue, file, secret or key.
locals {
  consume = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
  file    = ["s3:GetObject", "s3:PutObject"]
  log     = ["logs:CreateLogStream", "logs:PutLogEvents"]
  claims  = "${aws_s3_bucket.bucket["claims"].arn}/*"
  copies  = { actions = ["sqs:SendMessage"], on = aws_sqs_queue.tail[*].arn }
  # With a name and not an ARN it is a bus of this account and region.
  event_bus_arn = startswith(var.event_bus, "arn:") ? var.event_bus : "arn:${data.aws_partition.here.partition}:events:${data.aws_region.here.id}:${data.aws_caller_identity.here.account_id}:event-bus/${var.event_bus}"

  grants = {
    ingest = [
      {
        actions = ["sqs:SendMessage"]
        on = [
          aws_sqs_queue.work["decrypt"].arn,
          aws_sqs_queue.work["hydrate"].arn,
          aws_sqs_queue.work["lifecycle"].arn,
          aws_sqs_queue.work["events"].arn,
          aws_sqs_queue.quarantine.arn,
        ]
      },
      { actions = ["s3:PutObject"], on = [local.claims] },
      { actions = ["secretsmanager:GetSecretValue"], on = [aws_secretsmanager_secret.client_state.arn] },
      local.copies,
      { actions = local.log, on = ["${aws_cloudwatch_log_group.function["ingest"].arn}:*"] },
    ]
    decrypt = [
      { actions = local.consume, on = [aws_sqs_queue.work["decrypt"].arn] },
      {
        actions = ["sqs:SendMessage"]
        on = [
          aws_sqs_queue.work["decrypt"].arn,
          aws_sqs_queue.dead_letters["decrypt"].arn,
          aws_sqs_queue.work["events"].arn,
        ]
      },
      { actions = local.file, on = [local.claims] },
      # Without it S3 says of a claim that is not there only that it may not be read.
      { actions = ["s3:ListBucket"], on = [aws_s3_bucket.bucket["claims"].arn] },
      { actions = ["secretsmanager:GetSecretValue"], on = [aws_secretsmanager_secret.envelope_keys.arn] },
      { actions = ["kms:Decrypt"], on = values(var.envelope_kms_keys) },
      local.copies,
      { actions = local.log, on = ["${aws_cloudwatch_log_group.function["decrypt"].arn}:*"] },
    ]
    hydrate = [
      { actions = local.consume, on = [aws_sqs_queue.work["hydrate"].arn] },
      {
        actions = ["sqs:SendMessage"]
        on = [
          aws_sqs_queue.work["hydrate"].arn,
          aws_sqs_queue.dead_letters["hydrate"].arn,
          aws_sqs_queue.work["events"].arn,
        ]
      },
      { actions = local.file, on = [local.claims] },
      # A recording is put part by part, and what could not be finished is taken back.
      { actions = ["s3:AbortMultipartUpload"], on = ["${aws_s3_bucket.bucket["claims"].arn}/content/*"] },
      { actions = ["s3:ListBucket"], on = [aws_s3_bucket.bucket["claims"].arn] },
      { actions = ["secretsmanager:GetSecretValue"], on = aws_secretsmanager_secret.credentials[*].arn },
      local.copies,
      { actions = local.log, on = ["${aws_cloudwatch_log_group.function["hydrate"].arn}:*"] },
    ]
    subscriptions = [
      { actions = local.consume, on = [aws_sqs_queue.work["lifecycle"].arn] },
      {
        actions = ["sqs:SendMessage"]
        on = [
          aws_sqs_queue.work["lifecycle"].arn,
          aws_sqs_queue.dead_letters["lifecycle"].arn,
          aws_sqs_queue.work["backfill"].arn,
        ]
      },
      {
        actions = local.file
        on = [
          "${aws_s3_bucket.bucket["config"].arn}/subscriptions.toml",
          "${aws_s3_bucket.bucket["config"].arn}/certificates.json",
          "${aws_s3_bucket.bucket["config"].arn}/coverage/*",
          "${aws_s3_bucket.bucket["config"].arn}/heard/*",
        ]
      },
      { actions = ["s3:ListBucket"], on = [aws_s3_bucket.bucket["config"].arn] },
      { actions = ["secretsmanager:GetSecretValue"], on = [aws_secretsmanager_secret.client_state.arn] },
      { actions = ["secretsmanager:GetSecretValue"], on = aws_secretsmanager_secret.credentials[*].arn },
      { actions = local.log, on = ["${aws_cloudwatch_log_group.function["subscriptions"].arn}:*"] },
    ]
    backfill = [
      { actions = local.consume, on = [aws_sqs_queue.work["backfill"].arn] },
      {
        actions = ["sqs:SendMessage"]
        on = [
          aws_sqs_queue.work["backfill"].arn,
          aws_sqs_queue.dead_letters["backfill"].arn,
          aws_sqs_queue.work["events"].arn,
        ]
      },
      { actions = local.file, on = [local.claims] },
      { actions = ["s3:ListBucket"], on = [aws_s3_bucket.bucket["claims"].arn] },
      { actions = ["secretsmanager:GetSecretValue"], on = aws_secretsmanager_secret.credentials[*].arn },
      local.copies,
      { actions = local.log, on = ["${aws_cloudwatch_log_group.function["backfill"].arn}:*"] },
    ]
    relay = [
      { actions = local.consume, on = [aws_sqs_queue.work["events"].arn] },
      { actions = ["sqs:SendMessage"], on = [aws_sqs_queue.dead_letters["events"].arn] },
      { actions = ["events:PutEvents"], on = [local.event_bus_arn] },
      { actions = ["s3:PutObject"], on = [local.claims] },
      # Its log is there where there is a bus.
      { actions = local.log, on = try(["${aws_cloudwatch_log_group.function["relay"].arn}:*"], []) },
    ]
  }
}

resource "aws_iam_role" "function" {
  for_each = local.functions

  # IAM takes 38 characters and adds its own.
  name_prefix = substr("${var.name}-${each.key}-", 0, 38)
  description = "What ${each.key} may do, and nothing else."
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "grants" {
  for_each = local.functions

  name = each.key
  role = aws_iam_role.function[each.key].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for grant in local.grants[each.key] :
      { Effect = "Allow", Action = grant.actions, Resource = grant.on } if length(grant.on) > 0
    ]
  })
}

# Where invocations are traced. X-Ray knows no narrower resource.
resource "aws_iam_role_policy" "traces" {
  for_each = { for name, function in local.functions : name => function if var.tracing == "Active" }

  name = "traces"
  role = aws_iam_role.function[each.key].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], Resource = "*" }
    ]
  })
}

# Where credentials hold no secret: tokens of the role. STS knows no narrower resource; the audience
# is Entra in any cloud.
resource "aws_iam_role_policy" "graph_credentials" {
  for_each = var.credentials == "" ? toset([]) : toset(["hydrate", "subscriptions", "backfill"])

  name = "graph-credentials"
  role = aws_iam_role.function[each.key].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "sts:GetWebIdentityToken"
      Resource = "*"
      Condition = {
        "ForAllValues:StringLike" = { "sts:IdentityTokenAudience" = "api://AzureADTokenExchange*" }
        # A set operator alone holds where the request names no audience at all.
        Null = { "sts:IdentityTokenAudience" = "false" }
      }
    }]
  })
}
