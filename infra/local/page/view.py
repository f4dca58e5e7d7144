"""The state as the page shows it, as JSON. Content of events is fetched by itself."""

import datetime
from collections.abc import Mapping
from typing import Any

from ..watch import Held, Seen, State

_SHOWN_EVENTS = 24
_SHOWN_LETTERS = 40


def view(state: State, cut: Mapping[str, bool]) -> dict[str, Any]:
    """Everything but the content of events."""
    return {
        "cut": dict(cut),
        "flows": dict(state.flows),
        "depths": {
            name: {"total": depth.total, "delayed": depth.delayed}
            for name, depth in state.depths.items()
        },
        "events": [_event(seen) for seen in reversed(state.last[-_SHOWN_EVENTS:])],
        "letters": [
            {
                "id": letter.id,
                "queue": letter.queue,
                "reason": letter.reason,
                "fault": letter.fault,
                "tenant": letter.tenant,
                "replayed": letter.replayed,
                "at": _clock(letter.at),
            }
            for letter in state.letters[:_SHOWN_LETTERS]
        ],
        "subscriptions": [_held(held) for held in state.held],
    }


def content(state: State, number: int) -> dict[str, Any] | None:
    """One event, whole, as it came."""
    for seen in state.last:
        if seen.number == number:
            return seen.arrival.event
    return None


def _event(seen: Seen) -> dict[str, Any]:
    event = seen.arrival.event
    return {
        "number": seen.number,
        "at": _clock(seen.arrival.at),
        "type": _text(event, "type").removeprefix("microsoft.graph."),
        "tenant": _text(event, "tenantid"),
        "origin": _text(event, "origin"),
        "milliseconds": None if seen.milliseconds is None else round(seen.milliseconds),
        "asked": seen.asked,
    }


def _held(held: Held) -> dict[str, Any]:
    return {
        "id": held.id,
        "tenant": held.tenant,
        "resource": held.resource,
        "rich": held.rich,
        "secondsLeft": round(held.seconds_left),
    }


def _clock(at: datetime.datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _text(event: Mapping[str, Any], name: str) -> str:
    """Anybody may have written it: it is text, and not endless, whatever it was."""
    return str(event.get(name, ""))[:200]
