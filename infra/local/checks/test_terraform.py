"""What Terraform itself says of infra/terraform, where it is installed."""

import tempfile
import unittest
from pathlib import Path

from local import terraform
from local.checkout import FUNCTIONS

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


if __name__ == "__main__":
    unittest.main()
