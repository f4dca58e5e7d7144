"""The verdict of Terraform itself on infra/terraform, where it is installed."""

import tempfile
import unittest
from pathlib import Path

from ..infra import terraform


class TheModule(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def test_is_formatted_and_valid(self) -> None:
        try:
            module = terraform.ready(terraform.copy_of_the_module(self.folder))
        except terraform.TerraformIsMissing as reason:
            self.skipTest(str(reason))
        module.run("fmt", "-check", "-recursive")
        module.run("validate", "-no-color")

    def test_passes_its_own_tests(self) -> None:
        try:
            module = terraform.module_without_ephemerals(self.folder)
        except terraform.TerraformIsMissing as reason:
            self.skipTest(str(reason))
        self.assertIn("14 passed, 0 failed", module.test())


if __name__ == "__main__":
    unittest.main()
