"""`make evidence`: what shows that nothing is lost and no one let in, at length; written to docs/EVIDENCE.md.

A row that is not run again stays as it was, with its date. A bad figure stays in it too.
"""

import datetime
import re
import subprocess
import sys

from local.checkout import ROOT

PAGE = ROOT / "docs" / "EVIDENCE.md"
HEAD = """# Evidence

What was run at length, when, and what came of it: `make evidence` writes this page, and keeps of former runs what it does not run again. What follows a figure in words was added by whoever ran it. The short form of each is in `make test`. [THREATS.md](THREATS.md) names the tests of each threat.

| what | command | figure | date |
|---|---|---|---|
"""
ROW = re.compile(r"^\| (\S.*?) \| `(.*?)` \| (.*) \| (\S+) \|$", re.MULTILINE)

# What is run, and the line of its output that has the figure.
RUNS = {
    "model": ("make model", r"^states .*$"),
    "simulation": ("make sim SEEDS=100000", r"^seeds .*$|^\w+: found after .*$"),
    "locks": ("make locks SCHEDULES=100000", r"^schedules .*$"),
    "fuzz": ("make fuzz RUNS=6000000", r"^executions .*$"),
    "soak": ("make soak", r"^(?:soak|load) +(.*)$"),
    "mutants": ("make mutants", r"^\d+ mutants tested.*$"),
    "chaos": ("make prove-chaos CHANGES=100000", r"^changes: .*$"),
    "advisories": ("make audit", r"^advisories .*$|^not audited.*$"),
}


def rows() -> dict[str, tuple[str, str, str]]:
    """What the page has: command, figure and date by name."""
    text = PAGE.read_text() if PAGE.exists() else ""
    return {name: (command, figure, date) for name, command, figure, date in ROW.findall(text)}


def run(name: str, command: str, pattern: str) -> tuple[str, str, str]:
    """The row of one run; it failed where nothing says how it ended."""
    print(f"{name}: {command}", flush=True)
    done = subprocess.run(
        command.split(), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    found = re.findall(pattern, done.stdout, re.MULTILINE)
    figure = "; ".join(re.sub(" {2,}", " ", line) for line in found)
    figure = figure or "no figure: " + (done.stdout.strip().splitlines() or ["nothing"])[-1]
    if done.returncode:
        figure = f"**failed**: {figure}"
    print(f"  {figure}", flush=True)
    return command, figure.replace("|", "\\|"), datetime.datetime.now(datetime.timezone.utc).date().isoformat()


def main(names: list[str]) -> int:
    kept = rows()
    for name, (command, pattern) in RUNS.items():
        if name in names or not names:
            kept[name] = run(name, command, pattern)
    lines = (f"| {name} | `{command}` | {figure} | {date} |\n" for name, (command, figure, date) in kept.items())
    PAGE.write_text(HEAD + "".join(lines))
    return int(any("**failed**" in figure for _, figure, _ in kept.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
