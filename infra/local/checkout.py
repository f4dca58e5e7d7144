"""Where things are in this checkout, and the folder that one run may write to."""

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "infra" / "sam" / "template.yaml"
FUNCTIONS = ("ingest", "decrypt", "hydrate")


class MissingBinary(Exception):
    """A release binary that has not been built."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path.relative_to(ROOT)} is not there; run `make build` first")


def release_binary(name: str) -> Path:
    """The release build of a binary of this workspace."""
    folder = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    path = ROOT / folder / "release" / name
    if not path.is_file():
        raise MissingBinary(path)
    return path


@contextlib.contextmanager
def run_directory(command: str) -> Iterator[Path]:
    """A fresh folder below .local; it is kept, and named, only when the run fails."""
    parent = ROOT / ".local"
    parent.mkdir(exist_ok=True)
    directory = Path(tempfile.mkdtemp(prefix=f"{command}-", dir=parent))
    try:
        yield directory
    except Exception:
        print(f"teamwire local: the logs are in {directory}", file=sys.stderr)
        raise
    except BaseException:
        shutil.rmtree(directory, ignore_errors=True)
        raise
    shutil.rmtree(directory, ignore_errors=True)
