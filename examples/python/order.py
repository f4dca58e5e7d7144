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
    own, other = event.get("contentversion"), stored.get("contentversion")
    if own is not None and own == other:
        own = other = ""
    elif moment(own) is not None and moment(other) is not None:
        own, other = moment(own), moment(other)
    else:
        own, other = shown_at(event), shown_at(stored)
    return (own, is_deletion(event), event["id"]) > (other, is_deletion(stored), stored["id"])


def shows_a_state(event: dict) -> bool:
    tombstone = event.get("referencereason") in ("deleted", "gone")
    return tombstone or event["origin"] in ("decrypted", "hydrated", "backfilled")


def is_deletion(event: dict) -> bool:
    return event["type"].endswith(".deleted")


def shown_at(event: dict) -> str:
    """Both have one form, so that their texts compare."""
    return event["time" if "contentversion" in event else "receivedat"]


def moment(version: str | None) -> int | None:
    """Nanoseconds since 1970 of an etag in milliseconds or of a date; none of anything else."""
    if version is None or re.fullmatch("[0-9]+", version):
        return version and int(version) * 10**6
    date = re.fullmatch(r"([-0-9]+T[:0-9]+)(?:\.([0-9]+))?(Z|[-+][:0-9]+)", version)
    try:
        at = datetime.fromisoformat(date[1] + date[3].replace("Z", "+00:00"))
    except (TypeError, ValueError):
        return None
    return int(at.timestamp()) * 10**9 + int((date[2] or "0").ljust(9, "0")[:9])
