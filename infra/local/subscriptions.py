"""The subscriptions of a run: each resource rich in one tenant, basic in the other."""

import datetime
from dataclasses import dataclass
from typing import Any

from .certificates import Certificate, EnvelopeKeys
from .deploy import Deployment
from .identities import Identities
from .simulator import Simulator

# Graph announces no deletion of a chat.
_RESOURCES = {
    "chats/getAllMessages": "created,updated,deleted",
    "teams/getAllMessages": "created,updated,deleted",
    "chats": "created,updated",
}

# Just below the three days that Graph allows for Teams resources.
_LIFETIME = datetime.timedelta(hours=70)


@dataclass(frozen=True)
class Subscription:
    """What Graph knows now."""

    id: str
    tenant: str
    resource: str
    kind: str
    """`rich` or `basic`."""


def subscribe(
    simulator: Simulator, deployment: Deployment, identities: Identities, keys: EnvelopeKeys
) -> list[Subscription]:
    """Creates them; Graph's handshake reaches both URLs of the deployment for each one.

    Graph takes one subscription per app and resource, so rich and basic take turns. The first
    tenant seals for the key in the secret, the second for the key in KMS.
    """
    made = []
    certificates = (keys.in_secret, keys.in_kms)
    for turn, (tenant, certificate) in enumerate(
        zip(identities.tenants, certificates, strict=True)
    ):
        for place, resource in enumerate(_RESOURCES):
            rich = (turn + place) % 2 == 0
            request = _request(deployment, identities, resource, certificate if rich else None)
            answer = simulator.subscribe(tenant, request)
            kind = "rich" if rich else "basic"
            made.append(Subscription(answer["id"], tenant, resource, kind))
    return made


def _request(
    deployment: Deployment, identities: Identities, resource: str, certificate: Certificate | None
) -> dict[str, Any]:
    expires = datetime.datetime.now(datetime.timezone.utc) + _LIFETIME
    request: dict[str, Any] = {
        "changeType": _RESOURCES[resource],
        "resource": resource,
        "notificationUrl": deployment.notification_url,
        "lifecycleNotificationUrl": deployment.lifecycle_url,
        "expirationDateTime": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "clientState": identities.client_state,
    }
    if certificate is not None:
        request |= {
            "includeResourceData": True,
            "encryptionCertificate": certificate.base64_der,
            "encryptionCertificateId": certificate.id,
        }
    return request
