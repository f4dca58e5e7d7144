"""`prove-doctor`: what `teamwire doctor` says of a stack in which one thing is wrong.

A stack that is in order, of which doctor has nothing to say. Then one thing after the other is
broken as a person would break it, doctor is asked, and it is mended again. Of each, doctor has to
name the fault by its code, to say of what it speaks, and to find nothing but that and what follows
from it. The last lines are the figures; the exit status says whether all holds.
"""

import os
import time

from .logs import save_function_logs
from .misconfigured import functions, keys, others, queues, tenants, url
from .misconfigured.case import Case, Outcome, is_in_order, judge
from .misconfigured.healthy import patient
from .misconfigured.patient import Patient


class DoctorNotProven(Exception):
    """Something was not named, or named wrongly."""


def every_case() -> list[Case]:
    """In the order in which they are broken."""
    return [
        *functions.cases(),
        *url.cases(),
        *queues.cases(),
        *keys.cases(),
        *tenants.cases(),
        *others.cases(),
    ]


def main(started: float) -> int:
    """Breaks everything in turn and prints a line for each; raises DoctorNotProven."""
    # ONLY=<code>,<code> breaks these alone, for whoever changes one.
    only = set(filter(None, os.environ.get("ONLY", "").split(",")))
    cases = [case for case in every_case() if not only or case.code in only]
    outcomes: list[Outcome] = []
    with patient() as one:
        try:
            healthy = _in_order(one, "at first")
            for case in cases:
                outcomes.append(_prove(case, one))
            healthy += _in_order(one, "in the end")
        finally:
            if len(outcomes) < len(cases) or any(each.problems for each in outcomes):
                save_function_logs(one.running.emulator.client("logs"), one.running.directory)
        named = sum(each.named for each in outcomes)
        false = sum(len(each.false) for each in outcomes) + len(healthy)
        failed = [
            case.name
            for case, outcome in zip(cases, outcomes, strict=True)
            if outcome.problems or outcome.false
        ]
        print(
            f"cases: {len(cases)}; codes: {len({case.code for case in cases})}; named: {named}; "
            f"misnamed: {len(cases) - named}; false faults: {false}; "
            f"seconds: {time.monotonic() - started:.0f}"
        )
        if failed or healthy:
            raise DoctorNotProven("; ".join([*failed, *healthy]))
    return 0


def _prove(case: Case, one: Patient) -> Outcome:
    began = time.monotonic()
    try:
        case.cause(one)
        outcome = judge(case, *one.doctor(case.arguments), one.values)
    finally:
        one.mend()
    took = time.monotonic() - began
    verdict = "FAIL" if outcome.problems or outcome.false else "ok  "
    print(f"{verdict}  {case.code}: {case.name} ({took:.1f} s)", flush=True)
    for line in (*outcome.problems, *(f"besides: {each}" for each in outcome.false)):
        print(f"        {line}", flush=True)
    return outcome


def _in_order(one: Patient, when: str) -> list[str]:
    wrong = is_in_order(*one.doctor())
    print(f"{'FAIL' if wrong else 'ok  '}  nothing is wrong {when}", flush=True)
    for line in wrong:
        print(f"        {line}", flush=True)
    return wrong
