"""The files that `make release-..` puts into target/dist, with stand-ins for what is slow to build."""

import contextlib
import io
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
import unittest
import zipfile
from pathlib import Path
from unittest import mock

import yaml

from contract.hcl import Module
from contract.terraform import SOURCE
from local.checkout import FUNCTIONS, ROOT

from .test_package import package, program, script

release = script("release")

_CHANGELOG = "## [Unreleased]\n\n- soon\n\n## [0.1.0] - 2026-11-28\n\n### Added\n\n- [it](IT.md)\n"


class Checkout(unittest.TestCase):
    """A checkout in which everything is built, of version 0.1.0."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for name in ("LICENSE", "infra/sam/template.yaml", "Cargo.lock"):
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.root / name)
        shutil.copytree(ROOT / "infra" / "terraform", self.root / "infra" / "terraform")
        (self.root / "Cargo.toml").write_text('[workspace.package]\nversion = "0.1.0"\n')
        (self.root / "CHANGELOG.md").write_text(_CHANGELOG)
        self.dist = self.root / release.DIST

    def release(self, *arguments: str, status: int = 0, **settings: str) -> str:
        """The output of a run."""
        told = io.StringIO()
        with (
            mock.patch.dict(os.environ, {"VERSION": "", "RELEASE_URL": "", **settings}),
            mock.patch.object(release, "sbom", lambda *_: {}),
            contextlib.redirect_stdout(told),
            contextlib.redirect_stderr(told),
        ):
            self.assertEqual(release.main(list(arguments), self.root), status, told.getvalue())
        return told.getvalue()


class TheVersion(Checkout):
    def test_of_another_tag_is_refused_before_anything_is_built(self) -> None:
        for command in (["cli", release.TRIED], ["functions", "arm64"], ["sums"]):
            told = self.release("--check", *command, status=1, VERSION="v0.2.0")
            self.assertIn("VERSION is v0.2.0, and by Cargo.toml it has to be v0.1.0", told)
            self.release("--check", *command, VERSION="v0.1.0")

    def test_of_a_platform_that_is_not_released_is_wrong_usage(self) -> None:
        for command in ([], ["cli"], ["cli", "riscv"], ["functions", "arm"], ["sums", "all"]):
            self.assertIn("usage: infra/release", self.release(*command, status=2))


class TheCommandLine(Checkout):
    def built(self, said: str, more: str = "", name: str = "teamwire") -> None:
        there = self.root / "target" / "cli"
        for path in (f"bin/{name}", "share/man/man1/teamwire.1", "share/completions/teamwire.bash"):
            (there / path).parent.mkdir(parents=True, exist_ok=True)
            (there / path).write_text(f"#!/bin/sh\necho {said}\n{more}")
        (there / "bin" / name).chmod(0o755)

    def test_is_one_folder_with_what_belongs_to_it(self) -> None:
        self.built("teamwire 0.1.0 '(abc)'")
        top = "teamwire-0.1.0-aarch64-apple-darwin"
        self.assertIn(f"target/dist/{top}.tar.gz", self.release("cli", "aarch64-apple-darwin"))
        with tarfile.open(self.dist / f"{top}.tar.gz") as archive:
            modes = {each.name: each.mode for each in archive}
        plain = ("LICENSE", "share/man/man1/teamwire.1", "share/completions/teamwire.bash")
        runs = {f"{top}/bin/teamwire": 0o755}
        self.assertEqual(modes, runs | {f"{top}/{name}": 0o644 for name in plain})

    def test_for_windows_is_a_zip(self) -> None:
        self.built("teamwire 0.1.0", name="teamwire.exe")
        self.release("cli", "x86_64-pc-windows-msvc")
        top = "teamwire-0.1.0-x86_64-pc-windows-msvc"
        with zipfile.ZipFile(self.dist / f"{top}.zip") as archive:
            self.assertIn(f"{top}/bin/teamwire.exe", archive.namelist())

    def test_of_another_version_is_refused(self) -> None:
        self.built("teamwire 0.0.9")
        told = self.release("cli", "aarch64-apple-darwin", status=1)
        self.assertIn("teamwire --version says teamwire 0.0.9, not 0.1.0", told)

    def test_for_linux_runs_where_the_makefile_says(self) -> None:
        self.built("teamwire 0.1.0")
        self.assertIn("not a program for Linux", self.release("cli", release.TRIED, status=1))
        (glibc,) = re.findall(r"^GLIBC := (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
        self.assertEqual(release.GLIBC, tuple(map(int, glibc.split("."))))
        newer = package.fault_of(program("x86_64", "2.29"), "x86_64", release.GLIBC)
        self.assertIn("needs glibc 2.29", newer)
        self.assertIn(f"glibc {glibc} or", release.PLATFORMS[release.TRIED])


class TheFunctions(Checkout):
    def setUp(self) -> None:
        super().setUp()
        zips = self.root / package.OUTPUT
        zips.mkdir(parents=True)
        for function in FUNCTIONS:
            package.write_zip(zips / f"{function}.zip", program("x86_64"))
        (zips / package.SUMS).write_text(package.sums(zips))
        self.zips = {f"{function}.zip" for function in FUNCTIONS}

    def unpacked(self, name: str) -> Path:
        with zipfile.ZipFile(self.dist / f"{name}.zip") as archive:
            archive.extractall(self.root / "unpacked")
        return self.root / "unpacked"

    def test_lie_where_the_template_names_them(self) -> None:
        self.release("functions", "x86_64")
        folder = self.unpacked("teamwire-sam-0.1.0-x86_64") / "teamwire-sam-0.1.0-x86_64"
        text = (folder / "template.yaml").read_text()
        code = set(re.findall(r"CodeUri: (.+)", text))
        self.assertEqual(code, self.zips)
        others = {"template.yaml", "samconfig.toml", "LICENSE"}
        self.assertEqual(set(os.listdir(folder)), code | others)
        plain = yaml.load(re.sub(r"!\w+", "", text), yaml.SafeLoader)
        self.assertEqual(plain["Parameters"]["Architecture"]["Default"], "x86_64")

    def test_are_in_the_module_that_takes_them_by_default(self) -> None:
        self.release("functions", "x86_64")
        folder = self.unpacked("teamwire-terraform-0.1.0-x86_64")
        module = Module(folder)
        self.assertEqual(module.default("architecture"), "x86_64")
        self.assertEqual(module.default("package_dir"), "")
        self.assertIn("${path.module}/lambda", str(module.locals["package_dir"]))
        self.assertEqual(set(os.listdir(folder / "lambda")), self.zips)
        written = {path.relative_to(folder).as_posix() for path in folder.rglob("*.tf")}
        here = {path.name for path in SOURCE.glob("*.tf")}
        self.assertEqual(written, here | {"client_state_key/main.tf"})

    def test_of_the_other_architecture_are_refused(self) -> None:
        told = self.release("functions", "arm64", status=1)
        self.assertIn("built for x86_64, not for arm64", told)


class TheSums(Checkout):
    def setUp(self) -> None:
        super().setUp()
        self.dist.mkdir(parents=True)
        self.names = list(release.files_of_a_release("0.1.0"))

    def test_are_of_every_file(self) -> None:
        for name in self.names:
            (self.dist / name).write_text(name)
        self.release("sums", VERSION="v0.1.0", RELEASE_URL="https://releases.example/v0.1.0")
        checked = ["sha256sum", "--check", "--strict", release.SUMS]
        told = subprocess.run(checked, cwd=self.dist, capture_output=True, text=True, check=True)
        self.assertEqual(told.stdout.count(": OK"), len(self.names))
        page = (self.root / "target" / "RELEASE.md").read_text()
        self.assertIn("## Changes\n\n### Added\n\n- it\n\n## Files", page)
        for name in self.names:
            self.assertIn(f"[{name}](https://releases.example/v0.1.0/{name})", page)
        (unseen,) = re.findall("Not yet seen at work: (.+)", page)
        others = [what for of, what in release.PLATFORMS.items() if of != release.TRIED]
        for what in (*others, "functions on arm64", "anything on AWS"):
            self.assertIn(what, unseen)
        self.assertNotIn(release.PLATFORMS[release.TRIED], unseen)

    def test_of_a_tag_want_every_file_and_none_of_another_version(self) -> None:
        (self.dist / self.names[0]).write_text("one")
        told = self.release("sums", status=1, VERSION="v0.1.0")
        self.assertIn(f"missing in target/dist: {', '.join(sorted(self.names[1:-1]))}", told)
        self.release("sums")
        self.assertIn("- soon", (self.root / "target" / "RELEASE.md").read_text())
        (self.dist / "teamwire-0.0.9.cdx.json").write_text("old")
        self.assertIn("not of 0.1.0: teamwire-0.0.9.cdx.json", self.release("sums", status=1))

    def test_of_a_version_without_changes_are_refused(self) -> None:
        (self.root / "CHANGELOG.md").write_text("## [Unreleased]\n\n## [0.1.0]\n\n- it\n")
        told = self.release("sums", status=1)
        self.assertIn("CHANGELOG.md has nothing below ## [Unreleased]", told)


class TheSbom(unittest.TestCase):
    def test_has_licence_and_checksum_of_what_others_wrote(self) -> None:
        locked = (ROOT / "Cargo.lock").read_text()
        (number, checksum) = re.findall(
            r'name = "tokio"\nversion = "(.+)"\nsource = .+\nchecksum = "(.+)"', locked
        )[0]
        ours = "teamwire v0.1.0 (/a/checkout/cli)|Apache-2.0"
        tree = f"{ours}\ntokio v{number}|MIT/Apache-2.0\n\n{ours}\n"
        with mock.patch.object(subprocess, "run") as run:
            run.return_value = subprocess.CompletedProcess([], 0, tree)
            bom = release.sbom(ROOT, "0.1.0")
        own, tokio = bom["components"]
        self.assertEqual((own["name"], own["version"], "purl" in own), ("teamwire", "0.1.0", False))
        self.assertEqual(tokio["purl"], f"pkg:cargo/tokio@{number}")
        self.assertEqual(tokio["licenses"], [{"expression": "MIT OR Apache-2.0"}])
        self.assertEqual(tokio["hashes"], [{"alg": "SHA-256", "content": checksum}])


class ThePage(unittest.TestCase):
    def test_on_deploying_names_files_that_a_release_has(self) -> None:
        text = (ROOT / "docs" / "DEPLOY.md").read_text()
        for word, what in (("version", "0.1.0"), ("architecture", "x86_64")):
            text = text.replace(f"<{word}>", what)
        named = set(re.findall(r"teamwire-[\w.-]+\.(?:tar\.gz|zip|json)", text))
        self.assertGreater(len(named), 4)
        self.assertLessEqual(named, release.files_of_a_release("0.1.0").keys())


class TheWorkflow(unittest.TestCase):
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text())["jobs"]

    def test_builds_every_platform_and_attests_what_it_publishes(self) -> None:
        built = self.jobs["cli"]["strategy"]["matrix"]["include"]
        self.assertEqual({each["target"] for each in built}, set(release.PLATFORMS))
        steps = self.jobs["publish"]["steps"]
        attested = [step["with"] for step in steps if "attest" in step.get("uses", "")]
        self.assertEqual(attested, [{"subject-path": "target/dist/*"}])


if __name__ == "__main__":
    unittest.main()
