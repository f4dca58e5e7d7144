"""Records what asks AWS, and how: a proxy before the emulator with an address for each that asks.

It can answer in the emulator's place, as AWS does when it is not there, or has what the emulator lacks.
"""

import base64
import contextlib
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ..proxy import Asked, Proxy, Said, passed_on, served

_OURS = "aws-sdk-rust/"

Behaviour = Callable[[Asked], Said | None]
"""The answer in place of the server behind; None if that is to answer."""

REFUSAL: Said = (503, [("content-type", "application/json")], b"{}")


class Recorder(Proxy):
    """One before the emulator, that writes down what our code asks."""

    def __init__(self, behind: str, sts: str, path: Path) -> None:
        super().__init__()
        self.behaviour: Behaviour = lambda _: None
        self._behind, self._sts, self._path = behind, sts, path
        self._lock = threading.Lock()

    def answer(self, asked: Asked) -> Said:
        """The answer; recorded if our code asked AWS."""
        said = self.behaviour(asked) or self.ask(asked)
        if asked.headers.get("user-agent", "").startswith(_OURS):
            with self._lock, self._path.open("a") as file:
                file.write(_line(asked, said[0]) + "\n")
        return said

    def ask(self, asked: Asked) -> Said:
        """The answer of the server behind."""
        # Who somebody is, only the simulator's own STS vouches for.
        identity = b"Action=GetWebIdentityToken" in asked.body
        return passed_on(asked, self._sts if identity else self._behind)


@contextlib.contextmanager
def recorder(behind: str, sts: str, path: Path, callers: Iterable[str]) -> Iterator[Recorder]:
    """Starts it, with an address for each of `callers`, and stops it. It adds to the file `path`."""
    running = Recorder(behind, sts, path)
    with served(running, callers):
        yield running


def _line(asked: Asked, status: int) -> str:
    """The request as a line of JSON, with what came of it. Contents of objects are left out."""
    body = b"" if asked.method == "PUT" else asked.body
    return json.dumps(
        {
            "caller": asked.caller,
            "method": asked.method,
            "target": asked.target,
            "headers": asked.headers,
            "body": base64.b64encode(body).decode(),
            "status": status,
        }
    )
