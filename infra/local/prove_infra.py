"""`prove-infra`: both stacks on the emulator, each driven once and taken away, and the contract."""

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError
from contract import faults, sam, terraform
from contract.facts import contract
from contract.rules import broken

from . import terraform as tf
from .certificates import make_envelope_keys
from .checkout import run_directory
from .deploy import STACK, Deployment, fill_secrets
from .emulator import Emulator, emulator
from .identities import Identities
from .queues import take_events
from .simulator import simulator
from .stack import Stack, stack
from .subscriptions import subscribe
from .verdict import missing

_CHANGES = 40
_DAY = 86400
_SECONDS = 60.0
_POLL_SECONDS = 0.1


class InfraNotProven(Exception):
    """Something of the two stacks is not as it has to be."""


@dataclass
class Proof:
    """What was found, line by line."""

    lines: list[str] = field(default_factory=list)
    failed: bool = False

    def expect(self, what: str, met: bool, detail: str) -> None:
        """One line; the proof has failed if it is not met."""
        self.lines.append(f"{'ok  ' if met else 'FAIL'}  {what} ({detail})")
        self.failed = self.failed or not met


def main(started: float) -> int:
    """Runs it all and prints what was found; raises InfraNotProven."""
    proof = Proof()
    _contract(proof)
    _sam(proof)
    try:
        _terraform(proof)
    except tf.TerraformIsMissing as reason:
        proof.lines.append(f"--    Terraform was not tried: {reason}")
    print("\n".join(["", _table(), "", *proof.lines]), flush=True)
    if proof.failed:
        raise InfraNotProven("infra is not proven")
    print(f"infra was proven in {time.monotonic() - started:.0f} s")
    return 0


def _contract(proof: Proof) -> None:
    facts = contract()
    proof.expect("the contract breaks none of its rules", not broken(facts), f"{len(facts)} facts")
    for name, stack_facts, planted, source in (
        ("SAM", sam.facts, faults.SAM, sam.SOURCE),
        ("Terraform", terraform.facts, faults.TERRAFORM, terraform.SOURCE),
    ):
        notices = faults.notices(stack_facts(source))
        count = f"{len(stack_facts(source))} facts"
        proof.expect(f"{name} is what it says", not notices, "; ".join(notices) or count)
        missed = faults.undetected(planted, source, stack_facts)
        caught = f"{len(planted) - len(missed)} of {len(planted)} caught"
        proof.expect(f"{name}: seeded faults", not missed, "; ".join([caught, *missed]))


def _table() -> str:
    """The facts that people ask for, one queue a line."""
    facts = contract()
    titles = ("visible after", "receives", "kept", "batch", "at once")
    rows = [f"{'queue':<24}" + "".join(f"{title:>15}" for title in titles)]
    for queue in [path.split()[1] for path in facts if path.endswith(" message_bytes")]:
        cells = [
            f"{facts.get(f'queue {queue} visibility', '-')} s",
            facts.get(f"queue {queue} receives", "-"),
            f"{facts[f'queue {queue} retention'] // _DAY} d",
            facts.get(f"mapping {queue} batch", "-"),
            facts.get(f"mapping {queue} concurrency", "-"),
        ]
        rows.append(f"{queue:<24}" + "".join(f"{cell:>15}" for cell in cells))
    grants = sum(path.startswith("grant ") for path in facts)
    alarms = sum(path.startswith("alarm ") for path in facts)
    return "\n".join([*rows, f"{grants} grants, {alarms} alarms, {len(facts)} facts in all"])


def _sam(proof: Proof) -> None:
    begun = time.monotonic()
    with stack("prove-infra") as running:
        proof.expect("SAM: deployed and subscribed", True, f"{time.monotonic() - begun:.1f} s")
        _drive(proof, "SAM", running)
        cloudformation = running.emulator.client("cloudformation")
        again = _updates(cloudformation)
        proof.expect("SAM: deployed again", not again, again or "no changes")
        cloudformation.delete_stack(StackName=STACK)
        left = _until(lambda: _left(running.emulator), lambda found: not found)
        kept = f"{len(_buckets(running.emulator))} buckets kept, as they say"
        proof.expect("SAM: destroyed, nothing is left", not left, ", ".join(left) or kept)


