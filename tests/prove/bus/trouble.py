"""The bus as it is in trouble: between relay and the emulator's, which takes everything."""

import json
import threading
from typing import Any

from ..calls.recorder import REFUSAL, Asked, Recorder, Said

_ENTRY_IN = 41
"""Of so many entries the bus refuses one, by the one's own answer."""
_REQUEST_IN = 23
"""Of so many requests one is refused as a whole."""
_ANSWER_IN = 37
"""Of so many requests one is carried out, and its answer does not arrive."""


class Trouble:
    """Answers for the bus, by turns."""

    def __init__(self, proxy: Recorder, bus: Any) -> None:
        self.requests: list[int] = []
        """How many entries each had."""
        self.refused_entries = self.refused_requests = self.lost_answers = 0
        self._proxy, self._bus = proxy, bus
        self._lock = threading.Lock()
        self._entries = 0

    def begin(self) -> None:
        """From now on the bus is in trouble."""
        self._proxy.behaviour = self._answer

    def end(self) -> None:
        """From now on it is not."""
        self._proxy.behaviour = lambda _: None

    def _answer(self, asked: Asked) -> Said | None:
        if not asked.headers.get("x-amz-target", "").endswith(".PutEvents"):
            return None
        whole = json.loads(asked.body)
        with self._lock:
            self.requests.append(len(whole["Entries"]))
            turn, first = len(self.requests), self._entries
            self._entries += len(whole["Entries"])
            if turn % _REQUEST_IN == 0:
                self.refused_requests += 1
                return REFUSAL
        refused = [
            at for at in range(len(whole["Entries"])) if (first + at) % _ENTRY_IN == _ENTRY_IN - 1
        ]
        with self._lock:
            self.refused_entries += len(refused)
        said = self._without(whole, refused) if refused else self._proxy.ask(asked)
        if turn % _ANSWER_IN == 0:
            with self._lock:
                self.lost_answers += 1
            return REFUSAL
        return said

    def _without(self, whole: dict[str, list[dict[str, Any]]], refused: list[int]) -> Said:
        """What the bus says where it does not take some entries; the others are put on it here."""
        taken = [each for at, each in enumerate(whole["Entries"]) if at not in refused]
        results = self._bus.put_events(Entries=taken)["Entries"] if taken else []
        for at in refused:
            fault = {"ErrorCode": "ThrottlingException", "ErrorMessage": "Rate exceeded"}
            results.insert(at, fault)
        said = {"FailedEntryCount": len(refused), "Entries": results}
        return 200, [("content-type", "application/x-amz-json-1.1")], json.dumps(said).encode()
