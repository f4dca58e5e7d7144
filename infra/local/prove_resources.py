"""`prove-resources`: every path of Teams, subscribed to, announced, and followed to its events.

Holds each cell of docs/RESOURCES.md ("What becomes of it") against what arrives.
"""

import base64
import dataclasses
import datetime
import hmac
import json
import re
import secrets
import subprocess
import time
import urllib.parse
import uuid
from collections import defaultdict
from typing import Any

from . import schema
from .certificates import Certificate
from .checkout import ROOT, binary
from .logs import save_function_logs
from .queues import look_at_dead_letters, take_events, waiting
from .stack import Stack, stack
from .verdict import Change, Event

_CHANGES = 6
"""Changes of each kind that are announced to each subscription."""
_SECONDS = 240.0
_WORK = ("decrypt", "hydrate", "events")
_CELL = re.compile(r"^\| `([^`]+)` \| (v1\.0|beta) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)


class NotProven(Exception):
    """A cell of the table is not as it says."""


@dataclasses.dataclass(frozen=True)
class Cell:
    """One cell of the table: what it says, and what was seen."""

    path: str
    column: str
    stated: str
    seen: str
    count: int

    @property
    def holds(self) -> bool:
        """Whether what was seen is what is stated; at least once, if it is announced at all."""
        return self.seen == self.stated and (self.count > 0 or self.stated == "not announced")


def main(started: float) -> int:
    """Runs it and prints the table; raises NotProven where a cell does not hold."""
    rows, stated = _rows(), _stated()
    if [row["path"] for row in rows] != list(stated):
        raise NotProven("docs/RESOURCES.md has other paths than `teamwire resources`")
    with stack("prove-resources") as running:
        for subscription in running.subscriptions:
            running.simulator.unsubscribe(subscription.tenant, subscription.id)
        cells: list[Cell] = []
        all_events: list[Event] = []
        for kind in ("rich", "basic"):
            seen, events = _prove(running, rows, kind)
            all_events += events
            cells += _cells(rows, stated, kind, seen)
        kept, wanted = _prove_content(running)
        letters = {
            name: len(look_at_dead_letters(running.sqs(), url))
            for name, url in sorted(running.deployment.queues().items())
            if name.endswith("-dead-letters") or name == "quarantine"
        }
        fits, detail = schema.judge(all_events)
        print(_render(cells))
        if not all(cell.holds for cell in cells) or not fits or any(letters.values()):
            save_function_logs(running.emulator.client("logs"), running.directory)
    held = sum(cell.holds for cell in cells)
    print(f"events that fit docs/events.schema.json: {detail}")
    print(f"dead letters and quarantine: {sum(letters.values())}")
    print(f"paths: {len(rows)}; events: {len(all_events)}; seconds: {time.monotonic() - started:.0f}")
    print(f"contents of meetings kept, byte for byte: {kept} of {wanted}")
    print(f"cells of docs/RESOURCES.md that hold: {held} of {len(cells)}")
    if held != len(cells) or not fits or any(letters.values()) or kept != wanted:
        raise NotProven("not every cell holds")
    return 0


def _rows() -> list[dict[str, Any]]:
    command = [str(binary("teamwire")), "resources", "--output", "json"]
    rows: list[dict[str, Any]] = json.loads(subprocess.check_output(command))
    return rows


def _stated() -> dict[str, tuple[str, str, str]]:
    """The cells of the page: path to rich, basic, deleted."""
    page = (ROOT / "docs" / "RESOURCES.md").read_text()
    section = page.partition("## What becomes of it")[2].partition("\n## ")[0]
    return {
        path: (rich, basic, deleted)
        for path, _, rich, basic, deleted in _CELL.findall(section)
    }


def _resource(path: str, turn: int) -> str:
    """The path with ids in the place of its keys."""
    organizer = str(uuid.UUID(int=turn + 1))
    meeting = f"1*{organizer}*0**19:meeting_{turn}@thread.v2"
    keys = {
        "chat-id": f"19:proof{turn:04x}@thread.v2",
        "team-id": str(uuid.UUID(int=turn + 1000)),
        "channel-id": f"19:proof{turn:04x}@thread.tacv2",
        "user-id": organizer,
        "meeting-id": base64.b64encode(meeting.encode()).decode(),
        "call-id": str(uuid.UUID(int=turn + 3000)),
        "teams-app-id": str(uuid.UUID(int=turn + 2000)),
    }
    return re.sub(r"\{([a-z-]+)\}", lambda match: keys[match[1]], path)


def _prove(
    running: Stack, rows: list[dict[str, Any]], kind: str
) -> tuple[dict[str, list[tuple[Change, list[Event]]]], list[Event]]:
    """Subscribes to every row, lets it change, and finds the events of each change."""
    simulator, tenant = running.simulator, running.identities.tenants[0]
    certificate: Certificate | None = running.keys.in_secret if kind == "rich" else None
    jobs, made = {}, []
    for turn, row in enumerate(rows):
        resource = _resource(row["path"], turn)
        request = _request(running, resource, row["changes"], certificate)
        answer = simulator.subscribe(tenant, request, row["api"])
        made.append(answer["id"])
        jobs[row["path"]] = simulator.announce(_order(row["changes"], answer["id"], kind, turn))
    ledgers, events = _settle(running, jobs)
    for subscription in made:
        simulator.unsubscribe(tenant, subscription)
    by_subscription: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_subscription[event["subscriptionid"]].append(event)
    seen = {
        path: [
            (change, _events_of(change, by_subscription[change["subscriptionId"]]))
            for change in ledger["changes"]
        ]
        for path, ledger in ledgers.items()
    }
    return seen, events


def _request(
    running: Stack, resource: str, changes: list[str], certificate: Certificate | None
) -> dict[str, Any]:
    expires = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=70)
    request: dict[str, Any] = {
        "changeType": ",".join(changes),
        "resource": resource,
        "notificationUrl": running.deployment.notification_url,
        "lifecycleNotificationUrl": running.deployment.lifecycle_url,
        "expirationDateTime": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "clientState": _minted_state(running, running.identities.tenants[0]),
    }
    if certificate is not None:
        request |= {
            "includeResourceData": True,
            "encryptionCertificate": certificate.base64_der,
            "encryptionCertificateId": certificate.id,
        }
    return request


