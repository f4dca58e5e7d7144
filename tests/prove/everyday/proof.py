"""Everyday use, from the first minute on: what a newcomer, an operator and a consumer do, as they do it.

`make run` is started as it is, and everything else is a command in a second terminal.
"""

import http.server
import json
import os
import shlex
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local.checkout import ROOT, binary
from local.loopback import json_request
from local.simulator import send
from local.wait import wait_until

from ..findings import Findings
from .terminal import on_a_terminal

_FORMS: dict[str, list[str]] = {
    "rich": ["--form", "rich"],
    "basic": ["--form", "basic"],
    "large": ["--form", "large"],
    "updated": ["--change", "updated"],
    "deleted": ["--change", "deleted"],
    "of a resource that nothing is subscribed to": ["--resource", "teams/{team}/members"],
    "a lifecycle event": ["--lifecycle", "missed"],
}
_SCREENS = [
    "--help",
    "doctor",
    "subscriptions list",
    "subscriptions plan",
    "certificate status",
    "dead-letters list",
    "replay",
    "resources callTranscript",
    "simulate",
    "tail --max 5",
    "trace no-such-thing",
]
_ENV = ROOT / ".local" / "env"


def main(started: float) -> int:
    """Starts `make run`, does it all and stops it; raises NotProven."""
    findings = Findings()
    child = subprocess.Popen(
        [sys.executable, "-m", "local", "run"],
        cwd=ROOT / "infra",
        stdout=subprocess.PIPE,
        text=True,
    )
    printed: list[str] = []
    threading.Thread(target=lambda: printed.extend(child.stdout or []), daemon=True).start()
    try:
        wait_until("an event is shown", lambda: printed, lambda lines: "}\n" in lines)
        user = _User(_variables())
        for name, part in (
            ("newcomer", _newcomer),
            ("operator", _operator),
            ("consumer", _consumer),
        ):
            with findings.part(name):
                part(findings, user)
    finally:
        child.terminate()
        child.wait()
    findings.expect("nothing of it is left", not _ENV.exists())
    print(
        f"situations: 3; forms: {len(_FORMS)}; screens: {len(_SCREENS)}; "
        f"failed: {len(findings.failed)}; seconds: {time.monotonic() - started:.0f}"
    )
    findings.conclude()
    return 0


