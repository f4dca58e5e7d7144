"""Deploys the translated template, with our binaries, through CloudFormation."""

import io
import json
import platform
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import checkout
from .certificates import EnvelopeKeys
from .emulator import Emulator
from .identities import Identities
from .problem import Problem
from .translate import API_ID, Template, adapt_to_emulator, computes, translate
from .wait import wait_until

STACK = "teamwire"
_ARTIFACTS = "artifacts"
_TEMPLATE_KEY = "template.json"
_TOPIC = f"{STACK}-told"
_COMPUTED = "computed"
"""The metric of an alarm that computes something of several."""


class DeploymentFailed(Problem):
    """CloudFormation refused the template or a resource of it."""


@dataclass(frozen=True)
class Deployment:
    """The outputs of the stack, as this machine reaches them."""

    outputs: dict[str, str]

    @property
    def notification_url(self) -> str:
        """The URL for changes."""
        return self.outputs["NotificationUrl"]

    @property
    def lifecycle_url(self) -> str:
        """The URL for lifecycle events."""
        return self.outputs["LifecycleUrl"]

    def functions(self) -> dict[str, str]:
        """The full name of each function by its name without the stack's."""
        names = [name for key, name in self.outputs.items() if key.endswith("FunctionName")]
        return {name.removeprefix(f"{STACK}-"): name for name in names}

    def queues(self) -> dict[str, str]:
        """URL of each queue by its name, without the stack's."""
        urls = [url for key, url in self.outputs.items() if key.endswith("QueueUrl")]
        return {url.rsplit(f"/{STACK}-", 1)[1]: url for url in urls}


def deploy(
    emulator: Emulator,
    identities: Identities,
    keys: EnvelopeKeys,
    simulator_url: str,
    tail: bool = False,
    other: Mapping[str, str] | None = None,
) -> Deployment:
    """Uploads the functions, creates the stack, waits for it and fills its secrets."""
    translated = translate(checkout.TEMPLATE, _ARTIFACTS, _upload(emulator))
    template = adapt_to_emulator(translated, f"{simulator_url}/sts")
    parameters = {
        "AppIds": identities.app_id,
        "Tenants": ",".join(identities.tenants),
        "EnvelopeKmsKeys": keys.kms_setting(),
        "EnvelopeKmsKeyArns": keys.kms_arn,
        "Architecture": _architecture(),
        # The functions' own role is the app's credential: there is no secret to keep.
        "Credentials": identities.federated_credentials(),
        "TailQueue": str(tail).lower(),
        "PublicUrl": emulator.api_url(API_ID),
        "AwsEndpointUrl": emulator.endpoint,
        "EntraUrl": simulator_url,
        "GraphUrl": simulator_url,
        "AlarmTopicArn": emulator.client("sns").create_topic(Name=_TOPIC)["TopicArn"],
        **(other or {}),
    }
    url = _upload_template(emulator, template)
    if bus := parameters.get("EventBus"):
        emulator.client("events").create_event_bus(Name=bus)
    outputs = _create_stack(emulator.client("cloudformation"), url, parameters)
    _allow_loops(emulator, template)
    _alarm(emulator, translated, parameters)
    fill_secrets(emulator, outputs, keys, identities)
    return Deployment(outputs)


def delete_stack(emulator: Emulator) -> None:
    """Deletes the stack, and the alarms that stand there in the place of some of its own."""
    emulator.client("cloudformation").delete_stack(StackName=STACK)
    alarms = emulator.client("cloudwatch")
    there = alarms.describe_alarms()["MetricAlarms"]
    names = [each["AlarmName"] for each in there if each["MetricName"] == _COMPUTED]
    if names:
        alarms.delete_alarms(AlarmNames=names)


def fill_secrets(
    emulator: Emulator, outputs: dict[str, str], keys: EnvelopeKeys, identities: Identities
) -> None:
    """Puts in what only an operator has."""
    secrets = emulator.client("secretsmanager")
    for output, value in (
        ("EnvelopeKeysSecretArn", keys.secret()),
        ("CredentialsSecretArn", identities.credentials_secret()),
    ):
        if output in outputs:
            secrets.put_secret_value(SecretId=outputs[output], SecretString=value)


