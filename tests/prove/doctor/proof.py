"""`prove-doctor`: what `teamwire doctor` says of a stack in which one thing is wrong.

A stack that is in order, of which doctor has nothing to say. Then one thing after the other is
broken as a person would break it, doctor is asked, and it is mended again. Of each, doctor has to
name the fault by its code, to say of what it speaks, and to find nothing but that and what follows
from it. The last lines are the figures; the exit status says whether all holds.
"""

import contextlib
import os
import time

from local.problem import NotProven

from ..findings import Findings, told
from . import functions, keys, others, queues, tenants, url
from .case import Case, Outcome, is_in_order, judge
from .baseline import stack_under_test
from .stack_under_test import StackUnderTest


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
    """Breaks everything in turn and prints a line for each; raises NotProven."""
    # ONLY=<code>,<code> breaks these alone, for whoever changes one.
    only = set(filter(None, os.environ.get("ONLY", "").split(",")))
    cases = [case for case in every_case() if not only or case.code in only]
    findings, outcomes, left = Findings(), [], list(cases)
    while left:
        # A case that failed may have left something behind: those after it get another stack.
        with contextlib.suppress(NotProven), stack_under_test() as one:
            _in_order(findings, one, "at first")
            while left:
                case = left.pop(0)
                outcomes.append(_prove(findings, case, one))
                if findings.failed[-1:] == [case.title]:
                    raise NotProven(case.title)
            _in_order(findings, one, "in the end")
    named = sum(each.named for each in outcomes)
    false = sum(len(each.false) for each in outcomes)
    print(
        f"cases: {len(cases)}; codes: {len({case.code for case in cases})}; named: {named}; "
        f"misnamed: {len(cases) - named}; false faults: {false}; "
        f"seconds: {time.monotonic() - started:.0f}"
    )
    findings.conclude()
    return 0


def _prove(findings: Findings, case: Case, one: StackUnderTest) -> Outcome:
    began = time.monotonic()
    try:
        case.cause(one)
        outcome = judge(case, *one.doctor(case.arguments), one.values)
        one.mend()
    except Exception as fault:
        outcome = Outcome(False, (told(fault),), ())
    lines = (*outcome.problems, *(f"besides: {each}" for each in outcome.false))
    took = f"{time.monotonic() - began:.1f} s"
    findings.expect(case.title, not lines, took)
    for line in lines:
        print(f"        {line}", flush=True)
    return outcome


def _in_order(findings: Findings, one: StackUnderTest, when: str) -> None:
    wrong = is_in_order(*one.doctor())
    findings.expect(f"nothing is wrong {when}", not wrong, "; ".join(wrong))
