"""`prove-runbook`: each section of docs/RUNBOOK.md, with its situation, on one local stack.

The situation is brought about, the condition of its alarm is held against queues and metric lines,
and the commands are typed as they stand in the document: those that look have to show the cause,
those that do have to end well, those that tell that it is over have to tell so. The last lines are
the figures; the exit status says whether all holds.
"""

import os
import re
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

from .checkout import ROOT, binary
from .environment import EMULATOR_KEY, REGION, bare_environment
from .logs import save_function_logs
from .runbook import book, keeping, laws, letters, others, waits
from .runbook.alarms import Alarms, Reading
from .runbook.book import Section
from .runbook.case import Case
from .runbook.scene import NotAsMeant, Scene
from .runbook.shell import Hands, Shell, StepFailed
from .simulator import SimulatorRefused
from .stack import Stack, stack
from .subscriptions import NotSubscribed

_LOOK_SECONDS = 10.0
_OVER_SECONDS = 45.0
_POLL_SECONDS = 0.5
_QUEUE = re.compile(r"^\d+\t\d+\t\d+$", re.MULTILINE)
_EMPTY = "0\t0\t0"
_LETTER = '{"id":'
_SINCE = re.compile(r"\bSINCE=\d+ ")


class RunbookNotProven(Exception):
    """A procedure is not as it stands there."""


def every_case() -> list[Case]:
    """In the order in which they are run."""
    return [
        *keeping.first(),
        *letters.cases(),
        *waits.cases(),
        *keeping.cases(),
        *keeping.silent(),
        *others.cases(),
        *laws.cases(),
        *keeping.last(),
    ]


def main(started: float) -> int:
    """Runs every section and prints a line for each; raises RunbookNotProven."""
    if shutil.which("jq") is None:
        raise RunbookNotProven("jq is missing: the runbook's commands use it")
    written, cases = book.read(), every_case()
    # ONLY=<name>,<name> runs these alone, for whoever changes one.
    only = set(filter(None, os.environ.get("ONLY", "").split(",")))
    procedures = {name: each for name, each in written.sections.items() if each.is_procedure}
    failed: list[str] = []
    not_run: list[str] = []
    run = 0
    with stack("prove-runbook") as running:
        prover = _Prover(running, written.setup)
        try:
            for case in cases:
                if only and case.name not in only:
                    continue
                run += 1
                began = time.monotonic()
                problem = prover.prove(case, procedures[case.name])
                took = time.monotonic() - began
                print(f"{'FAIL' if problem else 'ok  '}  {case.name} ({took:.0f} s)", flush=True)
                for line in prover.told:
                    print(f"        {line}", flush=True)
                if problem:
                    # What comes after would meet what this one has left behind.
                    print("        " + problem.replace("\n", "\n        "), flush=True)
                    failed.append(case.name)
                    break
            for section in procedures.values():
                if section.not_run and not only and not failed:
                    problem = prover.type_only(section)
                    print(f"{'FAIL' if problem else '--  '}  {section.name}: {section.not_run}")
                    failed += [section.name] * bool(problem)
                    not_run.append(section.name)
                    if problem:
                        print("        " + problem.replace("\n", "\n        "))
        finally:
            if failed or not run:
                save_function_logs(running.emulator.client("logs"), running.directory)
        covered = {case.name for case in cases[:run]} | set(not_run)
        missing = sorted(set(procedures) - covered)
        print(
            f"sections: {len(procedures)}; procedures run: {run}; failed: {len(failed)}; "
            f"not run locally, the document says why: {len(not_run)}; "
            f"neither: {len(missing)}; seconds: {time.monotonic() - started:.0f}"
        )
        if failed or (missing and not only):
            raise RunbookNotProven(", ".join([*failed, *missing]))
    return 0


