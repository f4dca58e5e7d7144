"""How much is proven: a thousand subscriptions and thirty days, or less for a quick look."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    tenants: int
    subscriptions: int
    """In all tenants together."""
    days: int
    minutes: int
    """Between two runs of the schedule."""


def size() -> Size:
    """As the variables TENANTS, SUBSCRIPTIONS, DAYS and MINUTES say, where they are set."""
    return Size(
        tenants=_number("TENANTS", 5),
        subscriptions=_number("SUBSCRIPTIONS", 1000),
        days=_number("DAYS", 30),
        minutes=_number("MINUTES", 60),
    )


def _number(name: str, default: int) -> int:
    return int(os.environ.get(name, default))
