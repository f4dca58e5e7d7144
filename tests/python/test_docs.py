"""The names, limits, links, tests and events in the documents are those of the code."""

import copy
import hashlib
import json
import os
import re
import runpy
import unittest
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from contract.facts import NAMES
from jsonschema import Draft202012Validator
from local import schema
from local.checkout import ROOT
from local.times import parse_time

DOCS = ROOT / "docs"
MADE = sorted((ROOT / "examples" / "events").glob("*.json"))
BUILT = {"target", ".git", "node_modules", ".tools", ".local"} | {
    ".venv" + name
    for name in ("", "-lambda", "-checkov", "-moto", "-page", "-sdk", "-examples", "-types")
}

VARIABLE = re.compile(r"TEAMWIRE_[A-Z_]*[A-Z]")
CONSTANT = re.compile(r"^pub const (\w+): \w+ = (.+?);", re.MULTILINE | re.DOTALL)
STATED = re.compile(r"^\| `([A-Z_]+)` \| (\d+) (\w+) \|", re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
EXAMPLE = re.compile(r"^```json\n(.*?)^```", re.MULTILINE | re.DOTALL)
RULE = re.compile(r"^\| ((?:GRAPH|AWS)-\d+) \|.*\| ([^|]+) \|$", re.MULTILINE)
TEST = re.compile(
    r"#\[(?:tokio::)?test(?:\([^)]*\))?\]\s*"
    r"(?:#\[(?:[^\[\]]|\[[^\]]*\])*\]\s*)*(?:async )?fn (\w+)\("
    r"|^    def (test_\w+)\(",
    re.MULTILINE,
)

# Made once and never changed, so that their creation needs no version.
ARTEFACTS = ("callTranscript", "callRecording")

MILLISECONDS = {"ms": 1, "s": 1000}


def files(suffix: str, below: Path = ROOT) -> Iterator[Path]:
    """Every file of ours with that suffix: nothing that was built or installed."""
    for folder, folders, names in os.walk(below):
        folders[:] = [name for name in folders if name not in BUILT]
        yield from (Path(folder) / name for name in names if name.endswith(suffix))


def names_of_tests() -> Iterator[str]:
    """Of functions that are run as tests, in Rust and Python: no helper counts."""
    for path in [*files(".rs"), *files(".py")]:
        yield from (rust or python for rust, python in TEST.findall(path.read_text()))


def variables_read() -> set[str]:
    """The variables that functions, tools and the local run name, their own tests aside."""
    sources = [
        path
        for folder in ("functions", "shared", "cli", "tests/bench")
        for path in files(".rs", ROOT / folder)
    ]
    for folder in ("infra", "tests/prove"):
        sources += files(".py", ROOT / folder)
    return {name for path in sources for name in VARIABLE.findall(path.read_text())}


def limit(expression: str) -> int:
    """The number that a constant of limits.rs comes to; of a duration, in milliseconds."""
    number, unit = expression, 1
    if duration := re.fullmatch(r"Duration::from_(secs|millis)\((.+)\)", expression):
        number, unit = duration[2], {"secs": 1000, "millis": 1}[duration[1]]
    product = 1
    for factor in number.replace("_", "").split("*"):
        product *= int(factor)
    return product * unit


def anchors(document: Path) -> set[str]:
    """The anchors that GitHub gives to the headings of a document, and those of its own."""
    text = FENCE.sub("", document.read_text())
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return set(re.findall(r'<a id="([\w-]+)"></a>', text)) | {
        re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings
    }


def examples() -> list[dict[str, Any]]:
    """The events that EVENTS.md shows, and those that our code made."""
    shown = EXAMPLE.findall((DOCS / "EVENTS.md").read_text())
    return [json.loads(text) for text in shown + [path.read_text() for path in MADE]]


def event_id(event: dict[str, Any]) -> str | None:
    """The id as EVENTS.md describes it; none where it is made of a signature, which is not told."""
    if event["type"] == "teamwire.gap":
        gap = event["data"]
        return digest(
            event["tenantid"],
            gap["resource"],
            "gap",
            gap["since"],
            gap["until"],
            gap["unfilled"],
        )
    resource, _, change = event["type"].removeprefix("microsoft.graph.").rpartition(".")
    occurrence = f"received:{round(parse_time(event['receivedat']).timestamp() * 1000)}"
    is_tombstone = event.get("referencereason") in ("deleted", "gone")
    once = is_tombstone or (resource in ARTEFACTS and event["origin"] != "reference")
    if event["origin"] == "decrypted" and "contentversion" not in event and not once:
        return None
    version = event.get("contentversion", "" if once else occurrence)
    session = event["data"].get("sessionId") if resource == "aiInteraction" else None
    parts = [event["tenantid"], event["subject"], change, version]
    return digest(*parts, *([session] if session else []))


def digest(*parts: str) -> str:
    """A hash over the parts, each with its length before it."""
    whole = hashlib.sha256(b"teamwire.event.v1")
    for part in parts:
        text = part.encode()
        whole.update(len(text).to_bytes(8, "big") + text)
    return urlsafe_b64encode(whole.digest()).rstrip(b"=").decode()


class TheConfiguration(unittest.TestCase):
    text = (DOCS / "CONFIGURATION.md").read_text()

    def test_names_exactly_the_variables_that_the_code_reads(self) -> None:
        self.assertEqual(set(VARIABLE.findall(self.text)), variables_read())

    def test_states_every_limit_as_it_is(self) -> None:
        source = (ROOT / "shared" / "payload" / "src" / "limits.rs").read_text()
        actual = {name: limit(expression) for name, expression in CONSTANT.findall(source)}
        stated = {
            name: int(value) * MILLISECONDS.get(unit, 1)
            for name, value, unit in STATED.findall(self.text)
        }
        self.assertTrue(actual)
        self.assertEqual(stated, actual)

    def test_names_every_metric_that_the_code_counts(self) -> None:
        counted = set(NAMES["metrics"])
        section = self.text.partition("## Metrics")[2].partition("```")[0]
        self.assertEqual(set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)), counted)

    def test_names_every_parameter_of_the_template(self) -> None:
        template = (ROOT / "infra" / "sam" / "template.yaml").read_text()
        (parameters,) = re.findall(r"^Parameters:$(.*?)^\w", template, re.MULTILINE | re.DOTALL)
        names = re.findall(r"^  (\w+):$", parameters, re.MULTILINE)
        section = self.text.partition("## Template parameters")[2].partition("\n## ")[0]
        first = "".join(re.findall(r"^\| (`.*?) \|", section, re.MULTILINE))
        self.assertEqual(set(re.findall(r"`(\w+)`", first)), set(names))


