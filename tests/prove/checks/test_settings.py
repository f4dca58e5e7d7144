"""The values that each variable of the module accepts and refuses: infra/contract/settings.yaml."""

import json
import re
import tempfile
import unittest
from itertools import zip_longest
from pathlib import Path
from typing import Any

from contract.settings import CASES

from ..infra import terraform

LISTS = ("app-ids", "tenants", "foreign-resources", "meeting-content")
# The template can't take the ARNs out of the keys, the module can.
ARNS = "envelope-kms-key-arns"
KEYS = "envelope-kms-keys"


class TheModule(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        try:
            self.module = terraform.module_without_ephemerals(Path(folder.name))
        except terraform.TerraformIsMissing as reason:
            self.skipTest(str(reason))

    def test_says_of_every_setting_what_it_takes(self) -> None:
        variables = (terraform.MODULE / "variables.tf").read_text()
        for setting in CASES:
            name = KEYS if setting == ARNS else setting
            block = re.search(rf'(?ms)^variable "{_snake(name)}" \{{\n.*?^\}}', variables)
            self.assertIsNotNone(block and re.search(r"(?m)^  validation \{", block[0]), name)

    def test_takes_what_is_right_and_refuses_what_would_fail_silently(self) -> None:
        runs = []
        for verdict in ("takes", "refuses"):
            columns = [[(name, value) for value in CASES[name][verdict]] for name in CASES]
            for number, row in enumerate(zip_longest(*columns)):
                given = dict(_variable(*cell) for cell in row if cell)
                if given:
                    runs.append(_run(f"{verdict}_{number}", given, verdict == "refuses"))
        said = self.module.test_with(runs)
        self.assertIn(f"{len(runs)} passed, 0 failed", said)


def _variable(setting: str, value: Any) -> tuple[str, Any]:
    """The module's variable and its value, of a setting as the template's parameter writes it."""
    members = [part.strip() for part in str(value).split(",")] if value else []
    if setting == ARNS:
        return _snake(KEYS), {f"key-{number}": arn for number, arn in enumerate(members)}
    if setting == KEYS:
        return _snake(KEYS), dict(member.split("=", 1) for member in members)
    return _snake(setting), members if setting in LISTS else value


def _run(name: str, given: dict[str, Any], refused: bool) -> str:
    variables = "\n".join(f"    {each} = {json.dumps(value)}" for each, value in given.items())
    failures = ", ".join(f"var.{each}" for each in given)
    expected = f"  expect_failures = [{failures}]\n" if refused else ""
    return f'run "{name}" {{\n  command = plan\n  variables {{\n{variables}\n  }}\n{expected}}}\n'


def _snake(setting: str) -> str:
    return setting.replace("-", "_")


if __name__ == "__main__":
    unittest.main()
