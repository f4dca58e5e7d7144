"""docs/RUNBOOK.md against the stack: an alarm that wakes somebody has a section that helps."""

import dataclasses
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from collections.abc import Iterator
from pathlib import Path

from local.checkout import ROOT, binary
from prove.runbook import alarms, aws, book, proof, shell
from prove.runbook.case import Case, nothing

from .test_docs import anchors

WRITTEN = book.read()
PROCEDURES = {name: each for name, each in WRITTEN.sections.items() if each.is_procedure}
POINTS_HERE = re.compile(r"RUNBOOK\.md#([\w-]*\w)")
TENANT = "9f4ebab6-520d-49c0-85cc-7b25c78d4a93"
ALLOWED_BESIDES = ("bash", "base64", "cat", "cut", "date", "head", "tail")
STAND_INS = f"""
record() {{ printf '%s\\0' "$@" >> typed; printf '\\n\\0' >> typed; }}
aws() {{ record aws "$@"; echo 256; }}
teamwire() {{ record teamwire "$@"; echo '{{}}'; }}
jq() {{ cat > skipped; echo {TENANT}; }}
sleep() {{ true; }}
make() {{ [ "$1" = deploy-sam ]; }}
"""


def blocks() -> Iterator[tuple[str, str, str]]:
    """Every block of commands, its placeholders filled: section, what it is for, the lines."""
    for name, section in PROCEDURES.items():
        for kind in book.KINDS:
            text = section.commands(kind)
            if not text:
                continue
            words = {each: TENANT for each in shell.placeholders(text)}
            yield name, kind, shell.filled(text, words)


def typed() -> list[tuple[str, tuple[str, ...]]]:
    """Each call of aws and of teamwire that the blocks come to, in a shell that has nothing else.

    Raises where a block uses a program that is not to be expected on a machine.
    """
    found: list[tuple[str, tuple[str, ...]]] = []
    with tempfile.TemporaryDirectory() as folder:
        tools = Path(folder) / "bin"
        tools.mkdir()
        for tool in ALLOWED_BESIDES:
            place = shutil.which(tool)
            if place is not None:
                (tools / tool).symlink_to(place)
        for name, kind, text in blocks():
            record = Path(folder) / "typed"
            record.write_text("")
            script = "\n".join(["set -u", WRITTEN.setup, STAND_INS, text])
            done = subprocess.run(
                [tools / "bash", "-c", script],
                env={"PATH": str(tools)},
                cwd=folder,
                stdin=subprocess.DEVNULL,  # A stand-in that reads would wait for whoever sits there.
                capture_output=True,
                text=True,
                check=False,
            )
            if done.stderr:
                raise AssertionError(f"{name}, {kind}: {done.stderr}")
            calls = record.read_text().split("\n\0")[:-1]
            found += [(name, tuple(call.split("\0")[:-1])) for call in calls]
    return found