class TheLinks(unittest.TestCase):
    def test_lead_to_files_and_headings_that_exist(self) -> None:
        for document in files(".md"):
            for link in LINK.findall(FENCE.sub("", document.read_text())):
                if re.match(r"[a-z]+:", link):
                    continue
                path, _, anchor = link.partition("#")
                target = (document.parent / path).resolve() if path else document
                with self.subTest(document=str(document.relative_to(ROOT)), link=link):
                    self.assertTrue(target.exists())
                    if anchor:
                        self.assertIn(anchor, anchors(target))


class TheOrder(unittest.TestCase):
    """The reference function that EVENTS.md leads to, against its cases."""

    def test_is_what_every_case_says(self) -> None:
        names = runpy.run_path(str(ROOT / "examples" / "python" / "order.py"))
        cases = json.loads((ROOT / "shared" / "events" / "is_newer.json").read_text())
        self.assertGreater(len(cases), 50)
        for case in cases:
            with self.subTest(case["name"]):
                newer = names["is_newer"](case["stored"], case["incoming"])
                self.assertIs(newer, case["newer"])


class TheRequirements(unittest.TestCase):
    rules = RULE.findall((DOCS / "REQUIREMENTS.md").read_text())

    def test_are_numbered_without_gaps(self) -> None:
        ids = [rule for rule, _ in self.rules]
        for family in ("GRAPH", "AWS"):
            numbers = [int(rule.split("-")[1]) for rule in ids if rule.startswith(f"{family}-")]
            self.assertEqual(numbers, list(range(1, len(numbers) + 1)), family)
            self.assertTrue(numbers)

    def test_name_only_tests_that_exist(self) -> None:
        exist = set(names_of_tests())
        named = {name for _, tests in self.rules for name in re.findall(r"`(\w+)`", tests)}
        self.assertEqual(named - exist, set())

    def test_are_the_only_ones_that_the_code_cites(self) -> None:
        ids = {rule for rule, _ in self.rules}
        cited = {
            rule
            for path in files(".rs")
            for rule in re.findall(r"\b(?:GRAPH|AWS)-\d+\b", path.read_text())
        }
        self.assertEqual(cited - ids, set())


