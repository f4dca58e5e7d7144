"""Faults to plant in a stack, each of which the contract must find: most pass every linter."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .facts import Facts, contract, differences
from .rules import broken


@dataclass(frozen=True)
class Fault:
    """One edit of a stack's source, and a fact by which it must be noticed."""

    what: str
    file: str
    old: str
    new: str
    fact: str


_MAPPING = "FunctionResponseTypes: [ReportBatchItemFailures]"
_SAM = "template.yaml"

SAM = [
    Fault("no receive is allowed", _SAM, "maxReceiveCount: 25", "maxReceiveCount: 0", "receives"),
    Fault("a batch over the limit", _SAM, "BatchSize: 10", "BatchSize: 20000", "batch"),
    Fault(
        "visibility under 6 x timeout",
        _SAM,
        "VisibilityTimeout: 180",
        "VisibilityTimeout: 179",
        "visibility",
    ),
    Fault("one failure fails the batch", _SAM, _MAPPING, "Enabled: true", "responses"),
    Fault(
        "a grant too many",
        _SAM,
        "Action: s3:PutObject",
        "Action: [s3:PutObject, s3:DeleteObject]",
        "grant ingest",
    ),
    Fault(
        "a wildcard grant", _SAM, "Action: s3:ListBucket", 'Action: ["s3:*"]', "grant decrypt"
    ),
    Fault(
        "a variable misspelt",
        _SAM,
        "TEAMWIRE_TENANTS: !If",
        "TEAMWIRE_TENANTS_: !If",
        "variables",
    ),
    Fault(
        "dead letters kept no longer than their source",
        _SAM,
        "MessageRetentionPeriod: 1209600",
        "MessageRetentionPeriod: 345600",
        "retention",
    ),
    Fault(
        "a queue in the clear",
        _SAM,
        "SqsManagedSseEnabled: true",
        "SqsManagedSseEnabled: false",
        "encrypted",
    ),
    Fault(
        "a policy that refuses nothing",
        _SAM,
        'Condition: { Bool: { "aws:SecureTransport": "false" } }',
        'Condition: { Bool: { "aws:SecureTransport": "true" } }',
        "tls_only",
    ),
    Fault(
        "concurrency that starves a function",
        _SAM,
        "  DecryptConcurrency:\n    Type: Number\n    Default: 20",
        "  DecryptConcurrency:\n    Type: Number\n    Default: 2",
        "mapping decrypt concurrency",
    ),
    Fault(
        "a function that is set by another's setting",
        _SAM,
        "MaximumConcurrency: !Ref DecryptConcurrency",
        "MaximumConcurrency: !Ref HydrateConcurrency",
        "mapping decrypt concurrency",
    ),
    Fault(
        "a setting over what Lambda takes",
        _SAM,
        "MaxValue: 1000",
        "MaxValue: 10000",
        "bounds decrypt-concurrency",
    ),
    Fault(
        "an API that takes next to nothing",
        _SAM,
        "    Default: 1000\n",
        "    Default: 10\n",
        "api rate",
    ),
    Fault(
        "memory that the worst batch does not fit into",
        _SAM,
        "      MemorySize: 512\n",
        "",
        "function hydrate memory",
    ),
    Fault(
        "dead letters that alarm nobody",
        _SAM,
        "!GetAtt HydrateDeadLetters.QueueName }]",
        "!GetAtt HydrateQueue.QueueName }]",
        "alarm hydrate-dead-letters",
    ),
    Fault(
        "a law that forgets a counter",
        _SAM,
        " - FILL(rejected, 0)",
        "",
        "alarm ingest-imbalance",
    ),
    Fault("logs kept too long", _SAM, "RetentionInDays: 30", "RetentionInDays: 3653", "log_days"),
    Fault(
        "a schedule of hours", _SAM, "rate(${ReconcileMinutes} minutes)", "rate(6 hours)", "rate"
    ),
    Fault("claims that end too early", _SAM, "ExpirationInDays: 27", "ExpirationInDays: 7", "days"),
    Fault(
        "an alarm about every stack of the account",
        _SAM,
        "Value: !Ref SubscriptionsFunction",
        "Value: subscriptions",
        "alarm subscription-expiry",
    ),
    Fault(
        "a dashboard of every stack of the account",
        _SAM,
        '"function", "${IngestFunction}"',
        '"function", "ingest"',
        "dashboard shows 2 Ingest",
    ),
    Fault(
        "an alarm that tells nobody when it is over",
        _SAM,
        "OKActions: !If [HasAlarmTopic",
        "OKActions: !If [HasTenants",
        "tells_the_topic",
    ),
    Fault(
        "an alarm that does not say what to do",
        _SAM,
        "See docs/RUNBOOK.md#events-age",
        "",
        "names_its_section",
    ),
    Fault(
        "silence that alarms nobody",
        _SAM,
        "${AWS::StackName}-subscription-silent\n      Al",
        "${AWS::StackName}-other\n      Al",
        "alarm subscription-silent: nobody is told",
    ),
    Fault(
        "copies kept as long as events",
        _SAM,
        "MessageRetentionPeriod: 3600",
        "MessageRetentionPeriod: 345600",
        "queue tail retention",
    ),
    Fault(
        "queues that refuse what the functions send",
        _SAM,
        "MaximumMessageSize: 1048576",
        "MaximumMessageSize: 262144",
        "message_bytes",
    ),
    Fault(
        "a gap that ends at its 17th page",
        _SAM,
        "      Role: !GetAtt BackfillRole.Arn\n      RecursiveLoop: Allow\n",
        "      Role: !GetAtt BackfillRole.Arn\n",
        "function backfill: sends to its own queue",
    ),
    Fault(
        "a loop that is stopped and nobody is told",
        _SAM,
        "MetricName: RecursiveInvocationsDropped",
        "MetricName: AsyncEventsDropped",
        "alarm recursive-loop",
    ),
    Fault(
        "tokens of the role for whom nobody named",
        _SAM,
        '                "sts:IdentityTokenAudience": "false"\n',
        '                "sts:IdentityTokenAudience": "true"\n',
        "web_identity condition",
    ),
    Fault(
        "private keys that go with the stack",
        _SAM,
        "  EnvelopeKeysSecret:\n    Type: AWS::SecretsManager::Secret\n    DeletionPolicy: Retain",
        "  EnvelopeKeysSecret:\n    Type: AWS::SecretsManager::Secret\n    DeletionPolicy: Delete",
        "secret envelope-keys kept",
    ),
    Fault(
        "metrics that Lambda drops",
        _SAM,
        "ApplicationLogLevel: TRACE",
        "ApplicationLogLevel: WARN",
        "log_levels",
    ),
    Fault(
        "notes that can't be written",
        _SAM,
        "                  - !Sub ${ConfigBucket.Arn}/heard/*\n",
        "",
        "grant subscriptions config/heard/*",
    ),
]

