"""Graph and Entra for one machine: starts teamwire-simulator and speaks its APIs."""

import base64
import contextlib
import datetime
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
from .times import parse_time


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

    def subscriptions(self, tenant: str) -> list[dict[str, Any]]:
        """Those that the app has in a tenant, by Graph's own list."""
        listed: list[dict[str, Any]] = []
        token, url = self._token(tenant), f"{self.url}/v1.0/subscriptions"
        while url:
            page = send(json_request("GET", url, None, token))
            listed += page["value"]
            url = page.get("@odata.nextLink", "")
        return listed

    def now(self) -> datetime.datetime:
        """The time at Graph."""
        return parse_time(send(json_request("GET", f"{self.url}/simulator/clock"))["now"])

    def refuse_reads(self, status: int, retry_after: int) -> None:
        """Has every GET of a resource answered with this status, until it is taken back."""
        self._fault(
            {"fault": "graph", "on": "resources", "status": status, "retryAfter": retry_after}
        )

    def answer_reads(self) -> None:
        """Takes it back."""
        self._fault({"fault": "graph", "on": "resources", "status": 503, "requests": 0})

    def remove(self, subscription: str) -> None:
        """Has Graph drop a subscription, and say so by a lifecycle notification."""
        self._fault({"fault": "remove", "subscriptionId": subscription, "told": True})

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

    def _fault(self, fault: dict[str, Any]) -> None:
        send(json_request("POST", f"{self.url}/simulator/faults", fault))

    def permissions(self, tenant: str) -> list[str]:
        """The application permissions that a token names."""
        payload = self._token(tenant).split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        roles: list[str] = claims["roles"]
        return roles

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
