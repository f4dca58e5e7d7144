"""`prove-fresh`: the README's commands, each the first one of a new clone on an empty machine.

Nothing is there that another command or another checkout has fetched or installed: home, Cargo's
home and pip's cache are new. What stays is the machine's own: its programs, Rust's toolchains and
how registries are reached. Each command is typed on a terminal of its own, as a person would. The
last lines are the table; the exit status says whether all holds.
"""

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from local.checkout import ROOT
from local.problem import NotProven

_COMMANDS = ("run", "test")
"""The commands of the README; COMMANDS names others."""
_ENOUGH_EVENTS = 5
_EVENT = re.compile(rb"^\d\d:\d\d:\d\d\.\d{3}  \w+", re.MULTILINE)
_FIRST = re.compile(rb"^first event ([\d.]+ s)", re.MULTILINE)
_ENDED = b"stopped; nothing is left running"
_CTRL_C = b"\x03"
_LIMIT_SECONDS = 3 * 3600
_LAST_LINES = 30
# How the machine reaches registries, and where its toolchains are.
_KEPT = re.compile(
    r"PATH|LANG|LC_.*|TERM|TZ|RUSTUP_(?!TOOLCHAIN).*"
    r"|SSL_CERT_.*|(?i:https?_proxy|no_proxy|all_proxy)"
    r"|PIP_(?:CERT|CONFIG_FILE|DEFAULT_TIMEOUT|(?:EXTRA_)?INDEX_URL|FIND_LINKS|TRUSTED_HOST)"
)
_OWN_OF_HOME = {".cache", ".cargo"}
"""The folders that a command may leave in the home folder: pip's cache, and the crates."""


@dataclass(frozen=True)
class Row:
    """The outcome of one command."""

    command: str
    problems: list[str]
    seconds: float
    bytes_on_disk: int
    told: str


def main(started: float) -> int:
    """Runs every command in a clone of its own and prints the table; raises NotProven."""
    commands = os.environ.get("COMMANDS", "").split() or _COMMANDS
    rows = [_prove(command) for command in commands]
    print(f"\n{'command':<14}{'result':<8}{'seconds':>8}{'GiB':>7}  key figure")
    for row in rows:
        result = "FAIL" if row.problems else "ok"
        told = "; ".join(row.problems) or row.told
        gib = row.bytes_on_disk / 2**30
        print(f"make {row.command:<9}{result:<8}{row.seconds:>8.0f}{gib:>7.1f}  {told}")
    failed = [f"make {row.command}" for row in rows if row.problems]
    if failed:
        raise NotProven(f"on an empty machine: {', '.join(failed)}")
    took = time.monotonic() - started
    print(f"{len(rows)} of {len(rows)} work as the first command, in {took:.0f} s")
    return 0


def _prove(command: str) -> Row:
    # A path with a blank in it, outside of every other checkout.
    folder = Path(tempfile.mkdtemp(prefix="teamwire fresh "))
    place, home, log = folder / "teamwire", folder / "home", folder / "output"
    home.mkdir()
    try:
        _clone(place)
        print(f"make {command} in {place}", flush=True)
        begun = time.monotonic()
        status, said = _type(["make", command], place, _environment(home), log, command == "run")
        seconds = time.monotonic() - begun
        problems = [*_wrong(command, status, said), *_left(folder, place, home)]
        told = _FIRST.search(said)
        figure = f"first event {told[1].decode()} after it was built" if told else _last_line(said)
        row = Row(command, problems, seconds, _bytes_below(folder), figure)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    if row.problems:
        lines = said.decode(errors="replace").splitlines()[-_LAST_LINES:]
        print("\n".join(["", *lines, f"everything it said is in {log}"]), flush=True)
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return row


def _clone(place: Path) -> None:
    """The last commit, with the files that were changed since."""

    def git(*arguments: str) -> str:
        return subprocess.check_output(["git", *arguments], cwd=ROOT, text=True)

    git("clone", "--quiet", str(ROOT), str(place))
    changed = git("ls-files", "-z", "--modified", "--others", "--exclude-standard")
    for name in filter(None, changed.split("\0")):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).is_file():
            shutil.copy2(ROOT / name, place / name)
        else:
            (place / name).unlink(missing_ok=True)


def _type(
    command: list[str], place: Path, environment: dict[str, str], log: Path, until_events: bool
) -> tuple[int, bytes]:
    """Exit status and output of a command on a terminal; one that goes on gets a Ctrl-C."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(place)
        os.execvpe(command[0], command, environment)
    said, interrupted = b"", False
    deadline = time.monotonic() + _LIMIT_SECONDS
    try:
        with log.open("wb") as file:
            while time.monotonic() < deadline:
                readable, _, _ = select.select([terminal], [], [], 1.0)
                if not readable:
                    continue
                try:
                    more = os.read(terminal, 65536)
                except OSError:
                    break
                if not more:
                    break
                file.write(more)
                file.flush()
                said += more.replace(b"\r\n", b"\n")
                if until_events and not interrupted and len(_EVENT.findall(said)) >= _ENOUGH_EVENTS:
                    os.write(terminal, _CTRL_C)
                    interrupted = True
            else:
                os.kill(process, signal.SIGTERM)
    finally:
        # Whatever still runs on this terminal gets a hangup.
        os.close(terminal)
        _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status), said


def _wrong(command: str, status: int, said: bytes) -> list[str]:
    if command != "run":
        return [f"exit status {status}"] * (status != 0)
    events = len(_EVENT.findall(said))
    return [f"{events} events, exit status {status}"] * (events < _ENOUGH_EVENTS) + [
        "Ctrl-C did not end it in order"
    ] * (_ENDED not in said)


def _left(folder: Path, place: Path, home: Path) -> list[str]:
    """The leftovers that must not be there: processes, files that are not ignored, files elsewhere.
    """
    found = [f"still running: {each}" for each in _running_below(folder)]
    changed = subprocess.run(
        ["git", "status", "--porcelain"], cwd=place, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    found += [f"left in the checkout: {line}" for line in changed if line.startswith("??")]
    strangers = sorted({each.name for each in home.iterdir()} - _OWN_OF_HOME)
    return found + [f"left in the home folder: {name}" for name in strangers]


def _running_below(folder: Path) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if Path(os.readlink(process / "cwd")).is_relative_to(folder):
                found.append((process / "comm").read_text().strip())
        except OSError:  # not ours, or gone by now
            continue
    return found


def _environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if _KEPT.fullmatch(name)}
    before = Path.home()
    kept.setdefault("RUSTUP_HOME", str(before / ".rustup"))
    for settings in (before / ".config/pip/pip.conf", before / ".pip/pip.conf"):
        if settings.is_file():
            kept.setdefault("PIP_CONFIG_FILE", str(settings))
    registries = Path(os.environ.get("CARGO_HOME", before / ".cargo")) / "config.toml"
    if registries.is_file():
        (home / ".cargo").mkdir()
        shutil.copy(registries, home / ".cargo")
    return kept | {"HOME": str(home)}


def _last_line(said: bytes) -> str:
    return said.decode(errors="replace").strip().rpartition("\n")[2]


def _bytes_below(folder: Path) -> int:
    total = 0
    for root, _, names in os.walk(folder):
        total += sum(os.lstat(os.path.join(root, name)).st_blocks for name in names) * 512
    return total
