"""The subscriptions function under test: invoked, and observed by what it recorded."""

import json
from collections.abc import Callable
from typing import Any

from local.queues import show_again_soon, waiting
from local.stack import Stack
from local.wait import wait_until

from ..control import Control

_POLL_SECONDS = 0.05
_QUIET_TURNS = 4


class FunctionUnderTest:
    """Invokes the function as the schedule and a person do."""

    def __init__(self, running: Stack, control: Control) -> None:
        self._running = running
        self._control = control
        self._lambda = running.emulator.client("lambda")
        self._s3 = running.emulator.client("s3")
        self.sqs = running.emulator.client("sqs")
        self.queues = running.deployment.queues()
        self._function = running.deployment.functions()["subscriptions"]
        self._bucket = running.deployment.outputs["ConfigBucketName"]
        self._timeouts: dict[str, tuple[int, int]] = {}
        show_again_soon(self.sqs, self.queues["lifecycle"])

    def order(self, what: dict[str, Any]) -> dict[str, Any]:
        """The answer to a command, in a process of its own.

        Between two runs of the schedule lie at least five minutes, in which tokens end and the
        rates of Graph are had again. Here they take no time: a process that has just begun is
        what comes closest.
        """
        self._until_quiet(lambda: not self.waiting("lifecycle"))
        self.restart("subscriptions")
        answer = self._lambda.invoke(
            FunctionName=self._function, Payload=json.dumps(what).encode()
        )
        report: dict[str, Any] = json.load(answer["Payload"])
        if "FunctionError" in answer:
            raise RuntimeError(f"the subscriptions function failed: {report.get('errorMessage')}")
        return report

    def restart(self, function: str) -> None:
        """Has the next event of a function met by a new process: its timeout is changed."""
        name = self._running.deployment.functions()[function]
        if function not in self._timeouts:
            seconds = self._lambda.get_function_configuration(FunctionName=name)["Timeout"]
            self._timeouts[function] = (seconds - 1, seconds)
        now, then = self._timeouts[function]
        self._timeouts[function] = (then, now)
        self._lambda.update_function_configuration(FunctionName=name, Timeout=now)

    def ids(self) -> dict[tuple[str, str], str]:
        """The subscriptions as they were noted last: tenant and resource to Graph's id."""
        found = {}
        for tenant in self._running.identities.tenants:
            key = f"coverage/{tenant}.json"
            note = json.load(self._s3.get_object(Bucket=self._bucket, Key=key)["Body"])
            found |= {(tenant, one["resource"]): one["id"] for one in note["subscriptions"]}
        return found

    def wait_for_lifecycle(self, jobs: list[str], sent: int) -> None:
        """Waits until what Graph told of subscriptions is answered: so many in all by now."""

        def is_idle() -> bool:
            told = self._control.stats()["lifecycleNotifications"] >= sent
            return (
                told and all(map(self._control.is_done, jobs)) and not self.waiting("lifecycle")
            )

        self._until_quiet(is_idle)

    def _until_quiet(self, is_idle: Callable[[], bool]) -> None:
        quiet = 0

        def turns() -> int:
            nonlocal quiet
            self._running.check()
            quiet = quiet + 1 if is_idle() else 0
            return quiet

        # What was sent may be on its way to the queue.
        what = "the lifecycle queue is worked off"
        wait_until(what, turns, lambda count: count > _QUIET_TURNS, poll=_POLL_SECONDS)

    def waiting(self, queue: str) -> int:
        """The number of messages on a queue."""
        return waiting(self.sqs, self.queues[queue])
