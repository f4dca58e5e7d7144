"""`run`: a trickle of changes, and each CloudEvent as it lands, until Ctrl-C."""

import contextlib
import json
import shlex
import sys
import time
from collections.abc import Iterator
from typing import Any

from .checkout import ROOT, binary, only_run
from .deploy import STACK
from .environment import EMULATOR_KEY, REGION
from .interrupt import Interrupted
from .loopback import json_request
from .page import Actions, page
from .queues import Arrival, pass_on
from .simulator import send
from .stack import Stack, stack
from .watch import Watch

_ENV = ROOT / ".local" / "env"
"""Variables of the running stack, to be sourced; `teamwire --local` reads it too."""
_URLS = ROOT / ".local" / "urls"
"""The file that `make urls` prints again."""
_PASSED_ON = f"{STACK}-passed-on-tail"
"""Copies of events that were shown here, for `teamwire --local tail`: else each would see half."""
_SHOWN_CHARS = 100

_PARTS = {
    "id": "the same however often it comes: drop what you have seen",
    "type": "what changed, and how",
    "subject": "the resource; keep the last state of each",
    "origin": "decrypted, hydrated, backfilled, or a reference without data",
    "contentversion": "the later of two states has the greater one",
    "data": "the resource, as Graph has it",
}


def main(started: float) -> int:
    """Prints how to take part, then events; returns when it is interrupted."""
    with only_run():
        return _run(started)


def _run(started: float) -> int:
    print("starting the emulator and the simulator, deploying infra/sam/template.yaml", flush=True)
    try:
        with stack("run", tail=True) as running:
            _consent(running)
            watch = Watch(running)
            actions = Actions(running, watch)
            with (
                page(actions, lambda: watch.state, watch.look_soon) as served,
                _written(running, served.url) as invitation,
            ):
                print(invitation, flush=True)
                _show(running, watch, started)
    except Interrupted:
        print("\nstopped; nothing is left running")
    return 0


def urls(_started: float) -> int:
    """Prints again what `run` printed when it began."""
    if not _URLS.is_file():
        print("nothing is running from this checkout: make run starts it", file=sys.stderr)
        return 1
    print(_URLS.read_text(), end="")
    return 0


def variables(running: Stack) -> dict[str, str]:
    """The variables that a program needs to take part in the stack."""
    queues = running.deployment.queues()
    return {
        "AWS_ENDPOINT_URL": running.emulator.endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": EMULATOR_KEY,
        "AWS_SECRET_ACCESS_KEY": EMULATOR_KEY,
        "TEAMWIRE_EVENTS_QUEUE_URL": queues["events"],
        "TEAMWIRE_TAIL_QUEUE_URL": running.sqs().create_queue(
            QueueName=_PASSED_ON, Attributes={"MessageRetentionPeriod": "3600"}
        )["QueueUrl"],
        "TEAMWIRE_NOTIFICATION_URL": running.deployment.notification_url,
        "TEAMWIRE_LIFECYCLE_URL": running.deployment.lifecycle_url,
        "TEAMWIRE_CLIENT_STATE_SECRET": running.deployment.outputs["ClientStateSecretArn"],
        "GRAPH_SIMULATOR_URL": running.simulator.url,
        "GRAPH_SIMULATOR_TENANTS": ",".join(running.identities.tenants),
        "GRAPH_SIMULATOR_APP_ID": running.identities.app_id,
        "GRAPH_SIMULATOR_CLIENT_SECRET": running.identities.client_secret,
    }


def exported(values: dict[str, str]) -> str:
    """As a shell sources them."""
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in values.items())


def _consent(running: Stack) -> None:
    """An administrator's consent to all that tokens have already, and to the app's own entry."""
    roles = running.simulator.permissions(running.identities.tenants[0])
    url = f"{running.simulator.url}/simulator/servicePrincipal"
    send(json_request("POST", url, {"roles": [*roles, "Application.Read.All"]}))


