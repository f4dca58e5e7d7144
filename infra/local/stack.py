"""The whole local run: emulator, simulator, deployment and subscriptions, up and down as one."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .certificates import EnvelopeKeys, make_envelope_keys
from .checkout import run_directory
from .deploy import Deployment, deploy
from .emulator import Emulator, emulator
from .identities import Identities
from .simulator import Simulator, simulator
from .subscriptions import Subscription, subscribe


@dataclass(frozen=True)
class Stack:
    """Everything that runs, and how to reach it."""

    directory: Path
    identities: Identities
    keys: EnvelopeKeys
    emulator: Emulator
    simulator: Simulator
    deployment: Deployment
    subscriptions: list[Subscription]

    def check(self) -> None:
        """Raises ChildDied when a program of the stack has ended."""
        self.emulator.child.check()
        self.simulator.child.check()

    def sqs(self) -> Any:
        """An SQS client."""
        return self.emulator.client("sqs")


@contextlib.contextmanager
def stack(command: str) -> Iterator[Stack]:
    """Starts it all and stops what it started, however the body ends."""
    identities = Identities()
    with (
        run_directory(command) as directory,
        simulator(directory, identities) as graph,
        emulator(directory) as aws,
    ):
        keys = make_envelope_keys(aws.client("kms"))
        deployment = deploy(aws, identities, keys, graph.url)
        subscriptions = subscribe(graph, deployment, identities, keys)
        yield Stack(directory, identities, keys, aws, graph, deployment, subscriptions)
