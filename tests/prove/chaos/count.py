"""What was announced beside what arrived: each change by its key, without what it holds.

Pure: changes and events come in. A hundred thousand of them take some 100 MB.
"""

import hashlib
import json
from collections import Counter, defaultdict
from typing import Any

from local.verdict import Change, Event, Key, change_key, event_key, right_event

_COMPARED = ("specversion", "source", "subscriptionid", "origin", "referencereason", "data")
_Content = bytes
"""The digest of what is compared."""


class Count:
    """Of one events queue."""

    def __init__(self) -> None:
        self.changes = self.deliveries = 0
        self._announced: dict[Key, _Content] = {}
        self._arrived: dict[Key, set[tuple[str, _Content]]] = defaultdict(set)

    def announce(self, change: Change) -> None:
        """A change whose POST Graph was told 202 for."""
        self.changes += 1
        self._announced[change_key(change)] = _content(right_event(change))

    def arrive(self, event: Event) -> None:
        """An event as a consumer has it, its data with it."""
        self.deliveries += 1
        self._arrived[event_key(event)].add((event["id"], _content(event)))

    @property
    def announced(self) -> int:
        """Keys of changes."""
        return len(self._announced)

    def lost(self) -> set[Key]:
        """Changes without an event."""
        return set(self._announced) - set(self._arrived)

    def strange(self) -> set[Key]:
        """Events of no change."""
        return set(self._arrived) - set(self._announced)

    def many_ids(self) -> set[Key]:
        """Changes with more than one id, and those whose id another has too."""
        ids = {key: {one for one, _ in its} for key, its in self._arrived.items()}
        of = Counter(one for its in ids.values() for one in its)
        return {key for key, its in ids.items() if len(its) > 1 or any(of[one] > 1 for one in its)}

    def other_content(self) -> set[Key]:
        """Changes with an event that does not say what happened."""
        return {
            key
            for key, content in self._announced.items()
            if any(held != content for _, held in self._arrived.get(key, ()))
        }


def _content(attributes: dict[str, Any]) -> _Content:
    compared = [attributes.get(name) for name in _COMPARED]
    return hashlib.sha256(json.dumps(compared, sort_keys=True).encode()).digest()
