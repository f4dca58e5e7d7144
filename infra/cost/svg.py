"""Charts as SVG, readable on light and on dark: text and lines follow the reader's scheme."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 720, 360
LEFT, RIGHT, TOP, BOTTOM = 72, 216, 58, 48
ROW = 34
# One hue for each series, darker on light and lighter on dark; ours is the first.
LIGHT = ("#0b62b8", "#c2410c", "#15803d", "#7e22ce", "#a16207")
DARK = ("#6cb6ff", "#ff9b5e", "#5fd38d", "#d2a8ff", "#e3b341")


@dataclass(frozen=True)
class Series:
    """Points of one line, or of one row, with its name."""

    name: str
    points: list[tuple[float, float]]


class Axis:
    """Values on a logarithmic scale, from one power of ten to another."""

    def __init__(self, values: list[float], start: float, end: float) -> None:
        self._low = math.floor(math.log10(min(values)))
        self._high = max(self._low + 1, math.ceil(math.log10(max(values)) - 1e-9))
        self._start, self._end = start, end

    def at(self, value: float) -> float:
        """The place of a value."""
        share = (math.log10(value) - self._low) / (self._high - self._low)
        return round(self._start + share * (self._end - self._start), 1)

    def ticks(self) -> list[float]:
        """The powers of ten."""
        return [10.0**power for power in range(self._low, self._high + 1)]


def lines(title: str, across: str, up: str, series: list[Series]) -> str:
    """Lines over a logarithmic plane; each point's x is labelled."""
    xs = sorted({x for each in series for x, _ in each.points})
    column = (WIDTH - LEFT - RIGHT) / max(1, len(xs) - 1)
    place = {x: round(LEFT + number * column, 1) for number, x in enumerate(xs)}
    y = Axis([value for each in series for _, value in each.points], HEIGHT - BOTTOM, TOP)
    parts = []
    for tick in y.ticks():
        parts.append(_rule(LEFT, y.at(tick), WIDTH - RIGHT, y.at(tick)))
        parts.append(_text(LEFT - 8, y.at(tick) + 4, _number(tick), "end"))
    for x in xs:
        parts.append(_text(place[x], HEIGHT - BOTTOM + 20, _number(x), "middle"))
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, across, "middle"))
    parts.append(_text(8, TOP - 14, up, "start"))
    labels = _apart([y.at(each.points[-1][1]) for each in series])
    for number, (each, label) in enumerate(zip(series, labels)):
        path = " ".join(f"{place[x]},{y.at(value)}" for x, value in each.points)
        parts.append(f'<polyline class="l{number}" points="{path}"/>')
        parts += [_dot(number, place[x], y.at(value)) for x, value in each.points]
        parts.append(_text(WIDTH - RIGHT + 10, label + 4, each.name, "start", number))
    return _document(title, HEIGHT, parts)


def rows(title: str, across: str, names: list[str], series: list[Series]) -> str:
    """A row for each name, with a dot for each series on a logarithmic scale."""
    left, height = 176, TOP + ROW * len(names) + BOTTOM
    x = Axis([value for each in series for _, value in each.points], left, WIDTH - 40)
    foot = height - BOTTOM
    parts = []
    for tick in x.ticks():
        parts.append(_rule(x.at(tick), TOP, x.at(tick), foot))
        parts.append(_text(x.at(tick), foot + 18, _number(tick), "middle"))
    parts.append(_text((left + WIDTH - 40) / 2, height - 8, across, "middle"))
    for number, name in enumerate(names):
        parts.append(_text(left - 12, TOP + ROW * (number + 0.5) + 4, name, "end"))
    for number, each in enumerate(series):
        for row, value in each.points:
            parts.append(_dot(number, x.at(value), TOP + ROW * (row + 0.5)))
        parts.append(_text(left + 150 * number, TOP - 12, f"● {each.name}", "start", number))
    return _document(title, height, parts)


def _apart(places: list[float], distance: float = 15) -> list[float]:
    """The same places, moved down where two would lie on each other."""
    moved = list(places)
    order = sorted(range(len(places)), key=places.__getitem__)
    for above, below in zip(order, order[1:]):
        moved[below] = max(moved[below], moved[above] + distance)
    return moved


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>'


def _dot(number: int, x: float, y: float) -> str:
    return f'<circle class="f{number}" cx="{x}" cy="{y}" r="4"/>'


def _text(x: float, y: float, text: str, anchor: str, number: int | None = None) -> str:
    kind = "" if number is None else f' class="f{number}"'
    return f'<text{kind} x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(text)}</text>'


def _colours(colours: tuple[str, ...]) -> Iterator[str]:
    for number, colour in enumerate(colours):
        yield f".f{number}{{fill:{colour}}}.l{number}{{stroke:{colour}}}"


def _document(title: str, height: float, parts: list[str]) -> str:
    style = (
        "text{font:13px system-ui,sans-serif;fill:#1f2328}line{stroke:#d1d9e0}"
        "polyline{fill:none;stroke-width:2}.back{fill:#fff}"
        + "".join(_colours(LIGHT))
        + "@media(prefers-color-scheme:dark){text{fill:#e6edf3}line{stroke:#3d444d}.back{fill:#0d1117}"
        + "".join(_colours(DARK))
        + "}"
    )
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" role="img"'
        f' aria-label="{escape(title)}">'
    )
    back = f'<rect class="back" width="{WIDTH}" height="{height:g}"/>'
    heading = _text(8, 18, title, "start")
    return "\n".join([head, f"<title>{escape(title)}</title><style>{style}</style>", back, heading, *parts, "</svg>"])
