"""Situations of subscriptions and certificates."""

from ..control import seconds
from .case import Case
from .scene import NotAsMeant, Scene

_CHATS = "chats/getAllMessages"
_NEXT = "prove-next"
_SOME = 4
_LEFT_MINUTES = 10
_LONG_AGO = "2026-01-01T00:00:00Z"


def first() -> list[Case]:
    """The certificate of a run lives for a day, so its alarm is on from the start."""
    return [
        Case(
            "certificate-expiry",
            _short_certificate,
            look=("certificate-ends-soon", "current", "hours left"),
            over=(_NEXT, "729 days left|730 days left", "Nothing to do"),
            after=_is_sealed_for_the_next,
        ),
    ]


def cases() -> list[Case]:
    """In the order in which they are brought about."""
    return [
        Case(
            "reconcile-not-run",
            _schedule_off,
            look=("DISABLED", "Nothing to do"),
            over=("ENABLED", "subscriptionsWanted"),
            after=lambda scene: scene.run_of_the_schedule(),
        ),
        Case(
            "reconcile-failed",
            _no_consent,
            look=("permission-missing", "no-consent", "reconcileFailed"),
            over=("Nothing to do",),
            over_lacks=("is not as it should be",),
            by_hand=lambda scene: scene.consent(scene.values["tenant id"], lost=False),
            waits=True,
            after=lambda scene: scene.run_of_the_schedule(),
        ),
    ]


def silent() -> list[Case]:
    """Silence: the record of the last activity is in the bucket, and is dated back there."""
    return [
        Case(
            "subscription-silent",
            _nothing_was_heard,
            look=("SILENT", "a subscription is silent"),
            over=("ours", "enqueued"),
            over_lacks=("SILENT",),
            after=_is_heard,
        ),
    ]


def last() -> list[Case]:
    """Days pass at Graph, and with them the times of all that follows."""
    return [
        Case(
            "subscription-expiry",
            _not_renewed,
            look=("subscription-ending", "renew", "is not as it should be"),
            over=("Nothing to do", "ours"),
            by_hand=lambda scene: scene.control.fault(
                "graph", status=503, on="updates", requests=0
            ),
            after=lambda scene: scene.run_of_the_schedule(),
        ),
    ]


def _short_certificate(scene: Scene) -> None:
    scene.values["next certificate id"] = _NEXT
    scene.run_of_the_schedule()


def _is_sealed_for_the_next(scene: Scene) -> None:
    scene.run_of_the_schedule()
    _, rich = scene.subscription(_CHATS, "rich")
    scene.arrived(scene.announce(rich, _SOME))


def _schedule_off(scene: Scene) -> None:
    scene.stop_schedule()


def _no_consent(scene: Scene) -> None:
    """An administrator took the app's permissions away, twice a run has met it."""
    tenant, basic = scene.subscription(_CHATS, "basic")
    scene.control.fault("remove", subscriptionId=basic)
    scene.consent(tenant, lost=True)
    scene.run_of_the_schedule()
    scene.run_of_the_schedule()


def _not_renewed(scene: Scene) -> None:
    """For days Graph has refused every renewal."""
    tenant, _ = scene.subscription(_CHATS, "basic")
    report = scene.running.order({"action": "list", "tenant": tenant})
    ends = [each["expires"] for of in report["tenants"] for each in of["changes"]]
    if not ends:
        raise NotAsMeant("nothing is subscribed to")
    scene.control.fault("graph", status=503, on="updates")
    scene.control.advance(int(_seconds_until(scene, min(ends))) - _LEFT_MINUTES * 60)
    scene.run_of_the_schedule()


def _nothing_was_heard(scene: Scene) -> None:
    """Everything else was heard a moment ago."""
    tenant, rich = scene.subscription(_CHATS, "rich")
    scene.values["subscription id"] = rich
    scene.run_of_the_schedule()
    note = scene.note(f"heard/{tenant}.json")
    for one in note["subscriptions"]:
        if one["id"] == rich:
            one.pop("heard", None)
            one["quietSince"] = _LONG_AGO
    scene.put_note(f"heard/{tenant}.json", note)
    scene.run_of_the_schedule()


def _is_heard(scene: Scene) -> None:
    # A process reports a subscription every five minutes; a new one reports at once.
    scene.restart("ingest")
    _, rich = scene.subscription(_CHATS, "rich")
    scene.arrived(scene.announce(rich, _SOME))
    scene.is_worked_off("lifecycle")
    scene.run_of_the_schedule()


def _seconds_until(scene: Scene, at: str) -> float:
    return seconds(at) - scene.control.now()
