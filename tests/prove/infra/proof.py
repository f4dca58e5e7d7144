"""`prove-infra`: both stacks on the emulator, driven and removed; and the contract."""

import contextlib
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from contract import sam, terraform
from contract.facts import Facts, contract, differences
from contract.rules import broken
from local.certificates import make_envelope_keys
from local.checkout import run_directory
from local.deploy import STACK, Deployment, delete_stack, fill_secrets
from local.emulator import Emulator, emulator
from local.identities import Identities
from local.queues import take_events
from local.simulator import simulator
from local.stack import Stack, stack
from local.subscriptions import subscribe
from local.verdict import missing
from local.wait import wait_until

from ..findings import Findings
from . import module_secrets
from . import terraform as tf
from .lacking import completed
from .moto import moto

_CHANGES = 40
_BUS = "a-bus"
_HOUR, _DAY = 3600, 86400


def main(started: float) -> int:
    """Runs it all and prints what was found; raises NotProven."""
    proof = Findings()
    with proof.part("the contract is read"):
        print("\n".join(["", *_contract(proof), ""]), flush=True)
    with proof.part("SAM"):
        _sam(proof)
    with proof.part("Terraform"):
        _terraform(proof)
    with proof.part("Terraform on moto"):
        _on_moto(proof)
    with proof.part("secrets"):
        module_secrets.prove(proof.expect)
    print(
        f"deployed, driven and removed: SAM and Terraform; failed: {len(proof.failed)}; "
        f"seconds: {time.monotonic() - started:.0f}"
    )
    proof.conclude()
    return 0


def _contract(proof: Findings) -> list[str]:
    """Holds both stacks to the contract; the table of what they were held to."""
    facts = contract()
    broke = broken(facts)
    rules = "; ".join(broke) or f"{len(facts)} facts"
    proof.expect("the contract breaks none of its rules", not broke, rules)
    seen = [facts]
    for name, stack in (("SAM", sam), ("Terraform", terraform)):
        seen.append(stack.facts())
        notices = differences(facts, seen[-1]) + broken(seen[-1])
        count = f"{len(seen[-1])} facts"
        proof.expect(f"{name} is what it says", not notices, "; ".join(notices) or count)
    return [*_groups(*seen), "", *_queues(facts)]


def _groups(*tables: Facts) -> list[str]:
    """The number of facts of each group in the contract, SAM and Terraform."""
    titles = ("contract", "SAM", "Terraform")
    rows = [f"{'facts':<24}" + "".join(f"{title:>15}" for title in titles)]
    counts = [Counter(path.partition(" ")[0] for path in table) for table in tables]
    for group in counts[0]:
        rows.append(f"{group:<24}" + "".join(f"{count[group]:>15}" for count in counts))
    return [*rows, f"{'all':<24}" + "".join(f"{len(table):>15}" for table in tables)]


def _queues(facts: Facts) -> list[str]:
    """The facts that people ask for, one queue a line."""
    titles = ("visible after", "receives", "kept", "batch", "at once")
    rows = [f"{'queue':<24}" + "".join(f"{title:>15}" for title in titles)]
    for path in [path for path in facts if path.startswith("queue ") and path.endswith(" message_bytes")]:
        queue = path.split()[1]
        cells = [
            f"{facts.get(f'queue {queue} visibility', '-')} s",
            facts.get(f"queue {queue} receives", "-"),
            _kept(facts[f"queue {queue} retention"]),
            facts.get(f"mapping {queue} batch", "-"),
            facts.get(f"mapping {queue} concurrency", "-"),
        ]
        rows.append(f"{queue:<24}" + "".join(f"{cell:>15}" for cell in cells))
    return rows


def _kept(seconds: int) -> str:
    return f"{seconds // _DAY} d" if seconds >= _DAY else f"{seconds // _HOUR} h"


def _deployed(proof: Findings, name: str, begun: float, running: Stack) -> None:
    proof.expect(f"{name}: deployed and subscribed", True, f"{time.monotonic() - begun:.1f} s")
    following = running.deployment.outputs["Next"]
    right = f"teamwire certificate rotate --stack {STACK} --id {running.keys.in_kms.id} --kms-key "
    proof.expect(f"{name}: says what to type next", right in following, following)


def _sam(proof: Findings) -> None:
    begun = time.monotonic()
    with stack("prove-infra", tail=True) as running:
        _deployed(proof, "SAM", begun, running)
        with proof.part("SAM: driven"):
            _drive(proof, "SAM", running)
        cloudformation = running.emulator.client("cloudformation")
        again = _updates(cloudformation)
        proof.expect("SAM: deployed again", not again, again or "no changes")
        secrets = _put_twice(running.emulator)
        running.emulator.client("events").create_event_bus(Name=_BUS)
        parts = {"EventBus": _BUS, "Archive": "parquet", "ArchiveLock": "GOVERNANCE"}
        _updates(cloudformation, ReconcileMinutes="20", **parts)
        wait_until("the stack is deployed again", lambda: _is_updated(cloudformation))
        _archived(proof, "SAM", running.emulator)
        delete_stack(running.emulator)
        wait_until(
            "nothing is left",
            lambda: set(_left(running.emulator)) - secrets.keys(),
            lambda left: not left,
        )
        kept = f"{len(_buckets(running.emulator))} buckets and {len(secrets)} secrets kept"
        proof.expect("SAM: destroyed, nothing is left", True, kept)
        changed = [name for name, text in secrets.items() if _text(running.emulator, name) != text]
        held = "with another setting, then destroyed; none changed"
        proof.expect("SAM: secrets stay", not changed, ", ".join(changed) or held)


