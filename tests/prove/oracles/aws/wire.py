"""A recorded request as AWS's model has it: service, operation and parameters.

Whatever the model does not know is kept, as a member of its own name, so that it is noticed.
"""

import base64
import functools
import json
import re
import urllib.parse
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from typing import Any

import botocore.session
import cbor2
from botocore.model import OperationModel, ServiceModel, Shape

# What a signature calls a service, where botocore calls it otherwise.
_SIGNED_AS = {"monitoring": "cloudwatch"}
SERVICES = ("cloudwatch", "events", "kms", "lambda", "s3", "secretsmanager", "sqs", "sts")
"""The services that our code calls."""
CALLED = re.compile(r"\.([a-z]\w+)\(\)")
"""The beginning of a request in Rust."""
_SCOPE = re.compile(r"Credential=[^/]+/\d{8}/[^/]+/([a-z0-9-]+)/aws4_request")
_CBOR = re.compile(r"^/service/[^/]+/operation/(\w+)$")
# Every SDK has these; no model does.
_OF_EVERY_REQUEST = ("x-amz-content-sha256", "x-amz-date", "x-amz-decoded-content-length")
_OF_EVERY_REQUEST += ("x-amz-security-token", "x-amz-target", "x-amz-trailer", "x-amz-user-agent")
_CHECKSUM = "x-amz-checksum-"


class NotUnderstood(Exception):
    """A request that no operation of AWS fits."""


@dataclass(frozen=True)
class Call:
    """A request that was understood."""

    caller: str
    service: str
    operation: OperationModel
    params: dict[str, Any]
    status: int


@dataclass(frozen=True)
class _Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


def snake(operation: str) -> str:
    """The name that the Rust SDK gives an operation."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()


def read(line: str) -> Call:
    """One line of a record; raises NotUnderstood."""
    told = json.loads(line)
    target = urllib.parse.urlsplit(told["target"])
    query = dict(urllib.parse.parse_qsl(target.query, keep_blank_values=True))
    body = base64.b64decode(told["body"])
    request = _Request(told["method"], target.path, query, told["headers"], body)
    scope = _SCOPE.search(request.headers.get("authorization", ""))
    if scope is None:
        raise NotUnderstood(f"{request.method} {request.path} is not signed")
    service = _SIGNED_AS.get(scope[1], scope[1])
    operation, params = _understood(model(service), request)
    return Call(told["caller"], service, operation, params, told["status"])


@functools.cache
def model(service: str) -> ServiceModel:
    """AWS's model of a service."""
    return botocore.session.get_session().get_service_model(service)


def _understood(of: ServiceModel, request: _Request) -> tuple[OperationModel, dict[str, Any]]:
    if found := _CBOR.match(request.path):
        operation = of.operation_model(found[1])
        return operation, cbor2.loads(request.body) if request.body else {}
    if target := request.headers.get("x-amz-target"):
        operation = of.operation_model(target.rpartition(".")[2])
        return operation, _json(operation.input_shape, json.loads(request.body or b"{}"))
    if of.protocol == "query":
        form = urllib.parse.parse_qsl(request.body.decode(), keep_blank_values=True)
        members = {name: text for name, text in form if name not in ("Action", "Version")}
        operation = of.operation_model(dict(form)["Action"])
        return operation, _form(operation.input_shape, members)
    return _rest(of, request)


def _json(shape: Shape | None, value: Any) -> Any:
    """Blobs as bytes; all else as it is."""
    if shape is None or value is None:
        return value
    if shape.type_name == "structure" and isinstance(value, dict):
        names = {each.serialization.get("name", name): name for name, each in shape.members.items()}
        return {
            names.get(name, name): _json(shape.members.get(names.get(name, name)), each)
            for name, each in value.items()
            if each is not None
        }
    if shape.type_name == "list" and isinstance(value, list):
        return [_json(shape.member, each) for each in value]
    if shape.type_name == "map" and isinstance(value, dict):
        return {name: _json(shape.value, each) for name, each in value.items()}
    if shape.type_name == "blob" and isinstance(value, str):
        return base64.b64decode(value, validate=True)
    return value


def _form(shape: Shape | None, members: dict[str, str]) -> dict[str, Any]:
    """Of lists and scalars alone: STS needs no more."""
    found: dict[str, Any] = {}
    for name, text in members.items():
        name, _, rest = name.partition(".")
        member = shape.members.get(name) if shape else None
        if member is not None and member.type_name == "list":
            found.setdefault(name, []).append(_scalar(member.member, text))
        else:
            found[f"{name}.{rest}".rstrip(".")] = _scalar(member, text)
    return found


