"""The counts of the functions: their metrics, read from their logs as CloudWatch reads them."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

_OVERLAP_MILLISECONDS = 5_000
"""The time by which each reading begins before the newest line: streams are not written in one order."""

_Line = tuple[int, str, str]
"""Time, stream and text."""


class Counters:
    """Totals since the stack began, by function, metric and second dimension."""

    def __init__(self, logs: Any, functions: Mapping[str, str]) -> None:
        """`functions` are the full names by the short ones."""
        self._logs = logs
        self._names = dict(functions)
        self._since = dict.fromkeys(self._names, 0)
        self._overlap: dict[str, Counter[_Line]] = {name: Counter() for name in self._names}
        self._totals: dict[str, Counter[str]] = {name: Counter() for name in self._names}

    def read(self) -> None:
        """Adds what was written since the last reading."""
        for function, name in self._names.items():
            answer = self._logs.filter_log_events(
                logGroupName=f"/aws/lambda/{name}", startTime=self._since[function]
            )
            lines = Counter(
                (line["timestamp"], line["logStreamName"], line["message"])
                for line in answer["events"]
            )
            # Lines have no ids on the emulator: those of the overlap come again, as many as before.
            new = lines - self._overlap[function]
            self._totals[function].update(count(message for _, _, message in new.elements()))
            newest = max((at for at, _, _ in lines), default=0)
            since = max(self._since[function], newest - _OVERLAP_MILLISECONDS)
            self._since[function] = since
            self._overlap[function] = Counter(
                {line: times for line, times in lines.items() if line[0] >= since}
            )

    def total(self, function: str, *metrics: str) -> int:
        """The sum of some metrics; `enqueued.decrypt` is one route, `gaps.` every reason."""
        totals = self._totals[function]
        return sum(
            value
            for key, value in totals.items()
            for metric in metrics
            if key == metric or (metric.endswith(".") and key.startswith(metric))
        )


def count(messages: Iterable[str]) -> Counter[str]:
    """The counters in some lines of a log; what is no metric, and what is no count, is left out."""
    totals: Counter[str] = Counter()
    for message in messages:
        if not message.startswith('{"_aws"'):
            continue
        line = json.loads(message)
        for directive in line["_aws"]["CloudWatchMetrics"]:
            second = [line[name] for name in directive["Dimensions"][0][1:]]
            for metric in directive["Metrics"]:
                value = line[metric["Name"]]
                if isinstance(value, int):
                    totals[".".join([metric["Name"], *second])] += value
    return totals
