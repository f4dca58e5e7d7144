"""The check of events against docs/events.schema.json and the schema of their type."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from .checkout import ROOT

SCHEMA = ROOT / "docs" / "events.schema.json"
OF_TYPES = ROOT / "docs" / "schemas" / "v1"


@cache
def validator() -> Draft202012Validator:
    """The schema, ready for use; raises jsonschema's SchemaError should it not be one."""
    schema = json.loads(SCHEMA.read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@cache
def validator_of(name: str) -> Draft202012Validator | None:
    """That of one type of event, by the resource's name, if it has one."""
    path = OF_TYPES / f"{name}.json"
    return Draft202012Validator(json.loads(path.read_text())) if path.exists() else None


def faults_of(event: Mapping[str, Any]) -> list[str]:
    """The departures of `event`, made by this version, from the schemas: attribute and rule, never a
    value."""
    errors = validator().iter_errors(event)
    faults = sorted(f"{_place(error.absolute_path)}: {error.validator}" for error in errors)
    return faults or _faults_of_type(event)


def _faults_of_type(event: Mapping[str, Any]) -> list[str]:
    # microsoft.graph.chat.created, teamwire.gap
    name = event["type"].removeprefix("microsoft.graph.").removeprefix("teamwire.").split(".")[0]
    of_type = validator_of(name)
    if event.get("dataschema") != (of_type and of_type.schema["$id"]):
        return ["dataschema: not that of the type"]
    return [] if of_type is None or of_type.is_valid(event) else ["dataschema: does not fit"]


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
