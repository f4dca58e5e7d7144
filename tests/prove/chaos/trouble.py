"""A proxy between the functions and all that they ask, and between Graph and the functions.

It has an address for AWS, Graph, Entra and the notification URL. At each place there are kinds of fault,
each about once in so many requests. None is done that the real service would not do: an entry that
SQS says it has taken is there.
"""

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from email.utils import formatdate
from typing import Any

from ..proxy import Asked, Cut, Proxy, Said, passed_on
from .plan import Plan
from .processes import kill

ADDRESSES = ("aws", "entra", "graph", "url")

HASTE = 36
"""By so many SQS's clock is faster here, in what it delays and what it hides."""

_TARGETS = {
    "AmazonSQS.SendMessageBatch": "send",
    "secretsmanager.GetSecretValue": "secret",
    "TrentService.Decrypt": "key",
}
_SIGNATURE = "authorization"
_AWS = ("send", "secret", "key", "put", "get")
_FULL_REQUESTS = 20
_DOWN_SECONDS = 1.0
_LATE_SECONDS = 3.5
"""More than a try of ours has, and than Graph waits."""
_DAY = 86_400

Ask = Callable[[Asked], Said]
Fault = Callable[["Trouble", Asked, Ask], Said]


class _NobodyThere(Cut):
    """The process that asked was killed already, for another request."""


