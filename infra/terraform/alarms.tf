# What to look at, and what it means. Each also tells the topic, if there is one.
locals {
  told           = var.alarm_topic_arn == "" ? [] : [var.alarm_topic_arn]
  api_dimensions = { ApiId = aws_apigatewayv2_api.notifications.id, Stage = "$default" }

  alarms = {
    ingest-errors = {
      why        = "Graph got 5xx in two of three times five minutes. It delivers again for four hours, so nothing is lost yet; answers by reason say what ingest could not have."
      namespace  = "AWS/ApiGateway"
      metric     = "5xx"
      dimensions = local.api_dimensions
      statistic  = "Sum"
      period     = 300
      comparison = "GreaterThanThreshold"
      threshold  = 0
      periods    = 3
      datapoints = 2
      missing    = "notBreaching"
    }
    ingest-slow = {
      why        = "Over 10 % of the answers of ten minutes took over 3 s. Graph holds notifications back for ten minutes at a time from here on."
      namespace  = "AWS/ApiGateway"
      metric     = "Latency"
      dimensions = local.api_dimensions
      rank       = "PR(3000:60000)"
      period     = 600
      comparison = "GreaterThanThreshold"
      threshold  = 10
      periods    = 1
      datapoints = 1
      missing    = "notBreaching"
    }
    ingest-drop = {
      why        = "Over 15 % of the answers of ten minutes took over 10 s. Graph drops notifications from here on - fill the gap with teamwire backfill afterwards."
      namespace  = "AWS/ApiGateway"
      metric     = "Latency"
      dimensions = local.api_dimensions
      rank       = "PR(10000:60000)"
      period     = 600
      comparison = "GreaterThanThreshold"
      threshold  = 15
      periods    = 1
      datapoints = 1
      missing    = "notBreaching"
    }
    rejects = {
      why        = "Ten items and more with a client state of ours were dropped - a setting is wrong, most likely AppIds, Tenants or the secret. The reasons of rejected say which."
      namespace  = "teamwire"
      metric     = "rejectedOurs"
      dimensions = { function = aws_lambda_function.function["ingest"].function_name }
      statistic  = "Sum"
      period     = 300
      comparison = "GreaterThanOrEqualToThreshold"
      threshold  = 10
      periods    = 1
      datapoints = 1
      missing    = "notBreaching"
    }
    subscription-expiry = {
      why        = "A subscription ends in less than 25 minutes - the last runs did not renew it. See reconcileFailed and the log of subscriptions."
      namespace  = "teamwire"
      metric     = "minutesToEarliestExpiry"
      dimensions = { function = aws_lambda_function.function["subscriptions"].function_name }
      statistic  = "Minimum"
      period     = 300
      comparison = "LessThanThreshold"
      threshold  = 25
      periods    = 1
      datapoints = 1
      missing    = "notBreaching"
    }
    subscription-silent = {
      why        = "A subscription lives and nothing was heard of it for as long as its silence in subscriptions.toml allows. The log of subscriptions names it."
      namespace  = "teamwire"
      metric     = "subscriptionsSilent"
      dimensions = { function = aws_lambda_function.function["subscriptions"].function_name }
      statistic  = "Maximum"
      period     = 1800
      comparison = "GreaterThanThreshold"
      threshold  = 0
      periods    = 2
      datapoints = 2
      missing    = "notBreaching"
    }
    certificate-expiry = {
      why        = "The current certificate ends within two weeks. Make another with teamwire certificate rotate."
      namespace  = "teamwire"
      metric     = "certificateMinutesToExpiry"
      dimensions = { function = aws_lambda_function.function["subscriptions"].function_name }
      statistic  = "Minimum"
      period     = 3600
      comparison = "LessThanThreshold"
      threshold  = 20160
      periods    = 1
      datapoints = 1
      missing    = "notBreaching"
    }
    reconcile-not-run = {
      why        = "No run has looked after the subscriptions for an hour. They end by themselves, the first within an hour. Goes off before subscriptions.toml is there, too."
      namespace  = "teamwire"
      metric     = "subscriptionsWanted"
      dimensions = { function = aws_lambda_function.function["subscriptions"].function_name }
      statistic  = "SampleCount"
      period     = 3600
      comparison = "LessThanThreshold"
      threshold  = 1
      periods    = 1
      datapoints = 1
      missing    = "breaching"
    }
    reconcile-failed = {
      why        = "Two half hours in a row some subscription could not be made or renewed. The reasons of reconcileFailed say why."
      namespace  = "teamwire"
      metric     = "reconcileFailed"
      dimensions = { function = aws_lambda_function.function["subscriptions"].function_name }
      statistic  = "Sum"
      period     = 1800
      comparison = "GreaterThanThreshold"
      threshold  = 0
      periods    = 2
      datapoints = 2
      missing    = "notBreaching"
    }
    gaps-unfilled = {
      why        = "Something may be missing for good - Graph offers no way to read it again. The gap events on the events queue say what."
      namespace  = "teamwire"
      metric     = "gapsUnfilled"
      dimensions = { function = aws_lambda_function.function["backfill"].function_name }
      statistic  = "Sum"
      period     = 300
      comparison = "GreaterThanThreshold"
      threshold  = 0
      periods    = 1
      datapoints = 1
      missing    = "notBreaching"
    }
  }

  of_archive = {
    archive-dead-letters = {
      why        = "Firehose did not take an event for 24 hours, and it is not in the archive. The dead letter is the event; it is kept 14 days."
      namespace  = "AWS/SQS"
      metric     = "ApproximateNumberOfMessagesVisible"
      dimensions = { QueueName = one(aws_sqs_queue.archive_dead_letters[*].name) }
      statistic  = "Maximum"
      period     = 60
      threshold  = 0
    }
    archive-age = {
      why        = "An event has waited for an hour to be written to the archive. Firehose gives it up after 24."
      namespace  = "AWS/Firehose"
      metric     = "DeliveryToS3.DataFreshness"
      dimensions = { DeliveryStreamName = "${var.name}-archive" }
      statistic  = "Maximum"
      period     = 300
      threshold  = 3600
    }
    archive-partitions = {
      why        = "More tenants at once than Firehose has partitions for. Their events are below failed/ in the bucket of the archive."
      namespace  = "AWS/Firehose"
      metric     = "PartitionCountExceeded"
      dimensions = { DeliveryStreamName = "${var.name}-archive" }
      statistic  = "Maximum"
      period     = 300
      threshold  = 0
    }
    archive-conversion = {
      why        = "Firehose could not make Parquet of an event. It is below failed/ in the bucket of the archive."
      namespace  = "AWS/Firehose"
      metric     = "FailedConversion.Records"
      dimensions = { DeliveryStreamName = "${var.name}-archive" }
      statistic  = "Sum"
      period     = 300
      threshold  = 0
    }
  }

  # Nothing gets lost between the counters: docs/CONFIGURATION.md has the laws. A hundredth is for
  # what falls between two periods.
  every_counter = {
    ingest        = { whole = "received", parts = ["enqueued", "quarantined", "rejected", "returned"] }
    decrypt       = { whole = "taken", parts = ["forwarded", "deferred", "dead", "returned"] }
    hydrate       = { whole = "taken", parts = ["forwarded", "deferred", "dead", "returned"] }
    subscriptions = { whole = "taken", parts = ["forwarded", "deferred", "dead", "returned"] }
    backfill      = { whole = "taken", parts = ["forwarded", "deferred", "dead", "returned"] }
    relay         = { whole = "taken", parts = ["forwarded", "deferred", "dead", "returned"] }
  }
  counters = { for name, counter in local.every_counter : name => counter if name != "relay" || local.has_event_bus }

  # A counter with a second dimension has no sum in CloudWatch: these make it, from the log.
  sums = {
    rejected        = { function = "ingest" }
    enqueued        = { function = "ingest" }
    reconcileFailed = { function = "subscriptions" }
    gapsUnfilled    = { function = "backfill" }
  }
}

