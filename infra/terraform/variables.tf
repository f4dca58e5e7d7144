variable "name" {
  description = "What every name begins with, so that several deployments live in one account."
  type        = string
  default     = "teamwire"
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,31}$", var.name)) && !can(regex("^(xn--|sthree-|amzn-s3-demo-)", var.name))
    error_message = "name must be 1 to 32 small letters, digits and hyphens, the first a letter, and begin like no name that S3 keeps for itself."
  }
}

variable "app_ids" {
  description = "Application (client) ids of the Entra apps that own the subscriptions. May stay empty when only subscriptions without resource data are used."
  type        = list(string)
  default     = []
  validation {
    condition     = alltrue([for id in var.app_ids : can(regex("^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$", id))])
    error_message = "app_ids must be GUIDs."
  }
}

variable "tenants" {
  description = "Tenant ids that are served. Empty: every tenant that authenticates."
  type        = list(string)
  default     = []
  validation {
    condition     = alltrue([for id in var.tenants : can(regex("^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$", id))])
    error_message = "tenants must be GUIDs."
  }
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
    condition     = can(regex("^(https?://[^/?#\\s]+(/[^/?#\\s]+)*)?$", var.public_url))
    error_message = "public_url must be a root without a slash at its end."
  }
}

variable "reconcile_minutes" {
  description = "Minutes between two runs that make the subscriptions what subscriptions.toml says, 5 to 30."
  type        = number
  default     = 15
  validation {
    condition     = var.reconcile_minutes >= 5 && var.reconcile_minutes <= 30 && floor(var.reconcile_minutes) == var.reconcile_minutes
    error_message = "reconcile_minutes must be a whole number, 5 to 30."
  }
}

variable "credentials" {
  description = "Entra credentials that hold no secret, as JSON by tenant id or \"*\": clientId, and federated true. Empty: they are in a secret, yours to fill."
  type        = string
  default     = ""
  validation {
    condition = var.credentials == "" || try(length(jsondecode(var.credentials)) > 0 && alltrue([
      for tenant, entry in jsondecode(var.credentials) :
      can(regex("^([*]|[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})$", tenant)) && entry.federated == true &&
      can(regex("^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$", entry.clientId)) && can(regex("^api://AzureADTokenExchange[A-Za-z]*$", try(entry.audience, "api://AzureADTokenExchange"))) &&
      length(setsubtract(keys(entry), ["clientId", "federated", "audience"])) == 0
    ]), false)
    error_message = "credentials must be JSON by tenant id or \"*\", each entry with the GUID of an app as clientId, federated true, no secret, and no audience but one of Entra's."
  }
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
    condition     = var.decrypt_concurrency >= 2 && var.decrypt_concurrency <= 1000 && floor(var.decrypt_concurrency) == var.decrypt_concurrency
    error_message = "decrypt_concurrency must be a whole number, 2 to 1000."
  }
}

variable "hydrate_concurrency" {
  description = "How many hydrates run at once, at most, 2 to 1000."
  type        = number
  default     = 5
  validation {
    condition     = var.hydrate_concurrency >= 2 && var.hydrate_concurrency <= 1000 && floor(var.hydrate_concurrency) == var.hydrate_concurrency
    error_message = "hydrate_concurrency must be a whole number, 2 to 1000."
  }
}

variable "ingest_reserved_concurrency" {
  description = "How many ingests may run at once, kept free for them whatever else runs in the account, 0 to 1000. 0: none are reserved. Lambda wants 100 of the account's limit left unreserved."
  type        = number
  default     = 0
  validation {
    condition     = var.ingest_reserved_concurrency >= 0 && var.ingest_reserved_concurrency <= 1000 && floor(var.ingest_reserved_concurrency) == var.ingest_reserved_concurrency
    error_message = "ingest_reserved_concurrency must be a whole number, 0 to 1000."
  }
}

variable "envelope_kms_keys" {
  description = "RSA keys in KMS that open rich notifications: key ARN by encryptionCertificateId. Empty: the private keys are in a secret."
  type        = map(string)
  default     = {}
  validation {
    condition = alltrue([
      for id, arn in var.envelope_kms_keys :
      can(regex("^[^=,\\s]+$", id)) && can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$", arn))
    ])
    error_message = "envelope_kms_keys must be ARNs of keys, not of aliases, by ids without commas, spaces and equals signs."
  }
}

