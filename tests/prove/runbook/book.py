"""docs/RUNBOOK.md as its reader sees it: situations, the parts of each, and the commands in them.

A section is about one situation, named by its heading, or about several, each a row of a table
that begins with an anchor. A column headed by a placeholder says what that stands for.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from local.checkout import ROOT

PATH = ROOT / "docs" / "RUNBOOK.md"

PARTS = ("What it means", "How to look", "What to do", "How to know it is over")
KINDS = {"look": "How to look", "do": "What to do", "over": "How to know it is over"}
"""The kinds of command blocks, and the part that each belongs to."""

_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
_PART = re.compile(r"^\*\*(.+?)\.?\*\*", re.MULTILINE)
_BLOCK = re.compile(r"^```sh ([a-z]+)((?: [a-z-]+)*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r'^\| <a id="([a-z-]+)"></a>')
_COLUMN = re.compile(r"`(<[a-z ]+>)`")
_NOT_RUN = re.compile(r"^Not run locally, because (.+?)\.$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """Commands."""

    kind: str
    """`setup`, or one of KINDS."""
    only: tuple[str, ...]
    """The situations that they are for, if not for all of the section."""
    text: str


@dataclass(frozen=True)
class Section:
    """One procedure: a section, as it is to be read in one situation."""

    name: str
    parts: dict[str, str]
    """The text of each part, by its heading, in order."""
    fills: dict[str, str]
    """Placeholders that the row of the situation fills."""
    not_run: str | None
    """The reason why its situation is not brought about locally, if it is not."""

    @property
    def is_typed(self) -> bool:
        """True if its commands are typed all the same: the stack has what they are about."""
        return not (self.not_run or "").startswith("no stack of this proof has")

    @property
    def is_procedure(self) -> bool:
        """True if it says what to do, rather than something about all of them."""
        return bool(self.parts)

    def commands(self, kind: str) -> str:
        """The commands of `look`, `do` or `over`, in order."""
        found = "".join(
            block.text
            for block in blocks(self.parts.get(KINDS[kind], ""))
            if block.kind == kind and (not block.only or self.name in block.only)
        )
        for placeholder, word in self.fills.items():
            found = found.replace(placeholder, word)
        return found


@dataclass(frozen=True)
class Book:
    """The whole page."""

    setup: str
    """Commands that are typed once, before anything else."""
    sections: dict[str, Section]
    """By situation."""


def read(path: Path = PATH) -> Book:
    """The document as it is."""
    return parse(path.read_text())


def parse(text: str) -> Book:
    """A document."""
    _, *rest = _SECTION.split(text)
    setup = "".join(block.text for block in blocks(text) if block.kind == "setup")
    pairs = zip(rest[::2], rest[1::2], strict=True)
    sections = [each for heading, body in pairs for each in _sections(heading, body)]
    return Book(setup, {each.name: each for each in sections})


def blocks(text: str) -> list[Block]:
    """Every marked block, in order."""
    return [Block(kind, tuple(only.split()), lines) for kind, only, lines in _BLOCK.findall(text)]


def _sections(heading: str, text: str) -> Iterator[Section]:
    _, *rest = _PART.split(text)
    pairs = zip(rest[::2], rest[1::2], strict=True)
    parts = {part: body for part, body in pairs if part in PARTS}
    reason = _NOT_RUN.search(text)
    not_run = " ".join(reason[1].split()) if reason else None
    for name, fills in _situations(text) or [(heading, {})]:
        yield Section(name, parts, fills, not_run)


def _situations(text: str) -> list[tuple[str, dict[str, str]]]:
    """The situations of a section's table, each with what its row fills."""
    found, lines = [], text.splitlines()
    for number, line in enumerate(lines):
        row = _ROW.match(line)
        if row is None:
            continue
        head = next(number for number in range(number, -1, -1) if lines[number - 1] == "")
        named = zip(_cells(lines[head]), _cells(line), strict=True)
        fills = {column[1]: cell for name, cell in named if (column := _COLUMN.fullmatch(name))}
        found.append((row[1], fills))
    return found


def _cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip("|").split("|")]
