"""The tables of docs/SCALE.md."""

import math

from .inputs import Inputs
from .model import WORKER, Model, Volume
from .tables import KINDS, count, table

# Of Graph, for messages, by app and tenant; 83 % of it is what it bears for long.
GRAPH_READS = 20
GRAPH_SUSTAINED = 0.83
VOLUMES = (
    (10_000, 1, 1),
    (1_000_000, 3, 3),
    (10_000_000, 5, 5),
    (100_000_000, 10, 10),
)


def volumes(kind: str) -> list[Volume]:
    """The volumes considered."""
    return [Volume(changes, items, records, kind) for changes, items, records in VOLUMES]


def rates(inputs: Inputs) -> str:
    """The rates of each volume in a second."""
    model, peak = Model(inputs), inputs.given["peak"]
    of = volumes("rich")
    head = [f"a second, at the peak of {peak} times the mean"] + [count(v.changes) for v in of]

    def row(name: str, value, digits: int = 0) -> list[str]:
        return [name] + [f"{value(volume):,.{digits}f}" for volume in of]

    second = peak / 86_400
    basic = {volume.changes: volume for volume in volumes("basic")}
    rows = [
        row("changes, mean", lambda v: v.changes / 86_400, 1),
        row("changes", lambda v: v.changes * second, 1),
        row("POSTs", lambda v: v.posts * second, 1),
        row("requests to SQS", lambda v: sum(model.requests(v).values()) * second),
        row("RSA operations (rich)", lambda v: v.changes * second),
        row("GETs of Graph (basic)", lambda v: v.changes * second),
        row("KB of logs", lambda v: sum(model.log_bytes(v).values()) * second / 1_000, 1),
        row("ingest at once", lambda v: _busy(model, v, "ingest", peak)),
        row("decrypt at once (rich)", lambda v: _busy(model, v, "worker", peak)),
        row("hydrate at once (basic)", lambda v: _busy(model, basic[v.changes], "worker", peak)),
    ]
    return table(head, rows)


def carried(inputs: Inputs) -> str:
    """The volumes that the template's own settings carry."""
    model, stack = Model(inputs), inputs.stack
    rows = []
    for items in (1, 10):
        a_day = stack.rate * items * 86_400
        rows.append(
            [
                f"API throttle, {stack.rate:,.0f} POSTs a second, {items} to a POST",
                f"{stack.rate * items:,.0f}",
                count(a_day / inputs.given["peak"]),
            ]
        )
    for kind in KINDS:
        function = WORKER[kind]
        for records in (1, 10):
            volume = Volume(1_000_000, records, records, kind)
            milliseconds = model.billed(function, model.batch(volume))
            at_once = stack.concurrency[function]
            second = at_once * records / milliseconds * 1_000
            rows.append(
                [
                    f"{function}, {at_once} at once, {milliseconds} ms for a batch of {records}",
                    f"{second:,.0f}",
                    count(second * 86_400 / inputs.given["peak"]),
                ]
            )
    milliseconds, _ = model.relay()
    second = stack.concurrency["relay"] * 10 / milliseconds * 1_000
    rows.append(
        [
            f"relay, {stack.concurrency['relay']} at once, {milliseconds} ms for a batch of 10",
            f"{second:,.0f}",
            count(second * 86_400 / inputs.given["peak"]),
        ]
    )
    reads = GRAPH_READS * GRAPH_SUSTAINED
    rows.append(
        [
            f"Graph, {GRAPH_READS} reads of messages a second for an app in a tenant, 83 % of it",
            f"{reads:,.1f}",
            count(reads * 86_400 / inputs.given["peak"]),
        ]
    )
    head = ["what", "changes a second", "changes a day, its peak as above"]
    return table(head, rows)


def settings(inputs: Inputs) -> str:
    """The settings for each volume."""
    model, stack, peak = Model(inputs), inputs.stack, inputs.given["peak"]
    of = volumes("rich")
    basic = {volume.changes: volume for volume in volumes("basic")}

    def concurrency(volume: Volume, default: int) -> str:
        # Twice what the peak needs, so that a backlog goes down while more arrives.
        needed = 2 * math.ceil(_busy(model, volume, "worker", peak))
        return f"{default}, the default" if needed <= default else f"{needed}"

    def throttle(volume: Volume) -> str:
        needed = 2 * volume.posts * peak / 86_400
        return f"{stack.rate:,.0f}, the default" if needed <= stack.rate else f"{needed:,.0f}"

    def keys(volume: Volume) -> str:
        return "KMS or secret" if volume.changes * peak / 86_400 <= 500 else "secret"

    def tenants(volume: Volume) -> str:
        reads = GRAPH_READS * GRAPH_SUSTAINED
        needed = math.ceil(volume.changes * peak / 86_400 / reads)
        return "1" if needed <= 1 else f"{needed:,} or more, or rich"

    def account(volume: Volume) -> str:
        needed = _busy(model, volume, "ingest", peak) + 2 * _busy(model, volume, "worker", peak)
        return "1,000, the default" if needed <= 500 else f"{2 * math.ceil(needed):,}"

    workers = stack.concurrency
    rows = [
        ["`RequestsPerSecond`"] + [throttle(v) for v in of],
        ["`DecryptConcurrency` (rich)"] + [concurrency(v, workers["decrypt"]) for v in of],
        ["`HydrateConcurrency` (basic)"]
        + [concurrency(basic[v.changes], workers["hydrate"]) for v in of],
        ["Lambda's concurrency in the account"] + [account(v) for v in of],
        ["private keys"] + [keys(v) for v in of],
        ["tenants that basic messages need"] + [tenants(v) for v in of],
    ]
    return table(["a day"] + [count(v.changes) for v in of], rows)


def _busy(model: Model, volume: Volume, function: str, peak: float) -> float:
    if function == "ingest":
        name, invocations, each = function, volume.posts, model.post(volume)
    else:
        name, invocations, each = WORKER[volume.kind], volume.batches, model.batch(volume)
    return math.ceil(model.busy(invocations, model.billed(name, each), peak))