_QUEUES, _CALLS, _GRANTS = "queues.tf", "functions.tf", "grants.tf"
_RESPONSES = '  function_response_types            = ["ReportBatchItemFailures"]\n'

TERRAFORM = [
    Fault("no receive is allowed", _QUEUES, "= 25", "= 0", "receives"),
    Fault("a batch over the limit", _CALLS, "= 10\n", "= 20000\n", "batch"),
    Fault(
        "visibility under 6 x timeout",
        _QUEUES,
        "visibility = 180",
        "visibility = 179",
        "visibility",
    ),
    Fault("one failure fails the batch", _CALLS, _RESPONSES, "", "responses"),
    Fault(
        "a grant too many",
        _GRANTS,
        '{ actions = ["s3:PutObject"]',
        '{ actions = ["s3:PutObject", "s3:DeleteObject"]',
        "grant ingest",
    ),
    Fault("a wildcard grant", _GRANTS, '["s3:ListBucket"]', '["s3:*"]', "grant decrypt"),
    Fault(
        "a grant on another's queue",
        _GRANTS,
        "aws_sqs_queue.quarantine.arn",
        'aws_sqs_queue.work["backfill"].arn',
        "grant ingest",
    ),
    Fault("a variable misspelt", _CALLS, "TEAMWIRE_TENANTS ", "TEAMWIRE_TENANTS_ ", "variables"),
    Fault(
        "dead letters kept no longer than their source", _QUEUES, "1209600", "345600", "retention"
    ),
    Fault(
        "a queue in the clear",
        _QUEUES,
        "sse_enabled    = true",
        "sse_enabled    = false",
        "encrypted",
    ),
    Fault(
        "a policy that refuses nothing",
        _QUEUES,
        '"aws:SecureTransport" = "false"',
        '"aws:SecureTransport" = "true"',
        "tls_only",
    ),
    Fault("a bucket in the open", "buckets.tf", '"Deny"', '"Allow"', "bucket claims tls_only"),
    Fault(
        "concurrency that starves a function",
        "variables.tf",
        "default     = 20\n",
        "default     = 2\n",
        "mapping decrypt concurrency",
    ),
    Fault(
        "a function that is set by another's setting",
        _CALLS,
        "concurrency = var.decrypt_concurrency",
        "concurrency = var.hydrate_concurrency",
        "mapping decrypt concurrency",
    ),
    Fault(
        "a setting over what Lambda takes",
        "variables.tf",
        "var.decrypt_concurrency <= 1000",
        "var.decrypt_concurrency <= 10000",
        "bounds decrypt-concurrency",
    ),
    Fault(
        "an API that takes next to nothing",
        "variables.tf",
        "default     = 1000\n",
        "default     = 10\n",
        "api rate",
    ),
    Fault(
        "memory that the worst batch does not fit into",
        _CALLS,
        "memory = 512",
        "memory = 256",
        "function hydrate memory",
    ),
    Fault(
        "dead letters that alarm nobody",
        "alarms.tf",
        "aws_sqs_queue.dead_letters[each.key].name",
        "aws_sqs_queue.work[each.key].name",
        "alarm hydrate-dead-letters",
    ),
    Fault(
        "a law that forgets a counter",
        "alarms.tf",
        '"quarantined", "rejected", "returned"',
        '"quarantined", "returned"',
        "alarm ingest-imbalance",
    ),
    Fault(
        "an alarm that nobody sees",
        "dashboard.tf",
        "    values(aws_cloudwatch_metric_alarm.age)[*].arn,\n",
        "",
        "dashboard alarms",
    ),
    Fault(
        "logs that grow for ever",
        _CALLS,
        "retention_in_days = 30",
        "retention_in_days = 0",
        "log_days",
    ),
    Fault(
        "a schedule of hours",
        _CALLS,
        "rate(${var.reconcile_minutes} minutes)",
        "rate(6 hours)",
        "rate",
    ),
    Fault("claims that end too early", "buckets.tf", "days = 27", "days = 7", "days"),
    Fault(
        "an alarm about every stack of the account",
        "alarms.tf",
        'aws_lambda_function.function["ingest"].function_name',
        '"ingest"',
        "alarm rejects",
    ),
    Fault(
        "a dashboard of every stack of the account",
        "dashboard.tf",
        'aws_lambda_function.function["ingest"].function_name',
        '"ingest"',
        "dashboard shows 2 Ingest",
    ),
    Fault(
        "an alarm that tells nobody when it is over",
        "alarms.tf",
        "  ok_actions          = local.told\n",
        "",
        "tells_the_topic",
    ),
    Fault(
        "an alarm that does not say what to do",
        "alarms.tf",
        " See docs/RUNBOOK.md#${each.key}-age",
        "",
        "names_its_section",
    ),
    Fault(
        "silence that alarms nobody",
        "alarms.tf",
        "subscription-silent = {",
        "other = {",
        "alarm subscription-silent: nobody is told",
    ),
    Fault(
        "copies kept as long as events",
        _QUEUES,
        "message_retention_seconds = 3600",
        "message_retention_seconds = 345600",
        "queue tail retention",
    ),
    Fault(
        "queues that refuse what the functions send",
        _QUEUES,
        "message_bytes = 1048576",
        "message_bytes = 262144",
        "queue events message_bytes",
    ),
    Fault(
        "a gap that ends at its 17th page",
        _CALLS,
        '"subscriptions", "backfill"]',
        '"subscriptions"]',
        "function backfill: sends to its own queue",
    ),
    Fault(
        "a loop that is stopped and nobody is told",
        "alarms.tf",
        '"RecursiveInvocationsDropped"',
        '"AsyncEventsDropped"',
        "alarm recursive-loop",
    ),
    Fault(
        "tokens of the role for whom nobody named",
        _GRANTS,
        '"sts:IdentityTokenAudience" = "false"',
        '"sts:IdentityTokenAudience" = "true"',
        "web_identity condition",
    ),
    Fault(
        "private keys that go with the stack",
        "secrets.tf",
        "recovery_days = 30",
        "recovery_days = 0",
        "secret envelope-keys kept",
    ),
    Fault(
        "keys that an apply puts back",
        "secrets.tf",
        "# Earlier versions",
        'resource "aws_secretsmanager_secret_version" "empty" {\n'
        "  secret_id = aws_secretsmanager_secret.envelope_keys.id\n}\n# Earlier versions",
        "secret envelope-keys first_value",
    ),
    Fault(
        "metrics that Lambda drops",
        _CALLS,
        'application_log_level = "TRACE"',
        'application_log_level = "WARN"',
        "log_levels",
    ),
    Fault(
        "a share of the account for another function",
        _CALLS,
        'each.key == "ingest" && var.ingest_reserved',
        'each.key == "decrypt" && var.ingest_reserved',
        "function ingest reserved",
    ),
    Fault(
        "notes that can't be written",
        _GRANTS,
        '          "${aws_s3_bucket.bucket["config"].arn}/heard/*",\n',
        "",
        "grant subscriptions config/heard/*",
    ),
]


def notices(facts: Facts) -> list[str]:
    """What the contract says of a stack: where it differs, and which rules it breaks."""
    return differences(contract(), facts) + broken(facts)


def undetected(faults: list[Fault], source: Path, facts: Callable[[Path], Facts]) -> list[str]:
    """The faults that the contract overlooks, each planted by itself in a copy of `source`."""
    missed = []
    for fault in faults:
        with tempfile.TemporaryDirectory() as folder:
            plant(fault, source, Path(folder))
            if not any(fault.fact in notice for notice in notices(facts(Path(folder)))):
                missed.append(fault.what)
    return missed


def plant(fault: Fault, source: Path, folder: Path) -> None:
    """Copies the stack's own files to `folder`, with the fault in its first place."""
    for path in source.iterdir():
        if path.is_file():
            text = path.read_text()
            if path.name == fault.file:
                if fault.old not in text:
                    raise AssertionError(f"{fault.what}: {fault.old} is not in {fault.file}")
                text = text.replace(fault.old, fault.new, 1)
            (folder / path.name).write_text(text)