resource "aws_cloudwatch_log_metric_filter" "sum" {
  for_each = local.sums

  name           = "${var.name}-${each.key}"
  log_group_name = aws_cloudwatch_log_group.function[each.value.function].name
  pattern        = "{ $.${each.key} = * }"
  metric_transformation {
    namespace  = "teamwire"
    name       = each.key
    value      = "$.${each.key}"
    dimensions = { function = "$.function" }
  }
}

resource "aws_cloudwatch_metric_alarm" "dead_letters" {
  for_each = local.queues

  alarm_name          = "${var.name}-${each.key}-dead-letters"
  alarm_description   = "There is a dead letter of the ${each.key} queue. Its attribute reason says why; without one, it failed 25 times. Replay it once the cause is gone; it is kept 14 days. See docs/RUNBOOK.md#${each.key}-dead-letters"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.dead_letters[each.key].name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.told
  ok_actions          = local.told
}

resource "aws_cloudwatch_metric_alarm" "quarantine" {
  alarm_name          = "${var.name}-quarantine"
  alarm_description   = "Graph sent what no configured clientState fits, or what has no route. A setting is wrong, or a subscription was made by other means; its attribute reason says which. See docs/RUNBOOK.md#quarantine"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = aws_sqs_queue.quarantine.name }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.told
  ok_actions          = local.told
}

