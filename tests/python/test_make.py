"""The words of the Makefile where something is missing, and the commands of CI."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import yaml

from local.checkout import ROOT

_NOBODY = {
    "AWS_ACCESS_KEY_ID": "",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
_MAKE = str(shutil.which("make"))
# What every system has.
_PLAIN = ("awk", "cat", "dirname", "env", "mktemp", "rm", "sed", "sh", "sort", "tail", "tr")

# What makes a runner's image fit for a target.
_SETTING_UP = "cargo --version|rustup |sudo apt-get install "


class BareMachine(unittest.TestCase):
    """A machine that has nothing beyond what every system has, until something is put there."""

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        for name in _PLAIN:
            (self.folder / name).symlink_to(str(shutil.which(name)))

    def put(self, name: str, script: str) -> None:
        program = self.folder / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)

    def make(self, *arguments: str, **settings: str) -> str:
        """The output; it must fail."""
        done = subprocess.run(
            [_MAKE, "--no-print-directory", *arguments],
            cwd=ROOT,
            env={"PATH": str(self.folder), "HOME": str(self.folder), **_NOBODY, **settings},
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertNotEqual(done.returncode, 0, done.stdout)
        return done.stdout + done.stderr


class WhatIsMissing(BareMachine):
    def test_is_told_all_at_once_with_its_package_before_anything_is_built(self) -> None:
        for target in ("run", "test", "demo", "bench", "prove-resources"):
            told = self.make(target)
            for line in (
                "cc is missing: install a C compiler (Debian: gcc libc6-dev)",
                "cargo is missing: install Rust with rustup (Debian 13: rustup)",
                "python3 is missing: install Python 3.10 or later (Debian: python3 python3-venv)",
            ):
                self.assertIn(line, told, target)
            self.assertNotIn(".venv", told, target)

    def test_is_told_all_at_once_where_targets_are_made_side_by_side(self) -> None:
        told = self.make("--jobs=4", "demo", "check")
        self.assertIn("cargo is missing", told)
        self.assertIn("python3 is missing", told)
        self.assertEqual(told.count(" is missing"), 3, told)

    def test_is_what_a_target_needs_and_no_more(self) -> None:
        told = self.make("prove-runbook")
        self.assertIn("jq is missing (Debian: jq)", told)
        self.assertNotIn("git is missing", told)
        self.assertIn("node and npm are missing: install Node 20", self.make("prove-sdk"))
        told = self.make("prove-page")
        self.assertIn("chromium is missing (Debian: chromium)", told)
        self.assertIn("chromedriver is missing (Debian: chromium-driver)", told)
        self.assertIn("c++ is missing: install a C++ compiler (Debian: g++)", self.make("fuzz"))
        for name in ("node", "chrom", "c++"):
            self.assertNotIn(name, self.make("test"))
        self.assertNotIn("cargo", self.make("check-infra"))
        self.assertNotIn("python3", self.make("check"))
        self.assertIn("gh is missing (Debian: gh)", self.make("release-publish"))
        self.assertNotIn("cc is missing", self.make("release-cli", OS="Windows_NT"))

    def test_is_told_of_what_is_too_old_or_not_whole(self) -> None:
        self.put("python3", 'case "$*" in --version) echo Python 3.9.2;; *) exit 1;; esac')
        self.assertIn("python3 is Python 3.9.2, and older than 3.10", self.make("demo"))
        self.put("python3", 'case "$*" in *ensurepip*) exit 1;; esac')
        self.assertIn("python3 has no venv with pip in it", self.make("demo"))
        self.put("cargo", "echo cargo 1.65.0")
        self.assertIn("cargo 1.65.0 is older than ", self.make("demo"))
        self.put("cargo", "echo toolchain is not installed >&2; exit 1")
        self.assertIn("toolchain is not installed", self.make("demo"))
        self.put("cargo", 'case "$*" in --version) echo cargo 1.999.0;; *) exit 1;; esac')
        told = self.make("check")
        self.assertIn("rustfmt is missing: rustup component add rustfmt", told)
        self.assertIn("clippy is missing: rustup component add clippy", told)
        self.put("npm", "exit 0")
        self.put("node", "echo v18.20.1")
        self.assertIn("node is v18.20.1, and older than 20", self.make("prove-sdk"))
        self.put("cc", "exit 1")
        self.assertIn("cc can't build a program", self.make("demo"))


class TheTargetsThatDeploy(BareMachine):
    def setUp(self) -> None:
        super().setUp()
        (self.folder / "python3").symlink_to(Path(sys.executable).resolve())

    def test_name_the_tool_that_is_missing(self) -> None:
        for target in ("deploy-sam", "destroy-sam"):
            self.assertIn("sam is missing: install the AWS SAM CLI", self.make(target))
        for target in ("deploy-terraform", "destroy-terraform"):
            self.assertIn("terraform is missing: install Terraform 1.11", self.make(target))
        self.assertIn("cargo is missing: install Rust", self.make("package"))

    def test_name_the_terraform_that_is_too_old(self) -> None:
        self.put("terraform", "echo Terraform v1.9.8")
        self.assertIn("terraform is older than 1.11", self.make("deploy-terraform"))

    def test_name_the_account_that_is_missing(self) -> None:
        self.assertIn("no AWS region: set AWS_REGION", self.make("needs-account"))
        told = self.make("needs-account", AWS_REGION="eu-central-1")
        self.assertIn("no AWS account answers", told)

    def test_want_the_architecture_said_once(self) -> None:
        self.put("sam", "exit 9")
        told = self.make(
            "deploy-sam",
            *("--old-file=needs-zips", "--old-file=needs-account"),
            "PARAMETERS=Architecture=x86_64",
        )
        self.assertNotIn("Error 9", told)

    def given_to_sam(self, *arguments: str, **settings: str) -> list[str]:
        """The values that deploy-sam gives to parameters, each as SAM gets it."""
        self.put("sam", 'for each; do echo "$each"; done; exit 9')
        skipped = ("--old-file=needs-zips", "--old-file=needs-account")
        lines = self.make("deploy-sam", *skipped, *arguments, **settings).splitlines()
        after = lines[lines.index("--parameter-overrides") + 1 :]
        return [line for line in after if not line.startswith("make: ")]

    def test_hand_credentials_to_sam_in_the_quotes_that_it_wants(self) -> None:
        credentials = json.dumps({"*": {"clientId": "an-app", "federated": True}})
        wanted = f"Credentials='{credentials}'"
        by_make = self.given_to_sam("PARAMETERS=AppIds=a TailQueue=true", f"CREDENTIALS={credentials}")
        self.assertEqual(by_make, ["Architecture=arm64", "AppIds=a", "TailQueue=true", wanted])
        self.assertEqual(self.given_to_sam(CREDENTIALS=credentials), ["Architecture=arm64", wanted])
        self.assertEqual(self.given_to_sam(), ["Architecture=arm64"])

    def test_hand_what_is_to_be_empty_to_sam_as_it_wants_it(self) -> None:
        # As a shell hands it on from docs/DEPLOY.md.
        self.assertEqual(
            self.given_to_sam(r"PARAMETERS=EventBus=\'\' Archive=\'\'"),
            ["Architecture=arm64", "EventBus=''", "Archive=''"],
        )


class TheWorkflows(unittest.TestCase):
    files = sorted((ROOT / ".github" / "workflows").iterdir())
    jobs = {path.stem: yaml.safe_load(path.read_text())["jobs"] for path in files}

    def steps(self, what: str) -> list[str]:
        """Of every job, what its steps run or use."""
        jobs = [job for jobs in self.jobs.values() for job in jobs.values()]
        steps = [step for job in jobs for step in job["steps"]]
        return [step[what] for step in steps if what in step]

    def test_run_targets_that_the_makefile_has(self) -> None:
        targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
        run = [line for line in self.steps("run") if not re.match(_SETTING_UP, line)]
        self.assertIn("make release-publish", run)
        for line in run:
            self.assertRegex(line, r"^make [a-z-]+( (ARCH|TARGET)=\$\{\{ matrix\.[a-z]+ \}\}| COUNT=\d+)?$")
            self.assertIn(line.split()[1], targets)

    def test_package_for_both_architectures(self) -> None:
        for job in (self.jobs["ci"]["package"], self.jobs["release"]["functions"]):
            built = job["strategy"]["matrix"]["include"]
            self.assertEqual({each["arch"] for each in built}, {"arm64", "x86_64"})

    def test_use_actions_that_nobody_can_change(self) -> None:
        for action in self.steps("uses"):
            self.assertRegex(action, r"^[\w-]+/[\w-]+@[0-9a-f]{40}$")

    def test_do_what_the_script_does(self) -> None:
        script = (ROOT / ".ci" / "run").read_text()
        here = [step["run"] for step in self.jobs["ci"]["ci"]["steps"] if "run" in step]
        here = [line for line in here if not re.match(_SETTING_UP, line)]
        self.assertEqual(here, re.findall(r"^make .+$", script, re.MULTILINE))


if __name__ == "__main__":
    unittest.main()
