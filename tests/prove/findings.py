"""The findings of a proof, line by line: it goes on after a failed expectation."""

import contextlib
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field

from local.problem import NotProven, Problem


@dataclass
class Findings:
    """The expectations, and those of them that failed."""

    failed: list[str] = field(default_factory=list)

    def expect(self, what: str, met: bool, detail: str = "") -> None:
        """Prints one line."""
        print(f"{'ok  ' if met else 'FAIL'}  {what}{f' ({detail})' * bool(detail)}", flush=True)
        if not met:
            self.failed.append(what)

    def conclude(self) -> None:
        """Raises NotProven where something was not met."""
        if self.failed:
            raise NotProven("; ".join(self.failed))

    @contextlib.contextmanager
    def part(self, name: str) -> Iterator[None]:
        """A part of the proof: what ends it early is a line too, and the next part is run."""
        try:
            yield
        except Exception as problem:
            self.expect(name, False, told(problem))


def told(problem: Exception) -> str:
    """A problem as a line, with where it happened unless it is one of those that say so."""
    if isinstance(problem, Problem):
        return f"{type(problem).__name__}: {problem}"
    return "".join(traceback.format_exception(problem)).strip()
