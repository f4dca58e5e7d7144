"""Situations that end in dead letters and in quarantine."""

import uuid
from typing import Any

from local.certificates import make_envelope_keys

from .case import Case
from .scene import Scene

_CHATS = "chats/getAllMessages"
_SOME = 4


def cases() -> list[Case]:
    """In the order in which they are brought about."""
    return [
        Case(
            "decrypt-dead-letters",
            _key_is_gone,
            look=('"reason":"none"|"reason":null', "unknown-certificate", "key-missing"),
            over_lacks=("record not forwarded",),
            after=lambda scene: scene.delivers(_CHATS, "rich", "sealed"),
            tidy=lambda scene: _tries(scene, seconds=180, most=25),
        ),
        Case(
            "Move dead letters to another queue",
            _tampered,
            look=('"reason":"tampered"', "hmac|rsa-oaep"),
            after=lambda scene: scene.read_again(scene.jobs["tampered"]),
            left=f"{_SOME}\t0\t0",
        ),
        Case(
            "hydrate-dead-letters",
            _not_to_be_read,
            look=("permission-missing", '"reason":"http-403"', "record not forwarded"),
            by_hand=_give_consent,
            waits=True,
            after=lambda scene: scene.arrived(scene.jobs["refused"]),
        ),
        Case(
            "backfill-dead-letters",
            _gap_refused,
            look=("permission-missing", '"reason":"http-403"', "record not forwarded"),
            over=("a list was read to its end",),
            by_hand=_give_consent,
        ),
        Case(
            "gaps-unfilled",
            _gap_refused,
            look=("permission-missing", '"reason":"http-403"', "chats/getAllMessages"),
            over=("a list was read to its end",),
            by_hand=_give_consent,
        ),
        Case(
            "lifecycle-dead-letters",
            _lifecycle_failed,
            look=('"id":', "mapping-disabled", "create"),
            over=("Nothing to do",),
        ),
        Case(
            "events-dead-letters",
            _consumer_fails,
            look=('"id":', "chatMessage"),
            after=lambda scene: scene.arrived(scene.jobs["refused by the consumer"]),
        ),
        Case(
            "quarantine",
            _states_overwritten,
            look=('"reason":"client-state"', "ours", "AWSPREVIOUS"),
            over_lacks=("not every item was taken",),
            after=lambda scene: scene.delivers(_CHATS, "rich", "unknown state"),
        ),
        Case(
            "rejects",
            _another_app,
            look=("app-id-unexpected", "not every item was taken", "aud"),
            over_lacks=("not every item was taken",),
            after=_read_again_and_no_more_rejected,
        ),
    ]


def _key_is_gone(scene: Scene) -> None:
    """The secret is what it was before the certificate was rotated; nobody noticed."""
    _, rich = scene.subscription(_CHATS, "rich")
    keys = scene.secret("EnvelopeKeysSecretArn")
    first = scene.running.keys.in_secret.id
    if set(keys) == {first}:
        keys = _rotate(scene)
    scene.put_secret("EnvelopeKeysSecretArn", {first: keys[first]})
    # 25 tries take over an hour where each hides the message for three minutes.
    _tries(scene, seconds=1, most=3)
    scene.restart("decrypt")
    scene.jobs["sealed"] = scene.announce(rich, _SOME)
    scene.holds("decrypt-dead-letters", _SOME)


def _rotate(scene: Scene) -> dict[str, Any]:
    """Does as `teamwire certificate rotate` does; the keys that there are then."""
    following = make_envelope_keys(scene.running.emulator.client("kms"))
    keys = scene.secret("EnvelopeKeysSecretArn") | {"prove-rotated": following.private_pem}
    scene.put_secret("EnvelopeKeysSecretArn", keys)
    order = {"action": "use-certificate", "id": "prove-rotated"}
    scene.running.order(order | {"certificate": following.in_secret.base64_der})
    return keys


def _tries(scene: Scene, seconds: int, most: int) -> None:
    scene.visibility("decrypt", seconds)
    scene.receives("decrypt", most)


def _tampered(scene: Scene) -> None:
    _, rich = scene.subscription(_CHATS, "rich")
    scene.jobs["tampered"] = scene.announce(rich, _SOME, faults={"tamper": 1.0})
    scene.holds("decrypt-dead-letters", _SOME)


def _not_to_be_read(scene: Scene) -> None:
    tenant, basic = scene.subscription(_CHATS, "basic")
    scene.consent(tenant, lost=True)
    scene.jobs["refused"] = scene.announce(basic, _SOME)
    scene.holds("hydrate-dead-letters", _SOME)


def _gap_refused(scene: Scene) -> None:
    """The permission goes while the gap is on its way: the order itself would be refused."""
    tenant, _ = scene.subscription(_CHATS, "basic")
    scene.take("backfill", enabled=False)
    order = {"action": "backfill", "tenant": tenant, "since": "2026-01-01T00:00:00Z"}
    scene.running.order(order | {"resource": _CHATS})
    scene.consent(tenant, lost=True)
    scene.take("backfill", enabled=True)
    scene.holds("backfill-dead-letters", 1)


def _give_consent(scene: Scene) -> None:
    scene.consent(scene.values["tenant id"], lost=False)


def _lifecycle_failed(scene: Scene) -> None:
    """The function did not run for so long that SQS gave up."""
    _, basic = scene.subscription(_CHATS, "basic")
    scene.take("subscriptions", enabled=False)
    scene.lifecycle(basic, "subscriptionRemoved")
    scene.holds("lifecycle", 1)
    scene.exhaust("lifecycle")
    scene.holds("lifecycle-dead-letters", 1)


def _consumer_fails(scene: Scene) -> None:
    _, rich = scene.subscription(_CHATS, "rich")
    scene.drain()
    scene.jobs["refused by the consumer"] = scene.announce(rich, _SOME)
    scene.holds("events", _SOME)
    scene.exhaust("events")
    scene.holds("events-dead-letters", _SOME)


def _states_overwritten(scene: Scene) -> None:
    """Somebody put a new key in place of the one that all client states were made with."""
    _, rich = scene.subscription(_CHATS, "rich")
    scene.put_secret("ClientStateSecretArn", {"values": [uuid.uuid4().hex]})
    scene.restart("ingest")
    scene.values["subscription id"] = rich
    scene.jobs["unknown state"] = scene.announce(rich, _SOME)
    scene.holds("quarantine", _SOME)


def _read_again_and_no_more_rejected(scene: Scene) -> None:
    scene.read_again(scene.jobs["rejected"])
    scene.delivers(_CHATS, "rich")


def _another_app(scene: Scene) -> None:
    """A deployment with a wrong setting."""
    _, rich = scene.subscription(_CHATS, "rich")
    scene.values["app id"] = scene.running.identities.app_id
    scene.deploy({"AppIds": str(uuid.uuid4())})
    scene.jobs["rejected"] = scene.announce(rich, 12)
    scene.done(scene.jobs["rejected"])
