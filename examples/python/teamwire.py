"""What every consumer does with the body of a message, wherever it keeps what it learns."""

from __future__ import annotations

import json
from typing import Any, Protocol

from cloudevents.core.formats.json import JSONFormat
from order import is_deletion, is_newer, shows_a_state

Event = dict[str, Any]


class Store(Protocol):
    """Where the last state of each resource is kept."""

    def apply(self, event: Event) -> bool:
        """Keeps what `event` says, in one transaction; whether that was news."""


def handle(body: str, store: Store, s3: Any, claim_bucket: str) -> bool:
    """All of it: after this, the message can be deleted."""
    return store.apply(fetch(read(body), s3, claim_bucket))


def read(body: str) -> Event:
    """The event; raises what the SDK raises where it is none."""
    JSONFormat().read(None, body)
    event: Event = json.loads(body)
    return event


def fetch(event: Event, s3: Any, claim_bucket: str) -> Event:
    """The event with its data, from the stack's claim bucket and no other."""
    if "dataref" not in event:
        return event
    bucket, _, key = event["dataref"].removeprefix("s3://").partition("/")
    if bucket != claim_bucket:
        raise ValueError("the data is in a bucket that is not the stack's")
    data = json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    return {name: value for name, value in event.items() if name != "dataref"} | {"data": data}


def is_tombstone(event: Event) -> bool:
    """Tombstones of one resource share an id, and each counts."""
    return event.get("referencereason") in ("deleted", "gone")


def parts(event: Event) -> list[str]:
    """What of the resource it writes: a chat and the view of it are kept apart, and end together."""
    if not shows_a_state(event):
        return []
    if event["type"] == "microsoft.graph.chat.deleted":
        return ["resource", "viewpoint"]
    return [event.get("payloadkind", "resource")]


def kept_after(stored: Event | None, event: Event) -> Event | None:
    """What is kept of a part, a deletion too; none where that stays as it is."""
    newer = stored is None or is_newer(stored, event)
    views = [one and one.get("payloadkind") == "viewpoint" for one in (stored, event)]
    if not all(views) or is_deletion(stored) or is_deletion(event):
        return event if newer else None
    # What a view leaves out has not changed, whichever of the two came first.
    late, last = (stored, event) if newer else (event, stored)
    return last | {"data": late.get("data", {}) | last.get("data", {})}
