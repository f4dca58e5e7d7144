"""Runs one command of a package, and turns what can go wrong into one line and an exit status."""

import argparse
import sys
import time
from collections.abc import Callable, Mapping

from .environment import leave_the_real_account
from .interrupt import Interrupted, interruptible
from .problem import Problem

Command = tuple[Callable[[float], int], str]
"""A function that takes when it was started, and a line about it."""


def run(package: str, about: str | None, commands: Mapping[str, Command]) -> int:
    """Runs the command that the arguments name; the exit status."""
    started = time.monotonic()
    parser = argparse.ArgumentParser(prog=f"python -m {package}", description=about)
    known = parser.add_subparsers(dest="command", required=True)
    for name, (_, summary) in commands.items():
        known.add_parser(name, help=summary, description=summary)
    command, _ = commands[parser.parse_args().command]
    leave_the_real_account()
    try:
        with interruptible():
            return command(started)
    except Interrupted as interrupted:
        return interrupted.exit_status
    except Problem as problem:
        print(f"teamwire {package}: {problem}", file=sys.stderr)
        return 1
