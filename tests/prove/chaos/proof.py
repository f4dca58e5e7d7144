"""`prove-chaos`: the whole stack while everything around it fails; no change is lost, and none has two ids.

The real binaries on MiniStack and the simulator, with a proxy before AWS, before Graph and Entra, and
before the notification URL: trouble.py has what it does. First with a standard events queue, then with
a FIFO one. Then the trouble ends, all settles, `teamwire replay` moves the dead letters, and each change
that Graph was told 202 for is held against the events. The last line has the figures.
"""

import itertools
import json
import os
import subprocess
import time
from collections import Counter
from typing import Any

from local.checkout import binary
from local.environment import EMULATOR_KEY, REGION, bare_environment
from local.queues import look_at_dead_letters, take_events
from local.stack import Stack, stack
from local.subscriptions import Subscription, subscribe
from local.translate import API_ID
from local.verdict import Event

from ..findings import Findings
from ..proxy import served
from ..runbook.scene import Scene
from .count import Count
from .plan import Plan
from .trouble import ADDRESSES, HASTE, KINDS, Trouble

_CHANGES = int(os.environ.get("CHANGES") or "1500")
_SEED = int(os.environ.get("SEED") or "1")
_EVENTS = {"standard": "events", "FIFO": "events.fifo"}
"""The events queue by its kind; each has half of the changes."""
_JOB: dict[str, Any] = {
    "count": 200,
    "batch": 4,
    "mix": True,
    "updated": 0.2,
    "deleted": 0.1,
    "faults": {"duplicate": 0.03, "reorder": 0.03},
}
_LARGE: dict[str, Any] = {"count": 16, "bytes": [1_100_000]}
"""Too large for a queue: a claim each, before decrypt and after."""
_LARGE_IN = 10
"""Of so many jobs one is of those."""
_JOBS_AT_ONCE = 8
_BACKLOG = 600
"""Most messages that wait: MiniStack walks the whole queue for each call."""
_WORK = ("decrypt", "hydrate", "lifecycle")
_HIDDEN_SECONDS = 180 // HASTE
_LOOK_SECONDS = 1.0
_REPLAYS = 3


def main(started: float) -> int:
    """Runs it and prints the figures; raises NotProven where one is not as it should be."""
    findings, plan, figures = Findings(), Plan(_SEED), Counter[str]()
    for kind in _EVENTS:
        with findings.part(kind):
            figures += _on(kind, plan, findings)
    never = [kind for kind in KINDS if not plan.done[kind]]
    findings.expect("every kind of fault was done", not never, ", ".join(never))
    print("      " + "; ".join(f"{kind}: {plan.done[kind]}" for kind in KINDS))
    print(_told(figures, plan.done.total(), time.monotonic() - started))
    findings.conclude()
    return 0


def _told(figures: Counter[str], faults: int, seconds: float) -> str:
    changes = max(1, figures["changes"])
    return (
        f"changes: {figures['changes']}; lost: {figures['lost']}; strange: {figures['strange']}; "
        f"with two ids: {figures['two ids']}; events a change: {figures['events'] / changes:.3f}; "
        f"POSTs a POST: {1 + figures['retried'] / max(1, figures['posts']):.3f}; "
        f"faults a change: {faults / changes:.3f} of {len(KINDS)} kinds; "
        f"dead letters replayed: {figures['replayed']}; seconds: {seconds:.0f}"
    )


