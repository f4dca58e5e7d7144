"""`prove-replay`: letters dead for three reasons, replayed by filter at a rate, killed and resumed.

A few thousand on MiniStack, which nobody here wrote, and tens of thousands on a stand-in, because
MiniStack walks the whole queue for each call. The last lines are the figures; the exit status says
whether all holds.
"""

import collections
import concurrent.futures
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.checkout import binary, run_directory
from local.child import Child
from local.emulator import Emulator, emulator
from local.environment import EMULATOR_KEY, REGION, bare_environment
from local.problem import NotProven

from ..findings import Findings

_LETTERS = int(os.environ.get("LETTERS", "40000"))
_RATE = float(os.environ.get("RATE", "2000"))
_SMALL = 3_000
_SMALL_RATE = 100.0
_REASONS = {"deferred-too-long": 5, "unknown-version": 3, None: 2}
"""Of ten letters; one without a reason is what SQS moves by itself."""
_TENANT = str(uuid.uuid4())
_HIDDEN_SECONDS = 61
"""For how long a run that was killed hides what it had received."""
_SLOW = 40
"""Letters of a run that takes longer than that; half of them are meant."""
_SLOW_SECONDS = 80
_IN_HAND = 8 * 10
"""Letters on their way at once, at most."""
_CAUGHT_UP_SECONDS = 1
_MORE_KIB = 0.04 * _LETTERS
"""The growth of peak memory allowed after the first tenth: less than the messages' handles take."""


@dataclass(frozen=True)
class Arrivals:
    """The arrivals at the queue, between the first look that saw any and the last with more to
    come.
    """

    letters: int = 0
    seconds: float = 0.0

    @classmethod
    def between(cls, looks: list[tuple[float, float, int]]) -> "Arrivals":
        """By looks: when each began and ended, and what had arrived."""
        last = looks[-1][2] if looks else 0
        rising = [look for look in looks if 0 < look[2] < last]
        if len(rising) < 2:
            return cls()
        (begun, _, first), (_, ended, final) = rising[0], rising[-1]
        return cls(final - first, ended - begun)

    def fits(self, rate: float) -> bool:
        """True if no more arrived than `rate` allows, a run that was held up catching up a second.
        """
        return self.letters <= rate * (self.seconds + _CAUGHT_UP_SECONDS) + _IN_HAND

    @property
    def rate(self) -> float:
        """Letters a second."""
        return self.letters / self.seconds if self.seconds else 0.0


@dataclass
class Run:
    """The outcome of one run of `teamwire replay`."""

    status: int
    summary: dict[str, Any]
    arrivals: "Arrivals"
    peaks: list[tuple[int, int]]
    """Letters moved, and the most memory until then in KiB."""

    def peak_at(self, share: float) -> int:
        """The most memory until that share of its letters was moved."""
        of = self.peaks[-1][0] * share
        return next(peak for moved, peak in self.peaks if moved >= of)


def main(started: float) -> int:
    """Runs it and prints the figures; raises NotProven where one is not as it should be."""
    findings = Findings()
    scenes = (
        (emulator, f"MiniStack, {_SMALL}", _SMALL, _SMALL_RATE),
        (_stand_in, f"stand-in, {_LETTERS}", _LETTERS, _RATE),
    )
    with run_directory("prove-replay") as directory:
        # Beside each other: most of what takes long is that letters stay hidden for a minute.
        with contextlib.ExitStack() as servers, concurrent.futures.ThreadPoolExecutor() as pool:
            for start, name, count, rate in scenes:
                place = directory / name.partition(",")[0]
                place.mkdir()
                scene = _Scene(servers.enter_context(start(place)), place, findings, name)
                pool.submit(_play, findings, scene, name, count, rate)
        took = time.monotonic() - started
        print(f"letters: {_LETTERS}; rate: {_RATE:.0f}/s; seconds: {took:.0f}")
        findings.conclude()
    return 0


def _play(findings: Findings, scene: "_Scene", name: str, count: int, rate: float) -> None:
    with findings.part(name):
        scene.play(count, rate)


@contextlib.contextmanager
def _stand_in(directory: Path) -> Iterator[Emulator]:
    script = Path(__file__).with_name("sqs.py")
    child = Child(
        "sqs", [sys.executable, "-E", "-u", str(script)], directory, bare_environment(directory)
    )
    try:
        yield Emulator(child, f"http://127.0.0.1:{child.first_line()}")
    finally:
        child.stop()


