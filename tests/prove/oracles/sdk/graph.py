"""The simulator over HTTPS, and who takes part: for clients that were written for the real Graph."""

import contextlib
import datetime
import json
import os
import ssl
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.checkout import binary
from local.child import Child
from local.environment import bare_environment
from local.identities import Identities

_READY_SECONDS = 30.0
_JOB_SECONDS = 60.0


@dataclass(frozen=True)
class Graph:
    """Graph and Entra, and the app that is registered there."""

    url: str
    root: Path
    """The certificate that the run's HTTPS is trusted by."""
    identities: Identities
    context: ssl.SSLContext = field(repr=False)

    @property
    def tenant(self) -> str:
        """The one that everything happens in."""
        return self.identities.tenants[0]

    @property
    def host(self) -> str:
        """Host and port."""
        return self.url.removeprefix("https://")

    def ask(self, path: str, body: Any = None) -> dict[str, Any]:
        """GETs, or POSTs where there is a body: of the control side and of Entra."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        request = urllib.request.Request(f"{self.url}{path}", data, headers)
        handler = urllib.request.HTTPSHandler(context=self.context)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), handler)
        with opener.open(request, timeout=_READY_SECONDS) as answer:
            text = answer.read()
        found: dict[str, Any] = json.loads(text) if text else {}
        return found

    def announce(self, order: dict[str, Any]) -> list[dict[str, Any]]:
        """Makes changes, and waits until each was told; what was announced."""
        job = self.ask("/simulator/announce", order)["job"]
        patience = time.monotonic() + _JOB_SECONDS
        while time.monotonic() < patience:
            ledger = self.ask(f"/simulator/jobs/{job}")
            if ledger["done"]:
                changes: list[dict[str, Any]] = ledger["changes"]
                return changes
            time.sleep(0.1)
        raise TimeoutError(f"the job {job} did not end")


@contextlib.contextmanager
def graph(directory: Path) -> Iterator[Graph]:
    """Starts it, and has every client of this process trust it."""
    identities, state = Identities(), directory / "simulator"
    state.mkdir()
    command = [str(binary("teamwire-simulator")), "serve", "--tls", "--listen", "127.0.0.1:0"]
    command += ["--state", str(state), "--app-id", identities.app_id]
    command += ["--tenant", identities.tenants[0]]
    secret = {"TEAMWIRE_SIMULATOR_CLIENT_SECRET": identities.client_secret}
    child = Child("simulator", command, directory, bare_environment(directory) | secret)
    try:
        url = json.loads(child.first_line())["url"]
        root = state / "root.pem"
        # Each library has a variable of its own.
        for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"):
            os.environ[name] = str(root)
        os.environ["NO_PROXY"] = os.environ["no_proxy"] = "localhost,127.0.0.1"
        yield Graph(url, root, identities, ssl.create_default_context(cafile=str(root)))
    finally:
        child.stop()


def later(hours: int) -> datetime.datetime:
    """So many hours from now."""
    return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=hours)
