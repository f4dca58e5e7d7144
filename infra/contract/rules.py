"""The rules that hold whatever the figures are: a contract that breaks these is wrong itself."""

import re

from .facts import NAMES, Facts

_DAY = 86400
_OUTAGE_SECONDS = 3600
_LEAST_VISIBILITY = 6
_BATCH_WITHOUT_WINDOW = 10
_CONCURRENCY = range(2, 1001)


def broken(facts: Facts) -> list[str]:
    """One line for each rule that a table of facts breaks."""
    found: list[str] = []
    for path, value in facts.items():
        section, _, rest = path.partition(" ")
        if section == "mapping":
            found += _mapping(facts, rest, value)
        elif section == "bounds":
            found += _bounds(rest, value)
        elif section == "queue":
            found += _queue(facts, rest, value)
        elif section == "grant" and any("*" in action for action in value):
            found.append(f"{path}: a wildcard among the actions")
    return found + _names(facts) + _alarms(facts)


def _names(facts: Facts) -> list[str]:
    """The names that no program knows, or no stack has."""
    queues = {path.split()[1] for path in facts if path.startswith("queue ")}
    found = [f"queue {name}: not a name of both" for name in sorted(queues ^ set(NAMES["queues"]))]
    alarms = {path.split()[1] for path in facts if path.startswith("alarm ")}
    found += [f"alarm {name}: not a name of both" for name in sorted(alarms ^ set(NAMES["alarms"]))]
    shown = {path.split()[1] for path in facts if path.startswith("sum ")}
    for path, value in facts.items():
        if path.startswith(("alarm ", "dashboard shows ")):
            shown |= set(re.findall(r"of teamwire (\w+)", str(value)))
    unknown = shown - set(NAMES["metrics"])
    return found + [f"metric {name}: nothing counts it" for name in sorted(unknown)]


def _alarms(facts: Facts) -> list[str]:
    """The alarms that must exist, whatever the thresholds are."""
    there = {path.split()[1] for path in facts if path.startswith("alarm ")}
    needed = {"ingest-errors", "ingest-slow", "ingest-drop", "rejects", "quarantine"}
    needed |= {"subscription-expiry", "subscription-silent", "certificate-expiry"}
    needed |= {"recursive-loop"}
    for section, queue, fact in (path.split()[:3] for path in facts if path.count(" ") > 1):
        if (section, fact) == ("queue", "dead_letters"):
            needed |= {f"{queue}-dead-letters", f"{queue}-age"}
        if (section, fact) == ("function", "timeout"):
            needed.add(f"{queue}-imbalance")
    found = [f"alarm {name}: nobody is told" for name in sorted(needed - there)]
    unseen = there - set(facts.get("dashboard alarms", []))
    return found + [f"alarm {name}: not on the dashboard" for name in sorted(unseen)]


def _mapping(facts: Facts, rest: str, value: object) -> list[str]:
    queue, _, fact = rest.partition(" ")
    if fact == "function":
        timeout = facts.get(f"function {value} timeout", 0)
        visibility = facts.get(f"queue {queue} visibility", 0)
        if visibility < _LEAST_VISIBILITY * timeout:
            return [f"queue {queue}: visibility of {visibility} s under 6 x {timeout} s"]
        loop = facts.get(f"function {value} recursive_loop")
        if "sqs:SendMessage" in facts.get(f"grant {value} {queue}", []) and loop != "Allow":
            return [f"function {value}: sends to its own queue, and Lambda would stop it"]
    if fact == "batch" and not (isinstance(value, int) and 1 <= value <= _BATCH_WITHOUT_WINDOW):
        return [f"mapping {queue}: a batch of {value}, SQS gives 1 to 10 at once"]
    if fact == "concurrency" and not (isinstance(value, int) and value in _CONCURRENCY):
        return [f"mapping {queue}: concurrency of {value}, Lambda takes 2 to 1000"]
    if fact == "responses" and value != ["ReportBatchItemFailures"]:
        return [f"mapping {queue}: one failure fails the whole batch"]
    return []


def _bounds(name: str, value: object) -> list[str]:
    taken = f"{_CONCURRENCY[0]} to {_CONCURRENCY[-1]}"
    if name.endswith("-reserved-concurrency"):
        return []
    if name.endswith("-concurrency") and value != taken:
        return [f"bounds {name}: {value}, Lambda takes {taken}"]
    return []


def _queue(facts: Facts, rest: str, value: object) -> list[str]:
    queue, _, fact = rest.partition(" ")
    if fact == "receives":
        visibility = facts.get(f"queue {queue} visibility", 0)
        if not isinstance(value, int) or value < 1:
            return [f"queue {queue}: {value} receives, SQS takes 1 to 1000"]
        if value * visibility < _OUTAGE_SECONDS:
            return [f"queue {queue}: an outage of an hour makes dead letters"]
    if fact == "dead_letters":
        kept = facts.get(f"queue {queue} retention", 0)
        longer = facts.get(f"queue {value} retention", 0)
        if longer < kept + 10 * _DAY:
            return [f"queue {value}: dead letters are kept {longer} s, their source {kept} s"]
    if fact in ("encrypted", "tls_only") and value is not True:
        return [f"queue {queue}: not {fact}"]
    return []
