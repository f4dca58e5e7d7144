"""The calendar of faults: for so many days, from a seed. Pure. Pure."""

from dataclasses import dataclass

DAY = 24 * 60


@dataclass(frozen=True)
class Windows:
    """Trouble that lasts, as minutes from the start: from and to."""

    entra_dead: tuple[int, int]
    consent_lost: tuple[int, int]
    nobody_runs: tuple[int, int]


@dataclass(frozen=True)
class Due:
    """Trouble of a day."""

    kind: str
    minute: int
    """From the start."""


_HOURS = {
    "removed": 3,
    "removed, told": 5,
    "missed": 7,
    "paused": 9,
    "storm": 11,
}
_TRAFFIC_HOURS = (1, 8, 14, 20, 23)


def windows(days: int) -> Windows:
    """Each in another part of the time."""
    return Windows(
        entra_dead=_hours(days // 6, 18, 22),
        consent_lost=_hours(days // 2, 13, 19),
        nobody_runs=_hours(days * 5 // 6, 19, 23),
    )


def dues(days: int) -> list[Due]:
    """The faults due each day, in order."""
    hours = [*_HOURS.items(), *(("traffic", hour) for hour in _TRAFFIC_HOURS)]
    found = [
        Due(kind, day * DAY + hour * 60) for day in range(days) for kind, hour in hours
    ]
    lasting = windows(days)
    # Some are lost while nobody can do anything about it.
    found += [
        Due("removed", window[0] + 60) for window in (lasting.entra_dead, lasting.consent_lost)
    ]
    return sorted(found, key=lambda due: due.minute)


def _hours(day: int, begin: int, end: int) -> tuple[int, int]:
    return day * DAY + begin * 60, day * DAY + end * 60
