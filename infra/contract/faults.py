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
        "MaximumConcurrency: 20",
        "MaximumConcurrency: 2",
        "concurrency",
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
        _CALLS,
        "concurrency = 20",
        "concurrency = 2",
        "concurrency",
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
