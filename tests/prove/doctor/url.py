"""Faults of the URLs that Graph posts to."""

import contextlib
import html
import json
import urllib.parse
from collections.abc import Callable

from local.certificates import as_pem
from local.ports import free_port
from local.translate import API_ID

from .case import Case
from .proxy import Asked, Behaviour, Said, always, late, start_proxy, to_handshakes
from .stack_under_test import StackUnderTest

_SLOW_SECONDS = 3.2
_HANGS_SECONDS = 11.5


def cases() -> list[Case]:
    """In the order in which they are broken."""
    return [
        Case(
            "the API has lost a route",
            _delete_route,
            "url-not-found",
            ("notification URL", "404"),
        ),
        Case(
            "ingest was stopped by a concurrency of nothing",
            lambda stack: stack.stop("ingest"),
            "function-throttled",
            ("teamwire-ingest",),
            besides=("url-throttled",),
        ),
        Case(
            "a proxy redirects to its other name",
            _behind_proxy(
                always(Said(308, headers={"location": "https://www.example.com/notifications"}))
            ),
            "url-redirects",
            ("308", "https://www.example.com/notifications"),
        ),
        Case(
            "an authorizer stands before ingest",
            _behind_proxy(always(Said(401, b'{"message":"Unauthorized"}'))),
            "url-forbidden",
            ("401",),
        ),
        Case(
            "a firewall lets handshakes through, and no notifications",
            _behind_proxy(_forbid_bodies),
            "url-forbidden",
            ("a POST that is no notification", "403"),
        ),
        Case(
            "the API holds back",
            _behind_proxy(always(Said(429, b'{"message":"Too Many Requests"}'))),
            "url-throttled",
            ("429",),
        ),
        Case(
            "what is behind the proxy is down",
            _behind_proxy(always(Said(502, b"Bad Gateway"))),
            "url-failing",
            ("502",),
        ),
        Case(
            "a proxy closes the connection",
            _behind_proxy(lambda asked, ask: None),
            "url-unreachable",
            ("{proxy}/notifications", "can't be reached"),
        ),
        Case(
            "a page that answers everything stands there",
            _behind_proxy(_somebody_else),
            "url-not-ingest",
            ("202",),
        ),
        Case(
            "a handshake is answered with 202",
            _behind_proxy(to_handshakes(lambda _, said: Said(202, said.body, said.headers))),
            "handshake-status",
            ("202",),
        ),
        Case(
            "a framework answers the handshake as JSON",
            _behind_proxy(to_handshakes(_as_json)),
            "handshake-type",
            ("application/json", "text/plain"),
        ),
        Case(
            "a framework escapes the token for HTML",
            _behind_proxy(to_handshakes(_escaped)),
            "handshake-body",
            ("&amp;",),
        ),
        Case(
            "a proxy gives the token back as it was encoded",
            _behind_proxy(to_handshakes(_encoded)),
            "handshake-body",
            ("%",),
        ),
        Case(
            "every answer takes three seconds",
            _behind_proxy(late("/notifications", _SLOW_SECONDS)),
            "url-slow",
            ("notification URL", "first answer 3"),
        ),
        Case(
            "the first answer takes three seconds",
            _behind_proxy(late("/notifications", _SLOW_SECONDS, times=1)),
            "url-cold-slow",
            ("notification URL", "first answer 3"),
        ),
        Case(
            "a handshake takes longer than Graph waits",
            _behind_proxy(late("/lifecycle", _HANGS_SECONDS, times=1)),
            "handshake-too-slow",
            ("lifecycle URL", "10 s"),
        ),
        Case(
            "nobody listens at the URL",
            lambda stack: _moved(stack, f"http://127.0.0.1:{free_port()}"),
            "url-unreachable",
            ("can't be reached", "http://127.0.0.1:"),
            besides=("subscription-elsewhere",),
        ),
        Case(
            "the URL is of another API",
            _other_api,
            "url-other-api",
            ("execute-api/a9a9a9a9/", API_ID),
            besides=("subscription-elsewhere", "url-not-found"),
        ),
        Case(
            "the URL is not https",
            lambda stack: _moved(stack, "http://hooks.example.com"),
            "url-not-https",
            ("http://hooks.example.com/notifications",),
            besides=("subscription-elsewhere",),
        ),
        Case(
            "the certificate of the URL is nobody's",
            _nobodys_certificate,
            "url-tls",
            ("https://localhost:", "certificate"),
            besides=("subscription-elsewhere",),
        ),
    ]


def _behind_proxy(behaviour: Behaviour) -> Callable[[StackUnderTest], None]:
    def cause(stack: StackUnderTest) -> None:
        before, stack.proxy.behaviour = stack.proxy.behaviour, behaviour
        stack.afterwards(lambda: setattr(stack.proxy, "behaviour", before))

    return cause


def _delete_route(stack: StackUnderTest) -> None:
    api = stack.aws("apigatewayv2")
    (route,) = (
        each
        for each in api.get_routes(ApiId=API_ID)["Items"]
        if each["RouteKey"].endswith("/notifications")
    )
    api.delete_route(ApiId=API_ID, RouteId=route["RouteId"])
    stack.afterwards(
        lambda: api.create_route(
            ApiId=API_ID, RouteKey=route["RouteKey"], Target=route["Target"]
        )
    )


def _moved(stack: StackUnderTest, root: str) -> None:
    stack.variables("subscriptions", TEAMWIRE_NOTIFICATION_URL=f"{root}/notifications")


def _other_api(stack: StackUnderTest) -> None:
    own = stack.running.emulator.api_url(API_ID)
    _moved(stack, own.replace(API_ID, "a9a9a9a9"))


def _nobodys_certificate(stack: StackUnderTest) -> None:
    pem = stack.running.directory / "proxy.pem"
    keys = stack.running.keys
    pem.write_text(keys.private_pem + as_pem(keys.in_secret))
    started = contextlib.ExitStack()
    secure = started.enter_context(start_proxy(pem))
    stack.afterwards(started.close)
    _moved(stack, secure.url)


def _forbid_bodies(asked: Asked, ask: Callable[[], Said]) -> Said:
    return ask() if asked.token is not None else Said(403, b"Forbidden")


def _somebody_else(asked: Asked, ask: Callable[[], Said]) -> Said:
    return ask() if asked.token is not None else Said(202)


def _as_json(_: Asked, said: Said) -> Said:
    body = json.dumps(said.body.decode(), ensure_ascii=False).encode()
    return Said(200, body, {"content-type": "application/json"})


def _escaped(_: Asked, said: Said) -> Said:
    return Said(200, html.escape(said.body.decode()).encode())


def _encoded(asked: Asked, _: Said) -> Said:
    return Said(200, urllib.parse.quote(asked.token or "").encode())
