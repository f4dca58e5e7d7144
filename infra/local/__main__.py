"""The commands: `up` for tests, `run` for a person to watch, `demo` to prove that it works."""

import sys

from . import commands, demo, run, up

COMMANDS = {
    "up": (
        up.main,
        "start the stack, print its endpoints as one JSON line, hold until stdin closes",
    ),
    "run": (run.main, "start the stack, send a steady trickle, print each event as it lands"),
    "urls": (run.urls, "print again what `run` printed when it began"),
    "demo": (demo.main, "send 200 notifications, check every event and dead letter, then stop"),
}


if __name__ == "__main__":
    sys.exit(commands.run("local", __doc__, COMMANDS))