class _Scene:
    """One server, with a queue of letters."""

    def __init__(self, aws: Emulator, directory: Path, findings: Findings, name: str) -> None:
        self._sqs = aws.client("sqs")
        self._endpoint = aws.endpoint
        self._directory = directory
        self._expect: Callable[[str, bool], None] = lambda what, met: findings.expect(
            f"{name}: {what}", met
        )
        self._say: Callable[[str], None] = lambda what: print(f"      {name}: {what}", flush=True)
        self._dead, self._working = (
            self._sqs.create_queue(QueueName=f"teamwire-decrypt{kind}")["QueueUrl"]
            for kind in ("-dead-letters", "")
        )

    def play(self, count: int, rate: float) -> None:
        """All of it."""
        put = self._fill(count)
        self._preview(put, count)
        deferred, unknown, others = (put[reason] for reason in _REASONS)

        killed = self._replay("deferred-too-long", rate, kill_after=deferred // 2)
        at_kill = self._count(self._working)
        self._expect(f"killed when {at_kill} of {deferred} had arrived", killed.status == -9)
        resumed = self._replay("deferred-too-long", rate)
        self._expect(
            f"the same command went on: {resumed.summary['moved']} more; "
            f"{resumed.summary['hidden']} were hidden by the one that was killed",
            resumed.status == 0 and resumed.summary["moved"] > 0,
        )
        self._slowly()
        rest = self._replay("deferred-too-long", None)
        self._expect(
            f"and what had been hidden: {rest.summary['moved']} more, none left",
            rest.status == 0 and rest.summary["hidden"] == 0,
        )
        whole = self._replay("unknown-version", rate)
        self._expect(
            f"unknown-version: {whole.summary['moved']} of {unknown} moved, "
            f"{whole.summary['passedOver']} others looked at and left",
            (whole.status, whole.summary["moved"], whole.summary["passedOver"])
            == (0, unknown, others),
        )
        for what, run in (("killed", killed), ("resumed", resumed), ("undisturbed", whole)):
            self._expect(
                f"{what}: no faster than asked, {run.arrivals.rate / rate:.2f} of {rate:.0f} a second",
                run.arrivals.fits(rate),
            )
        early, late = whole.peak_at(0.1), whole.peaks[-1][1]
        self._expect(
            f"most memory: {early} KiB at 10 %, {late} KiB at the end", late <= early + _MORE_KIB
        )
        self._reckon(put)

    def _slowly(self) -> None:
        """A run that takes longer than letters are hidden, and than a killed run hides any."""
        dead, working = (
            self._sqs.create_queue(QueueName=f"slow{kind}")["QueueUrl"]
            for kind in ("-dead-letters", "")
        )
        for first in range(0, _SLOW, 10):
            entries = [_letter(first + at, "unknown-version" if at % 2 else None) for at in range(10)]
            self._sqs.send_message_batch(QueueUrl=dead, Entries=entries)
        meant = _SLOW // 2
        command = [str(binary("teamwire")), "replay", "--from-url", dead, "--to", working, "--move"]
        answer = subprocess.run(
            [*command, "--reason", "unknown-version", "--rate", str(meant / _SLOW_SECONDS)],
            env=self._environment(),
            cwd=self._directory,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        end = json.loads((answer.stdout.splitlines() or ["{}"])[-1])
        met = (end.get("lookedAt"), end.get("moved")) == (_SLOW, meant)
        self._expect(
            f"slower than letters are hidden for, none came twice: {end.get('lookedAt')} of "
            f"{_SLOW} looked at, {end.get('moved')} moved in {end.get('seconds', 0):.0f} s",
            met and end["seconds"] > _HIDDEN_SECONDS and self._count(dead) == _SLOW - meant,
        )

    def _fill(self, count: int) -> collections.Counter[str | None]:
        began = time.monotonic()
        reasons = [reason for reason, share in _REASONS.items() for _ in range(share)]
        put = collections.Counter(reasons[number % 10] for number in range(count))

        def send(first: int) -> None:
            entries = [
                _letter(number, reasons[number % 10]) for number in range(first, first + 10)
            ]
            answer = self._sqs.send_message_batch(QueueUrl=self._dead, Entries=entries)
            if answer.get("Failed"):
                raise NotProven("the server refuses letters")

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            list(pool.map(send, range(0, count, 10)))
        took = time.monotonic() - began
        began = time.monotonic()
        received = self._sqs.receive_message(
            QueueUrl=self._dead, MaxNumberOfMessages=10, VisibilityTimeout=0
        )
        call = (time.monotonic() - began) * 1000
        self._say(
            f"{count} letters put there in {took:.0f} s; to receive "
            f"{len(received['Messages'])} of them takes {call:.0f} ms"
        )
        return put

    def _preview(self, put: collections.Counter[str | None], count: int) -> None:
        began = time.monotonic()
        answer = subprocess.run(
            self._command("--output", "json"),
            env=self._environment(),
            cwd=self._directory,
            stdout=subprocess.PIPE,
            check=False,
        )
        seen = json.loads(answer.stdout or b"{}")
        groups = {group["reason"]: group["letters"] for group in seen.get("groups", [])}
        expected = {reason or "none": letters for reason, letters in put.items()}
        left = self._count(self._dead)
        took = time.monotonic() - began
        self._expect(
            f"preview in {took:.1f} s: {groups}; {left} still there and visible",
            groups == expected and left == count,
        )

    def _replay(self, reason: str, rate: float | None, kill_after: int | None = None) -> Run:
        more = [] if rate is None else ["--rate", str(rate)]
        audit = self._directory / "audit.jsonl"
        before = self._count(self._working)
        process = subprocess.Popen(
            self._command("--move", "--reason", reason, "--audit", str(audit), *more),
            env=self._environment(),
            cwd=self._directory,
            stdout=subprocess.PIPE,
            text=True,
        )
        looks: list[tuple[float, float, int]] = []
        peaks: list[tuple[int, int]] = []
        done = threading.Event()

        def watch() -> None:
            while not done.wait(0.2):
                begun = time.monotonic()
                arrived = self._count(self._working) - before
                looks.append((begun, time.monotonic(), arrived))
                peak = _peak_kib(process.pid)
                if peak is not None:
                    peaks.append((arrived, peak))
                if kill_after is not None and arrived >= kill_after:
                    process.send_signal(signal.SIGKILL)
                    return

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            assert process.stdout is not None
            lines = [json.loads(line) for line in process.stdout]
            status = process.wait()
        finally:
            process.kill()
            done.set()
            watcher.join()
        return Run(status, lines[-1] if lines else {}, Arrivals.between(looks), peaks)

    def _reckon(self, put: collections.Counter[str | None]) -> None:
        arrived: collections.Counter[int] = collections.Counter()
        wrong = 0

        def drain(_: int) -> None:
            nonlocal wrong
            while True:
                messages = self._sqs.receive_message(
                    QueueUrl=self._working, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
                ).get("Messages")
                if not messages:
                    return
                handles = [
                    {"Id": str(index), "ReceiptHandle": message["ReceiptHandle"]}
                    for index, message in enumerate(messages)
                ]
                self._sqs.delete_message_batch(QueueUrl=self._working, Entries=handles)
                for message in messages:
                    arrived[json.loads(message["Body"])["receivedAt"]] += 1
                    wrong += set(message["MessageAttributes"]) != {"replayed"}

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            list(pool.map(drain, range(4)))
        total = put.total()
        reasons = [reason for reason, share in _REASONS.items() for _ in range(share)]
        meant = {number for number in range(total) if reasons[number % 10] is not None}
        twice = sum(arrived.values()) - len(arrived)
        lost, strange = meant - set(arrived), set(arrived) - meant
        self._expect(
            f"of {len(meant)} letters meant {len(lost)} lost, {twice} twice (at most {_IN_HAND}), "
            f"{len(strange)} that were not meant, {wrong} with a wrong attribute",
            not lost and not strange and twice <= _IN_HAND and not wrong,
        )
        left = self._count(self._dead)
        self._expect(f"left where they were: {left} of {put[None]}", left == put[None])

    def _count(self, url: str) -> int:
        name = "ApproximateNumberOfMessages"
        answer = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])
        return int(answer["Attributes"][name])

    def _command(self, *more: str) -> list[str]:
        return [str(binary("teamwire")), "replay", "--queue", "decrypt", *more]

    def _environment(self) -> dict[str, str]:
        return bare_environment(self._directory) | {
            "AWS_ENDPOINT_URL": self._endpoint,
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": EMULATOR_KEY,
            "AWS_SECRET_ACCESS_KEY": EMULATOR_KEY,
        }


def _letter(number: int, reason: str | None) -> dict[str, Any]:
    """One of decrypt, of about a kilobyte; its number is when it came."""
    body = {
        "tenantId": _TENANT,
        "subscriptionId": "s",
        "changeType": "created",
        "resource": f"chats('19:a@thread.v2')/messages('{number}')",
        "content": {"data": "A" * 600, "dataKey": "A" * 344},
    }
    message = {"version": "sealed.v1", "receivedAt": number, "body": body}
    entry = {
        "Id": str(number % 10),
        "MessageBody": json.dumps(message),
        "MessageGroupId": _TENANT,
    }
    if reason:
        entry["MessageAttributes"] = {
            name: {"DataType": "String", "StringValue": value}
            for name, value in (("reason", reason), ("source", "decrypt"))
        }
    return entry


def _peak_kib(pid: int) -> int | None:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    rows = (row.split() for row in status.splitlines())
    return next((int(row[1]) for row in rows if row and row[0] == "VmHWM:"), None)
