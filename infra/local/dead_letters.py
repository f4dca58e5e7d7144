"""Dead letters and what is in quarantine, looked at when something changed, and left visible."""

import datetime
from dataclasses import dataclass
from typing import Any

_HIDDEN_SECONDS = 5
"""How long a letter stays hidden if this process is killed while it looks."""
_MOST = 200
"""Letters of one queue that are looked at; the counts tell of all."""
_AGAIN_LOOKS = 3
"""How often a queue is looked at again that showed less than it counts: somebody else hides it."""


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
        self._counted = dict.fromkeys(self._urls, 0)
        self._shown: dict[str, list[Letter]] = {name: [] for name in self._urls}
        self._left = dict.fromkeys(self._urls, 0)

    def all(self) -> list[Letter]:
        """Those that were there at the last look, the newest first."""
        letters = [letter for queue in self._shown.values() for letter in queue]
        return sorted(letters, key=lambda letter: letter.at, reverse=True)

    def look(self, counts: dict[str, int], moved: bool) -> list[str]:
        """Looks where the counts changed, or everywhere if some `moved`; the queues with new ones.

        A letter that was replayed and came back has another id, and its queue the same count.
        """
        grown = []
        for queue, url in self._urls.items():
            count = counts[queue]
            if count != self._counted[queue] or (moved and count):
                self._left[queue] = _AGAIN_LOOKS
            self._counted[queue] = count
            if not self._left[queue]:
                continue
            known = {letter.id for letter in self._shown[queue]}
            self._shown[queue] = self._receive(queue, url) if count else []
            if {letter.id for letter in self._shown[queue]} - known:
                grown.append(queue)
            # What somebody hides for a moment, such as a replay, is there again later.
            hidden = len(self._shown[queue]) < min(count, _MOST)
            self._left[queue] = self._left[queue] - 1 if hidden else 0
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
