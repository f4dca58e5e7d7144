"""When Graph announced what: a steady trickle, and what a person has it send besides."""

import datetime
import threading
import time
from dataclasses import dataclass
from typing import Any

from .queues import Arrival
from .simulator import Simulator
from .times import parse_time
from .verdict import Key, change_key, event_key

_TRICKLE: dict[str, Any] = {
    "count": 120,
    "rate": 2.0,
    "batch": 1,
    "seed": None,
    "subscriptions": None,
    "mix": True,
    "deleted": 0.05,
    "updated": 0.2,
}
_REMEMBERED = 1_000


@dataclass(frozen=True)
class Announced:
    """One change as Graph told of it."""

    at: datetime.datetime
    asked: str | None
    """What a person asked for, where the change is not of the trickle."""


class Announcements:
    """The jobs of the simulator that this run has given it. Asking is safe from any thread."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._lock = threading.Lock()
        self._running: dict[str, str | None] = {}
        self._finished = {"announced": 0, "retried": 0}
        self._current = dict(self._finished)
        self._changes: dict[Key, Announced] = {}
        self._trickle()

    def ask(self, what: str, order: dict[str, Any]) -> None:
        """Has Graph announce something besides."""
        job = self._simulator.announce(order)
        with self._lock:
            self._running[job] = what

    def refresh(self) -> None:
        """Reads the ledgers, and begins the trickle again when it is through."""
        with self._lock:
            jobs = list(self._running.items())
        current = {"announced": 0, "retried": 0}
        for job, asked in jobs:
            ledger = self._simulator.job(job)
            for change in ledger["changes"]:
                at = parse_time(change["announcedAt"])
                self._changes[change_key(change)] = Announced(at, asked)
            counted = self._finished if ledger["done"] else current
            counted["announced"] += len(ledger["changes"])
            counted["retried"] += ledger["retried"]
            if ledger["done"]:
                with self._lock:
                    del self._running[job]
                if asked is None:
                    self._trickle()
        self._current = current
        while len(self._changes) > _REMEMBERED:
            del self._changes[next(iter(self._changes))]

    def of(self, arrival: Arrival) -> Announced | None:
        """The announcement that an event comes of; None if somebody else made it."""
        return self._changes.get(event_key(arrival.event))

    def total(self, what: str) -> int:
        """How many changes were `announced`, or notifications `retried`."""
        return self._finished[what] + self._current[what]

    def _trickle(self) -> None:
        job = self._simulator.announce(_TRICKLE | {"seed": time.time_ns() % 2**32})
        with self._lock:
            self._running[job] = None


def milliseconds(arrival: Arrival, announced: Announced | None) -> float | None:
    """From the announcement of a change to the arrival of its event."""
    if announced is None:
        return None
    return (arrival.at - announced.at).total_seconds() * 1000
