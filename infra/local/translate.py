"""The SAM template as plain CloudFormation, and the little that the emulator needs otherwise."""

import copy
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

Template = dict[str, Any]

API_ID = "10ca1a91"
"""Id of the API on the emulator, so that its URL is known before it is there."""

_FUNCTION = "AWS::Lambda::Function"
_API = "AWS::ApiGatewayV2::Api"
_ALARM = "AWS::CloudWatch::Alarm"
_MAPPING = "AWS::Lambda::EventSourceMapping"
_GRANT = ("AWS::IAM::Role", "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy")
_TLS_ONLY = ("AWS::SQS::QueuePolicy", "AWS::S3::BucketPolicy")

_BATCHES = {
    "sqs:SendMessage": "sqs:SendMessageBatch",
    "sqs:DeleteMessage": "sqs:DeleteMessageBatch",
    "sqs:ChangeMessageVisibility": "sqs:ChangeMessageVisibilityBatch",
}


class _NoManagedPolicies:
    """The template names no managed policy, so the translator must not ask AWS for their list."""

    def load(self) -> dict[str, str]:
        return {}


def translate(path: Path, bucket: str, keys: Mapping[str, str]) -> Template:
    """The template as CloudFormation translates it, with the code of each function in `bucket`.

    `keys` maps the logical id of a function to the key of its zip.
    """
    # It warns of statistics that it could not send home; it has no client to send them with.
    logging.getLogger("samtranslator.metrics").setLevel(logging.ERROR)
    source = yaml_parse(path.read_text())
    for logical_id, key in keys.items():
        source["Resources"][logical_id]["Properties"]["CodeUri"] = {"Bucket": bucket, "Key": key}
    template: Template = transform(source, {}, _NoManagedPolicies())
    return template


def adapt_to_emulator(template: Template, sts_url: str) -> Template:
    """The same template, less what loopback HTTP can't satisfy and with MiniStack's action names.

    The policies that refuse plain HTTP go, and so do the alarms that compute something of several
    metrics: MiniStack knows those of one metric alone. The API gets an id that is known beforehand.
    And where AWS has one permission for an SQS call and its batch form, MiniStack asks for two.
    It also hands a parameter on as text, where AWS makes a number of it and clients need one.
    It splits no text in a condition: a bus has a name there, and no ARN.
    Functions ask `sts_url` who they are: MiniStack's own answer proves nothing to Entra.
    """
    adapted = copy.deepcopy(template)
    resources = adapted["Resources"]
    adapted["Conditions"]["EventBusIsArn"] = {"Fn::Equals": ["a name", "an ARN"]}
    for logical_id in [key for key, each in resources.items() if _beyond_the_emulator(each)]:
        del resources[logical_id]
    for resource in resources.values():
        if resource["Type"] == _FUNCTION:
            resource["Properties"]["Environment"]["Variables"]["AWS_ENDPOINT_URL_STS"] = sts_url
        if resource["Type"] == _MAPPING:
            _with_a_number(resource["Properties"], template["Parameters"])
        if resource["Type"] == _API:
            resource["Properties"]["Tags"] = {"ms-custom-id": API_ID}
        if resource["Type"] in _GRANT:
            for statement in statements(resource):
                statement["Action"] = with_batches(actions(statement))
    return adapted


def with_batches(granted: list[str]) -> list[str]:
    """Each action, and what MiniStack wants besides for its batch form."""
    return granted + [_BATCHES[action] for action in granted if action in _BATCHES]


def _with_a_number(mapping: dict[str, Any], parameters: Mapping[str, Any]) -> None:
    most = mapping["ScalingConfig"]["MaximumConcurrency"]
    if isinstance(most, dict):
        mapping["ScalingConfig"]["MaximumConcurrency"] = parameters[most["Ref"]]["Default"]


def computes(resource: Mapping[str, Any]) -> bool:
    """True for an alarm of several metrics."""
    return resource["Type"] == _ALARM and "Metrics" in resource["Properties"]


def _beyond_the_emulator(resource: Mapping[str, Any]) -> bool:
    return resource["Type"] in _TLS_ONLY or computes(resource)


def statements(resource: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every statement of a policy, or of a role's inline ones, those under a condition included."""
    if resource["Type"] != "AWS::IAM::Role":
        return list(resource["Properties"]["PolicyDocument"]["Statement"])
    found = []
    for policy in resource["Properties"]["Policies"]:
        branches = policy["Fn::If"][1:] if "Fn::If" in policy else [policy]
        for branch in branches:
            found.extend(branch.get("PolicyDocument", {}).get("Statement", []))
    return found


def actions(statement: Mapping[str, Any]) -> list[str]:
    """The actions of a statement, which may be one string."""
    action = statement["Action"]
    return [action] if isinstance(action, str) else list(action)