class TheRunbook(unittest.TestCase):
    typed: list[tuple[str, tuple[str, ...]]]

    @classmethod
    def setUpClass(cls) -> None:
        cls.typed = typed()

    def test_has_a_section_of_each_alarm_and_of_none_that_is_not_there(self) -> None:
        alarming = book.PATH.read_text().partition("\n## Move dead letters")[0]
        named = set(book.parse(alarming).sections) & set(PROCEDURES)
        self.assertEqual(named, set(alarms.defined()))

    def test_says_what_it_means_how_to_look_what_to_do_and_when_it_is_over(self) -> None:
        for name, section in PROCEDURES.items():
            with self.subTest(name):
                self.assertEqual(tuple(section.parts), book.PARTS)
                for kind in ("look", "over"):
                    self.assertTrue(section.commands(kind), kind)

    def test_every_procedure_is_run_or_says_why_not(self) -> None:
        run = {case.name for case in proof.every_case()}
        excused = {name for name, section in PROCEDURES.items() if section.not_run}
        self.assertEqual(run | excused, set(PROCEDURES))
        self.assertFalse(run & excused)

    def test_each_alarm_is_in_the_table_of_what_can_wait_once(self) -> None:
        table = (book.PATH.read_text()).partition("## What can wait")[2].partition("\n## ")[0]
        listed = re.findall(r"\]\(#([a-z-]+)\)", table.partition("\nSeveral")[0])
        self.assertEqual(sorted(set(listed) - {"read-a-time-again"}), sorted(alarms.defined()))

    def test_what_points_here_finds_something(self) -> None:
        there = anchors(book.PATH)
        for path in (
            *(ROOT / "infra" / "sam").glob("*.yaml"),
            *(ROOT / "infra" / "terraform").rglob("*.tf"),
            *(ROOT / "cli" / "src").rglob("*.rs"),
        ):
            for anchor in POINTS_HERE.findall(path.read_text()):
                self.assertIn(anchor, there, path.name)

    def test_an_alarm_that_points_here_points_at_its_own_section(self) -> None:
        for name, alarm in alarms.defined().items():
            for anchor in POINTS_HERE.findall(str(alarm["AlarmDescription"])):
                self.assertEqual(anchor, name)

    def test_blocks_are_marked_with_what_they_are_for(self) -> None:
        found = book.blocks(book.PATH.read_text())
        self.assertLessEqual({block.kind for block in found}, {"setup", *book.KINDS})
        fences = re.findall(r"^```(\S.*)$", book.PATH.read_text(), re.MULTILINE)
        self.assertEqual(len(fences), len(found))

    def test_a_block_stands_in_the_part_that_it_is_for(self) -> None:
        for name, section in PROCEDURES.items():
            for part, text in section.parts.items():
                for block in book.blocks(text):
                    self.assertEqual(book.KINDS[block.kind], part, name)

    def test_a_block_is_for_situations_of_its_own_section(self) -> None:
        for block in book.blocks(book.PATH.read_text()):
            for name in block.only:
                part = PROCEDURES[name].parts[book.KINDS[block.kind]]
                self.assertIn(block, book.blocks(part))

    def test_aws_commands_are_such_as_aws_has(self) -> None:
        calls = {words for _, words in self.typed if words[0] == "aws"}
        self.assertGreater(len(calls), 15)
        for words in sorted(calls):
            with self.subTest(" ".join(words)):
                aws.parse(words[1:])

    def test_teamwire_commands_are_such_as_teamwire_has(self) -> None:
        teamwire = binary("teamwire")
        calls = {words for _, words in self.typed if words[0] == "teamwire"}
        self.assertGreater(len(calls), 20)
        for words in sorted(calls):
            with self.subTest(" ".join(words)):
                done = subprocess.run(
                    [teamwire, *words[1:], "--help"], capture_output=True, text=True, check=False
                )
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_nothing_purges_a_queue(self) -> None:
        for name, kind, text in blocks():
            self.assertNotIn("purge", text, f"{name}, {kind}")
            self.assertNotIn("delete-queue", text, f"{name}, {kind}")


class WhatIsPutBack(unittest.TestCase):
    """The blocks that delete the only copy of something, once Firehose has it."""

    def typed(self, block: str, *failing: str, refused: int = 0) -> str:
        """The calls of aws that the block comes to, where those with a word of `failing` fail."""
        fails = "".join(f"*{word}*) return 1;; " for word in failing)
        stand_ins = (
            f'jq() {{ case "jq $*" in {fails}*) echo handle;; esac; }}\n'
            f'aws() {{ echo "$*" >> typed; case "$*" in {fails}*Failed*) echo {refused};; *) echo x;; esac; }}\n'
        )
        with tempfile.TemporaryDirectory() as folder:
            script = "\n".join([WRITTEN.setup, stand_ins, block])
            subprocess.run(["/bin/bash", "-c", script], cwd=folder, capture_output=True, check=False)
            return (Path(folder) / "typed").read_text()

    def test_is_deleted_only_once_all_of_it_was_taken(self) -> None:
        page = (ROOT / "docs" / "ARCHIVE.md").read_text()
        (again,) = re.findall(r"(?ms)^```sh again\n(.*?)^```", page)
        names = shell.placeholders(again)
        for block, first, deletes in (
            (shell.filled(again, {name: TENANT for name in names}), "s3 cp", "s3 rm"),
            (PROCEDURES["archive-dead-letters"].commands("do"), "receive-message", "delete-message"),
        ):
            self.assertIn(deletes, self.typed(block))
            self.assertNotIn(deletes, self.typed(block, refused=1))
            for failing in (first, "jq", "put-record-batch"):
                self.assertNotIn(deletes, self.typed(block, failing.replace(" ", r"\ ")), failing)


class APage(unittest.TestCase):
    page = """# Page

## Two

**What it means.** One of:

| alarm | `<queue>` |
|---|---|
| <a id="one"></a>one | a |
| <a id="other"></a>other | b |

**How to look.**

```sh look
list <queue> <tenant id>
```

```sh look other
plan
```

## Single

**What it means.** That.
"""

    def test_has_a_procedure_of_each_row_with_an_anchor_and_of_each_other_section(self) -> None:
        found = book.parse(self.page).sections
        self.assertEqual(set(found), {"one", "other", "Single"})

    def test_fills_in_what_a_row_says_and_gives_a_situation_its_own_commands(self) -> None:
        found = book.parse(self.page).sections
        self.assertEqual(found["one"].commands("look"), "list a <tenant id>\n")
        self.assertEqual(found["other"].commands("look"), "list b <tenant id>\nplan\n")


