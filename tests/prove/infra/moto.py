"""moto, a second emulator: what one of them is kind about, the other may not be."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from local import checkout
from local.child import Child
from local.emulator import Emulator, wait_until_served
from local.environment import EMULATOR_KEY, REGION, bare_environment
from local.ports import free_port
from local.problem import Problem

PYTHON = checkout.ROOT / ".venv-moto" / "bin" / "python"

_SERVER = Path(__file__).with_name("moto_server.py")


class MotoIsMissing(Problem):
    """Nobody has installed it; `make prove-infra` does."""


@contextlib.contextmanager
def moto(directory: Path) -> Iterator[Emulator]:
    """Starts moto and stops it; raises MotoIsMissing."""
    if not PYTHON.is_file():
        raise MotoIsMissing("moto is not installed; `make prove-infra` does that")
    port = free_port()
    environment = bare_environment(directory) | {
        "AWS_ACCESS_KEY_ID": EMULATOR_KEY,
        "AWS_SECRET_ACCESS_KEY": EMULATOR_KEY,
        "AWS_DEFAULT_REGION": REGION,
    }
    command = [str(PYTHON), "-I", str(_SERVER), str(port)]
    child = Child("moto", command, directory, environment)
    try:
        running = Emulator(child, f"http://127.0.0.1:{port}")
        wait_until_served(child, f"{running.endpoint}/moto-api/data.json")
        yield running
    finally:
        child.stop()
