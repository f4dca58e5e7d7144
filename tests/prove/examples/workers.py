"""Several processes of one consumer, one of which is killed now and then."""

import os
import random
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from local.child import ChildDied


class Workers:
    """As many as there were, whatever is killed."""

    def __init__(
        self, count: int, command: list[str], folder: Path, environment: dict[str, str], log: Path
    ) -> None:
        self._how = (command, folder, environment, log)
        self._running = [self._start() for _ in range(count)]

    def check(self) -> None:
        """Raises ChildDied, with the end of its log, where one ended by itself."""
        if any(each.poll() is not None for each in self._running):
            raise ChildDied("\n  ".join(self._how[3].read_text().splitlines()[-15:]))

    def kill_one(self) -> None:
        """In the middle of whatever it does, and all that it started; another takes its place."""
        index = random.randrange(len(self._running))  # noqa: S311
        self._kill(self._running[index])
        self._running[index] = self._start()

    def stop(self) -> None:
        """Kills them all."""
        for each in self._running:
            self._kill(each)

    def _start(self) -> subprocess.Popen[bytes]:
        command, folder, environment, log = self._how
        with log.open("ab") as file:
            return subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )

    @staticmethod
    def _kill(process: subprocess.Popen[bytes]) -> None:
        # One that ended by itself has no group any more.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def workers(
    count: int, command: list[str], folder: Path, environment: dict[str, str], log: Path
) -> Iterator[Workers]:
    """They work until the body ends."""
    started = Workers(count, command, folder, environment, log)
    try:
        yield started
    finally:
        started.stop()
