"""An endpoint that answers the handshake and keeps what it is sent."""

import contextlib
import http.server
import json
import threading
import urllib.parse
from collections.abc import Iterator
from typing import Any


class Endpoint(http.server.ThreadingHTTPServer):
    """The requests, in the order in which they came."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.bodies: list[dict[str, Any]] = []
        self.handshakes = 0

    @property
    def url(self) -> str:
        """The URL for notifications."""
        return f"http://127.0.0.1:{self.server_port}/notifications"


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        """A handshake, or notifications."""
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query)
        if "validationToken" in query:
            self.server.handshakes += 1
            return self._answer(200, query["validationToken"][0].encode())
        self.server.bodies.append(json.loads(body))
        return self._answer(202, b"")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", "text/plain")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@contextlib.contextmanager
def endpoint() -> Iterator[Endpoint]:
    """Listens on a free port of this machine."""
    server = Endpoint()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
