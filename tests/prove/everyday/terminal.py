"""A command on a terminal of 80 columns, as a person sees it."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

COLUMNS = 80
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Shown:
    """The text on the screen without its colours, and the exit status."""

    text: str
    status: int

    def too_wide(self) -> list[str]:
        """The lines that a terminal would break: a word that is wider by itself can't be helped."""
        lines = [line for line in self.text.splitlines() if len(line) > COLUMNS]
        return [line for line in lines if " " in re.sub(r"`[^`]*`", "x", line.strip())]


def on_a_terminal(command: Sequence[str], environment: Mapping[str, str]) -> Shown:
    """Runs the command to its end."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, COLUMNS, 0, 0))
    child = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    output = b""
    # Linux says EIO where the other end is closed.
    try:
        while part := os.read(ours, 65536):
            output += part
    except OSError:
        pass
    os.close(ours)
    text = output.decode(errors="replace").replace("\r", "")
    return Shown(_COLOUR.sub("", text), child.wait())
