"""The market: who buys from whom, which providers may close, and what it does to prices."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from ibsim.results.metrics import REGISTRY
from ibsim.results.reading import StoredRun
from ibsim.results.report.charts import figure
from ibsim.results.report.contents import Contents, Part
from ibsim.results.report.drawing import amount
from ibsim.results.report.markup import Cells, Markup, grid, paragraph, together
from ibsim.results.terminal import with_interval
from ibsim.results.workbook.contents import Chart

BUYERS = {
    "council_hours_block": "council, block", "council_hours_spot": "council, spot",
    "ib_hours": "IB holders", "private_hours": "private payers",
}  # fmt: skip
SHOWN = ("home_care", "personal_assistance", "day_care")
"""Services whose volume is drawn; the file holds the others."""
FIGURES = {
    "provider_exits": "Providers that closed",
    "people_displaced": "People who lost their provider",
    "void_gbp": "Block hours paid and not used",
    "home_care_hhi": "Concentration of home care (HHI)",
    "in_house_unit_cost_gbp_per_hour": "In-house home care",
    "pa_wage_gbp_per_hour": "Personal assistants",
}
MOST_PROVIDERS = 12
Row = dict[str, str]


def market(contents: Contents) -> Iterator[Part]:
    """The market of each run."""
    for run in contents.runs:
        rows = run.table("providers.csv")
        body = [*_figures(run), *_volumes(run, rows, contents.id(run, "market")), *_risks(run, rows)]
        told = "" if len(contents.runs) == 1 else f": {run.name}"
        yield Part(contents.id(run, "market"), f"Providers and the market{told}", together(*body))


def _figures(run: StoredRun) -> Iterator[Markup]:
    """The market's metrics by year, where anybody counts."""
    years = run.summary.years[:-1]
    rows: list[Cells] = []
    for name in FIGURES:
        cells = [run.summary.cell(name, year=year) for year in years] if name in run.summary.metrics else []
        if any(cell.counts for cell in cells):
            label = f"{FIGURES[name]}, {REGISTRY[name].unit}"
            rows.append([label, *(with_interval(cell) if cell.counts else "–" for cell in cells)])
    if rows:
        yield grid("The market by year", ("measure", *years), rows)


def _volumes(run: StoredRun, rows: Sequence[Row], id: str) -> Iterator[Markup]:
    """Who buys how much of the main services, by year."""
    years = run.summary.years[:-1]
    for service in SHOWN:
        some = [row for row in rows if row["service"] == service]
        series = {words: [_sum(some, column, year) for year in years] for column, words in BUYERS.items()}
        series = {words: values for words, values in series.items() if any(values)}
        if series:
            unit = f"{some[0]['unit']} a week"
            title = f"Who buys {service.replace('_', ' ')}"
            words = f"{unit.capitalize()} bought in each year, by who buys them; void is not among them."
            yield figure(f"{id}-{service}", Chart(title, "stacked", unit, "year", years, series, words))


def _sum(rows: Sequence[Row], column: str, year: str) -> float:
    return math.fsum(float(row[column] or 0) for row in rows if row["year"] == year)


def _risks(run: StoredRun, rows: Sequence[Row]) -> Iterator[Markup]:
    """The providers that are likeliest to have closed by the end."""
    last = [
        row
        for row in rows
        if row["year"] == run.summary.years[-2] and float(row["closure_probability"] or 0) > 0
    ]
    ordered = sorted(last, key=lambda row: (-float(row["closure_probability"]), int(row["provider"])))
    told: list[Cells] = [
        [
            f"{row['name']} ({row['size']}, {row['service'].replace('_', ' ')})",
            f"{100 * float(row['closure_probability']):.0f} %",
            *(amount(float(row[name])) if row[name] else "–" for name in ("people", "margin_percent")),
        ]
        for row in ordered[:MOST_PROVIDERS]
    ]
    if told:
        heads = ("provider", "closed or closing", "people with it", "margin, %")
        yield grid(f"Providers likeliest to close by the end of {run.summary.years[-2]}", heads, told)
        if len(ordered) > MOST_PROVIDERS:
            yield paragraph(f"{len(ordered) - MOST_PROVIDERS} further providers closed in some replication.")
    else:
        yield paragraph("No provider closed in any replication.")
