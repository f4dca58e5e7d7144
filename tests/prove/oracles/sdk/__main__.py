"""`prove-sdk`: Microsoft's Python and JavaScript SDKs against the simulator, over HTTPS.

Both log in with a secret and with a certificate, create, list, renew and remove subscriptions, and
follow lists page by page. What the simulator sends is verified and opened by PyJWT, cryptography and
Node's crypto: nothing of this project's takes part in that.
"""

import asyncio
import base64
import dataclasses
import datetime
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from local.checkout import run_directory
from local.problem import NotProven

from ...findings import Findings
from .endpoint import Endpoint, endpoint
from .graph import Graph, graph, later
from .opening import Opened, open_all
from .subscriber import Figures, Subscriber, with_certificate, with_secret

_RICH = ("chats/getAllMessages", "teams/getAllMessages", "chats")
_CHANGES = 60
_NODE = Path(__file__).with_name("node")
_NODE_SECONDS = 120
_ORDER: dict[str, Any] = {
    "count": _CHANGES,
    "batch": 4,
    "seed": 5,
    "updated": 0.2,
    "deleted": 0.1,
    "mix": True,
    "faults": {"tamper": 0.1, "wrongToken": 0.1},
}
_FAULTY = 6
"""A tenth of the changes: as many tampered items, and as many wrong tokens."""


