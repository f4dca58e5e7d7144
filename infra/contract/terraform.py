"""The facts of infra/terraform, read without Terraform."""

import re
from pathlib import Path
from typing import Any

from . import archive
from .facts import PARTS, Facts, bounds, flat, setting
from .hcl import Attributes, Module

SOURCE = Path(__file__).resolve().parents[1] / "terraform"
FUNCTIONS = ("ingest", "decrypt", "hydrate", "subscriptions", "backfill", "relay")

# The stack's name and the zips are SAM's own arguments; the last is for the local run only.
_NOT_OF_BOTH = ("name", "package_dir", "stand_ins")

_VARIABLE = re.compile(r"\b((?:TEAMWIRE|RUST|AWS)_[A-Z_]+)\s*=")
_REFUSES_HTTP = re.compile(
    r'Effect = "Deny".*Condition = \{Bool = \{"aws:SecureTransport" = "false"\}\}', re.DOTALL
)
# Secrets Manager's own limit.
_LONGEST_RECOVERY_DAYS = 30
_CONDITION = re.compile(r'"?([\w:]+)"? = \{"([\w:]+)" = "([^"]+)"\}')
_LOCAL = re.compile(r"\blocal\.(\w+)")
_ROWS_OF_PARTS = re.compile(
    r"if widget\.y < (\d+) \|\| \(widget\.y < (\d+) \? local\.has_event_bus : local\.has_archive\)"
)
_BY_NAME = re.compile(r"\$\{var\.name\}-(\w+)")
_WHERE_THERE = re.compile(r'try\(\["(.+)"\], \[\]\)')
_EVENT_BUS = re.compile(
    r'startswith\(var\.event_bus, "arn:"\) \? var\.event_bus : "arn:.+:event-bus/\$\{var\.event_bus\}"'
)
_REFERENCE = re.compile(
    r'(\w+)\.(\w+)(?:\["([\w-]+)"\])?(?:\[\*\])?\.(?:arn|function_name|name|id|url)'
)


def facts(folder: Path = SOURCE, parts: tuple[str, ...] = PARTS) -> Facts:
    """Every fact of the module with its variables as they are by default, but with these of the parts
    that it has only where somebody asks for them."""
    return flat(_Terraform(Module(folder, parts)).nested())


