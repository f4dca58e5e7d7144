"""Prints docs/schemas as one schema, for what makes types of it: the definitions have one name each."""

import json
from pathlib import Path
from typing import Any

SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "schemas" / "v1"


def bundle() -> dict[str, Any]:
    """`TeamwireEvent`, one of all that there are."""
    definitions: dict[str, Any] = {}
    events = []
    for path in sorted(SCHEMAS.glob("*.json")):
        schema = json.loads(path.read_text())
        for name, definition in schema.pop("$defs").items():
            if definitions.setdefault(name, definition) != definition:
                raise ValueError(f"{name} is not the same everywhere")
        events.append(schema["title"])
        definitions[events[-1]] = {
            key: schema[key] for key in schema if key not in ("$id", "$schema", "title")
        }
    return {
        "title": "TeamwireEvent",
        "oneOf": [{"$ref": f"#/$defs/{name}"} for name in events],
        "$defs": definitions,
    }


if __name__ == "__main__":
    print(json.dumps(bundle(), indent=1))