class Trouble(Proxy):
    """A running proxy, in trouble as the plan says for as long as it is `on`."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.on = False
        self.plan = plan
        self._behind: dict[str, str] = {}
        self._sqs: Any = None
        self._lock = threading.Lock()
        self._full = 0
        self._down_until = 0.0
        self._refused: set[str] = set()

    def stand_before(self, behind: Mapping[str, str], sqs: Any) -> None:
        """Passes on to these roots, by address; what was altered, by a client that signs it anew."""
        self._behind, self._sqs = dict(behind), sqs

    def answer(self, asked: Asked) -> Said:
        """What is behind answers, or what is in trouble."""
        place = _place(asked)
        if place == "send":
            asked = _hurried(asked)
        return self.meet(place, asked, self._ask) if self.on else self._ask(asked)

    def meet(self, place: str, asked: Asked, ask: Ask) -> Said:
        """At most one fault is done to a request."""
        if place in _AWS and self._is_full():
            return _refused_by_aws(place, 500, "InternalError")
        if place in ("token", "keys") and time.monotonic() < self._down_until:
            return _ENTRA_DOWN
        if place == "read" and asked.target in self._refused:
            return _refused_by_graph(403, "Forbidden")
        for kind, (every, fault) in FAULTS.get(place, {}).items():
            if self.plan.due(kind, every):
                try:
                    return fault(self, asked, ask)
                except _NobodyThere:
                    self.plan.not_done(kind)
                    raise
        return ask(asked)

    def _ask(self, asked: Asked) -> Said:
        if _place(asked) == "send" and _SIGNATURE not in asked.headers:
            answer = self._sqs.send_message_batch(**json.loads(asked.body))
            return _json(200, {name: answer.get(name, []) for name in ("Successful", "Failed")})
        return passed_on(asked, self._behind[asked.caller])

    def _is_full(self) -> bool:
        with self._lock:
            self._full = max(0, self._full - 1)
            return self._full > 0

    def fill(self, asked: Asked, _: Ask) -> Said:
        """From now on AWS has no room, for so many requests."""
        with self._lock:
            self._full = _FULL_REQUESTS
        return _refused_by_aws(_place(asked), 500, "InternalError")

    def go_down(self, _: Asked, __: Ask) -> Said:
        """From now on Entra is down, for so long."""
        self._down_until = time.monotonic() + _DOWN_SECONDS
        return _ENTRA_DOWN

    def refuse(self, asked: Asked, _: Ask) -> Said:
        """As long as there is trouble the app may not read this."""
        self._refused.add(asked.target)
        return _refused_by_graph(403, "Forbidden")


def _place(asked: Asked) -> str:
    if asked.caller == "aws":
        target = asked.headers.get("x-amz-target", "")
        return _TARGETS.get(target, "other") if target else asked.method.lower()
    if asked.caller == "graph":
        of_resource = asked.method == "GET" and "/subscriptions" not in asked.target
        return "read" if of_resource else "subscriptions"
    if asked.caller == "entra":
        return "token" if asked.method == "POST" else "keys"
    return asked.caller


# ---- the faults


def _before(_: Trouble, __: Asked, ___: Ask) -> Said:
    raise Cut


def _after(_: Trouble, asked: Asked, ask: Ask) -> Said:
    ask(asked)
    raise Cut


def _within(_: Trouble, asked: Asked, ask: Ask) -> Said:
    raise Cut(ask(asked))


def _slow(_: Trouble, asked: Asked, ask: Ask) -> Said:
    time.sleep(_LATE_SECONDS)
    return ask(asked)


def _late(_: Trouble, asked: Asked, ask: Ask) -> Said:
    said = ask(asked)
    time.sleep(_LATE_SECONDS)
    return said


def _twice(_: Trouble, asked: Asked, ask: Ask) -> Said:
    ask(asked)
    return ask(asked)


def _killed_before(_: Trouble, asked: Asked, __: Ask) -> Said:
    raise Cut if kill(asked.port) else _NobodyThere


def _killed_after(_: Trouble, asked: Asked, ask: Ask) -> Said:
    ask(asked)
    raise Cut if kill(asked.port) else _NobodyThere


def _aws(status: int, code: str) -> Fault:
    return lambda _, asked, __: _refused_by_aws(_place(asked), status, code)


def _graph(status: int, code: str, **headers: str) -> Fault:
    return lambda _, __, ___: _refused_by_graph(status, code, **headers)


def _gateway(status: int, message: str) -> Fault:
    return lambda _, __, ___: _json(status, {"message": message})


def _html(_: Trouble, __: Asked, ___: Ask) -> Said:
    return 200, [("content-type", "text/html")], b"<html><body>We are back soon.</body></html>"


def _skewed(trouble: Trouble, asked: Asked, ask: Ask) -> Said:
    """By the date of the answer it is yesterday, or tomorrow by turns."""
    status, headers, body = ask(asked)
    turn = 1 if trouble.plan.done.total() % 2 else -1
    date = formatdate(time.time() + turn * _DAY, usegmt=True)
    stay = [(name, value) for name, value in headers if name.lower() != "date"]
    return status, [*stay, ("date", date)], body


def _refused_entries(_: Trouble, asked: Asked, ask: Ask) -> Said:
    """Some entries are not taken: every second one, the first among them."""
    whole = json.loads(asked.body)
    refused = [entry["Id"] for entry in whole["Entries"][::2]]
    whole["Entries"] = whole["Entries"][1::2]
    taken = _succeeded(ask(_altered(asked, whole))) if whole["Entries"] else []
    return _json(200, {"Successful": taken, "Failed": [_failure(each) for each in refused]})


def _denied_entries(_: Trouble, asked: Asked, ask: Ask) -> Said:
    """All entries are taken, and of some it is said that they were not: InternalError leaves it open."""
    taken = _succeeded(ask(asked))
    denied = [_failure(each["Id"]) for each in taken[::2]]
    return _json(200, {"Successful": taken[1::2], "Failed": denied})


FAULTS: dict[str, dict[str, tuple[int, Fault]]] = {
    "send": {
        "send lost": (150, _before),
        "send, answer lost": (100, _after),
        "send, answer cut": (150, _within),
        "send, answer late": (300, _late),
        "send throttled": (150, _aws(400, "RequestThrottled")),
        "send unavailable": (150, _aws(503, "ServiceUnavailable")),
        "send expired": (300, _aws(400, "RequestExpired")),
        "sent twice": (100, _twice),
        "entries refused": (80, _refused_entries),
        "entries refused that are there": (80, _denied_entries),
        "killed before a send": (100, _killed_before),
        "killed after a send": (100, _killed_after),
        "disk full": (500, Trouble.fill),
    },
    "put": {
        "put, answer lost": (8, _after),
        "put slow down": (8, _aws(503, "SlowDown")),
        "put skewed": (12, _aws(403, "RequestTimeTooSkewed")),
        "killed after a put": (12, _killed_after),
    },
    "get": {
        "get cut within": (6, _within),
        "get slow down": (6, _aws(503, "SlowDown")),
        "get skewed": (12, _aws(403, "RequestTimeTooSkewed")),
    },
    "secret": {
        "secret slow": (3, _slow),
        "secret throttled": (4, _aws(400, "ThrottlingException")),
        "secret, answer lost": (5, _after),
    },
    "key": {
        "key slow": (200, _slow),
        "key throttled": (100, _aws(400, "ThrottlingException")),
        "key internal": (100, _aws(500, "KMSInternalException")),
        "key, answer lost": (100, _after),
    },
    "read": {
        "read throttled": (60, _graph(429, "TooManyRequests", **{"retry-after": "2"})),
        "read unavailable": (60, _graph(503, "serviceNotAvailable")),
        "read lost": (60, _before),
        "read cut within": (60, _within),
        "read answered with HTML": (100, _html),
        "read unauthorized": (100, _graph(401, "InvalidAuthenticationToken")),
        "read refused": (100, Trouble.refuse),
        "read with a wrong clock": (40, _skewed),
        "killed in a read": (150, _killed_after),
    },
    "subscriptions": {
        "subscriptions unavailable": (6, _graph(503, "serviceNotAvailable")),
        "subscriptions, answer lost": (6, _after),
    },
    "token": {
        "Entra down": (10, Trouble.go_down),
        "Entra with a wrong clock": (4, _skewed),
    },
    "url": {
        "POST lost": (60, _before),
        "POST, answer lost": (30, _after),
        "POST, answer late": (100, _late),
        "POST throttled": (60, _gateway(429, "Too Many Requests")),
        "POST unavailable": (60, _gateway(503, "Service Unavailable")),
    },
}
"""Kinds of fault by place, each with how many requests there are to one of it."""

KINDS = tuple(kind for kinds in FAULTS.values() for kind in kinds)


# ---- the answers


def _refused_by_aws(place: str, status: int, code: str) -> Said:
    """As S3 words it, or the services that speak JSON."""
    if place in ("put", "get"):
        body = f"<Error><Code>{code}</Code><Message>no</Message></Error>"
        return status, [("content-type", "application/xml")], body.encode()
    told = [("content-type", "application/x-amz-json-1.0"), ("x-amzn-errortype", code)]
    return status, told, json.dumps({"__type": code, "message": "no"}).encode()


def _refused_by_graph(status: int, code: str, **headers: str) -> Said:
    _, told, body = _json(status, {"error": {"code": code, "message": "no"}})
    return status, [*told, *headers.items()], body


def _json(status: int, whole: dict[str, Any]) -> Said:
    return status, [("content-type", "application/json")], json.dumps(whole).encode()


_ENTRA_DOWN = _json(503, {"error": "temporarily_unavailable"})


def _failure(entry: str) -> dict[str, Any]:
    return {"Id": entry, "Code": "InternalError", "Message": "no", "SenderFault": False}


def _succeeded(said: Said) -> list[dict[str, Any]]:
    taken: list[dict[str, Any]] = json.loads(said[2]).get("Successful", [])
    return taken


def _hurried(asked: Asked) -> Asked:
    """A send whose delays are as SQS's clock goes here."""
    whole = json.loads(asked.body)
    delayed = [entry for entry in whole["Entries"] if entry.get("DelaySeconds")]
    for entry in delayed:
        entry["DelaySeconds"] = max(1, entry["DelaySeconds"] // HASTE)
    return _altered(asked, whole) if delayed else asked


def _altered(asked: Asked, whole: dict[str, Any]) -> Asked:
    """A request whose signature no longer fits."""
    headers = {name: value for name, value in asked.headers.items() if name != _SIGNATURE}
    return replace(asked, body=json.dumps(whole).encode(), headers=headers)
