"""Records what asks AWS, and how: a proxy before the emulator with an address for each that asks.

It can answer in the emulator's place, as AWS does when it is not there, or has what the emulator lacks.
"""

import base64
import contextlib
import http.client
import http.server
import json
import threading
import urllib.parse
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SECONDS = 930
# Of one connection, not of the request.
_HOPS = frozenset({"connection", "keep-alive", "transfer-encoding", "expect"})
_OURS = "aws-sdk-rust/"


@dataclass(frozen=True)
class Asked:
    """A request to AWS."""

    caller: str
    method: str
    target: str
    """Path and query."""
    headers: dict[str, str]
    body: bytes

    def line(self, status: int) -> str:
        """The request as a line of JSON, with what came of it. Contents of objects are left out."""
        body = b"" if self.method == "PUT" else self.body
        return json.dumps(
            {
                "caller": self.caller,
                "method": self.method,
                "target": self.target,
                "headers": self.headers,
                "body": base64.b64encode(body).decode(),
                "status": status,
            }
        )


Said = tuple[int, list[tuple[str, str]], bytes]
"""An answer: status, headers and body."""

Behaviour = Callable[[Asked], Said | None]
"""The answer in place of the server behind; None if that is to answer."""

REFUSAL: Said = (503, [("content-type", "application/json")], b"{}")


class Recorder:
    """A running proxy."""

    def __init__(self, behind: str, sts: str, path: Path) -> None:
        self.endpoints: dict[str, str] = {}
        """The address of AWS by who asks."""
        self.behaviour: Behaviour = lambda _: None
        self._behind, self._sts, self._path = behind, sts, path
        self._lock = threading.Lock()

    def answer(self, asked: Asked) -> Said:
        """The answer; recorded if our code asked AWS."""
        said = self.behaviour(asked) or self.ask(asked)
        if asked.headers.get("user-agent", "").startswith(_OURS):
            with self._lock, self._path.open("a") as file:
                file.write(asked.line(said[0]) + "\n")
        return said

    def ask(self, asked: Asked) -> Said:
        """The answer of the server behind."""
        # Who somebody is, only the simulator's own STS vouches for.
        identity = b"Action=GetWebIdentityToken" in asked.body
        root = urllib.parse.urlsplit(self._sts if identity else self._behind)
        connection = http.client.HTTPConnection(root.netloc, timeout=_SECONDS)
        try:
            connection.request(
                asked.method, root.path + asked.target, asked.body, dict(asked.headers)
            )
            answer = connection.getresponse()
            headers = [(name, value) for name, value in answer.getheaders() if _stays(name)]
            return answer.status, headers, answer.read()
        finally:
            connection.close()


@contextlib.contextmanager
def recorder(behind: str, sts: str, path: Path, callers: Iterable[str]) -> Iterator[Recorder]:
    """Starts it, with an address for each of `callers`, and stops it. It adds to the file `path`."""
    running = Recorder(behind, sts, path)
    with contextlib.ExitStack() as stack:
        for caller in callers:
            server = _Server(("127.0.0.1", 0), _Handler)
            server.recorder, server.caller = running, caller
            running.endpoints[caller] = f"http://127.0.0.1:{server.server_address[1]}"
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            threading.Thread(target=server.serve_forever, daemon=True).start()
        yield running


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    recorder: Recorder
    caller: str

    def handle_error(self, *_: object) -> None:
        """Nothing: the client sees that there is no answer."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _any(self) -> None:
        assert isinstance(self.server, _Server)
        headers = {name.lower(): value for name, value in self.headers.items() if _stays(name)}
        body = self._body()
        asked = Asked(self.server.caller, self.command, self.path, headers, body)
        status, said, content = self.server.recorder.answer(asked)
        self.send_response_only(status)
        for name, value in said:
            if name.lower() != "content-length":
                self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("transfer-encoding", ""):
            return self.rfile.read(int(self.headers.get("content-length", 0)))
        parts: list[bytes] = []
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return b"".join(parts)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _any

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


def _stays(name: str) -> bool:
    return name.lower() not in _HOPS
