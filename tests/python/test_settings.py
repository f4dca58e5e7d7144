"""The values that each parameter of the template accepts and refuses: infra/contract/settings.yaml.
"""

import re
import unittest
from typing import Any

from contract.sam import translated
from contract.settings import CASES


class TheTemplate(unittest.TestCase):
    def setUp(self) -> None:
        self.parameters = translated()["Parameters"]

    def test_says_of_every_text_what_it_takes(self) -> None:
        for name, parameter in self.parameters.items():
            if parameter["Type"] == "String":
                with self.subTest(name):
                    self.assertTrue(parameter.keys() & {"AllowedPattern", "AllowedValues"})
                    if "AllowedPattern" in parameter:
                        self.assertIn("ConstraintDescription", parameter)

    def test_takes_what_is_right_and_refuses_what_would_fail_silently(self) -> None:
        for setting, cases in CASES.items():
            parameter = self.parameters[_title(setting)]
            for verdict, values in cases.items():
                for value in values:
                    with self.subTest(setting, value=value):
                        self.assertEqual(_fits(parameter, value), verdict == "takes")


def _fits(parameter: dict[str, Any], value: Any) -> bool:
    if parameter["Type"] == "Number":
        least, most = parameter.get("MinValue", value), parameter.get("MaxValue", value)
        return bool(least <= value <= most)
    if "AllowedValues" in parameter:
        return value in parameter["AllowedValues"]
    return re.fullmatch(parameter["AllowedPattern"], str(value)) is not None


def _title(setting: str) -> str:
    return "".join(part.capitalize() for part in setting.split("-"))


if __name__ == "__main__":
    unittest.main()