def _upload(emulator: Emulator) -> dict[str, str]:
    s3 = emulator.client("s3")
    s3.create_bucket(Bucket=_ARTIFACTS)
    keys = {}
    for function in checkout.FUNCTIONS:
        key = f"{function}.zip"
        s3.put_object(Bucket=_ARTIFACTS, Key=key, Body=_zip(function))
        keys[f"{function.capitalize()}Function"] = key
    return keys


def _allow_loops(emulator: Emulator, template: Template) -> None:
    """MiniStack's CloudFormation leaves out this one property; its Lambda has it."""
    functions = emulator.client("lambda")
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        if setting := properties.get("RecursiveLoop"):
            name = properties["FunctionName"]["Fn::Sub"].replace("${AWS::StackName}", STACK)
            functions.put_function_recursion_config(FunctionName=name, RecursiveLoop=setting)


def _alarm(emulator: Emulator, translated: Template, parameters: Mapping[str, str]) -> None:
    """MiniStack's CloudFormation knows no alarm of several metrics. Its CloudWatch, which evaluates
    none, keeps them with one."""
    alarms = emulator.client("cloudwatch")
    for resource in translated["Resources"].values():
        # That of the relay alone depends on a condition.
        if computes(resource) and ("Condition" not in resource or "EventBus" in parameters):
            properties = resource["Properties"]
            name = properties["AlarmName"]["Fn::Sub"].replace("${AWS::StackName}", STACK)
            alarms.put_metric_alarm(
                AlarmName=name,
                Namespace="teamwire",
                MetricName=_COMPUTED,
                Statistic="Maximum",
                Period=60,
                EvaluationPeriods=properties["EvaluationPeriods"],
                Threshold=0,
                ComparisonOperator=properties["ComparisonOperator"],
                AlarmActions=[parameters["AlarmTopicArn"]],
            )


def _upload_template(emulator: Emulator, template: Template) -> str:
    # A template of more than 50 KiB is taken from a bucket alone.
    body = json.dumps(template, separators=(",", ":")).encode()
    emulator.client("s3").put_object(Bucket=_ARTIFACTS, Key=_TEMPLATE_KEY, Body=body)
    return f"{emulator.endpoint}/{_ARTIFACTS}/{_TEMPLATE_KEY}"


def write_zips(folder: Path) -> None:
    """The zip of each function in `folder`, as `make package` would have built it."""
    for function in checkout.FUNCTIONS:
        (folder / f"{function}.zip").write_bytes(_zip(function))


def _zip(function: str) -> bytes:
    # Stored, not deflated: it travels no further than this machine.
    entry = zipfile.ZipInfo("bootstrap")
    entry.external_attr = 0o755 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(entry, checkout.binary(function).read_bytes())
    return buffer.getvalue()


def _architecture() -> str:
    return "arm64" if platform.machine() in ("arm64", "aarch64") else "x86_64"


def _create_stack(
    cloudformation: Any, template_url: str, parameters: dict[str, str]
) -> dict[str, str]:
    cloudformation.create_stack(
        StackName=STACK,
        TemplateURL=template_url,
        Parameters=[
            {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
        ],
        Capabilities=["CAPABILITY_IAM"],
    )
    stack = wait_until(
        "the stack is created",
        lambda: cloudformation.describe_stacks(StackName=STACK)["Stacks"][0],
        lambda now: not now["StackStatus"].endswith("_IN_PROGRESS"),
        poll=0.05,
    )
    if stack["StackStatus"] != "CREATE_COMPLETE":
        raise DeploymentFailed(_why(cloudformation, stack))
    return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}


def _why(cloudformation: Any, stack: dict[str, Any]) -> str:
    events = cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
    failed = [event for event in events if event["ResourceStatus"].endswith("FAILED")]
    reasons = [
        f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}" for event in failed
    ]
    return "\n  ".join([f"the stack is {stack['StackStatus']}", *reasons])
