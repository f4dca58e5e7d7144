"""`make examples`: the tests of each example, then each beside the local stack: events with repeats,
in no order, and kills. The effect has to be that of once.

COUNT is how many events (10,000), ONLY one of the consumers, BLESS writes the generated types.
"""

import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from local.checkout import ROOT
from local.environment import EMULATOR_KEY, REGION
from local.queues import waiting
from local.stack import Stack, stack
from local.wait import wait_until

from ..findings import Findings
from . import events, generated, states
from .postgres import postgres
from .workers import workers

_COUNT = int(os.environ.get("COUNT", "10000"))
_REPEATS = 0.1
_KILLS = 6
_WORKERS = 2
_VISIBLE_AGAIN_SECONDS = 20
_SECONDS = 1800
_EXAMPLES = ROOT / "examples"
_HERE = Path(__file__).parent
_VENV = ROOT / ".venv" / "bin" / "python"
_PYTHON = ROOT / ".venv-examples" / "bin" / "python"
_RUST = ROOT / "target" / "debug" / "teamwire-consumer"
_SOURCE = [str(_VENV), str(_HERE / "event_source.py")]


@dataclass(frozen=True)
class Consumer:
    """An example as it is run, and the lines of it that a user writes."""

    name: str
    folder: Path
    command: list[str]
    lines: tuple[str, ...]
    """What it is made of."""


_CONSUMERS = [
    Consumer(
        "python-lambda",
        _EXAMPLES / "python",
        [*_SOURCE, str(_PYTHON), str(_HERE / "host.py"), "on_lambda.handler"],
        ("python/on_lambda.py",),
    ),
    Consumer(
        "python-loop",
        _EXAMPLES / "python",
        [str(_PYTHON), "loop.py"],
        ("python/loop.py",),
    ),
    Consumer(
        "python-loop-postgres",
        _EXAMPLES / "python",
        [str(_PYTHON), "loop.py"],
        ("python/loop.py",),
    ),
    Consumer(
        "typescript-lambda",
        _EXAMPLES / "typescript-lambda",
        [*_SOURCE, "node", str(_HERE / "host.mjs"), "dist/handler.js"],
        ("typescript-lambda/src/handler.ts",),
    ),
    Consumer(
        "rust-lambda",
        _EXAMPLES / "rust",
        [*_SOURCE, str(_VENV), str(_HERE / "runtime_api.py"), str(_RUST)],
        ("rust/src/main.rs",),
    ),
]


def main(started: float) -> int:
    """Runs it all; raises NotProven."""
    findings = Findings()
    generated.hold(findings, _VENV)
    with stack("examples") as running, postgres() as database:
        aws = {
            "AWS_ENDPOINT_URL": running.emulator.endpoint,
            "AWS_ACCESS_KEY_ID": EMULATOR_KEY,
            "AWS_SECRET_ACCESS_KEY": EMULATOR_KEY,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "BUCKET": "consumers-own",
            "CLAIM_BUCKET": running.deployment.outputs["ClaimBucketName"],
            "POWERTOOLS_SERVICE_NAME": "example",
            "PATH": os.environ["PATH"],
            "HOME": str(running.directory),
        }
        running.emulator.client("s3").create_bucket(Bucket=aws["BUCKET"])
        schema = (_EXAMPLES / "sql" / "schema.sql").read_text()
        subprocess.run(
            ["psql", "-qX", "-v", "ON_ERROR_STOP=1", database], input=schema, text=True, check=True
        )
        _tests(findings, aws | {"TABLE": _table(running, "tests"), "DATABASE_URL": database})
        made = events.make(running, _COUNT)
        expected, told = events.expected(made), events.with_repeats(made, _REPEATS)
        datarefs = sum("dataref" in event for event in made)
        print(
            f"events: {len(made)}; told: {len(told)}; by dataref: {datarefs}; resources: {len(expected.last)}"
        )
        findings.expect("some came by dataref", datarefs > 0)
        for consumer in _CONSUMERS:
            if os.environ.get("ONLY", consumer.name) == consumer.name:
                with findings.part(consumer.name):
                    _consume(findings, running, consumer, told, expected, aws, database)
    print(
        f"events: {_COUNT}; repeats: {_REPEATS:.0%}; kills: {_KILLS} of each; "
        f"failed: {len(findings.failed)}; seconds: {time.monotonic() - started:.0f}"
    )
    findings.conclude()
    return 0