@dataclasses.dataclass(frozen=True)
class Keys:
    """One key pair for what is sealed, and to log in with."""

    private: rsa.RSAPrivateKey = dataclasses.field(repr=False)
    certificate: x509.Certificate

    @property
    def base64_der(self) -> str:
        """As a subscription takes it."""
        der = self.certificate.public_bytes(serialization.Encoding.DER)
        return base64.b64encode(der).decode()

    @property
    def certificate_pem(self) -> str:
        """As Entra takes it."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def private_pem(self) -> str:
        """The key alone."""
        return self.private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()


def main() -> int:
    """Runs both, prints their figures; raises NotProven where one is wrong."""
    started, findings = time.monotonic(), Findings()
    nothing = Figures(), Opened()
    (figures, opened), (node_figures, node_opened) = nothing, nothing
    with run_directory("prove-sdk") as directory, graph(directory) as running:
        keys = _make_keys()
        _register(running, keys)
        with findings.part("Python SDK"), endpoint() as listening:
            figures, opened = asyncio.run(_python(running, keys, listening))
        with findings.part("JavaScript SDK"):
            node_figures, node_opened = _node(running, keys)
    rows = [
        ("Python SDK", figures),
        ("JavaScript SDK", node_figures),
    ]
    for name, row in rows:
        print(
            f"{name}: {row.calls} calls; {row.created} subscriptions created, {row.renewed} renewed, "
            f"{row.removed} removed; {row.listed} listed, {row.pages} pages; "
            f"{row.refusals} refusals told apart"
        )
    for name, seen in (("PyJWT and cryptography", opened), ("Node's crypto", node_opened)):
        print(
            f"{name}: {seen.tokens} tokens verified, {seen.refused_tokens} wrong ones refused; "
            f"{seen.items} items opened, {seen.refused_items} tampered ones refused; "
            f"{seen.strange} that nobody announced"
        )
    print(f"seconds: {time.monotonic() - started:.0f}")
    expect = findings.expect
    for name, row in rows:
        expect(f"{name}: every subscription was renewed", row.renewed == row.created > 0)
        expect(f"{name}: every subscription was removed", row.removed == row.created)
        expect(f"{name}: lists have several pages", row.pages > 4)
        expect(f"{name}: refusals have their codes", row.refusals == 4)
    for name, seen in (("PyJWT and cryptography", opened), ("Node's crypto", node_opened)):
        rounds = 2
        expect(f"{name}: wrong tokens", seen.refused_tokens == rounds * _FAULTY)
        expect(f"{name}: tampered items", seen.refused_items == rounds * _FAULTY)
        expect(f"{name}: items that nobody announced", seen.strange == 0)
        expect(f"{name}: items", seen.items > 60 and seen.tokens > 15)
    findings.conclude()
    return 0


async def _python(graph_: Graph, keys: Keys, listening: Endpoint) -> tuple[Figures, Opened]:
    figures, opened = Figures(), Opened()
    login_pem = (keys.certificate_pem + keys.private_pem).encode()
    for credential in (with_secret(graph_), with_certificate(graph_, login_pem)):
        subscriber = Subscriber(graph_, credential)
        made = [
            await subscriber.create(
                resource,
                listening.url,
                include_resource_data=True,
                encryption_certificate=keys.base64_der,
                encryption_certificate_id="sdk",
            )
            for resource in _RICH
        ]
        for resource, expected in (("me/chats", 500), ("chats/19:nobody@thread.v2", 404)):
            seen = await subscriber.refusal(resource, listening.url)
            _expect(f"{resource} is refused: {seen}", seen == (expected, "ExtensionError"))
        _expect("the list has what was made", set(made) <= await subscriber.listed())
        _expect("the directory has people", await subscriber.people() > 5)
        announced = await asyncio.to_thread(graph_.announce, _ORDER | {"subscriptions": made})
        jwks = graph_.ask(f"/{graph_.tenant}/discovery/v2.0/keys")
        app = graph_.identities.app_id
        found = open_all(listening.bodies, jwks, graph_.tenant, app, keys.private, announced)
        listening.bodies.clear()
        for one in made:
            await subscriber.renew(one, later(20))
            await subscriber.remove(one)
        figures, opened = _sum(figures, subscriber.figures), _sum(opened, found)
    return figures, opened


def _node(graph_: Graph, keys: Keys) -> tuple[Figures, Opened]:
    settings = {
        "url": graph_.url,
        "tenant": graph_.tenant,
        "appId": graph_.identities.app_id,
        "clientSecret": graph_.identities.client_secret,
        "appPem": keys.certificate_pem + keys.private_pem,
        "certificate": keys.base64_der,
        "privateKey": keys.private_pem,
    }
    try:
        done = subprocess.run(
            ["node", "prove.mjs"],
            cwd=_NODE,
            env=dict(os.environ),
            input=json.dumps(settings),
            capture_output=True,
            text=True,
            timeout=_NODE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as hung:
        said = ((hung.stdout or b"") + (hung.stderr or b"")).decode(errors="replace")
        raise NotProven(f"the JavaScript SDK did not end; it had said: {said}") from None
    if done.returncode != 0:
        raise NotProven(f"the JavaScript SDK failed\n{done.stderr}")
    found = json.loads(done.stdout)
    return _pick(Figures, found), _pick(Opened, found)


def _pick(kind: Any, found: dict[str, int]) -> Any:
    names = [each.name for each in dataclasses.fields(kind)]
    return kind(**{name: found[name] for name in names})


def _sum(one: Any, other: Any) -> Any:
    left, right = dataclasses.astuple(one), dataclasses.astuple(other)
    return type(one)(*(a + b for a, b in zip(left, right, strict=True)))


def _expect(what: str, met: bool) -> None:
    if not met:
        raise NotProven(f"not as it has to be: {what}")


def _register(graph_: Graph, keys: Keys) -> None:
    """The app may log in with the certificate too, and lists have several pages."""
    app = {
        "clientId": graph_.identities.app_id,
        "secrets": [graph_.identities.client_secret],
        "certificates": [keys.certificate_pem],
    }
    graph_.ask("/simulator/app", app)
    graph_.ask("/simulator/settings", {"pageSize": 2})


def _make_keys() -> Keys:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "teamwire prove-sdk")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(private, hashes.SHA256())
    )
    return Keys(private, certificate)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except NotProven as fault:
        sys.exit(f"teamwire prove-sdk: {fault}")
