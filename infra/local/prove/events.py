"""Takes events off the queue, all the while."""

import threading
import time
from types import TracebackType

from ..queues import take_events, waiting
from ..stack import Stack
from .consumer import Consumer
from .control import Control

_QUIET_SECONDS = 1.5
_PATIENCE_SECONDS = 240.0
_WORK = ("lifecycle", "backfill", "decrypt", "hydrate", "events")


class NotSettled(Exception):
    """Some queue was never worked off."""


class Arrivals:
    """A thread that takes events, and the consumer that learns from them."""

    def __init__(self, running: Stack) -> None:
        self.consumer = Consumer()
        self.events = 0
        self._running = running
        self._sqs = running.sqs()
        self._own = running.sqs()
        self._queues = running.deployment.queues()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._take, daemon=True)
        self._fault: Exception | None = None

    def __enter__(self) -> "Arrivals":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    def settle(self, control: Control, jobs: list[str]) -> None:
        """Waits until everything that was told has become events, and those are taken."""
        patience = time.monotonic() + _PATIENCE_SECONDS
        quiet_since = None
        left: dict[str, int] = {}
        while time.monotonic() < patience:
            self._running.check()
            if self._fault:
                raise self._fault
            left = {name: waiting(self._own, self._queues[name]) for name in _WORK}
            done = all(map(control.is_done, jobs[-100:]))
            now = time.monotonic()
            quiet_since = (quiet_since or now) if done and not any(left.values()) else None
            if quiet_since and now - quiet_since > _QUIET_SECONDS:
                return
            time.sleep(0.3)
        raise NotSettled(f"after {_PATIENCE_SECONDS:.0f} s there is left: {left}")

    def _take(self) -> None:
        try:
            while not self._stop.is_set():
                for arrival in take_events(self._sqs, self._queues["events"]):
                    self.events += 1
                    self.consumer.take(arrival.event)
        except Exception as fault:  # told by settle, in the thread that can end the run
            self._fault = fault