class _Prover:
    """Takes one case after the other through its section."""

    def __init__(self, running: Stack, setup: str) -> None:
        self._scene = Scene(running)
        self._alarms = Alarms(running)
        self._directory = running.directory
        self._environment = _environment(running)
        self._setup = setup
        self.told: list[str] = []
        """What was seen of the case that was proven last."""

    def prove(self, case: Case, section: Section) -> str | None:
        """What is wrong with it, if anything is."""
        self.told = []
        scene, began = self._scene, time.time()
        try:
            case.cause(scene)
            self._hold(section.name, began, breaching=True)
            self._look(case, section, began)
            done_since = time.time()
            hands = Hands(
                by_hand=lambda _: case.by_hand(scene),
                deploy=scene.deploy,
                wait=time.sleep if case.waits else _renewed(scene),
            )
            self._shell(done_since).run(section.commands("do"), scene.values, hands)
            mended = time.time()
            case.after(scene)
            if case.quiet:
                done_since = mended = time.time()
            self._over(case, section, done_since)
            self._hold(section.name, mended, breaching=False)
            case.tidy(scene)
        except (NotAsMeant, NotSubscribed, SimulatorRefused, StepFailed) as problem:
            return f"{type(problem).__name__}: {problem}"
        return None

    def type_only(self, section: Section) -> str | None:
        """What is wrong with the commands of a section whose situation can't be had."""
        hands = Hands(lambda _: None, self._scene.deploy, lambda _: None)
        try:
            for kind in ("look", "do", "over"):
                block = section.commands(kind)
                self._shell(time.time()).run(block, self._scene.values, hands, strict=False)
        except StepFailed as problem:
            return str(problem)
        return None

    def _look(self, case: Case, section: Section, began: float) -> None:
        hands = Hands(_no_hand, _no_deployment, lambda _: None)
        patience = time.monotonic() + _LOOK_SECONDS
        while True:
            # A log comes a little after what it tells of.
            seen = self._shell(began).run(
                section.commands("look"), self._scene.values, hands, strict=False
            )
            hidden = [each for each in case.look if not re.search(each, seen, re.MULTILINE)]
            if not hidden:
                return
            if time.monotonic() > patience:
                raise NotAsMeant(f"to look does not show {hidden}:\n{seen[-3000:]}")
            time.sleep(_POLL_SECONDS)

    def _over(self, case: Case, section: Section, since: float) -> None:
        patience = time.monotonic() + _OVER_SECONDS
        while True:
            # The consumer goes on taking.
            self._scene.drain()
            hands = Hands(_no_hand, _no_deployment, lambda _: None)
            block = _SINCE.sub("", section.commands("over"))
            seen = self._shell(since).run(block, self._scene.values, hands, strict=False)
            problem = wrong(case, seen)
            if problem is None:
                return
            if time.monotonic() > patience:
                raise NotAsMeant(f"it is not over: {problem}:\n{seen[-3000:]}")
            time.sleep(_POLL_SECONDS)

    def _hold(self, name: str, since: float, breaching: bool) -> None:
        """The alarm's own condition, where the section is of an alarm."""
        if name not in self._alarms.names:
            return
        patience = time.monotonic() + _OVER_SECONDS
        reading = self._alarms.read(name, since)
        while reading.breaching != breaching and time.monotonic() < patience:
            time.sleep(_POLL_SECONDS)
            reading = self._alarms.read(name, since)
        self.told.append(("on   " if reading.breaching else "off  ") + reading.text)
        if reading.breaching != breaching:
            raise NotAsMeant(f"the alarm is {'not ' * breaching}on: {reading.text}")

    def _shell(self, since: float) -> Shell:
        # SECONDS is how long that shell runs by then.
        seconds = f"(SECONDS + {int(time.time() - since) + 1})"
        return Shell(self._setup, self._environment | {"SINCE": seconds}, self._directory)


def wrong(case: Case, seen: str) -> str | None:
    """What of the last commands' output says that it is not over."""
    for pattern in case.over:
        if not re.search(pattern, seen, re.MULTILINE):
            return f"/{pattern}/ is missing"
    for pattern in case.over_lacks:
        if re.search(pattern, seen, re.MULTILINE):
            return f"/{pattern}/ is there"
    left = [found for found in _QUEUE.findall(seen) if found not in (_EMPTY, case.left)]
    if left or (case.left and case.left not in seen):
        return "queues hold something else"
    return "a letter is listed" if _LETTER in seen else None


def _environment(running: Stack) -> dict[str, str]:
    """What a person's shell has, with `aws` and `teamwire` of this checkout."""
    tools = running.directory / "bin"
    tools.mkdir()
    script = Path(__file__).parent / "runbook" / "aws.py"
    aws = tools / "aws"
    aws.write_text(f'#!/bin/sh\nexec "{sys.executable}" -E "{script}" "$@"\n')
    aws.chmod(0o755)
    (tools / "teamwire").symlink_to(binary("teamwire"))
    return bare_environment(running.directory) | {
        "PATH": f"{tools}:/usr/bin:/bin",
        "AWS_ENDPOINT_URL": running.emulator.endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": EMULATOR_KEY,
        "AWS_SECRET_ACCESS_KEY": EMULATOR_KEY,
    }


def _renewed(scene: Scene) -> Callable[[float], None]:
    """Processes that read their secrets, and ask for their tokens, when they need them next."""
    return lambda _: scene.restart("ingest", "decrypt", "subscriptions", "backfill")


def _no_hand(step: str) -> None:
    raise StepFailed(f"to look needs no hand: {step}")


def _no_deployment(parameters: dict[str, str]) -> None:
    raise StepFailed(f"to look needs no deployment: {parameters}")
