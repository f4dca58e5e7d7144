"""`up`: the stack for somebody else's tests, described by one line of JSON."""

import dataclasses
import json
import os
import select
import sys
from typing import Any

from .environment import EMULATOR_KEY, REGION
from .interrupt import Interrupted
from .stack import Stack, stack

_POLL_SECONDS = 0.2


def main(_started: float) -> int:
    """Prints the line once everything answers, and holds until stdin closes or a signal comes."""
    try:
        with stack("up") as running:
            print(json.dumps(describe(running)), flush=True)
            while not _stdin_closed():
                running.check()
    except Interrupted:
        # A signal is as good a way to end it as closing stdin.
        return 0
    return 0


def describe(running: Stack) -> dict[str, Any]:
    """Every endpoint and identity that a test needs to take part."""
    identities, keys = running.identities, running.keys
    return {
        "notificationUrl": running.deployment.notification_url,
        "lifecycleUrl": running.deployment.lifecycle_url,
        "awsEndpoint": running.emulator.endpoint,
        "awsRegion": REGION,
        "awsAccessKeyId": EMULATOR_KEY,
        "awsSecretAccessKey": EMULATOR_KEY,
        "queues": running.deployment.queues(),
        "claimBucket": running.deployment.outputs["ClaimBucketName"],
        "configBucket": running.deployment.outputs["ConfigBucketName"],
        "functions": running.deployment.functions(),
        "simulatorUrl": running.simulator.url,
        "tenants": list(identities.tenants),
        "appId": identities.app_id,
        "clientSecret": identities.client_secret,
        "clientStateKey": {"id": "g", "text": running.client_state_key()},
        "certificates": {each.id: each.base64_der for each in (keys.in_secret, keys.in_kms)},
        "subscriptions": [dataclasses.asdict(each) for each in running.subscriptions],
        "directory": str(running.directory),
    }


def _stdin_closed() -> bool:
    readable, _, _ = select.select([sys.stdin], [], [], _POLL_SECONDS)
    return bool(readable) and not os.read(sys.stdin.fileno(), 4096)
