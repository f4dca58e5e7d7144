"""The days: time passes, trouble comes and goes, messages are sent, the schedule runs."""

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from ..control import Control
from .calendar import DAY, Due, dues, windows
from .function_under_test import FunctionUnderTest
from .gap_check import Round, Trouble
from .size import Size
from .wanted import Wanted

_MISSED = 2
"""Notifications that are dropped before `missed` says so."""
_PLACES = 12
"""Conversations in which something happens each time."""
_HARMED = 3
"""Subscriptions that are paused, or miss something, each time."""


@dataclass
class Told:
    """The changes that happened, and those that were to be notified."""

    deleted: dict[str, set[str]] = field(default_factory=dict)
    """Paths by tenant."""
    changes: int = 0
    unheard: int = 0
    """Changes that no subscription was told of."""
    heard: list[tuple[str, str]] = field(default_factory=list)
    """Subscription and path."""
    jobs: list[str] = field(default_factory=list)


class Timeline:
    """Runs the days, and notes what was done."""

    def __init__(
        self,
        control: Control,
        function: FunctionUnderTest,
        wanted: list[Wanted],
        size: Size,
        seed: int,
    ) -> None:
        self.control = control
        self._function = function
        self._wanted = wanted
        self._tenants = list(dict.fromkeys(one.tenant for one in wanted))
        self._rng = random.Random(seed)
        self._minutes = size.minutes
        self._calendar, self._windows = dues(size.days), windows(size.days)
        self._at = 0
        self._lasting: dict[str, float] = {}
        """Trouble that is not over, since when."""
        self.told = Told()
        self.troubles: list[Trouble] = []
        self.rounds: list[Round] = []
        self.done: Counter[str] = Counter()
        """Steps of all runs by name."""
        self.faults: Counter[str] = Counter()
        """Faults that runs told of, by reason."""
        self.ordered: Counter[str] = Counter()
        """Trouble that was made, by kind."""
        self.storm_429s = 0
        self._hindered: set[str] = set()
        self._storming = False
        self._unheard_at: list[Wanted] = []

    def run(self, until: int) -> None:
        """Goes on until so many days are over, with a run of the schedule every so often."""
        while self._at < until * DAY:
            for kind, (begin, end) in vars(self._windows).items():
                if begin <= self._at < end and kind not in self._lasting:
                    self._begin(kind)
                if self._at >= end and kind in self._lasting:
                    self._end(kind)
            while self._calendar and self._calendar[0].minute <= self._at:
                self._make(self._calendar.pop(0))
            self._pass()
            self._at += self._minutes
            if "nobody_runs" not in self._lasting:
                self.reconcile()

    def reconcile(self) -> dict[str, Any]:
        """One run of the schedule."""
        before = self.control.stats()["tooManyRequests"] if self._storming else 0
        began = self.control.now()
        report = self._function.order({"action": "reconcile"})
        hindered = frozenset(self._tenants if self._storming else self._hindered)
        self.rounds.append(Round(began, self.control.now(), hindered))
        self.note(report)
        if self._storming:
            self._storm(status=503, requests=0)
            self._storming = False
            self.storm_429s += self.control.stats()["tooManyRequests"] - before
        return report

    def keys(self) -> list[tuple[str, str]]:
        """Every subscription: its tenant and what it is to."""
        return [one.key for one in self._wanted]

    def slowest_round(self) -> float:
        """The duration of the longest run, in seconds."""
        return max(each.ended - each.began for each in self.rounds)

    def note(self, report: dict[str, Any]) -> None:
        """Counts what a run did."""
        for tenant in report["tenants"]:
            for change in tenant["changes"]:
                if change.get("outcome") == "done":
                    self.done[change["action"]] += 1
        self.faults.update(fault["reason"] for fault in report["faults"])

    def happen(self, tenant: str, resources: list[str], count: int) -> dict[str, Any]:
        """Messages are sent, changed and deleted there."""
        seed = self._rng.getrandbits(32)
        answer = self.control.happen(tenant, resources, count, seed)
        self.told.jobs.append(answer["job"])
        deleted = self.told.deleted.setdefault(tenant, set())
        for change in answer["changes"]:
            self.told.changes += 1
            self.told.unheard += not change["told"]
            self.told.heard += [(one, change["resource"]) for one in change["told"]]
            if change["changeType"] == "deleted":
                deleted.add(change["resource"])
        return answer

    def _pass(self) -> None:
        """Time passes. Something happens to those that are gone, and as late as can be, again."""
        if not self._unheard_at:
            self.control.advance(self._minutes * 60)
            return
        for _ in range(2):
            self.control.advance(self._minutes * 30)
            for tenant in self._tenants:
                gone = [one.resource for one in self._unheard_at if one.tenant == tenant]
                if gone:
                    self.happen(tenant, gone, 2 * len(gone))
        self._unheard_at = []

    def _begin(self, kind: str) -> None:
        self.ordered[kind] += 1
        self._lasting[kind] = self.control.now()
        if kind == "entra_dead":
            self.control.fault("entra", down=True)
            self._hindered.update(self._tenants)
        elif kind == "consent_lost":
            self.control.fault("consent", tenant=self._tenants[-1], lost=True)
            self._hindered.add(self._tenants[-1])

    def _end(self, kind: str) -> None:
        tenant = None
        if kind == "entra_dead":
            self.control.fault("entra", down=False)
            self._hindered.clear()
        elif kind == "consent_lost":
            tenant = self._tenants[-1]
            self.control.fault("consent", tenant=tenant, lost=False)
            self._hindered.clear()
        since = self._lasting.pop(kind)
        self.troubles.append(Trouble(kind, since, self.control.now(), tenant))

    def _make(self, due: Due) -> None:
        if due.kind == "traffic":
            tenant = self._tenants[due.minute // 60 % len(self._tenants)]
            if tenant not in self._hindered:
                places = [one.resource for one in self._choose(_PLACES, tenant)]
                self.happen(tenant, places, _PLACES)
        elif due.kind == "storm":
            self._storm_of(due.minute // DAY)
        else:
            self._make_harm(due)

    def _make_harm(self, due: Due) -> None:
        """Subscriptions are removed, paused, or miss something; Graph tells, or does not."""
        is_removal = due.kind.startswith("removed")
        some = max(2, len(self._wanted) // 100) if is_removal else _HARMED
        chosen = self._choose(some)
        ids, since = self._function.ids(), self.control.now()
        if due.kind == "removed, told":
            self.control.fault("lifecycleLost", share=0.5, seed=due.minute)
        jobs, sent = [], self.control.stats()["lifecycleNotifications"]
        for one in chosen:
            jobs += self._harm(due.kind, one, ids[one.key])
        self.control.fault("lifecycleLost", share=0.0)
        kind = due.kind
        if kind == "removed":
            if "entra_dead" in self._lasting:
                kind = "removed while Entra is dead"
            elif self._lose_answers(due.minute // DAY):
                kind = "removed, and the answers about the next lost"
        else:
            self._function.wait_for_lifecycle(jobs, sent + len(jobs) * (kind == "missed"))
        if is_removal:
            self._unheard_at = [one for one in chosen if one.has_messages]
        self.ordered[kind] += len(chosen)
        self.troubles += [
            Trouble(kind, since, self.control.now(), one.tenant, frozenset([one.resource]))
            for one in chosen
        ]

    def _harm(self, kind: str, one: Wanted, subscription: str) -> list[str]:
        if kind == "missed":
            self.control.fault("missed", subscriptionId=subscription, notifications=_MISSED)
            return [str(self.happen(one.tenant, [one.resource], _MISSED)["job"])]
        what, told = ("pause", True) if kind == "paused" else ("remove", kind != "removed")
        job = self.control.fault(what, subscriptionId=subscription, told=told)
        return [job] if job else []

    def _choose(self, some: int, tenant: str | None = None) -> list[Wanted]:
        able = [
            one
            for one in self._wanted
            if one.has_messages
            and tenant in (None, one.tenant)
            and one.tenant not in self._hindered
        ] or [one for one in self._wanted if one.has_messages]
        return self._rng.sample(able, min(some, len(able)))

    def _storm_of(self, day: int) -> None:
        """By turns: refused for a while, failing by lot."""
        if day % 10 == 1:
            self._storm(status=429, retryAfter=1, requests=10)
        elif day % 10 == 6:
            self._storm(status=503, share=0.3, seed=day, requests=20)
        else:
            return
        self.ordered["storm"] += 1

    def _lose_answers(self, day: int) -> bool:
        """Makes Graph lose answers: the subscription exists although the answer said otherwise, and
        is a 409 the next time.
        """
        loses = day % 10 in (0, 4)
        if loses:
            self._storm(status=504, answerLost=True, share=0.5, seed=day, requests=6)
        return loses

    def _storm(self, **members: Any) -> None:
        self.control.fault("graph", on="subscriptions", **members)
        self._storming = True
