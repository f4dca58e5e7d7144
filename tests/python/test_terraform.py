"""The view that a user of infra/terraform has of it, without Terraform."""

import re
import unittest

from local.checkout import ROOT
from prove.infra import terraform

_BLOCK = re.compile(r'(?ms)^(variable|output) "(\w+)" \{\n(.*?)^\}')


class TheFace(unittest.TestCase):
    def test_says_what_each_variable_and_output_is(self) -> None:
        for path in terraform.MODULE.rglob("*.tf"):
            if ".terraform" in path.parts:
                continue
            for kind, name, block in _BLOCK.findall(path.read_text()):
                with self.subTest(file=path.name, **{kind: name}):
                    self.assertRegex(block, r'(?m)^  description = ".{10,}"$')

    def test_has_no_more_variables_than_one_can_read(self) -> None:
        variables = (terraform.MODULE / "variables.tf").read_text()
        self.assertLessEqual(len(re.findall(r'(?m)^variable "', variables)), 27)


class TheGeneratedKey(unittest.TestCase):
    def test_is_read_by_the_label_that_it_is_put_under(self) -> None:
        module = (terraform.MODULE / "client_state_key" / "main.tf").read_text()
        (label,) = re.findall(r'version_stages += \["([^"]+)"\]', module)
        reader = (ROOT / "shared" / "transport" / "src" / "secrets.rs").read_text()
        self.assertIn(f'const GENERATED: &str = "{label}";', reader)
        self.assertNotEqual(label, "AWSCURRENT")


class TheExample(unittest.TestCase):
    def test_names_the_module_next_to_it(self) -> None:
        example = ROOT / "infra" / "terraform" / "examples" / "basic" / "main.tf"
        self.assertIn('source = "../.."', example.read_text())
        self.assertTrue((example.parent / "../../versions.tf").resolve().is_file())

    def test_passes_on_what_it_takes(self) -> None:
        example = (ROOT / "infra" / "terraform" / "examples" / "basic" / "main.tf").read_text()
        taken = re.findall(r'(?m)^variable "(\w+)"', example)
        passed = re.findall(r"(?m)^  (\w+) += var\.\1$", example)
        self.assertEqual(set(taken), set(passed))
        self.assertIn("credentials", passed)


if __name__ == "__main__":
    unittest.main()
