"""A consumer that is a Lambda function on the events queue: AWS Powertools report what failed of a
batch, and remember the ids."""

from __future__ import annotations

import os
from typing import Any

import boto3
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from dynamodb import REMEMBERED_SECONDS, DynamoDb
from teamwire import Event, fetch, read

S3 = boto3.client("s3")
STORE = DynamoDb(boto3.client("dynamodb"), os.environ["TABLE"], S3, os.environ.get("BUCKET", ""))
PROCESSOR = BatchProcessor(event_type=EventType.SQS)
IDEMPOTENCY = IdempotencyConfig(
    # Tombstones of one resource share an id, and each counts.
    event_key_jmespath="[id, referencereason && receivedat]",
    expires_after_seconds=REMEMBERED_SECONDS,
)


@idempotent_function(
    data_keyword_argument="event",
    config=IDEMPOTENCY,
    persistence_store=DynamoDBPersistenceLayer(table_name=os.environ["IDEMPOTENCY_TABLE"]),
)
def apply(event: Event) -> bool:
    """What is to happen once: put yours beside it."""
    return STORE.apply(event)


def handle_record(record: SQSRecord) -> None:
    """One message."""
    apply(event=fetch(read(record.body), S3, os.environ["CLAIM_BUCKET"]))


def handler(event: dict[str, Any], context: Any) -> Any:
    """One batch; Lambda deletes what is not named in the answer."""
    IDEMPOTENCY.register_lambda_context(context)
    return process_partial_response(
        event=event, record_handler=handle_record, processor=PROCESSOR, context=context
    )