def _minted_state(running: Stack, tenant: str) -> str:
    """A clientState as the product mints it: it names its tenant, which some notifications don't."""
    nonce = base64.urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode()
    signed = f"{tenant.replace('-', '')}.{nonce}"
    key = running.client_state_key().encode()
    tag = base64.urlsafe_b64encode(hmac.digest(key, signed.encode(), "sha256")).rstrip(b"=")
    return f"v1.g.{signed}.{tag.decode()}"


def _prove_content(running: Stack) -> tuple[int, int]:
    """Has the contents of meetings fetched; how many stand in the bucket as Graph has them."""
    functions, simulator = running.emulator.client("lambda"), running.simulator
    stores, tenant = running.emulator.client("s3"), running.identities.tenants[0]
    for name in ("ingest", "hydrate"):
        function = running.deployment.functions()[name]
        environment = functions.get_function_configuration(FunctionName=function)["Environment"]
        environment["Variables"]["TEAMWIRE_MEETING_CONTENT"] = "transcripts,recordings"
        functions.update_function_configuration(FunctionName=function, Environment=environment)
    jobs, made = {}, []
    for turn, (kind, certificate) in enumerate(
        [
            ("Transcripts", running.keys.in_secret),
            ("Recordings", running.keys.in_secret),
            ("Transcripts", None),
            ("Recordings", None),
        ]
    ):
        # Graph takes one subscription of an app to a resource; both meetings' paths are the same.
        resource = _resource(f"users/{{user-id}}/onlineMeetings/getAll{kind}", 500 + turn)
        request = _request(running, resource, ["created"], certificate)
        made.append(simulator.subscribe(tenant, request)["id"])
        order = _order(["created"], made[-1], kind, 500 + turn)
        jobs[f"{kind} {turn}"] = simulator.announce(order)
    ledgers, events = _settle(running, jobs)
    for subscription in made:
        simulator.unsubscribe(tenant, subscription)
    kept = 0
    for event in events:
        bucket, _, key = event.get("contentref", "s3:///").removeprefix("s3://").partition("/")
        if event["origin"] == "hydrated" and key.startswith("content/"):
            content = stores.get_object(Bucket=bucket, Key=key)["Body"].read()
            kept += content == simulator.content(tenant, _content_path(event["subject"]))
    return kept, sum(len(ledger["changes"]) for ledger in ledgers.values())


