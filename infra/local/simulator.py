"""Graph and Entra for one machine: starts teamwire-simulator and speaks its APIs."""

import contextlib
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from .checkout import binary
from .child import Child
from .environment import bare_environment
from .identities import Identities
from .loopback import json_request, open_directly
from .problem import Problem


class SimulatorRefused(Problem):
    """An answer of 400 or above, which the run can do nothing about."""


class Simulator:
    """A running simulator."""

    def __init__(self, child: Child, url: str, identities: Identities) -> None:
        self.child = child
        self.url = url
        self._identities = identities

    def subscribe(
        self, tenant: str, subscription: dict[str, Any], api: str = "v1.0"
    ) -> dict[str, Any]:
        """Creates a subscription as an app does: a token first, then POST /subscriptions."""
        url = f"{self.url}/{api}/subscriptions"
        return send(json_request("POST", url, subscription, self._token(tenant)))

    def renew(self, tenant: str, subscription: str, until: str) -> None:
        """Gives a subscription another end."""
        url = f"{self.url}/v1.0/subscriptions/{subscription}"
        send(json_request("PATCH", url, {"expirationDateTime": until}, self._token(tenant)))

    def unsubscribe(self, tenant: str, subscription: str) -> None:
        """Deletes a subscription."""
        url = f"{self.url}/v1.0/subscriptions/{subscription}"
        send(json_request("DELETE", url, None, self._token(tenant)))

    def bring_about(self, tenant: str, resources: Iterable[str]) -> None:
        """Lets the chats, teams, people and meetings that these paths name be there."""
        there = {"tenant": tenant, "resources": list(resources)}
        send(json_request("POST", f"{self.url}/simulator/world", there))

    def announce(self, order: dict[str, Any]) -> str:
        """Makes changes and notifies of them; the answer is the id of the job that does."""
        answer = send(json_request("POST", f"{self.url}/simulator/announce", order))
        return str(answer["job"])

    def job(self, job: str) -> dict[str, Any]:
        """The ledger of a job: whether it is done, and every change it has announced so far."""
        return send(json_request("GET", f"{self.url}/simulator/jobs/{job}"))

    def content(self, tenant: str, path: str) -> bytes:
        """The bytes that a GET below v1.0 answers with; transcripts have the names of speakers."""
        request = json_request("GET", f"{self.url}/v1.0/{path}", None, self._token(tenant))
        is_transcript = path.endswith("/content") and "/transcripts/" in path
        request.add_header("accept", "text/vtt" if is_transcript else "*/*")
        request.add_header("prefer", "include-unknown-enum-members")
        with open_directly(request) as answer:
            content: bytes = answer.read()
            return content

    def _token(self, tenant: str) -> str:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._identities.app_id,
            "client_secret": self._identities.client_secret,
            "scope": "https://graph.microsoft.com/.default",
        }
        url = f"{self.url}/{tenant}/oauth2/v2.0/token"
        request = urllib.request.Request(url, data=urllib.parse.urlencode(form).encode())
        return str(send(request)["access_token"])


@contextlib.contextmanager
def simulator(directory: Path, identities: Identities) -> Iterator[Simulator]:
    """Starts the simulator on a free port, and stops it."""
    state = directory / "simulator"
    state.mkdir()
    command = [str(binary("teamwire-simulator")), "serve", "--listen", "127.0.0.1:0"]
    command += ["--state", str(state), "--app-id", identities.app_id]
    for tenant in identities.tenants:
        command += ["--tenant", tenant]
    secret = {"TEAMWIRE_SIMULATOR_CLIENT_SECRET": identities.client_secret}
    child = Child("simulator", command, directory, bare_environment(directory) | secret)
    try:
        url = json.loads(child.first_line())["url"]
        yield Simulator(child, url, identities)
    finally:
        child.stop()


def send(request: urllib.request.Request) -> dict[str, Any]:
    """The JSON of the answer; raises SimulatorRefused."""
    try:
        with open_directly(request) as answer:
            text = answer.read()
            body: dict[str, Any] = json.loads(text) if text else {}
            return body
    except urllib.error.HTTPError as refusal:
        detail = refusal.read(1000).decode(errors="replace")
        path = urllib.parse.urlsplit(request.full_url).path
        raise SimulatorRefused(
            f"{request.get_method()} {path} -> {refusal.code} {detail}"
        ) from None
