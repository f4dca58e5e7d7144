"""Dollars for a month of so many changes a day, line by line, each with its arithmetic."""

import math
from dataclasses import dataclass

from .inputs import PAGE, RUN, Inputs, Invocation

MILLION = 1_000_000
GB = 1_000_000_000
SQS_BYTES = 65_536
WORKER = {"rich": "decrypt", "basic": "hydrate"}


@dataclass(frozen=True)
class Volume:
    """So many changes a day, of one kind, and how they come."""

    changes: int
    items: float
    records: float
    kind: str

    @property
    def posts(self) -> float:
        """POSTs a day."""
        return self.changes / self.items

    @property
    def batches(self) -> float:
        """Batches a day."""
        return self.changes / self.records


@dataclass(frozen=True)
class Line:
    """One line of the bill."""

    name: str
    dollars: float
    arithmetic: str


@dataclass(frozen=True)
class Bill:
    """A month."""

    volume: Volume
    lines: list[Line]
    days: int

    @property
    def month(self) -> float:
        """Dollars a month."""
        return sum(line.dollars for line in self.lines)

    def per_million(self, dollars: float) -> float:
        """Dollars a month, for each million changes."""
        return dollars / (self.volume.changes * self.days / MILLION)


class Model:
    """The bill and the times, by `inputs`."""

    def __init__(self, inputs: Inputs) -> None:
        self.inputs = inputs
        self.memory = inputs.stack.memory
        self._given = inputs.given
        self._price = inputs.price
        self._days = inputs.given["month_days"]

    def volumes(self, kind: str) -> list[Volume]:
        """Those of the assumptions."""
        return [
            Volume(each["changes"], each["items_per_post"], each["records_per_batch"], kind)
            for each in self._given["volumes"]
        ]

    def billed(self, function: str, invocation: Invocation) -> float:
        """Milliseconds that Lambda bills, with the memory that the template gives."""
        return self.milliseconds(invocation, self.memory[function])

    def milliseconds(self, invocation: Invocation, memory: int) -> float:
        """Milliseconds that Lambda bills: waiting, and computing on a share of a vCPU."""
        given = self._given
        waiting = (
            invocation.aws_waits * given["aws_wait_ms"]
            + invocation.graph_waits * given["graph_wait_ms"]
        )
        return math.ceil(waiting + self.computing(invocation.cpu, memory))

    def computing(self, cpu: float, memory: int) -> float:
        """Milliseconds for so many of CPU, on a share of a vCPU."""
        share = min(1.0, memory / self._given["whole_vcpu_mb"])
        return cpu * self._given["cpu_factor"] / share

    def post(self, volume: Volume) -> Invocation:
        """ingest."""
        return self.inputs.measured.post(volume.kind, volume.items)

    def batch(self, volume: Volume) -> Invocation:
        """decrypt or hydrate."""
        return self.inputs.measured.batch(WORKER[volume.kind], volume.records)

    def busy(self, invocations_a_day: float, milliseconds: float, peak: float = 1) -> float:
        """The number that run at once."""
        return invocations_a_day * peak / 86_400 * milliseconds / 1_000

    def invocation_dollars(self, milliseconds: float, memory: int) -> float:
        """One invocation: its time and its request."""
        seconds = memory / 1_024 * milliseconds / 1_000
        return seconds * self._price["lambda_gb_second"] + self._price["lambda_request"]

    def bill(self, volume: Volume) -> Bill:
        """Every line."""
        lines = [
            self._api(volume),
            self._lambda("ingest", volume.posts, self.post(volume)),
            self._lambda(WORKER[volume.kind], volume.batches, self.batch(volume)),
            self._sqs(volume),
            self._fair(volume),
            self._polls(),
            self._logs(volume),
            self._traces(volume),
            self._out(volume),
            self._metrics(volume),
            self._alarms(),
            self._secrets(volume),
            self._keeping(),
            self._starts(volume),
        ]
        return Bill(volume, lines, self._days)

    def kms(self, volume: Volume, price: str = "kms_rsa_2048") -> float:
        """The monthly cost of keys in KMS: one call for each sealed change."""
        return volume.changes * self._days * self._price[price] + self._price["kms_key_month"]

    def backfill(self) -> tuple[float, float]:
        """Milliseconds for a page of messages, and dollars for a million of them."""
        measured = self.inputs.measured.of("backfill", PAGE)
        milliseconds = self.billed("backfill", measured)
        pages = MILLION / 50
        # A page is itself received and deleted, and sent on for the next one.
        requests = measured.sqs + 3
        price = self._price["sqs_request"] + self._price["sqs_fair"]
        page = self.invocation_dollars(milliseconds, self.memory["backfill"]) + requests * price
        return milliseconds, pages * page

    def relay(self) -> tuple[float, float]:
        """Milliseconds for a batch of ten events, and dollars for a million of them."""
        measured = self.inputs.measured.batch("relay", 10)
        milliseconds = self.billed("relay", measured)
        batch = self.invocation_dollars(milliseconds, self.memory["relay"])
        return milliseconds, MILLION * (batch / 10 + self._price["bus_event"])

    def _api(self, volume: Volume) -> Line:
        posts = volume.posts * self._days
        body = self.post(volume).sent_bytes + 1_500 * volume.items
        metered = posts * math.ceil(body / 524_288)
        first = min(metered, 300 * MILLION)
        dollars = first * self._price["api_request"]
        dollars += (metered - first) * self._price["api_request_later"]
        return Line("API Gateway", dollars, f"{metered / MILLION:,.1f} M requests")

    def _lambda(self, function: str, invocations: float, each: Invocation) -> Line:
        milliseconds, memory = self.billed(function, each), self.memory[function]
        count = invocations * self._days
        text = (
            f"{count / MILLION:,.1f} M times ({milliseconds} ms x {memory} MB at"
            f" {self._price['lambda_gb_second']:.10f} a GB-s, and {self._price['lambda_request']:.7f})"
        )
        dollars = count * self.invocation_dollars(milliseconds, memory)
        return Line(f"Lambda: {function}", dollars, text)

    def requests(self, volume: Volume) -> dict[str, float]:
        """Billed requests to SQS in a day, the consumer's among them."""
        post, batch = self.post(volume), self.batch(volume)
        received = math.ceil(post.sent_bytes / volume.items * volume.records / SQS_BYTES)
        consumed = math.ceil(batch.sent_bytes / volume.records * 10 / SQS_BYTES)
        tens = max(1.0, min(10.0, volume.records))
        return {
            "ingest sends": volume.posts * post.sqs,
            "Lambda receives": volume.batches * received,
            "Lambda deletes": volume.batches,
            "events are sent": volume.batches * batch.sqs,
            "you receive": volume.changes / tens * consumed,
            "you delete": volume.changes / tens,
        }

    def _sqs(self, volume: Volume) -> Line:
        requests = self.requests(volume)
        parts = ", ".join(
            f"{name} {count * self._days / MILLION:,.1f}" for name, count in requests.items()
        )
        count = sum(requests.values()) * self._days
        return Line("SQS requests", count * self._price["sqs_request"], f"millions: {parts}")

    def _fair(self, volume: Volume) -> Line:
        count = sum(self.requests(volume).values()) * self._days
        text = f"the same {count / MILLION:,.1f} M, on top, for the MessageGroupId"
        return Line("SQS fair queues", count * self._price["sqs_fair"], text)

    def _polls(self) -> Line:
        given = self._given
        pollers = given["pollers"] * given["mappings"]
        count = pollers * 86_400 / given["poll_seconds"] * self._days
        text = (
            f"{given['mappings']} mappings x {given['pollers']} pollers, each once in"
            f" {given['poll_seconds']} s: {count / MILLION:,.1f} M"
        )
        return Line("SQS: asking empty queues", count * self._price["sqs_request"], text)

    def log_bytes(self, volume: Volume) -> dict[str, float]:
        """Bytes of logs in a day, by who writes them."""
        given, post, batch = self._given, self.post(volume), self.batch(volume)
        overhead = given["event_overhead_bytes"]
        platform = given["platform_bytes"] + given["platform_lines"] * overhead
        access = given["access_log_bytes"] + overhead if given["access_log"] else 0
        runs = 86_400 / 60 / given["reconcile_minutes"]
        run = self.inputs.measured.of("subscriptions", RUN)
        ours = volume.posts * (post.log_bytes + post.log_lines * overhead)
        ours += volume.batches * (batch.log_bytes + batch.log_lines * overhead)
        ours += runs * (run.log_bytes + run.log_lines * overhead)
        return {
            "metrics and our own lines": ours,
            "Lambda's start and report": (volume.posts + volume.batches + runs) * platform,
            "access log": volume.posts * access,
        }

    def _logs(self, volume: Volume) -> Line:
        given = self._given
        written = {name: each * self._days / GB for name, each in self.log_bytes(volume).items()}
        gigabytes = sum(written.values())
        dollars, left = 0.0, gigabytes
        for size, price in self._price["log_gb"]:
            part = left if size is None else min(left, size)
            dollars, left = dollars + part * price, left - part
        kept = gigabytes * given["log_compression"] * given["log_kept_months"]
        dollars += kept * self._price["log_gb_month"]
        text = ", ".join(f"{name} {each:,.2f}" for name, each in written.items())
        return Line("CloudWatch Logs", dollars, f"GB: {text}")

    def traces(self, volume: Volume) -> float:
        """Traces in a day: each function asks X-Ray by itself, at most."""
        given = self._given
        if not given["traced"]:
            return 0
        first = given["trace_reservoir_per_second"] * 86_400
        return sum(
            min(count, first) + given["trace_share"] * max(0.0, count - first)
            for count in (volume.posts, volume.batches)
        )

    def _traces(self, volume: Volume) -> Line:
        count = self.traces(volume) * self._days
        text = f"{count / MILLION:,.2f} M: one a second and function, and a twentieth of the rest"
        text = text if count else "none, unless Tracing is Active"
        return Line("X-Ray", count * self._price["trace"], text)

    def _out(self, volume: Volume) -> Line:
        given = self._given
        gets = volume.changes * self._days if volume.kind == "basic" else 0.0
        answered = volume.posts * self._days * given["answer_bytes"] / GB
        asked = gets * given["get_bytes"] / GB
        text = f"GB: answers to Graph {answered:,.2f}, GETs {asked:,.2f}"
        return Line("data to the internet", (answered + asked) * self._price["gb_out"], text)

    def series(self, kind: str) -> int:
        """Custom metrics that a stack without trouble has."""
        metrics = self._given["metrics"]
        routes = metrics["routes"] * len(metrics["per_route"])
        return len(metrics["common"]) + len(metrics[kind]) + routes

    def _metrics(self, volume: Volume) -> Line:
        count = self.series(volume.kind)
        text = f"{count}, each combination of dimensions one"
        return Line("CloudWatch metrics", count * self._price["metric_month"], text)

    def _alarms(self) -> Line:
        count = self.inputs.stack.alarm_metrics
        dollars = count * self._price["alarm_metric_month"] + self._price["dashboard_month"]
        return Line("alarms, dashboard", dollars, f"{count} metrics looked at, one dashboard")

    def _secrets(self, volume: Volume) -> Line:
        given = self._given
        post = self.billed("ingest", self.post(volume))
        batch = self.billed(WORKER[volume.kind], self.batch(volume))
        processes = math.ceil(self.busy(volume.posts, post))
        processes += math.ceil(self.busy(volume.batches, batch))
        calls = processes * 86_400 / given["secret_seconds"] * self._days
        dollars = given["secrets"] * self._price["secret_month"]
        dollars += calls * self._price["secret_call"]
        text = f"{given['secrets']} secrets, {processes} processes ask each minute at most"
        return Line("Secrets Manager", dollars, text)

    def _keeping(self) -> Line:
        run = self.inputs.measured.of("subscriptions", RUN)
        milliseconds = self.billed("subscriptions", run)
        runs = 86_400 / 60 / self._given["reconcile_minutes"] * self._days
        dollars = runs * self.invocation_dollars(milliseconds, self.memory["subscriptions"])
        dollars += runs * run.s3 * self._price["s3_put"]
        text = f"{runs:,.0f} runs over 1,000 subscriptions, {milliseconds} ms, {run.s3:.0f} files each"
        return Line("subscriptions", dollars, text)

    def _starts(self, volume: Volume) -> Line:
        given = self._given
        dollars, starts = 0.0, 0.0
        for function, count, each in (
            ("ingest", volume.posts, self.post(volume)),
            (WORKER[volume.kind], volume.batches, self.batch(volume)),
        ):
            start = self.inputs.measured.value("cost", f"{function}: start")
            processes = math.ceil(self.busy(count, self.billed(function, each)))
            times = processes * 24 / given["environment_hours"] * self._days
            milliseconds = math.ceil(self.computing(start, self.memory[function]))
            seconds = self.memory[function] / 1_024 * milliseconds / 1_000
            dollars += times * seconds * self._price["lambda_gb_second"]
            starts += times
        return Line("Lambda: starting", dollars, f"{starts:,.0f} starts")
