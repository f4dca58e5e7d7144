"""As much of AWS's command line as the runbook uses, over boto3.

    python aws.py sqs get-queue-url --queue-name teamwire-events --query QueueUrl --output text

AWS's own is not on every machine, and of one that is, some versions take SQS elsewhere than
`AWS_ENDPOINT_URL` says. Operations and options are those of the service's own description, so that
a command which is wrong is refused here as well.
"""

import functools
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import botocore.session
import jmespath
from botocore import xform_name
from botocore.model import ServiceModel


class NotACommand(Exception):
    """There is no such service, operation or option."""


@dataclass(frozen=True)
class Call:
    """One call, as it was typed."""

    service: str
    operation: str
    """By the name of its method."""
    parameters: dict[str, Any]
    query: str | None
    output: str


def parse(words: Sequence[str]) -> Call:
    """The call in the words, checked against the service's description; raises NotACommand."""
    if len(words) < 2:
        raise NotACommand("a service and an operation are needed")
    service, operation, *rest = words
    model = _described(service)
    names = {xform_name(name, "-"): name for name in model.operation_names}
    if operation not in names:
        raise NotACommand(f"{service} has no {operation}")
    shape = model.operation_model(names[operation]).input_shape
    members = dict(shape.members) if shape else {}
    typed = _options(rest)
    query, output = typed.pop("query", [None])[0], typed.pop("output", ["json"])[0]
    parameters = dict(_parameter(members, name, values) for name, values in typed.items())
    for name in shape.required_members if shape else ():
        if name not in parameters:
            raise NotACommand(f"{operation} needs --{xform_name(name, '-')}")
    if query is not None:
        jmespath.compile(query)
    return Call(service, xform_name(names[operation]), parameters, query, output)


def main() -> int:
    """Makes the call and prints the answer."""
    call = parse(sys.argv[1:])
    parameters = {name: _read(value) for name, value in call.parameters.items()}
    client = botocore.session.get_session().create_client(
        call.service, endpoint_url=os.environ["AWS_ENDPOINT_URL"]
    )
    if client.can_paginate(call.operation):
        pages = client.get_paginator(call.operation).paginate(**parameters)
        answer = pages.build_full_result()
    else:
        answer = getattr(client, call.operation)(**parameters)
        answer.pop("ResponseMetadata", None)
    found = jmespath.search(call.query, answer) if call.query else answer
    print(as_text(found) if call.output == "text" else json.dumps(found, indent=4, default=str))
    return 0


def as_text(found: Any) -> str:
    """Rows of a list, words of a row between tabs."""
    if not isinstance(found, list):
        return str(found)
    if any(isinstance(row, list) for row in found):
        return "\n".join(as_text(row) for row in found)
    return "\t".join(str(word) for word in found)


@functools.cache
def _described(service: str) -> ServiceModel:
    session = botocore.session.get_session()
    if service not in session.get_available_services():
        raise NotACommand(f"no service {service}")
    return session.get_service_model(service)


def _options(words: Sequence[str]) -> dict[str, list[str]]:
    options: dict[str, list[str]] = {}
    current = None
    for word in words:
        if word.startswith("--"):
            current = options.setdefault(word.removeprefix("--"), [])
        elif current is None:
            raise NotACommand(f"{word} belongs to no option")
        else:
            current.append(word)
    return options


def _parameter(members: dict[str, Any], option: str, values: list[str]) -> tuple[str, Any]:
    for name, shape in members.items():
        plain = xform_name(name, "-")
        if shape.type_name == "boolean" and option in (plain, f"no-{plain}"):
            return name, option == plain
        if option == plain and shape.type_name == "list":
            return name, values
        if option == plain and len(values) == 1:
            return name, _value(shape.type_name, values[0])
    raise NotACommand(f"--{option} is no option, or has not one value")


def _read(value: Any) -> Any:
    """A value, or what stands in the file that it names."""
    if isinstance(value, str) and value.startswith("file://"):
        return Path(value.removeprefix("file://")).read_text()
    return value


def _value(kind: str, text: str) -> Any:
    if kind in ("integer", "long"):
        return int(text)
    if kind in ("map", "structure"):
        if text.startswith("{"):
            return json.loads(text)
        return dict(pair.split("=", 1) for pair in text.split(","))
    return text


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Exception as problem:  # whatever it is, it is told in one line, as AWS's own does
        print(f"aws: {problem}", file=sys.stderr)
        sys.exit(255)
