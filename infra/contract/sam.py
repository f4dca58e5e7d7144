"""The facts of infra/sam/template.yaml, as CloudFormation gets it."""

import json
import re
from pathlib import Path
from typing import Any

from local.environment import leave_the_real_account
from local.translate import Template, actions, statements, translate

from . import archive
from .facts import PARTS, Facts, bounds, flat, setting

SOURCE = Path(__file__).resolve().parents[1] / "sam"
FUNCTIONS = ("ingest", "decrypt", "hydrate", "subscriptions", "backfill", "relay")

OF_PARTS = {
    "bus": frozenset({"HasEventBus", "EventBusIsArn"}),
    "archive": frozenset({"HasArchive"}),
}
"""The conditions of what is there only where somebody asks for it."""
OF_ALL_PARTS = frozenset().union(*OF_PARTS.values())
USUAL = frozenset({"CredentialsAreSecret", "HasKmsKeys", "HasTail", "HasAccessLog"}) | OF_ALL_PARTS
FEDERATED = frozenset({"CredentialsAreFederated"})
NOTHING = {"Ref": "AWS::NoValue"}

# CloudFormation can't take them out of the other, Terraform can.
_KMS_ARNS = "EnvelopeKmsKeyArns"

_SHORT = {
    "${ClaimBucket.Arn}": "claims",
    "ClaimBucket.Arn": "claims",
    "ConfigBucket.Arn": "config",
    "${ConfigBucket.Arn}": "config",
    "ClientStateSecret.Id": "client-states",
    "EnvelopeKeysSecret.Id": "envelope-keys",
    "CredentialsSecret.Id": "credentials",
    "EnvelopeKmsKeyArns": "kms-keys",
    "EventBus": "event-bus",
}


def facts(folder: Path = SOURCE, parts: tuple[str, ...] = PARTS) -> Facts:
    """Every fact of the template, where it has a secret for credentials and keys in KMS; with these of
    the parts that it has only where somebody asks for them."""
    absent = frozenset().union(*(OF_PARTS[part] for part in PARTS if part not in parts))
    return flat(_Sam(translated(folder), USUAL - absent).nested())


def translated(folder: Path = SOURCE) -> Template:
    """The template as CloudFormation gets it."""
    leave_the_real_account()
    keys = {f"{name.capitalize()}Function": f"{name}.zip" for name in FUNCTIONS}
    return translate(folder / "template.yaml", "some-bucket", keys)


def decided(part: Any, conditions: frozenset[str]) -> Any:
    """`part` as it is where these conditions hold and no others."""
    if isinstance(part, list):
        settled = [decided(each, conditions) for each in part]
        return [each for each in settled if each != NOTHING]
    if not isinstance(part, dict):
        return part
    if "Fn::If" in part:
        condition, then, otherwise = part["Fn::If"]
        return decided(then if condition in conditions else otherwise, conditions)
    settled = {name: decided(each, conditions) for name, each in part.items()}
    return {
        name: each
        for name, each in settled.items()
        if each != NOTHING and _is_there(each, conditions)
    }


def _is_there(part: Any, conditions: frozenset[str]) -> bool:
    """A resource or an output may depend on a condition; those of statements are objects."""
    condition = part.get("Condition") if isinstance(part, dict) else None
    return not isinstance(condition, str) or condition in conditions


def granted(template: Template, role: str) -> dict[str, set[str]]:
    """The actions that a role is allowed, by resource: by its own policies, by those that it
    names and by those that name it.
    """
    resources = template["Resources"]
    found = statements(resources[role])
    for managed in resources[role]["Properties"].get("ManagedPolicyArns", []):
        found += resources[managed["Ref"]]["Properties"]["PolicyDocument"]["Statement"]
    for policy in resources.values():
        names = policy.get("Properties", {}).get("Roles", [])
        if policy["Type"] == "AWS::IAM::Policy" and {"Ref": role} in names:
            found += policy["Properties"]["PolicyDocument"]["Statement"]
    grants: dict[str, set[str]] = {}
    for statement in found:
        if statement["Effect"] != "Allow":
            raise AssertionError(f"{role} has more than grants")
        targets = statement["Resource"]
        for target in targets if isinstance(targets, list) else [targets]:
            grants.setdefault(named(target), set()).update(actions(statement))
    return grants


