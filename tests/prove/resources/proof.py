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
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from local import schema
from local.certificates import Certificate
from local.checkout import ROOT, binary
from local.problem import NotProven
from local.queues import look_at_dead_letters, take_events, waiting
from local.simulator import Simulator, SimulatorRefused
from local.stack import Stack, stack
from local.verdict import Change, Event
from local.wait import wait_until

from ..findings import Findings
from .outcomes import Outcome, outcomes, shared_ids
from .sizes import READ, SEALED, arrived

_CHANGES = 6
"""Changes of each kind that are announced to each subscription."""
_NEVER = "not announced"
_WORK = ("decrypt", "hydrate", "events")
_CELL = re.compile(r"^\| `([^`]+)` \| (v1\.0|beta|refused)" + r" \| ([^|]+)" * 5 + r" \|$", re.MULTILINE)


class Stated(NamedTuple):
    """A row of the page."""

    subscribed: str
    announced_rich: str
    announced_basic: str
    decrypted: str
    hydrated: str
    deleted: str


class Seen(NamedTuple):
    """The observations of a path."""

    api: str
    """The API of Graph's that took the subscription; `refused` if none did."""
    changes: list[Change]
    events: list[Event]


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
        """True if the observations match the statement; at least once, if it is announced at all.
        """
        return self.seen == self.stated and (self.count > 0 or self.stated == "not announced")


def main(started: float) -> int:
    """Runs it and prints the table; raises NotProven where a cell does not hold."""
    rows, stated = _rows(), _stated()
    if [row["path"] for row in rows] != list(stated):
        raise NotProven("docs/RESOURCES.md has other paths than `teamwire resources`")
    with stack("prove-resources") as running:
        for subscription in running.subscriptions:
            running.simulator.unsubscribe(subscription.tenant, subscription.id)
        seen: dict[str, dict[str, Seen]] = {}
        all_events: list[Event] = []
        findings = Findings()
        for kind in ("rich", "basic"):
            with findings.part(f"{kind} subscriptions"):
                seen[kind], events = _prove(running, rows, kind)
                all_events += events
        sized, sizes, kept, wanted = 0, 0, 0, 0
        with findings.part("sizes"):
            sized, sizes, events = _prove_sizes(running)
            all_events += events
        with findings.part("contents of meetings"):
            kept, wanted, events = _prove_content(running)
            all_events += events
        shared = shared_ids(all_events)
        cells = [cell for kind in seen for cell in cells_of(rows, stated, kind, seen[kind], shared)]
        letters = {
            name: len(look_at_dead_letters(running.sqs(), url))
            for name, url in sorted(running.deployment.queues().items())
            if name.endswith("-dead-letters") or name == "quarantine"
        }
        fits, detail = schema.judge(all_events)
        print(_render(cells))
        held = sum(cell.holds for cell in cells)
        print(f"events that fit docs/events.schema.json: {detail}")
        print(f"dead letters and quarantine: {sum(letters.values())}")
        print(f"messages of sizes about each limit that became their events: {sized} of {sizes}")
        print(f"contents of meetings kept, byte for byte: {kept} of {wanted}")
        print(
            f"cells of docs/RESOURCES.md that hold: {held} of {len(cells)}; paths: {len(rows)}; "
            f"events: {len(all_events)}; seconds: {time.monotonic() - started:.0f}"
        )
        if held != len(cells) or not fits or any(letters.values()) or (kept, sized) != (wanted, sizes):
            findings.failed.append("not every cell holds")
        findings.conclude()
    return 0


def _rows() -> list[dict[str, Any]]:
    command = [str(binary("teamwire")), "resources", "--output", "json"]
    rows: list[dict[str, Any]] = json.loads(subprocess.check_output(command))
    return rows


def _stated() -> dict[str, Stated]:
    """The rows of the page by path."""
    page = (ROOT / "docs" / "RESOURCES.md").read_text()
    section = page.partition("## What becomes of it")[2].partition("\n## ")[0]
    return {path: Stated(*cells) for path, *cells in _CELL.findall(section)}


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
        "webinar-id": f"{uuid.UUID(int=turn + 4000)}@{uuid.UUID(int=1)}",
        "join-web-url": urllib.parse.quote(
            f"https://teams.microsoft.com/l/meetup-join/19%3ameeting_{turn}%40thread.v2/0", safe=""
        ),
    }
    return re.sub(r"\{([a-z-]+)\}", lambda match: keys[match[1]], path)


