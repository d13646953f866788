"""What staff can carry: hours used, cases open, extra hours, learning, and work coming against work done."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from dashboard.charts.chart import Absent, Chart, Shown
from dashboard.charts.drawing import (
    CELL_COLUMNS,
    Trace,
    banded,
    bars,
    cell_row,
    month_rows,
    picture,
    rounded,
    titled,
)
from dashboard.charts.palette import ARM, DASHES, GROUP, INK, SERIES
from dashboard.charts.words import GROUPS, INTERVAL, figure, listed, plural, with_interval
from dashboard.data.reported import reported
from dashboard.data.run import Cell, Run
from dashboard.data.series import Series
from ibsim.results.metrics import GROUP_LABELS

KEPT = 32
FULL = 100.0


def _by_group(run: Run, metric: str) -> dict[str, list[Cell]]:
    """The metric of each group that has staff, year by year."""
    found = {group: [run.cell(metric, group, "all", year) for year in run.years] for group in GROUP_LABELS}
    return {group: cells for group, cells in found.items() if any(cell.replications for cell in cells)}


def _group_bars(run: Run, found: Mapping[str, list[Cell]]) -> list[Trace]:
    return [
        bars(run.years, cells, GROUPS[group], GROUP[group], marker={
            "color": GROUP[group], "pattern": {"shape": ("", "/", ".", "x", "-")[at], "fillmode": "overlay",
                                               "fgcolor": "rgba(255,255,255,0.6)", "solidity": 0.25}})
        for at, (group, cells) in enumerate(found.items())
    ]  # fmt: skip


def _group_rows(run: Run, found: Mapping[str, list[Cell]]) -> tuple[tuple[Any, ...], ...]:
    return tuple(
        cell_row(GROUPS[group], year, cell=cell)
        for group, cells in found.items()
        for year, cell in zip(run.years, cells, strict=True)
    )


@lru_cache(maxsize=KEPT)
def utilisation(run: Run) -> Shown:
    """The share of case hours that co-ordinators use, by the group of their team, year by year."""
    key = "utilisation"
    found = _by_group(run, "coordinator_utilisation_percent")
    if not found:
        reason = "This result folder has no co-ordinator_utilisation_percent."
        return Absent(key, "How full the case hours are", reason)
    last = {group: cells[-1] for group, cells in found.items()}
    whole = last.get("all", next(iter(last.values())))
    planner = run.cell("planner_utilisation_percent", year=run.years[-1])
    beside = f" In-house planners: {with_interval(planner, 'percent')}." if planner.replications else ""
    verdict = "no slack" if whole.mean >= 98 else "some slack" if whole.mean >= 85 else "slack"
    return Chart(
        key=key,
        title=(
            f"Co-ordinators use {figure(whole.mean, 'percent')} of case hours in {run.years[-1]}: {verdict}"
        ),
        subtitle=f"Hours on cases as percent of those available, without overtime; whiskers: {INTERVAL}."
        + beside,
        figure=picture(
            _group_bars(run, found),
            yaxis={"title": titled("percent"), "range": [0, 110]},
            shapes=[_level(FULL)],
            barmode="group",
            xaxis={"type": "category"},
        ),
        columns=("Group", "Year", *CELL_COLUMNS),
        rows=_group_rows(run, found),
        alt=f"Case hours used in {run.years[-1]}: "
        + listed(f"{GROUPS[group].lower()} {figure(cell.mean, 'percent')}" for group, cell in last.items())
        + "."
        + beside,
    )


@lru_cache(maxsize=KEPT)
def caseloads(run: Run) -> Shown:
    """Cases open to each co-ordinator by group and year, beside the evaluation's mean."""
    key = "caseloads"
    found = _by_group(run, "caseload_mean")
    if not found:
        return Absent(key, "Cases open to each co-ordinator", "This result folder has no caseload_mean.")
    mean = reported("caseload-mean")
    last = {group: cells[-1] for group, cells in found.items()}
    heaviest = max(
        (group for group in last if group != "all"), key=lambda group: last[group].mean, default="all"
    )
    whole = last.get("all", last[heaviest])
    return Chart(
        key=key,
        title=(
            f"{figure(whole.mean)} cases are open to each co-ordinator; most in the teams for "
            f"{GROUPS[heaviest].lower()} ({figure(last[heaviest].mean)})"
        ),
        subtitle=f"Average over the year; whiskers: {INTERVAL}. Dashed: the evaluation's {mean:g}.",
        figure=picture(
            _group_bars(run, found),
            yaxis={"title": titled("cases"), "rangemode": "tozero"},
            shapes=[_level(mean)],
            barmode="group",
            xaxis={"type": "category"},
        ),
        columns=("Group", "Year", *CELL_COLUMNS),
        rows=_group_rows(run, found),
        alt=f"Cases open to each co-ordinator in {run.years[-1]}: "
        + listed(f"{GROUPS[group].lower()} {figure(cell.mean)}" for group, cell in last.items())
        + f"; the evaluation found {mean:g}.",
    )


def _level(value: float) -> dict[str, Any]:
    """A dashed line at a level, across the picture."""
    line = {"color": INK, "width": 1.5, "dash": "dash"}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": value, "y1": value, "line": line}


EXTRA = (
    ("Paid overtime", "overtime_hours"),
    ("Recorded above contract", "recorded_extra_hours"),
    ("Rework on returned plans", "rework_hours"),
    ("Applications to other streams", "application_hours"),
)


