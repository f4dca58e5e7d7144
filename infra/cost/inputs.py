"""The inputs of the model: measured invocations, list prices, assumptions, and the stack itself."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from contract.sam import OF_ALL_PARTS, USUAL, decided, translated
from local.checkout import ROOT

HERE = Path(__file__).resolve().parent
MEASURED = ROOT / "docs" / "measured.json"
# Those that take from a queue as much as comes; of the first two a parameter says how many run at once.
WORKERS = ("decrypt", "hydrate", "relay")

# By how many changes an invocation has.
POSTS = (1, 10, 100)
BATCHES = (1, 10)
RUN = "1000 subscriptions of 5 tenants, all in order"
PAGE = "page of 50 messages"


class Missing(Exception):
    """A measurement that is not there."""


@dataclass(frozen=True)
class Invocation:
    """The figures of one: milliseconds of CPU, waits, bytes and lines of log, requests to SQS."""

    cpu: float
    aws_waits: float
    graph_waits: float
    log_bytes: float
    log_lines: float
    sqs: float
    sent_bytes: float
    graph: float
    s3: float

    def between(self, other: "Invocation", share: float) -> "Invocation":
        """So far on the way to `other`."""
        mine, theirs = vars(self), vars(other)
        return Invocation(**{name: mine[name] + (theirs[name] - mine[name]) * share for name in mine})


class Measured:
    """The figures of one run of teamwire-bench."""

    def __init__(self, lines: str) -> None:
        self.machine: dict[str, Any] = {}
        self.commit = ""
        self._figures: dict[tuple[str, str], dict[str, Any]] = {}
        for line in lines.splitlines():
            entry = json.loads(line)
            self.machine = entry.get("machine", self.machine)
            self.commit = entry.get("commit", self.commit)
            if "measure" in entry:
                self._figures[entry["measure"], entry["case"]] = entry

    def value(self, measure: str, case: str) -> float:
        """The figure itself."""
        return float(self.figure(measure, case)["value"])

    def cases(self, measure: str) -> list[str]:
        """The measured cases."""
        return [case for kind, case in self._figures if kind == measure]

    def of(self, function: str, case: str) -> Invocation:
        """An invocation of `function`."""
        figure = self.figure("cost", f"{function}: {case}")
        detail = figure["details"]
        return Invocation(
            cpu=float(figure["value"]),
            aws_waits=detail["AWS waits"],
            graph_waits=detail["Graph waits"],
            log_bytes=detail["log bytes"],
            log_lines=detail["log lines"],
            sqs=detail["SQS billed"],
            sent_bytes=detail["SQS bytes"],
            graph=detail["Graph calls"],
            s3=detail["S3 calls"],
        )

    def post(self, kind: str, items: float) -> Invocation:
        """A POST of so many items, between those that were measured."""
        return self._fitted(POSTS, items, lambda count: self.of("ingest", f"POST of {count} {kind}"))

    def batch(self, function: str, records: float) -> Invocation:
        """A batch of so many records."""
        return self._fitted(
            BATCHES, records, lambda count: self.of(function, f"batch of {count}")
        )

    @staticmethod
    def _fitted(counts: tuple[int, ...], wanted: float, measured: Any) -> Invocation:
        below = max(count for count in counts if count <= wanted)
        above = min(count for count in counts if count >= wanted)
        if below == above:
            return measured(below)
        share = (wanted - below) / (above - below)
        return measured(below).between(measured(above), share)

    def figure(self, measure: str, case: str) -> dict[str, Any]:
        """All of it, as it was recorded."""
        try:
            return self._figures[measure, case]
        except KeyError:
            raise Missing(f"{measure} {case} was not measured: make bench") from None


@dataclass(frozen=True)
class Stack:
    """The settings of the template."""

    alarm_metrics: int
    rate: float
    memory: dict[str, int]
    timeouts: dict[str, int]
    concurrency: dict[str, int]

    @staticmethod
    def of_template() -> "Stack":
        """As CloudFormation gets it: functions with the relay, and all else without what is there only
        where somebody asks for it.
        """
        template = translated()
        parameters = template["Parameters"]
        by_default = lambda value: parameters[value["Ref"]]["Default"] if isinstance(value, dict) else value  # noqa: E731

        def of(kind: str, conditions: frozenset[str] = USUAL - OF_ALL_PARTS) -> list[dict[str, Any]]:
            resources = decided(template, conditions)["Resources"].values()
            return [each["Properties"] for each in resources if each["Type"] == kind]

        alarms = of("AWS::CloudWatch::Alarm")
        looked_at = [
            sum("MetricStat" in metric for metric in alarm.get("Metrics", [])) or 1
            for alarm in alarms
        ]
        functions = {
            each["Description"]: each for each in of("AWS::Lambda::Function", USUAL)
        }.values()
        stage = of("AWS::ApiGatewayV2::Stage")[0]
        named = {each["FunctionName"]["Fn::Sub"].rsplit("-", 1)[1]: each for each in functions}
        at_once = {
            each["FunctionName"]["Ref"].removesuffix("Function").lower(): each["ScalingConfig"][
                "MaximumConcurrency"
            ]
            for each in of("AWS::Lambda::EventSourceMapping", USUAL)
        }
        return Stack(
            alarm_metrics=sum(looked_at),
            rate=by_default(stage["DefaultRouteSettings"]["ThrottlingRateLimit"]),
            memory={name: each["MemorySize"] for name, each in named.items()},
            timeouts={name: each["Timeout"] for name, each in named.items()},
            concurrency={name: by_default(at_once[name]) for name in WORKERS},
        )


@dataclass(frozen=True)
class Inputs:
    """All of it."""

    measured: Measured
    price: dict[str, Any]
    given: dict[str, Any]
    stack: Stack

    def but(self, **given: Any) -> "Inputs":
        """The same with other assumptions."""
        return Inputs(self.measured, self.price, {**self.given, **given}, self.stack)


def read(measured: Path = MEASURED) -> Inputs:
    """From the files."""
    prices = yaml.safe_load((HERE / "prices.yaml").read_text())
    return Inputs(
        measured=Measured(measured.read_text()),
        price={name: entry["price"] for name, entry in prices.items()},
        given=yaml.safe_load((HERE / "assumptions.yaml").read_text()),
        stack=Stack.of_template(),
    )
