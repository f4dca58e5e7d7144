"""What can be wrong with the secret of the client states, the alarms and the clock."""

from local.deploy import STACK

from .case import Case
from .patient import Patient

_SECRET = "ClientStateSecretArn"


def cases() -> list[Case]:
    """In the order in which they are broken."""
    return [
        Case(
            "the secret of the client states was overwritten",
            lambda patient: patient.secret(_SECRET, '{"password": {"of": "somebody"}}'),
            "client-state-unusable",
            ("client states",),
        ),
        Case(
            "the secret of the client states was deleted",
            lambda patient: patient.delete_secret(_SECRET),
            "client-state-unreadable",
            ("client states",),
        ),
        Case(
            "an alarm was deleted",
            lambda patient: _delete(patient, "rejects"),
            "alarm-missing",
            ("teamwire-rejects",),
        ),
        Case(
            "an alarm rings",
            lambda patient: _ring(patient, "reconcile-not-run"),
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
            lambda patient: _set_date(patient, -600),
            "clock-function-off",
            ("function's clock is ", " s ahead of Graph's"),
            besides=("clock-here-off",),
        ),
    ]


def _delete(patient: Patient, name: str) -> None:
    alarm = _described(patient, name)
    patient.aws("cloudwatch").delete_alarms(AlarmNames=[alarm["AlarmName"]])
    patient.afterwards(lambda: patient.aws("cloudwatch").put_metric_alarm(**alarm))


def _ring(patient: Patient, name: str) -> None:
    def set_state(state: str, reason: str) -> None:
        patient.aws("cloudwatch").set_alarm_state(
            AlarmName=f"{STACK}-{name}", StateValue=state, StateReason=reason
        )

    set_state("ALARM", "nothing was looked after")
    patient.afterwards(lambda: set_state("OK", "it is over"))


def _mute(patient: Patient) -> None:
    names = [f"{STACK}-ingest-errors"]
    patient.aws("cloudwatch").disable_alarm_actions(AlarmNames=names)
    patient.afterwards(
        lambda: patient.aws("cloudwatch").enable_alarm_actions(AlarmNames=names)
    )


def _tell_nobody(patient: Patient) -> None:
    alarm = _described(patient, "decrypt-age")
    patient.aws("cloudwatch").put_metric_alarm(**alarm | {"AlarmActions": [], "OKActions": []})
    patient.afterwards(lambda: patient.aws("cloudwatch").put_metric_alarm(**alarm))


def _described(patient: Patient, name: str) -> dict[str, object]:
    """An alarm, as it is put."""
    (alarm,) = patient.aws("cloudwatch").describe_alarms(AlarmNames=[f"{STACK}-{name}"])[
        "MetricAlarms"
    ]
    put = patient.aws("cloudwatch").meta.service_model.operation_model("PutMetricAlarm")
    return {key: alarm[key] for key in put.input_shape.members if key in alarm}


def _set_date(patient: Patient, ahead: int) -> None:
    patient.control.settings(dateAheadSeconds=ahead)
    patient.afterwards(lambda: patient.control.settings(dateAheadSeconds=0))
