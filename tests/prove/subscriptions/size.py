"""The extent of the proof: a thousand subscriptions and ten days, or as many as are wanted."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """The extent of everything: ten days are three lives of a subscription, with every trouble."""

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
        days=_number("DAYS", 10),
        minutes=_number("MINUTES", 60),
    )


def _number(name: str, default: int) -> int:
    return int(os.environ.get(name, default))
