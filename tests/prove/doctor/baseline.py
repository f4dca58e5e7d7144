"""A stack of which there is nothing to say: what a local run leaves open is put in order."""

import base64
import contextlib
import datetime
import json
from collections.abc import Iterator
from contextlib import AbstractContextManager

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from local.certificates import Certificate, EnvelopeKeys
from local.loopback import json_request
from local.simulator import send
from local.stack import Stack, stack
from local.subscriptions import kinds_of, wanted
from local.translate import API_ID

from .proxy import Proxy, start_proxy
from .stack_under_test import StackUnderTest

_YEAR = 365
ROLES = (
    "Application.Read.All",
    "ChannelMessage.Read.All",
    "Chat.Read.All",
    "Team.ReadBasic.All",
    "User.ReadBasic.All",
)
"""The permissions of the app: for the subscriptions, their gaps, and to see its own entry."""


@contextlib.contextmanager
def stack_under_test() -> Iterator[StackUnderTest]:
    """Starts it all and stops what it started, however the body ends.

    Beside a local run: a proxy is in front of the API, credentials are in a secret, certificates
    are valid for a year.
    """
    with start_proxy() as before, _start(before) as running:
        before.behind = running.emulator.api_url(API_ID)
        one = StackUnderTest(running, before)
        one.scene.stop_schedule()
        url = f"{running.simulator.url}/simulator/servicePrincipal"
        send(json_request("POST", url, {"roles": list(ROLES)}))
        for key, text in (
            ("subscriptions.toml", wanted(kinds_of(running.identities.tenants))),
            ("certificates.json", listed(running.keys, -1, _YEAR)),
        ):
            bucket = one.outputs["ConfigBucketName"]
            one.aws("s3").put_object(Bucket=bucket, Key=key, Body=text.encode())
        running.order({"action": "apply"})
        yield one


def _start(before: Proxy) -> AbstractContextManager[Stack]:
    other = {"PublicUrl": before.url, "Credentials": ""}
    return stack("prove-doctor", subscribed=False, tail=True, other=other)


def listed(keys: EnvelopeKeys, begins: int, ends: int) -> str:
    """certificates.json: the one of the secret is current, valid between these days from now.

    The one of KMS is listed as well, and valid for a year.
    """
    private = serialization.load_pem_private_key(keys.private_pem.encode(), None)
    if not isinstance(private, rsa.RSAPrivateKey):
        raise TypeError("the key of the secret is of another kind")
    certificates = {
        keys.in_secret.id: _again(keys.in_secret, private, begins, ends),
        keys.in_kms.id: _again(keys.in_kms, private, -1, _YEAR),
    }
    return json.dumps({"current": keys.in_secret.id, "certificates": certificates})


def _again(
    certificate: Certificate, issuer: rsa.RSAPrivateKey, begins: int, ends: int
) -> dict[str, str]:
    before = x509.load_der_x509_certificate(base64.b64decode(certificate.base64_der))
    public = before.public_key()
    if not isinstance(public, rsa.RSAPublicKey):
        raise TypeError("the certificate is over a key of another kind")
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (
        x509.CertificateBuilder()
        .subject_name(before.subject)
        .issuer_name(before.issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + datetime.timedelta(days=begins))
        .not_valid_after(now + datetime.timedelta(days=ends))
        .sign(issuer, hashes.SHA256())
    )
    der = made.public_bytes(serialization.Encoding.DER)
    return {"certificate": base64.b64encode(der).decode()}