class _User:
    """Somebody in a second terminal, who has sourced .local/env."""

    def __init__(self, variables: dict[str, str]) -> None:
        self.variables = variables

    def teamwire(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Runs a command, for two minutes at most."""
        return subprocess.run(
            [str(binary("teamwire")), *arguments],
            env=self.variables | environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def sqs(self) -> Any:
        """boto3 by the variables alone, with nothing said in code."""
        import boto3

        os.environ |= {name: value for name, value in self.variables.items() if "AWS" in name}
        return boto3.client("sqs")


def _variables() -> dict[str, str]:
    """The variables of a shell that has sourced the file, beside nearly nothing."""
    command = (
        f"env -i HOME=/nonexistent PATH=/usr/bin:/bin sh -c '. {shlex.quote(str(_ENV))}; env -0'"
    )
    output = subprocess.check_output(command, shell=True, text=True)
    return dict(each.split("=", 1) for each in output.split("\0") if "=" in each)


def _newcomer(findings: Findings, user: _User) -> None:
    urls = subprocess.run(
        [sys.executable, "-m", "local", "urls"],
        cwd=ROOT / "infra",
        capture_output=True,
        text=True,
        check=False,
    )
    findings.expect("make urls prints everything again", "source .local/env" in urls.stdout)
    doctor = user.teamwire("doctor", "--local")
    green = doctor.stdout.strip().splitlines()[-1]
    findings.expect(
        "doctor has nothing to say",
        green.startswith("no faults, no warnings") and "not looked at" not in green,
        green,
    )
    for name, options in _FORMS.items():
        sent = user.teamwire("simulate", *options, "--output", "json")
        accepted = sent.returncode == 0 and json.loads(sent.stdout)["accepted"] == 1
        findings.expect(f"one notification works at once: {name}", accepted, sent.stderr.strip())
    elsewhere = user.teamwire("simulate", "--url", "https://hooks.example.com/")
    lacks = all(option in elsewhere.stderr for option in ("--tenant", "--app-id"))
    findings.expect(
        "elsewhere it says what it lacks before it sends", elsewhere.returncode == 2 and lacks
    )


def _operator(findings: Findings, user: _User) -> None:
    for screen in _SCREENS:
        command = [str(binary("teamwire")), *screen.split(), "--local"]
        shown = on_a_terminal(command, user.variables | {"TERM": "xterm"})
        wide = shown.too_wide()
        findings.expect(
            f"{screen} fits 80 columns", not wide and bool(shown.text), "; ".join(wide[:1])
        )
    _names_profiles(findings, user)
    _reads_files(findings, user)
    tampered = {"count": 1, "rich": 1.0, "faults": {"tamper": 1.0}}
    send(
        json_request(
            "POST", f"{user.variables['GRAPH_SIMULATOR_URL']}/simulator/announce", tampered
        )
    )
    letters = wait_until(
        "the tampered one is a dead letter",
        lambda: user.teamwire("dead-letters", "list", "--local", "--output", "json").stdout,
        bool,
    )
    letter = json.loads(letters.splitlines()[0])
    findings.expect(
        "a dead letter has its stage",
        letter["reason"] == "tampered" and letter["fault"] is not None,
    )
    for what in ("id", "subscription"):
        traced = user.teamwire("trace", letter[what], "--local", "--output", "text").stdout
        findings.expect(f"it is traced by its {what}", "dead letter of decrypt: tampered" in traced)
    moved = user.teamwire("replay", "--local", "--queue", "decrypt", "--move", "--output", "json")
    findings.expect(
        "replay ends where the cause is still there",
        moved.returncode in (0, 1),
        moved.stderr.strip(),
    )
    check = user.teamwire("subscriptions", "check", "-", "--local")
    findings.expect("a check of nothing is well", check.returncode == 0)
    shown = user.teamwire("subscriptions", "show", "--local").stdout
    findings.expect("the stored file is shown", "[[tenants.subscriptions]]" in shown)


def _names_profiles(findings: Findings, user: _User) -> None:
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "config")
        config.write_text(
            "[profile work]\nregion = eu-north-1\n[profile home]\nregion = eu-north-1\n"
        )
        for how, ran in (
            (
                "--profile",
                user.teamwire("tail", "--profile", "nosuch", AWS_CONFIG_FILE=str(config)),
            ),
            (
                "AWS_PROFILE",
                user.teamwire("tail", AWS_PROFILE="nosuch", AWS_CONFIG_FILE=str(config)),
            ),
        ):
            named = "no profile is called nosuch; there are home, work" in ran.stderr
            findings.expect(
                f"an unknown {how} is named with those there are", named, ran.stderr.strip()
            )
    other = user.teamwire("subscriptions", "list", "--stack", "nosuch", "--region", "eu-west-1")
    findings.expect("--region holds", "in eu-west-1" in other.stderr, other.stderr.strip())


def _reads_files(findings: Findings, user: _User) -> None:
    event = {
        "specversion": "1.0",
        "id": "i",
        "source": "s",
        "type": "microsoft.graph.chat.updated",
        "subject": "chats('a')",
        "time": "2026-11-28T07:00:00Z",
        "tenantid": "t",
        "origin": "hydrated",
        "datacontenttype": "application/json",
        "subscriptionid": "s",
        "receivedat": "2026-11-28T07:00:00Z",
    }
    with tempfile.TemporaryDirectory() as folder:
        for encoding in ("utf-8", "utf-8-sig", "utf-16"):
            file = Path(folder, encoding)
            file.write_bytes(json.dumps(event).encode(encoding))
            ran = user.teamwire("inspect", str(file), "--output", "json")
            is_event = ran.returncode == 0 and json.loads(ran.stdout)["kind"] == "event"
            findings.expect(f"inspect knows an event in {encoding}", is_event, ran.stderr.strip())
        empty = Path(folder, "empty")
        empty.write_text("{}")
        findings.expect(
            "inspect knows nothing for nothing",
            user.teamwire("inspect", str(empty)).returncode == 2,
        )


def _consumer(findings: Findings, user: _User) -> None:
    count = 100
    sqs, url = user.sqs(), user.variables["TEAMWIRE_EVENTS_QUEUE_URL"]
    graph = user.variables["GRAPH_SIMULATOR_URL"]
    came: dict[str, int] = {}
    with _Consumer(fails_first=3) as consumer:
        forward = subprocess.Popen(
            [str(binary("teamwire")), "tail", "--local", "--new", "--forward-to", consumer.url],
            env=user.variables,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(1)
        job = send(
            json_request("POST", f"{graph}/simulator/announce", {"count": count, "rich": 0.5})
        )["job"]
        wait_until(
            "all are told",
            lambda: send(json_request("GET", f"{graph}/simulator/jobs/{job}")),
            lambda one: bool(one["done"]),
        )
        told = send(json_request("GET", f"{graph}/simulator/jobs/{job}"))["changes"]
        wanted = {change["resource"] for change in told}

        def take() -> set[str]:
            for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get(
                "Messages", []
            ):
                event = json.loads(message["Body"])
                came[event["subject"]] = came.get(event["subject"], 0) + 1
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            return wanted - came.keys()

        missing = _until_none(take)
        findings.expect(
            f"a consumer has all of {count} events while make run shows them",
            not missing,
            f"missing: {len(missing)}",
        )
        unforwarded = _until_none(lambda: wanted - consumer.subjects)
        findings.expect(
            f"all of {count} are forwarded, refusals and all",
            not unforwarded,
            f"missing: {len(unforwarded)}",
        )
        forward.send_signal(2)
        findings.expect("Ctrl-C ends forwarding", forward.wait(30) == 0)


def _until_none(left: Callable[[], set[str]]) -> set[str]:
    """The rest when there is none, or after the time that is given for it."""
    deadline = time.monotonic() + 120
    while (rest := left()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return rest


class _Consumer:
    """An HTTP consumer that is in trouble at first."""

    def __init__(self, fails_first: int) -> None:
        self.subjects: set[str] = set()
        outer, failing = self, iter(range(fails_first))

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                if next(failing, None) is not None:
                    self.send_response(500)
                else:
                    outer.subjects.add(json.loads(body)["subject"])
                    self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Says nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/events"

    def __enter__(self) -> "_Consumer":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
