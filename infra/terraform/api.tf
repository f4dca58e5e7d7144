# The front door: two routes, both to ingest.
resource "aws_apigatewayv2_api" "notifications" {
  name          = var.name
  protocol_type = "HTTP"
  description   = "Takes Microsoft Graph's change and lifecycle notifications."
}

resource "aws_apigatewayv2_integration" "ingest" {
  api_id                 = aws_apigatewayv2_api.notifications.id
  integration_type       = "AWS_PROXY"
  integration_uri        = aws_lambda_function.function["ingest"].arn
  payload_format_version = "2.0"
  timeout_milliseconds   = 5000
}

locals {
  routes = toset(["POST /notifications", "POST /lifecycle"])
}

resource "aws_apigatewayv2_route" "route" {
  for_each = local.routes

  api_id    = aws_apigatewayv2_api.notifications.id
  route_key = each.key
  target    = "integrations/${aws_apigatewayv2_integration.ingest.id}"
}

resource "aws_apigatewayv2_stage" "stage" {
  api_id      = aws_apigatewayv2_api.notifications.id
  name        = "$default"
  auto_deploy = true

  default_route_settings {
    detailed_metrics_enabled = true
    # Graph sees 429 above this and delivers again later; its batches hold many changes each.
    throttling_rate_limit  = var.requests_per_second
    throttling_burst_limit = 2000
  }

  dynamic "access_log_settings" {
    for_each = aws_cloudwatch_log_group.api[*].arn
    content {
      destination_arn = access_log_settings.value
      # The path without its query: a handshake's token is nobody's business.
      format = jsonencode(local.access_log)
    }
  }
}

locals {
  access_log = {
    requestId               = "$context.requestId"
    time                    = "$context.requestTime"
    sourceIp                = "$context.identity.sourceIp"
    route                   = "$context.routeKey"
    status                  = "$context.status"
    bytesOut                = "$context.responseLength"
    milliseconds            = "$context.responseLatency"
    integrationMilliseconds = "$context.integrationLatency"
    error                   = "$context.error.message"
    integrationError        = "$context.integrationErrorMessage"
  }

  root             = var.public_url != "" ? var.public_url : aws_apigatewayv2_api.notifications.api_endpoint
  notification_url = "${local.root}/notifications"
  lifecycle_url    = "${local.root}/lifecycle"
}

resource "aws_lambda_permission" "api" {
  action        = "lambda:InvokeFunction"
  function_name = aws_lambda_function.function["ingest"].function_name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.notifications.execution_arn}/$default/POST/*"
}

# Under this prefix the account's log policy does not grow with each API.
resource "aws_cloudwatch_log_group" "api" {
  count = var.access_log ? 1 : 0

  name              = "/aws/vendedlogs/${var.name}-api"
  retention_in_days = 30
}
