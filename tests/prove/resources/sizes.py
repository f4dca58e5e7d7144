"""Messages of sizes about each limit on their way, and whether each became the event it has to."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from local.verdict import Change, Event

_SQS = 1024 * 1024
"""One message of a queue, attributes and all."""
_STEP = 400
"""The step between sizes: the frame around the resource is about 2 KB, and differs, so that there
are several for each limit.
"""


def _about(bytes_: int) -> list[int]:
    return list(range(bytes_ - 8 * _STEP, bytes_ + _STEP, _STEP))


SEALED = [60_000, 262_144, *_about(_SQS * 3 // 4), *_about(_SQS), 4_400_000]
"""In base64 a resource is a third longer: its message fits the decrypt queue, or is claimed; its
event fits the events queue, or has its data in the bucket; its POST fits Lambda."""
READ = [60_000, 262_144, *_about(_SQS), 8_380_000]
"""The sizes read by GET: at most 8 MiB."""


def arrived(
    changes: Sequence[Change], events: Iterable[Event], stored: Callable[[str], Any]
) -> int:
    """The number of changes that became one event with the data that was announced.

    `stored` gives the JSON that a `dataref` names.
    """
    by_subject: dict[str, list[Event]] = {}
    for event in events:
        by_subject.setdefault(event["subject"], []).append(event)

    def data(event: Event) -> Any:
        return stored(event["dataref"]) if "dataref" in event else event.get("data")

    return sum(
        len({event["id"] for event in found}) == 1
        and all(data(event) == change["data"] for event in found)
        for change in changes
        for found in [by_subject.get(change["resource"], [])]
    )
