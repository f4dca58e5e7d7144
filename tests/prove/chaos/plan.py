"""When something goes wrong: by a seed, about once in so many chances, of each kind by itself."""

import random
import threading
from collections import Counter


class Plan:
    """The faults to come, and those that there were. Asking is safe from any thread."""

    def __init__(self, seed: int) -> None:
        self.done: Counter[str] = Counter()
        """Faults by kind."""
        self._seed = seed
        self._lock = threading.Lock()
        self._chances: dict[str, random.Random] = {}
        self._left: dict[str, int] = {}

    def due(self, kind: str, every: int) -> bool:
        """True about once in `every` chances, and then it has to be done."""
        with self._lock:
            if kind not in self._left:
                self._chances[kind] = random.Random(f"{self._seed} {kind}")
                self._left[kind] = self._chances[kind].randint(1, every)
            self._left[kind] -= 1
            if self._left[kind]:
                return False
            self._left[kind] = self._chances[kind].randint(1, 2 * every - 1)
            self.done[kind] += 1
            return True

    def not_done(self, kind: str) -> None:
        """Takes one back that was due and could not be done."""
        with self._lock:
            self.done[kind] -= 1