def named(resource: Any) -> str:
    """A short form of what an IAM statement points at."""
    if isinstance(resource, str):
        return resource
    ((function, argument),) = resource.items()
    if function == "Fn::GetAtt":
        return ".".join(argument)
    if function == "Fn::Split":
        return str(argument[1]["Ref"])
    return str(argument)


class _Sam:
    def __init__(self, whole: Template, conditions: frozenset[str]) -> None:
        self._whole = whole
        self._conditions = conditions
        self._resources = decided(whole, conditions)["Resources"]
        self._functions = [
            name for name in FUNCTIONS if f"{name.capitalize()}Function" in self._resources
        ]

    def nested(self) -> dict[str, Any]:
        return {
            "setting": self._settings(),
            "bounds": self._bounds(),
            "api": self._api(),
            "function": {name: self._function(name) for name in self._functions},
            "mapping": self._mappings(),
            "queue": self._queues(),
            "grant": {name: self._grants(name) for name in self._functions},
            "federated": self._federated(),
            "bucket": self._buckets(),
            "web_identity": self._web_identity(),
            "secret": self._secrets(),
            "schedule": self._schedule(),
            "alarm": self._alarms(),
            "every_alarm": self._every_alarm(),
            "sum": self._sums(),
            "dashboard": self._dashboard(),
            **self._archive(),
        }

    def _archive(self) -> dict[str, Any]:
        if "HasArchive" not in self._conditions:
            return {}

        def resources(more: set[str]) -> dict[str, Any]:
            found: dict[str, Any] = decided(self._whole, self._conditions | more)["Resources"]
            return found

        return {"archive": archive.of_sam(resources)}

    def _of(self, kind: str) -> dict[str, dict[str, Any]]:
        return {
            name: each["Properties"]
            for name, each in self._resources.items()
            if each["Type"] == f"AWS::{kind}" and not self._is_of_the_archive(name, kind)
        }

    def _is_of_the_archive(self, name: str, kind: str) -> bool:
        """Alarms are among all alarms; the rest has a section of its own."""
        return name.startswith("Archive") and kind != "CloudWatch::Alarm"

    def _settings(self) -> dict[str, Any]:
        return {
            _kebab(name): setting(parameter["Default"])
            for name, parameter in self._whole["Parameters"].items()
            if not parameter["Description"].startswith("Local run only") and name != _KMS_ARNS
        }

    def _bounds(self) -> dict[str, str]:
        return {
            _kebab(name): bounds(parameter.get("MinValue"), parameter.get("MaxValue"))
            for name, parameter in self._whole["Parameters"].items()
            if parameter["Type"] == "Number"
        }

    def _by_default(self, value: Any) -> Any:
        """The default of a parameter; other values as they are."""
        return self._whole["Parameters"][value["Ref"]]["Default"] if _is_ref(value) else value

    def _api(self) -> dict[str, Any]:
        (stage,) = self._of("ApiGatewayV2::Stage").values()
        (integration,) = self._of("ApiGatewayV2::Integration").values()
        throttle = stage["DefaultRouteSettings"]
        return {
            "routes": [each["RouteKey"] for each in self._of("ApiGatewayV2::Route").values()],
            "rate": self._by_default(throttle["ThrottlingRateLimit"]),
            "burst": throttle["ThrottlingBurstLimit"],
            "detailed_metrics": throttle["DetailedMetricsEnabled"],
            "timeout_milliseconds": integration["TimeoutInMillis"],
            "payload": integration["PayloadFormatVersion"],
            "access_log": list(json.loads(stage["AccessLogSettings"]["Format"]).values()),
            "log_days": self._of("Logs::LogGroup")["ApiLog"]["RetentionInDays"],
        }

    def _function(self, name: str) -> dict[str, Any]:
        title = name.capitalize()
        function = self._of("Lambda::Function")[f"{title}Function"]
        whole = self._whole["Resources"][f"{title}Function"]["Properties"]
        retries = [
            each["MaximumRetryAttempts"]
            for each in self._of("Lambda::EventInvokeConfig").values()
            if each["FunctionName"] == {"Ref": f"{title}Function"}
        ]
        return {
            "timeout": function["Timeout"],
            "memory": function["MemorySize"],
            "runtime": function["Runtime"],
            "handler": function["Handler"],
            "tracing": self._by_default(function["TracingConfig"]["Mode"]),
            "recursive_loop": function.get("RecursiveLoop", "Terminate"),
            "log_format": function["LoggingConfig"]["LogFormat"],
            "log_levels": [
                f"{function['LoggingConfig'].get('ApplicationLogLevel')} of ours",
                f"{function['LoggingConfig'].get('SystemLogLevel')} of Lambda",
            ],
            "log_days": self._of("Logs::LogGroup")[f"{title}Log"]["RetentionInDays"],
            "variables": list(whole["Environment"]["Variables"]),
            **{"async_retries": each for each in retries},
            **_reserved(whole.get("ReservedConcurrentExecutions")),
        }

    def _mappings(self) -> dict[str, Any]:
        return {
            _queue(each["EventSourceArn"]["Fn::GetAtt"][0]): {
                "function": each["FunctionName"]["Ref"].removesuffix("Function").lower(),
                "batch": each["BatchSize"],
                "window": each["MaximumBatchingWindowInSeconds"],
                "responses": each.get("FunctionResponseTypes", []),
                "concurrency": self._by_default(each["ScalingConfig"]["MaximumConcurrency"]),
            }
            for each in self._of("Lambda::EventSourceMapping").values()
        }

    def _queues(self) -> dict[str, Any]:
        tls = self._tls_only("SQS::QueuePolicy")
        found = {}
        for logical, queue in self._of("SQS::Queue").items():
            redrive, allow = queue.get("RedrivePolicy"), queue.get("RedriveAllowPolicy")
            fact = found[_queue(logical)] = {
                "retention": queue["MessageRetentionPeriod"],
                "message_bytes": queue["MaximumMessageSize"],
                "encrypted": queue["SqsManagedSseEnabled"],
                "tls_only": logical in tls,
            }
            if "VisibilityTimeout" in queue:
                fact["visibility"] = queue["VisibilityTimeout"]
            if redrive:
                fact["receives"] = redrive["maxReceiveCount"]
                fact["dead_letters"] = _queue(redrive["deadLetterTargetArn"]["Fn::GetAtt"][0])
            if allow:
                fact["redrive_from"] = _redrive_from(allow)
        return found

    def _tls_only(self, kind: str) -> set[str]:
        guarded = set()
        for policy in self._of(kind).values():
            (statement,) = policy["PolicyDocument"]["Statement"]
            refused = {"Bool": {"aws:SecureTransport": "false"}}
            if statement["Effect"] == "Deny" and statement["Condition"] == refused:
                (target,) = policy.get("Queues", [policy.get("Bucket")])
                guarded.add(target["Ref"])
        return guarded

    def _grants(self, name: str) -> dict[str, list[str]]:
        decided_template = {"Resources": self._resources}
        role = granted(decided_template, f"{name.capitalize()}Role")
        return {_target(target): sorted(each) for target, each in role.items()}

    def _federated(self) -> dict[str, list[str]]:
        """The additional permissions of roles where credentials hold no secret."""
        federated = self._conditions - {"CredentialsAreSecret"} | {"CredentialsAreFederated"}
        template = {"Resources": decided(self._whole, federated)["Resources"]}
        found: dict[str, set[str]] = {"roles": set(), "actions": set()}
        for name in self._functions:
            usual = self._grants(name)
            for target, allowed in granted(template, f"{name.capitalize()}Role").items():
                if besides := allowed - set(usual.get(_target(target), [])):
                    found["roles"].add(name)
                    found["actions"] |= besides
        return {name: sorted(each) for name, each in found.items()}

    def _buckets(self) -> dict[str, Any]:
        tls = self._tls_only("S3::BucketPolicy")
        found = {}
        for logical, bucket in self._of("S3::Bucket").items():
            encryption = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]
            rules = bucket["LifecycleConfiguration"]["Rules"]
            found[{"ClaimBucket": "claims", "ConfigBucket": "config"}[logical]] = {
                "encrypted": encryption["ServerSideEncryptionByDefault"]["SSEAlgorithm"],
                "private": set(bucket["PublicAccessBlockConfiguration"].values()) == {True},
                "tls_only": logical in tls,
                "versioned": "VersioningConfiguration" in bucket,
                "days": [each["ExpirationInDays"] for each in rules if "ExpirationInDays" in each],
                "old_days": [
                    each["NoncurrentVersionExpiration"]["NoncurrentDays"]
                    for each in rules
                    if "NoncurrentVersionExpiration" in each
                ],
            }
        return found

    def _web_identity(self) -> dict[str, list[str]]:
        resources = decided(self._whole, FEDERATED)["Resources"]
        properties = resources["GraphCredentialsOfRole"]["Properties"]
        (statement,) = properties["PolicyDocument"]["Statement"]
        return {
            "roles": [each["Ref"].removesuffix("Role").lower() for each in properties["Roles"]],
            "condition": [
                f"{operator} {key} {value}"
                for operator, keys in statement["Condition"].items()
                for key, value in keys.items()
            ],
        }

    def _secrets(self) -> dict[str, dict[str, Any]]:
        found = {}
        for name, secret in self._resources.items():
            if secret["Type"] == "AWS::SecretsManager::Secret":
                # An empty object is what functions take no value for, too.
                first = "none" if secret["Properties"].get("SecretString") == "{}" else "other"
                generated = "GenerateSecretString" in secret["Properties"]
                policies = [secret.get("DeletionPolicy"), secret.get("UpdateReplacePolicy")]
                found[_kebab(name.removesuffix("Secret"))] = {
                    "first_value": "generated" if generated else first,
                    "kept": policies == ["Retain", "Retain"],
                }
        return found

    def _schedule(self) -> dict[str, Any]:
        (rule,) = self._of("Events::Rule").values()
        (target,) = rule["Targets"]
        return {
            "rate": rule["ScheduleExpression"]["Fn::Sub"].replace("${ReconcileMinutes}", "N"),
            "minutes": self._whole["Parameters"]["ReconcileMinutes"]["Default"],
            "function": target["Arn"]["Fn::GetAtt"][0].removesuffix("Function").lower(),
            "order": json.loads(target["Input"]),
        }

    def _alarms(self) -> dict[str, str]:
        found = {}
        for each in self._of("CloudWatch::Alarm").values():
            name = each["AlarmName"]["Fn::Sub"].removeprefix("${AWS::StackName}-")
            periods = each["EvaluationPeriods"]
            found[name] = (
                f"{_measured(each)} {each['ComparisonOperator']} {each['Threshold']}, "
                f"{each.get('DatapointsToAlarm', periods)} of {periods}, "
                f"missing is {each['TreatMissingData']}"
            )
        return found

    def _every_alarm(self) -> dict[str, bool]:
        alarms = list(self._of("CloudWatch::Alarm").values())
        topic = decided(self._whole, self._conditions | {"HasAlarmTopic"})["Resources"].values()
        told = [each["Properties"] for each in topic if each["Type"] == "AWS::CloudWatch::Alarm"]
        tells = [{"Ref": "AlarmTopicArn"}]
        return {
            "tells_the_topic": all(
                each.get("AlarmActions") == each.get("OKActions") == tells for each in told
            ),
            "names_its_section_of_the_runbook": all(
                each["AlarmDescription"].endswith(
                    each["AlarmName"]["Fn::Sub"].replace("${AWS::StackName}-", " docs/RUNBOOK.md#")
                )
                for each in alarms
            ),
        }

    def _sums(self) -> dict[str, str]:
        found = {}
        for each in self._of("Logs::MetricFilter").values():
            (to,) = each["MetricTransformations"]
            (dimension,) = to["Dimensions"]
            log = each["LogGroupName"]["Ref"].removesuffix("Log").lower()
            found[to["MetricName"]] = (
                f"{to['MetricNamespace']} {each['FilterPattern']} {to['MetricValue']} "
                f"by {dimension['Key']} {dimension['Value']} of {log}"
            )
        return found

    def _dashboard(self) -> dict[str, Any]:
        (dashboard,) = self._of("CloudWatch::Dashboard").values()
        body, parts = dashboard["DashboardBody"]["Fn::Sub"]
        for name, part in parts.items():
            body = body.replace(f"${{{name}}}", part["Fn::Sub"] if part else "")
        body = json.loads(body)
        widgets = sorted(body["widgets"], key=lambda each: (each["y"], each["x"]))
        (alarms,) = [each["properties"]["alarms"] for each in widgets if each["type"] == "alarm"]
        return {
            "widgets": [each["properties"]["title"] for each in widgets],
            "shows": {
                each["properties"]["title"]: [
                    _shown(each["properties"]["stat"], metric)
                    for metric in each["properties"]["metrics"]
                ]
                for each in widgets
                if each["type"] == "metric"
            },
            "alarms": [name.partition(":alarm:${AWS::StackName}-")[2] for name in alarms],
        }


