"""Faults of the queues and of their consumers."""

import json

from .case import Case
from .stack_under_test import StackUnderTest

_DAY = 86_400
_HOUR = 3_600


def cases() -> list[Case]:
    """In the order in which they are broken."""
    return [
        Case(
            "a queue was deleted",
            _delete_quarantine,
            "queue-missing",
            ("teamwire-quarantine",),
        ),
        Case(
            "what was received comes back too soon",
            lambda stack: stack.set_queue("decrypt", VisibilityTimeout="30"),
            "visibility-too-short",
            ("teamwire-decrypt hides a message for 30 s",),
        ),
        Case(
            "a queue has lost its dead-letter queue",
            lambda stack: stack.set_queue("hydrate", RedrivePolicy=""),
            "redrive-missing",
            ("teamwire-hydrate",),
        ),
        Case(
            "dead letters go to another queue",
            lambda stack: _redrive(stack, "events", target=stack.arn("quarantine")),
            "redrive-elsewhere",
            ("teamwire-events", "teamwire-quarantine"),
        ),
        Case(
            "the first failure makes a dead letter",
            lambda stack: _redrive(stack, "lifecycle", receives=1),
            "receives-too-few",
            ("teamwire-lifecycle", "1 receives"),
        ),
        Case(
            "dead letters are kept for a day",
            lambda stack: stack.set_queue(
                "backfill-dead-letters", MessageRetentionPeriod=str(_DAY)
            ),
            "dead-letter-retention",
            ("teamwire-backfill-dead-letters", "1 days"),
        ),
        Case(
            "a queue keeps messages for a minute",
            lambda stack: stack.set_queue("hydrate", MessageRetentionPeriod="60"),
            "retention-short",
            ("teamwire-hydrate keeps messages for 60 s",),
        ),
        Case(
            "a queue is not encrypted",
            lambda stack: stack.set_queue("events", SqsManagedSseEnabled="false"),
            "queue-not-encrypted",
            ("teamwire-events",),
        ),
        Case(
            "a queue is open to everybody",
            _open,
            "queue-open",
            ("teamwire-events", "everybody"),
        ),
        Case(
            "a queue takes 256 KiB at most",
            lambda stack: stack.set_queue("events", MaximumMessageSize="262144"),
            "message-size-small",
            ("teamwire-events", "262144"),
        ),
        Case(
            "nothing takes from a queue: the mapping was deleted",
            _delete_mapping,
            "mapping-missing",
            ("teamwire-decrypt", "decrypt"),
        ),
        Case(
            "nothing takes from a queue: the mapping is disabled",
            lambda stack: stack.map("hydrate", {"Enabled": True}, Enabled=False),
            "mapping-disabled",
            ("teamwire-hydrate", "hydrate"),
        ),
        Case(
            "a batch that fails in part is taken for done",
            lambda stack: stack.map(
                "decrypt",
                {"FunctionResponseTypes": ["ReportBatchItemFailures"]},
                FunctionResponseTypes=[],
            ),
            "mapping-tells-no-failures",
            ("teamwire-decrypt", "ReportBatchItemFailures"),
        ),
        Case(
            "a filter lets only some messages through",
            lambda stack: stack.map(
                "decrypt",
                {"FilterCriteria": {"Filters": []}},
                FilterCriteria={"Filters": [{"Pattern": '{"body": {"tenant": ["one"]}}'}]},
            ),
            "mapping-filters",
            ("teamwire-decrypt", "decrypt"),
        ),
        Case(
            "a function gets a hundred records at once",
            lambda stack: stack.map(
                "hydrate", {"BatchSize": 10}, BatchSize=100, MaximumBatchingWindowInSeconds=1
            ),
            "mapping-batch-size",
            ("teamwire-hydrate", "100"),
        ),
        Case(
            "a backlog may take all that the account can run at once",
            lambda stack: stack.map(
                "decrypt",
                {"ScalingConfig": {"MaximumConcurrency": 20}},
                ScalingConfig={"MaximumConcurrency": 1000},
            ),
            "ingest-can-starve",
            ("1009 executions", "1000 that are not reserved"),
        ),
        Case(
            "there are dead letters",
            lambda stack: stack.put("decrypt-dead-letters", 3, reason="tampered"),
            "dead-letters",
            ("3 dead letters", "teamwire-decrypt-dead-letters"),
            besides=("age-unseen",),
        ),
        Case(
            "there are notifications in quarantine",
            lambda stack: stack.put("quarantine", 2, reason="client-state"),
            "quarantined",
            ("2 notifications",),
            besides=("age-unseen",),
        ),
        Case(
            "nobody has consumed events for two hours",
            lambda stack: _unconsumed(stack, 2 * _HOUR),
            "events-not-consumed",
            ("teamwire-events", "2 h"),
        ),
        Case(
            "nobody has consumed events for three days and a half",
            lambda stack: _unconsumed(stack, 84 * _HOUR),
            "events-nearly-lost",
            ("teamwire-events", "3 days"),
        ),
    ]


def _delete_quarantine(stack: StackUnderTest) -> None:
    held, url = stack.attributes("quarantine"), stack.queues["quarantine"]
    sqs = stack.aws("sqs")
    sqs.delete_queue(QueueUrl=url)
    kept = ("MessageRetentionPeriod", "MaximumMessageSize", "SqsManagedSseEnabled")
    attributes = {key: held[key] for key in kept}
    stack.afterwards(
        lambda: sqs.create_queue(QueueName="teamwire-quarantine", Attributes=attributes)
    )


def _redrive(
    stack: StackUnderTest, queue: str, target: str | None = None, receives: int | None = None
) -> None:
    policy = json.loads(stack.attributes(queue)["RedrivePolicy"])
    if target is not None:
        policy["deadLetterTargetArn"] = target
    if receives is not None:
        policy["maxReceiveCount"] = receives
    stack.set_queue(queue, RedrivePolicy=json.dumps(policy))


def _open(stack: StackUnderTest) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "sqs:*",
        "Resource": stack.arn("events"),
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    stack.set_queue("events", Policy=json.dumps(policy))


def _delete_mapping(stack: StackUnderTest) -> None:
    mapping = stack.mapping("decrypt")
    stack.aws("lambda").delete_event_source_mapping(UUID=mapping["UUID"])
    stack.afterwards(lambda: stack.map_again(mapping))


def _unconsumed(stack: StackUnderTest, seconds: int) -> None:
    stack.put("events", 3)
    stack.age("events", seconds)
