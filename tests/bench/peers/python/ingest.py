"""A function that puts the POST it gets on a queue, by boto3. Its loop around the Runtime API is
smaller than Lambda's own.
"""

import http.client
import json
import os

import boto3

RUNTIME = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
ROOT = "/2018-06-01/runtime/invocation"
QUEUE = os.environ["TEAMWIRE_DECRYPT_QUEUE_URL"]
SQS = boto3.client("sqs")


def handler(event: dict) -> dict:
    """Answers one POST."""
    entries = [{"Id": "0", "MessageBody": event["body"]}]
    SQS.send_message_batch(QueueUrl=QUEUE, Entries=entries)
    return {"statusCode": 202}


def call(method: str, path: str, body: str | None = None) -> tuple[http.client.HTTPResponse, bytes]:
    """One request to the Runtime API."""
    RUNTIME.request(method, ROOT + path, body)
    response = RUNTIME.getresponse()
    return response, response.read()


while True:
    response, text = call("GET", "/next")
    answer = handler(json.loads(text))
    call("POST", f"/{response.headers['lambda-runtime-aws-request-id']}/response", json.dumps(answer))
