"""A consumer of the events queue, and what it knows beside what there is. Pure."""

from collections import Counter
from typing import Any

DELETED = "deleted"
"""In the place of a version."""

Known = dict[str, str]
"""Path of a message to its version, or DELETED."""


class Consumer:
    """Keeps of each message the newest version that it heard of.

    Each message of the simulator changes once, but what tells of it comes in any order and more
    than once.
    """

    def __init__(self) -> None:
        self.known: dict[str, Known] = {}
        """By tenant."""
        self.origins: Counter[str] = Counter()
        self.decrypted: set[tuple[str, str]] = set()
        """Tenant and path of what came sealed."""
        self.notes: Counter[str] = Counter()
        """The reasons in the events of gaps."""

    def take(self, event: dict[str, Any]) -> None:
        """Takes one event."""
        self.origins[event["origin"]] += 1
        if event["origin"] == "decrypted":
            self.decrypted.add((event["tenantid"], event["subject"]))
        kind, _, change = event["type"].rpartition(".")
        if event["type"] == "teamwire.gap":
            self.notes[event.get("data", {}).get("reason", "unknown")] += 1
        if kind != "microsoft.graph.chatMessage":
            return
        known = self.known.setdefault(event["tenantid"], {})
        path = event["subject"]
        if change == "deleted" or known.get(path) == DELETED:
            known[path] = DELETED
        else:
            known[path] = max(known.get(path, ""), event.get("contentversion", ""), key=_age)


def _age(version: str) -> tuple[int, str]:
    return len(version), version


def there(world: dict[str, str | None], deleted: set[str]) -> Known:
    """The messages that a consumer should know: those of the world, those deleted as such."""
    return {
        path: DELETED if path in deleted else version or ""
        for path, version in world.items()
        if "/messages('" in path
    }


def differences(known: Known, world: Known) -> list[str]:
    """Every message that the two do not agree on, and how."""
    return [
        f"{path}: is {world.get(path, 'not there')}, known as {known.get(path, 'nothing')}"
        for path in sorted(known.keys() | world.keys())
        if known.get(path) != world.get(path)
    ]
