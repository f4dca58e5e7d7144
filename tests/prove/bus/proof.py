"""`prove-bus`: events through the real relay to a bus, by rules to queues and to an archive; none lost.

The stack is the whole one, deployed with a bus and an archive. Between relay and the bus, the emulator's, stands a
proxy that refuses entries, refuses requests and loses answers, as AWS does now and then; the relay's
process is killed meanwhile. The last line has the figures.
"""

import collections
import itertools
import json
import os
import signal
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from local.checkout import binary
from local.deploy import STACK
from local.environment import EMULATOR_KEY, REGION, bare_environment
from local.queues import look_at_dead_letters, take_events, waiting
from local.stack import Stack, stack
from local.verdict import Event, missing
from local.wait import wait_until

from ..calls.recorder import recorder
from ..findings import Findings
from ..runbook.scene import Scene
from . import story
from .archive import OF_TENANT, Archive, wrong_answers
from .trouble import Trouble

_EVENTS = int(os.environ.get("EVENTS", "10000"))
_ANNOUNCED = 200
_POISON = 20
_KILLS = 10
_BUS = "teamwire"
_TENANTS = [str(uuid.UUID(int=number, version=4)) for number in range(1, 6)]
_BACKLOG = 1_000
"""Most events that wait for relay: MiniStack walks the whole queue for each call."""
_LIMIT = 1_000_000
_FIREHOSE_LIMIT = 1000 * 1024
"""Bytes of one record."""
_MEBIBYTE = 1024 * 1024
_SECONDS = 600.0
_HIDDEN_SECONDS = 3
"""How long what was given back is hidden."""
_OF_THE_TEMPLATE = 180
"""The same of the template: a matter of waiting."""


def main(started: float) -> int:
    """Runs it and prints the figures; raises NotProven where one is not as it should be."""
    findings = Findings()
    with stack("prove-bus", other={"EventBus": _BUS, "Archive": "json"}) as running:
        path = running.directory / "relay.jsonl"
        behind = running.emulator.endpoint
        with recorder(behind, f"{running.simulator.url}/sts", path, ("relay",)) as proxy:
            scene = _Scene(running, findings, Trouble(proxy, running.emulator.client("events")))
            scene.variable(proxy.endpoints["relay"])
            for part in (scene.chain, scene.sizes, scene.many, scene.archive, scene.doctor):
                with findings.part(part.__name__):
                    part()
            figures = scene.figures()
    print(f"{figures}; seconds: {time.monotonic() - started:.0f}")
    findings.conclude()
    return 0


