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


def contract() -> Facts:
    """The facts that both stacks must share."""
    nested = yaml.safe_load(CONTRACT.read_text())
    for function, variables in VARIABLES.items():
        nested["function"][function]["variables"] = list(variables)
    nested["dashboard"]["alarms"] = NAMES["alarms"]
    nested["schedule"]["order"] = NAMES["schedule"]
    return flat(nested)


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
