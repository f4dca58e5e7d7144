"""Terraform with the AWS provider, where this machine has both; and the module on the emulator."""

import json
import os
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local import checkout
from local.deploy import write_zips
from local.emulator import Emulator
from local.environment import EMULATOR_KEY, REGION, bare_environment
from local.problem import Problem
from local.translate import API_ID, with_batches

MODULE = checkout.ROOT / "infra" / "terraform"

_SERVICES = "apigatewayv2 cloudwatch events firehose glue iam lambda logs s3 secretsmanager sqs sts".split()
_TOLD_LESS = ("aws_cloudwatch_metric_alarm", "aws_kinesis_firehose_delivery_stream")
# Of both the module and what it asks: a provider that knows queues of 256 KiB alone.
_OLDER = {'">= 6.8"': '">= 5.100"', "message_bytes = 1048576": "message_bytes = 262144"}
_PARALLEL = "40"
# Terraform can't mock what is ephemeral.
_NO_KEY = 'variable "secret_id" {\n  type = string\n}\n'
_LIMIT_SECONDS = 600


class TerraformIsMissing(Problem):
    """No Terraform, or no AWS provider for it, on this machine."""


class TerraformFailed(Problem):
    """A command of Terraform ended with a fault."""


@dataclass(frozen=True)
class Terraform:
    """A folder in which Terraform is ready."""

    folder: Path

    def run(self, *arguments: str) -> str:
        """Its output; raises TerraformFailed."""
        return self._output("terraform", *arguments)

    def type(self, commands: str) -> str:
        """The output of a shell there; raises TerraformFailed."""
        return self._output("/bin/sh", "-euc", commands)

    def _output(self, *words: str) -> str:
        done = _run(self.folder, *words)
        if done.returncode != 0:
            raise TerraformFailed(f"{' '.join(words)}\n{done.stdout}\n{done.stderr}")
        return done.stdout


@dataclass(frozen=True)
class MockedModule:
    """A copy of the module that can be planned without an account."""

    terraform: Terraform

    def test(self) -> str:
        """The outcome of its own tests."""
        return self.terraform.run("test", "-no-color", *self._zips())

    def test_with(self, runs: list[str]) -> str:
        """The outcome of these runs in place of the module's own."""
        tests = self.terraform.folder / "tests"
        own = tests / "module.tftest.hcl"
        mocks = own.read_text().partition("\nrun ")[0]
        (tests / "others.tftest.hcl").write_text("\n".join([mocks, *runs]))
        only = "-filter=tests/others.tftest.hcl"
        return self.terraform.run("test", "-no-color", only, *self._zips())

    def _zips(self) -> list[str]:
        folder = self.terraform.folder / "zips"
        folder.mkdir(exist_ok=True)
        for function in checkout.FUNCTIONS:
            (folder / f"{function}.zip").write_text("a placeholder")
        return [f"-var=package_dir={folder}"]


def module_without_ephemerals(folder: Path) -> MockedModule:
    """The module below `folder`, its generated key left out; raises TerraformIsMissing.

    What a test applied goes, so that nothing is kept from it.
    """
    copy = copy_of_the_module(folder)
    archive = copy / "archive.tf"
    archive.write_text(archive.read_text().replace("prevent_destroy = true", "prevent_destroy = false"))
    (copy / "client_state_key" / "main.tf").write_text(_NO_KEY)
    return MockedModule(ready(copy))


def ready(folder: Path) -> Terraform:
    """Initializes the configuration in `folder`; raises TerraformIsMissing.

    Where only an older provider is to be had, `folder`, a copy, gets smaller queues.
    """
    if shutil.which("terraform") is None:
        raise TerraformIsMissing("terraform is not on PATH")
    # A mirror that is installed is taken before the registry is asked.
    mirror = next(Path("/opt").glob("*/*/hashicorp/aws"), None)
    plugins = [f"-plugin-dir={mirror.parents[2]}"] if mirror else []
    init = ("terraform", "init", "-no-color", "-backend=false", *plugins)
    done = _run(folder, *init)
    if done.returncode != 0:
        _suit_an_older_provider(folder)
        done = _run(folder, *init)
    if done.returncode != 0:
        reason = re.sub(r"\s+", " ", done.stderr).strip()[:300]
        raise TerraformIsMissing(f"the AWS provider is unavailable: {reason}")
    return Terraform(folder)


def _suit_an_older_provider(folder: Path) -> None:
    for path in folder.rglob("*.tf"):
        text = path.read_text()
        for new, old in _OLDER.items():
            text = text.replace(new, old)
        path.write_text(text)


def copy_of_the_module(folder: Path) -> Path:
    """The module's files in `folder`, where Terraform may write next to them."""
    kept = shutil.ignore_patterns(".terraform*", "terraform.tfstate*")
    return Path(shutil.copytree(MODULE, folder / "module", ignore=kept))


def configure(
    folder: Path, emulator: Emulator, simulator_url: str, app_id: str, kms_keys: dict[str, str]
) -> Terraform:
    """A root configuration that puts the module on the emulator."""
    copy_of_the_module(folder)
    zips = folder / "zips"
    zips.mkdir()
    write_zips(zips)
    module: dict[str, Any] = {
        "source": "./module",
        "app_ids": [app_id],
        "envelope_kms_keys": kms_keys,
        "architecture": "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64",
        "package_dir": str(zips),
        "tail_queue": True,
        "public_url": emulator.api_url(API_ID),
        "stand_ins": {"aws": emulator.endpoint, "entra": simulator_url, "graph": simulator_url},
    }
    named = re.findall(r'^output "(\w+)"', (MODULE / "outputs.tf").read_text(), re.MULTILINE)
    given = {name: {"value": f"${{module.teamwire.{name}}}"} for name in named}
    whole = root(emulator) | {"module": {"teamwire": module}, "output": given}
    (folder / "main.tf.json").write_text(json.dumps(whole))
    return ready(folder)


