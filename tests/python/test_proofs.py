"""The base of every proof: it waits for conditions, goes on after a failure and reports all of it.
"""

import contextlib
import io
import re
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from local.checkout import ROOT
from local.problem import NotProven, Problem
from local.wait import TimedOut, wait_until
from prove import all_proofs
from prove.findings import Findings
from prove.runbook import proof
from prove.runbook.case import Case, nothing


class WhatIsDeployed(unittest.TestCase):
    def test_and_the_local_run_import_no_proof(self) -> None:
        imports = re.compile(r"^\s*(?:from|import) (?:prove|python)\b", re.MULTILINE)
        sources = list((ROOT / "infra").rglob("*.py"))
        self.assertGreater(len(sources), 30)
        for path in sources:
            self.assertNotRegex(path.read_text(), imports, str(path))


class Waiting(unittest.TestCase):
    def test_ends_with_what_was_good(self) -> None:
        numbers = iter(range(10))
        found = wait_until("a four", lambda: next(numbers), lambda number: number == 4, poll=0.0)
        self.assertEqual(found, 4)

    def test_in_vain_says_for_what_and_what_was_seen_last(self) -> None:
        with self.assertRaisesRegex(TimedOut, "0 s: the queue is empty; last seen: 7 messages"):
            wait_until("the queue is empty", lambda: "7 messages", lambda _: False, timeout=0.0)


class AProof(unittest.TestCase):
    def test_goes_on_after_a_part_that_failed_and_tells_it_in_the_end(self) -> None:
        findings, said = Findings(), io.StringIO()
        with contextlib.redirect_stdout(said):
            with findings.part("SAM"):
                raise Problem("the stack is not there")
            with findings.part("Terraform"):
                findings.expect("it is planned again", True, "no changes")
        self.assertIn("FAIL  SAM (Problem: the stack is not there)", said.getvalue())
        self.assertIn("ok    it is planned again (no changes)", said.getvalue())
        with self.assertRaisesRegex(NotProven, "^SAM$"):
            findings.conclude()


class AllProofs(unittest.TestCase):
    def test_are_run_although_one_failed_and_are_in_the_table(self) -> None:
        scripts = {"one": "print('1 of 2'); raise SystemExit(1)", "two": "print('2')"}
        call = subprocess.call

        def run(command: list[str], **options: Any) -> int:
            return call([sys.executable, "-c", scripts[command[-1]]], **options)

        said = io.StringIO()
        with (
            tempfile.TemporaryDirectory() as folder,
            mock.patch.object(all_proofs, "ROOT", Path(folder)),
            mock.patch.object(subprocess, "call", run),
            mock.patch.dict("os.environ", {"PROOFS": "one two"}),
            contextlib.redirect_stdout(said),
            self.assertRaisesRegex(NotProven, "failed: one$"),
        ):
            all_proofs.main(0.0)
        table = said.getvalue().partition("key figure\n")[2]
        self.assertRegex(table, r"(?m)^one +FAIL +\d+  1 of 2$")
        self.assertRegex(table, r"(?m)^two +ok +\d+  2$")
        self.assertIn("1 of 2 passed", table)


class ASituationThatIsOver(unittest.TestCase):
    """Its last lines are in the log still, a moment before it was mended."""

    def prover(self, log: list[float]) -> Any:
        def shell(since: float) -> Any:
            # A window of whole seconds begins up to two before what was asked for.
            lines = "".join("refused\n" for at in log if at >= since - 2)
            return SimpleNamespace(run=lambda *_, **__: lines)

        scene = SimpleNamespace(drain=lambda: 0, values={})
        made = object.__new__(proof._Prover)
        vars(made).update(
            _scene=scene, _shell=shell, _alarms=SimpleNamespace(names=set()), told=[]
        )
        return made

    def over(self, prover: Any, case: Case) -> None:
        section = SimpleNamespace(commands=lambda _: "logs ingest refused\n")
        prover._over(case, section, time.time())

    def test_is_not_held_up_by_the_lines_of_the_situation_itself(self) -> None:
        case = Case("x", cause=nothing, look=(), over_lacks=("refused",))
        clock = iter(range(1000, 2000, 3))
        with mock.patch.object(time, "time", lambda: float(next(clock))):
            self.over(self.prover([1002.5]), case)

    def test_goes_on_where_what_is_sent_now_is_refused_still(self) -> None:
        log: list[float] = []
        case = Case(
            "x",
            cause=nothing,
            look=(),
            over_lacks=("refused",),
            after=lambda _: log.append(time.time()),
        )
        with mock.patch("local.wait.TIMEOUT_SECONDS", 0.0), self.assertRaises(TimedOut):
            self.over(self.prover(log), case)


if __name__ == "__main__":
    unittest.main()
