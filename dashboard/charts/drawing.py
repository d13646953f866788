"""The pieces of which figures are made, as Plotly's JSON in plain dicts: lines with bands, bars, rows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.charts.chart import Value
from dashboard.charts.palette import INK, MUTED, SERIES, tinted
from dashboard.charts.theme import layout
from dashboard.data.run import Cell
from dashboard.data.series import Series

Trace = dict[str, Any]
DIGITS = 6
"""Significant digits of a number in a picture; the table beside it has all."""


def rounded(value: float | None) -> float | None:
    """A number as pictures need it; None for NaN, which JSON cannot hold."""
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.{DIGITS}g}")


def picture(traces: Sequence[Trace], **more: Any) -> dict[str, Any]:
    """A figure of these traces in ibsim's look."""
    return {"data": list(traces), "layout": layout(**more)}


def banded(
    series: Series, name: str, colour: str, dash: str = "solid", *, factor: float = 1.0
) -> list[Trace]:
    """A line over months and, where replications differ, the band of its interval behind it."""
    mean = [_times(value, factor) for value in series.mean]
    line: Trace = {
        "type": "scatter", "mode": "lines", "x": list(series.months), "y": mean, "name": name,
        "line": {"color": colour, "dash": dash, "width": 2.5},
    }  # fmt: skip
    low = [_times(value, factor) for value in series.low]
    high = [_times(value, factor) for value in series.high]
    there = [at for at in range(len(mean)) if low[at] is not None and high[at] is not None]
    if len(there) < 2:
        return [line]
    return [band([series.months[at] for at in there], [low[at] for at in there], [high[at] for at in there],
                 colour), line]  # fmt: skip


def band(x: Sequence[Any], low: Sequence[Any], high: Sequence[Any], colour: str) -> Trace:
    """The area between two lines, not in the legend."""
    return {
        "type": "scatter", "mode": "lines", "x": [*x, *reversed(x)], "y": [*high, *reversed(low)],
        "fill": "toself", "fillcolor": tinted(colour), "line": {"width": 0}, "hoverinfo": "skip",
        "showlegend": False,
    }  # fmt: skip


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else rounded(value * factor)


def whiskers(cells: Sequence[Cell], factor: float = 1.0) -> dict[str, Any]:
    """Error bars from the cells' means to the ends of their intervals."""
    up = [rounded((cell.high - cell.mean) * factor) or 0 for cell in cells]
    down = [rounded((cell.mean - cell.low) * factor) or 0 for cell in cells]
    return {
        "type": "data", "symmetric": False, "array": up, "arrayminus": down,
        "thickness": 1.2, "width": 4, "color": INK,
    }  # fmt: skip


def bars(
    labels: Sequence[str], cells: Sequence[Cell], name: str, colour: str, *, factor: float = 1.0, **more: Any
) -> Trace:
    """Upright bars with error bars; the pattern `more` gives tells them apart without colour."""
    return {
        "type": "bar", "x": list(labels), "y": [rounded(cell.mean * factor) for cell in cells], "name": name,
        "marker": {"color": colour}, "error_y": whiskers(cells, factor), **more,
    }  # fmt: skip


def lying(
    labels: Sequence[str], cells: Sequence[Cell], name: str, colour: str, *, factor: float = 1.0, **more: Any
) -> Trace:
    """Bars that lie, for long labels: with error bars along them."""
    return {
        "type": "bar", "orientation": "h", "y": list(labels),
        "x": [rounded(cell.mean * factor) for cell in cells], "name": name,
        "marker": {"color": colour}, "error_x": whiskers(cells, factor), **more,
    }  # fmt: skip


def cell_row(*head: Value, cell: Cell) -> tuple[Value, ...]:
    """A table's row: labels, then mean, interval and replications, None where there is no number."""
    return (*head, known(cell.mean), known(cell.low), known(cell.high), cell.replications)


PATTERNS = ("", "/", ".", "x", "-", "\\", "+", "|")
"""Hatchings that tell filled shapes apart where colours do not."""


def hatched(colour: str, place: int) -> dict[str, Any]:
    """A bar's marker: the colour, under the hatching of this place."""
    return {"color": colour, "pattern": _pattern(place)}


def _pattern(place: int) -> dict[str, Any]:
    light = "rgba(255,255,255,0.7)"
    shape = PATTERNS[place % len(PATTERNS)]
    return {"shape": shape, "fillmode": "overlay", "fgcolor": light, "size": 6, "solidity": 0.25}


def stacked(name: str, x: Sequence[Any], y: Sequence[float | None], place: int) -> Trace:
    """An area on top of those before it, with the colour and the hatching of its place."""
    colour = SERIES[place % len(SERIES)]
    return {
        "type": "scatter", "mode": "lines", "stackgroup": "one", "name": name, "x": list(x), "y": list(y),
        "line": {"width": 1, "color": colour}, "fillcolor": tinted(colour, 0.55),
        "fillpattern": _pattern(place) | {"fgcolor": "rgba(255,255,255,0.55)"},
    }  # fmt: skip


def titled(text: str) -> dict[str, Any]:
    """An axis title, which is the axis's unit."""
    return {"text": text, "standoff": 8, "font": {"size": 12, "color": MUTED}}


CELL_COLUMNS = ("Mean", "95% from", "95% to", "Replications")
"""The headings of what `cell_row` puts behind its labels."""


def known(value: float) -> float | None:
    """The number, or None for NaN."""
    return None if math.isnan(value) else value


def month_rows(lines: Mapping[str, Series]) -> tuple[tuple[str, ...], tuple[tuple[Value, ...], ...]]:
    """The table of several series: a row a month, mean and interval of each line."""
    columns = ["Month"]
    for name in lines:
        columns += [name, f"{name}: 95% from", f"{name}: 95% to"]
    places = {name: {month: at for at, month in enumerate(series.months)} for name, series in lines.items()}
    months = sorted({month for series in lines.values() for month in series.months})
    rows: list[tuple[Value, ...]] = []
    for month in months:
        row: list[Value] = [month]
        for name, series in lines.items():
            at = places[name].get(month)
            row += [None] * 3 if at is None else [series.mean[at], series.low[at], series.high[at]]
        rows.append(tuple(row))
    return tuple(columns), tuple(rows)
