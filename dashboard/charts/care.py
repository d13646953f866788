"""Home care and personal assistants: hours, wages and what an in-house hour costs."""

from __future__ import annotations

from functools import lru_cache

from dashboard.charts.chart import Absent, Chart, Shown, Value
from dashboard.charts.drawing import (
    CELL_COLUMNS,
    banded,
    bars,
    cell_row,
    hatched,
    month_rows,
    picture,
    rounded,
    titled,
    whiskers,
)
from dashboard.charts.palette import DASHES, SERIES
from dashboard.charts.words import INTERVAL, figure, listed, month_name
from dashboard.data.run import Run
from dashboard.data.series import Series

KEPT = 32
WAGE = "pa_wage_gbp_per_hour"
SUPPLY = {
    "assistant_hours_per_week": "hours of assistants a week in place",
    "pa_tightness": "demand over supply against the start",
}
HOURS = (("Home care", "home_care_hours_per_week"), ("Personal assistants", "assistant_hours_per_week"))
COSTS = (
    ("In-house home care, £ an hour", "in_house_unit_cost_gbp_per_hour"),
    ("Concentration (HHI)", "home_care_hhi"),
)


@lru_cache(maxsize=KEPT)
def assistants(run: Run) -> Shown:
    """What personal assistants earn, and how much of their time there is, month by month or year by year."""
    key, title = "assistants", "Personal assistants: wage and supply"
    if not run.has(WAGE):
        return Absent(key, title, f"This result folder has no {WAGE}: its market has no personal assistants.")
    beside = [metric for metric in SUPPLY if run.has(metric)]
    cells = [run.cell(WAGE, year=year) for year in run.years]
    first, last = cells[0].mean, cells[-1].mean
    monthly = run.months(WAGE)
    lines: dict[str, Series] = {"Wage": monthly} if len(monthly) else {}
    rows: tuple[tuple[Value, ...], ...]
    if lines:
        traces = banded(monthly, "Wage", SERIES[0], DASHES[0])
        columns, rows = month_rows(lines)
    else:
        columns = ("What", "Year", *CELL_COLUMNS)
        rows = tuple(
            cell_row(words, year, cell=run.cell(metric, year=year))
            for metric, words in ((WAGE, "£ an hour"), *((metric, SUPPLY[metric]) for metric in beside))
            for year in run.years
        )
        traces = [
            {
                "type": "scatter", "mode": "lines+markers", "x": list(run.years), "name": "Wage",
                "y": [rounded(cell.mean) for cell in cells], "error_y": whiskers(cells),
                "line": {"color": SERIES[0], "width": 2.5},
            }
        ]  # fmt: skip
    supply = listed(
        f"{SUPPLY[metric]} {figure(run.cell(metric, year=run.years[-1]).mean)}"
        for metric in beside
        if run.cell(metric, year=run.years[-1]).replications
    )
    return Chart(
        key=key,
        title=f"A personal assistant's hour goes from {figure(first, 'pounds')} to {figure(last, 'pounds')}",
        subtitle=f"Pounds an hour, mean over replications; {INTERVAL}."
        + (f" In {run.years[-1]}: {supply}." if supply else ""),
        figure=picture(
            traces,
            xaxis={} if lines else {"type": "category"},
            yaxis={"title": titled("pounds an hour")},
            showlegend=False,
        ),
        columns=columns,
        rows=rows,
        alt=(
            f"The wage goes from {figure(first, 'pounds')} in {run.years[0]} to {figure(last, 'pounds')} in "
            f"{run.years[-1]}." + (f" Monthly from {month_name(monthly.months[0])}." if lines else "")
        ),
        source="series.parquet" if lines else "summary.csv",
    )


@lru_cache(maxsize=KEPT)
def care_hours(run: Run) -> Shown:
    """Hours of home care and of personal assistants in place, year by year: one gains what one loses."""
    key, title = "care-hours", "Hours of home care and of assistants"
    found = {words: [run.cell(metric, year=year) for year in run.years] for words, metric in HOURS}
    found = {words: cells for words, cells in found.items() if any(cell.replications for cell in cells)}
    if not found:
        return Absent(key, title, "This result folder has no home_care_hours_per_week.")
    first, last = run.years[0], run.years[-1]
    told = listed(
        f"{words.lower()} go from {figure(round(cells[0].mean))} to {figure(round(cells[-1].mean))}"
        for words, cells in found.items()
    )
    return Chart(
        key=key,
        title=f"Hours a week of {told}",
        subtitle=f"Hours in place a week, {first} to {last}, mean over replications; whiskers: {INTERVAL}.",
        figure=picture(
            [
                bars(run.years, cells, words, SERIES[at], marker=hatched(SERIES[at], at))
                for at, (words, cells) in enumerate(found.items())
            ],
            barmode="group",
            xaxis={"type": "category"},
            yaxis={"title": titled("hours a week"), "rangemode": "tozero"},
        ),
        columns=("What", "Year", *CELL_COLUMNS),
        rows=tuple(
            cell_row(words, year, cell=cell)
            for words, cells in found.items()
            for year, cell in zip(run.years, cells, strict=True)
        ),
        alt=f"Hours a week of {told}.",
    )


@lru_cache(maxsize=KEPT)
def home_care(run: Run) -> Shown:
    """What an hour of in-house home care costs, and how concentrated home care is, year by year."""
    key, title = "home-care", "Home care: in-house cost and concentration"
    cost, concentration = (metric for _, metric in COSTS)
    if not run.has(cost):
        return Absent(key, title, f"This result folder has no {cost}.")
    cells = [run.cell(cost, year=year) for year in run.years]
    found = [run.cell(concentration, year=year) for year in run.years]
    beside = ""
    if found[-1].replications:
        beside = (
            f" Concentration of home care (Herfindahl-Hirschman index): {figure(found[0].mean)} in "
            f"{run.years[0]}, {figure(found[-1].mean)} in {run.years[-1]}."
        )
    return Chart(
        key=key,
        title=(
            f"An hour of in-house home care costs {figure(cells[0].mean, 'pounds')} in {run.years[0]} and "
            f"{figure(cells[-1].mean, 'pounds')} in {run.years[-1]}"
        ),
        subtitle=f"Pounds an hour, mean over replications; whiskers: {INTERVAL}.{beside}",
        figure=picture(
            [
                {
                    "type": "scatter", "mode": "lines+markers", "x": list(run.years),
                    "y": [rounded(cell.mean) for cell in cells], "error_y": whiskers(cells),
                    "line": {"color": SERIES[1], "width": 2.5},
                }
            ],
            xaxis={"type": "category"},
            yaxis={"title": titled("pounds an hour"), "rangemode": "tozero"},
            showlegend=False,
        ),
        columns=("What", "Year", *CELL_COLUMNS),
        rows=tuple(
            cell_row(words, year, cell=run.cell(metric, year=year))
            for words, metric in COSTS
            for year in run.years
        ),
        alt=(
            f"In-house home care costs {figure(cells[-1].mean, 'pounds')} an hour in {run.years[-1]}.{beside}"
        ),
    )  # fmt: skip