def _on(kind: str, plan: Plan, findings: Findings) -> Counter[str]:
    """One stack, with that kind of events queue."""
    trouble = Trouble(plan)
    with served(trouble, ADDRESSES):
        through = trouble.endpoints
        other = {
            "AwsEndpointUrl": through["aws"],
            "EntraUrl": through["entra"],
            "GraphUrl": through["graph"],
            "PublicUrl": through["url"],
            "EventsFifo": str(kind == "FIFO").lower(),
        }
        with stack("prove-chaos", subscribed=False, other=other) as running:
            trouble.stand_before(
                {
                    "aws": running.emulator.endpoint,
                    "entra": running.simulator.url,
                    "graph": running.simulator.url,
                    "url": running.emulator.api_url(API_ID),
                },
                running.sqs(),
            )
            scene = _Scene(running, kind)
            scene.subscribe()
            # As on most days the processes are there when it begins; after a kill they have to ask anew.
            scene.announce(_JOB["count"])
            scene.settle()
            trouble.on = True
            scene.announce(_CHANGES // len(_EVENTS) - _JOB["count"])
            scene.deliver()
            trouble.on = False
            scene.settle()
            scene.replay()
            scene.judge(findings)
            return scene.figures()


class _Scene:
    """A stack in trouble, and the consumer of its events."""

    def __init__(self, running: Stack, kind: str) -> None:
        self._running, self._kind = running, kind
        self._hands = Scene(running)
        self._sqs, self._queues = running.sqs(), running.deployment.queues()
        self._s3 = running.emulator.client("s3")
        self._subscriptions: list[Subscription] = []
        self._count = Count()
        self._jobs: list[str] = []
        """Those that Graph has not delivered yet."""
        self._turns = itertools.count(_SEED * 100_000)
        self._posts: Counter[str] = Counter()
        self._looked = 0.0
        self._replayed = 0

    def subscribe(self) -> None:
        """Has the product subscribe, while nothing is wrong yet."""
        running = self._running
        for queue in _WORK:
            self._hands.visibility(queue, _HIDDEN_SECONDS)
        # A GET has to find what was announced: else its event is right, and another one.
        self._hands.control.settings(editedSince=0.0)
        self._subscriptions = subscribe(
            running.emulator, running.deployment, running.identities, running.keys
        )

    def announce(self, changes: int) -> None:
        """Has Graph tell of so many, as fast as they are worked off, and ask to reauthorize by the way."""
        while changes > 0:
            turn = next(self._turns)
            order = _LARGE if turn % _LARGE_IN == 1 else _JOB
            order = order | {"count": min(order["count"], changes), "seed": turn}
            self._hands.until(self._has_room, "there is room for more changes")
            self._jobs.append(self._running.simulator.announce(order))
            changes -= order["count"]
            asked = self._subscriptions[turn % len(self._subscriptions)]
            self._hands.lifecycle(asked.id, "reauthorizationRequired")

    def deliver(self) -> None:
        """Waits until Graph has delivered all."""
        self._hands.until(self._is_delivered, "Graph has delivered")

    def settle(self) -> None:
        """Waits until Graph has delivered, and no queue has anything left."""
        self._hands.until(self._is_settled, "everything has settled")

    def replay(self) -> None:
        """Moves the dead letters as a person does, until there are none."""
        environment = bare_environment(self._running.directory) | {
            "AWS_ENDPOINT_URL": self._running.emulator.endpoint,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": EMULATOR_KEY,
            "AWS_SECRET_ACCESS_KEY": EMULATOR_KEY,
        }
        for queue in [*_WORK] * _REPLAYS:
            if not self._hands.waiting(f"{queue}-dead-letters"):
                continue
            words = ["replay", "--queue", queue, "--move", "--output", "json"]
            done = subprocess.run(
                [binary("teamwire"), *words],
                env=environment,
                cwd=self._running.directory,
                stdout=subprocess.PIPE,
                text=True,
                check=False,
            )
            self._replayed += sum(json.loads(line)["moved"] for line in done.stdout.splitlines())
            self.settle()

    def judge(self, findings: Findings) -> None:
        """Holds what was announced against what arrived."""

        def expect(what: str, met: bool, detail: object = "") -> None:
            findings.expect(f"{self._kind}: {what}", met, str(detail))

        count, posts = self._count, self._posts
        accepted = f"{posts['accepted']} of {posts['posts']}"
        expect("every POST was answered 2xx in the end", posts["accepted"] == posts["posts"], accepted)
        expect("every change has a key of its own", count.announced == count.changes, count.changes)
        for what, keys in (
            ("none is lost", count.lost()),
            ("nothing else came", count.strange()),
            ("each has one id, of its own", count.many_ids()),
            ("each says what happened", count.other_content()),
        ):
            expect(what, not keys, f"{len(keys)} of {count.changes}; {sorted(keys)[:3]}")
        letters = {
            name: look_at_dead_letters(self._sqs, url)
            for name, url in self._queues.items()
            if "-dead-letters" in name or name == "quarantine"
        }
        left = {name: its for name, its in letters.items() if its}
        expect("no dead letter is left, and none in quarantine", not left, left)
        tenants = self._running.order({"action": "list"})["tenants"]
        kept = [each for tenant in tenants for each in tenant["changes"] if each["action"] == "keep"]
        violations = self._hands.control.stats()["violations"]
        all_kept = len(kept) == len(self._subscriptions) and not violations
        expect("every subscription is there still", all_kept, violations or len(kept))

    def figures(self) -> Counter[str]:
        """All that was counted."""
        return self._posts + Counter(
            {
                "changes": self._count.changes,
                "events": self._count.deliveries,
                "lost": len(self._count.lost()),
                "strange": len(self._count.strange()),
                "two ids": len(self._count.many_ids()),
                "replayed": self._replayed,
            }
        )

    def _has_room(self) -> bool:
        self._drain()
        self._look()
        if len(self._jobs) >= _JOBS_AT_ONCE:
            return False
        return sum(self._hands.waiting(queue) for queue in _WORK) < _BACKLOG

    def _is_delivered(self) -> bool:
        self._drain()
        self._look()
        return not self._jobs

    def _is_settled(self) -> bool:
        # In this order: what leaves one of these is on the events queue before.
        idle = self._is_delivered() and not any(map(self._hands.waiting, _WORK))
        return not self._drain() and idle

    def _drain(self) -> bool:
        """Takes what is on the events queue; whether there was anything."""
        drained = False
        while taken := take_events(self._sqs, self._queues[_EVENTS[self._kind]], 0):
            drained = True
            for arrival in taken:
                self._count.arrive(self._whole(arrival.event))
        return drained

    def _whole(self, event: Event) -> Event:
        """The event with the data that it leads to."""
        if "dataref" not in event:
            return event
        bucket, _, key = event["dataref"].removeprefix("s3://").partition("/")
        return event | {"data": json.load(self._s3.get_object(Bucket=bucket, Key=key)["Body"])}

    def _look(self) -> None:
        """Counts what Graph has delivered meanwhile. A ledger is a megabyte."""
        if time.monotonic() < self._looked + _LOOK_SECONDS:
            return
        for job in list(self._jobs):
            ledger = self._running.simulator.job(job)
            if ledger["done"]:
                self._jobs.remove(job)
                self._posts.update({name: ledger[name] for name in ("posts", "accepted", "retried")})
                for change in ledger["changes"]:
                    self._count.announce(change)
        self._looked = time.monotonic()
