"""`prove-calls`: has every function, and the command line, ask of AWS all that they ever ask.

The real binaries on the emulator, behind a proxy that writes each request down. Where AWS has to fail
for a request to be made, the proxy answers in its place. What was written is then judged by AWS's own
models and table of actions, which `prove.oracles.aws` has.
"""

import contextlib
import dataclasses
import functools
import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from local.certificates import as_pem
from local.checkout import FUNCTIONS, ROOT, binary
from local.deploy import STACK
from local.environment import EMULATOR_KEY, REGION, bare_environment
from local.loopback import json_request
from local.problem import Problem
from local.simulator import send
from local.stack import Stack, stack
from local.subscriptions import kinds_of, subscribe, wanted
from local.translate import API_ID

from ..bus.proof import made_event
from ..doctor.baseline import ROLES
from ..doctor.proxy import Asked as Post
from ..doctor.proxy import Proxy, passing, start_proxy
from ..doctor.proxy import Said as Answer
from ..findings import Findings
from ..resources.proof import _minted_state, _order, _request, _resource
from ..runbook.scene import Scene
from .recorder import REFUSAL, Asked, Recorder, Said, recorder

RECORD = ROOT / "target" / "calls"
ORACLE = ROOT / ".venv-oracle" / "bin" / "python"
_TYPED = "teamwire"
_BUS = "teamwire-bus"
_TOO_LARGE = 1_000_000
_SECONDS = 120
_MEBIBYTE = 1024 * 1024
_GRAPH = "graph"
_MISSING = {"sha256": "0" * 64, "bytes": 1}
# What becomes a dead letter, and with its reason is larger than a queue takes.
_BRIMFUL = "x" * (_MEBIBYTE - 8)


class CallsNotMade(Problem):
    """A command of teamwire ended otherwise than it should."""


def main(started: float) -> int:
    """Makes a new record, in target/calls, and has it judged; raises NotProven."""
    if not ORACLE.is_file():
        raise CallsNotMade("AWS's models are not installed; `make prove-calls` does that")
    shutil.rmtree(RECORD, ignore_errors=True)
    RECORD.mkdir(parents=True)
    names: dict[str, str] = {}
    findings = Findings()
    for credentials in ("secret", "federated"):
        other = {"Credentials": ""} if credentials == "secret" else {}
        with findings.part(f"credentials: {credentials}"), _recorded(other) as one:
            names |= one.names()
            (RECORD / "names.json").write_text(json.dumps(names))
            parts = [one.announce, one.fail]
            if credentials == "secret":
                parts += [one.keep_content, one.type_everything]
            for part in parts:
                with findings.part(part.__name__.replace("_", " ")):
                    part()
    with findings.part("a bus"), _recorded({"EventBus": _BUS}) as one:
        names |= one.names()
        (RECORD / "names.json").write_text(json.dumps(names))
        one.relay()
    print(f"recorded in {time.monotonic() - started:.0f} s: {RECORD / 'calls.jsonl'}", flush=True)
    command = [ORACLE, "-m", "prove.oracles.aws", RECORD]
    if subprocess.call(command, cwd=ROOT / "tests", stdin=subprocess.DEVNULL):
        findings.failed.append("a call is invalid, or a grant missing or spare")
    findings.conclude()
    return 0


@contextlib.contextmanager
def _recorded(other: dict[str, str]) -> Iterator["_Recorded"]:
    path = RECORD / "calls.jsonl"
    with (
        start_proxy() as before,
        stack(
            "prove-calls", subscribed=False, tail=True, other=other | {"PublicUrl": before.url}
        ) as running,
    ):
        before.behind = running.emulator.api_url(API_ID)
        made = running.emulator, running.deployment, running.identities, running.keys
        running = dataclasses.replace(running, subscriptions=subscribe(*made))
        aws, graph = running.emulator.endpoint, running.simulator.url
        with (
            recorder(aws, f"{graph}/sts", path, (*FUNCTIONS, _TYPED)) as proxy,
            recorder(graph, graph, path, (_GRAPH,)) as large,
        ):
            large.behaviour = _large_content
            one = _Recorded(running, proxy, before)
            one.lead_through_the_proxy()
            one.variables("hydrate", TEAMWIRE_GRAPH_URL=large.endpoints[_GRAPH])
            yield one


