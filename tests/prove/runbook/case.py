"""A case: one section of the runbook, with the situation that it is about."""

from collections.abc import Callable
from dataclasses import dataclass

from .scene import Scene


def nothing(_: Scene) -> None:
    """Where nothing is to be done."""


@dataclass(frozen=True)
class Case:
    """What is done around the commands of a section."""

    name: str
    cause: Callable[[Scene], None]
    """Brings the situation about, and says what the placeholders stand for."""
    look: tuple[str, ...]
    """What its commands have to show, as patterns."""
    over: tuple[str, ...] = ()
    """What the last commands have to print."""
    over_lacks: tuple[str, ...] = ()
    """What they must not print any more."""
    by_hand: Callable[[Scene], None] = nothing
    """What a person does who does not type."""
    after: Callable[[Scene], None] = nothing
    """What has to have come of it, asked for once and again; raises NotAsMeant."""
    waits: bool = False
    """Whether its waiting is waited out, and not replaced by new processes."""
    left: str | None = None
    """What `waiting` may print besides `0 0 0`."""
    tidy: Callable[[Scene], None] = nothing
    """Makes the stack what the next case expects."""
