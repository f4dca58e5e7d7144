"""`run`: a trickle of changes, and each CloudEvent as it lands, until Ctrl-C."""

import datetime
import time
from typing import Any

from .checkout import binary
from .environment import REGION
from .interrupt import Interrupted
from .queues import Arrival, take_events
from .simulator import Simulator
from .stack import Stack, stack
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


def main(started: float) -> int:
    """Prints how to take part, then events; returns when it is interrupted."""
    print("starting the emulator and the simulator, deploying infra/sam/template.yaml", flush=True)
    try:
        with stack("run", tail=True) as running:
            print(_invitation(running), flush=True)
            _trickle(running, started)
    except Interrupted:
        print("\nstopped; nothing is left running")
    return 0


class _Announcements:
    """When Graph announced what: one job of the simulator after the other."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._job = ""
        self._times: dict[Key, datetime.datetime] = {}
        self._previous: dict[Key, datetime.datetime] = {}
        self._begin()

    def _begin(self) -> None:
        self._job = self._simulator.announce(_TRICKLE | {"seed": time.time_ns() % 2**32})

    def refresh(self) -> None:
        """Reads the ledger, and begins the next job when this one is done."""
        ledger = self._simulator.job(self._job)
        for change in ledger["changes"]:
            self._times[change_key(change)] = parse_time(change["announcedAt"])
        if ledger["done"]:
            self._previous, self._times = self._times, {}
            self._begin()

    def latency(self, arrival: Arrival) -> float | None:
        """Milliseconds from the announcement of a change to the arrival of its event."""
        key = event_key(arrival.event)
        announced = self._times.get(key) or self._previous.get(key)
        if announced is None:
            return None
        return (arrival.at - announced).total_seconds() * 1000


def _trickle(running: Stack, started: float) -> None:
    sqs, events = running.sqs(), running.deployment.queues()["events"]
    announcements = _Announcements(running.simulator)
    first = True
    while True:
        running.check()
        arrivals = take_events(sqs, events)
        if arrivals and first:
            print(f"first event {time.monotonic() - started:.1f} s after the start\n", flush=True)
            first = False
        announcements.refresh()
        for arrival in arrivals:
            print(line(arrival, announcements.latency(arrival)), flush=True)


def line(arrival: Arrival, latency: float | None) -> str:
    """One event on one line: no content, and of the tenant only as much as tells it from others."""
    event = arrival.event
    return "  ".join(
        [
            arrival.at.strftime("%H:%M:%S.%f")[:-3],
            f"{event['type'].removeprefix('microsoft.graph.'):<20}",
            f"tenant {event['tenantid'][:8]}",
            f"{event['origin']:<9}",
            "     - ms" if latency is None else f"{latency:6.0f} ms",
        ]
    )


def parse_time(text: str) -> datetime.datetime:
    """An RFC 3339 time in UTC. Python 3.10 reads neither the Z nor any number of digits."""
    whole, _, fraction = text.removesuffix("Z").partition(".")
    return datetime.datetime.fromisoformat(f"{whole}.{fraction:0<6.6}+00:00")


def _invitation(running: Stack) -> str:
    url = running.deployment.notification_url
    queue = running.deployment.queues()["events"]
    rows = [
        f"  {each.kind:<6}{each.resource:<22}tenant {each.tenant}" for each in running.subscriptions
    ]
    return "\n".join(
        [
            "",
            "subscribed by the subscriptions function, through the real handshake, to",
            *rows,
            "",
            f"  notifications  {url}",
            f"  lifecycle      {running.deployment.lifecycle_url}",
            f"  Graph, Entra   {running.simulator.url}",
            f"  AWS            {running.emulator.endpoint} (access key and secret: test)",
            f"  events queue   {queue}",
            f"  config bucket  {running.deployment.outputs['ConfigBucketName']}",
            f"  functions      {', '.join(running.deployment.functions().values())}",
            f"  logs           {running.directory}",
            "",
            "try the handshake, or announce twenty changes at once:",
            f"  curl -i -X POST '{url}?validationToken=Hello%3a+Graph'",
            f"  curl -X POST -H 'content-type: application/json' -d '{{\"count\": 20}}' \\",
            f"    {running.simulator.url}/simulator/announce",
            "",
            "watch the same events with the command line, in a second terminal:",
            f"  AWS_ENDPOINT_URL={running.emulator.endpoint} AWS_REGION={REGION} \\",
            "    AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test \\",
            f"    {binary('teamwire')} tail",
            "",
            "each line: when it landed, type, tenant, origin, time since Graph announced it",
            "(about 100 ms of it are the emulator's own). Ctrl-C stops everything.",
            "",
        ]
    )
