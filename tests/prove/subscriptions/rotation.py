"""A certificate gives way to the next while messages are sent."""

import json
import threading
import time
from typing import Any

from local.certificates import make_envelope_keys
from local.stack import Stack
from local.wait import wait_until

from .timeline import Timeline
from .events import Arrivals
from .function_under_test import FunctionUnderTest
from .wanted import Wanted

_NEXT = "local-next"
_KNOWN_SECONDS = 31
"""decrypt reads its secret again for an unknown certificate, but not more often than this."""
_TOGETHER = 10
"""Conversations in which messages are sent at once."""
_PAUSE_SECONDS = 0.5
_AROUND_TURNS = 4
"""The number of times that messages are sent before and after."""


class Rotation:
    """Puts the next key beside the first when it is made; `run` does the rest."""

    def __init__(
        self,
        running: Stack,
        function: FunctionUnderTest,
        timeline: Timeline,
        arrivals: Arrivals,
        all_wanted: list[Wanted],
    ) -> None:
        self._function = function
        self._course = timeline
        self._arrivals = arrivals
        self._wanted = all_wanted
        self._rich = [one for one in all_wanted if one.kind == "rich"]
        self._secrets = running.emulator.client("secretsmanager")
        self._secret = running.deployment.outputs["EnvelopeKeysSecretArn"]
        following = make_envelope_keys(running.emulator.client("kms"))
        self._certificate = following.in_secret.base64_der
        self._next = {_NEXT: following.private_pem}
        self._first_heard = len(timeline.told.heard)
        self._put({running.keys.in_secret.id: running.keys.private_pem} | self._next)
        self._ready = time.monotonic() + _KNOWN_SECONDS

    def run(self) -> list[tuple[bool, str]]:
        """Expectations, each with whether it was met."""
        time.sleep(max(0.0, self._ready - time.monotonic()))
        report, took = self._move_in_traffic()
        self._arrivals.settle(self._course.control, self._course.told.jobs)
        self._put(self._next)
        self._function.restart("decrypt")
        self._send(0, _TOGETHER * 5)
        self._arrivals.settle(self._course.control, self._course.told.jobs)
        moved = [
            change
            for tenant in report["tenants"]
            for change in tenant["changes"]
            if change["action"] == "move" and change.get("outcome") == "done"
        ]
        sealed = self._sealed()
        lost = sealed - self._arrivals.consumer.decrypted
        return [
            (
                len(moved) == len(self._rich) and not report["faults"],
                f"subscriptions moved to the next certificate: {len(moved)} of "
                f"{len(self._rich)} in {took:.0f} s; faults: {report['faults']}",
            ),
            (
                not lost and bool(sealed),
                "messages told sealed around the rotation without a decrypted event: "
                f"{len(lost)} of {len(sealed)}",
            ),
        ]

    def _move_in_traffic(self) -> tuple[dict[str, Any], float]:
        stop = threading.Event()
        problems: list[Exception] = []
        turns = 0

        def traffic() -> None:
            nonlocal turns
            try:
                while not stop.wait(_PAUSE_SECONDS):
                    self._send(turns, _TOGETHER)
                    turns += 1
            except Exception as problem:  # told below, in the thread that can end the run
                problems.append(problem)

        def some_are_sent() -> None:
            enough = turns + _AROUND_TURNS
            wait_until("messages are sent", lambda: bool(problems) or turns >= enough)

        sending = threading.Thread(target=traffic, daemon=True)
        sending.start()
        some_are_sent()
        began = time.monotonic()
        order = {"action": "use-certificate", "id": _NEXT, "certificate": self._certificate}
        report = self._function.order(order)
        took = time.monotonic() - began
        some_are_sent()
        stop.set()
        sending.join()
        if problems:
            raise problems[0]
        self._course.note(report)
        return report, took

    def _send(self, turn: int, count: int) -> None:
        tenants = list(dict.fromkeys(one.tenant for one in self._rich))
        tenant = tenants[turn % len(tenants)]
        places = [
            one.resource for one in self._rich if one.tenant == tenant and one.has_messages
        ]
        begin = turn * _TOGETHER % len(places)
        self._course.happen(tenant, places[begin : begin + _TOGETHER], count)

    def _sealed(self) -> set[tuple[str, str]]:
        """Tenant and path of what rich subscriptions were told of since the next key was there."""
        kinds = {one.key: one.kind for one in self._wanted}
        rich = {
            subscription: tenant
            for (tenant, resource), subscription in self._function.ids().items()
            if kinds.get((tenant, resource)) == "rich"
        }
        heard = self._course.told.heard[self._first_heard :]
        return {(rich[subscription], path) for subscription, path in heard if subscription in rich}

    def _put(self, keys: dict[str, str]) -> None:
        self._secrets.put_secret_value(SecretId=self._secret, SecretString=json.dumps(keys))
