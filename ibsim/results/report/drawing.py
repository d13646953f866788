"""The parts of which charts are drawn: scales with round ticks, texts, colours that all eyes tell apart."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ibsim.results.report.markup import Markup, element, together

WIDTH = 720.0
LEFT, RIGHT, TOP, BOTTOM = 66.0, 16.0, 18.0, 36.0
"""Room beside the area in which values are drawn, in units of the picture."""
COLOURS = ("#1f4e79", "#c05a1c", "#3a7d44", "#7b3f8c", "#8a7a12", "#4d5b66", "#b0305c")
"""Each has three times the contrast to white that graphics need, and they differ in lightness and hue."""
DASHES = (None, "7 4", "2 3", "9 3 2 3", "4 2", "1 2", "12 4")
"""Lines are told apart without colour as well."""
INK, QUIET, GRID = "#1b2a3a", "#56626e", "#d5dce3"
NEAR_NOUGHT = 0.05
CHARACTER = 6.4
"""About the width of a character at 12 units."""


@dataclass(frozen=True, slots=True)
class Scale:
    """From values to places in the picture, with the values at which lines are drawn."""

    low: float
    high: float
    first: float
    last: float
    ticks: tuple[float, ...]

    def at(self, value: float) -> float:
        """Where a value stands."""
        value = value if math.isnan(value) else min(max(value, self.low), self.high)
        return self.first + (value - self.low) / (self.high - self.low) * (self.last - self.first)


def scale(
    values: Iterable[float],
    first: float,
    last: float,
    *,
    nought: bool = True,
    near: bool = False,
    most: int = 6,
) -> Scale:
    """A scale over values that begins and ends at round numbers; with nought in it unless told otherwise.

    With `near` it begins at nought where the lowest value is hardly below: what lies there is cut.
    """
    known = [value for value in values if math.isfinite(value)]
    if nought or not known:
        known.append(0.0)
    low, high = min(known), max(known)
    if near and -NEAR_NOUGHT * high < low < 0:
        low = 0.0  # the end of an interval hardly below nought is not worth a band of its own
    if low == high:
        high = low + 1.0
    step = _step((high - low) / most)
    start, end = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(number * step for number in range(start, end + 1))
    return Scale(ticks[0], ticks[-1], first, last, ticks)


def _step(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least))
    return next(size * power for size in (1, 2, 5, 10) if size * power >= least * (1 - 1e-9))


def amount(value: float) -> str:
    """A number as an axis or a table says it, with the decimals that it needs; a dash for NaN."""
    if math.isnan(value):
        return "–"
    size = abs(value)
    if size >= 100 or value == int(value):
        text = f"{value:,.0f}"
    else:
        text = f"{value:,.{1 if size >= 1 else 2 if size >= 0.1 else 3}f}"
    return "0" if text.strip("-0.,") == "" else text


def label(
    x: float, y: float, words: str, anchor: str = "middle", *, size: float = 12.0, bold: bool = False
) -> Markup:
    """A text in the picture."""
    weight = "bold" if bold else None
    return element("text", words, x=x, y=y, text_anchor=anchor, font_size=size, font_weight=weight, fill=INK)


def line(x1: float, y1: float, x2: float, y2: float, stroke: str = GRID, width: float = 1.0) -> Markup:
    """A straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, stroke_width=width)


def box(x: float, y: float, width: float, height: float, fill: str) -> Markup:
    """A filled rectangle with a white edge, so that neighbours are told apart without colour."""
    return element(
        "rect", x=x, y=y, width=max(width, 0.0), height=max(height, 0.0), fill=fill, stroke="#ffffff",
        stroke_width=1.0,
    )  # fmt: skip


def path(
    xs: Sequence[float], ys: Sequence[float], stroke: str, dash: str | None, width: float = 2.2
) -> Markup:
    """A line through points; where a value is missing it is broken."""
    steps, pen = [], "M"
    for x, y in zip(xs, ys, strict=True):
        if math.isnan(y):
            pen = "M"
            continue
        steps.append(f"{pen}{x:.1f} {y:.1f}")
        pen = "L"
    return element(
        "path", d=" ".join(steps), fill="none", stroke=stroke, stroke_width=width, stroke_dasharray=dash,
        stroke_linejoin="round",
    )  # fmt: skip


def band(
    xs: Sequence[float], lows: Sequence[float], highs: Sequence[float], fill: str, opacity: float
) -> Markup:
    """The area between two lines, over the points at which both are known."""
    known = [(x, a, b) for x, a, b in zip(xs, lows, highs, strict=True) if not math.isnan(a + b)]
    forth = [f"{x:.1f} {b:.1f}" for x, _, b in known]
    back = [f"{x:.1f} {a:.1f}" for x, a, _ in reversed(known)]
    return element("polygon", points=", ".join(forth + back), fill=fill, fill_opacity=opacity)


def key(names: Sequence[str], samples: Sequence[Markup]) -> tuple[Markup, float]:
    """The key of a chart, in as many lines as it takes, and its height; `samples` are drawn at 0, 0."""
    if len(names) < 2:
        return Markup(""), 0.0
    parts, x, y = [], LEFT, 14.0
    for name, sample in zip(names, samples, strict=True):
        wide = 34 + CHARACTER * len(name) + 14
        if x > LEFT and x + wide > WIDTH:
            x, y = LEFT, y + 18
        parts += [
            element("g", sample, transform=f"translate({x:.1f} {y - 4:.1f})"),
            label(x + 28, y, name, "start"),
        ]
        x += wide
    return together(*parts), y + 8


def height_axis(heights: Scale, unit: str, right: float = WIDTH - RIGHT) -> Iterator[Markup]:
    """Lines across at round values, their numbers, and what they are in."""
    for tick in heights.ticks:
        y = heights.at(tick)
        yield line(LEFT, y, right, y, QUIET if tick == 0 else GRID)
        yield label(LEFT - 7, y + 4, amount(tick), "end", size=11.5)
    middle = (heights.first + heights.last) / 2
    yield element(
        "text", unit, x=14.0, y=middle, text_anchor="middle", font_size=11.5, fill=QUIET,
        transform=f"rotate(-90 14 {middle:.1f})",
    )  # fmt: skip


def picture(id: str, title: str, words: str, height: float, *parts: Markup) -> Markup:
    """A whole picture, which a screen reader names by its title and reads by its words."""
    return element(
        "svg",
        element("title", title, id=f"{id}-title"),
        element("desc", words, id=f"{id}-words"),
        *parts,
        role="img",
        aria_labelledby=f"{id}-title {id}-words",
        viewBox=f"0 0 {WIDTH:.0f} {height:.0f}",
        font_family="inherit",
    )
