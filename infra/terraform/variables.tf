variable "name" {
  description = "What every name begins with, so that several deployments live in one account."
  type        = string
  default     = "teamwire"
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,31}$", var.name))
    error_message = "name must be 1 to 32 small letters, digits and hyphens, the first a letter."
  }
}

variable "app_ids" {
  description = "Application (client) ids of the Entra apps that own the subscriptions. May stay empty when only subscriptions without resource data are used."
  type        = list(string)
  default     = []
}

variable "tenants" {
  description = "Tenant ids that are served. Empty: every tenant that authenticates."
  type        = list(string)
  default     = []
}

variable "cloud" {
  description = "The Microsoft cloud the tenants live in: global, gcc-high, dod or china."
  type        = string
  default     = "global"
  validation {
    condition     = contains(["global", "gcc-high", "dod", "china"], var.cloud)
    error_message = "cloud must be global, gcc-high, dod or china."
  }
}

variable "public_url" {
  description = "Root that Graph reaches the API at, such as https://hooks.example.com, where it is a domain of your own. Empty: the API's own URL."
  type        = string
  default     = ""
  validation {
    condition     = can(regex("^(https?://[^?# ]*[^/?# ])?$", var.public_url))
    error_message = "public_url must be a root without a slash at its end."
  }
}

variable "reconcile_minutes" {
  description = "Minutes between two runs that make the subscriptions what subscriptions.toml says, 5 to 30."
  type        = number
  default     = 15
  validation {
    condition     = var.reconcile_minutes >= 5 && var.reconcile_minutes <= 30
    error_message = "reconcile_minutes must be 5 to 30."
  }
}

variable "credentials" {
  description = "Entra credentials that hold no secret, as JSON by tenant id or \"*\": clientId, and federated true. Empty: they are in a secret, yours to fill."
  type        = string
  default     = ""
}

variable "requests_per_second" {
  description = "POSTs a second that the API takes on average; a burst may have 2000. Graph sees 429 above and delivers again later. One POST holds many changes."
  type        = number
  default     = 1000
  validation {
    condition     = var.requests_per_second >= 1
    error_message = "requests_per_second must be 1 or more."
  }
}

variable "decrypt_concurrency" {
  description = "How many decrypts run at once, at most, 2 to 1000."
  type        = number
  default     = 20
  validation {
    condition     = var.decrypt_concurrency >= 2 && var.decrypt_concurrency <= 1000
    error_message = "decrypt_concurrency must be 2 to 1000."
  }
}

variable "hydrate_concurrency" {
  description = "How many hydrates run at once, at most, 2 to 1000."
  type        = number
  default     = 10
  validation {
    condition     = var.hydrate_concurrency >= 2 && var.hydrate_concurrency <= 1000
    error_message = "hydrate_concurrency must be 2 to 1000."
  }
}

variable "envelope_kms_keys" {
  description = "RSA keys in KMS that open rich notifications: key ARN by encryptionCertificateId. Empty: the private keys are in a secret."
  type        = map(string)
  default     = {}
}

variable "foreign_resources" {
  description = "What hydrate may read of what is not of Teams, with {} for each key: communications/callRecords/{}."
  type        = list(string)
  default     = []
}

variable "meeting_content" {
  description = "The content of meetings that is fetched and kept: transcripts, recordings or both."
  type        = list(string)
  default     = []
}

variable "events_fifo" {
  description = "Whether the events queue keeps the events of one conversation in order. Changing it makes a new queue; take what is on the old one first."
  type        = bool
  default     = false
}

variable "tail_queue" {
  description = "Whether a copy of each event also goes to a queue that keeps it for an hour, for teamwire tail."
  type        = bool
  default     = false
}

variable "architecture" {
  description = "What the zips were built for: arm64 or x86_64."
  type        = string
  default     = "arm64"
  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture must be arm64 or x86_64."
  }
}

variable "package_dir" {
  description = "Folder of the five zips that make package builds."
  type        = string
}

variable "log_level" {
  description = "How much the functions log: off, error, warn, info, debug or trace."
  type        = string
  default     = "info"
}

variable "alarm_topic_arn" {
  description = "SNS topic that is told when an alarm goes off or is over. Empty: nobody is told."
  type        = string
  default     = ""
}

variable "stand_ins" {
  description = "Local run only: what takes the place of AWS, Entra and Graph."
  type = object({
    aws   = optional(string, "")
    entra = optional(string, "")
    graph = optional(string, "")
  })
  default = {}
}
