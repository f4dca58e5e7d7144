"""Procedures that no alarm asks for: a time read again, another URL, another key, a queue that is
gone.
"""

from local.deploy import STACK
from local.verdict import change_key, event_key

from .case import Case
from .scene import NotAsMeant, Scene

_CHATS = "chats/getAllMessages"
_SOME = 6


def cases() -> list[Case]:
    """In the order in which they are brought about."""
    return [
        Case(
            "notifications-are-missing",
            _not_told,
            look=("chats/getAllMessages", "getAllMessages"),
            over=("a list was read to its end",),
            after=_all_was_read,
            tidy=lambda scene: scene.run_of_the_schedule(),
        ),
        Case(
            "a-consumer-lost-events",
            _consumed_for_nothing,
            look=("0\t0\t0",),
            after=_the_same_ids_came,
        ),
        Case(
            "A queue was deleted",
            _queue_deleted,
            look=("queue-missing", "queue-refused", "teamwire-decrypt"),
            over_lacks=("Graph is asked to deliver again",),
            after=lambda scene: scene.delivers(_CHATS, "basic", "refused"),
        ),
        Case(
            "Rotate the client state key",
            _subscribed,
            look=('"g"',),
            over=("Nothing to do",),
            over_lacks=("not every item was taken",),
            after=_has_the_new_key,
        ),
        Case(
            "Move to another URL",
            _another_root,
            look=("ours",),
            over=("Nothing to do",),
            over_lacks=("foreign", "not ours"),
            after=_sends_to_the_new_root,
        ),
    ]


def _not_told(scene: Scene) -> None:
    """A subscription is gone, and messages are sent."""
    tenant, rich = scene.subscription(_CHATS, "rich")
    scene.control.fault("remove", subscriptionId=rich)
    answer = scene.control.happen(tenant, [_CHATS], _SOME, 5)
    scene.jobs["unheard"] = answer["job"]
    told = [each for each in answer["changes"] if each["told"]]
    if told:
        raise NotAsMeant("somebody was told")
    scene.values["unheard"] = "\n".join(each["resource"] for each in answer["changes"])


def _all_was_read(scene: Scene) -> None:
    wanted = set(scene.values["unheard"].splitlines())

    def came() -> bool:
        scene.drain()
        return wanted <= {
            each["subject"] for each in scene.events if each.get("origin") == "backfilled"
        }

    scene.until(came, "what nobody was told of is an event")


def _consumed_for_nothing(scene: Scene) -> None:
    _, rich = scene.subscription(_CHATS, "rich")
    job = scene.announce(rich, _SOME)
    scene.arrived(job)
    keys = {change_key(each) for each in scene.running.simulator.job(job)["changes"]}
    lost = {each["id"] for each in scene.events if event_key(each) in keys}
    scene.values["lost"] = " ".join(lost)
    scene.events.clear()


def _the_same_ids_came(scene: Scene) -> None:
    lost = set(scene.values["lost"].split())

    def came() -> bool:
        scene.drain()
        return lost <= {each["id"] for each in scene.events}

    scene.until(came, f"the {len(lost)} events that were lost came again, with their ids")


def _queue_deleted(scene: Scene) -> None:
    _, basic = scene.subscription(_CHATS, "basic")
    url = scene.queues["hydrate-dead-letters"]
    answer = scene.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    scene.values["arn of the dead letters"] = answer["Attributes"]["QueueArn"]
    scene.sqs.delete_queue(QueueUrl=scene.queues["hydrate"])
    scene.jobs["refused"] = scene.announce(basic, _SOME)


def _subscribed(scene: Scene) -> None:
    scene.subscription(_CHATS, "basic")


def _has_the_new_key(scene: Scene) -> None:
    """The old key is taken away, and what is sent then is known all the same."""
    held = scene.secret("ClientStateSecretArn")
    held.pop("generated", None)
    scene.put_secret("ClientStateSecretArn", held)
    scene.restart("ingest")
    _, basic = scene.subscription(_CHATS, "basic")
    scene.arrived(scene.announce(basic, _SOME))


def _another_root(scene: Scene) -> None:
    scene.subscription(_CHATS, "basic")
    root = scene.running.deployment.notification_url.removesuffix("/notifications")
    scene.values["new root"] = root.replace("127.0.0.1", "localhost")


def _sends_to_the_new_root(scene: Scene) -> None:
    name = f"{STACK}-subscriptions"
    settings = scene.running.emulator.client("lambda").get_function_configuration(
        FunctionName=name
    )["Environment"]["Variables"]
    if not settings["TEAMWIRE_NOTIFICATION_URL"].startswith(scene.values["new root"]):
        raise NotAsMeant("the function has the old URL")
    _, basic = scene.subscription(_CHATS, "basic")
    scene.arrived(scene.announce(basic, _SOME))
