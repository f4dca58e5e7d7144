"""Situations in which messages wait: nothing takes them, or what does fails."""

from local.queues import show_again_soon

from .case import Case
from .scene import Scene

_CHATS = "chats/getAllMessages"
_SOME = 4
_FOUR_DAYS = 345600


def cases() -> list[Case]:
    """In the order in which they are brought about."""
    return [
        Case(
            "decrypt-age",
            _decrypt_stopped,
            look=("^[1-9][0-9]*\t0\t0", "mapping-disabled"),
            after=lambda scene: scene.arrived(scene.jobs["waiting"]),
        ),
        Case(
            "hydrate-age",
            _hydrate_misconfigured,
            look=("the configuration can't be used", "TEAMWIRE_FOREIGN_RESOURCES"),
            over_lacks=("the configuration can't be used",),
            after=lambda scene: scene.delivers(_CHATS, "basic", "waiting"),
            tidy=lambda scene: scene.visibility("hydrate", 180),
        ),
        Case(
            "lifecycle-age",
            _lifecycle_throttled,
            look=("function-throttled", "^[1-9]|\t[1-9]"),
            over=("Nothing to do",),
            tidy=lambda scene: show_again_soon(scene.sqs, scene.queues["lifecycle"]),
        ),
        Case(
            "backfill-age",
            _backfill_stopped,
            look=("^[1-9][0-9]*\t0\t0", "mapping-disabled"),
            over=("a list was read to its end",),
        ),
        Case(
            "events-age",
            _no_consumer,
            look=("^[1-9][0-9]*\t0\t0",),
            by_hand=lambda scene: scene.arrived(scene.jobs["waiting"]),
            tidy=lambda scene: scene.attribute("events", "MessageRetentionPeriod", _FOUR_DAYS),
        ),
        Case(
            "ingest-errors",
            _secret_overwritten,
            look=("client-state-unusable", "Graph is asked to deliver again", "secret-unusable"),
            over_lacks=("Graph is asked to deliver again",),
            after=lambda scene: scene.delivers(_CHATS, "rich", "waiting"),
        ),
    ]


def _decrypt_stopped(scene: Scene) -> None:
    _, rich = scene.subscription(_CHATS, "rich")
    scene.take("decrypt", enabled=False)
    scene.jobs["waiting"] = scene.announce(rich, _SOME)
    scene.holds("decrypt", _SOME)


def _hydrate_misconfigured(scene: Scene) -> None:
    _, basic = scene.subscription(_CHATS, "basic")
    scene.visibility("hydrate", 2)
    # A deployment refuses it: somebody changed the function by hand.
    scene.variable("hydrate", "TEAMWIRE_FOREIGN_RESOURCES", "communications//{")
    scene.jobs["waiting"] = scene.announce(basic, _SOME)
    scene.holds("hydrate", _SOME)
    scene.log_last_words("hydrate")


def _lifecycle_throttled(scene: Scene) -> None:
    """Somebody stopped the function by hand."""
    _, basic = scene.subscription(_CHATS, "basic")
    scene.visibility("lifecycle", 2)
    scene.stop_function("subscriptions")
    scene.lifecycle(basic, "subscriptionRemoved")
    scene.holds("lifecycle", 1)


def _backfill_stopped(scene: Scene) -> None:
    tenant, _ = scene.subscription(_CHATS, "rich")
    scene.take("backfill", enabled=False)
    order = {"action": "backfill", "tenant": tenant, "since": "2026-01-01T00:00:00Z"}
    scene.running.order(order | {"resource": _CHATS})
    scene.holds("backfill", 1)


def _no_consumer(scene: Scene) -> None:
    _, rich = scene.subscription(_CHATS, "rich")
    scene.drain()
    scene.jobs["waiting"] = scene.announce(rich, _SOME)
    scene.holds("events", _SOME)


def _secret_overwritten(scene: Scene) -> None:
    _, rich = scene.subscription(_CHATS, "rich")
    scene.put_secret("ClientStateSecretArn", {"password": "not what it should be"})
    scene.restart("ingest")
    scene.jobs["waiting"] = scene.announce(rich, _SOME)
