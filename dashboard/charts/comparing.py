"""Two or more results side by side, and as differences with their intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.charts.chart import Absent, Chart, Shown, Value
from dashboard.charts.drawing import banded, known, month_rows, picture, rounded, titled
from dashboard.charts.palette import BETTER, DASHES, INK, NEITHER, SERIES, WORSE
from dashboard.charts.words import figure, plural, span, year_name
from dashboard.data.comparison import Comparison
from dashboard.data.differences import PAIRED, Change, change, judgement
from dashboard.data.run import Run
from ibsim.results.metrics import REGISTRY
from ibsim.results.terminal import SECTIONS

SYMBOLS = {"better": "triangle-up", "worse": "triangle-down", "": "circle"}
"""So that a difference's direction is not told by colour alone."""
COLOURS = {"better": BETTER, "worse": WORSE, "": NEITHER}
MOST_SHOWN = 18
ROW_PIXELS = 30


@dataclass(frozen=True, slots=True)
class Line:
    """A metric as the summary names it, and its change."""

    section: str
    label: str
    metric: str
    arm: str
    unit: str
    change: Change

    @property
    def percent(self) -> float:
        """The difference in percent of the first's mean; NaN where that is nought."""
        return 100 * self.change.difference / abs(self.change.first) if self.change.first else math.nan

    @property
    def judged(self) -> str:
        """Whether it is better or worse; empty where it may be chance or has no direction."""
        return judgement(self.metric, self.change.difference) if self.change.told_apart else ""


def lines(first: Run, other: Run, pairing: Comparison | None, year: str) -> list[Line]:
    """The headline metrics that both results have, in the order of the summary."""
    found = []
    for section, listed in SECTIONS:
        for line in listed:
            made = change(line.metric, first, other, pairing, year=year, arm=line.arm)
            if made is not None:
                label = line.label.replace(", £ million", "")
                found.append(Line(section, label, line.metric, line.arm, first.unit(line.metric), made))
    return found


def differences(first: Run, other: Run, found: Sequence[Line], year: str) -> Shown:
    """The clear differences in percent of the first result's means, the largest on top."""
    key, title = f"differences-{_slug(other.id)}", f"What differs between {first.name} and {other.name}"
    clear = [line for line in found if line.change.told_apart and not math.isnan(line.percent)]
    clear = sorted(clear, key=lambda line: abs(line.percent))[-MOST_SHOWN:]
    if not clear:
        return Absent(key, title, "No headline metric differs by more than chance may explain.")
    top = clear[-1]
    paired = all(line.change.how == PAIRED for line in clear)
    judged = [line.judged for line in clear]
    trace = {
        "type": "scatter", "mode": "markers", "y": [line.label for line in clear],
        "x": [rounded(line.percent) for line in clear],
        "error_x": {
            "type": "data", "symmetric": True, "array": [rounded(_half_percent(line)) for line in clear],
            "color": INK, "thickness": 1.2, "width": 4,
        },
        "marker": {
            "size": 11,
            "color": [COLOURS[word] for word in judged], "symbol": [SYMBOLS[word] for word in judged],
        },
    }  # fmt: skip
    shape = {
        "type": "line",
        "x0": 0,
        "x1": 0,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": INK, "width": 1},
    }
    how = "replication by replication, with the same dice" if paired else "from runs apart"
    return Chart(
        key=key,
        title=f"Most of all {_lower(top.label)} differs: {_signed(top.percent)} percent",
        subtitle=(
            f"{other.name} less {first.name}, {year_name(year)}, percent of the latter's mean; whiskers: 95 "
            f"percent interval, {how}. Up: better; down: worse; round: neither."
        ),
        figure=picture([trace], xaxis={"title": titled("percent"), "ticksuffix": "%"}, shapes=[shape]),
        columns=("Metric", "First", "Other", "Difference", "95% from", "95% to", "Percent", "It is", "How"),
        rows=tuple(_row(line) for line in found),
        alt=" ".join(
            f"{line.label}: {_signed(line.percent)} percent, {line.judged or 'neither'}."
            for line in reversed(clear)
        ),
        height=120 + ROW_PIXELS * len(clear),
    )


def side_by_side(runs: Sequence[Run], metric: str, group: str) -> Shown:
    """A metric month by month in each result."""
    key = "side-by-side"
    about = REGISTRY[metric].definition
    series = {run.name: run.months(metric, group) for run in runs}
    series = {name: one for name, one in series.items() if len(one)}
    if not series:
        return Absent(key, _readable(metric), "These results have no monthly series of it.")
    traces = [
        trace
        for place, (name, one) in enumerate(series.items())
        for trace in banded(one, name, SERIES[place % len(SERIES)], DASHES[place % len(DASHES)])
    ]
    columns, rows = month_rows(series)
    unit = runs[0].unit(metric)
    ends = [
        f"{name}: {figure(one.mean[-1] or 0.0, unit)} in {one.months[-1]}" for name, one in series.items()
    ]
    return Chart(
        key=key,
        title=f"{_readable(metric)}, month by month",
        subtitle=f"{about} In {unit}; bands: 95 percent interval of the mean.",
        figure=picture(traces, yaxis={"title": titled(unit), "rangemode": "tozero"}),
        columns=columns,
        rows=rows,
        alt="At the end: " + "; ".join(ends) + ".",
        source="series.parquet",
    )