class _Terraform:
    def __init__(self, module: Module) -> None:
        self._module = module
        self._functions = [name for name in FUNCTIONS if name in module.locals["functions"]]

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
            "bucket": {name: self._bucket(name) for name in ("claims", "config")},
            "web_identity": self._web_identity(),
            "secret": self._secrets(),
            "schedule": self._schedule(),
            "alarm": self._alarms(),
            "every_alarm": self._every_alarm(),
            "sum": self._sums(),
            "dashboard": self._dashboard(),
            **({"archive": archive.of_terraform(self._module)} if "archive" in self._module.parts else {}),
        }

    def _one(self, kind: str, name: str | None = None, key: str = "") -> Attributes:
        instances = self._module.of(kind, name)
        return next(each for (_, of), each in instances.items() if of == key)

    def _settings(self) -> dict[str, Any]:
        return {
            name.replace("_", "-"): setting(default)
            for name, default in self._module.defaults().items()
            if name not in _NOT_OF_BOTH
        }

    def _bounds(self) -> dict[str, str]:
        found = {}
        for name, condition in self._module.conditions().items():
            least = re.search(rf"\bvar\.{name} >= (\d+)", condition)
            most = re.search(rf"\bvar\.{name} <= (\d+)", condition)
            if least:
                found[name.replace("_", "-")] = bounds(int(least[1]), int(most[1]) if most else None)
        return found

    def _api(self) -> dict[str, Any]:
        stage = self._one("aws_apigatewayv2_stage")
        integration = self._one("aws_apigatewayv2_integration")
        (throttle,) = stage["default_route_settings"]
        routes = self._module.of("aws_apigatewayv2_route").values()
        return {
            "routes": [each["route_key"] for each in routes],
            "rate": throttle["throttling_rate_limit"],
            "burst": throttle["throttling_burst_limit"],
            "detailed_metrics": throttle["detailed_metrics_enabled"],
            "timeout_milliseconds": integration["timeout_milliseconds"],
            "payload": integration["payload_format_version"],
            "access_log": list(self._module.local("access_log").values()),
            "log_days": self._one("aws_cloudwatch_log_group", "api")["retention_in_days"],
        }

    def _function(self, name: str) -> dict[str, Any]:
        function = self._one("aws_lambda_function", "function", name)
        retries = [
            each["maximum_retry_attempts"]
            for each in self._module.of("aws_lambda_function_event_invoke_config").values()
            if f'["{name}"]' in each["function_name"]
        ]
        loops = [
            each["recursive_loop"]
            for (_, of), each in self._module.of("aws_lambda_function_recursion_config").items()
            if of == name
        ]
        return {
            "timeout": function["timeout"],
            "memory": function["memory_size"],
            "runtime": function["runtime"],
            "handler": function["handler"],
            "tracing": function["tracing_config"][0]["mode"],
            "recursive_loop": loops[0] if loops else "Terminate",
            "log_format": function["logging_config"][0]["log_format"],
            "log_levels": [
                f"{function['logging_config'][0].get('application_log_level')} of ours",
                f"{function['logging_config'][0].get('system_log_level')} of Lambda",
            ],
            "log_days": self._one("aws_cloudwatch_log_group", "function", name)[
                "retention_in_days"
            ],
            "variables": sorted(self._names(self._module.local("variables")[name])),
            **{"async_retries": each for each in retries},
            **_reserved(name, function["reserved_concurrent_executions"]),
        }

    def _names(self, written: Any) -> set[str]:
        if isinstance(written, dict):
            return {name for name in written if name.isupper()}
        names = set(_VARIABLE.findall(written))
        for local in _LOCAL.findall(written):
            if isinstance(self._module.locals.get(local), dict):
                names |= self._names(self._module.local(local))
        return names

    def _mappings(self) -> dict[str, Any]:
        mappings = self._module.of("aws_lambda_event_source_mapping").values()
        return {
            _target(each["event_source_arn"]): {
                "function": _target(each["function_name"]),
                "batch": each["batch_size"],
                "window": each["maximum_batching_window_in_seconds"],
                "responses": each.get("function_response_types", []),
                "concurrency": each["scaling_config"][0]["maximum_concurrency"],
            }
            for each in mappings
        }

    def _queues(self) -> dict[str, Any]:
        policy = self._one_policy("aws_sqs_queue_policy", "only_tls")
        guarded = _REFUSES_HTTP.search(policy["policy"])
        behind = str(self._module.locals["all_queues"])
        allowed = {
            _target(each["queue_url"]): _redrive_from(each["redrive_allow_policy"])
            for each in self._module.of("aws_sqs_queue_redrive_allow_policy").values()
        }
        found = {}
        for (resource, key), queue in self._module.of("aws_sqs_queue").items():
            if resource == "archive_dead_letters":
                continue
            name = {"work": key, "dead_letters": f"{key}-dead-letters"}.get(resource, resource)
            fact = found[name] = {
                "retention": queue["message_retention_seconds"],
                "message_bytes": queue["max_message_size"],
                "encrypted": queue["sqs_managed_sse_enabled"],
                "tls_only": bool(guarded) and f"aws_sqs_queue.{resource}" in behind,
            }
            if "visibility_timeout_seconds" in queue:
                fact["visibility"] = queue["visibility_timeout_seconds"]
            if redrive := queue.get("redrive_policy"):
                (receives,) = re.findall(r"maxReceiveCount = (\d+)", redrive)
                (target,) = re.findall(r"deadLetterTargetArn = ([^,}]+)", redrive)
                fact["receives"] = int(receives)
                fact["dead_letters"] = _target(target)
            if allow := allowed.get(name) or queue.get("redrive_allow_policy"):
                fact["redrive_from"] = _redrive_from(allow) if "(" in allow else allow
        return found

    def _one_policy(self, kind: str, name: str) -> Attributes:
        return next(iter(self._module.of(kind, name).values()), {"policy": ""})

    def _grants(self, name: str) -> dict[str, list[str]]:
        grants: dict[str, set[str]] = {}
        for grant in self._module.local("grants")[name]:
            on = grant["on"] if isinstance(grant["on"], list) else [grant["on"]]
            for target in on:
                grants.setdefault(_target(target, name), set()).update(grant["actions"])
        return {target: sorted(each) for target, each in grants.items()}

    def _federated(self) -> dict[str, list[str]]:
        """The additional permissions of roles where credentials hold no secret."""
        policies = self._module.of("aws_iam_role_policy", "graph_credentials")
        actions = re.findall(r'Action = "([\w:]+)"', "".join(each["policy"] for each in policies.values()))
        return {"roles": sorted(role for _, role in policies), "actions": sorted(set(actions))}

    def _bucket(self, name: str) -> dict[str, Any]:
        encryption = self._one(
            "aws_s3_bucket_server_side_encryption_configuration", "bucket", name
        )
        private = self._one("aws_s3_bucket_public_access_block", "bucket", name)
        policies = self._module.of("aws_s3_bucket_policy")
        policy = policies.get(("only_tls", name), {"policy": ""})
        rules = self._one("aws_s3_bucket_lifecycle_configuration", name)["rule"]
        (default,) = encryption["rule"][0]["apply_server_side_encryption_by_default"]
        return {
            "encrypted": default["sse_algorithm"],
            "private": {each for what, each in private.items() if what != "bucket"} == {True},
            "tls_only": bool(_REFUSES_HTTP.search(policy["policy"])),
            "versioned": any(of == name for of, _ in self._module.of("aws_s3_bucket_versioning")),
            "days": [each["expiration"][0]["days"] for each in rules if "expiration" in each],
            "old_days": [
                each["noncurrent_version_expiration"][0]["noncurrent_days"]
                for each in rules
                if "noncurrent_version_expiration" in each
            ],
        }

    def _web_identity(self) -> dict[str, list[str]]:
        written = self._module.written("aws_iam_role_policy", "graph_credentials")
        condition = written["policy"].partition("Condition = ")[2]
        return {
            "roles": re.findall(r'"(\w+)"', written["for_each"].partition(": toset(")[2]),
            "condition": [
                f"{operator} {key} {value}" for operator, key, value in _CONDITION.findall(condition)
            ],
        }

    def _secrets(self) -> dict[str, dict[str, Any]]:
        generated = _target(self._module.modules["client_state_key"]["secret_id"])
        versions = self._module.of("aws_secretsmanager_secret_version").values()
        others = {_target(each["secret_id"]) for each in versions}
        found = {}
        for (name, _), secret in self._module.of("aws_secretsmanager_secret").items():
            called = _target(f"aws_secretsmanager_secret.{name}.id")
            first = "generated" if called == generated else "none"
            found[name.replace("_", "-")] = {
                "first_value": "other" if called in others or len(others) > 1 else first,
                "kept": secret["recovery_window_in_days"] == _LONGEST_RECOVERY_DAYS,
            }
        return found

    def _schedule(self) -> dict[str, Any]:
        rule = self._one("aws_cloudwatch_event_rule", "reconcile")
        target = self._one("aws_cloudwatch_event_target", "reconcile")
        order = re.findall(r'(\w+) = "(\w+)"', target["input"])
        return {
            "rate": rule["schedule_expression"].replace("${var.reconcile_minutes}", "N"),
            "minutes": self._module.default("reconcile_minutes"),
            "function": _target(target["arn"]),
            "order": dict(order),
        }

    def _alarms(self) -> dict[str, str]:
        found = {}
        for (_, key), each in self._module.of("aws_cloudwatch_metric_alarm").items():
            name = each["alarm_name"].removeprefix("${var.name}-")
            periods = each["evaluation_periods"]
            found[name] = (
                f"{self._measured(each, key)} {each['comparison_operator']} {each['threshold']}, "
                f"{each.get('datapoints_to_alarm', periods)} of {periods}, "
                f"missing is {each['treat_missing_data']}"
            )
        return found

    def _every_alarm(self) -> dict[str, bool]:
        alarms = list(self._module.of("aws_cloudwatch_metric_alarm").values())
        tells = str(self._module.locals["told"])
        return {
            "tells_the_topic": "[var.alarm_topic_arn]" in tells
            and all(
                str(each.get(when)) in ("local.told", tells[2:-1])
                for each in alarms
                for when in ("alarm_actions", "ok_actions")
            ),
            "names_its_section_of_the_runbook": all(
                each["alarm_description"].endswith(
                    each["alarm_name"].replace("${var.name}-", " docs/RUNBOOK.md#")
                )
                for each in alarms
            ),
        }

    def _measured(self, alarm: Attributes, key: str) -> str:
        if "metric_query" in alarm:
            return self._balance(alarm, key) if key else self._sum_of_functions(alarm)
        dimensions = [f"{name}={_target(each)}" for name, each in alarm["dimensions"].items()]
        statistic = alarm.get("statistic") or alarm["extended_statistic"]
        metric = f"{alarm['namespace']} {alarm['metric_name']} {' '.join(dimensions)}"
        return f"{statistic} of {metric} in {alarm['period']} s"

    def _balance(self, alarm: Attributes, key: str) -> str:
        counters = self._module.local("counters")[key]
        names = [counters["whole"], *counters["parts"]]
        (whole,) = alarm["metric_query"]
        form = r'ABS\(.*join\(" - ".*FILL\(\$\{counter\}, 0\).*\}\)( - FILL\(\w+, 0\) / \d+)'
        less = re.fullmatch(form, whole["expression"])
        expression = " - ".join(f"FILL({name}, 0)" for name in names)
        (dynamic,) = alarm["dynamic"]
        (part,) = dynamic["metric_query"]["content"]
        (metric,) = part["metric"]
        each = (
            f"{metric['stat']} of {metric['namespace']} {{}} "
            f"function={_target(metric['dimensions']['function'])} in {metric['period']} s"
        )
        parts = " ".join(f"{name}={each.format(name)}" for name in sorted(names))
        return f"ABS({expression}){less[1]}, {parts}" if less else str(whole["expression"])

    def _sum_of_functions(self, alarm: Attributes) -> str:
        """One metric of the functions that call themselves, added up."""
        (whole,), (dynamic,) = alarm["metric_query"], alarm["dynamic"]
        form = 'join(" + ", [for name in local.recursive : "FILL(${name}, 0)"])'
        if whole["expression"].strip("${}") != form.strip("${}"):
            return str(whole["expression"])
        (part,) = dynamic["metric_query"]["content"]
        (metric,) = part["metric"]
        ((dimension, value),) = metric["dimensions"].items()
        of = value.replace("metric_query.value", '"{}"')
        measured = f"{metric['stat']} of {metric['namespace']} {metric['metric_name']} {dimension}"
        functions = self._module.local("recursive")
        parts = [
            f"{name}={measured}={_target(of.format(name))} in {metric['period']} s"
            for name in sorted(functions)
        ]
        return f"{' + '.join(f'FILL({name}, 0)' for name in functions)}, {' '.join(parts)}"

    def _sums(self) -> dict[str, str]:
        found = {}
        for each in self._module.of("aws_cloudwatch_log_metric_filter").values():
            (to,) = each["metric_transformation"]
            ((name, value),) = to["dimensions"].items()
            found[to["name"]] = (
                f"{to['namespace']} {each['pattern']} {to['value']} by {name} {value} "
                f"of {_target(each['log_group_name'])}"
            )
        return found

    def _dashboard(self) -> dict[str, Any]:
        body = self._one("aws_cloudwatch_dashboard")["dashboard_body"]
        rows = _ROWS_OF_PARTS.search(body)
        shown = {part: rows is None or part in self._module.parts for part in PARTS}

        def is_there(y: int) -> bool:
            if rows is None or y < int(rows[1]):
                return True
            return shown["bus" if y < int(rows[2]) else "archive"]

        widgets = [each for each in self._module.local("widgets") if is_there(each["y"])]
        widgets.sort(key=lambda each: (each["y"], each["x"]))
        alarms = self._module.of("aws_cloudwatch_metric_alarm")
        shown = str(self._module.locals["alarm_arns"])
        return {
            "widgets": re.findall(r'title = "(Alarms)"', body)
            + [each["title"] for each in widgets],
            "shows": {
                each["title"]: [_shown(each["stat"], metric) for metric in each["metrics"]]
                for each in widgets
            },
            "alarms": [
                each["alarm_name"].removeprefix("${var.name}-")
                for (resource, _), each in alarms.items()
                if f"aws_cloudwatch_metric_alarm.{resource}" in shown
            ],
        }


