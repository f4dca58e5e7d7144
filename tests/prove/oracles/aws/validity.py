"""The faults of a call by AWS's model: botocore's own validation, and the checks that it leaves
out.
"""

import re
from collections.abc import Iterator
from typing import Any

from botocore.model import Shape
from botocore.validate import ParamValidator

from .wire import Call


def faults(call: Call) -> list[str]:
    """One line for each."""
    shape, name = call.operation.input_shape, f"{call.service}:{call.operation.name}"
    if shape is None:
        return [f"{name}: takes nothing, got {sorted(call.params)}"] if call.params else []
    report = ParamValidator().validate(call.params, shape).generate_report()
    told = report.splitlines() if report else []
    # What the SDK sends has been through a model as well; but perhaps an older one.
    return [f"{name}: {each}" for each in (*told, *_beyond(shape, call.params, ""))]


def _beyond(shape: Shape, value: Any, where: str) -> Iterator[str]:
    """Enums, patterns and the upper limits; and members that there are not, wherever they stand."""
    if shape.type_name == "structure" and isinstance(value, dict):
        for name, each in value.items():
            if name in shape.members:
                yield from _beyond(shape.members[name], each, f"{where}.{name}")
            else:
                yield f"{where}.{name} is not in the model"
        return
    if shape.type_name == "map" and isinstance(value, dict):
        for name, each in value.items():
            yield from _beyond(shape.key, name, f"{where}.{name}")
            yield from _beyond(shape.value, each, f"{where}.{name}")
    if shape.type_name == "list" and isinstance(value, list):
        for each in value:
            yield from _beyond(shape.member, each, f"{where}[]")
    size = value if shape.type_name in ("integer", "long", "float", "double") else None
    size = len(value) if isinstance(value, (str, bytes, list, dict)) else size
    most = shape.metadata.get("max")
    if isinstance(size, (int, float)) and most is not None and size > most:
        yield f"{where}: {size} is over {most}"
    if isinstance(value, str):
        if shape.metadata.get("enum") and value not in shape.metadata["enum"]:
            yield f"{where}: {value} is none of {', '.join(shape.metadata['enum'])}"
        if (pattern := shape.metadata.get("pattern")) and not _fits(pattern, value):
            yield f"{where}: {value} does not fit {pattern}"


def _fits(pattern: str, value: str) -> bool:
    try:
        return re.search(pattern, value) is not None
    except re.error:
        # Java knows some that Python does not.
        return True
