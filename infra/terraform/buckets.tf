# claims: items and events too big for a message, and the content of meetings.
# config: subscriptions.toml, certificates.json, and what was seen and heard alive.
locals {
  buckets = { claims = {}, config = {} }

  # S3 takes 63 characters, of which account and the longest region leave 28. Of a longer name a hash
  # keeps two deployments apart: in us-east-1 S3 says yes to a bucket that one has already.
  bucket_prefix = length(var.name) <= 28 ? var.name : "${substr(var.name, 0, 19)}-${substr(sha256(var.name), 0, 8)}"
}

data "aws_caller_identity" "here" {}

resource "aws_s3_bucket" "bucket" {
  for_each = local.buckets

  bucket        = "${local.bucket_prefix}-${each.key}-${data.aws_caller_identity.here.account_id}-${data.aws_region.here.id}"
  force_destroy = var.stand_ins.aws != ""
}

resource "aws_s3_bucket_server_side_encryption_configuration" "bucket" {
  for_each = local.buckets

  bucket = aws_s3_bucket.bucket[each.key].id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_public_access_block" "bucket" {
  for_each = local.buckets

  bucket                  = aws_s3_bucket.bucket[each.key].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "bucket" {
  for_each = local.buckets

  bucket = aws_s3_bucket.bucket[each.key].id
  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_policy" "only_tls" {
  for_each = var.stand_ins.aws == "" ? local.buckets : {}

  bucket = aws_s3_bucket.bucket[each.key].id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OnlyTls"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [aws_s3_bucket.bucket[each.key].arn, "${aws_s3_bucket.bucket[each.key].arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

# As long as a message may live: four days on its queue, four of deferrals, four on the queue after
# the last of them, then fourteen as a dead letter. An archive keeps what its events name, which is all
# but the messages.
resource "aws_s3_bucket_lifecycle_configuration" "claims" {
  bucket = aws_s3_bucket.bucket["claims"].id
  rule {
    id     = "outlive-every-message"
    status = "Enabled"
    filter {
      prefix = local.has_archive ? "messages/" : ""
    }
    expiration {
      days = 27
    }
  }
  rule {
    id     = "abort-uploads"
    status = "Enabled"
    filter {}
    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }
}

resource "aws_s3_bucket_versioning" "config" {
  bucket = aws_s3_bucket.bucket["config"].id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "config" {
  depends_on = [aws_s3_bucket_versioning.config]

  bucket = aws_s3_bucket.bucket["config"].id
  # A note is rewritten by every run.
  rule {
    id     = "keep-few-old-notes"
    status = "Enabled"
    filter {
      prefix = "coverage/"
    }
    noncurrent_version_expiration {
      noncurrent_days = 1
    }
  }
  rule {
    id     = "keep-few-old-notes-of-silence"
    status = "Enabled"
    filter {
      prefix = "heard/"
    }
    noncurrent_version_expiration {
      noncurrent_days = 1
    }
  }
  rule {
    id     = "keep-old-files-for-a-quarter"
    status = "Enabled"
    filter {}
    noncurrent_version_expiration {
      noncurrent_days = 90
    }
    abort_incomplete_multipart_upload {
      days_after_initiation = 1
    }
  }
}
