"""Charts as pictures with a caption and, folded away below, the table of what they show."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ibsim.results.report.drawing import (
    BOTTOM,
    CHARACTER,
    COLOURS,
    DASHES,
    INK,
    LEFT,
    QUIET,
    RIGHT,
    TOP,
    WIDTH,
    Scale,
    amount,
    band,
    box,
    height_axis,
    key,
    label,
    line,
    path,
    picture,
    scale,
)
from ibsim.results.report.markup import Markup, element, folded, grid
from ibsim.results.workbook.contents import Chart

AREA = 250.0
"""Height of the area in which values are drawn."""
MOST_LABELS = 12
ROW = 26.0
"""Height of a bar that lies on its side, with the room around it."""


def figure(id: str, chart: Chart) -> Markup:
    """A chart by lines, columns or stacked columns."""
    names = [name for name in chart.series if name not in chart.faint]
    legend, top = key(names, [_sample(chart.kind, number) for number in range(len(names))])
    top += TOP
    heights = scale(_reach(chart), top + AREA, top, near=chart.kind == "line")
    drawn = {"line": _lines, "column": _columns, "stacked": _stacked}[chart.kind](chart, names, heights)
    parts = [legend, *height_axis(heights, chart.unit), *drawn, *_bottom(chart.categories, top + AREA)]
    shown = picture(id, chart.title, chart.words, top + AREA + BOTTOM, *parts)
    long = "long" if len(chart.categories) > MOST_LABELS else None
    return _figure(chart.title, chart.words, shown, _table(chart), long)


def _figure(title: str, words: str, shown: Markup, table: Markup, class_: str | None = None) -> Markup:
    caption = element("figcaption", element("strong", title), ". ", words)
    return element(
        "figure", caption, shown, folded("The figures of this chart as a table", table, class_=class_)
    )


def _table(chart: Chart) -> Markup:
    rows = [
        [_category(category), *(amount(values[place]) for values in chart.series.values())]
        for place, category in enumerate(chart.categories)
    ]
    heads = (
        chart.heading,
        *(f"{name}, {chart.unit}" if len(chart.series) == 1 else name for name in chart.series),
    )
    return grid(f"{chart.title} ({chart.unit})", heads, rows, wide=len(heads) > 4)


def _category(value: object) -> str:
    return f"{value:%B %Y}" if isinstance(value, date) else str(value)


def _reach(chart: Chart) -> Iterator[float]:
    if chart.kind == "stacked":
        for column in zip(*chart.series.values(), strict=True):
            yield sum(value for value in column if value > 0)
            yield sum(value for value in column if value < 0)
        return
    for values in chart.series.values():
        yield from values


def _sample(kind: str, number: int) -> Markup:
    if kind == "line":
        dash = DASHES[number % len(DASHES)]
        return path((0, 24), (0, 0), COLOURS[number % len(COLOURS)], dash)
    return box(4, -6, 14, 12, COLOURS[number % len(COLOURS)])


def _middles(count: int) -> list[float]:
    """The middle of each category across the picture."""
    wide = (WIDTH - RIGHT - LEFT) / count
    return [LEFT + wide * (place + 0.5) for place in range(count)]


def _lines(chart: Chart, names: Sequence[str], heights: Scale) -> Iterator[Markup]:
    xs = _middles(len(chart.categories))
    faint = [[heights.at(value) for value in chart.series[name]] for name in chart.faint]
    if len(faint) == 2:
        yield band(xs, faint[0], faint[1], COLOURS[0], 0.16)
    for ys in faint:
        yield path(xs, ys, COLOURS[0], "1 3", 1.2)
    for number, name in enumerate(names):
        ys = [heights.at(value) for value in chart.series[name]]
        yield path(xs, ys, COLOURS[number % len(COLOURS)], DASHES[number % len(DASHES)])


def _columns(chart: Chart, names: Sequence[str], heights: Scale) -> Iterator[Markup]:
    wide = (WIDTH - RIGHT - LEFT) / len(chart.categories)
    each = min(wide * 0.8 / len(names), 60.0)
    for place, middle in enumerate(_middles(len(chart.categories))):
        left = middle - each * len(names) / 2
        for number, name in enumerate(names):
            value = chart.series[name][place]
            if not math.isnan(value):
                x = left + number * each
                yield _upright(x, each, heights.at(0.0), heights.at(value), number)
                if each > 26:
                    top = min(heights.at(0.0), heights.at(value))
                    yield label(x + each / 2, top - 4, amount(value), size=10.5)


def _upright(x: float, wide: float, foot: float, head: float, number: int) -> Markup:
    return box(x, min(foot, head), wide, abs(foot - head), COLOURS[number % len(COLOURS)])


def _stacked(chart: Chart, names: Sequence[str], heights: Scale) -> Iterator[Markup]:
    wide = min((WIDTH - RIGHT - LEFT) / len(chart.categories) * 0.7, 90.0)
    for place, middle in enumerate(_middles(len(chart.categories))):
        up = down = 0.0
        for number, name in enumerate(names):
            value = chart.series[name][place]
            if value > 0:
                yield _upright(middle - wide / 2, wide, heights.at(up), heights.at(up + value), number)
                up += value
            elif value < 0:
                yield _upright(middle - wide / 2, wide, heights.at(down), heights.at(down + value), number)
                down += value


def _bottom(categories: Sequence[object], foot: float) -> Iterator[Markup]:
    """The names of the categories; of months each April, or what there is room for."""
    dated = bool(categories) and isinstance(categories[0], date)
    every = -(-len(categories) // MOST_LABELS)
    for place, (x, category) in enumerate(zip(_middles(len(categories)), categories, strict=True)):
        if isinstance(category, date):
            months = 12 if len(categories) > 36 else 3
            if (category.month - 4) % months:
                continue
            yield line(x, foot, x, foot + 5, QUIET)
            yield label(x, foot + 19, f"{category:%b %Y}", size=11.5)
        elif place % every == 0 and not dated:
            yield label(x, foot + 19, str(category), size=11.5)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar on its side: from one value to another, with its interval and what it says."""

    name: str
    start: float
    end: float
    said: str
    low: float = math.nan
    high: float = math.nan
    whole: bool = False
    """Whether it is a level that the others lead from or to, and is drawn darker."""


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart of bars on their sides: a waterfall, a tornado, intervals beside one another."""

    title: str
    unit: str
    words: str
    bars: tuple[Bar, ...]
    headings: tuple[str, str]
    base: float = 0.0
    """The value at which a line stands across all bars."""


def bars(id: str, chart: Bars) -> Markup:
    """A chart of bars with its table."""
    names = max(CHARACTER * len(bar.name) for bar in chart.bars) + 12
    left = min(max(names, 120.0), 300.0)
    said = max(CHARACTER * len(bar.said) for bar in chart.bars) + 12
    values = [value for bar in chart.bars for value in (bar.start, bar.end, bar.low, bar.high)]
    across = scale([*values, chart.base], left, WIDTH - min(said, 190.0), nought=chart.base == 0, most=5)
    foot = TOP + ROW * len(chart.bars)
    parts = [
        *_uprights(across, foot),
        *(part for n, bar in enumerate(chart.bars) for part in _bar(n, bar, across, left)),
    ]
    parts.append(line(across.at(chart.base), TOP - 4, across.at(chart.base), foot + 4, INK, 1.2))
    parts.append(label((across.first + across.last) / 2, foot + 36, chart.unit, size=11.5))
    shown = picture(id, chart.title, chart.words, foot + BOTTOM + 10, *parts)
    rows = [[bar.name, bar.said] for bar in chart.bars]
    return _figure(
        chart.title, chart.words, shown, grid(f"{chart.title} ({chart.unit})", chart.headings, rows)
    )


def _uprights(across: Scale, foot: float) -> Iterator[Markup]:
    for tick in across.ticks:
        x = across.at(tick)
        yield line(x, TOP, x, foot)
        yield label(x, foot + 18, amount(tick), size=11.5)


def _bar(row: int, bar: Bar, across: Scale, left: float) -> Iterator[Markup]:
    y = TOP + ROW * row
    colour = COLOURS[5] if bar.whole else COLOURS[1] if bar.end > bar.start else COLOURS[0]
    ends = across.at(bar.start), across.at(bar.end)
    most = int((left - 10) / CHARACTER)
    name = bar.name if len(bar.name) <= most else f"{bar.name[: most - 1]}…"
    yield label(left - 8, y + 17, name, "end", bold=bar.whole)
    yield box(min(ends), y + 4, max(abs(ends[1] - ends[0]), 1.5), ROW - 8, colour)
    far = max(ends)
    if not math.isnan(bar.low + bar.high):
        low, high, middle = across.at(bar.low), across.at(bar.high), y + ROW / 2
        yield line(low, middle, high, middle, INK, 1.4)
        for x in (low, high):
            yield line(x, middle - 4, x, middle + 4, INK, 1.4)
        far = max(far, high)
    yield label(far + 6, y + 17, bar.said, "start", size=11.5, bold=bar.whole)


@dataclass(frozen=True, slots=True)
class Cloud:
    """A chart of points: gain across and cost upwards, by group; `axes` name the two."""

    title: str
    axes: tuple[str, str]
    points: Mapping[str, Sequence[tuple[float, float]]]
    words: str


def cloud(id: str, chart: Cloud) -> Markup:
    """A chart of points with lines at nought, and a table of each group's mean."""
    legend, top = key(list(chart.points), [_mark(number, 11, 0) for number in range(len(chart.points))])
    top += TOP
    every = [point for points in chart.points.values() for point in points]
    across = scale([x for x, _ in every], LEFT, WIDTH - RIGHT)
    heights = scale([y for _, y in every], top + AREA, top)
    parts = [legend, *height_axis(heights, chart.axes[1]), *_feet(across, top + AREA, chart.axes[0])]
    parts.append(line(across.at(0), top, across.at(0), top + AREA, QUIET))
    for number, points in enumerate(chart.points.values()):
        parts += [_mark(number, across.at(x), heights.at(y)) for x, y in points]
    shown = picture(id, chart.title, chart.words, top + AREA + BOTTOM + 16, *parts)
    rows = [
        [name, *(amount(math.fsum(values) / len(points)) for values in zip(*points, strict=True))]
        for name, points in chart.points.items()
    ]
    table = grid(f"{chart.title}: mean of the marks", ("group", *chart.axes), rows)
    return _figure(chart.title, chart.words, shown, table)


def _feet(across: Scale, foot: float, unit: str) -> Iterator[Markup]:
    for tick in across.ticks:
        yield line(across.at(tick), foot, across.at(tick), foot + 5, QUIET)
        yield label(across.at(tick), foot + 19, amount(tick), size=11.5)
    yield label((across.first + across.last) / 2, foot + 40, unit, size=11.5)


def _mark(number: int, x: float, y: float) -> Markup:
    """A mark whose form differs from group to group as well as its colour."""
    forms = ("M-3 0a3 3 0 1 0 6 0a3 3 0 1 0 -6 0", "M-3 -3h6v6h-6z", "M0 -4l4 7h-8z", "M0 -4l4 4l-4 4l-4 -4z")
    return element(
        "path", d=forms[number % len(forms)], transform=f"translate({x:.1f} {y:.1f})",
        fill=COLOURS[number % len(COLOURS)], fill_opacity=0.6,
    )  # fmt: skip
