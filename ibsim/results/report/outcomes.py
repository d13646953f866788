"""What people gain and lose: outcomes, cost-effectiveness, acceptability, winners and losers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import groupby

from ibsim.results.metrics import REGISTRY
from ibsim.results.reading import StoredRun
from ibsim.results.report.charts import Cloud, cloud, figure
from ibsim.results.report.contents import Contents, Part
from ibsim.results.report.drawing import amount
from ibsim.results.report.markup import Cells, Markup, element, grid, paragraph, together
from ibsim.results.summary import Cell
from ibsim.results.terminal import with_interval
from ibsim.results.workbook.contents import Chart
from ibsim.units import ARMS

MEANS = (
    "ascot_mean", "control_mean", "in_control_percent", "ghq_mean", "quality_of_life_mean",
    "satisfied_percent", "health_gbp_per_person_week",
)  # fmt: skip
OUTCOMES = {"ascot": "ASCOT", "control": "control over daily life"}
"""Outcomes whose planes and curves are drawn; the tables hold the others."""
NAMES = OUTCOMES | {
    "ghq": "less strain (GHQ)",
    "quality_of_life": "quality of life",
    "satisfied": "satisfied",
}
BY = {
    "all": "Everybody", "group": "Group", "age": "Age", "ethnicity": "Ethnicity",
    "old_package": "Package before", "direct_payment": "Before",
}  # fmt: skip
Row = dict[str, str]


def outcomes(contents: Contents) -> Iterator[Part]:
    """What people gain and lose in each run whose folder tells of it."""
    for run in contents.runs:
        id = contents.id(run, "outcomes")
        body = [*_means(run), *_planes(run, id), *_effects(run), *_acceptable(run, id), *_winners(run)]
        if body:
            told = "" if len(contents.runs) == 1 else f": {run.name}"
            yield Part(id, f"What people gain and lose{told}", together(*body))


def _means(run: StoredRun) -> Iterator[Markup]:
    """How package holders fare, in either arm."""
    rows: list[Cells] = []
    for name in MEANS:
        if name in run.summary.metrics:
            cells = [run.summary.cell(name, arm=arm) for arm in ARMS]
            metric = REGISTRY[name]
            words = metric.definition.partition(": ")[2].partition(" (")[0].partition(". ")[0]
            label = f"{words[:1].upper()}{words[1:]}, {metric.unit}"
            rows.append([label, *(_mean(cell, metric.unit) for cell in cells)])
    if rows:
        yield grid("How package holders fare, all years together", ("outcome", *ARMS), rows)
        yield paragraph(
            "The arms hold different people; what an individual budget itself changes stands in the "
            "tables below."
        )


def _mean(cell: Cell, unit: str) -> str:
    """A mean with its half-width; points of a short scale with two decimals."""
    if not cell.counts:
        return "–"
    half = (cell.ci_high - cell.ci_low) / 2
    if unit != "points" or math.isnan(half):
        return with_interval(cell)
    return f"{cell.mean:.2f} ± {half:.2f}"


def _planes(run: StoredRun, id: str) -> Iterator[Markup]:
    """Draws of cost against gain, by group."""
    rows = run.table("plane.csv")
    for outcome, words in OUTCOMES.items():
        some = [row for row in rows if row["outcome"] == outcome and row["group"] != "all"]
        points = {
            group: tuple(
                (float(row["outcome_difference"]), float(row["cost_difference_gbp_per_week"])) for row in them
            )
            for group, them in groupby(some, key=lambda row: row["group"])
        }
        if points:
            said = (
                "Each mark is a bootstrap draw of a group: to the right an individual budget does people "
                "more good than conventional support, below the line it costs less."
            )
            axes = (f"gain in {words}, points", "cost, £ a week")
            yield cloud(f"{id}-plane-{outcome}", Cloud(f"Cost and gain: {words}", axes, points, said))


def _effects(run: StoredRun) -> Iterator[Markup]:
    """The cost-effectiveness table."""
    rows: list[Cells] = [
        [
            f"{row['group']}: {NAMES.get(row['outcome'], row['outcome'])}",
            _range(row, "cost_difference_gbp_per_week", "cost"), _range(row, "outcome_difference", "outcome"),
            f"{amount(float(row['icer_gbp']))}" if row["icer_gbp"] else "–",
            *(f"{100 * float(row[f'quadrant_{name}'] or 0):.0f} %" for name in ("nw", "ne", "sw", "se")),
        ]
        for row in run.table("cost_effectiveness.csv")
    ]  # fmt: skip
    if rows:
        heads = ("group and outcome", "cost, £ a week", "gain, points", "£ a point", "better, cheaper",
                 "better, dearer", "worse, cheaper", "worse, dearer")  # fmt: skip
        yield grid("An individual budget against conventional support, same people", heads, rows, wide=True)


def _range(row: Row, value: str, ends: str) -> str:
    low, high = row[f"{ends}_ci_low"], row[f"{ends}_ci_high"]
    told = f" ({_short(low)} to {_short(high)})" if low and high else ""
    return f"{_short(row[value])}{told}"


def _short(text: str) -> str:
    return amount(float(text)) if text else "–"


def _acceptable(run: StoredRun, id: str) -> Iterator[Markup]:
    """How likely a gain is worth its cost, by what a point may cost."""
    rows = run.table("acceptability.csv")
    for outcome, words in OUTCOMES.items():
        some = [row for row in rows if row["outcome"] == outcome]
        series = {
            group: [100 * float(row["probability"] or "nan") for row in them]
            for group, them in groupby(some, key=lambda row: row["group"])
        }
        if series:
            pounds = tuple(dict.fromkeys(row["willingness_gbp"] for row in some))
            said = (
                "The probability that an individual budget is worth its cost, by how many pounds a week a "
                f"point of {words} may cost."
            )
            chart = Chart(
                f"Worth its cost: {words}", "line", "percent", "£ a week for a point", pounds, series, said
            )
            yield figure(f"{id}-worth-{outcome}", chart)


def _winners(run: StoredRun) -> Iterator[Markup]:
    rows: list[Cells] = [
        [
            f"{BY.get(row['by'], row['by'])}: {row['value']}" if row["by"] != "all" else BY["all"],
            *(_short(row[name]) for name in ("people", "winners_percent", "losers_percent")),
            f"{float(row['mean_change_gbp_per_week']):+,.0f}" if row["mean_change_gbp_per_week"] else "–",
        ]
        for row in run.table("winners.csv")
    ]
    if rows:
        heads = ("who", "people", "gain, %", "lose, %", "£ a week on average")
        yield element("h3", "Who gains and who loses")
        yield grid("Budgets against the packages that they took the place of", heads, rows)
