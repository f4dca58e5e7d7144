# The least that a deployment needs: where, and the zips. `make deploy-terraform` applies this.
terraform {
  required_version = ">= 1.11"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.8"
    }
  }
}

variable "region" {
  description = "Where it is to run. Without it: AWS_REGION, or the profile's."
  type        = string
  default     = null
}

variable "app_ids" {
  description = "Application (client) ids of the Entra apps that own the subscriptions."
  type        = list(string)
  default     = []
}

variable "credentials" {
  description = "Entra credentials that hold no secret, as JSON: {\"*\": {\"clientId\": \"..\", \"federated\": true}}. Empty: they are in a secret, yours to fill."
  type        = string
  default     = ""
}

variable "architecture" {
  description = "What the zips were built for: arm64 or x86_64."
  type        = string
  default     = "arm64"
}

variable "alarm_topic_arn" {
  description = "SNS topic that alarms tell. Empty: nobody is told."
  type        = string
  default     = ""
}

variable "tail_queue" {
  description = "Whether there is a queue for `teamwire tail`."
  type        = bool
  default     = false
}

provider "aws" {
  region = var.region
}

module "teamwire" {
  source = "../.."

  app_ids         = var.app_ids
  credentials     = var.credentials
  alarm_topic_arn = var.alarm_topic_arn
  tail_queue      = var.tail_queue
  architecture    = var.architecture
  package_dir     = "${path.root}/../../../../target/lambda"
}

output "notification_url" {
  description = "Where Graph sends changes."
  value       = module.teamwire.notification_url
}

output "queue_urls" {
  description = "events is yours to consume."
  value       = module.teamwire.queue_urls
}

output "secret_arns" {
  description = "Yours to fill."
  value       = module.teamwire.secret_arns
}

output "next" {
  description = "What to type next."
  value       = module.teamwire.next
}
