"""What `make fuzz` says of its targets, by a program in libFuzzer's place."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from prove import fuzz

_PROGRAM = """#!/bin/sh
echo "#1000	DONE   cov: 77 ft: 99 corp: 5/123b exec/s: 500 rss: 40Mb"
if [ $FUZZED = page ]; then
  echo "thread '<unnamed>' panicked at shared/page.rs:1:2:"
  echo "no page"
  echo "==1== ERROR: libFuzzer: deadly signal"
  echo "stat::number_of_executed_units: 12"
  echo "Test unit written to target/fuzz-broken/page-crash-1"
  exit 77
fi
echo "stat::number_of_executed_units: 1000"
"""


class TheTargets(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        root = Path(folder.name)
        for name in ("link", "page"):
            (root / "corpus" / name).mkdir(parents=True)
        for constant, place in (("CORPUS", "corpus"), ("FOUND", "found"), ("BROKEN", "broken")):
            patch = mock.patch.object(fuzz, constant, root / place)
            patch.start()
            self.addCleanup(patch.stop)
        self.program = root / "program"
        self.program.write_text(_PROGRAM)
        self.program.chmod(0o755)

    def run_them(self, only: str = "") -> tuple[int, str]:
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            status = fuzz.main(str(self.program), 1000, only)
        return status, said.getvalue()

    def test_are_all_run_though_one_is_broken_and_its_input_is_named(self) -> None:
        status, said = self.run_them()
        self.assertEqual(status, 1)
        self.assertRegex(said, r"(?m)^link: 1000 executions in \d+ s, 77 edges$")
        self.assertIn(
            "page: broken by target/fuzz-broken/page-crash-1: shared/page.rs:1:2:\nno page\n", said
        )
        self.assertRegex(said, r"executions 1012, broken 1, in \d+ s\n$")

    def test_are_one_where_it_is_named(self) -> None:
        status, said = self.run_them("link")
        self.assertEqual(status, 0)
        self.assertRegex(said, r"executions 1000, broken 0, in \d+ s\n$")
        self.assertNotIn("page", said)

    def test_are_told_where_the_name_is_of_none(self) -> None:
        status, said = self.run_them("paeg")
        self.assertEqual((status, said), (2, "ONLY=paeg is no target: there are link, page\n"))
