"""A proxy with an address for each that asks; what it answers is its maker's to say."""

import contextlib
import http.client
import http.server
import threading
import urllib.parse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

_SECONDS = 930
# Of one connection, not of the request.
_HOPS = frozenset({"connection", "keep-alive", "transfer-encoding", "expect"})


@dataclass(frozen=True)
class Asked:
    """A request."""

    caller: str
    method: str
    target: str
    """Path and query."""
    headers: dict[str, str]
    body: bytes
    port: int = 0
    """Of the connection, at the caller's end."""


Said = tuple[int, list[tuple[str, str]], bytes]
"""An answer: status, headers and body."""


class Cut(Exception):
    """No answer, or half of one: then the connection ends."""

    def __init__(self, said: Said | None = None) -> None:
        self.said = said


class Proxy:
    """A running proxy."""

    def __init__(self) -> None:
        self.endpoints: dict[str, str] = {}
        """An address for each that asks."""

    def answer(self, asked: Asked) -> Said:
        """The answer; raises Cut."""
        raise NotImplementedError


def passed_on(asked: Asked, behind: str) -> Said:
    """The answer of the server that has this root."""
    root = urllib.parse.urlsplit(behind)
    connection = http.client.HTTPConnection(root.netloc, timeout=_SECONDS)
    try:
        connection.request(asked.method, root.path + asked.target, asked.body, dict(asked.headers))
        answer = connection.getresponse()
        headers = [(name, value) for name, value in answer.getheaders() if _stays(name)]
        return answer.status, headers, answer.read()
    finally:
        connection.close()


@contextlib.contextmanager
def served(running: Proxy, callers: Iterable[str]) -> Iterator[None]:
    """Gives each of `callers` an address, as long as the body runs."""
    with contextlib.ExitStack() as stack:
        for caller in callers:
            server = _Server(("127.0.0.1", 0), _Handler)
            server.proxy, server.caller = running, caller
            running.endpoints[caller] = f"http://127.0.0.1:{server.server_address[1]}"
            stack.callback(server.server_close)
            stack.callback(server.shutdown)
            threading.Thread(target=server.serve_forever, daemon=True).start()
        yield


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    proxy: Proxy
    caller: str

    def handle_error(self, *_: object) -> None:
        """Nothing: the client sees that there is no answer."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body are two writes.
    disable_nagle_algorithm = True

    def _any(self) -> None:
        assert isinstance(self.server, _Server)
        headers = {name.lower(): value for name, value in self.headers.items() if _stays(name)}
        body = self._body()
        port = self.client_address[1]
        asked = Asked(self.server.caller, self.command, self.path, headers, body, port)
        try:
            self._say(self.server.proxy.answer(asked), whole=True)
        except Cut as cut:
            self.close_connection = True
            if cut.said is not None:
                self._say(cut.said, whole=False)

    def _say(self, answer: Said, whole: bool) -> None:
        status, said, content = answer
        self.send_response_only(status)
        for name, value in said:
            if name.lower() != "content-length":
                self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content if whole else content[: len(content) // 2])

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

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = _any

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


def _stays(name: str) -> bool:
    return name.lower() not in _HOPS
