"""A case: one section of the runbook, with the situation that it is about."""

from collections.abc import Callable
from dataclasses import dataclass

from .scene import Scene


def nothing(_: Scene) -> None:
    """Does nothing."""


@dataclass(frozen=True)
class Case:
    """The actions around the commands of a section."""

    name: str
    cause: Callable[[Scene], None]
    """Brings the situation about, and says what the placeholders stand for."""
    look: tuple[str, ...]
    """Patterns that the commands that look have to show."""
    over: tuple[str, ...] = ()
    """Patterns that the last commands have to print."""
    over_lacks: tuple[str, ...] = ()
    """Patterns that they must not print any more."""
    by_hand: Callable[[Scene], None] = nothing
    """The steps that a person takes outside of the shell."""
    after: Callable[[Scene], None] = nothing
    """The result that has to come of it, asked for until it has; raises NotAsMeant."""
    waits: bool = False
    """True if its waiting is waited out, and not replaced by new processes."""
    left: str | None = None
    """The counts that `waiting` may print besides `0 0 0`."""
    tidy: Callable[[Scene], None] = nothing
    """Makes the stack what the next case expects."""
