"""A program of the local run: that ends with this run, in a process group of its own, with its logs in files."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from .problem import Problem
from .wait import wait_until

_DIE_WITH_PARENT = Path(__file__).with_name("die_with_parent.py")
_POLL_SECONDS = 0.02
_STOP_SECONDS = 8.0
_TAIL_LINES = 15


class ChildDied(Problem):
    """A program ended, or hangs, that had to serve as long as the run."""


class Child:
    """One running program. It writes NAME.out and NAME.log in its directory."""

    def __init__(
        self, name: str, command: list[str], directory: Path, environment: dict[str, str]
    ) -> None:
        """Starts `command` with `directory` as its working directory."""
        self.name = name
        self._out = directory / f"{name}.out"
        self._log = directory / f"{name}.log"
        with self._out.open("wb") as out, self._log.open("wb") as log:
            # A session of its own: the terminal's Ctrl-C reaches us alone, and we stop the rest.
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", str(_DIE_WITH_PARENT), *command],
                cwd=directory,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=log,
                start_new_session=True,
            )

    def check(self) -> None:
        """Raises ChildDied, with the end of its log, when the program has ended."""
        if self._process.poll() is None:
            return
        tail = self._log.read_text(errors="replace").splitlines()[-_TAIL_LINES:]
        raise ChildDied("\n  ".join([f"{self.name} ended; its last words:", *tail]))

    def first_line(self) -> str:
        """The first line of its standard output, as soon as it is whole."""

        def said() -> str:
            self.check()
            line, newline, _ = self._out.read_text().partition("\n")
            return line if newline else ""

        return wait_until(f"{self.name} says something", said, poll=_POLL_SECONDS)

    def stop(self) -> None:
        """Ends the program and all that it started. Does nothing when it has ended already."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
