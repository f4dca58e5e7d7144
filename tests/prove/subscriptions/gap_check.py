"""Times without a subscription: which trouble explains them, and which time nothing explains. Pure.

Trouble explains a gap until the first run of the schedule that it did not hinder has ended.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

UNEXPLAINED = "unexplained"
_TICK = 0.002
"""The simulator writes milliseconds."""


@dataclass(frozen=True)
class Trouble:
    """A fault of subscriptions. Times are seconds since 1970."""

    kind: str
    since: float
    until: float
    tenant: str | None = None
    """None where it was for all."""
    resources: frozenset[str] | None = None
    """The resources of the subscriptions; None if it was all of them."""

    def concerns(self, tenant: str, resource: str) -> bool:
        """True if it was done to that one."""
        return self.tenant in (None, tenant) and (
            self.resources is None or resource in self.resources
        )


@dataclass(frozen=True)
class Round:
    """One run of the schedule."""

    began: float
    ended: float
    hindered: frozenset[str] = frozenset()
    """Tenants that it could do nothing for."""


@dataclass(frozen=True)
class Gap:
    """A time without a subscription that delivers."""

    tenant: str
    resource: str
    since: float
    until: float


@dataclass
class GapCheck:
    """Seconds without a subscription."""

    total: float = 0.0
    of_one: dict[tuple[str, str], float] = field(default_factory=lambda: defaultdict(float))
    """By subscription: its tenant and what it is to."""
    longest: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    """The longest gap by what explains it."""
    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    """By what explains them."""
    gaps: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """The number of gaps, by their explanation."""
    unexplained: list[tuple[Gap, float]] = field(default_factory=list)
    """With the seconds that nothing explains."""


def check_gaps(gaps: Iterable[Gap], troubles: Sequence[Trouble], rounds: Sequence[Round]) -> GapCheck:
    """Adds it all up."""
    found = GapCheck()
    for gap in gaps:
        length = gap.until - gap.since
        found.total += length
        found.of_one[gap.tenant, gap.resource] += length
        kind, rest = explain(gap, troubles, rounds)
        found.seconds[kind] += length - rest
        found.longest[kind] = max(found.longest[kind], length)
        found.gaps[kind] += 1
        if rest > 0:
            found.seconds[UNEXPLAINED] += rest
            found.unexplained.append((gap, rest))
    return found


def explain(
    gap: Gap, troubles: Iterable[Trouble], rounds: Sequence[Round]
) -> tuple[str, float]:
    """The explanation of a gap, and the number of its seconds that nothing explains."""
    best = (UNEXPLAINED, gap.until - gap.since)
    for trouble in troubles:
        if not trouble.concerns(gap.tenant, gap.resource) or gap.since < trouble.since - _TICK:
            continue
        mended = _mended(trouble, gap.tenant, rounds)
        if mended < gap.since:
            continue
        rest = max(0.0, gap.until - mended - _TICK)
        if rest < best[1] or (rest == best[1] and best[0] == UNEXPLAINED):
            best = (trouble.kind, rest)
    return best


def _mended(trouble: Trouble, tenant: str, rounds: Sequence[Round]) -> float:
    """The end of the first run that began after the trouble, and was not hindered."""
    after = (
        run.ended
        for run in rounds
        if run.began >= trouble.until - _TICK and tenant not in run.hindered
    )
    return next(after, float("inf"))
