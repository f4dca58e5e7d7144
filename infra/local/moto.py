"""moto, a second emulator: what one of them is kind about, the other may not be."""

import contextlib
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from . import checkout
from .child import Child, ChildDied
from .emulator import Emulator
from .environment import EMULATOR_KEY, REGION, bare_environment
from .loopback import open_directly
from .ports import free_port

PYTHON = checkout.ROOT / ".venv-moto" / "bin" / "python"

_SERVER = Path(__file__).with_name("moto_server.py")
_READY_SECONDS = 60.0
_POLL_SECONDS = 0.1


class MotoIsMissing(Exception):
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
        _wait_until_ready(running)
        yield running
    finally:
        child.stop()


def _wait_until_ready(running: Emulator) -> None:
    patience = time.monotonic() + _READY_SECONDS
    while time.monotonic() < patience:
        running.child.check()
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            with open_directly(urllib.request.Request(f"{running.endpoint}/moto-api/data.json")):
                return
        time.sleep(_POLL_SECONDS)
    raise ChildDied(f"moto was not ready within {_READY_SECONDS:.0f} s")
