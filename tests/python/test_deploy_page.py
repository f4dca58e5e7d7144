"""The commands and names of DEPLOY.md exist."""

import re
import shlex
import unittest
from typing import Any

import yaml

from contract.sam import translated
from local.checkout import ROOT

PAGE = ROOT / "docs" / "DEPLOY.md"
COMMANDS = ROOT / "docs" / "CLI.md"
MODULE = ROOT / "infra" / "terraform"

SHELL = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
SECTION = re.compile(r"^### (teamwire[\w -]*)$", re.MULTILINE)
FLAG = re.compile(r"--[a-z][a-z-]*")
BLOCK = re.compile(r'^(variable|output) "(\w+)"', re.MULTILINE)
# Of Make and of the shell.
SET = re.compile(r"^([A-Z_a-z]+)=")


def lines() -> list[str]:
    """Every command of the page, continued lines joined, without comments."""
    text = PAGE.read_text()
    shell = "\n".join(SHELL.findall(text)).replace("\\\n", " ").splitlines()
    inline = INLINE.findall(SHELL.sub("", text))
    return [re.sub(r"\s+#\s.*$", "", line).strip() for line in [*shell, *inline]]


def said(program: str) -> list[list[str]]:
    """The words of every line that runs `program`, without what is set for it alone."""
    found = []
    for line in lines():
        if not re.match(rf"(\w+=\S+ )?{program} ", line):
            continue
        words = shlex.split(line.replace("<", "'<").replace(">", ">'") if "'" not in line else line)
        while not words[0].startswith(program):
            words.pop(0)
        found.append(words[1:])
    return found


def sections() -> dict[str, str]:
    """The text of CLI.md on each command, by its name with hyphens."""
    parts = SECTION.split(COMMANDS.read_text())
    names = (name.replace(" ", "-") for name in parts[1::2])
    return dict(zip(names, parts[2::2], strict=True))


def module(kind: str, folder: str = ".") -> set[str]:
    """The variables or outputs of the module, or of an example."""
    text = "\n".join(path.read_text() for path in (MODULE / folder).glob("*.tf"))
    return {name for what, name in BLOCK.findall(text) if what == kind}


class DeployPage(unittest.TestCase):
    """Each thing that the page names."""

    text: str
    template: dict[str, Any]

    @classmethod
    def setUpClass(cls) -> None:
        cls.text = PAGE.read_text()
        cls.template = translated()

    def test_each_teamwire_line_is_a_command_with_options_that_it_has(self) -> None:
        known = sections()
        self.assertGreater(len(said("teamwire")), 10)
        for words in said("teamwire"):
            with self.subTest(" ".join(words)):
                names = [
                    name
                    for count in (1, 2)
                    if (name := "-".join(["teamwire", *words[:count]])) in known
                ]
                self.assertTrue(names, "no such command in CLI.md")
                flags = {flag for word in words if (flag := word.split("=")[0]).startswith("--")}
                self.assertEqual(flags - set(FLAG.findall(known[names[-1]])), set())

    def test_each_make_line_is_a_target_and_sets_what_the_makefile_reads(self) -> None:
        makefile = (ROOT / "Makefile").read_text()
        targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
        self.assertGreater(len(said("make")), 5)
        for words in said("make"):
            for word in words:
                with self.subTest(word):
                    if variable := SET.match(word):
                        self.assertRegex(makefile, rf"(?m)^{variable[1]} \?=")
                    else:
                        self.assertIn(word.rstrip(".,;"), targets)

    def test_each_parameter_is_one_of_the_template(self) -> None:
        known = set(self.template["Parameters"])
        named = set(re.findall(r"\b([A-Z][a-z]+(?:[A-Z][a-z]+)*)=", self.text))
        self.assertEqual(named - known - {"Role"}, set())
        self.assertLess({"AppIds", "Credentials", "AlarmTopicArn", "TailQueue"}, named)

    def test_each_output_is_one_of_the_template_or_of_the_module(self) -> None:
        table = self.text.split("### What comes out")[1].split("##")[0]
        rows = re.findall(r"^\| (.+?) \| (.+?) \|", table, re.MULTILINE)[2:]
        urls = {name.replace("-", "_") for name in ("events", "envelope-keys", "credentials")}
        for of_template, of_module in rows:
            with self.subTest(of_template):
                for name in INLINE.findall(of_template):
                    self.assertIn(name, self.template["Outputs"])
                for name in INLINE.findall(of_module):
                    self.assertIn(name, module("output") | urls)
        for name in re.findall(r"<([A-Z]\w+(?:Arn|Url|Name))>", self.text):
            self.assertIn(name, self.template["Outputs"])

    def test_the_module_takes_what_the_configuration_gives_it(self) -> None:
        block = self.text.split('module "teamwire" {')[1].split("\n}")[0]
        given = set(re.findall(r"^  (\w+) +=", block, re.MULTILINE)) - {"source"}
        self.assertGreater(len(given), 3)
        self.assertEqual(given - module("variable"), set())
        for name in re.findall(r"`(envelope_kms_keys|tail_queue|public_url|cloud)\b", self.text):
            self.assertIn(name, module("variable"))
        for name in re.findall(r"TF_VAR_(\w+)=", self.text):
            self.assertIn(name, module("variable", "examples/basic"))

    def test_each_permission_is_one_that_the_table_of_resources_names(self) -> None:
        known = (ROOT / "docs" / "RESOURCES.md").read_text()
        table = self.text.split("## 4. Permissions")[1].split("## 5.")[0]
        named = set(re.findall(r"`([A-Z]\w+\.Read\w*\.All)`", table))
        self.assertGreater(len(named), 5)
        self.assertEqual({name for name in named if name not in known}, set())

    def test_the_functions_that_ask_graph_are_those_whose_roles_entra_is_told_of(self) -> None:
        facts = yaml.safe_load((ROOT / "infra/contract/facts.yaml").read_text())
        askers = {name for name, grants in facts["grant"].items() if "credentials" in grants}
        loop = re.search(r"for FUNCTION in ([a-z ]+); do", self.text)
        assert loop
        self.assertEqual(set(loop[1].split()), askers)


if __name__ == "__main__":
    unittest.main()
