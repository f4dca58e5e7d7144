"""Programs of the local run: none outlives it, however it ends."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from local import child
from local.child import Child, ChildDied
from local.environment import bare_environment

SLEEPER = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]

STUBBORN = [
    sys.executable,
    "-c",
    "import signal, subprocess, sys, time\n"
    "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "grandchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    "print(grandchild.pid, flush=True)\n"
    "time.sleep(600)\n",
]

HOLDER = (
    "import sys, time; from pathlib import Path; from local.child import Child\n"
    "child = Child('held', sys.argv[2:], Path(sys.argv[1]), {})\n"
    "print(child.first_line(), flush=True)\n"
    "time.sleep(600)\n"
)

PATIENCE_SECONDS = 30.0


def wait_until_gone(pid: int) -> bool:
    patience = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < patience:
        if not runs(pid):
            return True
        time.sleep(0.05)
    return False


def runs(pid: int) -> bool:
    """True while a process lives; one that has ended and waits for its parent does not."""
    if Path("/proc/self").exists():
        # Not every Linux has ps.
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2]
        except OSError:
            return False
    else:
        command = ["ps", "-o", "stat=", "-p", str(pid)]
        state = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    return bool(state) and not state.startswith("Z")


class AChild(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.directory = Path(folder.name)

    def start(self, command: list[str]) -> Child:
        started = Child("it", command, self.directory, bare_environment(self.directory))
        self.addCleanup(started.stop)
        return started

    def test_is_checked_while_it_lives_and_stopped_when_done(self) -> None:
        it = self.start(SLEEPER)
        self.assertEqual(it.first_line(), "up")
        it.check()
        it.stop()
        with self.assertRaises(ChildDied):
            it.check()

    def test_that_ends_by_itself_is_told_with_its_last_words(self) -> None:
        it = self.start([sys.executable, "-c", "import sys; sys.exit('no such luck')"])
        with self.assertRaisesRegex(ChildDied, "no such luck"):
            it.first_line()

    def test_that_ignores_sigterm_goes_with_all_it_started(self) -> None:
        it = self.start(STUBBORN)
        grandchild = int(it.first_line())
        it.stop()
        self.assertTrue(wait_until_gone(grandchild))

    def test_goes_when_its_run_is_killed_outright(self) -> None:
        holder = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(self.directory), *STUBBORN],
            cwd=Path(child.__file__).parents[1],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert holder.stdout is not None
        grandchild = int(holder.stdout.readline())
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
        holder.stdout.close()
        self.assertTrue(wait_until_gone(grandchild))

    def test_sees_nothing_of_the_callers_environment(self) -> None:
        os.environ["TEAMWIRE_PLANTED"] = "1"
        self.addCleanup(os.environ.pop, "TEAMWIRE_PLANTED")
        it = self.start([sys.executable, "-c", "import os; print(sorted(os.environ))"])
        self.assertNotIn("TEAMWIRE_PLANTED", it.first_line())


if __name__ == "__main__":
    unittest.main()