def _content_path(subject: str) -> str:
    """Where the documents say that the content of a transcript or recording is."""
    meeting, kind, artefact = re.findall(r"\('([^']+)'\)(?:/(\w+)\('([^']+)'\))?", subject)[0]
    organizer = base64.b64decode(meeting + "==").decode().split("*")[1]
    keys = (urllib.parse.quote(key, safe="") for key in (meeting, artefact))
    return "users/{}/onlineMeetings/{}/{}/{}/content".format(organizer, next(keys), kind, next(keys))


def _order(changes: list[str], subscription: str, kind: str, seed: int) -> dict[str, Any]:
    count = _CHANGES * len(changes)
    share = 1 / len(changes)
    return {
        "count": count,
        "batch": 4,
        "seed": seed,
        "subscriptions": [subscription],
        "updated": share if "updated" in changes else 0.0,
        "deleted": share if "deleted" in changes else 0.0,
    }


def _settle(
    running: Stack, jobs: dict[str, str]
) -> tuple[dict[str, dict[str, Any]], list[Event]]:
    sqs, queues = running.sqs(), running.deployment.queues()
    events: list[Event] = []
    patience = time.monotonic() + _SECONDS
    quiet = 0
    while time.monotonic() < patience and quiet < 2:
        running.check()
        taken = take_events(sqs, queues["events"])
        events += [arrival.event for arrival in taken]
        if taken:
            quiet = 0
            continue
        ledgers = {path: running.simulator.job(job) for path, job in jobs.items()}
        done = all(ledger["done"] for ledger in ledgers.values())
        idle = done and not any(waiting(sqs, queues[name]) for name in _WORK)
        quiet = quiet + 1 if idle else 0
    return {path: running.simulator.job(job) for path, job in jobs.items()}, events


def _events_of(change: Change, events: list[Event]) -> list[Event]:
    """The events of one change: by what was changed, how, and where both say it the version."""
    last = change["resource"].rsplit("(", 1)[-1].lower()
    return [
        event
        for event in events
        if event["subject"].rsplit("(", 1)[-1].lower() == last
        and event["type"].endswith("." + change["changeType"])
    ]


def _became(change: Change, events: list[Event]) -> str:
    """What became of a change, in the words of the table."""
    origins = {event["origin"] for event in events}
    if origins == {"decrypted"}:
        right = any(event.get("data") == change["data"] for event in events)
        return "decrypted" if right else "decrypted to something else"
    if origins == {"hydrated"}:
        return "hydrated"
    if origins == {"reference"}:
        reasons = {event["referencereason"] for event in events}
        return "tombstone" if reasons <= {"deleted"} else f"reference, `{', '.join(sorted(reasons))}`"
    if change["changeType"] == "deleted" and origins == {"decrypted", "reference"}:
        # The same resource was deleted more than once, sealed by turns.
        return "decrypted"
    return "nothing" if not events else f"several: {', '.join(sorted(origins))}"


def _cells(
    rows: list[dict[str, Any]],
    stated: dict[str, tuple[str, str, str]],
    kind: str,
    seen: dict[str, list[tuple[Change, list[Event]]]],
) -> list[Cell]:
    cells = []
    for row in rows:
        path = row["path"]
        rich, basic, deleted = stated[path]
        outcomes: dict[str, list[str]] = defaultdict(list)
        for change, events in seen[path]:
            column = "deleted" if change["changeType"] == "deleted" else kind
            outcomes[column].append(_became(change, events))
        cells.append(Cell(path, f"subscribed {kind}", row["api"], row["api"], 1))
        for column, text in ((kind, rich if kind == "rich" else basic), ("deleted", deleted)):
            found = outcomes[column]
            one = "; ".join(sorted(set(found)))
            if column == "deleted" and deleted == "tombstone, or decrypted":
                # Graph seals a deletion or does not; what it does not is a tombstone.
                fine = {"tombstone"} if kind == "basic" else {"tombstone", "decrypted"}
                one = deleted if found and set(found) <= fine else one or "nothing"
            elif column == "deleted":
                one = "not announced" if not found else one
            cells.append(Cell(path, f"{column} ({kind})" if column == "deleted" else column, text, one, len(found)))
    return cells


def _render(cells: list[Cell]) -> str:
    lines = []
    for cell in sorted(cells, key=lambda cell: cell.path):
        mark = "ok  " if cell.holds else "FAIL"
        seen = "" if cell.holds else f", seen: {cell.seen}"
        lines.append(f"{mark}  {cell.path} | {cell.column}: {cell.stated} ({cell.count}){seen}")
    return "\n".join(lines)
