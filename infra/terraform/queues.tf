# Four days to catch up, fourteen to look at what failed. Visibility is six times the timeout of the
# function. What is poison for certain is dead-lettered by the function itself at first sight.
locals {
  message_bytes = 1048576

  queues = {
    decrypt   = { visibility = 180, age = 900, fifo = false, why = "decrypt fails or is too slow: see its log and its concurrency." }
    hydrate   = { visibility = 180, age = 900, fifo = false, why = "hydrate does not run, or fails: see its log. What it defers has a new age." }
    lifecycle = { visibility = 5400, age = 10800, fifo = false, why = "subscriptions fails: see its log." }
    backfill  = { visibility = 360, age = 14400, fifo = false, why = "a gap is large, or backfill fails: see its log." }
    events    = { visibility = 180, age = 3600, fifo = var.events_fifo, why = "your consumer does not keep up, or does not run." }
  }
}

resource "aws_sqs_queue" "work" {
  for_each = local.queues

  name                       = "${var.name}-${each.key}${each.value.fifo ? ".fifo" : ""}"
  fifo_queue                 = each.value.fifo
  deduplication_scope        = each.value.fifo ? "messageGroup" : null
  fifo_throughput_limit      = each.value.fifo ? "perMessageGroupId" : null
  max_message_size           = local.message_bytes
  message_retention_seconds  = 345600
  visibility_timeout_seconds = each.value.visibility
  sqs_managed_sse_enabled    = true
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters[each.key].arn
    maxReceiveCount     = 25
  })
}

resource "aws_sqs_queue" "dead_letters" {
  for_each = local.queues

  name                      = "${var.name}-${each.key}-dead-letters${each.value.fifo ? ".fifo" : ""}"
  fifo_queue                = each.value.fifo
  deduplication_scope       = each.value.fifo ? "messageGroup" : null
  fifo_throughput_limit     = each.value.fifo ? "perMessageGroupId" : null
  max_message_size          = local.message_bytes
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue_redrive_allow_policy" "dead_letters" {
  for_each = local.queues

  queue_url = aws_sqs_queue.dead_letters[each.key].id
  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.work[each.key].arn]
  })
}

# Copies to look at: nothing depends on them, so that they end by themselves.
resource "aws_sqs_queue" "tail" {
  count = var.tail_queue ? 1 : 0

  name                      = "${var.name}-tail"
  max_message_size          = local.message_bytes
  message_retention_seconds = 3600
  sqs_managed_sse_enabled   = true
}

# Graph's own notifications that no configured clientState fits: ours to look at, never redriven.
resource "aws_sqs_queue" "quarantine" {
  name                      = "${var.name}-quarantine"
  max_message_size          = local.message_bytes
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
  redrive_allow_policy      = jsonencode({ redrivePermission = "denyAll" })
}

locals {
  all_queues = merge(
    { for name, queue in aws_sqs_queue.work : name => queue },
    { for name, queue in aws_sqs_queue.dead_letters : "${name}-dead-letters" => queue },
    { quarantine = aws_sqs_queue.quarantine },
    { for queue in aws_sqs_queue.tail : "tail" => queue },
  )
}

# The emulator of the local run speaks plain HTTP alone.
resource "aws_sqs_queue_policy" "only_tls" {
  for_each = var.stand_ins.aws == "" ? local.all_queues : {}

  queue_url = each.value.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyTls"
      Effect    = "Deny"
      Principal = "*"
      Action    = "sqs:*"
      Resource  = each.value.arn
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}
