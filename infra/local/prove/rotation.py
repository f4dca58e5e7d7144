"""A certificate gives way to the next while messages are sent."""

import json
import threading
import time

from ..certificates import EnvelopeKeys, make_envelope_keys
from ..stack import Stack
from .course import Course
from .events import Arrivals
from .keeper import Keeper
from .wanted import Wanted

_NEXT = "local-next"
_TOGETHER = 10
"""Conversations in which messages are sent at once."""


def rotate(
    running: Stack,
    keeper: Keeper,
    course: Course,
    arrivals: Arrivals,
    all_wanted: list[Wanted],
) -> list[tuple[bool, str]]:
    """Expectations, each with whether it was met."""
    secrets = running.emulator.client("secretsmanager")
    secret = running.deployment.outputs["EnvelopeKeysSecretArn"]
    following: EnvelopeKeys = make_envelope_keys(running.emulator.client("kms"))
    before = {running.keys.in_secret.id: running.keys.private_pem}
    after = {_NEXT: following.private_pem}
    rich = [one for one in all_wanted if one.kind == "rich" and one.has_messages]
    first = len(course.told.heard)
    secrets.put_secret_value(SecretId=secret, SecretString=json.dumps(before | after))

    stop = threading.Event()
    problems: list[Exception] = []

    def traffic() -> None:
        try:
            turn = 0
            while not stop.is_set():
                tenants = list(dict.fromkeys(one.tenant for one in rich))
                tenant = tenants[turn % len(tenants)]
                places = [one.resource for one in rich if one.tenant == tenant]
                begin = turn * _TOGETHER % len(places)
                course.happen(tenant, places[begin : begin + _TOGETHER], _TOGETHER)
                turn += 1
                time.sleep(0.5)
        except Exception as problem:
            problems.append(problem)

    sending = threading.Thread(target=traffic, daemon=True)
    sending.start()
    time.sleep(1)
    began = time.monotonic()
    report = keeper.order(
        {
            "action": "use-certificate",
            "id": _NEXT,
            "certificate": following.in_secret.base64_der,
        }
    )
    took = time.monotonic() - began
    time.sleep(2)
    stop.set()
    sending.join()
    if problems:
        raise problems[0]
    course.note(report)
    arrivals.settle(course.control, course.told.jobs)
    moved = [
        change
        for tenant in report["tenants"]
        for change in tenant["changes"]
        if change["action"] == "move" and change.get("outcome") == "done"
    ]
    wanted = sum(one.kind == "rich" for one in all_wanted)
    secrets.put_secret_value(SecretId=secret, SecretString=json.dumps(after))
    keeper.restart("decrypt")
    for tenant in dict.fromkeys(one.tenant for one in rich):
        places = [one.resource for one in rich if one.tenant == tenant][:_TOGETHER]
        course.happen(tenant, places, _TOGETHER)
    arrivals.settle(course.control, course.told.jobs)
    kinds = {one.key: one.kind for one in all_wanted}
    of_rich = {number for key, number in keeper.ids().items() if kinds.get(key) == "rich"}
    heard = {pair for pair in course.told.heard[first:] if pair[0] in of_rich}
    lost = heard - arrivals.consumer.decrypted
    return [
        (
            len(moved) == wanted and not report["faults"],
            f"subscriptions moved to the next certificate: {len(moved)} of {wanted} in {took:.0f} "
            f"s; faults: {report['faults']}",
        ),
        (
            not lost and bool(heard),
            f"rich notifications around the rotation without their decrypted event: {len(lost)} "
            f"of {len(heard)}",
        ),
    ]
