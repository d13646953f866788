"""What the change, each of the systems and a week of support cost."""

from __future__ import annotations

from functools import lru_cache

from dashboard.charts.chart import Absent, Chart, Shown, Value
from dashboard.charts.drawing import (
    CELL_COLUMNS,
    Trace,
    bars,
    cell_row,
    hatched,
    lying,
    picture,
    titled,
)
from dashboard.charts.money import MILLION, any_money
from dashboard.charts.palette import ARM, SERIES
from dashboard.charts.words import ARMS, GROUPS, INTERVAL, figure, listed, percent, year_name
from dashboard.data.run import Cell, Run

KEPT = 32
EXTRAS = (
    ("Set-up", "setup_gbp"),
    ("Dual running", "dual_running_gbp"),
    ("Void", "void_gbp"),
)
UNIT_COSTS = (
    ("Care management, a person-week", "care_management_gbp_per_person_week"),
    ("Package, a holder's week", "package_gbp_per_person_week"),
    ("Social care as the evaluation counts it", "social_care_gbp_per_person_week"),
)


@lru_cache(maxsize=KEPT)
def systems(run: Run, group: str) -> Shown:
    """What each of the two systems costs, year by year."""
    key, title = "cost-by-arm", "What each system costs"
    found = {
        arm: [run.cell("gross_cost_gbp", group, arm, year) for year in run.years]
        for arm in ("conventional", "IB")
    }
    found = {arm: cells for arm, cells in found.items() if any_money(cells)}
    if not found:
        return Absent(key, title, "This result folder has no gross_cost_gbp.")
    last = {arm: cells[-1].mean for arm, cells in found.items()}
    share = percent(last.get("IB", 0.0), sum(last.values()))
    return Chart(
        key=key,
        title=f"In {run.years[-1]} {share} of the cost is for individual budgets",
        subtitle=f"{GROUPS[group]}, gross cost to all payers, million pounds a year; whiskers: {INTERVAL}.",
        figure=picture(
            [
                bars(run.years, cells, ARMS[arm], ARM[arm], factor=MILLION, marker=hatched(ARM[arm], at))
                for at, (arm, cells) in enumerate(found.items())
            ],
            barmode="group",
            xaxis={"type": "category"},
            yaxis={"title": titled("million pounds"), "rangemode": "tozero"},
        ),
        columns=("System", "Year", *(f"£: {name.lower()}" for name in CELL_COLUMNS)),
        rows=tuple(
            cell_row(ARMS[arm], year, cell=cell)
            for arm, cells in found.items()
            for year, cell in zip(run.years, cells, strict=True)
        ),
        alt=f"In {run.years[-1]}: "
        + listed(f"{ARMS[arm].lower()} {figure(pounds, 'pounds')}" for arm, pounds in last.items())
        + ".",
    )


@lru_cache(maxsize=KEPT)
def extras(run: Run) -> Shown:
    """What the change itself costs: set-up, running two systems, block hours paid and unused."""
    key, title = "change-costs", "What the change itself costs"
    found: dict[str, list[Cell]] = {
        words: [run.cell(metric, year=year) for year in run.years]
        for words, metric in EXTRAS
        if run.has(metric)
    }
    if not found:
        reason = "This result folder has no setup_gbp, dual_running_gbp or void_gbp: it is older than these."
        return Absent(key, title, reason)
    totals = {words: sum(cell.mean for cell in cells if cell.replications) for words, cells in found.items()}
    told = listed(f"{words.lower()} {figure(pounds, 'pounds')}" for words, pounds in totals.items())
    missing = [words.lower() for words, metric in EXTRAS if not run.has(metric)]
    return Chart(
        key=key,
        title=f"Over the years: {told}",
        subtitle=f"All payers, pounds a year, mean over replications; whiskers: {INTERVAL}."
        + (f" Not in this result: {listed(missing)}." if missing else ""),
        figure=picture(
            [
                bars(run.years, cells, words, SERIES[at], marker=hatched(SERIES[at], at))
                for at, (words, cells) in enumerate(found.items())
            ],
            barmode="group",
            xaxis={"type": "category"},
            yaxis={"title": titled("pounds")},
        ),
        columns=("What", "Year", *(f"£: {name.lower()}" for name in CELL_COLUMNS)),
        rows=tuple(
            cell_row(words, year, cell=cell)
            for words, cells in found.items()
            for year, cell in zip(run.years, cells, strict=True)
        ),
        alt=f"Over all years: {told}.",
    )


@lru_cache(maxsize=KEPT)
def unit_costs(run: Run, group: str, year: str) -> Shown:
    """What a week costs a person, in either system."""
    key, title = "unit-costs", "What a week costs"
    rows: list[tuple[Value, ...]] = []
    traces: list[Trace] = []
    cells = {
        arm: [run.cell(metric, group, arm, year) for _, metric in UNIT_COSTS]
        for arm in ("conventional", "IB")
    }
    labels = [words.replace(", ", ",<br>").replace(" as ", "<br>as ") for words, _ in UNIT_COSTS]
    for at, (arm, found) in enumerate(cells.items()):
        if any(cell.replications for cell in found):
            traces.append(lying(labels, found, ARMS[arm], ARM[arm], marker=hatched(ARM[arm], at)))
            rows += [
                cell_row(words, ARMS[arm], cell=cell)
                for (words, _), cell in zip(UNIT_COSTS, found, strict=True)
            ]
    if not traces:
        return Absent(key, title, f"Nobody has support in {year_name(year)}.")
    told = listed(
        f"{figure(found[1].mean, 'pounds')} in {ARMS[arm].lower()}"
        for arm, found in cells.items()
        if found[1].replications
    )
    return Chart(
        key=key,
        title=f"A package costs a week {told}",
        subtitle=f"{GROUPS[group]}, pounds a week, {year_name(year)}; whiskers: {INTERVAL}.",
        figure=picture(
            traces,
            barmode="group",
            xaxis={"title": titled("pounds a week"), "rangemode": "tozero"},
            yaxis={"autorange": "reversed"},
        ),
        columns=("What", "System", *CELL_COLUMNS),
        rows=tuple(rows),
        alt=f"A package costs a week {told}.",
    )