resource "aws_cloudwatch_metric_alarm" "age" {
  for_each = local.queues

  alarm_name          = "${var.name}-${each.key}-age"
  alarm_description   = "A message has been on the ${each.key} queue for ${each.value.age / 60} minutes - ${each.value.why} See docs/RUNBOOK.md#${each.key}-age"
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateAgeOfOldestMessage"
  dimensions          = { QueueName = aws_sqs_queue.work[each.key].name }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.age
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.told
  ok_actions          = local.told
}

resource "aws_cloudwatch_metric_alarm" "of_metric" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.why} See docs/RUNBOOK.md#${each.key}"
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = try(each.value.statistic, null)
  extended_statistic  = try(each.value.rank, null)
  period              = each.value.period
  evaluation_periods  = each.value.periods
  datapoints_to_alarm = each.value.datapoints
  comparison_operator = each.value.comparison
  threshold           = each.value.threshold
  treat_missing_data  = each.value.missing
  alarm_actions       = local.told
  ok_actions          = local.told
}

resource "aws_cloudwatch_metric_alarm" "of_archive" {
  for_each = local.has_archive ? local.of_archive : {}

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.why} See docs/RUNBOOK.md#${each.key}"
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  period              = each.value.period
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.told
  ok_actions          = local.told
}

# Only if somebody sets it back: the four functions allow it.
resource "aws_cloudwatch_metric_alarm" "recursive_loop" {
  alarm_name          = "${var.name}-recursive-loop"
  alarm_description   = "Lambda stopped a function that sends to its own queue, because it takes that for a loop without an end. Gaps and what has to wait stop there. RecursiveLoop of the function has to be Allow. See docs/RUNBOOK.md#recursive-loop"
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.told
  ok_actions          = local.told

  metric_query {
    id          = "dropped"
    label       = "invocations dropped"
    return_data = true
    expression  = join(" + ", [for name in local.recursive : "FILL(${name}, 0)"])
  }
  dynamic "metric_query" {
    for_each = local.recursive
    content {
      id = metric_query.value
      metric {
        namespace   = "AWS/Lambda"
        metric_name = "RecursiveInvocationsDropped"
        dimensions  = { FunctionName = aws_lambda_function.function[metric_query.value].function_name }
        stat        = "Sum"
        period      = 300
      }
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "imbalance" {
  for_each = local.counters

  alarm_name          = "${var.name}-${each.key}-imbalance"
  alarm_description   = "${each.value.whole} and what became of it differ in ${each.key} for a quarter of an hour. That is a fault of teamwire itself - please report it with the log. See docs/RUNBOOK.md#${each.key}-imbalance"
  evaluation_periods  = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.told
  ok_actions          = local.told

  metric_query {
    id          = "imbalance"
    label       = "${each.value.whole} less what became of it"
    return_data = true
    expression  = "ABS(${join(" - ", [for counter in concat([each.value.whole], each.value.parts) : "FILL(${counter}, 0)"])}) - FILL(${each.value.whole}, 0) / 100"
  }
  dynamic "metric_query" {
    for_each = concat([each.value.whole], each.value.parts)
    content {
      id = metric_query.value
      metric {
        namespace   = "teamwire"
        metric_name = metric_query.value
        dimensions  = { function = aws_lambda_function.function[each.key].function_name }
        stat        = "Sum"
        period      = 300
      }
    }
  }
}