def _updates(cloudformation: Any) -> str:
    """What CloudFormation says to the same template again, if not that there is nothing to do."""
    (stack_now,) = cloudformation.describe_stacks(StackName=STACK)["Stacks"]
    names = [each["ParameterKey"] for each in stack_now["Parameters"]]
    try:
        cloudformation.update_stack(
            StackName=STACK,
            UsePreviousTemplate=True,
            Parameters=[{"ParameterKey": name, "UsePreviousValue": True} for name in names],
            Capabilities=["CAPABILITY_IAM"],
        )
    except ClientError as refusal:
        return "" if "No updates" in str(refusal) else str(refusal)
    return "it found something to update"


def _terraform(proof: Proof) -> None:
    begun = time.monotonic()
    with _with_terraform() as (running, configured):
        took = f"{time.monotonic() - begun:.1f} s"
        proof.expect("Terraform: deployed and subscribed", True, took)
        _drive(proof, "Terraform", running)
        again = tf.changes(configured)
        proof.expect("Terraform: planned again", not again, ", ".join(again) or "no changes")
        alarms = {path.split()[1] for path in contract() if path.startswith("alarm ")}
        told = running.emulator.client("cloudwatch").describe_alarms()["MetricAlarms"]
        there = {each["AlarmName"].removeprefix(f"{STACK}-") for each in told}
        proof.expect("Terraform: the alarms are there", there == alarms, str(len(there)))
        tf.BatchActions(running.emulator, STACK).revoke()
        left = tf.destroy(configured) + _left(running.emulator) + _buckets(running.emulator)
        proof.expect("Terraform: destroyed, nothing is left", not left, ", ".join(left) or "0")


@contextlib.contextmanager
def _with_terraform() -> Iterator[tuple[Stack, tf.Terraform]]:
    identities = Identities()
    with (
        run_directory("prove-terraform") as directory,
        simulator(directory, identities) as graph,
        emulator(directory) as aws,
    ):
        keys = make_envelope_keys(aws.client("kms"))
        folder = directory / "terraform"
        folder.mkdir()
        in_kms = {keys.in_kms.id: keys.kms_arn}
        configured = tf.configure(folder, aws, graph.url, identities.app_id, in_kms)
        outputs = tf.apply(configured)
        tf.BatchActions(aws, STACK).grant()
        fill_secrets(aws, outputs, keys, identities)
        deployment = Deployment(outputs)
        subscriptions = subscribe(aws, deployment, identities, keys)
        made = Stack(directory, identities, keys, aws, graph, deployment, subscriptions)
        yield made, configured


def _drive(proof: Proof, name: str, running: Stack) -> None:
    """Changes announced to the URL, until their events are on the queue."""
    sqs, queue = running.sqs(), running.deployment.queues()["events"]
    job = running.simulator.announce({"count": _CHANGES})
    events: list[dict[str, Any]] = []

    def lost() -> int:
        running.check()
        events.extend(each.event for each in take_events(sqs, queue))
        ledger = running.simulator.job(job)
        return len(missing(ledger["changes"], events)) if ledger["done"] else _CHANGES

    left = _until(lost, lambda count: count == 0)
    proof.expect(f"{name}: driven through the URL", left == 0, f"{_CHANGES - left} of {_CHANGES}")


def _until(look: Callable[[], Any], good: Callable[[Any], bool]) -> Any:
    patience = time.monotonic() + _SECONDS
    while True:
        seen = look()
        if good(seen) or time.monotonic() > patience:
            return seen
        time.sleep(_POLL_SECONDS)


def _left(aws: Emulator) -> list[str]:
    """What of a stack is still there, buckets aside."""
    names = [
        *aws.client("sqs").list_queues().get("QueueUrls", []),
        *(each["FunctionName"] for each in aws.client("lambda").list_functions()["Functions"]),
        *(each["RoleName"] for each in aws.client("iam").list_roles()["Roles"]),
        *(each["Name"] for each in aws.client("secretsmanager").list_secrets()["SecretList"]),
        *(each["Name"] for each in aws.client("apigatewayv2").get_apis()["Items"]),
        *(each["Name"] for each in aws.client("events").list_rules()["Rules"]),
        *(each["AlarmName"] for each in aws.client("cloudwatch").describe_alarms()["MetricAlarms"]),
        *(
            each["logGroupName"]
            for each in aws.client("logs").describe_log_groups()["logGroups"]
        ),
    ]
    return [name for name in names if STACK in name]


def _buckets(aws: Emulator) -> list[str]:
    buckets = [each["Name"] for each in aws.client("s3").list_buckets()["Buckets"]]
    return [name for name in buckets if name.startswith(STACK)]
