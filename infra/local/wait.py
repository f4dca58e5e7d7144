"""Waiting for a condition, and saying what was seen last where it never comes."""

import time
from collections.abc import Callable
from typing import TypeVar

from .problem import Problem

TIMEOUT_SECONDS = 300.0
"""More than the 180 s that a queue hides what a function did not end with, and many times what else
anything takes on an idle machine: it passes only where something is wrong."""
_POLL_SECONDS = 0.1
_SHOWN = 3000
"""Characters of what was seen last, at most."""

Seen = TypeVar("Seen")


class TimedOut(Problem):
    """A condition that never came."""


def wait_until(
    what: str,
    look: Callable[[], Seen],
    good: Callable[[Seen], bool] = bool,
    timeout: float | None = None,
    poll: float = _POLL_SECONDS,
) -> Seen:
    """The result of `look`, as soon as it is `good`; raises TimedOut with the last result."""
    timeout = TIMEOUT_SECONDS if timeout is None else timeout
    deadline = time.monotonic() + timeout
    while True:
        seen = look()
        if good(seen):
            return seen
        if time.monotonic() > deadline:
            raise TimedOut(f"not within {timeout:.0f} s: {what}; last seen: {_short(seen)}")
        time.sleep(poll)


def _short(seen: object) -> str:
    text = "\n".join(map(str, seen)) if isinstance(seen, tuple) else str(seen)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN // 4]} .. {text[-_SHOWN * 3 // 4 :]}"