def _reserved(written: Any) -> dict[str, str]:
    """The setting that a share of the account's concurrency comes from, where there is one."""
    if written is None:
        return {}
    _, value, _ = written["Fn::If"]
    return {"reserved": _kebab(value["Ref"])}


def _is_ref(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"Ref"}


def _measured(alarm: dict[str, Any]) -> str:
    if "Metrics" in alarm:
        whole, *parts = alarm["Metrics"]
        return f"{whole['Expression']}, {' '.join(sorted(_part(part) for part in parts))}"
    dimensions = [f"{one['Name']}={_dimension(one['Value'])}" for one in alarm["Dimensions"]]
    statistic = alarm.get("Statistic") or alarm["ExtendedStatistic"]
    metric = f"{alarm['Namespace']} {alarm['MetricName']} {' '.join(dimensions)}"
    return f"{statistic} of {metric} in {alarm['Period']} s"


def _part(part: dict[str, Any]) -> str:
    measured, metric = part["MetricStat"], part["MetricStat"]["Metric"]
    (dimension,) = metric["Dimensions"]
    return (
        f"{part['Id']}={measured['Stat']} of {metric['Namespace']} {metric['MetricName']} "
        f"{dimension['Name']}={_dimension(dimension['Value'])} in {measured['Period']} s"
    )


