"""The stack that the situations are brought about on, and what a person can't do from a shell."""

import json
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

from local.deploy import STACK
from local.loopback import json_request
from local.problem import Problem
from local.queues import take_events, waiting
from local.simulator import send
from local.stack import Stack
from local.verdict import Event, change_key, event_key, missing
from local.wait import wait_until

from ..control import Control


class NotAsMeant(Problem):
    """A situation could not be brought about, or what was to come of it did not."""


class Scene:
    """A running stack with the handles that situations need."""

    def __init__(self, running: Stack) -> None:
        self.running = running
        self.control = Control(running.simulator)
        self.sqs = running.sqs()
        self.queues = running.deployment.queues()
        self.outputs = running.deployment.outputs
        self.values: dict[str, str] = {"tenant id": running.identities.tenants[0]}
        """The values of the commands' placeholders."""
        self.events: list[Event] = []
        """The events that the consumer has taken."""
        self.jobs: dict[str, str] = {}
        """Changes that were announced, by what for."""
        self._lambda = running.emulator.client("lambda")
        self._events = running.emulator.client("events")
        self._s3 = running.emulator.client("s3")
        self._secrets = running.emulator.client("secretsmanager")
        self._cloudformation = running.emulator.client("cloudformation")
        self._turn = 0

    # ---- Graph

    def subscription(self, resource: str, kind: str) -> tuple[str, str]:
        """Tenant and present id of one that is subscribed to, and which the commands are about."""
        tenant = next(
            each.tenant
            for each in self.running.subscriptions
            if (each.resource, each.kind) == (resource, kind)
        )
        self.values["tenant id"] = tenant
        report = self.running.order({"action": "list", "tenant": tenant})
        found = [
            each["subscriptionId"]
            for of in report["tenants"]
            for each in of["changes"]
            if each["resource"] == resource and each["action"] == "keep"
        ]
        if len(found) != 1:
            raise NotAsMeant(f"{resource} of {tenant} is subscribed to {len(found)} times")
        return tenant, found[0]

    def announce(self, subscription: str, count: int, **order: Any) -> str:
        """Changes of one subscription; the job."""
        self._turn += 1
        asked = {"count": count, "subscriptions": [subscription], "seed": self._turn, **order}
        return self.running.simulator.announce(asked)

    def lifecycle(self, subscription: str, event: str) -> None:
        """Graph sends a lifecycle event."""
        url = f"{self.running.simulator.url}/simulator/lifecycle"
        send(json_request("POST", url, {"subscriptionId": subscription, "event": event}))

    def consent(self, tenant: str, lost: bool) -> None:
        """Takes the app's permissions in a tenant away, or gives them back."""
        self.control.fault("consent", tenant=tenant, lost=lost)

    # ---- the consumer

    def drain(self) -> int:
        """Takes whatever is on the events queue; how many."""
        count = 0
        while taken := take_events(self.sqs, self.queues["events"], 0):
            self.events += [each.event for each in taken]
            count += len(taken)
        return count

    def arrived(self, job: str) -> None:
        """Waits until each intact change of a job is an event that was taken."""

        def came() -> bool:
            self.drain()
            ledger = self.running.simulator.job(job)
            return ledger["done"] and not missing(ledger["changes"], self.events)

        self.until(came, "every change that was announced is an event")

    def delivers(self, resource: str, kind: str, job: str | None = None) -> None:
        """Waits until what a job announced, and what is announced now, has come as events."""
        if job is not None:
            self.arrived(self.jobs[job])
        _, subscription = self.subscription(resource, kind)
        self.arrived(self.announce(subscription, 2))

    def read_again(self, job: str) -> None:
        """Waits until each change of a job, whatever became of it, was read from a list."""
        keys = {change_key(each) for each in self.running.simulator.job(job)["changes"]}

        def came() -> bool:
            self.drain()
            return keys <= {event_key(each) for each in self.events if _is_backfilled(each)}

        self.until(came, f"{len(keys)} changes came by being read again")

    def done(self, job: str) -> None:
        """Waits until Graph has delivered a job."""
        self.until(lambda: self.running.simulator.job(job)["done"], "Graph has delivered")

    # ---- AWS

    def waiting(self, queue: str) -> int:
        """The number of messages on a queue in all."""
        return waiting(self.sqs, self.queues[queue])

    def holds(self, queue: str, count: int) -> None:
        """Waits until a queue holds so many messages, or more: Graph may send one again."""
        wait_until(f"{queue} holds {count}", lambda: self.waiting(queue), lambda n: n >= count)

    def is_worked_off(self, queue: str) -> None:
        """Waits until a queue holds nothing."""
        wait_until(f"{queue} is worked off", lambda: self.waiting(queue), lambda n: n == 0)

    def exhaust(self, queue: str) -> None:
        """Receives what is on a queue, and deletes nothing, until SQS has moved it all."""
        url = self.queues[queue]

        def left() -> int:
            self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0)
            return self.waiting(queue)

        wait_until(f"SQS has moved what is on {queue}", left, lambda n: n == 0, poll=0.0)

    def visibility(self, queue: str, seconds: int) -> None:
        """Sets the time for which received messages are hidden from now on."""
        self.attribute(queue, "VisibilityTimeout", seconds)

    def receives(self, queue: str, most: int) -> None:
        """Sets the number of times that a message is received before SQS moves it."""
        url = self.queues[queue]
        held = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
        policy = json.loads(held["Attributes"]["RedrivePolicy"]) | {"maxReceiveCount": most}
        self.sqs.set_queue_attributes(
            QueueUrl=url, Attributes={"RedrivePolicy": json.dumps(policy)}
        )

    def attribute(self, queue: str, name: str, value: int) -> None:
        """Sets an attribute of a queue."""
        self.sqs.set_queue_attributes(QueueUrl=self.queues[queue], Attributes={name: str(value)})

    def take(self, function: str, enabled: bool) -> None:
        """Has a function take from its queue, or not."""
        name = f"{STACK}-{function}"
        (mapping,) = self._lambda.list_event_source_mappings(FunctionName=name)[
            "EventSourceMappings"
        ]
        self._lambda.update_event_source_mapping(UUID=mapping["UUID"], Enabled=enabled)

    def stop_function(self, function: str) -> None:
        """Gives it a concurrency of nothing."""
        self._lambda.put_function_concurrency(
            FunctionName=f"{STACK}-{function}", ReservedConcurrentExecutions=0
        )

    def stop_schedule(self) -> None:
        """Disables the rule that has the subscriptions looked after."""
        for rule in self._events.list_rules(NamePrefix=f"{STACK}-Subscriptions")["Rules"]:
            self._events.disable_rule(Name=rule["Name"])

    def restart(self, *functions: str) -> None:
        """Has the next event of a function met by a new process."""
        for function in functions:
            name = f"{STACK}-{function}"
            memory = self._lambda.get_function_configuration(FunctionName=name)["MemorySize"]
            self._lambda.update_function_configuration(FunctionName=name, MemorySize=memory)
            self.until(lambda name=name: self._is_ready(name), f"{name} is ready")

    def log(self, function: str, line: str) -> None:
        """Adds a line to a function's log."""
        logs = self.running.emulator.client("logs")
        group, stream = f"/aws/lambda/{STACK}-{function}", str(uuid.uuid4())
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
        event = {"timestamp": int(time.time() * 1000), "message": line}
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[event])

    def log_last_words(self, function: str) -> None:
        """Adds what a process said that ended at its start, which MiniStack keeps to itself."""
        said = re.compile(rf"{STACK}-{function}: bootstrap exited during init .*?(\{{.*\}})")
        own = self.running.directory / "ministack.log"
        self.until(lambda: said.search(own.read_text()) is not None, f"{function} can't start")
        for line in set(said.findall(own.read_text())):
            self.log(function, line)

    def secret(self, output: str) -> dict[str, Any]:
        """The content of a secret of the stack."""
        answer = self._secrets.get_secret_value(SecretId=self.outputs[output])
        held: dict[str, Any] = json.loads(answer["SecretString"])
        return held

    def put_secret(self, output: str, held: dict[str, Any]) -> None:
        """Overwrites a secret of the stack."""
        self._secrets.put_secret_value(
            SecretId=self.outputs[output], SecretString=json.dumps(held)
        )

    def note(self, key: str) -> dict[str, Any]:
        """The last-seen record of the subscriptions function."""
        bucket = self.outputs["ConfigBucketName"]
        noted: dict[str, Any] = json.load(self._s3.get_object(Bucket=bucket, Key=key)["Body"])
        return noted

    def put_note(self, key: str, noted: dict[str, Any]) -> None:
        """Has it noted something else."""
        bucket = self.outputs["ConfigBucketName"]
        self._s3.put_object(Bucket=bucket, Key=key, Body=json.dumps(noted).encode())

    def deploy(self, parameters: dict[str, str]) -> None:
        """Does as `make deploy-sam` does where only parameters have changed."""
        (now,) = self._cloudformation.describe_stacks(StackName=STACK)["Stacks"]
        self._cloudformation.update_stack(
            StackName=STACK,
            UsePreviousTemplate=True,
            Capabilities=["CAPABILITY_IAM"],
            Parameters=[
                {"ParameterKey": name, "ParameterValue": parameters[name]}
                if name in parameters
                else {"ParameterKey": name, "UsePreviousValue": True}
                for name in (each["ParameterKey"] for each in now["Parameters"])
            ],
        )
        self.until(self._is_deployed, "the stack is deployed again")

    def variable(self, function: str, name: str, value: str) -> None:
        """Sets a variable of a function, past the stack."""
        full = f"{STACK}-{function}"
        before = self._lambda.get_function_configuration(FunctionName=full)
        variables = before["Environment"]["Variables"] | {name: value}
        self._lambda.update_function_configuration(
            FunctionName=full, Environment={"Variables": variables}
        )
        self.until(lambda: self._is_ready(full), f"{full} is ready")

    def reconcile(self) -> dict[str, Any]:
        """A run of the schedule."""
        return self.running.order({"action": "reconcile"})

    def run_of_the_schedule(self) -> None:
        """The same, whatever it says."""
        answer = self._lambda.invoke(
            FunctionName=f"{STACK}-subscriptions", Payload=b'{"action": "reconcile"}'
        )
        answer["Payload"].read()

    def until(self, met: Callable[[], bool], what: str) -> None:
        """Waits while the stack runs; raises TimedOut."""

        def look() -> bool:
            self.running.check()
            return met()

        wait_until(what, look)

    def _is_deployed(self) -> bool:
        (now,) = self._cloudformation.describe_stacks(StackName=STACK)["Stacks"]
        return str(now["StackStatus"]) == "UPDATE_COMPLETE"

    def _is_ready(self, name: str) -> bool:
        state = self._lambda.get_function_configuration(FunctionName=name)
        return str(state["LastUpdateStatus"]) == "Successful"


def _is_backfilled(event: Event) -> bool:
    return bool(event.get("origin") == "backfilled")