class _Scene:
    """The stack, and two consumers behind rules."""

    def __init__(self, running: Stack, findings: Findings, trouble: Trouble) -> None:
        self._running, self._findings, self._trouble = running, findings, trouble
        self._hands = Scene(running)
        self._sqs, self._queues = running.sqs(), running.deployment.queues()
        self._everything = self._consumer("everything", {"source": ["teamwire"]})
        of_one = {
            "detail-type": [{"prefix": "microsoft.graph.chatMessage."}],
            "detail": {"tenantid": [_TENANTS[0]]},
        }
        self._of_one = self._consumer("of-one", of_one)
        self._archive = Archive(running, _BUS)
        self._out: set[str] = set()
        """Ids of all that came out of the bus."""
        self._hands.visibility("events", _HIDDEN_SECONDS)
        self._killed = 0
        self._sent = self._came = self._doubled = self._lost = self._archived = 0

    def variable(self, endpoint: str) -> None:
        """Leads relay's calls of EventBridge through the proxy."""
        self._hands.variable("relay", "AWS_ENDPOINT_URL_EVENTBRIDGE", endpoint)

    def _consumer(self, name: str, pattern: dict[str, Any]) -> str:
        """A queue that a rule of that pattern leads to; its URL."""
        url: str = self._sqs.create_queue(QueueName=name)["QueueUrl"]
        asked = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        events = self._running.emulator.client("events")
        events.put_rule(Name=name, EventBusName=_BUS, EventPattern=json.dumps(pattern))
        target = {"Id": name, "Arn": asked["Attributes"]["QueueArn"], "InputPath": "$.detail"}
        events.put_targets(Rule=name, EventBusName=_BUS, Targets=[target])
        return url

    def chain(self) -> None:
        """Changes that Graph announces come to a consumer behind a rule."""
        job = self._running.simulator.announce({"count": _ANNOUNCED, "mix": True, "seed": 1})
        events: list[Event] = []

        def came() -> bool:
            events.extend(each.event for each in take_events(self._sqs, self._everything, 0))
            ledger = self._running.simulator.job(job)
            return bool(ledger["done"]) and not missing(ledger["changes"], events)

        self._hands.until(came, "every change that was announced is an event behind the rule")
        self._out |= {event["id"] for event in events}
        self._findings.expect(f"{_ANNOUNCED} announced changes came by the bus", True)

    def sizes(self) -> None:
        """Events at each limit, and a batch that is more than one request."""
        # All three have one digit for a number.
        frame = len(made_event(-1, ""))
        beside = len("detail-type" + "String" + _TYPES[0]) + len("time" + "String" + _TIME)
        whole = _LIMIT - frame - beside
        sizes = {"at the limit": whole, "one byte more": whole + 1, "1 MiB": _MEBIBYTE - frame}
        for number, (name, letters) in enumerate(sizes.items(), 1):
            text = made_event(-number, "a" * letters)
            self._send([text])
            (event,) = self._take(1)
            claim = event.get("dataref")
            if number == 1:
                same = json.dumps(event, separators=(",", ":")) == text
                self._findings.expect(f"an event {name} comes whole", same, f"{len(text)} bytes")
                continue
            data = f'"{"a" * letters}"'
            kept = claim is not None and self._kept(claim) == data
            self._findings.expect(f"an event of {name} has its data in the bucket", kept)
        self._send([made_event(-10 - number, "a" * 300_000) for number in range(3)])
        self._send([made_event(-20 - number, "a" * 300_000) for number in range(3)])
        large = self._take(6)
        self._findings.expect("six of 300 KB come", len({each["id"] for each in large}) == 6)

    def _kept(self, claim: str) -> str:
        bucket, _, key = claim.removeprefix("s3://").partition("/")
        store = self._running.emulator.client("s3")
        text: bytes = store.get_object(Bucket=bucket, Key=key)["Body"].read()
        return text.decode()

    def many(self) -> None:
        """Thousands, with trouble and kills, and poison among them."""
        expected = {_id(number) for number in range(_EVENTS)}
        self._trouble.begin()
        feeder = threading.Thread(target=self._feed, daemon=True)
        killer = threading.Thread(target=self._kill, daemon=True)
        seen: collections.Counter[str] = collections.Counter()
        feeder.start()
        killer.start()
        until = time.monotonic() + _SECONDS

        def took() -> bool:
            taken = take_events(self._sqs, self._everything, 0)
            seen.update(each.event["id"] for each in taken)
            # In this order: what leaves the one queue is on the other before.
            fed = not feeder.is_alive()
            relayed = fed and not self._hands.waiting("events")
            idle = relayed and not waiting(self._sqs, self._everything)
            return idle or time.monotonic() > until

        while not took():
            pass
        self._trouble.end()
        self._out |= set(seen)
        self._sent, self._came = _EVENTS, sum(seen.values())
        self._lost = len(expected - set(seen))
        self._doubled = self._came - len(seen)
        expect = self._findings.expect
        expect("none is lost", self._lost == 0, f"{self._lost} of {_EVENTS}")
        expect("nothing else came", not set(seen) - expected)
        refused, lost = self._trouble.refused_entries, self._trouble.lost_answers
        expect("the bus refused entries, and lost answers", refused > 0 and lost > 0)
        expect("what was doubled was lost an answer for, or killed for", self._doubled > 0)
        expect("its process was killed as often as planned", self._killed == _KILLS, f"{self._killed}")
        mine = len([number for number in range(_EVENTS) if number % len(_TENANTS) == 0])
        of_one = set()
        while taken := take_events(self._sqs, self._of_one, 0):
            of_one |= {(each.event["id"], each.event["tenantid"]) for each in taken}
        rule = len(of_one) >= mine and {tenant for _, tenant in of_one} == {_TENANTS[0]}
        expect("a rule for one tenant gives its messages alone", rule, f"{len(of_one)} of {mine}")
        letters = look_at_dead_letters(self._sqs, self._queues["events-dead-letters"])
        poison = [each for each in letters if (each.reason, each.source) == ("malformed", "events")]
        expect("poison is dead letters with a reason", len(letters) == len(poison) == _POISON)

    def _feed(self) -> None:
        for first in range(0, _EVENTS, 10):
            if first % _BACKLOG == 0:
                wait_until(
                    "relay keeps up",
                    lambda: self._hands.waiting("events"),
                    lambda count: count < _BACKLOG,
                    timeout=_SECONDS,
                )
            numbers = range(first, min(first + 10, _EVENTS))
            self._send([made_event(number, "x" * (number % 97)) for number in numbers])
        for number in range(_POISON):
            self._send([f"poison {number}"])

    def _kill(self) -> None:
        """Ends processes of relay while they work, so many times at most."""
        before = 0
        while self._killed < _KILLS:
            step = len(self._trouble.requests) - before
            if step > _EVENTS // 10 // (_KILLS * 2):
                # Of none that is there the next request will have one.
                for process in itertools.islice(_processes(self._running.emulator.endpoint), 1):
                    before = len(self._trouble.requests)
                    os.kill(process, signal.SIGKILL)
                    self._killed += 1
            time.sleep(0.05)

    def archive(self) -> None:
        """Every event that came out of the bus is in the archive, and the queries find what happened."""
        expect, archive = self._findings.expect, self._archive
        # What is twice in one batch goes to the bus once.
        self._send(story.bodies()[:6])
        self._send(story.bodies()[6:])
        self._take(len({each["id"] for each in story.story()}))
        self._hands.until(archive.is_idle, "everything is on its way to the bucket")
        archive.stop()
        while late := take_events(self._sqs, self._everything, 0):
            self._out |= {each.event["id"] for each in late}
        folder = self._running.directory / "archive"
        seen = archive.write(folder)
        lost = self._out - set(seen)
        self._archived = sum(seen.values())
        expect("every event is in the archive", not lost, f"{len(lost)} of {len(self._out)} are not")
        expect("nothing else is", set(seen) == self._out)
        expect("some are there again", self._archived > len(seen) and archive.repeats > 0)
        expect("none is below failed/", archive.keys("failed/") == [])
        largest = f"{archive.largest} bytes"
        expect("the largest is a record", _LIMIT // 2 < archive.largest <= _FIREHOSE_LIMIT, largest)
        found = archive.answers(folder)
        wrong = wrong_answers(found)
        expect("the queries answer what happened", not wrong, f"{len(story.ANSWERS)}; wrong: {wrong}")
        objects = {path for path, _, _ in found["objects"]}
        expect("a query names the files with a person's data", len(objects) == 1)
        erased = archive.erase()
        expect("their lines are there, and then not", erased != [] and archive.naming() == [])
        after = archive.write(self._running.directory / "erased", OF_TENANT)
        mine = [each for each in story.story() if each["tenantid"] == story.TENANT]
        others = {each["id"] for each in mine if story.ERASED not in json.dumps(each)}
        expect("all other lines stay", set(after) == others, f"{len(others)}")

    def doctor(self) -> None:
        """doctor knows the bus, and misses the relay."""
        self._hands.visibility("events", _OF_THE_TEMPLATE)
        faults = self._faults()
        self._findings.expect("doctor finds nothing wrong", faults == [], ", ".join(faults))
        functions = self._running.emulator.client("lambda")
        (events,) = functions.list_event_source_mappings(FunctionName=f"{STACK}-relay")[
            "EventSourceMappings"
        ]
        second = functions.create_event_source_mapping(
            EventSourceArn=events["EventSourceArn"], FunctionName=f"{STACK}-hydrate"
        )
        faults = self._faults()
        self._findings.expect("a second consumer is told", faults == ["mapping-second"], str(faults))
        functions.delete_event_source_mapping(UUID=second["UUID"])
        self._hands.take("relay", False)
        faults = self._faults()
        self._findings.expect("a relay that takes nothing is told", faults == ["mapping-disabled"])
        functions.delete_function(FunctionName=f"{STACK}-relay")
        faults = self._faults()
        self._findings.expect("a relay that is gone is told", "function-missing" in faults)

    def _faults(self) -> list[str]:
        folder = self._running.directory
        environment = bare_environment(folder) | {
            "AWS_ENDPOINT_URL": self._running.emulator.endpoint,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": EMULATOR_KEY,
            "AWS_SECRET_ACCESS_KEY": EMULATOR_KEY,
        }
        words = ["doctor", "--only", "functions,queues,alarms", "--output", "json"]
        done = subprocess.run(
            [binary("teamwire"), *words], env=environment, capture_output=True, check=False
        )
        found = json.loads(done.stdout)["findings"]
        return [each["code"] for each in found if each["verdict"] == "fault" and _is_new(each)]

    def figures(self) -> str:
        """All that was counted."""
        trouble = self._trouble
        return (
            f"events: {self._sent}; came: {self._came}; lost: {self._lost}; "
            f"doubled: {self._doubled}; requests to the bus: {len(trouble.requests)}; "
            f"entries refused: {trouble.refused_entries}; requests refused: "
            f"{trouble.refused_requests}; answers lost: {trouble.lost_answers}; "
            f"kills: {self._killed}; in the archive: {self._archived} lines of {len(self._out)} events; "
            f"queries: {len(story.ANSWERS)}"
        )

    def _send(self, bodies: list[str]) -> None:
        entries = [
            {"Id": str(number), "MessageBody": body, "MessageGroupId": _TENANTS[0]}
            for number, body in enumerate(bodies)
        ]
        answer = self._sqs.send_message_batch(QueueUrl=self._queues["events"], Entries=entries)
        assert len(answer["Successful"]) == len(bodies), answer

    def _take(self, count: int) -> list[Event]:
        events: list[Event] = []

        def came() -> bool:
            events.extend(each.event for each in take_events(self._sqs, self._everything, 0))
            return len(events) >= count

        self._hands.until(came, f"{count} events came")
        self._out |= {event["id"] for event in events}
        return events


_TYPES = ("microsoft.graph.chatMessage.created", "microsoft.graph.chatMessage.updated")
_TIME = "2026-11-28T10:00:00.123Z"


def _is_new(finding: dict[str, Any]) -> bool:
    """Dead letters are there on purpose."""
    return finding["code"] != "dead-letters"


def _id(number: int) -> str:
    return f"{number:x}".rjust(43, "-")


def made_event(number: int, text: str) -> str:
    """As the functions write it."""
    tenant = _TENANTS[number % len(_TENANTS)]
    event = {
        "specversion": "1.0",
        "id": _id(number),
        "source": f"https://graph.microsoft.com/{tenant}",
        "type": _TYPES[0 if number < 0 else number // len(_TENANTS) % 2],
        "subject": f"chats('19:a@thread.v2')/messages('{number}')",
        "time": _TIME,
        "datacontenttype": "application/json",
        "tenantid": tenant,
        "subscriptionid": "s",
        "origin": "decrypted",
        "receivedat": "2026-11-28T10:00:00.900Z",
        "data": text,
    }
    return json.dumps(event, separators=(",", ":"))


def _processes(endpoint: str) -> Iterator[int]:
    """The processes of this stack's relay."""
    mine = (f"AWS_LAMBDA_FUNCTION_NAME={STACK}-relay", endpoint)
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                environment = (folder / "environ").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if all(each in environment for each in mine):
                yield int(folder.name)