def _prove(
    running: Stack, rows: list[dict[str, Any]], kind: str
) -> tuple[dict[str, Seen], list[Event]]:
    """Subscribes to every row, lets it change, and finds what arrived for it."""
    simulator, tenant = running.simulator, running.identities.tenants[0]
    certificate: Certificate | None = running.keys.in_secret if kind == "rich" else None
    made, apis = [], {}
    for turn, row in enumerate(rows):
        resource = _resource(row["path"], turn)
        if not row["delegatedOnly"]:
            simulator.bring_about(tenant, [resource])
        request = _request(running, resource, row["changes"], certificate, row["longestMinutes"])
        apis[row["path"]], subscription = _subscribe(simulator, tenant, request)
        made.append(subscription)
    changes: dict[str, list[Change]] = defaultdict(list)
    events: list[Event] = []
    # What is deleted before it is read is looked for for minutes: all is read before.
    for kinds in (("created", "updated"), ("deleted",)):
        jobs = {}
        for turn, (row, subscription) in enumerate(zip(rows, made, strict=True)):
            announced = [change for change in row["changes"] if change in kinds]
            if subscription and announced:
                order = _order(announced, subscription, kind, turn)
                jobs[row["path"]] = simulator.announce(order)
        ledgers, come = _settle(running, jobs)
        events += come
        for path, ledger in ledgers.items():
            changes[path] += ledger["changes"]
    for subscription in filter(None, made):
        simulator.unsubscribe(tenant, subscription)
    by_subscription: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_subscription[event["subscriptionid"]].append(event)
    seen = {
        row["path"]: Seen(
            apis[row["path"]],
            changes[row["path"]],
            by_subscription[subscription] if subscription else [],
        )
        for row, subscription in zip(rows, made, strict=True)
    }
    return seen, events


def _subscribe(
    simulator: Simulator, tenant: str, request: dict[str, Any]
) -> tuple[str, str | None]:
    """The API that takes it, v1.0 if that does, and the subscription's id, if one does."""
    for api in ("v1.0", "beta"):
        try:
            return api, simulator.subscribe(tenant, request, api)["id"]
        except SimulatorRefused as refusal:
            if " -> 400 " not in str(refusal):
                raise
    return "refused", None


def _request(
    running: Stack,
    resource: str,
    changes: list[str],
    certificate: Certificate | None,
    longest_minutes: int = 4320,
) -> dict[str, Any]:
    life = datetime.timedelta(minutes=min(longest_minutes - 5, 70 * 60))
    expires = datetime.datetime.now(datetime.timezone.utc) + life
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


def _prove_sizes(running: Stack) -> tuple[int, int, list[Event]]:
    """Announces messages of sizes about each limit: how many of how many became their events."""
    simulator, tenant = running.simulator, running.identities.tenants[0]
    jobs, made = {}, []
    for resource, sizes, certificate in (
        ("chats/getAllMessages", SEALED, running.keys.in_secret),
        ("teams/getAllMessages", READ, None),
    ):
        request = _request(running, resource, ["created"], certificate)
        made.append(simulator.subscribe(tenant, request)["id"])
        order = {"count": len(sizes), "bytes": sizes, "seed": 1, "subscriptions": [made[-1]]}
        jobs[resource] = simulator.announce(order)
    ledgers, events = _settle(running, jobs)
    for subscription in made:
        simulator.unsubscribe(tenant, subscription)
    changes = [change for ledger in ledgers.values() for change in ledger["changes"]]
    right = arrived(changes, events, lambda reference: json.loads(_stored(running, reference)))
    return right, len(changes), events


def _stored(running: Stack, reference: str) -> bytes:
    """The content that a reference of an event names: `s3://bucket/key`."""
    bucket, _, key = reference.removeprefix("s3://").partition("/")
    stores = running.emulator.client("s3")
    content: bytes = stores.get_object(Bucket=bucket, Key=key)["Body"].read()
    return content


def _prove_content(running: Stack) -> tuple[int, int, list[Event]]:
    """Has the contents of meetings fetched: how many of how many are kept, and their events."""
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
        simulator.bring_about(tenant, [resource])
        request = _request(running, resource, ["created"], certificate)
        made.append(simulator.subscribe(tenant, request)["id"])
        order = _order(["created"], made[-1], kind, 500 + turn)
        jobs[f"{kind} {turn}"] = simulator.announce(order)
    ledgers, events = _settle(running, jobs)
    for subscription in made:
        simulator.unsubscribe(tenant, subscription)
    changes = [change for ledger in ledgers.values() for change in ledger["changes"]]
    shared = shared_ids(events)

    def read(path: str) -> bytes:
        return simulator.content(tenant, path)

    def stored(bucket: str, key: str) -> bytes:
        content: bytes = stores.get_object(Bucket=bucket, Key=key)["Body"].read()
        return content

    kept = sum(
        is_kept([event for event in events if event["subject"] == resource], shared, read, stored)
        for resource in {change["resource"] for change in changes}
    )
    return kept, len(changes), events


