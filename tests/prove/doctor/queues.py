"""What can be wrong with the queues and with what takes from them."""

import json

from .case import Case
from .patient import Patient

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
            lambda patient: patient.set_queue("decrypt", VisibilityTimeout="30"),
            "visibility-too-short",
            ("teamwire-decrypt hides a message for 30 s",),
        ),
        Case(
            "a queue has lost its dead-letter queue",
            lambda patient: patient.set_queue("hydrate", RedrivePolicy=""),
            "redrive-missing",
            ("teamwire-hydrate",),
        ),
        Case(
            "dead letters go to another queue",
            lambda patient: _redrive(patient, "events", target=patient.arn("quarantine")),
            "redrive-elsewhere",
            ("teamwire-events", "teamwire-quarantine"),
        ),
        Case(
            "the first failure makes a dead letter",
            lambda patient: _redrive(patient, "lifecycle", receives=1),
            "receives-too-few",
            ("teamwire-lifecycle", "1 receives"),
        ),
        Case(
            "dead letters are kept for a day",
            lambda patient: patient.set_queue(
                "backfill-dead-letters", MessageRetentionPeriod=str(_DAY)
            ),
            "dead-letter-retention",
            ("teamwire-backfill-dead-letters", "1 days"),
        ),
        Case(
            "a queue keeps messages for a minute",
            lambda patient: patient.set_queue("hydrate", MessageRetentionPeriod="60"),
            "retention-short",
            ("teamwire-hydrate keeps messages for 60 s",),
        ),
        Case(
            "a queue is not encrypted",
            lambda patient: patient.set_queue("events", SqsManagedSseEnabled="false"),
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
            lambda patient: patient.set_queue("events", MaximumMessageSize="262144"),
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
            lambda patient: patient.map("hydrate", {"Enabled": True}, Enabled=False),
            "mapping-disabled",
            ("teamwire-hydrate", "hydrate"),
        ),
        Case(
            "a batch that fails in part is taken for done",
            lambda patient: patient.map(
                "decrypt",
                {"FunctionResponseTypes": ["ReportBatchItemFailures"]},
                FunctionResponseTypes=[],
            ),
            "mapping-tells-no-failures",
            ("teamwire-decrypt", "ReportBatchItemFailures"),
        ),
        Case(
            "a filter lets only some messages through",
            lambda patient: patient.map(
                "decrypt",
                {"FilterCriteria": {"Filters": []}},
                FilterCriteria={"Filters": [{"Pattern": '{"body": {"tenant": ["one"]}}'}]},
            ),
            "mapping-filters",
            ("teamwire-decrypt", "decrypt"),
        ),
        Case(
            "a function gets a hundred records at once",
            lambda patient: patient.map(
                "hydrate", {"BatchSize": 10}, BatchSize=100, MaximumBatchingWindowInSeconds=1
            ),
            "mapping-batch-size",
            ("teamwire-hydrate", "100"),
        ),
        Case(
            "a backlog may take all that the account can run at once",
            lambda patient: patient.map(
                "decrypt",
                {"ScalingConfig": {"MaximumConcurrency": 20}},
                ScalingConfig={"MaximumConcurrency": 1000},
            ),
            "ingest-can-starve",
            ("1014 executions", "1000 that are not reserved"),
        ),
        Case(
            "there are dead letters",
            lambda patient: patient.put("decrypt-dead-letters", 3, reason="tampered"),
            "dead-letters",
            ("3 dead letters", "teamwire-decrypt-dead-letters"),
            besides=("age-unseen",),
        ),
        Case(
            "there are notifications in quarantine",
            lambda patient: patient.put("quarantine", 2, reason="client-state"),
            "quarantined",
            ("2 notifications",),
            besides=("age-unseen",),
        ),
        Case(
            "nobody has consumed events for two hours",
            lambda patient: _unconsumed(patient, 2 * _HOUR),
            "events-not-consumed",
            ("teamwire-events", "2 h"),
        ),
        Case(
            "nobody has consumed events for three days and a half",
            lambda patient: _unconsumed(patient, 84 * _HOUR),
            "events-nearly-lost",
            ("teamwire-events", "3 days"),
        ),
    ]


def _delete_quarantine(patient: Patient) -> None:
    held, url = patient.attributes("quarantine"), patient.queues["quarantine"]
    sqs = patient.aws("sqs")
    sqs.delete_queue(QueueUrl=url)
    kept = ("MessageRetentionPeriod", "MaximumMessageSize", "SqsManagedSseEnabled")
    attributes = {key: held[key] for key in kept}
    patient.afterwards(
        lambda: sqs.create_queue(QueueName="teamwire-quarantine", Attributes=attributes)
    )


def _redrive(
    patient: Patient, queue: str, target: str | None = None, receives: int | None = None
) -> None:
    policy = json.loads(patient.attributes(queue)["RedrivePolicy"])
    if target is not None:
        policy["deadLetterTargetArn"] = target
    if receives is not None:
        policy["maxReceiveCount"] = receives
    patient.set_queue(queue, RedrivePolicy=json.dumps(policy))


def _open(patient: Patient) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "sqs:*",
        "Resource": patient.arn("events"),
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    patient.set_queue("events", Policy=json.dumps(policy))


def _delete_mapping(patient: Patient) -> None:
    mapping = patient.mapping("decrypt")
    patient.aws("lambda").delete_event_source_mapping(UUID=mapping["UUID"])
    patient.afterwards(lambda: patient.map_again(mapping))


def _unconsumed(patient: Patient, seconds: int) -> None:
    patient.put("events", 3)
    patient.age("events", seconds)
