"""`prove`: one proof after the other, whatever became of the one before, and a table of them all.

Each is a process of its own, with what it says in a file. What it says last is its key figure.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from local.checkout import ROOT
from local.problem import NotProven

_PROOFS = (
    "bus",
    "calls",
    "chaos",
    "doctor",
    "everyday",
    "infra",
    "replay",
    "resources",
    "runbook",
    "subscriptions",
)
"""PROOFS names others. `fresh` and `package` build everything anew, `page` needs Chromium and `sdk`
Node: they are run by themselves."""


@dataclass(frozen=True)
class Row:
    """The outcome of a proof."""

    name: str
    passed: bool
    seconds: float
    figure: str


def main(started: float) -> int:
    """Runs them all and prints the table; raises NotProven."""
    folder = ROOT / ".local" / "prove"
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for name in os.environ.get("PROOFS", "").split() or _PROOFS:
        rows.append(_run(name, folder / f"{name}.txt"))
        print(_line(rows[-1]), flush=True)
    title = f"{'proof':<16}{'result':<8}{'seconds':>8}  key figure"
    print("\n".join(["", title, *map(_line, rows)]))
    took = sum(row.seconds for row in rows)
    passed = sum(row.passed for row in rows)
    print(f"{passed} of {len(rows)} passed in {took:.0f} s; what each said is in {folder}")
    failed = [row.name for row in rows if not row.passed]
    if failed:
        raise NotProven(f"failed: {', '.join(failed)}")
    return 0


def _run(name: str, output: Path) -> Row:
    begun = time.monotonic()
    with output.open("w") as file:
        # In this process group: a Ctrl-C reaches it, and it stops what it has started.
        status = subprocess.call(
            [sys.executable, "-m", "prove", name],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    lines = output.read_text().strip().splitlines() or ["it said nothing"]
    return Row(name, status == 0, time.monotonic() - begun, lines[-1])


def _line(row: Row) -> str:
    result = "ok" if row.passed else "FAIL"
    return f"{row.name:<16}{result:<8}{row.seconds:>8.0f}  {row.figure}"
