"""Counters that do not add up: nothing that teamwire does, so a line is planted in a log."""

import json

from local.deploy import STACK

from .case import Case
from .scene import Scene

_TAKEN = {
    "ingest": "received",
    "decrypt": "taken",
    "hydrate": "taken",
    "subscriptions": "taken",
    "backfill": "taken",
}
_LOST = 7


def cases() -> list[Case]:
    """One of each function."""
    return [
        Case(
            f"{function}-imbalance",
            lambda scene, function=function, taken=taken: _plant(scene, function, taken),
            look=(f'"{taken}":',),
            over=("Nothing to do",) * (function == "subscriptions"),
        )
        for function, taken in _TAKEN.items()
    ]


def _plant(scene: Scene, function: str, taken: str) -> None:
    name = f"{STACK}-{function}"
    line = {"_aws": {"CloudWatchMetrics": []}, "function": name, taken: _LOST}
    scene.log(function, json.dumps(line))