def change(terraform: Terraform, **variables: Any) -> None:
    """Gives the module these, to be applied next."""
    path = terraform.folder / "main.tf.json"
    whole = json.loads(path.read_text())
    whole["module"]["teamwire"] |= variables
    path.write_text(json.dumps(whole))


def root(emulator: Emulator) -> dict[str, Any]:
    """The configuration of a root without modules, on the emulator."""
    provider = {
        "region": REGION,
        "access_key": EMULATOR_KEY,
        "secret_key": EMULATOR_KEY,
        "s3_use_path_style": True,
        "skip_credentials_validation": True,
        "skip_metadata_api_check": True,
        "endpoints": [{service: emulator.endpoint for service in _SERVICES}],
        # The API gets an id that is known beforehand.
        "default_tags": [{"tags": {"ms-custom-id": API_ID}}],
    }
    return {
        "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws"}}},
        "provider": {"aws": provider},
    }


def outputs(terraform: Terraform) -> dict[str, Any]:
    """The outputs of what is deployed."""
    text = terraform.run("output", "-json")
    return {name: each["value"] for name, each in json.loads(text).items()}


def apply(terraform: Terraform) -> dict[str, str]:
    """Deploys; the outputs by the names that the template's have."""
    terraform.run("apply", "-no-color", "-auto-approve", f"-parallelism={_PARALLEL}")
    given = outputs(terraform)
    named = {
        "NotificationUrl": given["notification_url"],
        "LifecycleUrl": given["lifecycle_url"],
        "ClaimBucketName": given["claim_bucket"],
        "ConfigBucketName": given["config_bucket"],
        "Next": given["next"],
    }
    for name, url in given["queue_urls"].items():
        named[f"{_title(name.replace('dead-letters', 'dead-letter'))}QueueUrl"] = url
    for name, arn in given["secret_arns"].items():
        named[f"{_title(name)}SecretArn"] = arn
    for name, function in given["function_names"].items():
        named[f"{_title(name)}FunctionName"] = function
    return named


def changes(terraform: Terraform) -> list[str]:
    """The changes that a second plan would make.

    Alarms and a Firehose aside that it finds in place: MiniStack tells Terraform of an alarm little more
    than its name, and of a Firehose no time zone.
    """
    terraform.run("plan", "-no-color", "-out=again")
    text = terraform.run("show", "-json", "again")
    return [
        f"{' and '.join(each['change']['actions'])} {each['address']}"
        for each in json.loads(text).get("resource_changes", [])
        if each["change"]["actions"] not in (["no-op"], ["read"])
        and not (each["type"] in _TOLD_LESS and each["change"]["actions"] == ["update"])
    ]


def refusal(terraform: Terraform) -> str:
    """What is said against a plan; empty where it can be made."""
    try:
        terraform.run("plan", "-no-color")
    except TerraformFailed as failed:
        return str(failed).partition("Error: ")[2]
    return ""


def forget_the_archive(terraform: Terraform) -> set[str]:
    """Types docs/ARCHIVE.md's commands for it; what Terraform has forgotten."""
    page = (checkout.ROOT / "docs" / "ARCHIVE.md").read_text()
    (commands,) = re.findall(r"(?ms)^```sh forget\n(.*?)^```", page)
    known = set(terraform.run("state", "list").split())
    terraform.type(commands)
    return known - set(terraform.run("state", "list").split())


def destroy(terraform: Terraform) -> list[str]:
    """Removes everything; what Terraform still knows of afterwards."""
    terraform.run("destroy", "-no-color", "-auto-approve", f"-parallelism={_PARALLEL}")
    return terraform.run("state", "list").split()


class BatchActions:
    """MiniStack has actions for batches that AWS does not know: roles get them besides."""

    _NAME = "emulator-batches"

    def __init__(self, emulator: Emulator, prefix: str) -> None:
        self._iam = emulator.client("iam")
        names = [role["RoleName"] for role in self._iam.list_roles()["Roles"]]
        self._roles = [name for name in names if name.startswith(prefix)]

    def grant(self) -> None:
        """Adds them to every role of the module."""
        for role in self._roles:
            for policy in self._iam.list_role_policies(RoleName=role)["PolicyNames"]:
                got = self._iam.get_role_policy(RoleName=role, PolicyName=policy)
                document = got["PolicyDocument"]
                for statement in document["Statement"]:
                    named = statement["Action"]
                    statement["Action"] = with_batches([named] if isinstance(named, str) else named)
                self._iam.put_role_policy(
                    RoleName=role, PolicyName=self._NAME, PolicyDocument=json.dumps(document)
                )

    def revoke(self) -> None:
        """Takes them away again, so that the roles can be removed."""
        for role in self._roles:
            self._iam.delete_role_policy(RoleName=role, PolicyName=self._NAME)


def _title(name: str) -> str:
    return "".join(part.capitalize() for part in re.split("[-_]", name))


def _run(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    # Nothing of the caller's account and settings; only what may hold a mirror of providers.
    environment = bare_environment(folder) | {"PATH": os.environ["PATH"], "TF_IN_AUTOMATION": "1"}
    config = os.environ.get("TF_CLI_CONFIG_FILE", "")
    if config and Path(config).is_file():
        environment["TF_CLI_CONFIG_FILE"] = config
    return subprocess.run(
        words,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_LIMIT_SECONDS,
        check=False,
    )