variable "foreign_resources" {
  description = "What hydrate may read of what is not of Teams, with {} for each key: communications/callRecords/{}."
  type        = list(string)
  default     = []
  validation {
    condition     = alltrue([for path in var.foreign_resources : can(regex("^/?([A-Za-z0-9]+/([{][}]/)?)*[A-Za-z0-9]+/[{][}]$", path))])
    error_message = "foreign_resources must be paths that end in a key, such as communications/callRecords/{}."
  }
}

variable "meeting_content" {
  description = "The content of meetings that is fetched and kept: transcripts, recordings or both."
  type        = list(string)
  default     = []
  validation {
    condition     = length(setsubtract(var.meeting_content, ["transcripts", "recordings"])) == 0
    error_message = "meeting_content must be transcripts, recordings or both."
  }
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

variable "event_bus" {
  description = "EventBridge bus that events go to, by its name or ARN. The events queue is for the relay function then, and a consumer has a queue of its own, by a rule. Empty: there is no relay."
  type        = string
  default     = ""
  validation {
    condition     = can(regex("^((arn:aws[a-z-]*:events:[a-z0-9-]+:[0-9]{12}:event-bus/)?[A-Za-z0-9._-]+)?$", var.event_bus))
    error_message = "event_bus must be the name or ARN of an event bus."
  }
}

variable "archive" {
  description = "Whether every event on event_bus is kept in a bucket for good, and as what: json, a line an event, as it is; parquet, columns. What dataref and contentref name is kept as well. Empty: there is no archive."
  type        = string
  default     = ""
  validation {
    condition     = contains(["", "json", "parquet"], var.archive)
    error_message = "archive must be json or parquet."
  }
}

variable "archive_lock" {
  description = "Object Lock of the archive's bucket: what is in it can't be removed for archive_lock_days, with GOVERNANCE but by those who may bypass it, with COMPLIANCE by nobody. Empty: there is none."
  type        = string
  default     = ""
  validation {
    condition     = contains(["", "GOVERNANCE", "COMPLIANCE"], var.archive_lock)
    error_message = "archive_lock must be GOVERNANCE or COMPLIANCE."
  }
}

variable "archive_lock_days" {
  description = "How many days archive_lock holds each object, 1 to 36500."
  type        = number
  default     = 365
  validation {
    condition     = var.archive_lock_days >= 1 && var.archive_lock_days <= 36500 && floor(var.archive_lock_days) == var.archive_lock_days
    error_message = "archive_lock_days must be a whole number, 1 to 36500."
  }
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
  description = "Folder of the zips that make package builds. Empty: those that a released module has in it."
  type        = string
  default     = ""
}

variable "log_level" {
  description = "How much the functions log: off, error, warn, info, debug or trace."
  type        = string
  default     = "info"
  validation {
    condition     = contains(["off", "error", "warn", "info", "debug", "trace"], var.log_level)
    error_message = "log_level must be off, error, warn, info, debug or trace."
  }
}

variable "tracing" {
  description = "Active: X-Ray keeps a trace of some invocations, for which it charges. PassThrough: of those alone that somebody upstream traces."
  type        = string
  default     = "PassThrough"
  validation {
    condition     = contains(["PassThrough", "Active"], var.tracing)
    error_message = "tracing must be PassThrough or Active."
  }
}

variable "access_log" {
  description = "Whether the API logs a line for each request. Its metrics are there without."
  type        = bool
  default     = false
}

variable "alarm_topic_arn" {
  description = "SNS topic that is told when an alarm goes off or is over. Empty: nobody is told."
  type        = string
  default     = ""
  validation {
    condition     = can(regex("^(arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_.-]+)?$", var.alarm_topic_arn))
    error_message = "alarm_topic_arn must be the ARN of an SNS topic."
  }
}

variable "stand_ins" {
  description = "Local run only: what takes the place of AWS, Entra and Graph."
  type = object({
    aws   = optional(string, "")
    entra = optional(string, "")
    graph = optional(string, "")
  })
  default = {}
  validation {
    condition     = alltrue([for root in values(var.stand_ins) : can(regex("^(https?://[^/?#\\s]+)?$", root))])
    error_message = "stand_ins must be roots without a path."
  }
}
