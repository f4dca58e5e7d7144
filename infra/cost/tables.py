"""The tables of docs/COST.md."""

import math

from .inputs import PAGE, RUN, Inputs
from .model import GB, MILLION, WORKER, Bill, Model

MEMORIES = (128, 192, 256, 512, 1_024, 1_769)
KINDS = ("rich", "basic")
MEBIBYTE = 1_048_576
FIREHOSE_STEP = 5_000
# As long as the template keeps claims.
CLAIM_DAYS = 27


def table(head: list[str], rows: list[list[str]]) -> str:
    """As Markdown; all columns but the first are numbers."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def prose(head: list[str], rows: list[list[str]]) -> str:
    """As Markdown, with columns of words."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def dollars(amount: float) -> str:
    """Two digits that count, cents where there are many."""
    if amount == 0:
        return "0"
    if amount >= 100:
        return f"{amount:,.0f}"
    return f"{amount:.2f}" if amount >= 0.1 else f"{amount:.3f}"


def count(number: float) -> str:
    """A number of changes, as one says it."""
    return f"{number / MILLION:,.0f} million" if number >= MILLION else f"{number:,.0f}"


def bills(inputs: Inputs) -> list[Bill]:
    """Rich and basic, at each volume."""
    model = Model(inputs)
    return [model.bill(volume) for kind in KINDS for volume in model.volumes(kind)]


def source(inputs: Inputs) -> str:
    """The source of the measurements."""
    machine = inputs.measured.machine
    return (
        f"Measured on {machine['cores']} cores of an {machine['cpu']}, {machine['binaries']}, at"
        f" commit {inputs.measured.commit or 'unknown'}; `docs/measured.json` has every figure."
    )


def per_million(inputs: Inputs) -> str:
    """Dollars per million changes, line by line."""
    of = bills(inputs)
    head = ["dollars per million changes"]
    head += [f"{each.volume.kind}, {count(each.volume.changes)} a day" for each in of]
    rows = []
    for number, line in enumerate(of[0].lines):
        name = "Lambda: decrypt or hydrate" if line.name == "Lambda: decrypt" else line.name
        rows.append(
            [name] + [dollars(each.per_million(each.lines[number].dollars)) for each in of]
        )
    rows.append(["**per million changes**"] + [f"**{dollars(b.per_million(b.month))}**" for b in of])
    rows.append(["**a month**"] + [f"**{dollars(each.month)}**" for each in of])
    return table(head, rows)


def arithmetic(inputs: Inputs) -> str:
    """Each line in its own words, for a million changes a day."""
    model = Model(inputs)
    parts = []
    for kind in KINDS:
        volume = model.volumes(kind)[1]
        bill = model.bill(volume)
        rows = [[line.name, line.arithmetic, dollars(line.dollars)] for line in bill.lines]
        rows.append(["all", "", dollars(bill.month)])
        parts.append(
            f"{kind}, {count(volume.changes)} changes a day, {volume.items} to a POST,"
            f" {volume.records} to a batch; a month of {bill.days} days\n\n"
            + prose(["line", "of what", "dollars a month"], rows)
        )
    return "\n\n".join(parts)


def invocations(inputs: Inputs) -> str:
    """The measured figures of an invocation, and Lambda's bill for it."""
    model, measured = Model(inputs), inputs.measured
    head = ["invocation", "CPU ms", "waits: AWS", "waits: Graph", "MB", "billed ms"]
    head += ["ms a change", "log bytes"]
    rows = []
    cases = [("ingest", f"POST of {items} {kind}", items) for kind in KINDS for items in (1, 10, 100)]
    cases += [(name, f"batch of {records}", records) for name in WORKER.values() for records in (1, 10)]
    cases += [("relay", f"batch of {records}", records) for records in (1, 10)]
    cases += [("backfill", PAGE, 50), ("subscriptions", RUN, 0)]
    for function, case, changes in cases:
        each = measured.of(function, case)
        billed = model.billed(function, each)
        rows.append(
            [
                f"{function}: {case}",
                f"{each.cpu:.2f}",
                f"{each.aws_waits:g}",
                f"{each.graph_waits:g}",
                f"{model.memory[function]}",
                f"{billed:,}",
                f"{billed / changes:.1f}" if changes else "",
                f"{each.log_bytes:,.0f}",
            ]
        )
    return table(head, rows)


def memory(inputs: Inputs) -> str:
    """Dollars per million changes for Lambda alone, by memory size."""
    model = Model(inputs)
    head = ["Lambda, dollars per million changes"] + [f"{size} MB" for size in MEMORIES]
    rows = []
    for kind in KINDS:
        volume = model.volumes(kind)[2]
        for function, changes, each in (
            ("ingest", volume.items, model.post(volume)),
            (WORKER[kind], volume.records, model.batch(volume)),
        ):
            prices = [
                MILLION / changes * model.invocation_dollars(model.milliseconds(each, size), size)
                for size in MEMORIES
            ]
            cheapest = min(prices)
            cells = [f"**{p:.3f}**" if p == cheapest else f"{p:.3f}" for p in prices]
            name = f"{function}, {changes:.0f} {kind}"
            rows.append([name, *cells])
            rows.append(
                [f"{name}: ms"] + [f"{model.milliseconds(each, size):,}" for size in MEMORIES]
            )
    return table(head, rows)


