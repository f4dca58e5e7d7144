"""Loopback HTTP that no proxy setting of the caller can divert."""

import json
import urllib.request
from http.client import HTTPResponse
from typing import Any

_SECONDS = 30.0
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def open_directly(request: urllib.request.Request) -> HTTPResponse:
    """Sends the request; raises urllib's HTTPError for an answer of 400 and above."""
    answer: HTTPResponse = _OPENER.open(request, timeout=_SECONDS)
    return answer


def json_request(
    method: str, url: str, body: Any = None, token: str | None = None
) -> urllib.request.Request:
    """A request with a JSON body, and a bearer token where one is given."""
    headers = {"content-type": "application/json"}
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    return urllib.request.Request(url, data=data, headers=headers, method=method)
