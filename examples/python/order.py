"""Which of two events of one subject shows the later state: docs/EVENTS.md says it in words."""

from __future__ import annotations

import re
from datetime import datetime


def is_newer(stored: dict, event: dict) -> bool:
    """Whether `event` replaces what `stored`, an event of the same subject, left."""
    if not shows_a_state(event):
        return False
    views = [one.get("payloadkind") == "viewpoint" for one in (event, stored)]
    apart = views[0] != views[1] and not (is_deletion(event) or is_deletion(stored))
    if apart or not shows_a_state(stored):
        return True
    return place(event) > place(stored)


def place(event: dict) -> tuple[int, bool, str]:
    """Its place among the states of its subject, whichever of them it is compared with."""
    version = event.get("contentversion")
    instead = event["receivedat" if version is None else "time"]
    at = next((at for at in (moment(version), moment(instead)) if at is not None), 0)
    return at, is_deletion(event), event["id"]


def shows_a_state(event: dict) -> bool:
    tombstone = event.get("referencereason") in ("deleted", "gone")
    return tombstone or event["origin"] in ("decrypted", "hydrated", "backfilled")


def is_deletion(event: dict) -> bool:
    return event["type"].endswith(".deleted")


def moment(version: str | None) -> int | None:
    """Nanoseconds since 1970 of an etag in milliseconds or of a date; none of anything else."""
    if version is None:
        return None
    if re.fullmatch("[0-9]{13}", version):
        return int(version) * 10**6
    date = re.fullmatch(r"([-0-9]+T[:0-9]+)(?:\.([0-9]+))?(Z|[-+][:0-9]+)", version)
    try:
        at = datetime.fromisoformat(date[1] + date[3].replace("Z", "+00:00"))
    except (TypeError, ValueError):
        return None
    return int(at.timestamp()) * 10**9 + int((date[2] or "0").ljust(9, "0")[:9])
