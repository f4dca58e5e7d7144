"""The commands: `up` for tests, `run` for a person to watch, `demo` to prove that it works."""

import argparse
import sys
import time

from . import (
    demo,
    prove_all,
    prove_calls,
    prove_doctor,
    prove_fresh,
    prove_infra,
    prove_replay,
    prove_resources,
    prove_runbook,
    prove_subscriptions,
    run,
    up,
)
from .environment import leave_the_real_account
from .interrupt import Interrupted, interruptible
from .problem import Problem

COMMANDS = {
    "up": (
        up.main,
        "start the stack, print its endpoints as one JSON line, hold until stdin closes",
    ),
    "run": (run.main, "start the stack, send a steady trickle, print each event as it lands"),
    "demo": (demo.main, "send 200 notifications, check every event and dead letter, then stop"),
    "prove": (prove_all.main, "run every proof, go on after one that fails, print a table"),
    "prove-calls": (
        prove_calls.main,
        "have everything ask AWS all that it ever asks; AWS's models and the roles' grants judge it",
    ),
    "prove-doctor": (
        prove_doctor.main,
        "break one thing after the other as people do; doctor has to name each and nothing else",
    ),
    "prove-fresh": (
        prove_fresh.main,
        "the README's commands, each the first one of a new clone on an empty machine",
    ),
    "prove-replay": (
        prove_replay.main,
        "replay 40,000 dead letters by filter at a rate, killed halfway and resumed",
    ),
    "prove-infra": (
        prove_infra.main,
        "deploy with SAM and with Terraform, drive and remove each, hold both against the contract",
    ),
    "prove-resources": (
        prove_resources.main,
        "subscribe to every path of Teams, follow every kind of change, hold it against the table",
    ),
    "prove-runbook": (
        prove_runbook.main,
        "bring about the situation of each section of docs/RUNBOOK.md, type its commands",
    ),
    "prove-subscriptions": (
        prove_subscriptions.main,
        "keep 1,000 subscriptions alive for ten simulated days of trouble, rotate a certificate",
    ),
}


def main() -> int:
    """Runs one command and turns what can go wrong into one line and an exit status."""
    started = time.monotonic()
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (_, summary) in COMMANDS.items():
        commands.add_parser(name, help=summary, description=summary)
    command, _ = COMMANDS[parser.parse_args().command]
    leave_the_real_account()
    try:
        with interruptible():
            return command(started)
    except Interrupted as interrupted:
        return interrupted.exit_status
    except Problem as problem:
        print(f"teamwire local: {problem}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
