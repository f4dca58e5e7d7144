"""Compares what Graph announced with what arrived. Pure: the ledger and the queues come in."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from .queues import DeadLetter

Change = dict[str, Any]
"""A change as the simulator's ledger tells it."""

Event = dict[str, Any]
"""A CloudEvent off the events queue."""

Key = tuple[str, str, str]
"""Tenant, type and subject. The simulator changes each resource once, so this is one change."""


@dataclass(frozen=True)
class Row:
    """One line of the table: a kind of change, and what became of it."""

    label: str
    announced: int
    sent_twice: int
    tampered: int
    arrived: int
    wrong: int


@dataclass
class Verdict:
    """The table, and every expectation with how it was met."""

    rows: list[Row] = field(default_factory=list)
    checks: list[tuple[str, bool, str]] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """True if every expectation was met."""
        return all(met for _, met, _ in self.checks)

    def expect(self, what: str, met: bool, detail: str) -> None:
        """Notes one expectation."""
        self.checks.append((what, met, detail))


def change_key(change: Change) -> Key:
    """The key of the event that a change must become."""
    kind = resource_kind(change["resource"])
    return change["tenantId"], f"microsoft.graph.{kind}.{change['changeType']}", change["resource"]


def event_key(event: Event) -> Key:
    """The key of an event that arrived."""
    return event.get("tenantid", ""), event.get("type", ""), event.get("subject", "")


def resource_kind(path: str) -> str:
    """Graph's name for what a resource path leads to."""
    last = path.rsplit("/", 1)[-1].partition("(")[0]
    return {"chats": "chat", "messages": "chatMessage", "replies": "chatMessage"}.get(last, last)


def intact(change: Change) -> bool:
    """True if nothing was done to the notification on its way."""
    return change["fault"] is None


def missing(changes: Iterable[Change], events: Iterable[Event]) -> set[Key]:
    """Intact changes without an event so far."""
    return {change_key(each) for each in changes if intact(each)} - set(map(event_key, events))


def judge(
    ledger: dict[str, Any],
    events: Sequence[Event],
    dead_letters: dict[str, list[DeadLetter]],
) -> Verdict:
    """Holds all that happened against all that was announced.

    `ledger` is the simulator's job; `dead_letters` has the messages of every dead-letter queue,
    and of the quarantine, by name.
    """
    changes = ledger["changes"]
    arrived: dict[Key, list[Event]] = defaultdict(list)
    for event in events:
        arrived[event_key(event)].append(event)
    verdict = Verdict()
    verdict.expect(
        "every POST was answered with 2xx in the end",
        ledger["done"] and ledger["accepted"] == ledger["posts"],
        f"{ledger['accepted']} of {ledger['posts']}, {ledger['retried']} repeated",
    )
    _table(verdict, changes, arrived)
    _events(verdict, changes, arrived)
    _dead_letters(verdict, changes, dead_letters)
    return verdict


def faults_of(change: Change, events: Sequence[Event]) -> list[str]:
    """The faults in the events of one change: none, if they are one, and the right one."""
    if not intact(change):
        return ["came through although it was tampered with"] if events else []
    if not events:
        return ["did not arrive"]
    right = right_event(change)
    faults = []
    if len({event.get("id") for event in events}) != 1:
        faults.append("has more than one event id")
    for event in events:
        faults += [f"has another {name}" for name in right if event.get(name) != right[name]]
    return faults


def right_event(change: Change) -> dict[str, Any]:
    """The attributes that an event of this change has to have."""
    return {
        "specversion": "1.0",
        "source": f"https://graph.microsoft.com/{change['tenantId']}",
        "subscriptionid": change["subscriptionId"],
        **_content(change),
    }


def _content(change: Change) -> dict[str, Any]:
    """The origin of the event's data, and the data: for a deletion no more than the path."""
    if change["kind"] == "rich":
        return {"origin": "decrypted", "data": change["data"]}
    if change["changeType"] == "deleted":
        data = {"@odata.id": change["resource"]}
        return {"origin": "reference", "referencereason": "deleted", "data": data}
    return {"origin": "hydrated", "data": change["data"]}


def _table(verdict: Verdict, changes: Sequence[Change], arrived: dict[Key, list[Event]]) -> None:
    groups: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        kind = resource_kind(change["resource"])
        groups[f"{kind} {change['changeType']} {change['kind']}"].append(change)
    for label, group in sorted(groups.items()):
        found = [arrived.get(change_key(change), []) for change in group]
        tampered = sum(not intact(change) for change in group)
        wrong = sum(
            bool(faults_of(change, events)) for change, events in zip(group, found, strict=True)
        )
        twice = sum(change["duplicated"] for change in group)
        verdict.rows.append(Row(label, len(group), twice, tampered, sum(map(bool, found)), wrong))


def _events(verdict: Verdict, changes: Sequence[Change], arrived: dict[Key, list[Event]]) -> None:
    expected = {change_key(change) for change in changes}
    verdict.expect(
        "every change has a key of its own", len(expected) == len(changes), f"{len(changes)}"
    )
    faults = Counter(
        fault
        for change in changes
        for fault in set(faults_of(change, arrived.get(change_key(change), [])))
    )
    wanted = sum(map(intact, changes))
    detail = f"{wanted}" if not faults else "; ".join(f"{n} {fault}" for fault, n in faults.items())
    verdict.expect("every intact change is exactly one event, the right one", not faults, detail)
    strangers = [key for key in arrived if key not in expected]
    verdict.expect("nothing else arrived", not strangers, f"{len(strangers)}")
    ids = [{event.get("id") for event in events} for events in arrived.values()]
    distinct = len(set().union(*ids)) == sum(map(len, ids))
    verdict.expect("no two changes share an event id", distinct, f"{sum(map(len, ids))} ids")
    twice = [change for change in changes if change["duplicated"] and intact(change)]
    deliveries = sum(map(len, arrived.values()))
    verdict.expect(
        "what Graph sent twice has one id",
        all(len({e.get("id") for e in arrived.get(change_key(c), [])}) == 1 for c in twice),
        f"{len(twice)} sent twice, {deliveries} deliveries in all",
    )


def _dead_letters(
    verdict: Verdict, changes: Sequence[Change], dead_letters: dict[str, list[DeadLetter]]
) -> None:
    tampered = sum(2 if each["duplicated"] else 1 for each in changes if not intact(each))
    for name, letters in dead_letters.items():
        if name == "decrypt-dead-letters":
            marked = Counter((letter.reason, letter.source) for letter in letters)
            verdict.expect(
                "tampered notifications are dead letters of decrypt, reason tampered",
                marked == Counter({("tampered", "decrypt"): tampered} if tampered else {}),
                ", ".join(f"{n} {reason}" for (reason, _), n in marked.items()) or "none",
            )
        else:
            verdict.expect(f"{name} is empty", not letters, f"{len(letters)}")