def _dimension(value: Any) -> str:
    if isinstance(value, str):
        return value
    ((function, argument),) = value.items()
    return _referred(argument) if function == "Ref" else _queue(argument[0])


def _referred(logical: str) -> str:
    if logical == "NotificationApi":
        return "api"
    # By its full name, which the stack's name begins.
    return f"STACK-{re.sub('(Function|Stream)$', '', logical).lower()}"


def _shown(statistic: str, metric: list[Any]) -> str:
    said = []
    for part in metric:
        if isinstance(part, dict):
            statistic = part.get("stat", statistic)
        elif place := re.fullmatch(r"\$\{(\w+)(\.QueueName)?\}", part):
            said.append(_queue(place[1]) if place[2] else _referred(place[1]))
        else:
            said.append(part)
    return f"{statistic} of {' '.join(said)}"


def _redrive_from(allow: dict[str, Any]) -> str:
    if allow["redrivePermission"] != "byQueue":
        return str(allow["redrivePermission"])
    (arn,) = allow["sourceQueueArns"]
    return str(arn["Fn::Sub"]).rpartition(":${AWS::StackName}-")[2]


def _queue(logical: str) -> str:
    return _kebab(logical.removesuffix("Queue"))


def _target(target: str) -> str:
    for long, short in _SHORT.items():
        if target == long:
            return short
        if target.startswith(f"{long}/"):
            return short + target.removeprefix(long)
    logical, attribute = target.partition(".")[::2]
    if attribute == "Arn" and logical.endswith("Log"):
        return "log"
    return _queue(logical) if attribute == "Arn" else target


def _kebab(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"-\1", name).lower()
