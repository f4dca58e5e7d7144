"""A fresh clone of this checkout, made ready to deploy, and how long that takes.

Crates that others wrote are compiled into target/clone, and are there the next time.
"""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .checkout import ROOT, run_directory
from .problem import Problem

_TARGET = ROOT / "target" / "clone"
_SECONDS = 3600
# What make and git need of the caller, and nothing of an account.
_KEPT = ("PATH", "HOME", "CARGO_HOME", "RUSTUP_HOME", "LANG", "TMPDIR")


class NotBuilt(Problem):
    """A fresh clone can't be made ready."""


@dataclass(frozen=True)
class Clone:
    """A clone with everything that a deployment to the emulator needs."""

    binaries: Path
    """Folder of the binaries."""
    seconds: float
    """From the clone to here."""
    told: str
    """Where they went."""


@contextmanager
def fresh_clone() -> Iterator[Clone]:
    """The last commit, with what is not committed yet; gone afterwards, the binaries aside."""
    with run_directory("clone") as directory:
        place = directory / "teamwire"
        begun = time.monotonic()
        changed = clone(place)
        cloned = time.monotonic()
        _run(place, "make", "--silent", ".venv/ready")
        installed = time.monotonic()
        said = _run(place, "make", "--silent", "binaries", f"CARGO_TARGET_DIR={_TARGET}")
        built = time.monotonic()
        crates = len(re.findall(r"^\s*Compiling ", said, re.MULTILINE))
        since = f" and {changed} files changed since" if changed else ""
        told = (
            f"clone {cloned - begun:.1f} s{since}, "
            f"Python tools {installed - cloned:.0f} s, binaries {built - installed:.0f} s "
            f"for {crates} crates"
        )
        yield Clone(_TARGET / "local", built - begun, told)


def clone(place: Path) -> int:
    """The last commit in a new folder, with the files changed since; how many those are."""
    _run(ROOT, "git", "clone", "--quiet", str(ROOT), str(place))
    listed = _run(ROOT, "git", "ls-files", "-z", "--modified", "--others", "--exclude-standard")
    names = [name for name in listed.split("\0") if name]
    for name in names:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_file():
            shutil.copy2(ROOT / name, place / name)
        else:
            (place / name).unlink(missing_ok=True)
    return len(names)


def _run(folder: Path, *command: str) -> str:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    done = subprocess.run(
        command,
        cwd=folder,
        env=kept,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        raise NotBuilt(f"{' '.join(command)}\n{done.stderr[-2000:]}")
    return done.stdout + done.stderr