def turns(inputs: Inputs) -> str:
    """The settings that change the cost, and the cost of a million changes then, at 100 million a
    day.
    """
    silent = {"platform_bytes": 0, "platform_lines": 0}
    choices = [
        ("as deployed", {}),
        ("`SystemLogLevel: WARN`: no start and report lines", silent),
        ("`Tracing: Active`: traces of X-Ray", {"traced": True}),
        ("`AccessLog: true`: a line for each request", {"access_log": True}),
    ]
    head = ["turned"] + [f"{kind}, {count(100 * MILLION)} a day" for kind in KINDS]
    rows = []
    for name, change in choices:
        model = Model(inputs.but(**change))
        of = [model.bill(model.volumes(kind)[2]) for kind in KINDS]
        rows.append([name] + [dollars(bill.per_million(bill.month)) for bill in of])
    model = Model(inputs)
    volume = model.volumes("rich")[2]
    bill = model.bill(volume)
    for name, price in (("RSA-2048", "kms_rsa_2048"), ("longer RSA", "kms_rsa_longer")):
        total = bill.per_million(bill.month + model.kms(volume, price))
        rows.append([f"keys in KMS, {name}", dollars(total), ""])
    return table(head, rows)


def sensitivity(inputs: Inputs) -> str:
    """The effect of the assumptions on the cost of a million changes, at a million a day."""
    volumes = inputs.given["volumes"]

    def grouped(size: int) -> dict[str, object]:
        return {
            "volumes": [
                {**each, "items_per_post": size, "records_per_batch": size} for each in volumes
            ]
        }

    choices = [
        ("as assumed", {}),
        ("one change to a POST, one to a batch", grouped(1)),
        ("ten to a POST, ten to a batch", grouped(10)),
        ("a vCPU as fast as the measured core", {"cpu_factor": 1}),
        ("a vCPU six times slower", {"cpu_factor": 6}),
        ("AWS answers in 30 ms", {"aws_wait_ms": 30}),
        ("Graph answers in 500 ms", {"graph_wait_ms": 500}),
    ]
    rows = []
    for name, change in choices:
        model = Model(inputs.but(**change))
        of = [model.bill(model.volumes(kind)[1]) for kind in KINDS]
        rows.append([name] + [dollars(bill.per_million(bill.month)) for bill in of])
    return table(["if"] + [f"{kind}, {count(MILLION)} a day" for kind in KINDS], rows)


def archive(inputs: Inputs) -> list[list[str]]:
    """What an archive behind the bus costs."""
    price, given = inputs.price, inputs.given
    steps = math.ceil(given["event_bytes"] / FIREHOSE_STEP) * FIREHOSE_STEP * MILLION / GB
    whole = given["event_bytes"] * MILLION / GB
    hours = MILLION * given["jq_ms"] / 3_600_000
    taken = steps * price["firehose_gb"] + whole * price["firehose_partitioned_gb"]
    million = taken + hours * price["firehose_jq_hour"]
    kept = whole * given["event_compression"] * price["s3_gb_month"] * 12
    objects = given["archived_tenants"] * 96 * inputs.given["month_days"]
    written = objects * (price["firehose_object"] + price["s3_put"])
    size = f"{given['event_bytes'] / 1000:.1f} KB"
    return [
        [f"a million events of {size} in an archive", "Firehose in steps of 5 KB, partitions, JQ", dollars(million)],
        ["the same as Parquet", "converted in the same steps", dollars(million + steps * price["firehose_converted_gb"])],
        ["what they take in the bucket for a year", "gzip", dollars(kept)],
        ["an archive's objects a month", f"{given['archived_tenants']} tenant, one each 15 minutes", dollars(written)],
    ]


def others(inputs: Inputs) -> str:
    """The costs that are not in the bill of a quiet day."""
    model, price = Model(inputs), inputs.price
    milliseconds, pages = model.backfill()
    relaying, relayed = model.relay()
    claim = MILLION * (2 * price["s3_put"] + 2 * price["s3_get"])
    claim += 2 * MILLION * MEBIBYTE / GB * CLAIM_DAYS / 30 * price["s3_gb_month"]
    fifo = sum(
        amount
        for name, amount in model.requests(model.volumes("rich")[2]).items()
        if name.startswith(("you", "events"))
    )
    fifo_more = (price["sqs_fifo_request"] - price["sqs_request"] - price["sqs_fair"]) * fifo / 100
    volume = model.volumes("rich")[2]
    copies = model.requests(volume)["events are sent"] * MILLION / volume.changes
    tail = copies * (price["sqs_request"] + price["sqs_fair"])
    rows = [
        ["a million messages read again by backfill", f"{milliseconds} ms a page", dollars(pages)],
        ["a million changes of 1 MiB, which wait in S3", f"2 PUT, 2 GET, 2 MiB for {CLAIM_DAYS} days each", dollars(claim)],
        ["a million changes on a FIFO events queue", "instead of a fair one", dollars(fifo_more)],
        ["a million events copied for teamwire tail", "without those who look", dollars(tail)],
        ["a million events put on an EventBridge bus", f"{relaying} ms for ten of them; the relay receives instead of you", dollars(relayed)],
        *archive(inputs),
        ["a NAT gateway", "not needed: no function is in a VPC", "0"],
        ["Microsoft Graph", "Teams notifications are not metered since 2025-08-25", "0"],
    ]
    return prose(["beside it", "by", "dollars"], rows)
