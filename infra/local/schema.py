"""The check of events against docs/events.schema.json."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from .checkout import ROOT

SCHEMA = ROOT / "docs" / "events.schema.json"


@cache
def validator() -> Draft202012Validator:
    """The schema, ready for use; raises jsonschema's SchemaError should it not be one."""
    schema = json.loads(SCHEMA.read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def faults_of(event: Mapping[str, Any]) -> list[str]:
    """The departures of `event` from the schema: attribute and rule, never a value."""
    errors = validator().iter_errors(event)
    return sorted(f"{_place(error.absolute_path)}: {error.validator}" for error in errors)


def judge(events: Iterable[Mapping[str, Any]]) -> tuple[bool, str]:
    """True if all events fit, with their number or the faults found."""
    count, faults = 0, Counter[str]()
    for event in events:
        count += 1
        faults.update(faults_of(event))
    detail = "; ".join(f"{n} {fault}" for fault, n in faults.items())
    return not faults, detail or f"{count}"


def _place(path: Iterable[str | int]) -> str:
    return ".".join(map(str, path)) or "event"
