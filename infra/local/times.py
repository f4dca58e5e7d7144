"""Times as Graph and the simulator write them."""

import datetime


def parse_time(text: str) -> datetime.datetime:
    """An RFC 3339 time in UTC. Python 3.10 reads neither the Z nor any number of digits."""
    whole, _, fraction = text.removesuffix("Z").partition(".")
    return datetime.datetime.fromisoformat(f"{whole}.{fraction:0<6.6}+00:00")
