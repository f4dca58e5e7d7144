# The key of the client states, made at the first apply. It is in no plan and no state, and no
# person has to see it; a later apply leaves it, and what else was put in, as it is.
terraform {
  required_version = ">= 1.11"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.8"
    }
  }
}

variable "secret_id" {
  description = "The secret that takes it."
  type        = string
}

ephemeral "aws_secretsmanager_random_password" "key" {
  password_length     = 64
  exclude_punctuation = true
}

resource "aws_secretsmanager_secret_version" "key" {
  secret_id = var.secret_id
  secret_string_wo = jsonencode({
    values    = []
    generated = ephemeral.aws_secretsmanager_random_password.key.random_password
  })
  secret_string_wo_version = 1
}