class TheThreats(unittest.TestCase):
    text = (DOCS / "THREATS.md").read_text()

    def lines(self) -> Iterator[str]:
        """What is said of what somebody can do: rows, and paragraphs that lead to no table."""
        (part,) = re.findall(r"^## Who can do what$(.*?)^## ", self.text, re.MULTILINE | re.DOTALL)
        blocks = [block for block in part.strip().split("\n\n") if not block.startswith("###")]
        for block, following in zip(blocks, [*blocks[1:], ""], strict=True):
            if block.startswith("|"):
                yield from block.splitlines()[2:]
            elif not following.startswith("|") and not block.startswith("**Remains.**"):
                yield block

    def test_name_a_test_in_every_line(self) -> None:
        exist = set(names_of_tests())
        lines = list(self.lines())
        self.assertGreater(len(lines), 30)
        for line in lines:
            named = set(re.findall(r"`([a-z]+(?:_[a-z0-9]+){2,})`", line))
            with self.subTest(line=line[:60]):
                self.assertTrue(named)
                self.assertEqual(named - exist, set())

    def test_have_a_row_for_each_queue(self) -> None:
        rows = [row.split("|")[1] for row in self.text.splitlines() if row.startswith("| ")]
        for queue in ("decrypt", "hydrate", "lifecycle", "backfill", "events", "tail", "quarantine"):
            with self.subTest(queue):
                self.assertTrue(any(queue in row for row in rows))
        self.assertTrue(any("dead letters" in row for row in rows))


class ThePolicy(unittest.TestCase):
    """SECURITY.md: what is promised, and the commands that test it."""

    text = (ROOT / "SECURITY.md").read_text()

    def test_names_a_test_or_a_command_for_each_promise(self) -> None:
        part = r"^## What is promised$.*?^\|---.*?$(.*?)\n\n"
        (table,) = re.findall(part, self.text, re.MULTILINE | re.DOTALL)
        targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
        exist = set(names_of_tests())
        rows = table.strip().splitlines()
        self.assertGreater(len(rows), 5)
        for row in rows:
            _, _, shown, _ = row.split("|")
            with self.subTest(row=row[:60]):
                made = set(re.findall(r"`make ([a-z-]+)`", shown))
                named = set(re.findall(r"`([a-z]+(?:_[a-z0-9]+){2,})`", shown))
                self.assertTrue(made | named)
                self.assertEqual((made - targets, named - exist), (set(), set()))


