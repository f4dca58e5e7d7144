"""`demo`: 200 notifications, some of them twice, some tampered with; then the reckoning.

Halfway the certificate is replaced: content is sealed for the key in the secret before, and for the
one in KMS after.
"""

import dataclasses
import time
from typing import Any

from . import schema
from .logs import save_function_logs
from .queues import look_at_dead_letters, take_events, waiting
from .stack import Stack, stack
from .verdict import Event, Verdict, judge, missing

_ORDER: dict[str, Any] = {
    "count": 100,
    "rate": 50.0,
    "batch": 5,
    "subscriptions": None,
    "mix": True,
    "deleted": 0.05,
    "updated": 0.2,
    "faults": {
        "duplicate": 0.05,
        "reorder": 0.05,
        "slow": 0.0,
        "tamper": 0.05,
        "wrongToken": 0.0,
        "wrongClientState": 0.0,
    },
}

_TITLES = ("announced", "sent twice", "tampered", "arrived", "wrong")

_SECONDS = 120.0
"""How long all of it may take. A few seconds are usual."""

_WORK = ("decrypt", "hydrate", "events")
"""Queues that are empty once everything has settled."""


class DemoFailed(Exception):
    """The demo ran, and something was not as announced."""


def main(started: float) -> int:
    """Runs the demo and prints its table; raises DemoFailed when a check was not met."""
    print("starting the emulator and the simulator, deploying infra/sam/template.yaml", flush=True)
    with stack("demo") as running:
        print(f"ready after {time.monotonic() - started:.1f} s, announcing changes", flush=True)
        jobs = [running.simulator.announce(_ORDER | {"seed": 1})]
        moved = _replace_certificate(running)
        jobs.append(running.simulator.announce(_ORDER | {"seed": 2}))
        ledger, events = _collect(running, jobs)
        queues = running.deployment.queues()
        letters = {
            name: look_at_dead_letters(running.sqs(), url)
            for name, url in sorted(queues.items())
            if name.endswith("-dead-letters") or name == "quarantine"
        }
        verdict = judge(ledger, events, letters)
        verdict.expect("every event fits docs/events.schema.json", *schema.judge(events))
        rich = sum(each.kind == "rich" for each in running.subscriptions)
        verdict.expect(
            "every rich subscription took the new certificate", moved == rich, f"{moved} of {rich}"
        )
        print(render(verdict), flush=True)
        if not verdict.passed:
            save_function_logs(running.emulator.client("logs"), running.directory)
            raise DemoFailed("the demo failed")
    print(f"the demo passed in {time.monotonic() - started:.1f} s")
    return 0


def _replace_certificate(running: Stack) -> int:
    """Makes the one whose key is in the secret current; how many subscriptions took it."""
    certificate = running.keys.in_secret
    report = running.order(
        {
            "action": "use-certificate",
            "id": certificate.id,
            "certificate": certificate.base64_der,
        }
    )
    changes = [change for tenant in report["tenants"] for change in tenant["changes"]]
    return sum(each["action"] == "move" and each["outcome"] == "done" for each in changes)


def _collect(running: Stack, jobs: list[str]) -> tuple[dict[str, Any], list[Event]]:
    """Takes events until the queues have settled or the time is up."""
    sqs, queues = running.sqs(), running.deployment.queues()
    events: list[Event] = []
    patience = time.monotonic() + _SECONDS
    while True:
        running.check()
        taken = take_events(sqs, queues["events"])
        events += [arrival.event for arrival in taken]
        ledger = merge([running.simulator.job(job) for job in jobs])
        late = time.monotonic() > patience
        if not taken and ledger["done"]:
            settled = not any(waiting(sqs, queues[name]) for name in _WORK)
            if (settled and not missing(ledger["changes"], events)) or late:
                return ledger, events
        elif late:
            return ledger, events


def merge(ledgers: list[dict[str, Any]]) -> dict[str, Any]:
    """One ledger of several jobs."""
    merged: dict[str, Any] = {"done": all(ledger["done"] for ledger in ledgers)}
    for name in ("posts", "accepted", "retried"):
        merged[name] = sum(ledger[name] for ledger in ledgers)
    merged["changes"] = [change for ledger in ledgers for change in ledger["changes"]]
    return merged


def render(verdict: Verdict) -> str:
    """The table and the checks, as text."""
    counts = [list(dataclasses.astuple(row)[1:]) for row in verdict.rows]
    rows = [(row.label, numbers) for row, numbers in zip(verdict.rows, counts, strict=True)]
    lines = ["", f"{'change':<28}" + "".join(f"{title:>12}" for title in _TITLES)]
    for label, numbers in [
        *rows,
        ("in all", [sum(column) for column in zip(*counts, strict=True)]),
    ]:
        lines.append(f"{label:<28}" + "".join(f"{number:>12}" for number in numbers))
    lines.append("")
    for what, met, detail in verdict.checks:
        lines.append(f"{'ok  ' if met else 'FAIL'}  {what} ({detail})")
    return "\n".join([*lines, ""])
