"""The whole local run: emulator, simulator, deployment and subscriptions, up and down as one."""

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .certificates import USUAL_DAYS, EnvelopeKeys, make_envelope_keys
from .checkout import run_directory
from .deploy import Deployment, deploy
from .emulator import Emulator, emulator
from .identities import Identities
from .logs import save_function_logs
from .simulator import Simulator, simulator
from .subscriptions import Subscription, order, subscribe


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

    def client_state_key(self) -> str:
        """The key that client states are minted with: made at deployment, and only read here."""
        secret = self.deployment.outputs["ClientStateSecretArn"]
        answer = self.emulator.client("secretsmanager").get_secret_value(SecretId=secret)
        return str(json.loads(answer["SecretString"])["generated"])

    def order(self, what: dict[str, Any]) -> dict[str, Any]:
        """The answer of the subscriptions function to a command."""
        return order(self.emulator, self.deployment, what)


@contextlib.contextmanager
def stack(
    command: str,
    identities: Identities | None = None,
    subscribed: bool = True,
    tail: bool = False,
    other: Mapping[str, str] | None = None,
    certificate_days: int = USUAL_DAYS,
) -> Iterator[Stack]:
    """Starts it all and stops what it started, however the body ends.

    `other` are parameters of the template that are to be otherwise.
    """
    identities = identities or Identities()
    with (
        run_directory(command) as directory,
        simulator(directory, identities) as graph,
        emulator(directory) as aws,
    ):
        keys = make_envelope_keys(aws.client("kms"), certificate_days)
        deployment = deploy(aws, identities, keys, graph.url, tail, other)
        subscriptions = subscribe(aws, deployment, identities, keys) if subscribed else []
        try:
            yield Stack(directory, identities, keys, aws, graph, deployment, subscriptions)
        except Exception:
            save_function_logs(aws.client("logs"), directory)
            raise
