"""The plots of docs/BENCHMARKS.md, from the recorded measurements."""

import re
from collections.abc import Callable

from .inputs import Measured, Missing
from .svg import Series, lines, rows

SIZES = ("256 MB", "512 MB", "1769 MB")
ITEMS = (1, 10, 100, 1_000)
BITS = (2_048, 3_072, 4_096)
OPENED = "SQS event in, CloudEvents out"
OURS = "teamwire"
QUANTILES = ("p50", "p99", "p99.9")


def cold(measured: Measured) -> str:
    """From the start of a process to the first 202."""
    names = [
        case.partition(":")[0]
        for case in measured.cases("cold")
        if case.endswith(f": first 202, {SIZES[0]}")
    ]
    series = [
        Series(size, [(row, measured.value("cold", f"{name}: first 202, {size}")) for row, name in enumerate(names)])
        for size in SIZES
    ]
    shown = [f"{OURS}: ingest" if name == "ingest" else name for name in names]
    return rows("From the start of a process to its first 202", "milliseconds", shown, series)


def batch_size(measured: Measured) -> str:
    """The CPU that ingest takes for an item."""
    parts = {
        f"{OURS}: ingest": lambda figure: figure["details"]["all of it"],
        "runtime and SQS": lambda figure: figure["details"]["runtime and SQS"],
        "ours alone": lambda figure: figure["value"],
        "its floor": lambda figure: figure["ratios"][0]["of"],
    }
    figures = {items: measured.figure("floor", f"POST of {items} rich, less runtime and SQS") for items in ITEMS}
    series = [
        Series(name, [(items, max(0.1, part(figure))) for items, figure in figures.items()])
        for name, part in parts.items()
    ]
    return lines("CPU for an item of a POST", "items in the POST", "microseconds", series)


def key_size(measured: Measured) -> str:
    """Decrypt beside the same in other languages."""
    points: dict[str, list[tuple[float, float]]] = {OURS: []}
    for bits in BITS:
        figure = measured.figure("peers", f"{OPENED}, RSA-{bits}")
        points[OURS].append((bits, figure["value"]))
        for ratio in figure["ratios"]:
            points.setdefault(ratio["to"], []).append((bits, ratio["of"]))
    series = [Series(name, each) for name, each in points.items()]
    return lines("Messages opened by one core: SQS event in, CloudEvents out", "bits of the RSA key", "messages a second of CPU", series)


def load(measured: Measured) -> str:
    """From a POST to its events, by how busy the machine is."""
    shares = [int(found[1]) for case in measured.cases("load") if (found := re.match(r"(\d+) % ", case))]
    figures = {share: measured.figure("load", f"{share} % of capacity") for share in shares}
    series = [
        Series(name, [(share, figure["details"][name]) for share, figure in figures.items()])
        for name in QUANTILES
    ]
    return lines("From a POST to its last event", "per cent of capacity", "milliseconds", series)


MADE: dict[str, Callable[[Measured], str]] = {
    "cold-start": cold,
    "cpu-by-batch-size": batch_size,
    "throughput-by-key-size": key_size,
    "latency-under-load": load,
}


def made(measured: Measured) -> dict[str, str]:
    """The plots whose measurements are there, by the names of their files."""
    plots = {}
    for name, make in MADE.items():
        try:
            plots[f"{name}.svg"] = make(measured) + "\n"
        except (Missing, ValueError):
            continue
    return plots
