"""Puts on the queues of a running stack what none of its functions would: markup wherever text is.

python hostile.py ENDPOINT EVENTS_QUEUE_URL     with the Python of the local run
"""

import json
import sys

import boto3

MARKUP = (
    '"><img src=x onerror="window.hacked=1"><script>window.hacked=1</script>{{constructor}}\u202e'
)


def main(endpoint: str, events: str) -> None:
    """An event with markup in everything, and a dead letter with a reason of it."""
    stack = events.removesuffix("events")
    sqs = boto3.client(
        "sqs",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    names = ("id", "type", "subject", "source", "tenantid", "origin", "time", MARKUP)
    event = {name: MARKUP for name in names} | {"data": {MARKUP: [MARKUP, {"content": MARKUP}]}}
    sqs.send_message(QueueUrl=f"{stack}tail", MessageBody=json.dumps(event))
    sqs.send_message(QueueUrl=f"{stack}tail", MessageBody="no event")
    attributes = {
        name: {"DataType": "String", "StringValue": MARKUP.replace("\u202e", "")}
        for name in ("reason", "fault", "source", "replayed")
    }
    sqs.send_message(
        QueueUrl=f"{stack}events-dead-letters", MessageBody=MARKUP, MessageAttributes=attributes
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
