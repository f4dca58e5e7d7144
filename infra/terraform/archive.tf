# The archive: a rule of the bus, Firehose, a bucket, and a table for Athena. Nothing of it is there
# unless archive says so.
locals {
  has_archive = var.archive != "" && var.event_bus != ""
  is_parquet  = var.archive == "parquet"
  archive     = "${var.name}-archive"
  account     = data.aws_caller_identity.here.account_id
  glue        = "arn:${data.aws_partition.here.partition}:glue:${data.aws_region.here.id}:${local.account}"

  # The attributes of an event but for the tenant, which is in the prefix; data is JSON as text.
  archive_columns = [
    "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema",
    "subscriptionid", "origin", "contentversion", "receivedat", "payloadkind", "systemevent",
    "referencereason", "dataref", "contentref", "contentskipped", "data",
  ]
  archive_format = {
    json = {
      input      = "org.apache.hadoop.mapred.TextInputFormat"
      output     = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
      serde      = "org.openx.data.jsonserde.JsonSerDe"
      parameters = { "case.insensitive" = "false" } # What is in data keeps its names.
    }
    parquet = {
      input      = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat"
      output     = "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat"
      serde      = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
      parameters = {}
    }
  }
}

resource "aws_s3_bucket" "archive" {
  count = local.has_archive ? 1 : 0

  bucket = "${local.bucket_prefix}-archive-${local.account}-${data.aws_region.here.id}"
  # It can't be deleted while something is in it, but by then all that protects it would be gone.
  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_s3_bucket_object_lock_configuration" "archive" {
  count      = local.has_archive && var.archive_lock != "" ? 1 : 0
  depends_on = [aws_s3_bucket_versioning.archive]

  bucket = aws_s3_bucket.archive[0].id
  rule {
    default_retention {
      mode = var.archive_lock
      days = var.archive_lock_days
    }
  }
}

