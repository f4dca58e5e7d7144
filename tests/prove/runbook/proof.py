"""`prove-runbook`: each section of docs/RUNBOOK.md, with its situation, on one local stack.

The situation is brought about, the condition of its alarm is held against queues and metric lines,
and the commands are typed as they stand in the document: those that look have to show the cause,
those that do have to end well, those that tell that it is over have to tell so. The last lines are
the figures; the exit status says whether all holds.
"""

import contextlib
import os
import re
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path

from local.checkout import binary
from local.environment import EMULATOR_KEY, REGION, bare_environment
from local.problem import NotProven
from local.queues import show_again_soon
from local.stack import Stack, stack
from local.wait import wait_until

from ..findings import Findings, told
from . import book, subscription_cases, laws, letters, others, waits
from .alarms import Alarms
from .book import Section
from .case import Case
from .scene import Scene
from .shell import Hands, Shell, StepFailed

_TOOLS = ("bash", "jq")
"""The programs that the commands of the runbook use, beside `aws` and `teamwire`."""
_POLL_SECONDS = 0.5
_QUEUE = re.compile(r"^\d+\t\d+\t\d+$", re.MULTILINE)
_EMPTY = "0\t0\t0"
_LETTER = '{"id":'
_SINCE = re.compile(r"\bSINCE=\d+ ")


def every_case() -> list[Case]:
    """In the order in which they are run."""
    return [
        *subscription_cases.first(),
        *letters.cases(),
        *waits.cases(),
        *subscription_cases.cases(),
        *subscription_cases.silent(),
        *others.cases(),
        *laws.cases(),
        *subscription_cases.last(),
    ]


def main(started: float) -> int:
    """Runs every section and prints a line for each; raises NotProven."""
    lacking = [name for name in _TOOLS if shutil.which(name) is None]
    if lacking:
        raise NotProven(f"the runbook's commands use what is missing: {', '.join(lacking)}")
    written, findings = book.read(), Findings()
    procedures = {name: each for name, each in written.sections.items() if each.is_procedure}
    turns = [(case.name, lambda prover, case=case: prover.prove(case)) for case in every_case()]
    turns += [
        (name, lambda prover, section=section: prover.type_only(section))
        for name, section in procedures.items()
        if section.not_run
    ]
    # ONLY=<name>,<name> runs these alone, for whoever changes one.
    only = set(filter(None, os.environ.get("ONLY", "").split(",")))
    missing = sorted(set(procedures) - {name for name, _ in turns})
    turns = [turn for turn in turns if not only or turn[0] in only]
    count = len(turns)
    while turns:
        # A case that failed has left something behind: those after it get another stack.
        with contextlib.suppress(NotProven), stack("prove-runbook", certificate_days=1) as running:
            prover = _Prover(running, written.setup, procedures)
            while turns:
                _take(findings, prover, *turns.pop(0))
    if missing:
        findings.expect("every section is run, or says why not", False, ", ".join(missing))
    excused = sum(bool(section.not_run) for section in procedures.values())
    print(
        f"sections run: {count} of {len(procedures)}; failed: {len(findings.failed)}; commands "
        f"only, the document says why: {excused}; seconds: {time.monotonic() - started:.0f}"
    )
    findings.conclude()
    return 0


def _take(
    findings: Findings, prover: "_Prover", name: str, turn: Callable[["_Prover"], None]
) -> None:
    began, problem = time.monotonic(), ""
    prover.told.clear()
    try:
        turn(prover)
    except Exception as fault:
        problem = told(fault)
    findings.expect(name, not problem, f"{time.monotonic() - began:.0f} s")
    for line in [*prover.told, *problem.splitlines()]:
        print(f"        {line}", flush=True)
    if problem:
        raise NotProven(name)


