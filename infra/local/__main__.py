"""The commands: `up` for tests, `run` for a person to watch, `demo` to prove that it works."""

import sys

from . import (
    commands,
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


if __name__ == "__main__":
    sys.exit(commands.run("local", __doc__, COMMANDS))
