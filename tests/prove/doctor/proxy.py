"""A proxy in front of the API, which can do to notifications what proxies do."""

import contextlib
import http.server
import ssl
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from local.loopback import open_directly


@dataclass(frozen=True)
class Asked:
    """A POST."""

    path: str
    body: bytes

    @property
    def token(self) -> str | None:
        """The token that a handshake wants back."""
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        return query.get("validationToken", [None])[0]


@dataclass(frozen=True)
class Said:
    """An answer."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "text/plain"})


Behaviour = Callable[[Asked, Callable[[], Said]], Said | None]
"""The way it answers: as the server behind it, otherwise, or not at all."""


class Proxy:
    """A running proxy."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.behind = ""
        """Root of what is behind it."""
        self.behaviour: Behaviour = passing

    def ask(self, asked: Asked) -> Said:
        """The answer of the server behind it."""
        request = urllib.request.Request(
            self.behind + asked.path,
            data=asked.body,
            headers={"content-type": "application/json"},
            method="POST",
        )
        try:
            with open_directly(request) as answer:
                return Said(answer.status, answer.read(), _told(answer.headers.items()))
        except urllib.error.HTTPError as refusal:
            with refusal:
                return Said(refusal.code, refusal.read(), _told(refusal.headers.items()))


@contextlib.contextmanager
def start_proxy(pem: Path | None = None) -> Iterator[Proxy]:
    """Starts it on a free port, and stops it; with TLS where a key and a certificate are given."""
    server = _Server(("127.0.0.1", 0), _Handler)
    running = Proxy(f"http://127.0.0.1:{server.server_address[1]}")
    if pem is not None:
        running.url = f"https://localhost:{server.server_address[1]}"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.proxy = running
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()


class _Server(http.server.ThreadingHTTPServer):
    proxy: Proxy

    def handle_error(self, *_: object) -> None:
        """Nothing: the client sees that there is no answer."""


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Answers as it behaves at present."""
        assert isinstance(self.server, _Server)
        running = self.server.proxy
        length = int(self.headers.get("content-length", 0))
        asked = Asked(self.path, self.rfile.read(length))
        said = running.behaviour(asked, lambda: running.ask(asked))
        if said is None:
            self.close_connection = True
            return
        with contextlib.suppress(ConnectionError):
            self.send_response(said.status)
            for name, value in said.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(said.body)))
            self.end_headers()
            self.wfile.write(said.body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


def passing(_: Asked, ask: Callable[[], Said]) -> Said | None:
    """As what is behind it."""
    return ask()


def always(said: Said) -> Behaviour:
    """The same, whatever is asked."""
    return lambda asked, ask: said


def to_handshakes(change: Callable[[Asked, Said], Said]) -> Behaviour:
    """Answers to handshakes are changed on their way."""

    def behaviour(asked: Asked, ask: Callable[[], Said]) -> Said:
        said = ask()
        return change(asked, said) if asked.token is not None else said

    return behaviour


def late(path: str, seconds: float, times: int | None = None) -> Behaviour:
    """Handshakes of one path are held back, all or the first ones."""
    held = []

    def behaviour(asked: Asked, ask: Callable[[], Said]) -> Said:
        if asked.token is not None and asked.path.startswith(path):
            if times is None or len(held) < times:
                held.append(asked)
                time.sleep(seconds)
        return ask()

    return behaviour


def _told(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    told = {name.lower(): value for name, value in headers}
    return {name: value for name, value in told.items() if name in ("content-type", "location")}
