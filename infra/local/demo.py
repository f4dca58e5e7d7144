"""`demo`: 200 notifications, some of them twice, some tampered with; then what became of each.

Halfway the certificate is replaced: content is sealed for the key in the secret before, and for the
one in KMS after.
"""

import contextlib
import dataclasses
import time
from typing import Any

from . import schema
from .problem import NotProven
from .queues import look_at_dead_letters, take_events, waiting
from .stack import Stack, stack
from .verdict import Event, Verdict, judge, missing
from .wait import TimedOut, wait_until

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

_WORK = ("decrypt", "hydrate", "events")
"""Queues that are empty once everything has settled."""


def main(started: float) -> int:
    """Runs the demo and prints its table; raises NotProven when a check was not met."""
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
            raise NotProven("the demo failed")
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
    """Takes events until the queues have settled, or nothing has come for long."""
    sqs, queues = running.sqs(), running.deployment.queues()
    events: list[Event] = []
    ledger: dict[str, Any] = {}

    def is_settled() -> bool:
        running.check()
        taken = take_events(sqs, queues["events"])
        events.extend(arrival.event for arrival in taken)
        ledger.update(merge([running.simulator.job(job) for job in jobs]))
        idle = not taken and not any(waiting(sqs, queues[name]) for name in _WORK)
        return bool(idle and ledger["done"] and not missing(ledger["changes"], events))

    # What is missing is the verdict's to say.
    with contextlib.suppress(TimedOut):
        wait_until("everything has settled", is_settled, poll=0.0)
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