def is_kept(
    deliveries: Sequence[Event],
    shared: set[str],
    read: Callable[[str], bytes],
    stored: Callable[[str, str], bytes],
) -> bool:
    """True if a transcript or recording became one event, with Graph's content of it.

    `read` gives what a path of Graph answers, `stored` what a key of a bucket holds.
    """
    ids = {event["id"] for event in deliveries}
    if len(ids) != 1 or ids & shared:
        return False
    path = _content_path(deliveries[0]["subject"])
    description, content = json.loads(read(path.removesuffix("/content"))), read(path)
    for event in deliveries:
        bucket, _, key = event.get("contentref", "s3:///").removeprefix("s3://").partition("/")
        if event["origin"] != "hydrated" or event.get("data") != description:
            return False
        if not key.startswith("content/") or stored(bucket, key) != content:
            return False
    return True


def _content_path(subject: str) -> str:
    """The path at which the documents say the content of a transcript or recording is."""
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

    def left() -> str:
        running.check()
        taken = take_events(sqs, queues["events"])
        events.extend(arrival.event for arrival in taken)
        if taken:
            return f"{len(events)} events taken, and more there"
        busy = sum(not running.simulator.job(job)["done"] for job in jobs.values())
        counts = {name: waiting(sqs, queues[name]) for name in _WORK}
        return f"{busy} jobs, {counts}" if busy or any(counts.values()) else ""

    wait_until("everything announced has settled", left, lambda more: not more, poll=0.0)
    return {path: running.simulator.job(job) for path, job in jobs.items()}, events


def cells_of(
    rows: list[dict[str, Any]],
    stated: dict[str, Stated],
    kind: str,
    seen: dict[str, Seen],
    shared: set[str],
) -> list[Cell]:
    """The cells that a run of one kind has something to say of."""
    cells = []
    for row in rows:
        path = row["path"]
        page, (api, changes, events) = stated[path], seen[path]
        made = api if api in (row["api"], "refused") else f"{api}, not {row['api']}"
        if kind == "rich" and not row["richNotifications"]:
            made = page.subscribed if api == "refused" else f"{api}, with its data"
            cells.append(Cell(path, "subscribed rich", page.subscribed, made, 1))
            continue
        cells.append(Cell(path, f"subscribed {kind}", page.subscribed, made, 1))
        found = outcomes(changes, events, shared)
        alive = [one for one in found if one.change_type != "deleted"]
        told = page.announced_rich if kind == "rich" else page.announced_basic
        cells.append(Cell(path, f"announced {kind}", told, _kinds_of(changes) or _NEVER, len(changes)))
        column, text = ("decrypted", page.decrypted)
        if kind == "basic":
            column, text = ("hydrated", page.hydrated)
        cells.append(Cell(path, column, text, _all(alive) or _NEVER, len(alive)))
        deletions = [one for one in found if one.change_type == "deleted"]
        gone = _deletions(page.deleted, deletions)
        cells.append(Cell(path, f"deleted ({kind})", page.deleted, gone, len(deletions)))
    return cells


def _kinds_of(changes: Sequence[Change]) -> str:
    """The kinds of changes that happened, in the order of the page."""
    there = {change["changeType"] for change in changes}
    return ", ".join(kind for kind in ("created", "updated", "deleted") if kind in there)


def _all(found: Sequence[Outcome]) -> str:
    return "; ".join(sorted({one.became for one in found}))


def _deletions(stated: str, found: Sequence[Outcome]) -> str:
    """The outcome of deletions: where it may be either, Graph sealed what must be decrypted."""
    right = {"rich": "decrypted", "basic": "tombstone"}
    either = stated == "tombstone, or decrypted"
    if either and found and all(one.became == right.get(one.kind) for one in found):
        return stated
    if either:
        wrong = [one for one in found if one.became != right.get(one.kind)]
        told = {": ".join(filter(None, (one.kind, one.became))) for one in wrong}
        return "; ".join(sorted(told)) or _NEVER
    return _all(found) or _NEVER


def _render(cells: list[Cell]) -> str:
    lines = []
    for cell in sorted(cells, key=lambda cell: cell.path):
        mark = "ok  " if cell.holds else "FAIL"
        seen = "" if cell.holds else f", seen: {cell.seen}"
        lines.append(f"{mark}  {cell.path} | {cell.column}: {cell.stated} ({cell.count}){seen}")
    return "\n".join(lines)