def by_year(first: Run, others: Sequence[Run], metric: str, pairings: Sequence[Comparison | None]) -> Shown:
    """The difference of a metric to the first result, year by year."""
    key, unit = "difference-by-year", first.unit(metric)
    traces, rows, told = [], [], []
    for place, (other, pairing) in enumerate(zip(others, pairings, strict=True)):
        found = {year: change(metric, first, other, pairing, year=year) for year in first.years}
        made = {year: one for year, one in found.items() if one is not None}
        if not made:
            continue
        half = [rounded(one.high - one.difference) or 0 for one in made.values()]
        traces.append(
            {
                "type": "bar", "name": other.name, "x": list(made),
                "y": [rounded(one.difference) for one in made.values()],
                "marker": {"color": SERIES[place % len(SERIES)]},
                "error_y": {"type": "data", "array": half, "color": INK, "thickness": 1.2, "width": 4},
            }
        )  # fmt: skip
        for year, one in made.items():
            rows.append((other.name, year, known(one.difference), known(one.low), known(one.high), one.how))
            told.append(
                f"{other.name}, {year}: {figure(one.difference, unit)} ({span(one.low, one.high, unit)})."
            )
    if not traces:
        return Absent(
            key, f"{_readable(metric)}: difference", "These results do not share a year in which it counts."
        )
    return Chart(
        key=key,
        title=f"{_readable(metric)}: difference to {first.name}, year by year",
        subtitle=f"In {unit}; whiskers: 95 percent interval of the difference.",
        figure=picture(traces, yaxis={"title": titled(unit)}, xaxis={"type": "category"}, barmode="group"),
        columns=("Result", "Year", "Difference", "95% from", "95% to", "How"),
        rows=tuple(rows),
        alt=" ".join(told),
    )


def waterfall(pairing: Comparison, other: Run) -> Shown:
    """Which changed levers make the difference of the comparison's objective."""
    key, title = "why", "Why they differ, lever by lever"
    label = next(
        (
            label
            for label, hash in zip(pairing.labels, pairing.hashes, strict=True)
            if hash == other.scenario_hash
        ),
        "",
    )
    found = {metric: steps for (who, metric), steps in pairing.waterfalls.items() if who == label}
    metric = str((pairing.manifest.get("objective") or {}).get("metric", "")) or next(iter(found), "")
    steps = found.get(metric)
    if not steps:
        return Absent(key, title, "No comparison of these two says why; ask for one below.")
    parts = steps[1:]
    names = [pairing.names[0], *(step.levers or "rest" for step in parts), other.name]
    first, last = steps[0].level, steps[-1].level
    trace = {
        "type": "waterfall", "orientation": "h", "y": names,
        "x": [rounded(first), *(rounded(step.part) for step in parts), rounded(last)],
        "measure": ["absolute", *("relative" for _ in parts), "total"],
        "increasing": {"marker": {"color": SERIES[1]}}, "decreasing": {"marker": {"color": SERIES[0]}},
        "totals": {"marker": {"color": SERIES[6]}}, "connector": {"line": {"width": 1}},
    }  # fmt: skip
    rows: list[tuple[Value, ...]] = [
        (
            step.levers or pairing.names[0],
            known(step.part),
            known(step.low),
            known(step.high),
            known(step.level),
        )
        for step in steps
    ]
    top = max(parts, key=lambda step: abs(step.part)) if parts else steps[0]
    return Chart(
        key=key,
        title=f"{_readable(metric)}: most of it is {top.levers or 'nothing'} ({_signed(top.part)})",
        subtitle=(
            f"In {REGISTRY[metric].unit if metric in REGISTRY else ''}, all years; levers changed one after "
            f"the other, same dice, {plural(pairing.replications, 'replication')}."
        ),
        figure=picture([trace], yaxis={"autorange": "reversed"}),
        columns=("Step", "Part", "95% from", "95% to", "Level after it"),
        rows=tuple(rows),
        alt=f"From {figure(first)} to {figure(last)}: "
        + ", ".join(f"{step.levers} {_signed(step.part)}" for step in parts)
        + ".",
        source="waterfall.csv",
        height=140 + ROW_PIXELS * len(names),
    )


def _half_percent(line: Line) -> float:
    return 100 * (line.change.high - line.change.difference) / abs(line.change.first)


def _row(line: Line) -> tuple[Value, ...]:
    made = line.change
    return (
        line.label, known(made.first), known(made.other), known(made.difference), known(made.low),
        known(made.high), known(line.percent),
        line.judged or ("neither" if made.told_apart else "may be chance"), made.how,
    )  # fmt: skip


def _signed(value: float) -> str:
    return f"{value:+,.1f}" if abs(value) < 1000 else f"{value:+,.0f}"


def _lower(label: str) -> str:
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def _readable(metric: str) -> str:
    words = metric.replace("_gbp", " £").replace("_percent", " %").replace("_", " ")
    return words[:1].upper() + words[1:]


def _slug(id: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in id)
