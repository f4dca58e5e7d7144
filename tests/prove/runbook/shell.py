"""The commands of the runbook, typed as a person would type them."""

import re
import shlex
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from local.problem import Problem

_SECONDS = 150
_PLACEHOLDER = re.compile(r"<([a-z][a-z ]*)>")
_BY_HAND = "# by hand: "
_DEPLOY = "make deploy-sam PARAMETERS="
_WAIT = "sleep "
_FAILED = "failed with status"


class StepFailed(Problem):
    """A command did not do what it is there for."""


@dataclass(frozen=True)
class Hands:
    """The steps that no command of this machine takes: they are done otherwise here."""

    by_hand: Callable[[str], None]
    """A step that a person takes elsewhere, by its text."""
    deploy: Callable[[dict[str, str]], None]
    """The stack is deployed again with other parameters."""
    wait: Callable[[float], None]
    """So many seconds pass, until every process has read its secrets again or has a new token."""


class Shell:
    """Runs blocks, with what the runbook has typed first."""

    def __init__(self, setup: str, environment: dict[str, str], directory: Path) -> None:
        self._setup = setup
        self._environment = environment
        self._directory = directory

    def run(
        self, block: str, values: Mapping[str, str], hands: Hands, strict: bool = True
    ) -> str:
        """The output of a block; raises StepFailed.

        Where it is not `strict`, a command may say by its status (1 or 3) that something is not in
        order: that is what it was asked.
        """
        printed = []
        for step in steps(filled(block, values)):
            first = step[0]
            if first.startswith(_BY_HAND):
                hands.by_hand(first.removeprefix(_BY_HAND))
            elif first.startswith(_DEPLOY):
                (assigned,) = shlex.split(first.removeprefix(_DEPLOY))
                hands.deploy(dict(each.split("=", 1) for each in shlex.split(assigned)))
            elif first.startswith(_WAIT):
                hands.wait(float(first.removeprefix(_WAIT)))
            else:
                printed.append(self._type("\n".join(step), strict))
        return "".join(printed)

    def _type(self, commands: str, strict: bool) -> str:
        trap = f'trap \'echo "{_FAILED} $?: $BASH_COMMAND" >&2\' ERR'
        script = "\n".join(["set -uEo pipefail", self._setup, trap, "set -e" * strict, commands])
        done = subprocess.run(
            ["bash", "-c", script],
            env=self._environment,
            cwd=self._directory,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        statuses = [int(each) for each in re.findall(rf"{_FAILED} (\d+)", done.stderr)]
        allowed = () if strict else (1, 3)
        if any(status not in allowed for status in statuses):
            said = (done.stdout[-1500:] + done.stderr[-1500:]).strip()
            raise StepFailed(f"{commands.strip()}\n{said}")
        return done.stdout + done.stderr


def filled(block: str, values: Mapping[str, str]) -> str:
    """The block with each placeholder filled in; raises StepFailed for one that has no value."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name not in values:
            raise StepFailed(f"nothing says what <{name}> is")
        return values[name]

    return _PLACEHOLDER.sub(value, block)


def placeholders(block: str) -> set[str]:
    """The placeholders to fill in."""
    return set(_PLACEHOLDER.findall(block))


def steps(block: str) -> list[list[str]]:
    """Lines that are typed together; one that a person or a deployment takes is a step alone."""
    found: list[list[str]] = []
    for line in block.splitlines():
        alone = line.startswith((_BY_HAND, _DEPLOY, _WAIT))
        if alone or not found or found[-1][0].startswith((_BY_HAND, _DEPLOY, _WAIT)):
            found.append([line])
        else:
            found[-1].append(line)
    return [step for step in found if any(line.strip() for line in step)]
