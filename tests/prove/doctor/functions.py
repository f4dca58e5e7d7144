"""Faults of the functions themselves."""

import json

from local.deploy import STACK

from .case import Case
from .stack_under_test import StackUnderTest


def cases() -> list[Case]:
    """In the order in which they are broken."""
    return [
        Case(
            "the stack has another name",
            lambda _: None,
            "stack-missing",
            ("teamwire-prod-..", "us-east-1"),
            arguments=("--stack", "teamwire-prod"),
        ),
        Case(
            "a function was deleted",
            _delete_backfill,
            "function-missing",
            ("teamwire-backfill",),
        ),
        Case(
            "a function was stopped by a concurrency of nothing",
            lambda stack: stack.stop("hydrate"),
            "function-throttled",
            ("teamwire-hydrate", "reserved concurrency of 0"),
        ),
        Case(
            "Lambda is to stop what sends to its own queue",
            _stop_loops,
            "function-loop-stopped",
            ("teamwire-backfill", "Terminate"),
        ),
        Case(
            "a function has another runtime",
            lambda stack: stack.configure("backfill", Runtime="python3.12"),
            "function-runtime",
            ("teamwire-backfill", "python3.12"),
        ),
        Case(
            "one function is set to another processor",
            _other_processor,
            "architectures-differ",
            ("decrypt {processor}",),
        ),
        Case(
            "a variable was removed",
            lambda stack: stack.variables("decrypt", TEAMWIRE_CLAIM_BUCKET=None),
            "variable-missing",
            ("teamwire-decrypt", "TEAMWIRE_CLAIM_BUCKET"),
        ),
        Case(
            "a variable of ingest was removed, so that it does not start",
            lambda stack: stack.variables("ingest", TEAMWIRE_QUARANTINE_QUEUE_URL=None),
            "variable-missing",
            ("teamwire-ingest", "TEAMWIRE_QUARANTINE_QUEUE_URL"),
            besides=("url-failing",),
        ),
        Case(
            "decrypt is told of no private keys at all",
            lambda stack: stack.variables(
                "decrypt", TEAMWIRE_ENVELOPE_KEYS_SECRET=None, TEAMWIRE_ENVELOPE_KMS_KEYS=None
            ),
            "variable-missing",
            ("TEAMWIRE_ENVELOPE_KEYS_SECRET", "TEAMWIRE_ENVELOPE_KMS_KEYS", "teamwire-decrypt"),
            besides=("key-missing",),
        ),
        Case(
            "a variable names another queue of the stack",
            lambda stack: stack.variables(
                "hydrate", TEAMWIRE_HYDRATE_QUEUE_URL=stack.queues["decrypt"]
            ),
            "variable-elsewhere",
            ("TEAMWIRE_HYDRATE_QUEUE_URL", "teamwire-hydrate", "it should be teamwire-hydrate"),
            besides=("variables-differ",),
        ),
        Case(
            "a variable names a queue of another account",
            lambda stack: stack.variables(
                "decrypt",
                TEAMWIRE_DECRYPT_DEAD_LETTER_QUEUE_URL=stack.queues[
                    "decrypt-dead-letters"
                ].replace("/000000000000/", "/999999999999/"),
            ),
            "variable-elsewhere",
            ("TEAMWIRE_DECRYPT_DEAD_LETTER_QUEUE_URL", "in account 000000000000"),
            besides=("queue-missing",),
        ),
        Case(
            "the list of kept meeting content was misspelt",
            lambda stack: stack.variables("hydrate", TEAMWIRE_MEETING_CONTENT="transcript"),
            "variable-unusable",
            ("TEAMWIRE_MEETING_CONTENT", "teamwire-hydrate", '"transcript"'),
            besides=("variables-differ",),
        ),
        Case(
            "a tenant was given by its domain",
            lambda stack: stack.variables(
                "ingest", TEAMWIRE_TENANTS=f"{stack.values['tenant']},contoso.example"
            ),
            "variable-unusable",
            ("TEAMWIRE_TENANTS", "teamwire-ingest", '"contoso.example"', "a GUID"),
            besides=("tenant-not-served", "url-failing"),
        ),
        Case(
            "functions were told of two buckets for what is large",
            lambda stack: stack.variables("hydrate", TEAMWIRE_CLAIM_BUCKET="teamwire-claims"),
            "variables-differ",
            ("TEAMWIRE_CLAIM_BUCKET", "hydrate"),
        ),
        Case(
            "the role of ingest may not send to the events queue",
            _revoke,
            "send-refused",
            ("503",),
            arguments=("--send",),
        ),
    ]


def _delete_backfill(stack: StackUnderTest) -> None:
    functions = stack.aws("lambda")
    before = stack.configuration("backfill")
    mapping = stack.mapping("backfill")
    functions.delete_function(FunctionName=before["FunctionName"])

    def back() -> None:
        kept = ("FunctionName", "Role", "Runtime", "Handler", "Timeout", "MemorySize")
        functions.create_function(
            **{key: before[key] for key in kept},
            Architectures=before["Architectures"],
            Environment={"Variables": before["Environment"]["Variables"]},
            Code={"S3Bucket": "artifacts", "S3Key": "backfill.zip"},
        )
        functions.put_function_recursion_config(
            FunctionName=before["FunctionName"], RecursiveLoop="Allow"
        )
        stack.until_ready("backfill")
        stack.map_again(mapping)

    stack.afterwards(back)


def _stop_loops(stack: StackUnderTest) -> None:
    put = stack.aws("lambda").put_function_recursion_config
    name = f"{STACK}-backfill"
    put(FunctionName=name, RecursiveLoop="Terminate")
    stack.afterwards(lambda: put(FunctionName=name, RecursiveLoop="Allow"))


def _other_processor(stack: StackUnderTest) -> None:
    name, functions = f"{STACK}-decrypt", stack.aws("lambda")
    (own,) = stack.configuration("decrypt")["Architectures"]
    other = "x86_64" if own == "arm64" else "arm64"

    def deploy(architecture: str) -> None:
        functions.update_function_code(
            FunctionName=name,
            S3Bucket="artifacts",
            S3Key="decrypt.zip",
            Architectures=[architecture],
        )
        stack.until_ready("decrypt")

    deploy(other)
    stack.values["processor"] = other
    stack.afterwards(lambda: deploy(own))


def _revoke(stack: StackUnderTest) -> None:
    iam, events = stack.aws("iam"), stack.arn("events")
    role = stack.configuration("ingest")["Role"].rsplit("/", 1)[-1]
    of = {"RoleName": role, "PolicyName": "ingest"}
    document = iam.get_role_policy(**of)["PolicyDocument"]
    changed = json.loads(json.dumps(document).replace(events, stack.arn("tail")))
    iam.put_role_policy(**of, PolicyDocument=json.dumps(changed))
    stack.afterwards(lambda: iam.put_role_policy(**of, PolicyDocument=json.dumps(document)))