class TheEventSchema(unittest.TestCase):
    def assert_refused(self, event: dict[str, Any]) -> None:
        self.assertNotEqual(schema.faults_of(event), [])

    def test_is_a_schema_and_closed(self) -> None:
        self.assertIs(schema.validator().schema["additionalProperties"], False)

    def test_has_the_attributes_that_an_event_has_in_the_code(self) -> None:
        source = (ROOT / "shared" / "events" / "src" / "event.rs").read_text()
        (body,) = re.findall(r"pub struct Event \{(.*?)\n\}", source, re.DOTALL)
        fields = set(re.findall(r"^    pub (\w+):", body, re.MULTILINE))
        renamed = fields - {"event_type"} | {"type"}
        self.assertEqual(set(schema.validator().schema["properties"]), renamed)

    def test_takes_the_examples_and_they_show_every_origin_and_dataref(self) -> None:
        for event in examples():
            self.assertEqual(schema.faults_of(event), [])
            self.assertIn(event_id(event), (event["id"], None))
        self.assertEqual(
            {event["origin"] for event in examples()},
            {"decrypted", "hydrated", "backfilled", "reference", "gap"},
        )
        self.assertTrue(any("dataref" in event for event in examples()))

    def test_refuses_an_event_without_one_of_what_it_needs(self) -> None:
        for event in examples():
            for name in event:
                if name in ("contentversion", "systemevent", "contentref"):
                    continue
                with self.subTest(name):
                    self.assert_refused({key: event[key] for key in event if key != name})

    def test_refuses_other_attributes_and_other_types(self) -> None:
        for event in examples():
            self.assert_refused(event | {"traceparent": "00"})
            for name in event:
                with self.subTest(name):
                    self.assert_refused(event | {name: 7})

    def test_refuses_what_does_not_go_together(self) -> None:
        by_origin = {each["origin"]: each for each in reversed(examples()) if "data" in each}
        decrypted, reference = by_origin["decrypted"], by_origin["reference"]
        hydrated = by_origin["hydrated"]
        (stored,) = [event for event in examples() if "dataref" in event]
        (content,) = [event for event in examples() if "contentref" in event]
        longer = copy.deepcopy(reference)
        longer["data"]["body"] = {"content": "more than a reference"}
        for what, event in {
            "data and dataref": decrypted | {"dataref": stored["dataref"]},
            "a reason with a resource": decrypted | {"referencereason": "gone"},
            "a reference with a resource": longer,
            "a reference elsewhere": reference | {"dataref": stored["dataref"]},
            "a tombstone that is no deletion": reference
            | {"type": "microsoft.graph.chatMessage.updated"},
            "an unknown reason": reference | {"referencereason": "other"},
            "a time without milliseconds": decrypted | {"time": "2026-11-21T09:00:00Z"},
            "a time elsewhere": decrypted | {"time": "2026-11-21T09:00:00.000+01:00"},
            "another source": decrypted | {"source": "https://graph.example/" + stored["tenantid"]},
            "another kind of change": decrypted | {"type": "microsoft.graph.chatMessage.moved"},
            "a short id": decrypted | {"id": decrypted["id"][:-1]},
            "a view of what is no chat": decrypted | {"payloadkind": "viewpoint"},
            "the content of what has none": hydrated | {"contentref": content["contentref"]},
            "content that is and is not there": content | {"contentskipped": "gone"},
            "a gap with a resource": by_origin["gap"] | {"data": decrypted["data"]},
            "a resource as a gap": decrypted | {"origin": "gap"},
            "a tenant by name": decrypted | {"tenantid": "contoso.example"},
        }.items():
            with self.subTest(what):
                self.assert_refused(event)

    def test_faults_name_attributes_and_no_values(self) -> None:
        event = examples()[0] | {"id": "marker", "time": "marker"}
        self.assertEqual(schema.faults_of(event), ["id: pattern", "time: pattern"])
        fits, detail = schema.judge([event, examples()[0]])
        self.assertFalse(fits)
        self.assertEqual(detail, "1 id: pattern; 1 time: pattern")
        self.assertEqual(schema.judge(examples()), (True, str(len(examples()))))


class TheSchemas(unittest.TestCase):
    """Those of each type, which `shared/events` prints."""

    def test_take_the_examples_of_their_type_and_no_others(self) -> None:
        schemas = {
            path.stem: Draft202012Validator(json.loads(path.read_text()))
            for path in (DOCS / "schemas" / "v1").glob("*.json")
        }
        self.assertEqual({path.name.split(".")[0] for path in MADE}, set(schemas))
        for path in MADE:
            event = json.loads(path.read_text())
            fit = {name for name, schema in schemas.items() if schema.is_valid(event)}
            with self.subTest(path.name):
                self.assertEqual(fit, {path.name.split(".")[0]})


class TheValidator(unittest.TestCase):
    def test_is_pinned(self) -> None:
        pins = (ROOT / "infra" / "local" / "requirements.txt").read_text()
        self.assertRegex(pins, r"(?m)^jsonschema==")


if __name__ == "__main__":
    unittest.main()