@lru_cache(maxsize=KEPT)
def extra_hours(run: Run) -> Shown:
    """Overtime, hours above contract, rework and applications, year by year."""
    key = "extra-hours"
    found = {
        words: [run.cell(metric, year=year) for year in run.years]
        for words, metric in EXTRA
        if run.has(metric)
    }
    if not found:
        return Absent(key, "Overtime and hours of no use", "This result folder has none of these metrics.")
    last = {words: cells[-1] for words, cells in found.items()}
    most = max(last, key=lambda words: last[words].mean)
    traces = [bars(run.years, cells, words, SERIES[at]) for at, (words, cells) in enumerate(found.items())]
    return Chart(
        key=key,
        title=f"{figure(last[most].mean, 'hours')} in {run.years[-1]}: {most[:1].lower() + most[1:]}",
        subtitle=f"Hours in the year, all co-ordinators together; whiskers: {INTERVAL}.",
        figure=picture(
            traces,
            yaxis={"title": titled("hours a year"), "rangemode": "tozero"},
            barmode="group",
            xaxis={"type": "category"},
        ),
        columns=("Hours", "Year", *CELL_COLUMNS),
        rows=tuple(
            cell_row(words, year, cell=cell)
            for words, cells in found.items()
            for year, cell in zip(run.years, cells, strict=True)
        ),
        alt=f"Hours in {run.years[-1]}: "
        + listed(f"{words.lower()} {figure(cell.mean)}" for words, cell in last.items())
        + ".",
    )


@lru_cache(maxsize=KEPT)
def learning(run: Run) -> Shown:
    """How a co-ordinator's time for an IB falls with the number of their own cases, by the scenario."""
    key, title = "learning", "How co-ordinators learn"
    levers = run.levers().get("workforce") or {}
    first, cases = levers.get("learning_first_case_factor"), levers.get("learning_cases")
    if not isinstance(first, (int, float)) or not isinstance(cases, (int, float)) or cases <= 0:
        return Absent(key, title, "The manifest does not say how fast co-ordinators learn.")
    most = round(4 * cases)
    counts = sorted({0, *(round(most * at / 40) for at in range(41))})
    factor = [1 + (first - 1) * math.exp(-count / cases) for count in counts]
    hours = {
        name: [run.cell(f"case_hours_{name}", "all", "IB", year) for year in run.years]
        for name in ("assessment", "planning", "review")
    }
    told = "; ".join(
        f"{name} {figure(cells[0].mean)} to {figure(cells[-1].mean)}"
        for name, cells in hours.items()
        if cells[0].replications and cells[-1].replications
    )
    return Chart(
        key=key,
        title=(
            f"A first IB case takes {figure(100 * (first - 1), 'percent')} longer; after {cases:g} cases two "
            "thirds of that are learnt away"
        ),
        subtitle=(
            "Time for an IB task as a multiple of what it takes in the end, by the co-ordinator's own cases "
            "so far: the scenario's assumption, champions and training apart."
            + (f" Hours a week with IB cases, first year to last: {told}." if told else "")
        ),
        figure=picture(
            [
                {
                    "type": "scatter", "mode": "lines", "x": counts,
                    "y": [rounded(value) for value in factor],
                    "line": {"color": ARM["IB"], "width": 2.5}, "showlegend": False,
                }
            ],
            xaxis={"title": titled("IB cases so far"), "rangemode": "tozero"},
            yaxis={"title": titled("times the usual hours"), "range": [0.95, max(first, 1.05) + 0.05]},
        ),
        columns=("IB cases so far", "Times the usual hours"),
        rows=tuple(zip(counts, factor, strict=True)),
        alt=(
            f"A co-ordinator's first IB case takes {first:g} times as long as later ones; after {cases:g} "
            f"cases {1 + (first - 1) / math.e:.2f} times."
        ),
        source="manifest.json",
    )  # fmt: skip


FLOWS = (
    ("Reviews due", "reviews_due", 0),
    ("Reviews done", "reviews_completed", 0),
    ("Referrals", "referrals", 2),
    ("Assessments done", "assessments_completed", 2),
)


@lru_cache(maxsize=KEPT)
def work_coming(run: Run, group: str) -> Shown:
    """Referrals and reviews that come, against assessments and reviews done, month by month."""
    key, title = "work-coming", "Work coming against work done"
    lines = {words: run.months(metric, group) for words, metric, _ in FLOWS}
    lines = {words: series for words, series in lines.items() if len(series)}
    if not {"Reviews due", "Reviews done"} <= lines.keys():
        return Absent(key, title, "This result folder has no monthly counts of reviews due and done.")
    due, done = (_together(lines[words]) for words in ("Reviews due", "Reviews done"))
    traces = [
        trace
        for words, _, place in FLOWS
        if words in lines
        for trace in banded(
            lines[words],
            words,
            SERIES[place // 2],
            DASHES[1] if words in ("Reviews due", "Referrals") else "solid",
        )
    ]
    columns, rows = month_rows(lines)
    behind = due - done
    story = (
        f"{plural(behind, 'review')} more fall due than are done"
        if behind > 0.005 * due
        else "as many reviews are done as fall due"
    )
    return Chart(
        key=key,
        title=f"Over the years {story}",
        subtitle=(
            f"{GROUPS[group]}. A month's work: dashed what comes, solid what is done. Reviews done count "
            f"unplanned ones too; assessments count reassessments. Bands: {INTERVAL}."
        ),
        figure=picture(traces, yaxis={"title": titled("a month"), "rangemode": "tozero"}),
        columns=columns,
        rows=rows,
        alt="Over all months: "
        + listed(f"{words.lower()} {figure(round(_together(series)))}" for words, series in lines.items())
        + ".",
        source="series.parquet",
    )


def _together(series: Series) -> float:
    return sum(value or 0.0 for value in series.mean)
