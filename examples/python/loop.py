"""A consumer that is a plain loop: on a container, a server, anywhere."""

from __future__ import annotations

import logging
import os
from typing import Any

import boto3
from dynamodb import DynamoDb
from teamwire import Store, handle


def consume(sqs: Any, s3: Any, queue: str, claim_bucket: str, store: Store) -> None:
    """Receives for ever. What fails stays on the queue, and after 25 times is a dead letter."""
    while True:
        answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=20)
        for message in answer.get("Messages", []):
            try:
                handle(message["Body"], store, s3, claim_bucket)
            except Exception:
                logging.exception("message %s stays on the queue", message["MessageId"])
            else:
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])


def main() -> None:
    """Takes the queue, the claim bucket and where to keep states from the environment."""
    sqs, s3 = boto3.client("sqs"), boto3.client("s3")
    if url := os.environ.get("DATABASE_URL"):
        from postgres import Postgres

        store: Store = Postgres(url)
    else:
        bucket = os.environ.get("BUCKET", "")
        store = DynamoDb(boto3.client("dynamodb"), os.environ["TABLE"], s3, bucket)
    consume(sqs, s3, os.environ["QUEUE_URL"], os.environ["CLAIM_BUCKET"], store)


if __name__ == "__main__":
    main()
