"""Takes events off the queue, all the while."""

import threading
from types import TracebackType

from local.queues import take_events, waiting
from local.stack import Stack
from local.wait import wait_until

from ..control import Control
from .consumer import Consumer

_WORK = ("lifecycle", "backfill", "decrypt", "hydrate", "events")


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
        self._in_vain = 0
        """The number of times that there was nothing to take."""
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
        quiet_since: int | None = None

        def left() -> dict[str, int]:
            nonlocal quiet_since
            self._running.check()
            if self._fault:
                raise self._fault
            # In the order in which messages go: one that leaves a queue is on the next by then.
            busy = {"jobs": sum(not control.is_done(job) for job in jobs[-100:])}
            busy |= {name: waiting(self._own, self._queues[name]) for name in _WORK}
            if any(busy.values()):
                quiet_since = None
            elif quiet_since is None:
                quiet_since = self._in_vain
            return busy

        # What was taken last has been learnt from once nothing more was there, twice.
        wait_until(
            "everything that was told is an event",
            left,
            lambda _: quiet_since is not None and self._in_vain >= quiet_since + 2,
        )

    def _take(self) -> None:
        try:
            while not self._stop.is_set():
                taken = take_events(self._sqs, self._queues["events"])
                for arrival in taken:
                    self.events += 1
                    self.consumer.take(arrival.event)
                self._in_vain += not taken
        except Exception as fault:  # told by settle, in the thread that can end the run
            self._fault = fault


