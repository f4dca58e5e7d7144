"""Lambda's event source mapping: batches of a queue to a function, which names what failed.

usage: event_source.py COMMAND ..     QUEUE_URL and the AWS variables as for the function
"""

import json
import os
import subprocess
import sys

import boto3

sqs, queue = boto3.client("sqs"), os.environ["QUEUE_URL"]
function = subprocess.Popen(
    sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
)
assert function.stdin and function.stdout
while True:
    answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=1)
    messages = {message["MessageId"]: message for message in answer.get("Messages", [])}
    if not messages:
        continue
    records = [
        {
            "messageId": name,
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": {},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
        }
        for name, message in messages.items()
    ]
    function.stdin.write(json.dumps({"Records": records}) + "\n")
    failures = json.loads(function.stdout.readline())["batchItemFailures"]
    for failure in failures:
        del messages[failure["itemIdentifier"]]
    done = [
        {"Id": str(index), "ReceiptHandle": message["ReceiptHandle"]}
        for index, message in enumerate(messages.values())
    ]
    if done:
        sqs.delete_message_batch(QueueUrl=queue, Entries=done)