class WhatIsOver(unittest.TestCase):
    case = Case("x", cause=nothing, look=(), over=("Nothing to do",), over_lacks=("refused",))
    well = "Nothing to do; 6 in order.\n0\t0\t0\n"

    def test_is_what_prints_what_it_should(self) -> None:
        self.assertIsNone(proof.wrong(self.case, self.well))

    def test_is_not_while_something_waits_or_is_listed_or_said(self) -> None:
        for seen in (
            "0\t0\t0\n",
            self.well + "0\t4\t0\n",
            self.well + '{"id":"5f0c","reason":"tampered"}\n',
            self.well + "refused\n",
        ):
            with self.subTest(seen):
                self.assertIsNotNone(proof.wrong(self.case, seen))

    def test_may_leave_so_much_and_no_more_where_that_is_meant(self) -> None:
        aside = dataclasses.replace(self.case, left="4\t0\t0")
        self.assertIsNone(proof.wrong(aside, self.well + "4\t0\t0\n"))
        self.assertIsNotNone(proof.wrong(aside, self.well))
        self.assertIsNotNone(proof.wrong(aside, self.well + "5\t0\t0\n"))


class TheShell(unittest.TestCase):
    def test_a_step_by_hand_a_deployment_and_a_wait_are_steps_alone(self) -> None:
        block = "a\nb\n# by hand: c\nsleep 5\nmake deploy-sam PARAMETERS='X=1'\nd \\\n  e\n"
        self.assertEqual(
            shell.steps(block),
            [
                ["a", "b"],
                ["# by hand: c"],
                ["sleep 5"],
                ["make deploy-sam PARAMETERS='X=1'"],
                ["d \\", "  e"],
            ],
        )

    def typed(self, commands: str, strict: bool = True) -> str:
        """The output of a block, in a shell with one function."""
        with tempfile.TemporaryDirectory() as folder:
            typist = shell.Shell(
                "status() { return $1; }", {"PATH": os.environ["PATH"]}, Path(folder)
            )
            hands = shell.Hands(lambda _: None, lambda _: None, lambda _: None)
            return typist.run(commands, {}, hands, strict)

    def test_a_command_that_fails_ends_what_is_to_be_done(self) -> None:
        for commands in ("status 1\necho on\n", "echo $(status 2)\n", "status 2 | cat\n"):
            with self.subTest(commands), self.assertRaises(shell.StepFailed):
                self.typed(commands)

    def test_who_only_looks_may_be_told_that_something_is_wrong(self) -> None:
        self.assertIn("on", self.typed("status 1\nstatus 3\necho on\n", strict=False))
        with self.assertRaises(shell.StepFailed):
            self.typed("status 2\necho on\n", strict=False)

    def test_a_placeholder_that_nobody_knows_is_refused(self) -> None:
        with self.assertRaises(shell.StepFailed):
            shell.filled("teamwire backfill --tenant <tenant id>", {})


class TheCommandLineOfAws(unittest.TestCase):
    def test_takes_what_is_typed(self) -> None:
        call = aws.parse(
            ["sqs", "create-queue", "--queue-name", "q", "--attributes", "A=1,B=2", "--query", "Q"]
        )
        parameters = {"QueueName": "q", "Attributes": {"A": "1", "B": "2"}}
        self.assertEqual((call.operation, call.parameters), ("create_queue", parameters))

    def test_knows_flags_and_lists(self) -> None:
        call = aws.parse(["lambda", "update-event-source-mapping", "--uuid", "u", "--no-enabled"])
        self.assertEqual(call.parameters, {"UUID": "u", "Enabled": False})

    def test_refuses_what_aws_has_not(self) -> None:
        for words in (
            ["sqs", "purge-everything"],
            ["sqs", "get-queue-url"],
            ["sqs", "get-queue-url", "--queue", "q"],
            ["queues", "list"],
        ):
            with self.assertRaises(aws.NotACommand):
                aws.parse(words)

    def test_prints_rows_and_words_as_aws_does(self) -> None:
        self.assertEqual(aws.as_text([["a", "b"], ["c", None]]), "a\tb\nc\tNone")
        self.assertEqual(aws.as_text(["a", "b"]), "a\tb")


class TheAlarms(unittest.TestCase):
    def test_each_is_about_something_that_can_be_looked_up(self) -> None:
        for name, alarm in alarms.defined().items():
            with self.subTest(name):
                self.assertTrue(alarms.subject(alarm))


if __name__ == "__main__":
    unittest.main()
