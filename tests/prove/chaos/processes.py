"""The process of a function that is at the other end of a connection, found as Linux shows it."""

import os
import signal
from pathlib import Path

from local.deploy import STACK

_FUNCTION = f"AWS_LAMBDA_FUNCTION_NAME={STACK}-".encode()


def kill(port: int) -> bool:
    """Kills the function's process that has this port of the loopback; False if there is none."""
    socket = _socket(port)
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal() and socket is not None and _holds(folder, socket):
            os.kill(int(folder.name), signal.SIGKILL)
            return True
    return False


def _socket(port: int) -> str | None:
    """As the links of a process that has it open are called."""
    local = f"0100007F:{port:04X}"
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        # A connection that is over may have had the same port; it has no inode.
        if fields[1] == local and fields[9] != "0":
            return f"socket:[{fields[9]}]"
    return None


def _holds(folder: Path, socket: str) -> bool:
    # A process, or a connection of it, may end meanwhile.
    try:
        if _FUNCTION not in (folder / "environ").read_bytes():
            return False
        return any(os.readlink(each) == socket for each in (folder / "fd").iterdir())
    except OSError:
        return False
