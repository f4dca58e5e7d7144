"""The content of the zips of `make package`, and the zips that `make deploy-..` refuses."""

import importlib.util
import io
import subprocess
import tempfile
import unittest
import zipfile
from contextlib import redirect_stderr
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

from local.checkout import FUNCTIONS, ROOT

def script(name: str) -> ModuleType:
    """A script of infra as a module."""
    loader = SourceFileLoader(name, str(ROOT / "infra" / name))
    spec = importlib.util.spec_from_loader(name, loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


package = script("package")

_MACHINE = {"x86_64": 0x3E, "arm64": 0xB7}


def program(architecture: str, *versions: str) -> bytes:
    """The head of a program for Linux, and the versions of glibc that it names."""
    head = b"\x7fELF".ljust(18, b"\0") + _MACHINE[architecture].to_bytes(2, "little")
    return head + b"\0".join(f"GLIBC_{version}".encode() for version in versions)


class TheBinaries(unittest.TestCase):
    def test_run_where_they_are_to_run(self) -> None:
        self.assertEqual(package.fault_of(program("arm64", "2.17", "2.34"), "arm64"), "")
        self.assertEqual(package.fault_of(program("x86_64"), "x86_64"), "")

    def test_of_the_other_architecture_are_told(self) -> None:
        fault = package.fault_of(program("x86_64"), "arm64")
        self.assertEqual(fault, "built for x86_64, not for arm64")

    def test_that_need_a_newer_glibc_are_told(self) -> None:
        fault = package.fault_of(program("x86_64", "2.4", "2.39"), "x86_64")
        self.assertIn("needs glibc 2.39", fault)

    def test_of_another_system_are_told(self) -> None:
        self.assertEqual(package.fault_of(b"MZ", "x86_64"), "not a program for Linux")


class TheZips(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        for function in FUNCTIONS:
            package.write_zip(self.folder / f"{function}.zip", program("arm64"))
        (self.folder / package.SUMS).write_text(package.sums(self.folder))

    def test_are_the_same_bytes_whenever_they_are_written(self) -> None:
        before = (self.folder / "ingest.zip").read_bytes()
        package.write_zip(self.folder / "ingest.zip", program("arm64"))
        self.assertEqual((self.folder / "ingest.zip").read_bytes(), before)

    def test_hold_one_program_that_may_be_run(self) -> None:
        with zipfile.ZipFile(self.folder / "ingest.zip") as archive:
            (entry,) = archive.infolist()
        self.assertEqual(entry.filename, "bootstrap")
        self.assertEqual(entry.external_attr >> 16, 0o100755)
        self.assertEqual(entry.date_time, (1980, 1, 1, 0, 0, 0))

    def test_have_sums_that_sha256sum_reads(self) -> None:
        subprocess.run(
            ["sha256sum", "--check", "--strict", package.SUMS],
            cwd=self.folder,
            capture_output=True,
            check=True,
        )

    def test_that_fit_are_deployed(self) -> None:
        package.check(self.folder, "arm64")

    def refused(self, architecture: str) -> str:
        with self.assertRaises(package.NotPackaged) as refusal:
            package.check(self.folder, architecture)
        return str(refusal.exception)

    def test_of_the_other_architecture_are_not_deployed(self) -> None:
        self.assertIn("built for arm64, not for x86_64", self.refused("x86_64"))

    def test_of_which_one_is_missing_are_not_deployed(self) -> None:
        (self.folder / "backfill.zip").unlink()
        told = self.refused("arm64")
        self.assertIn("backfill.zip is missing; run: make package ARCH=arm64", told)

    def test_with_nothing_in_them_are_not_deployed(self) -> None:
        (self.folder / "hydrate.zip").write_bytes(b"")
        self.assertIn("hydrate.zip holds no bootstrap", self.refused("arm64"))

    def test_that_were_replaced_since_are_not_deployed(self) -> None:
        package.write_zip(self.folder / "decrypt.zip", program("arm64", "2.2"))
        self.assertIn("are not those of", self.refused("arm64"))


class TheCommand(unittest.TestCase):
    def test_of_another_architecture_or_function_is_wrong_usage(self) -> None:
        for arguments in ([], ["riscv"], ["arm64", "other"], ["--check"]):
            with redirect_stderr(io.StringIO()) as told:
                self.assertEqual(package.main(list(arguments)), 2)
            self.assertIn("usage: infra/package", told.getvalue())

    def test_packages_every_function_that_is_deployed(self) -> None:
        self.assertEqual(package.FUNCTIONS, FUNCTIONS)


if __name__ == "__main__":
    unittest.main()
