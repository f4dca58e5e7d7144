"""The outcome of each change of a subscription. Pure: the ledger's changes and the events come in.
Pure: the ledger's changes and the events come in.

Used by `prove-resources`. An outcome in a word of docs/RESOURCES.md means that everything about
the event is right; whatever is wrong has words of its own, which no cell of the page has.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from local.verdict import Change, Event

_Place = tuple[str, str, str]
"""Tenant, path of the resource, and what happened to it."""


class Outcome(NamedTuple):
    """The outcome of one change."""

    change_type: str
    kind: str
    """The kind of its notification, as the ledger says: `rich` or `basic`."""
    became: str


def shared_ids(events: Iterable[Event]) -> set[str]:
    """The ids that more than one resource, or more than one kind of change to it, has."""
    places: dict[str, set[_Place]] = defaultdict(set)
    for event in events:
        places[event["id"]].add(_place_of(event))
    return {one for one, its in places.items() if len(its) > 1}


def outcomes(
    changes: Sequence[Change], events: Iterable[Event], shared: set[str]
) -> list[Outcome]:
    """The outcomes of all changes of one subscription, from all events of it.

    `shared` has the ids that must not be there, because other changes have them too.
    """
    arrived: dict[_Place, list[Event]] = defaultdict(list)
    for event in events:
        arrived[_place_of(event)].append(event)
    announced: dict[_Place, list[Change]] = defaultdict(list)
    states: dict[str, list[Change]] = defaultdict(list)
    for change in changes:
        place = (change["tenantId"], change["resource"], change["changeType"])
        announced[place].append(change)
        states[change["resource"]].append(change)
    found = [
        outcome
        for place, group in announced.items()
        for outcome in _of_group(group, arrived.pop(place, []), states[place[1]], shared)
    ]
    strangers = [Outcome(place[2], "", "an event of no change") for place in arrived]
    return found + strangers


def _place_of(event: Event) -> _Place:
    return event["tenantid"], event["subject"], event["type"].rsplit(".", 1)[-1]


def _of_group(
    group: Sequence[Change], events: Sequence[Event], states: Sequence[Change], shared: set[str]
) -> list[Outcome]:
    """Of the changes of one kind to one resource, mostly one; it has `states` to be read in."""
    left: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        left[event["id"]].append(event)
    if not shared.isdisjoint(left):
        return [_outcome(change, "an id that another change has too") for change in group]
    found, missing = [], []
    for change in (change for change in group if change["kind"] == "rich"):
        own = next((one for one, its in left.items() if _opened(change, its)), None)
        if own is None:
            missing.append(change)
        else:
            del left[own]
            found.append(_outcome(change, "decrypted"))
    missing += [change for change in group if change["kind"] != "rich"]
    if missing:
        word = _word(left, len(missing), states)
        found += [_outcome(change, word) for change in missing]
    elif left:
        found.append(_outcome(group[0], f"{len(left)} ids too many"))
    return found


def _outcome(change: Change, became: str) -> Outcome:
    return Outcome(change["changeType"], change["kind"], became)


def _opened(change: Change, deliveries: Iterable[Event]) -> bool:
    """True if each delivery of an event is what was sealed."""
    return all(event["origin"] == "decrypted" and _is(change, event) for event in deliveries)


def _is(change: Change, event: Event) -> bool:
    same = event.get("data") == change["data"] and change["data"] is not None
    return same and event.get("contentversion") == change["version"]


def _word(by_id: dict[str, list[Event]], changes: int, states: Sequence[Change]) -> str:
    """The common outcome of so many changes that nothing was opened for."""
    events = [event for deliveries in by_id.values() for event in deliveries]
    names = sorted({_name(event, states) for event in events})
    if len(names) != 1:
        return "several: " + "; ".join(names) if names else "nothing"
    versions = {event.get("contentversion") for event in events}
    # All tombstones of a resource are one; so are two readings of the same version.
    one_each = names != ["tombstone"] and versions == {None}
    most = changes if one_each else len(versions)
    return names[0] if len(by_id) <= most else f"{names[0]}, under {len(by_id)} ids"


def _name(event: Event, states: Sequence[Change]) -> str:
    origin = event["origin"]
    if origin == "reference":
        if event.get("data") != {"@odata.id": event["subject"]}:
            return "reference to something else"
        reason = event.get("referencereason")
        return "tombstone" if reason == "deleted" else f"reference, `{reason}`"
    if origin == "hydrated" and any(_is(state, event) for state in states):
        return origin
    return f"{origin} to something else"
