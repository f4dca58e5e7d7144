terraform {
  required_version = ">= 1.11"
  required_providers {
    aws = {
      source = "hashicorp/aws"
      # The first that takes queues of 1 MiB.
      version = ">= 6.8"
    }
  }
}

data "aws_region" "here" {}
data "aws_partition" "here" {}
