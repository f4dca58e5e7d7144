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


_OF_THE_BUS = ("function relay", "mapping events", "grant relay", "alarm relay-imbalance")
_WIDGET = "8 Relay: taken and what became of it"


def contract(bus: bool = True) -> Facts:
    """The facts that both stacks must share, with an event bus or without."""
    nested = yaml.safe_load(CONTRACT.read_text())
    for function, variables in VARIABLES.items():
        nested["function"][function]["variables"] = list(variables)
    nested["dashboard"]["alarms"] = NAMES["alarms"]
    nested["schedule"]["order"] = NAMES["schedule"]
    facts = flat(nested)
    return facts if bus else _without_bus(facts)


def _without_bus(facts: Facts) -> Facts:
    """The same of a stack that has nothing of a bus but the settings."""
    left_out = (*_OF_THE_BUS, f"dashboard shows {_WIDGET}")
    left = {
        path: value
        for path, value in facts.items()
        if not any(path == each or path.startswith(f"{each} ") for each in left_out)
    }
    for path, name in (("dashboard widgets", _WIDGET), ("dashboard alarms", "relay-imbalance")):
        left[path] = [each for each in left[path] if each != name]
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
