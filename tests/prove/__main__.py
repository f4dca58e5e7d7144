"""The proofs: each works the real thing hard, and its exit status says whether all holds."""

import sys

from local import commands

from . import all_proofs, fresh
from .bus import proof as bus
from .calls import proof as calls
from .chaos import proof as chaos
from .doctor import proof as doctor
from .everyday import proof as everyday
from .examples import proof as examples
from .infra import proof as infra
from .replay import proof as replay
from .resources import proof as resources
from .runbook import proof as runbook
from .subscriptions import proof as subscriptions

COMMANDS = {
    "all": (all_proofs.main, "run every proof, go on after one that fails, print a table"),
    "bus": (
        bus.main,
        "put 10,000 events on a bus that refuses some, kill relay meanwhile: none lost behind a rule, nor in the archive",
    ),
    "calls": (
        calls.main,
        "have everything ask AWS all that it ever asks; AWS's models and the roles' grants judge it",
    ),
    "chaos": (
        chaos.main,
        "the whole stack while AWS, Graph and Entra fail and processes are killed: none lost, one id each",
    ),
    "doctor": (
        doctor.main,
        "break one thing after the other as people do; doctor has to name each and nothing else",
    ),
    "everyday": (
        everyday.main,
        "what a newcomer, an operator and a consumer do beside make run, each by a command",
    ),
    "examples": (
        examples.main,
        "the consumers of examples/: their tests, then events with repeats and kills to each",
    ),
    "fresh": (
        fresh.main,
        "the README's commands, each the first one of a new clone on an empty machine",
    ),
    "replay": (
        replay.main,
        "replay 40,000 dead letters by filter at a rate, killed halfway and resumed",
    ),
    "infra": (
        infra.main,
        "deploy with SAM and with Terraform, drive and remove each, hold both against the contract",
    ),
    "resources": (
        resources.main,
        "subscribe to every path of Teams, follow every kind of change, hold it against the table",
    ),
    "runbook": (
        runbook.main,
        "bring about the situation of each section of docs/RUNBOOK.md, type its commands",
    ),
    "subscriptions": (
        subscriptions.main,
        "keep 1,000 subscriptions alive for ten simulated days of trouble, rotate a certificate",
    ),
}


if __name__ == "__main__":
    sys.exit(commands.run("prove", __doc__, COMMANDS))
