"""The subscriptions of a run, made by the product: a file in the bucket, then an order."""

import json
from dataclasses import dataclass
from typing import Any

from .certificates import Certificate, EnvelopeKeys
from .deploy import Deployment
from .emulator import Emulator
from .identities import Identities
from .problem import Problem

_RESOURCES = ("chats/getAllMessages", "teams/getAllMessages", "chats")


class NotSubscribed(Problem):
    """The function did not do all that it was asked for."""


@dataclass(frozen=True)
class Subscription:
    """A subscription as Graph has it now."""

    id: str
    tenant: str
    resource: str
    kind: str
    """`rich` or `basic`."""


def subscribe(
    emulator: Emulator, deployment: Deployment, identities: Identities, keys: EnvelopeKeys
) -> list[Subscription]:
    """Has them made; Graph's handshake reaches both URLs of the deployment for each one.

    Graph takes one subscription per app and resource, so rich and basic take turns. Content is
    sealed for the key in KMS.
    """
    kinds = kinds_of(identities.tenants)
    for key, text in (
        ("subscriptions.toml", wanted(kinds)),
        ("certificates.json", _certificates(keys.in_kms)),
    ):
        bucket = deployment.outputs["ConfigBucketName"]
        emulator.client("s3").put_object(Bucket=bucket, Key=key, Body=text.encode())
    report = order(emulator, deployment, {"action": "apply"})
    ids = {
        (tenant["tenant"], change["resource"]): change["subscriptionId"]
        for tenant in report["tenants"]
        for change in tenant["changes"]
    }
    return [Subscription(ids[key], *key, kind) for key, kind in kinds.items()]


def order(emulator: Emulator, deployment: Deployment, what: dict[str, Any]) -> dict[str, Any]:
    """The answer of the subscriptions function to a command; raises NotSubscribed for a fault."""
    answer = emulator.client("lambda").invoke(
        FunctionName=deployment.functions()["subscriptions"], Payload=json.dumps(what).encode()
    )
    report: dict[str, Any] = json.load(answer["Payload"])
    if "FunctionError" in answer:
        raise NotSubscribed(f"the subscriptions function failed: {report.get('errorMessage')}")
    if report["faults"]:
        faults = [f"{fault['reason']}: {fault['message']}" for fault in report["faults"]]
        raise NotSubscribed("\n  ".join([f"{what['action']} was not carried out", *faults]))
    return report


def wanted(kinds: dict[tuple[str, str], str]) -> str:
    """The file, for each tenant and resource with its kind."""
    lines = []
    for tenant in dict.fromkeys(tenant for tenant, _ in kinds):
        lines += ["[[tenants]]", f'id = "{tenant}"', ""]
        for (of, resource), kind in kinds.items():
            if of == tenant:
                lines += ["[[tenants.subscriptions]]", f'resource = "{resource}"']
                lines += [f'payload = "{kind}"', ""]
    return "\n".join(lines)


def kinds_of(tenants: tuple[str, ...]) -> dict[tuple[str, str], str]:
    """The subscriptions, by tenant and resource: `rich` and `basic` in turn."""
    return {
        (tenant, resource): "basic" if (turn + place) % 2 else "rich"
        for turn, tenant in enumerate(tenants)
        for place, resource in enumerate(_RESOURCES)
    }


def _certificates(current: Certificate) -> str:
    listed = {current.id: {"certificate": current.base64_der}}
    return json.dumps({"current": current.id, "certificates": listed})
