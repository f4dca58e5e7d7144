"""The tables that a command reproduces, inside the text that a person wrote.

A block stands between `<!-- cost: NAME -->` and `<!-- cost: end -->`.
"""

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from local.checkout import ROOT

from . import plots, scale, tables
from .inputs import MEASURED, Inputs, Measured

IMAGES = ROOT / "docs" / "images"
DOCUMENTS = ("COST.md", "SCALE.md", "BENCHMARKS.md")
BLOCK = re.compile(r"(<!-- cost: ([a-z-]+) -->\n)(.*?)(<!-- cost: end -->)", re.DOTALL)
DIGITS = 3

MADE: dict[str, Callable[[Inputs], str]] = {
    "source": tables.source,
    "per-million": tables.per_million,
    "arithmetic": tables.arithmetic,
    "invocations": tables.invocations,
    "memory": tables.memory,
    "turns": tables.turns,
    "sensitivity": tables.sensitivity,
    "others": tables.others,
    "rates": scale.rates,
    "carried": scale.carried,
    "settings": scale.settings,
}


def blocks(inputs: Inputs) -> dict[str, str]:
    """Every block by its name."""
    made = {name: make(inputs) for name, make in MADE.items()}
    return made | {"benchmark": benchmark(MEASURED.read_text())}


def filled(text: str, made: dict[str, str]) -> str:
    """`text` with each of its blocks as made now."""
    return BLOCK.sub(lambda block: f"{block[1]}{made[block[2]]}\n{block[4]}", text)


def write(inputs: Inputs) -> list[str]:
    """Fills the documents; the names of all."""
    made = blocks(inputs)
    for name in DOCUMENTS:
        path = ROOT / "docs" / name
        path.write_text(filled(path.read_text(), made))
    drawn = plots.made(inputs.measured)
    for name, image in drawn.items():
        (IMAGES / name).write_text(image)
    return [f"docs/{name}" for name in DOCUMENTS] + [f"docs/images/{name}" for name in drawn]


def take(recorded: Path, measured: Path = MEASURED) -> None:
    """Makes a run of teamwire-bench the one that the documents rest on."""
    text = recorded.read_text()
    Measured(text)
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()
    lines = []
    for line in text.splitlines():
        entry = json.loads(line)
        if "machine" in entry:
            # Where the checkout is, is nobody's business.
            folder = Path(entry["machine"]["binaries"])
            entry["machine"]["binaries"] = f"target/{folder.name}"
        lines.append(json.dumps(entry))
    measured.write_text("\n".join([json.dumps({"commit": commit}), *lines]) + "\n")


def benchmark(recorded: str) -> str:
    """The recorded figures, as teamwire-bench prints them."""
    lines = []
    for line in recorded.splitlines():
        entry = json.loads(line)
        if machine := entry.get("machine"):
            lines.append(
                f"{machine['cores']} cores, {machine['cpu']}; load {machine['load']:.2f};"
                f" binaries of {machine['binaries']}"
            )
        elif load := entry.get("load"):
            lines.append(
                f"cores busy on average: {load['own_cores']:.2f} with this,"
                f" {load['other_cores']:.2f} with other work"
            )
        elif "measure" in entry:
            lines.append(_line(entry))
    return "```text\n" + "\n".join(lines) + "\n```"


def _line(entry: dict) -> str:
    parts = [f"{entry['measure']}  {entry['case']}  {short(entry['value'])} {entry['unit']}"]
    parts += [f"{short(each['ratio'])} of {each['to']}" for each in entry["ratios"]]
    parts += [f"{name} {short(value)}" for name, value in entry["details"].items()]
    return "  ".join(parts)


def short(value: float) -> str:
    """Three digits that count."""
    if value == 0:
        return "0"
    whole = len(str(int(abs(value)))) if abs(value) >= 1 else 1 - _zeros(value)
    return f"{value:.{min(6, max(0, DIGITS - whole))}f}"


def _zeros(value: float) -> int:
    """Places behind the point until the first digit that is not zero."""
    places = 1
    while abs(value) * 10**places < 1:
        places += 1
    return places
