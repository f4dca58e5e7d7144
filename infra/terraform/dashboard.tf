# The journey from left to right: on top how many, below how fast and what went wrong.
locals {
  alarm_arns = concat(
    values(aws_cloudwatch_metric_alarm.dead_letters)[*].arn,
    [aws_cloudwatch_metric_alarm.quarantine.arn],
    values(aws_cloudwatch_metric_alarm.age)[*].arn,
    values(aws_cloudwatch_metric_alarm.of_metric)[*].arn,
    [aws_cloudwatch_metric_alarm.recursive_loop.arn],
    values(aws_cloudwatch_metric_alarm.imbalance)[*].arn,
    values(aws_cloudwatch_metric_alarm.of_archive)[*].arn,
  )

  widgets = [
    {
      x = 0, y = 4, width = 4, title = "1 API: requests, 4xx, 5xx", stat = "Sum"
      metrics = [
        ["AWS/ApiGateway", "Count", "ApiId", aws_apigatewayv2_api.notifications.id, "Stage", "$default"],
        ["AWS/ApiGateway", "4xx", "ApiId", aws_apigatewayv2_api.notifications.id, "Stage", "$default"],
        ["AWS/ApiGateway", "5xx", "ApiId", aws_apigatewayv2_api.notifications.id, "Stage", "$default"],
      ]
    },
    {
      x = 4, y = 4, width = 4, title = "2 Ingest: received and what became of it", stat = "Sum"
      metrics = [
        ["teamwire", "received", "function", aws_lambda_function.function["ingest"].function_name],
        ["teamwire", "enqueued", "function", aws_lambda_function.function["ingest"].function_name],
        ["teamwire", "quarantined", "function", aws_lambda_function.function["ingest"].function_name],
        ["teamwire", "rejected", "function", aws_lambda_function.function["ingest"].function_name],
        ["teamwire", "returned", "function", aws_lambda_function.function["ingest"].function_name],
      ]
    },
    {
      x = 8, y = 4, width = 3, title = "3 Queues: messages waiting", stat = "Maximum"
      metrics = [
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", aws_sqs_queue.work["decrypt"].name, { label = "decrypt" }],
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", aws_sqs_queue.work["hydrate"].name, { label = "hydrate" }],
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", aws_sqs_queue.work["lifecycle"].name, { label = "lifecycle" }],
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", aws_sqs_queue.work["backfill"].name, { label = "backfill" }],
      ]
    },
    {
      x = 11, y = 4, width = 4, title = "4 Decrypt and hydrate: taken and what became of it", stat = "Sum"
      metrics = [
        ["teamwire", "taken", "function", aws_lambda_function.function["decrypt"].function_name],
        ["teamwire", "forwarded", "function", aws_lambda_function.function["decrypt"].function_name],
        ["teamwire", "deferred", "function", aws_lambda_function.function["decrypt"].function_name],
        ["teamwire", "dead", "function", aws_lambda_function.function["decrypt"].function_name],
        ["teamwire", "returned", "function", aws_lambda_function.function["decrypt"].function_name],
        ["teamwire", "taken", "function", aws_lambda_function.function["hydrate"].function_name],
        ["teamwire", "forwarded", "function", aws_lambda_function.function["hydrate"].function_name],
        ["teamwire", "deferred", "function", aws_lambda_function.function["hydrate"].function_name],
        ["teamwire", "dead", "function", aws_lambda_function.function["hydrate"].function_name],
        ["teamwire", "returned", "function", aws_lambda_function.function["hydrate"].function_name],
      ]
    },
    {
      x = 15, y = 4, width = 3, title = "5 Events: sent, taken by the consumer", stat = "Sum"
      metrics = [
        ["AWS/SQS", "NumberOfMessagesSent", "QueueName", aws_sqs_queue.work["events"].name],
        ["AWS/SQS", "NumberOfMessagesDeleted", "QueueName", aws_sqs_queue.work["events"].name],
      ]
    },
    {
      x = 18, y = 4, width = 3, title = "6 Subscriptions: wanted, live, silent, minutes to the earliest end", stat = "Minimum"
      metrics = [
        ["teamwire", "subscriptionsWanted", "function", aws_lambda_function.function["subscriptions"].function_name],
        ["teamwire", "subscriptionsLive", "function", aws_lambda_function.function["subscriptions"].function_name],
        ["teamwire", "subscriptionsSilent", "function", aws_lambda_function.function["subscriptions"].function_name, { stat = "Maximum" }],
        ["teamwire", "minutesToEarliestExpiry", "function", aws_lambda_function.function["subscriptions"].function_name],
      ]
    },
    {
      x = 21, y = 4, width = 3, title = "7 Backfill: events made, gaps filled and not", stat = "Sum"
      metrics = [
        ["teamwire", "eventsBackfilled", "function", aws_lambda_function.function["backfill"].function_name],
        ["teamwire", "gapsFilled", "function", aws_lambda_function.function["backfill"].function_name],
        ["teamwire", "gapsUnfilled", "function", aws_lambda_function.function["backfill"].function_name],
      ]
    },
    {
      x = 0, y = 11, width = 4, title = "API: milliseconds to the answer; Graph minds 3000", stat = "p99"
      metrics = [
        ["AWS/ApiGateway", "Latency", "ApiId", aws_apigatewayv2_api.notifications.id, "Stage", "$default"],
        ["AWS/ApiGateway", "IntegrationLatency", "ApiId", aws_apigatewayv2_api.notifications.id, "Stage", "$default"],
      ]
    },
    {
      x = 4, y = 11, width = 4, title = "Ingest: milliseconds to the answer", stat = "p99"
      metrics = [
        ["teamwire", "answerMilliseconds", "function", aws_lambda_function.function["ingest"].function_name],
      ]
    },
    {
      x = 8, y = 11, width = 3, title = "Queues: age of the oldest message", stat = "Maximum"
      metrics = [
        ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", aws_sqs_queue.work["decrypt"].name, { label = "decrypt" }],
        ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", aws_sqs_queue.work["hydrate"].name, { label = "hydrate" }],
        ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", aws_sqs_queue.work["lifecycle"].name, { label = "lifecycle" }],
        ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", aws_sqs_queue.work["backfill"].name, { label = "backfill" }],
      ]
    },
    {
      x = 11, y = 11, width = 4, title = "Decrypt and hydrate: milliseconds", stat = "p99"
      metrics = [
        ["AWS/Lambda", "Duration", "FunctionName", aws_lambda_function.function["decrypt"].function_name],
        ["AWS/Lambda", "Duration", "FunctionName", aws_lambda_function.function["hydrate"].function_name],
      ]
    },
    {
      x = 15, y = 11, width = 3, title = "Events: age of the oldest", stat = "Maximum"
      metrics = [
        ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", aws_sqs_queue.work["events"].name, { label = "events" }],
      ]
    },
    {
      x = 18, y = 11, width = 3, title = "Subscriptions: steps that failed", stat = "Sum"
      metrics = [
        ["teamwire", "reconcileFailed", "function", aws_lambda_function.function["subscriptions"].function_name],
      ]
    },
    {
      x = 21, y = 11, width = 3, title = "Dead letters and quarantine", stat = "Maximum"
      metrics = [
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", aws_sqs_queue.dead_letters["decrypt"].name, { label = "decrypt" }],
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", aws_sqs_queue.dead_letters["hydrate"].name, { label = "hydrate" }],
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", aws_sqs_queue.dead_letters["lifecycle"].name, { label = "lifecycle" }],
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", aws_sqs_queue.dead_letters["backfill"].name, { label = "backfill" }],
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", aws_sqs_queue.dead_letters["events"].name, { label = "events" }],
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", aws_sqs_queue.quarantine.name, { label = "quarantine" }],
      ]
    },
    {
      x = 0, y = 18, width = 24, title = "8 Relay: taken and what became of it", stat = "Sum"
      metrics = [
        ["teamwire", "taken", "function", "${var.name}-relay"],
        ["teamwire", "forwarded", "function", "${var.name}-relay"],
        ["teamwire", "dead", "function", "${var.name}-relay"],
        ["teamwire", "returned", "function", "${var.name}-relay"],
      ]
    },
    {
      x = 0, y = 25, width = 24, title = "9 Archive: events taken, written, seconds that the oldest waits", stat = "Sum"
      metrics = [
        ["AWS/Firehose", "IncomingRecords", "DeliveryStreamName", "${var.name}-archive"],
        ["AWS/Firehose", "DeliveryToS3.Records", "DeliveryStreamName", "${var.name}-archive"],
        ["AWS/Firehose", "DeliveryToS3.DataFreshness", "DeliveryStreamName", "${var.name}-archive", { stat = "Maximum" }],
      ]
    },
  ]
}

resource "aws_cloudwatch_dashboard" "journey" {
  dashboard_name = var.name
  dashboard_body = jsonencode({
    widgets = concat(
      [{
        type       = "alarm", x = 0, y = 0, width = 24, height = 4
        properties = { title = "Alarms", alarms = local.alarm_arns }
      }],
      [for widget in local.widgets : {
        type = "metric", x = widget.x, y = widget.y, width = widget.width, height = 7
        properties = {
          title   = widget.title
          region  = data.aws_region.here.id
          period  = 300
          stat    = widget.stat
          metrics = widget.metrics
        }
        # The row of the relay, and that of the archive.
      } if widget.y < 18 || (widget.y < 25 ? local.has_event_bus : local.has_archive)],
    )
  })
}