def _scalar(shape: Shape | None, text: str) -> Any:
    if shape is not None and shape.type_name in ("integer", "long") and text.lstrip("-").isdigit():
        return int(text)
    if shape is not None and shape.type_name == "boolean" and text in ("true", "false"):
        return text == "true"
    return text


def _rest(of: ServiceModel, request: _Request) -> tuple[OperationModel, dict[str, Any]]:
    fitting = []
    for name in of.operation_names:
        operation = of.operation_model(name)
        if (labels := _labels(operation, request)) is not None:
            fixed = urllib.parse.urlsplit(operation.http["requestUri"]).query
            fitting.append((len(fixed) + len(_required(operation, "querystring")), name, operation, labels))
    if not fitting:
        raise NotUnderstood(f"{of.service_name}: {request.method} {request.path}")
    # The one that asks for the most of what is there.
    _, _, operation, labels = max(fitting, key=lambda each: each[:2])
    return operation, labels | _elsewhere(operation, request)


def _labels(operation: OperationModel, request: _Request) -> dict[str, str] | None:
    """The members in the path, if this is the operation."""
    uri = urllib.parse.urlsplit(operation.http["requestUri"])
    fixed = dict(urllib.parse.parse_qsl(uri.query, keep_blank_values=True))
    if operation.http["method"] != request.method or not fixed.items() <= request.query.items():
        return None
    if not set(_required(operation, "querystring")) <= request.query.keys():
        return None
    if not set(_required(operation, "header")) <= request.headers.keys():
        return None
    pattern = re.sub(r"\\\{(\w+)\\\+\\\}", r"(?P<\1>.+)", re.escape(uri.path))
    pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", pattern).replace(r"\-", "-")
    found = re.fullmatch(pattern, request.path.rstrip("/") or "/") or re.fullmatch(
        pattern, request.path
    )
    if found is None:
        return None
    return {name: urllib.parse.unquote(text) for name, text in found.groupdict().items()}


def _required(operation: OperationModel, place: str) -> list[str]:
    """The members of the query, or of the headers, that have to be there."""
    shape = operation.input_shape
    if shape is None:
        return []
    members = ((name, shape.members[name].serialization) for name in shape.required_members)
    return [
        each.get("name", name).lower() if place == "header" else each.get("name", name)
        for name, each in members
        if each.get("location") == place
    ]


def _elsewhere(operation: OperationModel, request: _Request) -> dict[str, Any]:
    """The members in query, headers and body."""
    shape = operation.input_shape
    members = shape.members if shape else {}
    at: dict[tuple[str, str], str] = {}
    for name, each in members.items():
        place = each.serialization.get("location", "body")
        at[place, each.serialization.get("name", name).lower()] = name
    fixed = urllib.parse.urlsplit(operation.http["requestUri"]).query
    found: dict[str, Any] = {}
    for key, text in request.query.items():
        if key == "x-id" or key in dict(urllib.parse.parse_qsl(fixed, keep_blank_values=True)):
            continue
        name = at.get(("querystring", key.lower()), f"?{key}")
        found[name] = _scalar(members.get(name), text)
    for key, text in request.headers.items():
        name = at.get(("header", key), "")
        if name:
            found[name] = _scalar(members[name], text)
        elif key.startswith("x-amz-") and key not in _OF_EVERY_REQUEST:
            if not key.startswith(_CHECKSUM):
                found[key] = text
    payload = shape.serialization.get("payload") if shape else None
    if payload and members[payload].type_name == "blob":
        found[payload] = request.body
    elif request.body and operation.service_model.protocol == "rest-json":
        body = json.loads(request.body)
        found |= _json(members[payload] if payload else shape, body)
    elif request.body and payload:
        found[payload] = _xml(members[payload], ElementTree.fromstring(request.body))
    return found


def _xml(shape: Shape, node: ElementTree.Element) -> Any:
    if shape.type_name != "structure":
        return _scalar(shape, node.text or "")
    names = {each.serialization.get("name", name): name for name, each in shape.members.items()}
    found: dict[str, Any] = {}
    for child in node:
        tag = child.tag.rpartition("}")[2]
        name = names.get(tag, tag)
        member = shape.members.get(name)
        if member is not None and member.type_name == "list":
            found.setdefault(name, []).append(_xml(member.member, child))
        else:
            found[name] = _xml(member, child) if member is not None else child.text
    return found
