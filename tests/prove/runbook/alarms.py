"""The alarms of the template, and whether their condition is true by what can be seen locally.

MiniStack keeps alarms and evaluates none. So their own thresholds are held against queues and
against the metric lines that the functions write, since a situation began instead of over a period.
"""

import functools
import json
import time
from dataclasses import dataclass
from typing import Any

from contract.sam import USUAL, decided, translated
from local.deploy import STACK
from local.queues import waiting
from local.stack import Stack

_NAME = "${AWS::StackName}-"
_TOLD_AGAIN = {
    "secret-unavailable",
    "secret-unusable",
    "keys-unavailable",
    "claims-unavailable",
    "queue-refused",
    "unwritable",
    "deadline",
}
"""Answers that are 5xx."""
_AGED_SECONDS = 3.0
"""The age of a message here, where nothing takes it. The threshold is a matter of waiting."""


@functools.cache
def defined() -> dict[str, dict[str, Any]]:
    """The properties of every alarm of the template, by its name without the stack's."""
    whole = translated()
    found = {}
    for template in (whole, decided(whole, USUAL)):
        for resource in template["Resources"].values():
            if resource["Type"] == "AWS::CloudWatch::Alarm":
                name = resource["Properties"]["AlarmName"]["Fn::Sub"]
                found[name.removeprefix(_NAME)] = resource["Properties"]
    return found


@dataclass(frozen=True)
class Reading:
    """The reading of an alarm's condition."""

    breaching: bool
    text: str


class Alarms:
    """Evaluates them on a running stack."""

    def __init__(self, running: Stack) -> None:
        self._running = running
        self._logs = running.emulator.client("logs")
        self._alarms = defined()

    @property
    def names(self) -> set[str]:
        """All there are, without the stack's name."""
        return set(self._alarms)

    def read(self, name: str, since: float) -> Reading:
        """The condition of one alarm, by what happened after `since` (seconds since 1970)."""
        alarm = self._alarms[name]
        if "Metrics" in alarm:
            return self._law(alarm, since)
        metric = str(alarm["MetricName"])
        values = self._values(alarm, metric, since)
        value = _statistic(str(alarm["Statistic"]), values)
        threshold = float(alarm["Threshold"])
        if metric == "ApproximateAgeOfOldestMessage":
            old = value is not None and value >= _AGED_SECONDS
            shown = "nothing waits" if value is None else f"{value:.0f} s and growing"
            return Reading(old, f"{metric}: {shown} (goes off at {threshold:.0f})")
        if value is None:
            missing = alarm.get("TreatMissingData") == "breaching"
            return Reading(missing, f"{metric}: no data")
        operator = str(alarm["ComparisonOperator"])
        breaching = {
            "GreaterThanThreshold": value > threshold,
            "GreaterThanOrEqualToThreshold": value >= threshold,
            "LessThanThreshold": value < threshold,
            "LessThanOrEqualToThreshold": value <= threshold,
        }[operator]
        return Reading(breaching, f"{metric} {value:.0f} (goes off at {threshold:.0f})")

    def _values(self, alarm: dict[str, Any], metric: str, since: float) -> list[float]:
        if alarm["Namespace"] == "AWS/SQS":
            queue = _queue(alarm)
            if metric == "ApproximateNumberOfMessagesVisible":
                return [float(self._visible(queue))]
            return self._age(queue)
        if metric == "5xx":
            return [
                float(line["answers"])
                for line in self.lines("ingest", "answers", since)
                if line.get("answer") in _TOLD_AGAIN
            ]
        function = _function(alarm["Dimensions"])
        lines = self.lines(function, metric, since)
        return [float(each) for line in lines for each in _numbers(line[metric])]

    def lines(self, function: str, metric: str, since: float) -> list[dict[str, Any]]:
        """The metric lines of a function that hold a metric, none of them read twice."""
        pages = self._logs.get_paginator("filter_log_events").paginate(
            logGroupName=f"/aws/lambda/{STACK}-{function}", startTime=int(since * 1000)
        )
        found = []
        for page in pages:
            for event in page["events"]:
                if f'"{metric}"' in event["message"] and event["message"].startswith("{"):
                    line = json.loads(event["message"])
                    if metric in line and "_aws" in line:
                        found.append(line)
        return found

    def _law(self, alarm: dict[str, Any], since: float) -> Reading:
        terms, formula = {}, ""
        for metric in alarm["Metrics"]:
            if "Expression" in metric:
                formula = " ".join(metric["Expression"].split())
                continue
            of = metric["MetricStat"]["Metric"]
            name = of["MetricName"]
            lines = self.lines(_function(of["Dimensions"]), name, since)
            # With a second dimension a line stands for itself; the filter on the log adds them up.
            terms[metric["Id"]] = sum(float(n) for line in lines for n in _numbers(line[name]))
        fill = {"FILL": lambda value, _: value, "ABS": abs}
        value = eval(formula, {"__builtins__": {}}, {**fill, **terms})  # the template's own text
        told = ", ".join(f"{name} {count:.0f}" for name, count in terms.items())
        return Reading(value > float(alarm["Threshold"]), f"off by {value:.1f}: {told}")

    def _visible(self, queue: str) -> int:
        attribute = "ApproximateNumberOfMessages"
        url = self._running.deployment.queues()[queue]
        answer = self._running.sqs().get_queue_attributes(QueueUrl=url, AttributeNames=[attribute])
        return int(answer["Attributes"][attribute])

    def _age(self, queue: str) -> list[float]:
        """The time for which the queue has not been empty, as far as somebody stands and looks."""
        sqs, url = self._running.sqs(), self._running.deployment.queues()[queue]
        began = time.monotonic()
        while waiting(sqs, url):
            age = time.monotonic() - began
            if age >= _AGED_SECONDS:
                return [age]
            time.sleep(0.2)
        return []


def subject(alarm: dict[str, Any]) -> str:
    """The queue, the API, the archive or the function that an alarm is about."""
    if "Metrics" in alarm:
        metrics = [each for each in alarm["Metrics"] if "MetricStat" in each]
        return _function(metrics[0]["MetricStat"]["Metric"]["Dimensions"])
    if alarm["Namespace"] == "AWS/SQS":
        return _queue(alarm)
    services = {"AWS/ApiGateway": "api", "AWS/Firehose": "archive"}
    return services.get(alarm["Namespace"]) or _function(alarm["Dimensions"])


def _statistic(name: str, values: list[float]) -> float | None:
    if name == "SampleCount":
        return float(len(values)) if values else None
    if not values:
        return None
    return {"Sum": sum, "Maximum": max, "Minimum": min}[name](values)


def _numbers(value: Any) -> list[float]:
    return value if isinstance(value, list) else [value]


def _queue(alarm: dict[str, Any]) -> str:
    """The queue of an alarm, by its name without the stack's, from DecryptDeadLetters and such."""
    (dimension,) = alarm["Dimensions"]
    logical = str(dimension["Value"]["Fn::GetAtt"][0]).removesuffix("Queue")
    words = "".join(f"-{each.lower()}" if each.isupper() else each for each in logical)
    return words.lstrip("-")


def _function(dimensions: list[dict[str, Any]]) -> str:
    """The function of a metric, by its name without the stack's."""
    names = ("function", "FunctionName")
    value = next(each["Value"] for each in dimensions if each["Name"] in names)
    text = value if isinstance(value, str) else next(iter(value.values()))
    plain = str(text).removeprefix(_NAME)
    return plain.removesuffix("Function").lower()
