"""The content of the code: the types by their source, the table as the command line prints it."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

_BLOCK = r"! \{\n(?:    ///[^\n]*\n)+    (?P<name>\w+) \{\n(?P<members>.*?)^    \}\n\}"
_OBJECT = re.compile(r"^object" + _BLOCK, re.MULTILINE | re.DOTALL)
_NAMES = re.compile(r"^names" + _BLOCK, re.MULTILINE | re.DOTALL)
_MEMBER = re.compile(r'\w+: [^=]+=\s*"([^"]+)"')
_NAME = re.compile(r'\w+ = "([^"]+)"')
_KIND = re.compile(r'^    \w+\(\w+\) =\s*"(\w+)"', re.MULTILINE)


class Ours(NamedTuple):
    """The types of `shared/events/src/teams`, and the rows of the table."""

    objects: dict[str, set[str]]
    enums: dict[str, set[str]]
    event_kinds: set[str]
    rows: list[dict[str, Any]]


def ours(root: Path, teamwire: Path) -> Ours:
    """Reads them."""
    sources = sorted((root / "shared/events/src/teams").glob("*.rs"))
    text = "\n".join(source.read_text() for source in sources)
    kinds = text[text.index("\nkinds! {") :]
    objects = {
        found["name"]: set(_MEMBER.findall(found["members"])) for found in _OBJECT.finditer(text)
    }
    enums = {found["name"]: set(_NAME.findall(found["members"])) for found in _NAMES.finditer(text)}
    table = subprocess.check_output([str(teamwire), "resources", "--output", "json"])
    return Ours(
        objects,
        enums,
        set(_KIND.findall(kinds[: kinds.index("\n}")])),
        json.loads(table),
    )