def _tests(findings: Findings, environment: dict[str, str]) -> None:
    cargo = os.environ.get("CARGO", "cargo").split()
    # Where cargo has what it was built with.
    own = {
        name: value
        for name, value in os.environ.items()
        if name == "HOME" or name.startswith(("CARGO_", "RUSTUP_"))
    }
    for name, folder, command, more in (
        ("python", "python", [str(_PYTHON), "-m", "unittest", "-q"], {}),
        ("typescript", "typescript-lambda", ["npm", "test", "--silent"], {}),
        ("rust", "rust", [*cargo, "test", "--quiet", "--locked", "--offline"], own),
    ):
        ran = subprocess.run(
            command,
            cwd=_EXAMPLES / folder,
            env=environment | more,
            capture_output=True,
            text=True,
            check=False,
        )
        findings.expect(
            f"the tests of {name}",
            ran.returncode == 0,
            "" if ran.returncode == 0 else ran.stdout + ran.stderr,
        )


def _consume(
    findings: Findings,
    running: Stack,
    consumer: Consumer,
    told: list[str],
    expected: events.Expected,
    aws: dict[str, str],
    database: str,
) -> None:
    sqs = running.sqs()
    queue = sqs.create_queue(
        QueueName=consumer.name, Attributes={"VisibilityTimeout": str(_VISIBLE_AGAIN_SECONDS)}
    )["QueueUrl"]
    for start in range(0, len(told), 10):
        entries = [
            {"Id": str(n), "MessageBody": body} for n, body in enumerate(told[start : start + 10])
        ]
        sqs.send_message_batch(QueueUrl=queue, Entries=entries)
    environment = aws | {"QUEUE_URL": queue}
    state: Callable[[], states.State]
    if consumer.name.endswith("postgres"):
        subprocess.run(
            ["psql", "-qX", "-c", "truncate resource, seen, missing", database], check=True
        )
        environment["DATABASE_URL"] = database
        state = lambda: states.in_postgres(database)  # noqa: E731
    else:
        table = _table(running, consumer.name)
        environment |= {
            "TABLE": table,
            "IDEMPOTENCY_TABLE": _table(running, f"{consumer.name}-ids", "id"),
        }
        state = lambda: states.in_dynamodb(running, table)  # noqa: E731
    begun = time.monotonic()
    log = running.directory / f"{consumer.name}.log"
    with workers(_WORKERS, consumer.command, consumer.folder, environment, log) as at_work:

        def left() -> int:
            at_work.check()
            return waiting(sqs, queue)

        for kill in range(1, _KILLS + 1):
            share = 1 - kill / (_KILLS + 1)
            wait_until(
                "some are consumed",
                left,
                lambda count, share=share: count <= len(told) * share,
                _SECONDS,
                poll=0.5,
            )
            at_work.kill_one()
        wait_until("all are consumed", left, lambda count: count == 0, _SECONDS, poll=0.5)
    seconds = time.monotonic() - begun
    last, once, missing = state()
    wrong = [
        part
        for part, event in expected.last.items()
        if part not in last or last[part][0]["id"] != event["id"]
    ]
    more = [part for part, (_, writes) in last.items() if writes > expected.events.get(part, 0)]
    findings.expect(
        f"{consumer.name}: every resource shows its last state",
        not wrong and len(last) == len(expected.last),
        f"{len(last)}, wrong {len(wrong)}",
    )
    findings.expect(
        f"{consumer.name}: nothing has its effect twice", not more, f"twice {len(more)}"
    )
    findings.expect(
        f"{consumer.name}: every id is remembered, every gap noted",
        (once, missing) == (expected.once, expected.missing),
        f"{len(once)}, {len(missing)}",
    )
    print(
        f"      {consumer.name}: {len(told) / seconds:.0f} a second; kills: {_KILLS}; lines: {_lines(*consumer.lines)}",
        flush=True,
    )


def _table(running: Stack, name: str, key: str = "key") -> str:
    running.emulator.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return name


def _lines(*names: str) -> int:
    """Without comments and blank lines."""
    text = "\n".join((_EXAMPLES / name).read_text() for name in names)
    return sum(
        bool(line.strip()) and not line.strip().startswith(("#", "//", "/*", "*"))
        for line in text.splitlines()
    )
