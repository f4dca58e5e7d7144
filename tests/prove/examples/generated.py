"""The types of the events in TypeScript and Python are those of docs/schemas."""

import os
import subprocess
import tempfile
from pathlib import Path

from local.checkout import ROOT

from ..findings import Findings

_EXAMPLES = ROOT / "examples"
_TYPES = _EXAMPLES / "types"
_CODEGEN = ROOT / ".venv-types" / "bin" / "datamodel-codegen"


def hold(findings: Findings, python: Path) -> None:
    """Makes them anew, and compares; with BLESS set, writes them."""
    bundle = subprocess.run(
        [str(python), str(_TYPES / "bundle.py")], capture_output=True, text=True, check=True
    ).stdout
    typescript = subprocess.run(
        ["node", str(_TYPES / "typescript.mjs")],
        cwd=_EXAMPLES / "typescript-lambda",
        input=bundle,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for path, made in (
        (_EXAMPLES / "typescript-lambda" / "src" / "events.ts", typescript),
        (_EXAMPLES / "python" / "events.py", _python(bundle)),
    ):
        if os.environ.get("BLESS"):
            path.write_text(made)
        findings.expect(
            f"{path.relative_to(ROOT)} is what the schemas say", path.read_text() == made
        )


def _python(bundle: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        schema = Path(folder, "schemas.json")
        schema.write_text(bundle)
        output = Path(folder, "events.py")
        command = [str(_CODEGEN), "--input", str(schema), "--output", str(output)]
        options = "--input-file-type jsonschema --output-model-type typing.TypedDict"
        more = "--target-python-version 3.10 --disable-timestamp --formatters builtin"
        subprocess.run([*command, *options.split(), *more.split()], check=True)
        return output.read_text()
