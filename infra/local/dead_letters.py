"""Dead letters and what is in quarantine, looked at when something changed, and left visible."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .queues import Depth

_HIDDEN_SECONDS = 5
"""The time that a letter stays hidden if this process is killed while it looks."""
_MOST = 200
"""Letters of one queue that are looked at; the counts tell of all."""


@dataclass(frozen=True)
class Letter:
    """A message that was given up, without its body."""

    id: str
    queue: str
    """As `teamwire` takes it for --queue."""
    reason: str | None
    fault: str | None
    tenant: str | None
    replayed: int
    at: datetime.datetime


class DeadLetters:
    """The letters of a stack."""

    def __init__(self, sqs: Any, queues: dict[str, str]) -> None:
        self._sqs = sqs
        self._urls = {
            name: url
            for name, url in queues.items()
            if name.endswith("-dead-letters") or name == "quarantine"
        }
        self._depths = dict.fromkeys(self._urls, Depth(0, 0, 0))
        self._shown: dict[str, list[Letter]] = {name: [] for name in self._urls}

    def all(self) -> list[Letter]:
        """Those that were there at the last look, the newest first."""
        letters = [letter for queue in self._shown.values() for letter in queue]
        return sorted(letters, key=lambda letter: letter.at, reverse=True)

    def look(self, depths: Mapping[str, Depth], moved: bool) -> list[str]:
        """Looks where something changed, or everywhere if some `moved`; the queues with new ones.

        What somebody hides, such as a replay that looks at it, is still there. A letter that was
        replayed and came back has another id, and its queue may count the same as before.
        """
        grown = []
        for queue, url in self._urls.items():
            depth = depths[queue]
            if depth == self._depths[queue] and not (moved and depth.total):
                continue
            self._depths[queue] = depth
            before = self._shown[queue]
            found = self._receive(queue, url) if depth.total else []
            ids = {letter.id for letter in found}
            hidden = [letter for letter in before if letter.id not in ids]
            self._shown[queue] = found + hidden[: max(0, depth.total - len(found))]
            if ids - {letter.id for letter in before}:
                grown.append(queue)
        return grown

    def _receive(self, queue: str, url: str) -> list[Letter]:
        letters: list[Letter] = []
        handles: list[str] = []
        while len(letters) < _MOST:
            messages = self._sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=10,
                VisibilityTimeout=_HIDDEN_SECONDS,
                MessageAttributeNames=["All"],
                AttributeNames=["All"],
            ).get("Messages", [])
            if not messages:
                break
            handles += [message["ReceiptHandle"] for message in messages]
            letters += [_letter(queue, message) for message in messages]
        for start in range(0, len(handles), 10):
            self._sqs.change_message_visibility_batch(
                QueueUrl=url,
                Entries=[
                    {"Id": str(index), "ReceiptHandle": handle, "VisibilityTimeout": 0}
                    for index, handle in enumerate(handles[start : start + 10])
                ],
            )
        return letters


def _letter(queue: str, message: dict[str, Any]) -> Letter:
    said = {
        name: value.get("StringValue")
        for name, value in message.get("MessageAttributes", {}).items()
    }
    system = message["Attributes"]
    replayed = said.get("replayed") or ""
    return Letter(
        id=message["MessageId"],
        queue=queue.removesuffix("-dead-letters"),
        reason=said.get("reason"),
        fault=said.get("fault"),
        tenant=system.get("MessageGroupId"),
        replayed=int(replayed) if replayed.isdecimal() else 0,
        at=datetime.datetime.fromtimestamp(
            int(system["SentTimestamp"]) / 1000, datetime.timezone.utc
        ),
    )
