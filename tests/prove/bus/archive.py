"""The archive of the stack under test: what came into it, the queries of docs/ARCHIVE.md over it, and a
person's data erased.

MiniStack's EventBridge hands nothing to a Firehose: it drops what a rule sends there. Here a courier
does that part: it takes what the stack's own rule lets through, under the rule's own input path, off a
queue, and puts it as records on the stack's own stream, some batches twice, as at least once may be.
MiniStack's Firehose writes an object for each record, plain. What Firehose would have put into one
object, of one prefix a line each, is one file here.
"""

import collections
import gzip
import json
import re
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from local.checkout import ROOT
from local.deploy import STACK
from local.environment import EMULATOR_KEY, REGION, bare_environment
from local.queues import waiting
from local.stack import Stack

from .story import ANSWERS, ERASED, TENANT

_PYTHON = ROOT / ".venv-archive" / "bin" / "python"
_HERE = Path(__file__).parent
_PAGE = ROOT / "docs" / "ARCHIVE.md"
_TWICE_IN = 40
OF_TENANT = f"json/tenantid={TENANT}/"
_READERS = 8


class Archive:
    """The bucket, and the way there."""

    def __init__(self, running: Stack, bus: str) -> None:
        self._running, self._sqs = running, running.sqs()
        self._s3 = running.emulator.client("s3")
        self._firehose = running.emulator.client("firehose")
        self.bucket: str = running.deployment.outputs["ArchiveBucketName"]
        events = running.emulator.client("events")
        rule = events.describe_rule(Name=f"{STACK}-archive", EventBusName=bus)
        (target,) = events.list_targets_by_rule(Rule=rule["Name"], EventBusName=bus)["Targets"]
        self._stream = target["Arn"].rpartition("/")[2]
        self._queue: str = self._sqs.create_queue(QueueName="to-the-archive")["QueueUrl"]
        asked = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])
        arn = asked["Attributes"]["QueueArn"]
        courier = {"Id": "courier", "Arn": arn, "InputPath": target["InputPath"]}
        events.put_targets(Rule=rule["Name"], EventBusName=bus, Targets=[courier])
        self.records = self.repeats = self.largest = 0
        self._stopped = threading.Event()
        self._courier = threading.Thread(target=self._carry, daemon=True)
        self._courier.start()

    def _carry(self) -> None:
        while not self._stopped.is_set():
            answer = self._sqs.receive_message(
                QueueUrl=self._queue, MaxNumberOfMessages=10, WaitTimeSeconds=1
            )
            if messages := answer.get("Messages", []):
                records = [{"Data": each["Body"].encode()} for each in messages]
                self._put(records)
                handles = [
                    {"Id": str(index), "ReceiptHandle": each["ReceiptHandle"]}
                    for index, each in enumerate(messages)
                ]
                self._sqs.delete_message_batch(QueueUrl=self._queue, Entries=handles)

    def _put(self, records: list[dict[str, bytes]]) -> None:
        before = self.records // (_TWICE_IN * 10)
        self.records += len(records)
        self.largest = max(self.largest, *(len(each["Data"]) for each in records))
        twice = self.records // (_TWICE_IN * 10) > before
        for _ in range(2 if twice else 1):
            put = self._firehose.put_record_batch
            answer = put(DeliveryStreamName=self._stream, Records=records)
            assert answer["FailedPutCount"] == 0, answer
        self.repeats += len(records) if twice else 0

    def is_idle(self) -> bool:
        """Whether nothing is on its way."""
        return waiting(self._sqs, self._queue) == 0

    def stop(self) -> None:
        """Ends the courier."""
        self._stopped.set()
        self._courier.join()

    def keys(self, prefix: str) -> list[str]:
        """Of every object there."""
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return [each["Key"] for page in pages for each in page.get("Contents", [])]

    def write(self, folder: Path, prefix: str = "json/") -> collections.Counter[str]:
        """A file for each prefix, below `folder`; how often each event is in it, by id."""
        keys = self.keys(prefix)
        seen: collections.Counter[str] = collections.Counter()
        with ThreadPoolExecutor(_READERS) as readers:
            for key, body in zip(keys, readers.map(self._read, keys), strict=True):
                # MiniStack has the hour of writing behind the day; Athena looks below as well.
                path = folder.joinpath(*key.split("/")[:3], "events")
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("ab") as file:
                    for line in body.splitlines():
                        event = json.loads(line)
                        day = f"tenantid={event['tenantid']}/day={event['receivedat'][:10]}"
                        assert f"/{day}/" in f"/{key}", key
                        seen[event["id"]] += 1
                        file.write(line + b"\n")
        return seen

    def _read(self, key: str) -> bytes:
        body: bytes = self._s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body

    def answers(self, folder: Path) -> dict[str, list[list[Any]]]:
        """What the queries of the page answer, by their names there."""
        glue = self._running.emulator.client("glue")
        database, _, name = self._running.deployment.outputs["ArchiveTableName"].partition(".")
        table = glue.get_table(DatabaseName=database, Name=name)["Table"]
        queries = dict(_blocks("sql"))
        asked = {
            "folder": str(folder / "json"),
            "columns": [each["Name"] for each in table["StorageDescriptor"]["Columns"]],
            "view": queries.pop("view"),
            "queries": queries,
        }
        ran = subprocess.run(
            [_PYTHON, _HERE / "athena.py"],
            input=json.dumps(asked),
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        found: dict[str, list[list[Any]]] = json.loads(ran.stdout)
        return found

    def naming(self) -> list[str]:
        """The objects that name the person."""
        person = ERASED.encode()
        return [key for key in self.keys(OF_TENANT) if person in self._read(key)]

    def erase(self) -> list[str]:
        """Types the page's commands for each object that names the person; those objects."""
        script = dict(_blocks("sh"))["erase"]
        functions = script.partition('erase "<object>"')[0]
        named = self.naming()
        tools = self._running.directory / "bin"
        tools.mkdir()
        aws = tools / "aws"
        python = ROOT / ".venv" / "bin" / "python"
        aws.write_text(f'#!/bin/sh\nexec "{python}" -E "{_HERE / "s3.py"}" "$@"\n')
        aws.chmod(0o755)
        commands = [f'erase "s3://{self.bucket}/{key}" "{ERASED}"' for key in named]
        subprocess.run(
            ["/bin/sh", "-eu", "-c", "\n".join([functions, *commands])],
            cwd=self._running.directory,
            env=bare_environment(self._running.directory)
            | {
                "PATH": f"{tools}:/usr/bin:/bin",
                "AWS_ENDPOINT_URL": self._running.emulator.endpoint,
                "AWS_DEFAULT_REGION": REGION,
                "AWS_ACCESS_KEY_ID": EMULATOR_KEY,
                "AWS_SECRET_ACCESS_KEY": EMULATOR_KEY,
            },
            check=True,
        )
        return named


def _blocks(language: str) -> Iterator[tuple[str, str]]:
    """Name and text of each block of the page in that language."""
    blocks = re.findall(rf"(?ms)^```{language} (\w+)\n(.*?)^```", _PAGE.read_text())
    yield from blocks


def wrong_answers(found: dict[str, list[list[Any]]]) -> list[str]:
    """The queries that answer something else than what happened."""
    return [name for name, rows in ANSWERS.items() if found.get(name) != rows]
