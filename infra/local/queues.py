"""The messages of a queue: events taken off it, dead letters looked at."""

import datetime
import json
from dataclasses import dataclass
from typing import Any

_WAIT_SECONDS = 1
_LOOK_SECONDS = 30
_SOON_SECONDS = 60


@dataclass(frozen=True)
class Arrival:
    """A CloudEvent and when it was received here."""

    event: dict[str, Any]
    at: datetime.datetime


@dataclass(frozen=True)
class DeadLetter:
    """The facts of a message, without its body."""

    reason: str | None
    source: str | None


def take_events(sqs: Any, url: str, wait: int = _WAIT_SECONDS) -> list[Arrival]:
    """Receives and deletes up to ten events, waiting at most `wait` seconds for the first."""
    answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=wait)
    now = datetime.datetime.now(datetime.timezone.utc)
    messages = answer.get("Messages", [])
    if messages:
        handles = [
            {"Id": str(index), "ReceiptHandle": message["ReceiptHandle"]}
            for index, message in enumerate(messages)
        ]
        sqs.delete_message_batch(QueueUrl=url, Entries=handles)
    events = [_event(message["Body"]) for message in messages]
    return [Arrival(event, now) for event in events if event is not None]


def _event(body: str) -> dict[str, Any] | None:
    """Anybody with the queue's URL can send what is no event: it is taken off, and left out."""
    try:
        event = json.loads(body)
    except ValueError:
        return None
    return event if isinstance(event, dict) else None


def pass_on(sqs: Any, url: str, arrivals: list[Arrival]) -> None:
    """Puts events that were taken here on another queue."""
    for arrival in arrivals:
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps(arrival.event))


def look_at_dead_letters(sqs: Any, url: str) -> list[DeadLetter]:
    """Every message that is visible now. They stay, hidden for a while."""
    found: list[DeadLetter] = []
    while True:
        messages = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=_LOOK_SECONDS,
            MessageAttributeNames=["All"],
        ).get("Messages", [])
        if not messages:
            return found
        for message in messages:
            attributes = message.get("MessageAttributes", {})
            found.append(DeadLetter(_text(attributes, "reason"), _text(attributes, "source")))


@dataclass(frozen=True)
class Depth:
    """The number of messages on a queue."""

    visible: int
    in_flight: int
    delayed: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.visible + self.in_flight + self.delayed


def depth(sqs: Any, url: str) -> Depth:
    """The queue's own counts."""
    names = [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
    ]
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return Depth(*(int(answer[name]) for name in names))


def show_again_soon(sqs: Any, url: str) -> None:
    """Has what a process took with it, when it was replaced, be visible again after a minute.

    The template has six times the function's timeout, which is an hour and a half for one queue.
    """
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(_SOON_SECONDS)})


def waiting(sqs: Any, url: str) -> int:
    """The number of messages on the queue: visible, in flight and delayed."""
    return depth(sqs, url).total


def _text(attributes: dict[str, Any], name: str) -> str | None:
    text: str | None = attributes.get(name, {}).get("StringValue")
    return text