class _Recorded:
    """A running stack behind the proxy."""

    def __init__(self, running: Stack, proxy: Recorder, before: Proxy) -> None:
        self._running, self._proxy, self._before = running, proxy, before
        self._scene = Scene(running)
        self._queues = running.deployment.queues()
        self._outputs = running.deployment.outputs

    def lead_through_the_proxy(self) -> None:
        """Gives each function an address of AWS of its own."""
        self._scene.stop_schedule()
        for function in self._running.deployment.functions():
            address = self._proxy.endpoints[function]
            self.variables(function, AWS_ENDPOINT_URL=address, AWS_ENDPOINT_URL_STS=address)

    def variables(self, function: str, **values: str) -> None:
        """Sets variables of a function; its next event meets a new process."""
        functions, name = self._running.emulator.client("lambda"), f"{STACK}-{function}"
        held = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        functions.update_function_configuration(
            FunctionName=name, Environment={"Variables": held | values}
        )
        self._scene.restart(function)

    def names(self) -> dict[str, str]:
        """The contract's names of resources, by the names in calls."""
        named = {url: name for name, url in self._queues.items()}
        for output, name in (
            ("ClientStateSecretArn", "client-states"),
            ("EnvelopeKeysSecretArn", "envelope-keys"),
            ("CredentialsSecretArn", "credentials"),
            ("ClaimBucketName", "claims"),
            ("ConfigBucketName", "config"),
        ):
            if output in self._outputs:
                named[self._outputs[output]] = name
        return named | {self._running.keys.kms_arn: "kms-keys", _BUS: "event-bus"}

    def announce(self) -> None:
        """Changes of every kind, sealed for both keys; a gap; an item that no route fits."""
        running, scene = self._running, self._scene
        tenant = running.identities.tenants[0]
        self._forget_what_was_heard()
        first = running.simulator.announce({"count": 60, "deleted": 0.2, "updated": 0.2, "mix": True})
        scene.done(first)
        certificate = running.keys.in_secret
        order = {"id": certificate.id, "certificate": certificate.base64_der}
        running.order({"action": "use-certificate", **order})
        scene.done(running.simulator.announce({"count": 20, "seed": 7}))
        running.order({"action": "reconcile"})
        since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 600))
        running.order({"action": "backfill", "tenant": tenant, "since": since})
        state = _minted_state(running, tenant)
        item = {"tenantId": tenant, "clientState": state, "changeType": "created"}
        deletion = item | {
            "subscriptionId": "s",
            "changeType": "deleted",
            "resource": "chats('19:a@thread.v2')/messages('1')",
        }
        body = {"value": [item, deletion]}
        send(json_request("POST", running.deployment.notification_url, body))
        scene.holds("quarantine", 1)
        # Graph's token says nothing of how much was sealed.
        self._before.behaviour = self._inflated
        scene.done(running.simulator.announce({"count": 20, "seed": 9}))
        self._before.behaviour = passing
        self._settle()

    def _inflated(self, asked: Post, _: Callable[[], Answer]) -> Answer | None:
        """A sealed notification that is larger than a queue takes; nothing opens it any more."""
        body = json.loads(asked.body) if asked.body else {}
        for item in body.get("value", []):
            if sealed := item.get("encryptedContent"):
                sealed["data"] += "A" * _MEBIBYTE
        changed = json.dumps(body).encode() if body else asked.body
        return self._before.ask(Post(asked.path, changed))

    def _forget_what_was_heard(self) -> None:
        store, bucket = self._running.emulator.client("s3"), self._outputs["ConfigBucketName"]
        for each in store.list_objects_v2(Bucket=bucket, Prefix="heard/").get("Contents", []):
            store.delete_object(Bucket=bucket, Key=each["Key"])

    def fail(self) -> None:
        """AWS is not there for a while; and messages that nobody can do anything with."""
        sqs = self._running.sqs()
        claim = {"version": "claim.v1", "receivedAt": 0, "body": _MISSING}
        event = {
            "version": "lifecycle.v1",
            "receivedAt": 0,
            "body": {
                "tenantId": self._running.identities.tenants[0],
                "subscriptionId": "s",
                "event": "missed",
            },
        }
        for queue in ("decrypt", "hydrate", "backfill", "lifecycle"):
            function = "subscriptions" if queue == "lifecycle" else queue
            self._scene.restart(function)
            text = json.dumps(event if queue == "lifecycle" else claim)
            self._proxy.behaviour = functools.partial(_no_bucket, function)
            deferred = self._more(function, "AmazonSQS.SendMessageBatch")
            sqs.send_message(QueueUrl=self._queues[queue], MessageBody=text, MessageGroupId="a")
            self._scene.until(deferred, f"{queue}: a deferral")
            self._proxy.behaviour = _passed_on
            poison = "{}" if queue == "lifecycle" else _BRIMFUL
            for body in (poison, text):
                sqs.send_message(QueueUrl=self._queues[queue], MessageBody=body, MessageGroupId="a")
            self._scene.holds(f"{queue}-dead-letters", 1)

    def relay(self) -> None:
        """Events, one that is larger than a bus takes, and what is no event."""
        asked = [
            self._more("relay", what)
            for what in ("AWSEvents.PutEvents", '"method": "PUT"', "AmazonSQS.SendMessageBatch")
        ]
        self._scene.done(self._running.simulator.announce({"count": 5}))
        sqs, url = self._running.sqs(), self._queues["events"]
        for body in (made_event(-1, "a" * _TOO_LARGE), "poison"):
            sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="a")
        self._scene.until(lambda: all(each() for each in asked), "relay has asked for everything")

    def _more(self, function: str, what: str) -> Callable[[], bool]:
        """True once a function has asked for something since now."""

        def asked() -> int:
            lines = (RECORD / "calls.jsonl").read_text().splitlines()
            return sum(f'"caller": "{function}"' in line and what in line for line in lines)

        before = asked()
        return lambda: asked() > before

    def keep_content(self) -> None:
        """A recording that is kept part by part, and one of which S3 does not take the end."""
        running = self._running
        for function in ("ingest", "hydrate"):
            self.variables(function, TEAMWIRE_MEETING_CONTENT="transcripts,recordings")
        for turn, kind in enumerate(("Transcripts", "Recordings", "Recordings")):
            if turn == 2:
                self._proxy.behaviour = _no_end
            resource = _resource(f"users/{{user-id}}/onlineMeetings/getAll{kind}", 500 + turn)
            tenant = running.identities.tenants[0]
            running.simulator.bring_about(tenant, [resource])
            request = _request(running, resource, ["created"], None)
            made = running.simulator.subscribe(tenant, request)["id"]
            aborted = self._more("hydrate", '"method": "DELETE"')
            job = running.simulator.announce(_order(["created"], made, kind, 500 + turn))
            self._scene.done(job)
            if turn == 2:
                self._scene.until(aborted, "an upload is given up")
                self._proxy.behaviour = _passed_on
            self._settle()
            running.simulator.unsubscribe(running.identities.tenants[0], made)

    def _settle(self) -> None:
        def idle() -> bool:
            self._scene.drain()
            return not any(self._scene.waiting(name) for name in ("decrypt", "hydrate", "backfill"))

        self._scene.until(idle, "everything is settled")

    def type_everything(self) -> None:
        """Each command of teamwire that asks AWS."""
        running = self._running
        folder, tenant = running.directory, running.identities.tenants[0]
        roles = {"roles": list(ROLES)}
        principal = f"{running.simulator.url}/simulator/servicePrincipal"
        send(json_request("POST", principal, roles))
        (folder / "subscriptions.toml").write_text(wanted(kinds_of(running.identities.tenants)))
        (folder / "certificate.pem").write_text(as_pem(running.keys.in_kms))
        secret = self._outputs["EnvelopeKeysSecretArn"]
        certificate = running.keys.in_kms
        order = {"id": certificate.id, "certificate": certificate.base64_der}
        running.order({"action": "use-certificate", **order})
        since = ("--since", "1h")
        for command, *arguments in (
            ("subscriptions", "apply", "subscriptions.toml"),
            ("subscriptions", "plan"),
            ("subscriptions", "list"),
            ("doctor", "--only", "keys"),
            ("certificate", "rotate", "--id", "typed", "--secret", secret),
            ("certificate", "status"),
            ("certificate", "new", "--id", "created", "--kms-create", "alias/created"),
            ("certificate", "retire", "--id", "local-secret", "--secret", secret),
            ("backfill", "--tenant", tenant, *since),
            ("doctor",),
            ("doctor", "--send"),
            ("tail", "--max", "1"),
            ("tail", "--peek", "--max", "1"),
            ("dead-letters", "list", "--queue", "decrypt"),
            ("replay", "--queue", "decrypt", "--move", "--force", "--max", "1"),
            ("replay", "--all", "--move", "--force"),
        ):
            self._type(folder, command, *arguments)

    def _type(self, folder: Path, *words: str) -> None:
        environment = bare_environment(folder) | {
            "AWS_ENDPOINT_URL": self._proxy.endpoints[_TYPED],
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": EMULATOR_KEY,
            "AWS_SECRET_ACCESS_KEY": EMULATOR_KEY,
        }
        done = subprocess.run(
            [binary("teamwire"), *words],
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        print(f"{done.returncode}  teamwire {' '.join(words)}", flush=True)
        if done.returncode not in (0, 1):
            raise CallsNotMade(f"teamwire {' '.join(words)}: {done.stderr.strip()}")


def _passed_on(_: Asked) -> Said | None:
    """Everything goes on to the emulator."""
    return None


def _no_bucket(function: str, asked: Asked) -> Said | None:
    """S3 does not give a function anything."""
    return REFUSAL if asked.caller == function and asked.method == "GET" else None


def _no_end(asked: Asked) -> Said | None:
    """S3 does not take the end of an upload."""
    return REFUSAL if "uploadId" in asked.target and asked.method == "POST" else None


def _large_content(asked: Asked) -> Said | None:
    """A recording that is larger than a part of an upload."""
    if not asked.target.endswith("/content"):
        return None
    return 200, [("content-type", "video/mp4")], b"x" * 6 * _MEBIBYTE
