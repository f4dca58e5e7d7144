"""What Terraform itself says of infra/terraform, where it is installed."""

import re
import tempfile
import unittest
from pathlib import Path

from local import terraform
from local.checkout import FUNCTIONS, ROOT

_BLOCK = re.compile(r'(?ms)^(variable|output) "(\w+)" \{\n(.*?)^\}')
# Terraform can't mock what is ephemeral.
_NO_KEY = 'variable "secret_id" {\n  type = string\n}\n'


class TheModule(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = terraform.copy_of_the_module(Path(folder.name))
        try:
            self.terraform = terraform.ready(self.folder)
        except terraform.TerraformIsMissing as reason:
            self.skipTest(str(reason))

    def test_is_formatted_and_valid(self) -> None:
        self.terraform.run("fmt", "-check", "-recursive")
        self.terraform.run("validate", "-no-color")

    def test_passes_its_own_tests(self) -> None:
        (self.folder / "client_state_key" / "main.tf").write_text(_NO_KEY)
        zips = self.folder / "zips"
        zips.mkdir()
        for function in FUNCTIONS:
            (zips / f"{function}.zip").write_text("a placeholder")
        variables = [f"-var=package_dir={zips}"]
        self.assertIn("4 passed, 0 failed", self.terraform.run("test", "-no-color", *variables))


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
        self.assertLessEqual(len(re.findall(r'(?m)^variable "', variables)), 20)


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
