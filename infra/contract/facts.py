"""Facts as one flat table: the contract's own, and the difference of a stack from it."""

import json
from pathlib import Path
from typing import Any

import yaml

CONTRACT = Path(__file__).with_name("facts.yaml")
NAMES = json.loads(Path(__file__).with_name("names.json").read_text())
"""Names that programs and stacks agree on, printed by shared/contract."""

VARIABLES = {
    # The SDK reads the last one.
    function: {*names["variables"], "AWS_ENDPOINT_URL"}
    for function, names in NAMES["functions"].items()
}
"""The variables of each function."""

Facts = dict[str, Any]


PARTS = ("bus", "archive")
"""What a stack has only where somebody asks for it; an archive needs a bus."""

_FACTS_OF = {
    "bus": ("function relay", "mapping events", "grant relay", "alarm relay-imbalance"),
    "archive": ("archive", *(f"alarm {name}" for name in NAMES["alarms"] if name.startswith("archive-"))),
}
_WIDGETS_OF = {
    "bus": "8 Relay: taken and what became of it",
    "archive": "9 Archive: events taken, written, seconds that the oldest waits",
}


def contract(parts: tuple[str, ...] = PARTS) -> Facts:
    """The facts that both stacks must share, with these parts."""
    nested = yaml.safe_load(CONTRACT.read_text())
    for function, variables in VARIABLES.items():
        nested["function"][function]["variables"] = list(variables)
    nested["dashboard"]["alarms"] = NAMES["alarms"]
    nested["schedule"]["order"] = NAMES["schedule"]
    facts = flat(nested)
    for part in PARTS:
        facts = facts if part in parts else _without(facts, part)
    return facts


def _without(facts: Facts, part: str) -> Facts:
    """The same of a stack that has nothing of a part but its settings."""
    left_out = (*_FACTS_OF[part], f"dashboard shows {_WIDGETS_OF[part]}")
    left = {
        path: value
        for path, value in facts.items()
        if not any(path == each or path.startswith(f"{each} ") for each in left_out)
    }
    alarms = [each.removeprefix("alarm ") for each in left_out if each.startswith("alarm ")]
    for path, names in (("dashboard widgets", [_WIDGETS_OF[part]]), ("dashboard alarms", alarms)):
        left[path] = [each for each in left[path] if each not in names]
    return left


def flat(nested: dict[str, Any], prefix: str = "") -> Facts:
    """Each leaf by its path. A list is a set unless its order says something, so it is sorted."""
    facts: Facts = {}
    for name, value in nested.items():
        path = f"{prefix}{name}"
        if isinstance(value, dict):
            facts |= flat(value, f"{path} ")
        elif isinstance(value, list):
            facts[path] = value if name == "widgets" else sorted(value)
        else:
            facts[path] = value
    return facts


def setting(default: Any) -> Any:
    """The default of a setting, however a stack writes it."""
    return {"true": True, "false": False}.get(str(default).lower(), default or "none")


def bounds(least: float | None, most: float | None) -> str:
    """The bounds of a number, however a stack writes them."""
    return f"{least} or more" if most is None else f"{least} to {most}"


def differences(expected: Facts, actual: Facts) -> list[str]:
    """One line for each fact that is missing, too much, or another."""
    found = []
    for path in sorted(expected.keys() | actual.keys()):
        if path not in actual:
            found.append(f"{path}: not there")
        elif path not in expected:
            found.append(f"{path}: not in the contract: {actual[path]}")
        elif expected[path] != actual[path]:
            found.append(f"{path}: {actual[path]}, should be {expected[path]}")
    return found
