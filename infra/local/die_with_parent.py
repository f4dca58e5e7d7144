"""Runs a command and ends it, with everything it started, when standard input closes.

The local run starts each of its programs through this one. A pipe closes however its other end
dies, so that even a local run that is killed outright leaves nothing behind.
"""

import os
import select
import signal
import subprocess
import sys
import time

GRACE_SECONDS = 5.0
"""The time that the command may take to end by itself."""

POLL_SECONDS = 0.1

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(command: list[str]) -> None:
    """Never returns: the last thing it does is to kill its own process group."""
    for number in _SIGNALS:
        signal.signal(number, lambda *_: sys.exit())
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    try:
        while child.poll() is None and not _let_go():
            pass
        if child.poll() is not None:
            print(f"{command[0]} ended with status {child.returncode}", file=sys.stderr, flush=True)
    finally:
        _end(child)


def _let_go() -> bool:
    readable, _, _ = select.select([sys.stdin], [], [], POLL_SECONDS)
    return bool(readable) and not os.read(sys.stdin.fileno(), 1)


def _end(child: subprocess.Popen[bytes]) -> None:
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    child.terminate()
    patience = time.monotonic() + GRACE_SECONDS
    while child.poll() is None and time.monotonic() < patience:
        time.sleep(POLL_SECONDS / 10)
    os.killpg(os.getpgrp(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1:])