def _archived(proof: Findings, name: str, aws: Emulator) -> None:
    """A stack that got a bus and an archive has their parts."""
    there = [each for each in _left(aws) if f"{STACK}-relay" in each or "archive" in each.lower()]
    (stream,) = aws.client("firehose").list_delivery_streams()["DeliveryStreamNames"]
    described = aws.client("firehose").describe_delivery_stream(DeliveryStreamName=stream)
    (to,) = described["DeliveryStreamDescription"]["Destinations"]
    bucket = to["ExtendedS3DestinationDescription"]["BucketARN"].rpartition(":")[2]
    (table,) = aws.client("glue").get_tables(DatabaseName=STACK)["TableList"]
    place = table["StorageDescriptor"]["Location"]
    right = place.startswith(f"s3://{bucket}/") and stream == f"{STACK}-archive"
    proof.expect(f"{name}: got a bus and an archive", right, f"{place}; {len(there)} parts")


def _put_twice(aws: Emulator) -> dict[str, str]:
    """Puts values into every secret; the last of each."""
    secrets = aws.client("secretsmanager")
    for name in _secrets(aws):
        for number in (1, 2):
            secrets.put_secret_value(SecretId=name, SecretString=f"{name} {number}")
    return {name: _text(aws, name) for name in _secrets(aws)}


def _text(aws: Emulator, secret: str) -> str:
    return str(aws.client("secretsmanager").get_secret_value(SecretId=secret)["SecretString"])


def _is_updated(cloudformation: Any) -> bool:
    (stack_now,) = cloudformation.describe_stacks(StackName=STACK)["Stacks"]
    return str(stack_now["StackStatus"]) == "UPDATE_COMPLETE"


def _updates(cloudformation: Any, **changed: str) -> str:
    """The answer of CloudFormation to the same template again, if not that there is nothing to do.
    """
    (stack_now,) = cloudformation.describe_stacks(StackName=STACK)["Stacks"]
    names = [each["ParameterKey"] for each in stack_now["Parameters"]]
    parameters: list[dict[str, Any]] = [
        {"ParameterKey": name, "ParameterValue": changed[name]}
        if name in changed
        else {"ParameterKey": name, "UsePreviousValue": True}
        for name in names
    ]
    try:
        cloudformation.update_stack(
            StackName=STACK,
            UsePreviousTemplate=True,
            Parameters=parameters,
            Capabilities=["CAPABILITY_IAM"],
        )
    except ClientError as refusal:
        return "" if "No updates" in str(refusal) else str(refusal)
    return "it found something to update"


def _terraform(proof: Findings) -> None:
    begun = time.monotonic()
    with _with_terraform() as (running, configured):
        _deployed(proof, "Terraform", begun, running)
        with proof.part("Terraform: driven"):
            _drive(proof, "Terraform", running)
        again = tf.changes(configured)
        proof.expect("Terraform: planned again", not again, ", ".join(again) or "no changes")
        alarms = {path.split()[1] for path in contract(()) if path.startswith("alarm ")}
        told = running.emulator.client("cloudwatch").describe_alarms()["MetricAlarms"]
        there = {each["AlarmName"].removeprefix(f"{STACK}-") for each in told}
        proof.expect("Terraform: the alarms are there", there == alarms, str(len(there)))
        tf.BatchActions(running.emulator, STACK).revoke()
        running.emulator.client("events").create_event_bus(Name=_BUS)
        tf.change(configured, event_bus=_BUS, archive="parquet", archive_lock="GOVERNANCE")
        tf.apply(configured)
        _archived(proof, "Terraform", running.emulator)
        again = tf.changes(configured)
        proof.expect("Terraform: with these planned again", not again, ", ".join(again) or "no changes")
        bucket = _without_the_archive(proof, running.emulator, configured)
        left = tf.destroy(configured) + _left(running.emulator)
        kept = _buckets(running.emulator)
        proof.expect(
            "Terraform: destroyed, the archive's bucket is left",
            not left and kept == [bucket],
            ", ".join(left + kept),
        )


