"""The places of things in this checkout, and the folder that one run may write to."""

import contextlib
import fcntl
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .problem import Problem

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "infra" / "sam" / "template.yaml"
FUNCTIONS = ("ingest", "decrypt", "hydrate", "subscriptions", "backfill", "relay")


class MissingBinary(Problem):
    """A binary that has not been built."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is not there; `make run` and `make demo` build it")


class AlreadyRunning(Problem):
    """A second `run` of this checkout: the files that it writes are of one stack."""

    def __init__(self) -> None:
        super().__init__(
            "make run is already running in this checkout: make urls prints its URLs, Ctrl-C ends it"
        )


@contextlib.contextmanager
def only_run() -> Iterator[None]:
    """Nobody else in this checkout is within; a process that dies leaves it."""
    parent = ROOT / ".local"
    parent.mkdir(exist_ok=True)
    with (parent / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning from None
        yield


def binary(name: str) -> Path:
    """A binary of this workspace, where the Makefile says that it builds them."""
    path = ROOT / os.environ.get("TEAMWIRE_BIN_DIR", "target/local") / name
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
