"""`prove-subscriptions`: a thousand subscriptions kept alive for ten simulated days of trouble.

The real functions against the simulator with a clock that jumps. Then a certificate is rotated
while messages are sent. The last lines are the figures; the exit status says whether all holds.

The schedule of the template runs every 15 minutes. Here it runs every simulated hour, or as the
variable MINUTES says; DAYS says for how long.
"""

import time
import uuid
from typing import Any

from local.identities import Identities
from local.queues import look_at_dead_letters
from local.stack import Stack, stack

from ..control import Control, seconds
from ..findings import Findings
from . import consumer
from .calendar import DAY
from .timeline import Timeline
from .events import Arrivals
from .function_under_test import FunctionUnderTest
from .gap_check import UNEXPLAINED, Gap, GapCheck, check_gaps
from .rotation import Rotation
from .size import Size, size
from .wanted import file, wanted

_SEED = 1
_SHOWN = 10


def main(started: float) -> int:
    """Runs it and prints the figures; raises NotProven where one is not as it should be."""
    much, findings = size(), Findings()
    identities = Identities(tenants=tuple(str(uuid.uuid4()) for _ in range(much.tenants)))
    with stack("prove-subscriptions", identities, subscribed=False) as running:
        control = Control(running.simulator)
        function = FunctionUnderTest(running, control)
        _say(started, f"up; {much.subscriptions} subscriptions in {much.tenants} tenants")
        all_wanted = wanted(identities.tenants, much.subscriptions // much.tenants, _SEED)
        control.settings(ratesByClock=True, pageSize=500)
        for tenant in identities.tenants:
            named = (one.resource for one in all_wanted if one.tenant == tenant)
            running.simulator.bring_about(tenant, named)
        timeline = Timeline(control, function, all_wanted, much, _SEED)
        with Arrivals(running) as arrivals:
            _apply(running, function, findings, file(all_wanted), len(all_wanted))
            control.watch(
                [
                    {"tenant": one.tenant, "resource": one.resource, "changeTypes": one.changes}
                    for one in all_wanted
                ]
            )
            _say(started, f"made; {much.days} days, a run every {much.minutes} min")
            began = time.monotonic()
            timeline.run(much.days * 4 // 5)
            rotation = Rotation(running, function, timeline, arrivals, all_wanted)
            timeline.run(much.days)
            took = time.monotonic() - began
            _say(started, f"{len(timeline.rounds)} runs in {took:.0f} s")
            coverage = control.coverage()
            arrivals.settle(control, timeline.told.jobs)
            _say(started, "settled; the certificate is rotated")
            with findings.part("a certificate is rotated"):
                for met, what in rotation.run():
                    findings.expect(what, met)
                _say(started, "rotated")
            gap_check = check_gaps(_gaps(coverage), timeline.troubles, timeline.rounds)
            print(_story(timeline, gap_check))
            _coverage(findings, gap_check, timeline, much)
            _consumer(findings, control, timeline, arrivals, identities.tenants)
            _calls(findings, timeline, control.stats())
            _dead_letters(findings, running)
        print(
            f"subscriptions: {len(all_wanted)}; tenants: {much.tenants}; days: {much.days}; "
            f"runs: {len(timeline.rounds)}, every {much.minutes} simulated min; failed: "
            f"{len(findings.failed)}; seconds: {time.monotonic() - started:.0f}"
        )
        findings.conclude()
    return 0


def _say(started: float, what: str) -> None:
    print(f"{time.monotonic() - started:6.1f} s  {what}", flush=True)


def _apply(
    running: Stack, function: FunctionUnderTest, findings: Findings, text: str, count: int
) -> None:
    certificate = running.keys.in_secret
    function.order(
        {
            "action": "use-certificate",
            "id": certificate.id,
            "certificate": certificate.base64_der,
        }
    )
    began = time.monotonic()
    report = function.order({"action": "apply", "desired": text})
    took = time.monotonic() - began
    made = [change for change in _changes(report) if change.get("outcome") == "done"]
    live = sum(tenant["live"] for tenant in report["tenants"])
    findings.expect(
        f"apply makes them all: {len(made)} of {count} in {took:.0f} s; faults: {report['faults']}",
        live == len(made) == count and not report["faults"],
    )
    again = function.order({"action": "apply", "desired": text})
    changes = _changes(again)
    live = sum(tenant["live"] for tenant in again["tenants"])
    findings.expect(
        f"a second apply has nothing to do: {len(changes)} changes, {live} live",
        not changes and live == count and not again["faults"],
    )


def _changes(report: dict[str, Any]) -> list[dict[str, Any]]:
    return [change for tenant in report["tenants"] for change in tenant["changes"]]


def _gaps(coverage: list[dict[str, Any]]) -> list[Gap]:
    return [
        Gap(one["tenant"], one["resource"], seconds(gap["from"]), seconds(gap["to"]))
        for one in coverage
        for gap in one["gaps"]
    ]


def _coverage(findings: Findings, gap_check: GapCheck, timeline: Timeline, much: Size) -> None:
    each = sorted(gap_check.of_one.get(key, 0.0) for key in timeline.keys())
    all_time = len(each) * much.days * DAY * 60
    findings.expect(
        f"uncovered seconds of a subscription: mean {sum(each) / len(each):.0f}, "
        f"median {each[len(each) // 2]:.0f}, worst {each[-1]:.0f}; "
        f"covered {100 * (1 - gap_check.total / all_time):.3f} % of the time",
        True,
    )
    unexplained = gap_check.seconds[UNEXPLAINED]
    findings.expect(
        f"uncovered seconds that no fault explains: {unexplained:.3f}", unexplained == 0
    )
    longest, slowest = gap_check.longest["removed"], timeline.slowest_round()
    findings.expect(
        f"longest gap of one that was removed silently: {longest:.0f} s; between two runs "
        f"{much.minutes * 60} s, and a run took {slowest:.0f} s at most",
        0 < longest <= much.minutes * 60 + slowest,
    )


def _consumer(
    findings: Findings,
    control: Control,
    timeline: Timeline,
    arrivals: Arrivals,
    tenants: tuple[str, ...],
) -> None:
    wrong, messages = [], 0
    for tenant in tenants:
        world = consumer.there(control.world(tenant), timeline.told.deleted.get(tenant, set()))
        messages += len(world)
        wrong += consumer.differences(arrivals.consumer.known.get(tenant, {}), world)
    for line in wrong[:_SHOWN]:
        print(f"      {line}")
    findings.expect(
        f"messages that the consumer knows otherwise than Graph: {len(wrong)} of {messages}, "
        f"{timeline.told.unheard} of which no subscription was told of",
        not wrong and messages > 0,
    )


def _calls(findings: Findings, timeline: Timeline, stats: dict[str, Any]) -> None:
    findings.expect(
        f"reauthorized and renewed within ten minutes: {len(stats['violations'])}",
        not stats["violations"],
    )
    others = stats["tooManyRequests"] - timeline.storm_429s
    findings.expect(
        f"429s outside of the storms that were ordered: {others} "
        f"({timeline.storm_429s} within them)",
        others == 0,
    )
    limits = {
        "write": (500, 2000),
        "get": (500, 2000),
        "list": (25, 40),
        "reauthorize": (1000, 4000),
    }
    for name, (of_tenant, of_app) in limits.items():
        peaks = [0, 0]
        count = 0
        for row in stats["calls"]:
            all_tenants = row["tenantId"] is None
            calls = row["operations"].get(name, {})
            place = int(all_tenants)
            peaks[place] = max(peaks[place], calls.get("peakByClock", 0))
            count += calls.get("count", 0) if all_tenants else 0
        findings.expect(
            f"calls, {name}: {count}; most in 20 s: {peaks[0]} of {of_tenant} for a "
            f"tenant, {peaks[1]} of {of_app} for the app",
            peaks[0] <= of_tenant and peaks[1] <= of_app,
        )


def _dead_letters(findings: Findings, running: Stack) -> None:
    for name, url in sorted(running.deployment.queues().items()):
        if name.endswith("-dead-letters") or name == "quarantine":
            letters = look_at_dead_letters(running.sqs(), url)
            reasons = ", ".join(sorted({letter.reason or "none" for letter in letters}))
            findings.expect(f"{name}: {len(letters)} {reasons}".rstrip(), not letters)


def _story(timeline: Timeline, gap_check: GapCheck) -> str:
    def counts(of: Any) -> str:
        return ", ".join(f"{name} {count}" for name, count in sorted(of.items())) or "none"

    rows = [
        f"trouble made: {counts(timeline.ordered)}",
        f"steps done: {counts(timeline.done)}",
        f"faults that runs told of: {counts(timeline.faults)}",
        f"messages that changed: {timeline.told.changes}",
    ]
    for kind in sorted(gap_check.gaps):
        rows.append(
            f"  {kind}: {gap_check.gaps[kind]} gaps, {gap_check.seconds[kind]:.0f} s, "
            f"longest {gap_check.longest[kind]:.0f} s"
        )
    for gap, rest in gap_check.unexplained[:_SHOWN]:
        rows.append(f"  nothing explains {rest:.1f} s of {gap}")
    return "\n".join(rows)
