"""Graph's announcements and their times: a steady trickle, and those that a person asks for."""

import contextlib
import datetime
import threading
import time
from dataclasses import dataclass
from typing import Any

from .queues import Arrival
from .simulator import Simulator, SimulatorRefused
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
    """The wish of a person, where the change is not of the trickle."""


class Announcements:
    """The jobs of the simulator that this run has given it. Asking is safe from any thread."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._lock = threading.Lock()
        self._running: dict[str, str | None] = {}
        self._announced: dict[str, int] = {}
        self._changes: dict[Key, Announced] = {}

    def ask(self, what: str | None, order: dict[str, Any]) -> None:
        """Has Graph announce something: what a person asked for, or the trickle."""
        job = self._simulator.announce(order)
        with self._lock:
            self._running[job] = what

    def refresh(self) -> None:
        """Reads the ledgers, and has the trickle begin again when it is through."""
        with self._lock:
            jobs = list(self._running.items())
        if not any(asked is None for _, asked in jobs):
            # Without any subscription, as after all were dropped, it begins when one is there.
            with contextlib.suppress(SimulatorRefused):
                self.ask(None, _TRICKLE | {"seed": time.time_ns() % 2**32})
        for job, asked in jobs:
            if self._read(job, asked):
                with self._lock:
                    del self._running[job]
        while len(self._changes) > _REMEMBERED:
            del self._changes[next(iter(self._changes))]

    def of(self, arrival: Arrival) -> Announced | None:
        """The announcement that an event comes of; None if somebody else made it."""
        return self._changes.get(event_key(arrival.event))

    def total(self) -> int:
        """The number of changes that were announced."""
        return sum(self._announced.values())

    def _read(self, job: str, asked: str | None) -> bool:
        """True if nothing more will come of a job."""
        try:
            ledger = self._simulator.job(job)
        except SimulatorRefused:
            # The simulator remembers the last jobs alone, and somebody gave it many.
            return True
        for change in ledger["changes"]:
            at = parse_time(change["announcedAt"])
            self._changes[change_key(change)] = Announced(at, asked)
        self._announced[job] = len(ledger["changes"])
        return bool(ledger["done"])


def milliseconds(arrival: Arrival, announced: Announced | None) -> float | None:
    """From the announcement of a change to the arrival of its event."""
    if announced is None:
        return None
    return (arrival.at - announced.at).total_seconds() * 1000
