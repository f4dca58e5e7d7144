terraform {
  required_version = ">= 1.11"
  required_providers {
    aws = {
      source = "hashicorp/aws"
      # Queues of 1 MiB need 6.8. Below, only a smaller max_message_bytes passes.
      version = ">= 5.100"
    }
  }
}

data "aws_region" "here" {}
data "aws_partition" "here" {}
