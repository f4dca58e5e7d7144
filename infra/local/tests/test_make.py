"""What the targets of the Makefile that deploy say where something is missing, and what CI runs."""

import os
import re
import subprocess
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


class TheTargetsThatDeploy(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        for name in ("python3", "env"):
            (self.folder / name).symlink_to(f"/usr/bin/{name}")

    def make(self, *arguments: str, **settings: str) -> str:
        """What it says, on a machine that has little more than Python; it must fail."""
        done = subprocess.run(
            ["/usr/bin/make", "--no-print-directory", *arguments],
            cwd=ROOT,
            env={"PATH": str(self.folder), "HOME": str(self.folder), **_NOBODY, **settings},
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertNotEqual(done.returncode, 0, done.stdout)
        return done.stdout + done.stderr

    def test_name_the_tool_that_is_missing(self) -> None:
        for target in ("deploy-sam", "destroy-sam"):
            self.assertIn("sam is missing: install the AWS SAM CLI", self.make(target))
        for target in ("deploy-terraform", "destroy-terraform"):
            self.assertIn("terraform is missing: install Terraform 1.11", self.make(target))
        self.assertIn("cargo is missing: install Rust", self.make("package"))

    def test_name_the_terraform_that_is_too_old(self) -> None:
        terraform = self.folder / "terraform"
        terraform.write_text("#!/bin/sh\necho '{\"terraform_version\": \"1.9.8\"}'\n")
        terraform.chmod(0o755)
        self.assertIn("terraform is older than 1.11", self.make("needs-terraform"))

    def test_name_the_account_that_is_missing(self) -> None:
        self.assertIn("no AWS region: set AWS_REGION", self.make("needs-account"))
        told = self.make("needs-account", AWS_REGION="eu-central-1")
        self.assertIn("no AWS account answers", told)

    def test_want_the_architecture_said_once(self) -> None:
        sam = self.folder / "sam"
        sam.write_text("#!/bin/sh\nexit 9\n")
        sam.chmod(0o755)
        told = self.make(
            "deploy-sam",
            *("--old-file=needs-zips", "--old-file=needs-account"),
            "PARAMETERS=Architecture=x86_64",
        )
        self.assertNotIn("Error 9", told)


class TheWorkflow(unittest.TestCase):
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())["jobs"]

    def steps(self, what: str) -> list[str]:
        """Of every job, what its steps run or use."""
        steps = [step for job in self.jobs.values() for step in job["steps"]]
        return [step[what] for step in steps if what in step]

    def test_runs_targets_that_the_makefile_has(self) -> None:
        targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
        run = [line for line in self.steps("run") if not re.match("cargo --version|rustup ", line)]
        self.assertTrue(run)
        for line in run:
            self.assertRegex(line, r"^make [a-z-]+( ARCH=\$\{\{ matrix\.arch \}\})?$")
            self.assertIn(line.split()[1], targets)

    def test_packages_for_both_architectures(self) -> None:
        built = self.jobs["package"]["strategy"]["matrix"]["include"]
        self.assertEqual({each["arch"] for each in built}, {"arm64", "x86_64"})

    def test_uses_actions_that_nobody_can_change(self) -> None:
        for action in self.steps("uses"):
            self.assertRegex(action, r"^[\w-]+/[\w-]+@[0-9a-f]{40}$")

    def test_does_what_the_script_does(self) -> None:
        script = (ROOT / ".ci" / "run").read_text()
        here = [step["run"] for step in self.jobs["ci"]["steps"] if "run" in step]
        self.assertEqual(here, re.findall(r"^make .+$", script, re.MULTILINE))


if __name__ == "__main__":
    unittest.main()