class _Prover:
    """Takes one case after the other through its section."""

    def __init__(self, running: Stack, setup: str, sections: dict[str, Section]) -> None:
        self._scene = Scene(running)
        show_again_soon(self._scene.sqs, self._scene.queues["lifecycle"])
        self._alarms = Alarms(running)
        self._directory = running.directory
        self._environment = _environment(running)
        self._setup = setup
        self._sections = sections
        self.told: list[str] = []
        """The observations of the case that is being proven."""

    def prove(self, case: Case) -> None:
        """Raises what is wrong with its section."""
        scene, section, began = self._scene, self._sections[case.name], time.time()
        case.cause(scene)
        self._hold(case.name, began)
        self._look(case, section, began)
        doing = time.time()
        hands = Hands(
            by_hand=lambda _: case.by_hand(scene),
            deploy=scene.deploy,
            wait=time.sleep if case.waits else _renewed(scene),
        )
        self._shell(doing).run(section.commands("do"), scene.values, hands)
        self._over(case, section, doing)
        case.tidy(scene)

    def type_only(self, section: Section) -> None:
        """Types the commands of a section whose situation can't be brought about, where they can be."""
        self.told.append(str(section.not_run))
        if not section.is_typed:
            return
        hands = Hands(lambda _: None, self._scene.deploy, lambda _: None)
        for kind in ("look", "do", "over"):
            block = section.commands(kind)
            self._shell(time.time()).run(block, self._scene.values, hands, strict=False)

    def _look(self, case: Case, section: Section, began: float) -> None:
        hands = Hands(_no_hand, _no_deployment, lambda _: None)

        def look() -> tuple[list[str], str]:
            # A log comes a little after its cause.
            seen = self._shell(began).run(
                section.commands("look"), self._scene.values, hands, strict=False
            )
            hidden = [each for each in case.look if not re.search(each, seen, re.MULTILINE)]
            return hidden, seen

        wait_until("to look shows the cause", look, lambda found: not found[0], poll=_POLL_SECONDS)

    def _over(self, case: Case, section: Section, doing: float) -> None:
        """Waits until the result is there, and the last commands and the alarm say that it is over.

        A log has the lines of the situation too, and the last of them may come while it is being
        mended: where such lines must not be there any more, each look is at what came since the
        one before.
        """
        block = _SINCE.sub("", section.commands("over"))
        hands = Hands(_no_hand, _no_deployment, lambda _: None)
        mended = time.time()

        def look() -> tuple[str | None, str]:
            nonlocal mended
            since, mended = (mended, time.time()) if case.over_lacks else (doing, mended)
            case.after(self._scene)
            # The consumer goes on taking.
            self._scene.drain()
            seen = self._shell(since).run(block, self._scene.values, hands, strict=False)
            problem = wrong(case, seen)
            if problem is None and case.name in self._alarms.names:
                reading = self._alarms.read(case.name, since if case.over_lacks else mended)
                problem = f"the alarm is on: {reading.text}" if reading.breaching else None
                self.told[1:] = [f"off  {reading.text}"]
            return problem, seen

        wait_until("it is over", look, lambda found: found[0] is None, poll=_POLL_SECONDS)

    def _hold(self, name: str, since: float) -> None:
        """The alarm's own condition is met, where the section is of an alarm."""
        if name in self._alarms.names:
            reading = wait_until(
                "the alarm is on",
                lambda: self._alarms.read(name, since),
                lambda reading: reading.breaching,
                poll=_POLL_SECONDS,
            )
            self.told.append(f"on   {reading.text}")

    def _shell(self, since: float) -> Shell:
        # SECONDS is how long that shell runs by then.
        seconds = f"(SECONDS + {int(time.time() - since) + 1})"
        return Shell(self._setup, self._environment | {"SINCE": seconds}, self._directory)


def wrong(case: Case, seen: str) -> str | None:
    """The part of the last commands' output that says that it is not over."""
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
    """The environment of a person's shell, with `aws` and `teamwire` of this checkout."""
    tools = running.directory / "bin"
    tools.mkdir()
    script = Path(__file__).with_name("aws.py")
    aws = tools / "aws"
    aws.write_text(f'#!/bin/sh\nexec "{sys.executable}" -E "{script}" "$@"\n')
    aws.chmod(0o755)
    (tools / "teamwire").symlink_to(binary("teamwire"))
    for name in _TOOLS:
        (tools / name).symlink_to(str(shutil.which(name)))
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
