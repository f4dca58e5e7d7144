"""What the consumers get: real events, later and earlier states of some, and every kind of repeat."""

import datetime
import json
import random
import sys
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from local.checkout import ROOT
from local.queues import take_events, waiting
from local.stack import Stack
from local.wait import wait_until

sys.path.append(str(ROOT / "examples" / "python"))
from order import is_deletion, is_newer, shows_a_state  # noqa: E402

Event = dict[str, Any]
Part = tuple[str, str, str]

_LARGE = 20
_LARGE_BYTES = 1_200_000
_CHANGED_AGAIN = 0.2
"""Share of the events that are made of others here: the simulator changes each resource once."""
_WORK = ("decrypt", "hydrate", "events")


@dataclass(frozen=True)
class Expected:
    """What any consumer has to come to, in whatever order the events came."""

    last: dict[Part, Event]
    events: dict[Part, int]
    once: set[str]
    missing: set[str]


def make(running: Stack, count: int) -> list[Event]:
    """So many events, no two with one id but for tombstones."""
    announced = count - round(count * _CHANGED_AGAIN)
    usual = {"batch": 20, "mix": True, "deleted": 0.05, "updated": 0.2, "seed": 1}
    large = {"count": _LARGE, "bytes": [_LARGE_BYTES], "rich": 1.0, "seed": 2}
    events = _announce(running, [usual | {"count": announced - _LARGE}, large])
    chance = random.Random(1)  # noqa: S311
    versioned = [event for event in events if "contentversion" in event and "data" in event]
    while len(events) < count:
        event = chance.choice(versioned)
        events.append(chance.choice([_edited, _edited, _edited, _tombstone, _gap])(event, chance))
    return events


def _announce(running: Stack, orders: list[dict[str, Any]]) -> list[Event]:
    sqs, queues = running.sqs(), running.deployment.queues()
    jobs = [running.simulator.announce(order) for order in orders]
    events: dict[tuple[str, str], Event] = {}

    def settled() -> bool:
        running.check()
        taken = [arrival.event for arrival in take_events(sqs, queues["events"])]
        events.update({(event["id"], event["receivedat"]): event for event in taken})
        done = all(running.simulator.job(job)["done"] for job in jobs) if not taken else False
        return done and not any(waiting(sqs, queues[name]) for name in _WORK)

    wait_until("everything that was announced has come", settled, timeout=1200, poll=0.0)
    return list(events.values())


def _edited(event: Event, chance: random.Random) -> Event:
    """The same resource earlier or later. An etag is moved by itself: nothing promises that it says
    what the time does."""
    moved = _moved(event, chance.randint(-600, 600))
    if event["contentversion"].isdigit():
        shift = chance.randint(-600_000, 600_000)
        moved["contentversion"] = str(int(event["contentversion"]) + shift)
    else:
        moved["contentversion"] = moved["time"]
    return moved | {"id": uuid.uuid4().hex}


def _tombstone(event: Event, chance: random.Random) -> Event:
    gone = {"origin": "reference", "referencereason": "deleted", "id": f"gone-{event['id']}"}
    kind, _, _ = event["type"].rpartition(".")
    drop = ("contentversion", "payloadkind", "systemevent", "data")
    rest = {name: value for name, value in event.items() if name not in drop}
    data = {"@odata.id": event["subject"]}
    at = _later(event["receivedat"], chance.randint(-600, 600))
    times = {"time": at, "receivedat": at}
    return rest | gone | times | {"type": f"{kind}.deleted", "data": data}


def _gap(event: Event, _: random.Random) -> Event:
    gap: Event = json.loads((ROOT / "examples" / "events" / "gap.json").read_text())
    return gap | {"id": uuid.uuid4().hex, "tenantid": event["tenantid"]}


def _moved(event: Event, seconds: int) -> Event:
    return event | {name: _later(event[name], seconds) for name in ("time", "receivedat")}


def _later(time: str, seconds: int) -> str:
    at = datetime.datetime.fromisoformat(time.replace("Z", "+00:00"))
    later = at + datetime.timedelta(seconds=seconds)
    return later.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def with_repeats(events: list[Event], share: float) -> list[str]:
    """The bodies, that share of them twice, in no order."""
    chance = random.Random(2)  # noqa: S311
    told = events + chance.sample(events, round(len(events) * share))
    chance.shuffle(told)
    return [json.dumps(event, ensure_ascii=False) for event in told]


def expected(events: Iterable[Event]) -> Expected:
    """By the order alone: no code of a consumer's."""
    last: dict[Part, Event] = {}
    counts: dict[Part, int] = {}
    once, missing = set(), set()
    for event in events:
        if event.get("referencereason") not in ("deleted", "gone"):
            once.add(event["id"])
        if not shows_a_state(event):
            missing.add(event["id"])
            continue
        of_both = is_deletion(event) and ".chat." in event["type"]
        own = [event.get("payloadkind", "resource")]
        for part in ["resource", "viewpoint"] if of_both else own:
            key = (part, event["tenantid"], event["subject"])
            counts[key] = counts.get(key, 0) + 1
            if key not in last or is_newer(last[key], event):
                last[key] = event
    return Expected(last, counts, once, missing)
