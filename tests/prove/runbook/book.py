"""docs/RUNBOOK.md as its reader sees it: sections, the parts of each, and the commands in them."""

import re
from dataclasses import dataclass
from pathlib import Path

from local.checkout import ROOT

PATH = ROOT / "docs" / "RUNBOOK.md"

PARTS = ("What it means", "How to look", "What to do", "How to know it is over")
KINDS = {"look": "How to look", "do": "What to do", "over": "How to know it is over"}
"""What a block of commands is for, and the part that it stands in."""

_SECTION = re.compile(r"^## (.+)$", re.MULTILINE)
_PART = re.compile(r"^\*\*(.+?)\.?\*\*", re.MULTILINE)
_BLOCK = re.compile(r"^```sh ([a-z]+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NOT_RUN = re.compile(r"^Not run locally, because (.+?)\.$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Section:
    """One procedure."""

    name: str
    parts: dict[str, str]
    """The text of each part, by its heading, in order."""
    not_run: str | None
    """Why its situation is not brought about locally, if it is not."""

    @property
    def is_procedure(self) -> bool:
        """Whether it says what to do, rather than something about all of them."""
        return bool(self.parts)

    def commands(self, kind: str) -> str:
        """The commands of `look`, `do` or `over`, in order."""
        found = _BLOCK.findall(self.parts.get(KINDS[kind], ""))
        return "".join(text for of, text in found if of == kind)


@dataclass(frozen=True)
class Book:
    """All of it."""

    setup: str
    """What is typed once, before anything else."""
    sections: dict[str, Section]


def read(path: Path = PATH) -> Book:
    """The document as it is."""
    preface, *rest = _SECTION.split(path.read_text())
    setup = "".join(text for of, text in _BLOCK.findall("".join([preface, *rest])) if of == "setup")
    pairs = zip(rest[::2], rest[1::2], strict=True)
    return Book(setup, {name: _section(name, text) for name, text in pairs})


def blocks(text: str) -> list[tuple[str, str]]:
    """Every marked block: what it is for, and its lines."""
    return _BLOCK.findall(text)


def _section(name: str, text: str) -> Section:
    _, *rest = _PART.split(text)
    pairs = zip(rest[::2], rest[1::2], strict=True)
    parts = {heading: body for heading, body in pairs if heading in PARTS}
    reason = _NOT_RUN.search(text)
    return Section(name, parts, " ".join(reason[1].split()) if reason else None)