@contextlib.contextmanager
def _written(running: Stack, page_url: str) -> Iterator[str]:
    """The variables and the invitation in files, for as long as the stack is there."""
    invitation = _invitation(running, page_url)
    folder = shlex.quote(str(binary("teamwire").parent))
    _ENV.touch(mode=0o600)
    _ENV.write_text(exported(variables(running)) + f'export PATH={folder}:"$PATH"\n')
    _URLS.write_text(invitation + "\n")
    try:
        yield invitation
    finally:
        _ENV.unlink(missing_ok=True)
        _URLS.unlink(missing_ok=True)


def _show(running: Stack, watch: Watch, started: float) -> None:
    sqs, passed_on = running.sqs(), variables(running)["TEAMWIRE_TAIL_QUEUE_URL"]
    is_first = True
    while True:
        running.check()
        step = watch.step()
        pass_on(sqs, passed_on, [seen.arrival for seen in step.seen])
        if step.seen and is_first:
            print(f"first event {time.monotonic() - started:.1f} s after the start", flush=True)
            print(whole(step.seen[0].arrival.event), flush=True)
            is_first = False
        for seen in step.seen:
            print(line(seen.arrival, seen.milliseconds), flush=True)
        for queue, count in step.letters.items():
            of = queue.removesuffix("-dead-letters")
            print(
                f"{queue}: {count} there; teamwire --local dead-letters list --queue {of}",
                flush=True,
            )


def whole(event: dict[str, Any]) -> str:
    """All of an event, its content shortened, with a word to each part that a consumer needs."""
    rows = ["", "its event, whole:", "{"]
    for name, value in event.items():
        text = json.dumps(value)
        text = text if len(text) <= _SHOWN_CHARS else text[:_SHOWN_CHARS] + ".."
        rows.append(f"  {json.dumps(name)}: {text}")
        if name in _PARTS:
            rows.append(f"      # {_PARTS[name]}")
    return "\n".join([*rows, "}", ""])


def line(arrival: Arrival, latency: float | None) -> str:
    """One event on one line: no content, and of the tenant only as much as tells it from others."""
    event = arrival.event
    return "  ".join(
        [
            arrival.at.strftime("%H:%M:%S.%f")[:-3],
            f"{_text(event, 'type').removeprefix('microsoft.graph.'):<20}",
            f"tenant {_text(event, 'tenantid')[:8]}",
            f"{_text(event, 'origin'):<9}",
            "     - ms" if latency is None else f"{latency:6.0f} ms",
        ]
    )


def _text(event: dict[str, Any], name: str) -> str:
    """Nobody but the functions should have made it; anybody with the queue's URL can."""
    return json.dumps(str(event.get(name, "-")))[1:-1]


def _invitation(running: Stack, page_url: str) -> str:
    url = running.deployment.notification_url
    queue = running.deployment.queues()["events"]
    rows = [
        f"  {each.kind:<6}{each.resource:<22}tenant {each.tenant}" for each in running.subscriptions
    ]
    return "\n".join(
        [
            "",
            "see it happen, send more, cut something off:",
            f"  {page_url}",
            "",
            "subscribed by the subscriptions function, through the real handshake, to",
            *rows,
            "",
            f"  notifications  {url}",
            f"  lifecycle      {running.deployment.lifecycle_url}",
            f"  Graph, Entra   {running.simulator.url}",
            f"  AWS            {running.emulator.endpoint} (access key and secret: test)",
            f"  events queue   {queue}",
            f"  config bucket  {running.deployment.outputs['ConfigBucketName']}",
            f"  functions      {', '.join(running.deployment.functions().values())}",
            f"  logs           {running.directory}",
            "",
            "try the handshake, or announce twenty changes at once:",
            f"  curl -i -X POST '{url}?validationToken=Hello%3a+Graph'",
            f"  curl -X POST -H 'content-type: application/json' -d '{{\"count\": 20}}' \\",
            f"    {running.simulator.url}/simulator/announce",
            "",
            "a consumer of your own takes from the events queue; in a second terminal, the variables for",
            "boto3, the AWS CLI and teamwire, and this text again:",
            f"  source {_ENV.relative_to(ROOT)}",
            "  make urls",
            f"  {binary('teamwire').relative_to(ROOT)} --local doctor",
            "",
            "each line: when it landed, type, tenant, origin, time since Graph announced it",
            "(about 100 ms of it are the emulator's own). Ctrl-C stops everything.",
            "",
        ]
    )