def _shown(statistic: str, metric: list[Any]) -> str:
    said = []
    for part in metric:
        if isinstance(part, dict):
            statistic = part.get("stat", statistic)
        else:
            said.append(_target(part))
    return f"{statistic} of {' '.join(said)}"


def _reserved(function: str, written: str) -> dict[str, str]:
    """The setting that a share of the account's concurrency comes from, where there is one."""
    found = re.match(r'"(\w+)" == "(\w+)" && var\.(\w+) > 0 \? var\.(\w+) : -1', written)
    if found is None:
        return {"reserved": written}
    itself, whose, asked, given = found.groups()
    if itself != whose:
        return {}
    return {"reserved": given.replace("_", "-")} if asked == given else {"reserved": written}


def _redrive_from(written: str) -> str:
    if 'redrivePermission = "byQueue"' in written:
        (arn,) = re.findall(r"sourceQueueArns = \[([^,]+)\]\}", written)
        return _target(arn)
    return re.findall(r'redrivePermission = "(\w+)"', written)[0]


def _target(written: str, own: str | None = None) -> str:
    """A resource as the contract calls it: by its name, and what follows in it."""
    if written == "values(var.envelope_kms_keys)":
        return "kms-keys"
    if _EVENT_BUS.fullmatch(written):
        return "event-bus"
    if named := _BY_NAME.fullmatch(written):
        return f"STACK-{named[1]}"
    # Where there is one, as all of it: written as a list that is empty without.
    if there := _WHERE_THERE.fullmatch(written):
        written = there[1]
    found = _REFERENCE.search(written)
    if not found:
        return written
    kind, name, key = found.groups()
    after = written[found.end() :].removeprefix("}")
    if kind == "aws_cloudwatch_log_group":
        return "log" if own == key and after == ":*" else str(key)
    if kind == "aws_secretsmanager_secret":
        return {"client_state": "client-states"}.get(name, name.replace("_", "-"))
    if kind == "aws_lambda_function" and written.rstrip("}").endswith(".function_name"):
        # By its full name, which the stack's name begins.
        return f"STACK-{key}"
    if kind == "aws_apigatewayv2_api":
        return "api"
    if name == "dead_letters":
        return f"{key}-dead-letters"
    if name == "archive_dead_letters":
        return "archive-dead-letters"
    return f"{key or name}{after}"
