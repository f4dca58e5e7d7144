"""The work of the buttons: nothing that a person could not do by a command."""

import json
import shlex
import subprocess
import threading
import time
from dataclasses import dataclass
from typing import Any

from ..checkout import ROOT, binary
from ..problem import Problem
from ..simulator import SimulatorRefused
from ..stack import Stack
from ..watch import Held, Watch

LARGE_BYTES = 1_500_000
"""More than the 1 MiB that a queue takes."""

RETRY_AFTER_SECONDS = 5
_REPLAY_SECONDS = 120
_DENIAL = "cut-off"

SENT: dict[str, dict[str, Any]] = {
    "rich": {"rich": 1},
    "basic": {"rich": 0},
    # Of this seed comes no message of Teams' own, which are never large.
    "large": {"rich": 1, "bytes": [LARGE_BYTES], "seed": 1},
    "deleted": {"rich": 0, "deleted": 1},
    "tampered": {"rich": 1, "faults": {"tamper": 1}},
    "unknown": {"rich": 1, "faults": {"wrongClientState": 1}},
    "forged": {"rich": 1, "faults": {"wrongToken": 1}},
}
"""The announcements of Graph by the name of the button."""


class Impossible(Problem):
    """A wish that can't be granted now; the text is for the page."""


@dataclass(frozen=True)
class Ran:
    """A command that was run, as a person would type it, and what came of it."""

    command: str
    status: int
    output: str


class Actions:
    """Safe from any thread."""

    def __init__(self, running: Stack, watch: Watch) -> None:
        self._running, self._watch = running, watch
        self._cutting, self._replaying = threading.Lock(), threading.Lock()
        self._iam = running.emulator.client("iam")
        function = running.deployment.functions()["ingest"]
        configuration = running.emulator.client("lambda").get_function_configuration(
            FunctionName=function
        )
        self._ingest_role = configuration["Role"].rpartition("/")[2]
        self.cut = {"graph": False, "sqs": False}
        """The services that are cut off now."""

    def send(self, what: str) -> None:
        """Has Graph announce one change of a message."""
        if what not in SENT:
            raise Impossible("there is no such notification")
        order = {
            "count": 1,
            "seed": time.time_ns() % 2**32,
            "subscriptions": self._subscriptions(SENT[what]["rich"] == 1),
        }
        try:
            self._watch.announcements.ask(what, order | SENT[what])
        except SimulatorRefused as refused:
            raise Impossible(str(refused)) from refused

    def cut_off(self, what: str, off: bool) -> None:
        """Cuts Graph's answers, or ingest's way to SQS, and gives it back."""
        with self._cutting:
            if what == "graph":
                self._cut_graph(off)
            elif what == "sqs":
                self._cut_sqs(off)
            else:
                raise Impossible("nothing of that name can be cut off")
            self.cut = self.cut | {what: off}

    def remove(self, subscription: str) -> None:
        """Has Graph drop one."""
        if subscription not in {held.id for held in self._watch.state.held}:
            raise Impossible("Graph has no such subscription any more")
        try:
            self._running.simulator.remove(subscription)
        except SimulatorRefused as refused:
            raise Impossible(str(refused)) from refused

    def replay(self, queue: str, letter: str, force: bool) -> Ran:
        """Runs `teamwire replay` for one dead letter that is there."""
        if (queue, letter) not in {(each.queue, each.id) for each in self._watch.state.letters}:
            raise Impossible("this letter is not there any more")
        arguments = ["--local", "replay", "--queue", queue, "--id", letter, "--move"]
        arguments += ["--force"] * force
        with self._replaying:
            return self._run(arguments)

    def _run(self, arguments: list[str]) -> Ran:
        program = binary("teamwire")
        # Its record of what was moved belongs to the run, not to the person's home.
        environment = {
            "HOME": str(self._running.directory),
            "XDG_STATE_HOME": str(self._running.directory),
            "PATH": "/usr/bin:/bin",
        }
        try:
            done = subprocess.run(
                [str(program), *arguments, "--output", "text"],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=_REPLAY_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Impossible("teamwire replay took too long and was stopped") from None
        return Ran(
            shlex.join([str(program.relative_to(ROOT)), *arguments]),
            done.returncode,
            (done.stdout + done.stderr).strip(),
        )

    def _subscriptions(self, rich: bool) -> list[str]:
        """Those to messages: only their changes can be tampered with, large and deleted."""
        held = [each.id for each in self._watch.state.held if _fits(each, rich)]
        if not held:
            raise Impossible("no subscription to messages is there yet; try again in a moment")
        return held

    def _cut_graph(self, off: bool) -> None:
        if off:
            self._running.simulator.refuse_reads(503, RETRY_AFTER_SECONDS)
        else:
            self._running.simulator.answer_reads()

    def _cut_sqs(self, off: bool) -> None:
        if off:
            self._iam.put_role_policy(
                RoleName=self._ingest_role,
                PolicyName=_DENIAL,
                PolicyDocument=json.dumps(_DENIED),
            )
        elif self.cut["sqs"]:
            self._iam.delete_role_policy(RoleName=self._ingest_role, PolicyName=_DENIAL)


_DENIED = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Deny",
            "Action": ["sqs:SendMessage", "sqs:SendMessageBatch"],
            "Resource": "*",
        }
    ],
}


def _fits(held: Held, rich: bool) -> bool:
    return held.rich == rich and held.resource.strip("/").endswith("Messages")