def _without_the_archive(proof: Findings, aws: Emulator, configured: tf.Terraform) -> str:
    """Takes the archive away as docs/ARCHIVE.md says, has it again, and forgets it; its bucket."""
    bucket = str(tf.outputs(configured)["archive"]["bucket"])
    with_it = {"archive": "parquet", "archive_lock": "GOVERNANCE"}
    without = dict.fromkeys(with_it, "")
    tf.change(configured, **without)
    refusal = tf.refusal(configured)
    is_private = all(
        aws.client("s3")
        .get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
        .values()
    )
    proof.expect(
        "Terraform: refuses to plan the archive's bucket away",
        "prevent_destroy" in refusal and is_private,
        " ".join(refusal.split())[:200],
    )
    forgotten = tf.forget_the_archive(configured)
    tf.apply(configured)
    left = [each for each in _left(aws) if "archive" in each.lower() or "firehose" in each.lower()]
    proof.expect(
        "Terraform: without the archive, its bucket stays",
        not left and bucket in _buckets(aws) and not tf.changes(configured),
        ", ".join(left) or f"{len(forgotten)} parts were forgotten",
    )
    tf.change(configured, **with_it)
    configured.run("import", "-no-color", "module.teamwire.aws_s3_bucket.archive[0]", bucket)
    tf.apply(configured)
    again = tf.changes(configured)
    same = str(tf.outputs(configured)["archive"]["bucket"]) == bucket
    proof.expect("Terraform: has the archive again", same and not again, ", ".join(again) or bucket)
    tf.forget_the_archive(configured)
    return bucket


def _on_moto(proof: Findings) -> None:
    """The module as another emulator takes it; what that one runs nothing of is looked at alone."""
    with (
        run_directory("prove-moto") as directory,
        moto(directory) as bare,
        completed(bare, directory) as (aws, lacking),
    ):
        folder = directory / "terraform"
        folder.mkdir()
        configured = tf.configure(folder, aws, aws.endpoint, Identities().app_id, {})
        tf.apply(configured)
        proof.expect("moto: deployed", True, f"lacking, and answered: {lacking.told()}")
        allowed = lacking.allowed()
        proof.expect("moto: functions that may send to their own queue", allowed == 4, f"{allowed}")
        again = tf.changes(configured)
        proof.expect("moto: planned again", not again, ", ".join(again) or "no changes")
        left = tf.destroy(configured) + _left(aws) + _buckets(aws)
        proof.expect("moto: destroyed, nothing is left", not left, ", ".join(left) or "0")


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


def _drive(proof: Findings, name: str, running: Stack) -> None:
    """Changes announced to the URL, until their events are on the queue."""
    sqs, queues = running.sqs(), running.deployment.queues()
    job = running.simulator.announce({"count": _CHANGES})
    events: list[dict[str, Any]] = []

    def lost() -> int:
        running.check()
        events.extend(each.event for each in take_events(sqs, queues["events"]))
        ledger = running.simulator.job(job)
        return len(missing(ledger["changes"], events)) if ledger["done"] else _CHANGES

    wait_until("every change is an event", lost, lambda count: count == 0)
    proof.expect(f"{name}: driven through the URL", True, f"{_CHANGES} changes")
    # A copy is of an event, and comes after it; one that has no time is lost, and nobody waits.
    copies: set[str] = set()
    while more := wait_until(
        "a copy of an event",
        lambda: take_events(sqs, queues["tail"]),
        lambda some: bool(some or copies),
    ):
        copies.update(each.event["id"] for each in more)
    announced = {each["id"] for each in events}
    copied = f"{len(copies)} of {len(announced)}"
    proof.expect(f"{name}: copied to the tail", bool(copies) and copies <= announced, copied)


def _left(aws: Emulator) -> list[str]:
    """The resources of a stack that are still there, buckets aside."""
    names = [
        *aws.client("sqs").list_queues().get("QueueUrls", []),
        *(each["FunctionName"] for each in aws.client("lambda").list_functions()["Functions"]),
        *(each["RoleName"] for each in aws.client("iam").list_roles()["Roles"]),
        *_secrets(aws),
        *(each["Name"] for each in aws.client("apigatewayv2").get_apis()["Items"]),
        *(each["Name"] for each in aws.client("events").list_rules()["Rules"]),
        *(each["AlarmName"] for each in aws.client("cloudwatch").describe_alarms()["MetricAlarms"]),
        *(
            each["logGroupName"]
            for each in aws.client("logs").describe_log_groups()["logGroups"]
        ),
        *aws.client("firehose").list_delivery_streams()["DeliveryStreamNames"],
        *(each["Name"] for each in aws.client("glue").get_databases()["DatabaseList"]),
    ]
    return [name for name in names if STACK in name]


def _secrets(aws: Emulator) -> list[str]:
    """Those that are not to be deleted soon."""
    return [each["Name"] for each in aws.client("secretsmanager").list_secrets()["SecretList"]]


def _buckets(aws: Emulator) -> list[str]:
    buckets = [each["Name"] for each in aws.client("s3").list_buckets()["Buckets"]]
    return [name for name in buckets if name.startswith(STACK)]
