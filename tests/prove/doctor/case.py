"""A misconfiguration: what is broken, and what `teamwire doctor` has to say of it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .stack_under_test import StackUnderTest

_UNFILLED = re.compile(r"<(?!certificate id>)[a-z ]+>")
Finding = Mapping[str, Any]
"""One of the document that doctor prints."""


@dataclass(frozen=True)
class Case:
    """One thing that somebody got wrong. The stack knows how to mend what it breaks."""

    name: str
    """As a person would tell it."""
    cause: Callable[[StackUnderTest], None]
    code: str
    """The finding that names it."""
    says: tuple[str, ...]
    """The words that the finding has to have, with the stack's values in braces."""
    besides: tuple[str, ...] = ()
    """Codes of what follows from it, each of which has to be found as well."""
    arguments: tuple[str, ...] = ()
    """Additional arguments of doctor."""

    @property
    def title(self) -> str:
        """The code, and what was broken."""
        return f"{self.code}: {self.name}"


@dataclass(frozen=True)
class Outcome:
    """The outcome of a case."""

    named: bool
    """True if the fault was named."""
    problems: tuple[str, ...]
    """Findings of doctor that are not true, or that are missing."""
    false: tuple[str, ...]
    """Codes that nothing explains."""


def judge(
    case: Case, status: int, findings: list[Finding], values: Mapping[str, str]
) -> Outcome:
    """Holds what doctor said against what was broken."""
    wrong = [each for each in findings if each["verdict"] != "ok"]
    found = {str(each["code"]) for each in wrong}
    expected = {case.code, *case.besides}
    problems = []
    of_it = [str(each["what"]) for each in wrong if each["code"] == case.code]
    wanted = [part.format_map(values) for part in case.says]
    named = any(all(part in what for part in wanted) for what in of_it)
    if not of_it:
        problems.append(f"{case.code} was not found")
    elif not named:
        problems.append(f"{case.code} does not name {wanted}: {of_it}")
    problems += [f"{code} was not found" for code in sorted(expected - found - {case.code})]
    left = {f"{each['code']} leaves {_UNFILLED.findall(each['do'])}" for each in wrong}
    problems += sorted(each for each in left if not each.endswith("[]"))
    has_fault = any(each["verdict"] == "fault" for each in wrong)
    if status != int(has_fault):
        problems.append(f"exit status {status}, {'with' if has_fault else 'without'} a fault")
    false = [
        f"{each['code']}: {each['what']}" for each in wrong if each["code"] not in expected
    ]
    return Outcome(named, tuple(problems), tuple(false))


def is_in_order(status: int, findings: list[Finding]) -> list[str]:
    """The faults that doctor finds where there are none."""
    wrong = [f"{each['code']}: {each['what']}" for each in findings if each["verdict"] != "ok"]
    return wrong + [f"exit status {status}"] * (status != 0)
