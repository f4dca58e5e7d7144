"""The subscriptions that are kept alive: of every kind, rich and basic by turns."""

import random
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_ALL = ("created", "updated", "deleted")
_DAYS_3 = 4320
_HOURS_4 = 240
"""A life that ends if nobody renews for some hours."""


@dataclass(frozen=True)
class Wanted:
    """One subscription."""

    tenant: str
    resource: str
    changes: tuple[str, ...]
    kind: str
    """`rich` or `basic`."""
    minutes: int
    """Its life."""

    @property
    def has_messages(self) -> bool:
        """True if it is to the messages of something."""
        return self.resource.endswith("essages")

    @property
    def key(self) -> tuple[str, str]:
        """The tenant and what it is to."""
        return self.tenant, self.resource


def wanted(tenants: Sequence[str], each: int, seed: int) -> list[Wanted]:
    """So many in each tenant.

    All messages of the tenant are wanted in the first alone: elsewhere nobody else would tell of
    what one subscription missed.
    """
    rng = random.Random(seed)
    return [
        Wanted(
            tenant,
            resource,
            changes,
            kind="basic" if place % 2 else "rich",
            minutes=_HOURS_4 if place % 40 == 7 else _DAYS_3,
        )
        for turn, tenant in enumerate(tenants)
        for place, (resource, changes) in enumerate(_resources(turn == 0, each, rng))
    ]


def _resources(
    everything: bool, each: int, rng: random.Random
) -> Iterable[tuple[str, tuple[str, ...]]]:
    found = [("chats", _ALL[:2]), ("teams", _ALL), ("chats/getAllMembers", _ALL[::2])]
    if everything:
        found += [("chats/getAllMessages", _ALL), ("teams/getAllMessages", _ALL)]
    else:
        found += [("teams/getAllChannels", _ALL), ("teams/getAllMembers", _ALL)]
    while len(found) < each:
        chat, channel = (f"19:{rng.getrandbits(128):032x}@thread.{end}" for end in ("v2", "tacv2"))
        team, user = (str(uuid.UUID(int=rng.getrandbits(128), version=4)) for _ in range(2))
        found += [
            (f"chats/{chat}/messages", _ALL),
            (f"teams/{team}/channels/{channel}/messages", _ALL),
            (f"chats/{chat}/members", _ALL[::2]),
            (f"teams/{team}/members", _ALL),
            (f"users/{user}/chats/getAllMessages", _ALL),
        ]
        found += [
            (f"chats/19:{rng.getrandbits(128):032x}@thread.v2/messages", _ALL) for _ in range(4)
        ]
    return found[:each]


def file(all_wanted: Iterable[Wanted]) -> str:
    """`subscriptions.toml` for them."""
    lines: list[str] = []
    before = None
    for one in sorted(all_wanted, key=lambda one: one.tenant):
        if one.tenant != before:
            lines += ["[[tenants]]", f'id = "{one.tenant}"', ""]
            before = one.tenant
        lines += ["[[tenants.subscriptions]]", f'resource = "{one.resource}"']
        lines += [f'payload = "{one.kind}"', f"lifetime-minutes = {one.minutes}", ""]
    return "\n".join(lines)