# A lock needs versions. Without one, what is erased is gone.
resource "aws_s3_bucket_versioning" "archive" {
  count = local.has_archive && var.archive_lock != "" ? 1 : 0

  bucket = aws_s3_bucket.archive[0].id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "archive" {
  count = local.has_archive ? 1 : 0

  bucket = aws_s3_bucket.archive[0].id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "archive" {
  count = local.has_archive ? 1 : 0

  bucket                  = aws_s3_bucket.archive[0].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "archive" {
  count = local.has_archive ? 1 : 0

  bucket = aws_s3_bucket.archive[0].id
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_policy" "archive" {
  count = local.has_archive && var.stand_ins.aws == "" ? 1 : 0

  bucket = aws_s3_bucket.archive[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyTls"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [aws_s3_bucket.archive[0].arn, "${aws_s3_bucket.archive[0].arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

resource "aws_s3_bucket_lifecycle_configuration" "archive" {
  count = local.has_archive ? 1 : 0

  bucket = aws_s3_bucket.archive[0].id
  rule {
    id     = "abort-uploads"
    status = "Enabled"
    filter {}
    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }
}

resource "aws_cloudwatch_event_rule" "archive" {
  count = local.has_archive ? 1 : 0

  name           = local.archive
  description    = "Every event to the archive."
  event_bus_name = var.event_bus
  event_pattern  = jsonencode({ source = ["teamwire"] })
}

resource "aws_cloudwatch_event_target" "archive" {
  count = local.has_archive ? 1 : 0

  rule           = aws_cloudwatch_event_rule.archive[0].name
  event_bus_name = var.event_bus
  target_id      = "archive"
  arn            = aws_kinesis_firehose_delivery_stream.archive[0].arn
  role_arn       = aws_iam_role.archive_rule[0].arn
  input_path     = "$.detail"
  # EventBridge tries for 24 hours.
  dead_letter_config {
    arn = aws_sqs_queue.archive_dead_letters[0].arn
  }
}

resource "aws_sqs_queue" "archive_dead_letters" {
  count = local.has_archive ? 1 : 0

  name                      = "${var.name}-archive-dead-letters"
  max_message_size          = local.message_bytes
  message_retention_seconds = 1209600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue_policy" "archive_dead_letters" {
  count = local.has_archive && var.stand_ins.aws == "" ? 1 : 0

  queue_url = aws_sqs_queue.archive_dead_letters[0].url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OnlyTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sqs:*"
        Resource  = aws_sqs_queue.archive_dead_letters[0].arn
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
      {
        Sid       = "OfTheRule"
        Effect    = "Allow"
        Principal = { Service = "events.amazonaws.com" }
        Action    = "sqs:SendMessage"
        Resource  = aws_sqs_queue.archive_dead_letters[0].arn
        Condition = { ArnEquals = { "aws:SourceArn" = aws_cloudwatch_event_rule.archive[0].arn } }
      },
    ]
  })
}

resource "aws_kinesis_firehose_delivery_stream" "archive" {
  count      = local.has_archive ? 1 : 0
  depends_on = [aws_iam_role_policy.archive_stream]

  name        = local.archive
  destination = "extended_s3"
  server_side_encryption {
    enabled  = true
    key_type = "AWS_OWNED_CMK"
  }
  extended_s3_configuration {
    bucket_arn = aws_s3_bucket.archive[0].arn
    role_arn   = aws_iam_role.archive_stream[0].arn
    # A prefix a tenant and day. The day is in the event, so that what is doubled comes to one place.
    prefix              = "${var.archive}/tenantid=!{partitionKeyFromQuery:tenantid}/day=!{partitionKeyFromQuery:day}/"
    error_output_prefix = "failed/!{firehose:error-output-type}/day=!{timestamp:yyyy-MM-dd}/"
    # The largest: an object costs as much as some thousand events in it.
    buffering_interval = 900
    buffering_size     = 128
    # Parquet compresses by itself.
    compression_format = local.is_parquet ? "UNCOMPRESSED" : "GZIP"
    dynamic_partitioning_configuration {
      enabled = true
    }
    processing_configuration {
      enabled = true
      processors {
        type = "MetadataExtraction"
        parameters {
          parameter_name  = "MetadataExtractionQuery"
          parameter_value = "{tenantid: .tenantid, day: .receivedat[0:10]}"
        }
        parameters {
          parameter_name  = "JsonParsingEngine"
          parameter_value = "JQ-1.6"
        }
      }
      # A line each.
      dynamic "processors" {
        for_each = local.is_parquet ? [] : ["AppendDelimiterToRecord"]
        content {
          type = processors.value
        }
      }
    }
    dynamic "data_format_conversion_configuration" {
      for_each = local.is_parquet ? [aws_glue_catalog_table.archive[0]] : []
      iterator = table
      content {
        # What is in data keeps its names.
        input_format_configuration {
          deserializer {
            open_x_json_ser_de {
              case_insensitive = false
            }
          }
        }
        output_format_configuration {
          serializer {
            parquet_ser_de {
              compression = "SNAPPY"
            }
          }
        }
        schema_configuration {
          database_name = table.value.database_name
          table_name    = table.value.name
          role_arn      = aws_iam_role.archive_stream[0].arn
        }
      }
    }
    cloudwatch_logging_options {
      enabled         = true
      log_group_name  = aws_cloudwatch_log_group.archive[0].name
      log_stream_name = aws_cloudwatch_log_stream.archive[0].name
    }
  }
}

resource "aws_cloudwatch_log_group" "archive" {
  count = local.has_archive ? 1 : 0

  name              = "/aws/kinesisfirehose/${local.archive}"
  retention_in_days = 30
}

resource "aws_cloudwatch_log_stream" "archive" {
  count = local.has_archive ? 1 : 0

  name           = "delivery"
  log_group_name = aws_cloudwatch_log_group.archive[0].name
}

resource "aws_glue_catalog_database" "archive" {
  count = local.has_archive ? 1 : 0

  # Athena takes no hyphen without quotes.
  name        = replace(lower(var.name), "-", "_")
  description = "The archive of teamwire."
}

resource "aws_glue_catalog_table" "archive" {
  count = local.has_archive ? 1 : 0

  name          = "events"
  database_name = aws_glue_catalog_database.archive[0].name
  description   = "Every event, perhaps more than once. docs/ARCHIVE.md has queries."
  table_type    = "EXTERNAL_TABLE"
  # Athena works the partitions out: nothing has to be told of a new day or tenant.
  parameters = {
    "classification"            = var.archive
    "projection.enabled"        = "true"
    "projection.tenantid.type"  = "injected"
    "projection.day.type"       = "date"
    "projection.day.format"     = "yyyy-MM-dd"
    "projection.day.range"      = "2026-01-01,NOW"
    "storage.location.template" = "s3://${aws_s3_bucket.archive[0].id}/${var.archive}/tenantid=$${tenantid}/day=$${day}/"
  }
  dynamic "partition_keys" {
    for_each = ["tenantid", "day"]
    content {
      name = partition_keys.value
      type = "string"
    }
  }
  storage_descriptor {
    location      = "s3://${aws_s3_bucket.archive[0].id}/${var.archive}/"
    input_format  = local.archive_format[var.archive].input
    output_format = local.archive_format[var.archive].output
    ser_de_info {
      serialization_library = local.archive_format[var.archive].serde
      parameters            = local.archive_format[var.archive].parameters
    }
    dynamic "columns" {
      for_each = local.archive_columns
      content {
        name = columns.value
        type = "string"
      }
    }
  }
}

resource "aws_iam_role" "archive_rule" {
  count = local.has_archive ? 1 : 0

  name_prefix = substr("${var.name}-archive-rule-", 0, 38)
  description = "What the rule may do, and nothing else."
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "events.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = local.account } }
    }]
  })
}

resource "aws_iam_role_policy" "archive_rule" {
  count = local.has_archive ? 1 : 0

  name = "archive"
  role = aws_iam_role.archive_rule[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["firehose:PutRecord", "firehose:PutRecordBatch"]
      Resource = aws_kinesis_firehose_delivery_stream.archive[0].arn
    }]
  })
}

resource "aws_iam_role" "archive_stream" {
  count = local.has_archive ? 1 : 0

  name_prefix = substr("${var.name}-archive-stream-", 0, 38)
  description = "What Firehose may do, and nothing else."
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "firehose.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "sts:ExternalId" = local.account } }
    }]
  })
}

resource "aws_iam_role_policy" "archive_stream" {
  count = local.has_archive ? 1 : 0

  name = "archive"
  role = aws_iam_role.archive_stream[0].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Effect   = "Allow"
        Action   = ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"]
        Resource = aws_s3_bucket.archive[0].arn
      },
      {
        Effect   = "Allow"
        Action   = ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"]
        Resource = "${aws_s3_bucket.archive[0].arn}/*"
      },
      {
        Effect   = "Allow"
        Action   = ["logs:PutLogEvents"]
        Resource = "${aws_cloudwatch_log_group.archive[0].arn}:*"
      },
      # Glue asks for all three.
      {
        Effect = "Allow"
        Action = ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"]
        Resource = [
          "${local.glue}:catalog",
          "${local.glue}:database/${aws_glue_catalog_database.archive[0].name}",
          "${local.glue}:table/${aws_glue_catalog_database.archive[0].name}/${aws_glue_catalog_table.archive[0].name}",
        ]
      },
    ]
  })
}
