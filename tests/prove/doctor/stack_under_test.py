"""The stack that is broken and mended: each hand that is laid on it knows how to take it back."""

import datetime
import functools
import json
import subprocess
import time
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from local.checkout import binary
from local.deploy import STACK
from local.environment import EMULATOR_KEY, REGION, bare_environment
from local.loopback import json_request
from local.problem import Problem
from local.simulator import send
from local.stack import Stack

from ..runbook.scene import Scene
from .proxy import Proxy

_DOCTOR_SECONDS = 120
_TOLD_SECONDS = 600
"""The time since an age was reported: too long for an alarm of five minutes, and not for doctor."""


class DoctorFailed(Problem):
    """It did not come to an answer."""


class StackUnderTest:
    """A running stack that is in order."""

    def __init__(self, running: Stack, proxy: Proxy) -> None:
        self.running = running
        self.proxy = proxy
        self.scene = Scene(running)
        self.control = self.scene.control
        self.outputs = running.deployment.outputs
        self.queues = self.scene.queues
        self.values = {
            "tenant": running.identities.tenants[0],
            "other tenant": running.identities.tenants[1],
            "app": running.identities.app_id,
            "kms": running.keys.kms_arn,
            "proxy": proxy.url,
        }
        """The values that a finding may have to name."""
        self._undo: list[Callable[[], Any]] = []
        self._clients: dict[str, Any] = {}

    def aws(self, service: str) -> Any:
        """A client of one service."""
        if service not in self._clients:
            self._clients[service] = self.running.emulator.client(service)
        return self._clients[service]

    def afterwards(self, undo: Callable[[], Any]) -> None:
        """Has something done when the case is over; what was asked for last comes first."""
        self._undo.append(undo)

    def mend(self) -> None:
        """Takes everything back."""
        while self._undo:
            self._undo.pop()()

    def doctor(self, arguments: tuple[str, ...] = ()) -> tuple[int, list[dict[str, Any]]]:
        """Exit status and findings."""
        directory = self.running.directory
        done = subprocess.run(
            [binary("teamwire"), "doctor", "--output", "json", *arguments],
            env=bare_environment(directory)
            | {
                "AWS_ENDPOINT_URL": self.running.emulator.endpoint,
                "AWS_REGION": REGION,
                "AWS_ACCESS_KEY_ID": EMULATOR_KEY,
                "AWS_SECRET_ACCESS_KEY": EMULATOR_KEY,
            },
            cwd=directory,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_DOCTOR_SECONDS,
            check=False,
        )
        if done.returncode not in (0, 1):
            raise DoctorFailed(f"exit status {done.returncode}: {done.stderr.strip()}")
        return done.returncode, json.loads(done.stdout)["findings"]

    # ---- functions

    def configuration(self, function: str) -> dict[str, Any]:
        """Lambda's configuration of a function."""
        found: dict[str, Any] = self.aws("lambda").get_function_configuration(
            FunctionName=f"{STACK}-{function}"
        )
        return found

    def configure(self, function: str, **members: Any) -> None:
        """Sets what Lambda has of a function; its next event meets a new process."""
        before = self.configuration(function)
        self._configure(function, members)
        self.afterwards(lambda: self._configure(function, {key: before[key] for key in members}))

    def variables(self, function: str, **values: str | None) -> None:
        """Sets variables of a function, or takes them away."""
        held = self.configuration(function)["Environment"]["Variables"]
        left = {key: value for key, value in held.items() if key not in values}
        given = {key: value for key, value in values.items() if value is not None}
        self.configure(function, Environment={"Variables": left | given})

    def until_ready(self, function: str) -> None:
        """Waits until Lambda has put a change of a function in place."""

        def is_ready() -> bool:
            now = self.configuration(function)
            return (now["State"], now["LastUpdateStatus"]) == ("Active", "Successful")

        self.scene.until(is_ready, f"{function} is ready")

    def _configure(self, function: str, members: dict[str, Any]) -> None:
        self.aws("lambda").update_function_configuration(
            FunctionName=f"{STACK}-{function}", **members
        )
        self.until_ready(function)

    def stop(self, function: str) -> None:
        """Gives a function a concurrency of nothing."""
        name, functions = f"{STACK}-{function}", self.aws("lambda")
        before = functions.get_function_concurrency(FunctionName=name)
        held = before.get("ReservedConcurrentExecutions")
        self.scene.stop_function(function)

        def back() -> None:
            if held is None:
                functions.delete_function_concurrency(FunctionName=name)
            else:
                functions.put_function_concurrency(
                    FunctionName=name, ReservedConcurrentExecutions=held
                )

        self.afterwards(back)

    def start_anew_afterwards(self, function: str) -> None:
        """Has it remember nothing when what is asked for from now on was taken back."""
        self.afterwards(lambda: self.scene.restart(function))

    def mapping(self, function: str) -> dict[str, Any]:
        """The mapping from its queue to a function."""
        (found,) = self.aws("lambda").list_event_source_mappings(
            FunctionName=f"{STACK}-{function}"
        )["EventSourceMappings"]
        mapping: dict[str, Any] = found
        return mapping

    def map_again(self, mapping: dict[str, Any]) -> None:
        """Makes a mapping that was deleted as it was, unless there is one."""
        name = mapping["FunctionArn"].rpartition(":")[2]
        there = self.aws("lambda").list_event_source_mappings(FunctionName=name)
        if not there["EventSourceMappings"]:
            kept = ("EventSourceArn", "BatchSize", "FunctionResponseTypes", "ScalingConfig")
            self.aws("lambda").create_event_source_mapping(
                FunctionName=name, **{key: mapping[key] for key in kept if key in mapping}
            )

    def map(self, function: str, back: dict[str, Any], **members: Any) -> None:
        """Sets what there is of a mapping; `back` is what to set afterwards."""
        uuid = self.mapping(function)["UUID"]
        update = self.aws("lambda").update_event_source_mapping
        update(UUID=uuid, **members)
        self.afterwards(lambda: update(UUID=uuid, **back))

    # ---- queues

    def attributes(self, queue: str) -> dict[str, str]:
        """All that SQS has of a queue."""
        answer = self.aws("sqs").get_queue_attributes(
            QueueUrl=self.queues[queue], AttributeNames=["All"]
        )
        found: dict[str, str] = answer["Attributes"]
        return found

    def arn(self, queue: str) -> str:
        """Of a queue."""
        return self.attributes(queue)["QueueArn"]

    def set_queue(self, queue: str, **attributes: str) -> None:
        """Sets attributes of a queue; an empty one takes it away."""
        url, set_attributes = self.queues[queue], self.aws("sqs").set_queue_attributes
        held = self.attributes(queue)
        before = {key: held.get(key, "") for key in attributes}
        set_attributes(QueueUrl=url, Attributes=attributes)
        self.afterwards(lambda: set_attributes(QueueUrl=url, Attributes=before))

    def put(self, queue: str, count: int, **attributes: str) -> None:
        """Lays messages on a queue."""
        url = self.queues[queue]
        for _ in range(count):
            self.aws("sqs").send_message(
                QueueUrl=url,
                MessageBody="{}",
                MessageAttributes={
                    key: {"DataType": "String", "StringValue": value}
                    for key, value in attributes.items()
                },
            )
        self.afterwards(lambda: self.aws("sqs").purge_queue(QueueUrl=url))

    def age(self, queue: str, seconds: int) -> None:
        """Has CloudWatch say for how long the oldest message is there."""
        dimension = {"Name": "QueueName", "Value": f"{STACK}-{queue}"}
        self.aws("cloudwatch").put_metric_data(
            Namespace="AWS/SQS",
            MetricData=[
                {
                    "MetricName": "ApproximateAgeOfOldestMessage",
                    "Dimensions": [dimension],
                    "Timestamp": time.time() - _TOLD_SECONDS,
                    "Value": float(seconds),
                }
            ],
        )

    # ---- secrets and files

    def secret(self, output: str, text: str) -> None:
        """Overwrites a secret."""
        secrets, of = self.aws("secretsmanager"), self.outputs[output]
        before = secrets.get_secret_value(SecretId=of)["SecretString"]
        secrets.put_secret_value(SecretId=of, SecretString=text)
        self.afterwards(lambda: secrets.put_secret_value(SecretId=of, SecretString=before))

    def delete_secret(self, output: str) -> None:
        """Deletes a secret; it can be had back for some days."""
        secrets, of = self.aws("secretsmanager"), self.outputs[output]
        secrets.delete_secret(SecretId=of, RecoveryWindowInDays=7)
        self.afterwards(lambda: secrets.restore_secret(SecretId=of))

    def held(self, key: str) -> str:
        """A file of the config bucket."""
        answer = self.aws("s3").get_object(Bucket=self.outputs["ConfigBucketName"], Key=key)
        text: str = answer["Body"].read().decode()
        return text

    def file(self, key: str, text: str | None) -> None:
        """Overwrites a file of the config bucket, or deletes it."""
        bucket, before = self.outputs["ConfigBucketName"], self.held(key)
        if text is None:
            self.aws("s3").delete_object(Bucket=bucket, Key=key)
        else:
            self.aws("s3").put_object(Bucket=bucket, Key=key, Body=text.encode())
        back = before.encode()
        self.afterwards(lambda: self.aws("s3").put_object(Bucket=bucket, Key=key, Body=back))

    @functools.cached_property
    def another_pem(self) -> str:
        """A private key that nothing is sealed for."""
        private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()

    # ---- Graph

    def fault(self, fault: str, back: dict[str, Any], **members: Any) -> None:
        """Makes trouble at Graph or Entra; `back` ends it."""
        self.control.fault(fault, **members)
        self.afterwards(lambda: self.control.fault(fault, **back))

    def principal(self, back: dict[str, Any], **members: Any) -> None:
        """Sets the app's principal in a tenant."""
        url = f"{self.running.simulator.url}/simulator/servicePrincipal"
        send(json_request("POST", url, members))
        self.afterwards(lambda: send(json_request("POST", url, back)))

    def subscribe(self, resource: str, url: str, **members: Any) -> None:
        """Has somebody subscribe with the app's credentials, in the tenant."""
        ends = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=2)
        made = self.running.simulator.subscribe(
            self.values["tenant"],
            {
                "changeType": "created,updated,deleted",
                "resource": resource,
                "notificationUrl": f"{url}/notifications",
                "lifecycleNotificationUrl": f"{url}/lifecycle",
                "clientState": "somebody's",
                "expirationDateTime": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
                **members,
            },
        )
        self.afterwards(
            lambda: self.running.simulator.unsubscribe(self.values["tenant"], made["id"])
        )

    def renew(self, subscription: str, ends: datetime.datetime) -> None:
        """Has somebody give a subscription of the tenant another end."""
        self.running.simulator.renew(
            self.values["tenant"], subscription, ends.strftime("%Y-%m-%dT%H:%M:%SZ")
        )

    def renewed(self) -> None:
        """Has the subscriptions be as they are wanted, when the case is over."""
        self.afterwards(self.scene.reconcile)
