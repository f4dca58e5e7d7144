"""The secrets of the Terraform module: no apply changes what people put in, and none is lost."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from local.checkout import run_directory
from local.emulator import Emulator, emulator

from . import terraform as tf
from .moto import MotoIsMissing, moto

Expect = Callable[[str, bool, str], None]

BEFORE = Path(__file__).with_name("secrets_before")
"""The module's secrets as they were: an apply put back what Secrets Manager had deleted."""

# Each deployed beside the others; the number is how often somebody puts something into its secrets.
_AS_IT_WAS, _NOW = "as_it_was", "now"
_UPGRADED = {"upgraded_0": 0, "upgraded_1": 1, "upgraded_2": 2}
_PUT = {_AS_IT_WAS: 2, **_UPGRADED, _NOW: 2}

_LABEL = "teamwire-generated"
_KEY = f"module.{_NOW}.module.client_state_key.aws_secretsmanager_secret_version.key"
# What the secrets need of the rest of the module.
_VARIABLES = """
variable "name" {
  type = string
}
variable "credentials" {
  type    = string
  default = ""
}
output "arns" {
  value = {
    client_state  = aws_secretsmanager_secret.client_state.arn
    envelope_keys = aws_secretsmanager_secret.envelope_keys.arn
    credentials   = one(aws_secretsmanager_secret.credentials[*].arn)
  }
}
"""

Texts = dict[str, str]


def prove(expect: Expect) -> None:
    """Does on both emulators, to secrets, what people, Terraform and mishaps do to them."""
    for name, start in (("MiniStack", emulator), ("moto", moto)):
        said = _named(expect, f"secrets on {name}")
        try:
            with run_directory("prove-secrets") as directory, start(directory) as aws:
                _Trial(said, directory, aws).run()
        except MotoIsMissing as reason:
            said("tried", False, str(reason))


class _Trial:
    """Deployments of the module's secrets, and what is in them."""

    def __init__(self, expect: Expect, folder: Path, aws: Emulator) -> None:
        self._expect, self._folder, self._aws = expect, folder, aws
        self._secrets: Any = aws.client("secretsmanager")
        for kind, source in (("before", BEFORE), ("module", tf.MODULE)):
            _copy(source, folder / kind)
        self._terraform = self._configured("before")
        self._apply()
        self._arns: dict[str, dict[str, str]] = tf.outputs(self._terraform)

    def run(self) -> None:
        """Everything in one life of the deployments."""
        self._is_deployed()
        self._put()
        before = {name: self._texts(name) for name in self._arns}
        self._configured("module")
        for _ in range(2):
            self._apply()
        lost = _differing(before[_AS_IT_WAS], self._texts(_AS_IT_WAS))
        self._expect("what an apply of the module as it was changed", len(lost) == 3, _said(lost))
        for name, times in _UPGRADED.items():
            self._holds(f"upgraded after {times} values in each", name, before[name])
        self._stays(before[_NOW])
        self._comes_back(before[_NOW])

    def _is_deployed(self) -> None:
        texts = self._texts(_NOW)
        generated = len(json.loads(texts["client_state"])["generated"])
        empty = texts["envelope_keys"] == texts["credentials"] == ""
        made = f"a key of {generated} characters, two secrets without a value"
        self._expect("deployed with a key that nobody saw", generated == 64 and empty, made)

    def _stays(self, before: Texts) -> None:
        self._holds("applied twice after 2 values in each", _NOW, before)
        self._apply("-refresh-only")
        self._holds("refreshed alone", _NOW, before)
        self._apply(f"-replace={_KEY}")
        self._holds("its key replaced", _NOW, before)
        self._terraform.run("state", "rm", f"module.{_NOW}")
        self._configured("module", imported=True)
        for _ in range(2):
            self._apply()
        self._holds("state lost, imported again", _NOW, before)

    def _comes_back(self, before: Texts) -> None:
        self._move_label()
        tf.destroy(self._terraform)
        for arn in self._arns[_NOW].values():
            self._secrets.restore_secret(SecretId=arn)
        self._holds("destroyed and restored", _NOW, before)
        self._configured("module")
        self._apply()
        new = set(tf.outputs(self._terraform)[_NOW].values())
        other = new.isdisjoint(self._arns[_NOW].values())
        self._expect("deployed again beside what was restored", other, f"{len(new)} new secrets")

    def _configured(self, upgraded: str, imported: bool = False) -> tf.Terraform:
        """With the upgraded deployments by the module of the folder `upgraded`."""
        source = {_AS_IT_WAS: "before", _NOW: "module", **dict.fromkeys(_UPGRADED, upgraded)}
        root = tf.root(self._aws)
        root["module"] = {
            name: {"source": f"./{of}", "name": name.replace("_", "-")}
            for name, of in source.items()
        }
        root["output"] = {name: {"value": f"${{module.{name}.arns}}"} for name in source}
        if imported:
            root["import"] = [
                {"to": f"module.{_NOW}.aws_secretsmanager_secret.{_address(name)}", "id": arn}
                for name, arn in self._arns[_NOW].items()
            ]
        (self._folder / "main.tf.json").write_text(json.dumps(root))
        return tf.ready(self._folder)

    def _apply(self, *more: str) -> None:
        self._terraform.run("apply", "-no-color", "-auto-approve", *more)

    def _put(self) -> None:
        for name, times in _PUT.items():
            for secret, arn in self._arns[name].items():
                for number in range(times):
                    text = json.dumps({"of": [name, secret], "number": number})
                    self._secrets.put_secret_value(SecretId=arn, SecretString=text)

    def _texts(self, name: str) -> Texts:
        """The texts that functions read in each secret; empty where nobody put anything in."""
        return {secret: self._text(arn) for secret, arn in self._arns[name].items()}

    def _text(self, arn: str) -> str:
        for label in ("AWSCURRENT", _LABEL):
            try:
                answer = self._secrets.get_secret_value(SecretId=arn, VersionStage=label)
            except ClientError as refusal:
                if refusal.response["Error"]["Code"] != "ResourceNotFoundException":
                    raise
                continue
            if text := answer.get("SecretString"):
                return str(text)
        return ""

    def _holds(self, what: str, name: str, before: Texts) -> None:
        changed = _differing(before, self._texts(name))
        self._expect(what, not changed, _said(changed))

    def _move_label(self) -> None:
        """Leaves the label of the generated key on one version: MiniStack alone has it on two."""
        arn = self._arns[_NOW]["client_state"]
        versions = self._secrets.list_secret_version_ids(SecretId=arn)["Versions"]
        labelled = [each["VersionId"] for each in versions if _LABEL in each["VersionStages"]]
        for version in labelled[:-1]:
            self._secrets.update_secret_version_stage(
                SecretId=arn, VersionStage=_LABEL, RemoveFromVersionId=version
            )


def _copy(source: Path, module: Path) -> None:
    """The secrets of the module in `source`, and what they need of the rest."""
    module.mkdir()
    (module / "variables.tf").write_text(_VARIABLES)
    shutil.copy(source / "secrets.tf", module)
    shutil.copytree(source / "client_state_key", module / "client_state_key")


def _address(secret: str) -> str:
    return f"{secret}[0]" if secret == "credentials" else secret


def _differing(before: Texts, after: Texts) -> list[str]:
    return [name for name, text in before.items() if after[name] != text]


def _said(changed: list[str]) -> str:
    return ", ".join(changed) or "none of 3 changed"


def _named(expect: Expect, name: str) -> Expect:
    return lambda what, met, detail: expect(f"{name}: {what}", met, detail)
