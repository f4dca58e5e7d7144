"""Serves the page to a browser on this machine, and to nobody else.

A page of somebody else's in the same browser can send requests here too: by a name of its own that
it lets resolve to this address, or as a form. So `Host` and `Origin` have to be ours, and a POST
brings the token that only this page has been given.
"""

import contextlib
import http.server
import json
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path
from typing import Any

from ..problem import Problem
from ..watch import State
from .actions import Actions, Impossible
from .view import content, view

_FILES = Path(__file__).with_name("files")
_TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
_TOKEN = "{{token}}"
_HEADERS = {
    # Nothing but the files beside this one; and no text ever becomes markup or code.
    "Content-Security-Policy": "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
BODY_BYTES = 1_024
_IDLE_SECONDS = 30
_CONNECTIONS = 64


class Refused(Exception):
    """A request that is not answered as it wishes."""

    def __init__(self, status: HTTPStatus, why: str) -> None:
        super().__init__(why)
        self.status = status


class Served:
    """The address of the page."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/"


@contextlib.contextmanager
def page(
    actions: Actions, state: Callable[[], State], seen: Callable[[], None]
) -> Iterator[Served]:
    """Serves it on a free port of loopback; `seen` is called after something was done."""
    server = _Server(actions, state, seen)
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
    thread.start()
    try:
        yield Served(server.server_port)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    # A browser holds connections open: the run does not wait for them when it ends.
    block_on_close = False

    def __init__(
        self, actions: Actions, state: Callable[[], State], seen: Callable[[], None]
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.actions, self.state, self.seen = actions, state, seen
        self.token = secrets.token_urlsafe()
        self.hosts = {f"{name}:{self.server_port}" for name in ("127.0.0.1", "localhost")}
        self.files = _read_files(self.token)
        self._places = threading.BoundedSemaphore(_CONNECTIONS)

    def process_request(self, request: Any, client_address: Any) -> None:
        """As many connections at once as a few browsers have."""
        if not self._places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Gives the place back at the end."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, *_: object) -> None:
        """A browser that went away is nothing to tell of."""


class _Handler(http.server.BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = _IDLE_SECONDS

    def do_GET(self) -> None:
        """A file, the state, or one event."""
        self._answer(self._get)

    def do_POST(self) -> None:
        """A button."""
        self._answer(self._post)

    def version_string(self) -> str:
        """Of which Python and of which library is nobody's business."""
        return "teamwire"

    def log_message(self, format: str, *args: object) -> None:
        """Standard output is for events."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refusals of the library (a method, a line too long): without markup, headers as ever."""
        self.close_connection = True
        self._send(HTTPStatus(code), {"error": message or HTTPStatus(code).phrase})

    def _answer(self, work: Callable[[], tuple[HTTPStatus, Any]]) -> None:
        try:
            self._check_origin()
            status, body = work()
        except Refused as refused:
            self.close_connection = True
            status, body = refused.status, {"error": str(refused)}
        with contextlib.suppress(ConnectionError):
            self._send(status, body)

    def _check_origin(self) -> None:
        if self.headers.get_all("host", []) not in [[host] for host in self.server.hosts]:
            raise Refused(HTTPStatus.MISDIRECTED_REQUEST, "this is not the host that was asked for")
        origin = self.headers.get("origin")
        if origin is None and self.command == "POST":
            raise Refused(HTTPStatus.FORBIDDEN, "a POST has to say where it is from")
        if origin is not None and origin != f"http://{self.headers['host']}":
            raise Refused(HTTPStatus.FORBIDDEN, "another page may ask nothing here")

    def _get(self) -> tuple[HTTPStatus, Any]:
        if self.path in self.server.files:
            return HTTPStatus.OK, self.server.files[self.path]
        state = self.server.state()
        if self.path == "/state":
            return HTTPStatus.OK, view(state, self.server.actions.cut)
        number = self.path.removeprefix("/events/")
        if number != self.path and number.isascii() and number.isdecimal() and len(number) < 12:
            event = content(state, int(number))
            if event is not None:
                return HTTPStatus.OK, event
        raise Refused(HTTPStatus.NOT_FOUND, "there is nothing here")

    def _post(self) -> tuple[HTTPStatus, Any]:
        wish = self._body()
        if not secrets.compare_digest(
            self.headers.get("x-token", "").encode(), self.server.token.encode()
        ):
            raise Refused(HTTPStatus.FORBIDDEN, "reload the page: it is of an earlier run")
        work = _WISHES.get(self.path)
        if work is None:
            raise Refused(HTTPStatus.NOT_FOUND, "there is nothing here")
        fields, act = work
        if {name: type(value) for name, value in wish.items()} != fields:
            raise Refused(HTTPStatus.BAD_REQUEST, "these are not the members that it takes")
        try:
            answer = act(self.server.actions, wish)
        except Impossible as impossible:
            raise Refused(HTTPStatus.CONFLICT, str(impossible)) from impossible
        except Problem as problem:
            raise Refused(HTTPStatus.BAD_GATEWAY, str(problem)) from problem
        self.server.seen()
        return HTTPStatus.OK, answer or {}

    def _body(self) -> dict[str, Any]:
        lengths = self.headers.get_all("content-length", [])
        length = lengths[0] if len(lengths) == 1 else ""
        if self.headers.get("transfer-encoding") or not (length.isascii() and length.isdecimal()):
            raise Refused(HTTPStatus.LENGTH_REQUIRED, "how long is it?")
        if len(length) > 9 or int(length) > BODY_BYTES:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"over {BODY_BYTES} bytes")
        body = self.rfile.read(int(length))
        if self.headers.get("content-type") != "application/json":
            raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "it takes application/json")
        try:
            wish = json.loads(body)
        except (ValueError, RecursionError):
            raise Refused(HTTPStatus.BAD_REQUEST, "this is no JSON") from None
        if not isinstance(wish, dict):
            raise Refused(HTTPStatus.BAD_REQUEST, "this is no object")
        return wish

    def _send(self, status: HTTPStatus, body: Any) -> None:
        if isinstance(body, tuple):
            kind, data = body
        else:
            kind, data = "application/json", json.dumps(body).encode()
        self.send_response(status)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


_Wish = tuple[Mapping[str, type], Callable[[Actions, dict[str, Any]], Any]]

_WISHES: dict[str, _Wish] = {
    "/send": ({"what": str}, lambda actions, wish: actions.send(wish["what"])),
    "/cut": (
        {"what": str, "off": bool},
        lambda actions, wish: actions.cut_off(wish["what"], wish["off"]),
    ),
    "/remove": (
        {"subscription": str},
        lambda actions, wish: actions.remove(wish["subscription"]),
    ),
    "/replay": (
        {"queue": str, "id": str, "force": bool},
        lambda actions, wish: asdict(actions.replay(wish["queue"], wish["id"], wish["force"])),
    ),
}


def _read_files(token: str) -> dict[str, tuple[str, bytes]]:
    """The files by their paths: nothing else is ever read from the disk."""
    files = {
        f"/{file.name}": (_TYPES[file.suffix], file.read_text(encoding="utf-8"))
        for file in _FILES.iterdir()
        if file.suffix in _TYPES
    }
    kind, text = files.pop("/index.html")
    files["/"] = (kind, text.replace(_TOKEN, token))
    return {path: (kind, text.encode()) for path, (kind, text) in files.items()}
