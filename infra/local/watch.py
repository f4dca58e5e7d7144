"""The life of a running stack, read once for everybody who wants to see it."""

import datetime
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .announcements import Announcements, milliseconds
from .counters import Counters
from .dead_letters import DeadLetters, Letter
from .queues import Arrival, Depth, depth, take_events
from .simulator import SimulatorRefused
from .stack import Stack
from .times import parse_time

_LOOK_SECONDS = 0.5
_LIST_SECONDS = 5.0
_KEPT = 100
"""Events that can be looked at again."""


@dataclass(frozen=True)
class Seen:
    """An event that arrived."""

    number: int
    arrival: Arrival
    milliseconds: float | None
    asked: str | None
    """The wish of a person, where the event comes of that."""


@dataclass(frozen=True)
class Held:
    """A subscription, by Graph's list."""

    id: str
    tenant: str
    resource: str
    rich: bool
    expires: str
    seconds_left: float


@dataclass(frozen=True)
class Step:
    """The news."""

    seen: list[Seen]
    letters: Mapping[str, int]
    """The depth of each queue that has new dead letters."""


@dataclass(frozen=True)
class State:
    """All that was seen up to now. It does not change: the next one takes its place."""

    last: list[Seen] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    depths: Mapping[str, Depth] = field(default_factory=dict)
    flows: Mapping[str, int] = field(default_factory=dict)


class Watch:
    """The one reader of the tail queue. `step` is for one thread, `state` for any."""

    def __init__(self, running: Stack) -> None:
        self._running = running
        self._sqs, self._queues = running.sqs(), running.deployment.queues()
        self._counters = Counters(running.emulator.client("logs"), running.deployment.functions())
        self._letters = DeadLetters(self._sqs, self._queues)
        self._last: deque[Seen] = deque(maxlen=_KEPT)
        self._events = 0
        self._held: list[Held] = []
        self._looked = self._listed = 0.0
        self._dead = 0
        self._changed = threading.Event()
        self.announcements = Announcements(running.simulator)
        self.state = State()

    def look_soon(self) -> None:
        """Has the next step read everything: somebody did something."""
        self._changed.set()

    def step(self) -> Step:
        """Takes what arrived, waiting a second at most, and looks at all else now and then."""
        # The copies: the events themselves are for a consumer to take.
        arrivals = take_events(self._sqs, self._queues["tail"])
        self.announcements.refresh()
        seen = [self._see(arrival) for arrival in arrivals]
        now = time.monotonic()
        letters: dict[str, int] = {}
        depths, flows = self.state.depths, self.state.flows
        asked = self._changed.is_set()
        self._changed.clear()
        if asked or now - self._looked >= _LOOK_SECONDS:
            self._looked = now
            self._counters.read()
            depths = {
                name: depth(self._sqs, url) for name, url in self._queues.items() if name != "tail"
            }
            letters = self._look_at_letters(depths)
            flows = self._flows()
        if asked or now - self._listed >= _LIST_SECONDS:
            self._listed = now
            self._list()
        self.state = State(
            list(self._last),
            self._letters.all(),
            self._held,
            depths,
            flows,
        )
        return Step(seen, letters)

    def _see(self, arrival: Arrival) -> Seen:
        announced = self.announcements.of(arrival)
        self._events += 1
        seen = Seen(
            self._events,
            arrival,
            milliseconds(arrival, announced),
            announced.asked if announced else None,
        )
        self._last.append(seen)
        return seen

    def _look_at_letters(self, depths: Mapping[str, Depth]) -> dict[str, int]:
        dead = sum(
            self._counters.total(function, "dead", "quarantined")
            for function in self._running.deployment.functions()
        )
        grown = self._letters.look(depths, dead != self._dead)
        self._dead = dead
        return {queue: depths[queue].total for queue in grown}

    def _list(self) -> None:
        simulator = self._running.simulator
        try:
            now = simulator.now()
            held = [
                _held(tenant, each, now)
                for tenant in self._running.identities.tenants
                for each in simulator.subscriptions(tenant)
            ]
        except SimulatorRefused:
            # Somebody has Graph refuse it, as docs/SIMULATOR.md says how: it stays as it was.
            return
        self._held = held

    def _flows(self) -> dict[str, int]:
        total = self._counters.total
        flows = {
            "announced": self.announcements.total(),
            "accepted": total("ingest", "answers.accepted"),
            "sent-back": total("ingest", "answers.")
            - total("ingest", "answers.accepted", "answers.handshake"),
            "dropped": total("ingest", "rejected."),
            "quarantined": total("ingest", "quarantined"),
            "gaps": total("subscriptions", "gaps."),
            "dead": 0,
        }
        for route in ("decrypt", "hydrate", "events", "lifecycle"):
            flows[f"to-{route}"] = total("ingest", f"enqueued.{route}")
        for function in self._running.deployment.functions():
            flows[f"{function}-taken"] = total(function, "taken")
            flows[f"{function}-events"] = total(function, "copied", "copiesLost")
            flows["dead"] += total(function, "dead")
        return flows


def _held(tenant: str, subscription: dict[str, Any], now: datetime.datetime) -> Held:
    ends = subscription["expirationDateTime"]
    return Held(
        id=subscription["id"],
        tenant=tenant,
        resource=subscription["resource"],
        rich=bool(subscription.get("includeResourceData")),
        expires=ends,
        seconds_left=(parse_time(ends) - now).total_seconds(),
    )
