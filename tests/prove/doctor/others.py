"""Faults of the client-state secret, the alarms and the clock."""

from local.deploy import STACK

from .case import Case
from .stack_under_test import StackUnderTest

_SECRET = "ClientStateSecretArn"


def cases() -> list[Case]:
    """In the order in which they are broken."""
    return [
        Case(
            "the secret of the client states was overwritten",
            lambda stack: stack.secret(_SECRET, '{"password": {"of": "somebody"}}'),
            "client-state-unusable",
            ("client states",),
        ),
        Case(
            "the secret of the client states was deleted",
            lambda stack: stack.delete_secret(_SECRET),
            "client-state-unreadable",
            ("client states",),
        ),
        Case(
            "an alarm was deleted",
            lambda stack: _delete(stack, "rejects"),
            "alarm-missing",
            ("teamwire-rejects",),
        ),
        Case(
            "an alarm rings",
            lambda stack: _ring(stack, "reconcile-not-run"),
            "alarm-ringing",
            ("teamwire-reconcile-not-run", "nothing was looked after"),
        ),
        Case(
            "the actions of an alarm are off",
            _mute,
            "alarm-actions-off",
            ("teamwire-ingest-errors",),
        ),
        Case(
            "an alarm tells nobody",
            _tell_nobody,
            "alarms-tell-nobody",
            ("teamwire-decrypt-age",),
        ),
        Case(
            "Graph's clock is ten minutes behind the function's",
            lambda stack: _set_date(stack, -600),
            "clock-function-off",
            ("function's clock is ", " s ahead of Graph's"),
            besides=("clock-here-off",),
        ),
    ]


def _delete(stack: StackUnderTest, name: str) -> None:
    alarm = _described(stack, name)
    stack.aws("cloudwatch").delete_alarms(AlarmNames=[alarm["AlarmName"]])
    stack.afterwards(lambda: stack.aws("cloudwatch").put_metric_alarm(**alarm))


def _ring(stack: StackUnderTest, name: str) -> None:
    def set_state(state: str, reason: str) -> None:
        stack.aws("cloudwatch").set_alarm_state(
            AlarmName=f"{STACK}-{name}", StateValue=state, StateReason=reason
        )

    set_state("ALARM", "nothing was looked after")
    stack.afterwards(lambda: set_state("OK", "it is over"))


def _mute(stack: StackUnderTest) -> None:
    names = [f"{STACK}-ingest-errors"]
    stack.aws("cloudwatch").disable_alarm_actions(AlarmNames=names)
    stack.afterwards(
        lambda: stack.aws("cloudwatch").enable_alarm_actions(AlarmNames=names)
    )


def _tell_nobody(stack: StackUnderTest) -> None:
    alarm = _described(stack, "decrypt-age")
    stack.aws("cloudwatch").put_metric_alarm(**alarm | {"AlarmActions": [], "OKActions": []})
    stack.afterwards(lambda: stack.aws("cloudwatch").put_metric_alarm(**alarm))


def _described(stack: StackUnderTest, name: str) -> dict[str, object]:
    """An alarm, as it is put."""
    (alarm,) = stack.aws("cloudwatch").describe_alarms(AlarmNames=[f"{STACK}-{name}"])[
        "MetricAlarms"
    ]
    put = stack.aws("cloudwatch").meta.service_model.operation_model("PutMetricAlarm")
    return {key: alarm[key] for key in put.input_shape.members if key in alarm}


def _set_date(stack: StackUnderTest, ahead: int) -> None:
    stack.control.settings(dateAheadSeconds=ahead)
    stack.afterwards(lambda: stack.control.settings(dateAheadSeconds=0))
