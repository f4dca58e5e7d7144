"""The findings of checkov in both stacks, against the word of checkov.yaml on each."""

import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from local import checkout
from local.environment import bare_environment

from . import sam, terraform

SKIPS = Path(__file__).with_name("checkov.yaml")
PROGRAM = checkout.ROOT / ".venv-checkov" / "bin" / "checkov"

_LIMIT_SECONDS = 300


class CheckovIsMissing(Exception):
    """Nobody has installed it; `make check-infra` does."""


@dataclass(frozen=True)
class Finding:
    """One check that one resource of one stack fails."""

    check: str
    name: str
    stack: str
    resource: str


def skips() -> dict[str, dict[str, Any]]:
    """Each check that is known to fail, with where and why."""
    known: dict[str, dict[str, Any]] = yaml.safe_load(SKIPS.read_text())
    return known


def unexplained(findings: list[Finding]) -> list[str]:
    """One line for each finding that no skip covers."""
    known = skips()
    return [
        f"{each.stack} {each.resource}: {each.name} ({each.check})"
        for each in findings
        if not _covers(known.get(each.check), each)
    ]


def unneeded(findings: list[Finding]) -> list[str]:
    """One line for each stack of a skip that covers nothing there."""
    return [
        f"{check} in {stack}: nothing needs it"
        for check, skip in skips().items()
        for stack in skip["where"]
        if not any(
            each.check == check and each.stack == stack and _covers(skip, each)
            for each in findings
        )
    ]


def of_sam(folder: Path = sam.SOURCE) -> list[Finding]:
    """The findings in the template, as CloudFormation gets it."""
    with tempfile.TemporaryDirectory() as place:
        template = Path(place) / "template.json"
        template.write_text(json.dumps(sam.translated(folder)))
        return _run("sam", "cloudformation", template.parent)


def of_terraform(folder: Path = terraform.SOURCE) -> list[Finding]:
    """The findings in the module, and through the example that uses it."""
    return _run("terraform", "terraform", folder)


def _run(stack: str, framework: str, folder: Path) -> list[Finding]:
    if not PROGRAM.is_file():
        raise CheckovIsMissing("checkov is not installed; `make check-infra` does that")
    with tempfile.TemporaryDirectory() as home:
        # It asks nobody: no platform, no download of what others say of the checks.
        ran = subprocess.run(
            [
                *(PROGRAM, "--directory", folder, "--framework", framework),
                *("--skip-download", "--compact", "--output", "json"),
            ],
            env=bare_environment(Path(home)),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_LIMIT_SECONDS,
            check=False,
        )
    report = json.loads(ran.stdout)
    summary = report["summary"]
    if summary["parsing_errors"] or not summary["passed"]:
        raise AssertionError(f"checkov could not read {stack}: {summary}")
    return [
        Finding(each["check_id"], each["check_name"], stack, each["resource"])
        for each in report["results"]["failed_checks"]
    ]


def _covers(skip: dict[str, Any] | None, finding: Finding) -> bool:
    if skip is None or finding.stack not in skip["where"]:
        return False
    return any(part in finding.resource.lower() for part in skip.get("only", [""]))
