"""`make check-graph`: the table of resources and the types beside Microsoft's own metadata.

Prints what differs. Each difference is mended, or stands in reasons.txt with its reason; a reason
that nothing needs is a fault too. Microsoft's files stay where they are: only the result is kept.
"""

import argparse
import sys
from pathlib import Path

from .compare import differences
from .ours import ours
from .sources import Unavailable, material

_ROOT = Path(__file__).resolve().parents[4]
_REASONS = Path(__file__).with_name("reasons.txt")
_RESULT = _ROOT / "docs" / "graph-differences.md"


def reasons() -> dict[str, str]:
    """The difference of each line, and its reason behind ` -- `."""
    lines = _REASONS.read_text().splitlines()
    pairs = [line.split(" -- ", 1) for line in lines if line and not line.startswith("#")]
    return {difference: reason for difference, reason in pairs}


def main() -> int:
    """Compares; 1 where something differs without a reason, 2 where there is nothing to compare."""
    parser = argparse.ArgumentParser(prog="make check-graph", description=__doc__)
    parser.add_argument("--metadata", type=Path, help="a copy of microsoftgraph/msgraph-metadata")
    parser.add_argument("--permissions", type=Path, help="of microsoft-graph-devx-content")
    parser.add_argument("--sdk", type=Path, help="a wheel of msgraph-sdk, where there is no metadata")
    parser.add_argument("--teamwire", type=Path, default=_ROOT / "target/local/teamwire")
    parser.add_argument("--write", action="store_true", help="write docs/graph-differences.md")
    given = parser.parse_args()
    try:
        theirs = material(given.metadata, given.permissions, given.sdk)
    except Unavailable as fault:
        print(f"check-graph: {fault}", file=sys.stderr)
        return 2
    found, known = list(dict.fromkeys(differences(theirs, ours(_ROOT, given.teamwire)))), reasons()
    unknown = [difference for difference in found if difference not in known]
    # Without the metadata not all can be seen that there are reasons for.
    needless = [difference for difference in known if difference not in found]
    needless = needless if given.metadata and given.permissions else []
    for difference in found:
        print(f"{difference} -- {known.get(difference, 'NO REASON')}")
    for difference in needless:
        print(f"a reason that nothing needs: {difference}")
    print(f"compared with {theirs.copy}")
    print(f"differences: {len(found)}; without a reason: {len(unknown)}; needless reasons: {len(needless)}")
    if given.write:
        _RESULT.write_text(_page(theirs.copy, found, known))
    return 1 if unknown or needless else 0


def _page(copy: str, found: list[str], known: dict[str, str]) -> str:
    lines = [
        "# Differences from Microsoft's metadata",
        "",
        "Printed by `make check-graph WRITE=1`, which compares [RESOURCES.md](RESOURCES.md) and the "
        "typed resources with Microsoft's metadata of Graph. What differed by mistake was mended; "
        "each of these has [its reason](../tests/prove/oracles/graph/reasons.txt).",
        "",
        f"Compared with {copy}.",
        "",
        "| difference | reason |",
        "|---|---|",
    ]
    rows = [f"| {difference} | {known.get(difference, '')} |" for difference in found]
    return "\n".join([*lines, *rows, ""])


if __name__ == "__main__":
    sys.exit(main())
