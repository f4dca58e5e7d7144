"""The operations of AWS that moto lacks, answered in front of it, and named."""

import contextlib
import dataclasses
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from local.emulator import Emulator

from ..calls.recorder import Asked, Recorder, Said, recorder

_TERRAFORM = "terraform"
_LOOPS = "/recursion-config"
_JSON = [("content-type", "application/x-amz-json-1.0")]
_SQS = "AmazonSQS."
_ATTRIBUTE = "RedriveAllowPolicy"
# Of these it changes the text.
_KEPT = (_ATTRIBUTE, "RedrivePolicy")
_FUNCTIONS = "/2015-03-31/functions"
_RANK = re.compile(rb"ExtendedStatistic=PR[^&]*")


class Lacking:
    """The answers, and what was asked for."""

    def __init__(self, proxy: Recorder) -> None:
        self.calls: set[str] = set()
        self._ask = proxy.ask
        self._loops: dict[str, str] = {}
        self._logging: dict[str, dict[str, str]] = {}
        self._attributes: dict[str, dict[str, str]] = defaultdict(dict)

    def __call__(self, asked: Asked) -> Said | None:
        """The answer, if moto has none, or less than AWS."""
        function, found, _ = asked.target.partition(_LOOPS)
        if found:
            return self._loop(function, asked)
        target = asked.headers.get("x-amz-target", "")
        if asked.target.startswith(_FUNCTIONS):
            return self._function(asked)
        if target.startswith(_SQS):
            return self._queue(target.removeprefix(_SQS), asked)
        return self._alarm(asked) if b"Action=PutMetricAlarm" in asked.body else None

    def told(self) -> str:
        """The operations answered here, as text."""
        return ", ".join(sorted(self.calls)) or "nothing"

    def allowed(self) -> int:
        """The number of functions that may send to their own queue."""
        return list(self._loops.values()).count("Allow")

    def _loop(self, function: str, asked: Asked) -> Said:
        if asked.method == "PUT":
            self._loops[function] = json.loads(asked.body)["RecursiveLoop"]
        self.calls.add(f"lambda {asked.method.capitalize()}FunctionRecursionConfig")
        answer = {"RecursiveLoop": self._loops.get(function, "Terminate")}
        return 200, _JSON, json.dumps(answer).encode()

    def _function(self, asked: Asked) -> Said | None:
        """It forgets where a function logs."""
        name = asked.target.removeprefix(f"{_FUNCTIONS}/").rstrip("/")
        if asked.method == "POST" and b'"LoggingConfig"' in asked.body:
            body = json.loads(asked.body)
            self._logging[body["FunctionName"]] = body["LoggingConfig"]
            self.calls.add("lambda LoggingConfig")
        if asked.method != "GET" or name not in self._logging:
            return None
        status, headers, content = self._ask(asked)
        answer = json.loads(content) if status == 200 else {}
        if "Configuration" not in answer:
            return status, headers, content
        answer["Configuration"]["LoggingConfig"] = self._logging[name]
        return status, headers, json.dumps(answer).encode()

    def _alarm(self, asked: Asked) -> Said | None:
        """It knows percentiles and no ranks."""
        body = _RANK.sub(b"ExtendedStatistic=p99", asked.body)
        if body == asked.body:
            return None
        self.calls.add("cloudwatch ExtendedStatistic PR(..)")
        headers = asked.headers | {"content-length": str(len(body))}
        return self._ask(dataclasses.replace(asked, body=body, headers=headers))

    def _queue(self, operation: str, asked: Asked) -> Said | None:
        if operation not in ("CreateQueue", "SetQueueAttributes", "GetQueueAttributes"):
            return None
        body = json.loads(asked.body)
        if body.get("AttributeNames") == [_ATTRIBUTE]:
            answer = {"Attributes": self._attributes[body["QueueUrl"]]}
            return 200, _JSON, json.dumps(answer).encode()
        status, headers, content = self._ask(asked)
        answer = json.loads(content) if content else {}
        held = self._attributes[body.get("QueueUrl") or answer.get("QueueUrl", "")]
        for name in _KEPT:
            if status == 200 and name in body.get("Attributes", {}):
                held[name] = body["Attributes"][name]
                self.calls.add(f"sqs {name}")
                if not held[name]:
                    del held[name]
        if status == 200 and operation == "GetQueueAttributes":
            answer["Attributes"] = answer.get("Attributes", {}) | held
        return status, headers, json.dumps(answer).encode()


@contextlib.contextmanager
def completed(moto: Emulator, folder: Path) -> Iterator[tuple[Emulator, Lacking]]:
    """moto at another address, where it lacks nothing that the module asks for."""
    record = folder / "moto.jsonl"
    with recorder(moto.endpoint, moto.endpoint, record, (_TERRAFORM,)) as proxy:
        proxy.behaviour = lacking = Lacking(proxy)
        yield Emulator(moto.child, proxy.endpoints[_TERRAFORM]), lacking
