"""Money: by year, who pays, why it differs from no roll-out, and when it breaks even."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from ibsim.results.gap import CAUSE_OF
from ibsim.results.reading import StoredRun
from ibsim.results.report.charts import Bar, Bars, bars, figure
from ibsim.results.report.markup import Cells, Markup, element, grid, paragraph
from ibsim.results.verdict_words import pounds, signed
from ibsim.results.workbook.contents import Chart
from ibsim.words import PACKAGE, Category

STREAMS = {
    "asc": "Adult social care", "sp": "Supporting People", "ilf": "Independent Living Fund",
    "atw": "Access to Work", "dfg": "Disabled Facilities Grant", "ices": "Equipment service",
}  # fmt: skip
MILLION = 1e6
PARTS = {
    "packages": "Support packages", "other support": "Support without a package",
    "care management": "Care management", "planning": "Planning", "set-up": "Set-up",
    "dual running": "Dual running", "void": "Void", "market": "Market", "income": "Charges, grants, clawback",
}  # fmt: skip
APART = {
    Category.OTHER_SUPPORT: "other support", Category.USER_CHARGES: "income", Category.PILOT_GRANT: "income",
    Category.CLAWBACK: "income",
}  # fmt: skip
"""Categories that a reader wants to see on their own; the others go with their cause."""
MOST_PARTS = 7
"""So many parts have a colour of their own; the smallest are put together."""


def money(run: StoredRun, id: str) -> Iterator[Markup]:
    """The charts of money that the folder has figures for."""
    for number, chart in enumerate((*_ledger(run), *_payers(run))):
        yield figure(f"{id}-{number}", chart)
    verdict = run.json("verdict.json")
    if verdict:
        yield element("h3", "Against the same council with no roll-out")
        yield from _waterfall(verdict, f"{id}-why")
        yield from _fan(verdict, f"{id}-fan")
        yield from _by_year(verdict)


def _ledger(run: StoredRun) -> Iterator[Chart]:
    """Spend by year: from the ledger where there is one, else from the summary."""
    years = run.summary.years[:-1]
    rows = run.columns("ledger.parquet")
    if not rows:
        care, packages = (_of(run, name) for name in ("care_management_gbp", "package_gbp"))
        rest = [whole - a - b for whole, a, b in zip(_of(run, "gross_cost_gbp"), care, packages, strict=True)]
        plain = {"Support packages": packages, "Care management": care, "Other": rest}
        yield from _spend("Money by year", plain, years)
        return
    parts: dict[str, list[float]] = {}
    bought: dict[str, list[float]] = {}
    for category, sums in _by_category(rows, years, run.replications).items():
        key = PARTS[APART.get(category) or CAUSE_OF[category]]
        parts[key] = [a + b for a, b in zip(parts.get(key, [0.0] * len(years)), sums, strict=True)]
        if category in PACKAGE:
            bought[_words(category)] = sums
    shown = _largest({words: parts[words] for words in PARTS.values() if any(parts.get(words, ()))})
    yield from _spend("Money by year", shown, years)
    if len(bought) > 1:
        yield from _spend("What packages and budgets buy", _largest(bought), years)


def _spend(title: str, parts: Mapping[str, Sequence[float]], years: Sequence[str]) -> Iterator[Chart]:
    shown = {name: [round(value / MILLION, 6) for value in sums] for name, sums in parts.items() if any(sums)}
    if shown:
        words = "Pounds of all who pay in each year, by what they are spent on; income lies below nought."
        yield Chart(title, "stacked", "£ million", "year", years, shown, words)


def _by_category(
    rows: Mapping[str, Any], years: Sequence[str], replications: int
) -> dict[Category, list[float]]:
    """Mean pounds by category and year; what this version does not know is left out."""
    names, categories = np.unique(rows["category"].astype(str), return_inverse=True)
    labels = rows["year"].astype(str)
    sums = np.zeros((len(names), len(years)))
    for place, year in enumerate(years):
        chosen = labels == year
        sums[:, place] = np.bincount(categories[chosen], rows["pence"][chosen] / 100, len(names))
    known = {category.name.lower(): category for category in Category}
    return {known[name]: (sums[n] / replications).tolist() for n, name in enumerate(names) if name in known}


def _largest(parts: Mapping[str, Sequence[float]]) -> dict[str, Sequence[float]]:
    """The parts, the largest first; the smallest are put together."""
    order = sorted(parts, key=lambda name: (-sum(map(abs, parts[name])), name))
    kept = order if len(order) <= MOST_PARTS else order[: MOST_PARTS - 1]
    found = {name: parts[name] for name in kept}
    if rest := order[len(kept) :]:
        found["All else"] = [sum(values) for values in zip(*(parts[name] for name in rest), strict=True)]
    return found


def _words(category: Category) -> str:
    return category.name.replace("_", " ").lower().capitalize()


def _payers(run: StoredRun) -> Iterator[Chart]:
    years = run.summary.years[:-1]
    parts = {words: _of(run, f"funding_gbp_{name}") for name, words in STREAMS.items()}
    shown = {words: [value / MILLION for value in values] for words, values in parts.items() if any(values)}
    if len(shown) > 1:
        words = "Who pays for support and care management in each year; the six streams add up to the whole."
        yield Chart("Who pays", "stacked", "£ million", "year", years, shown, words)


def _of(run: StoredRun, metric: str) -> list[float]:
    values = [run.summary.cell(metric, year=year).mean for year in run.summary.years[:-1]]
    return [0.0 if math.isnan(value) else value for value in values]


def _three(tree: Mapping[str, Any]) -> tuple[float, float, float]:
    """Mean and interval as a verdict writes them; NaN for the ends that one replication leaves out."""
    low, high = (math.nan if tree[end] is None else float(tree[end]) for end in ("ci_low", "ci_high"))
    return float(tree["mean"]), low, high


def _waterfall(verdict: Mapping[str, Any], id: str) -> Iterator[Markup]:
    """Why the cost differs from no roll-out: causes one after the other, which add up to the gap."""
    causes = [(str(cause["cause"]), *_three(cause["gbp"])) for cause in verdict["causes"]]
    drawn, level = [], 0.0
    for name, mean, low, high in causes:
        after = level + mean / MILLION
        half = (high - low) / 2 / MILLION
        said = signed(mean) + ("" if math.isnan(half) else f" ± {pounds(half * MILLION)}")
        drawn.append(Bar(name.capitalize(), level, after, said, after - half, after + half))
        level = after
    drawn.append(Bar("The gap in all", 0.0, level, signed(level * MILLION), whole=True))
    words = (
        "Each bar starts where the one above it ends; to the right the change costs more than no "
        "roll-out, to the left less. The thin line is the 95 percent interval of that cause."
    )
    title = "Why it costs more or less than no roll-out, all years together"
    yield bars(id, Bars(title, "£ million against no roll-out", words, tuple(drawn), ("cause", "pounds")))


def _fan(verdict: Mapping[str, Any], id: str) -> Iterator[Markup]:
    """The cumulative gap month by month with its spread, and how likely it is at most the tolerance."""
    months = verdict["months"]
    days = [date(int(month["month"][:4]), int(month["month"][5:7]), 1) for month in months]
    columns: dict[str, list[float]] = {}
    for key, name in (("p50", "median"), ("p10", "one in ten is lower"), ("p90", "one in ten is higher")):
        columns[name] = [_million(month["cumulative_gbp"].get(key)) for month in months]
    words = (
        "The cumulative difference to no roll-out, set-up included. Nought is cost-neutral, above it the "
        "change has cost more so far; eight replications in ten lie in the band."
    )
    yield figure(
        f"{id}-gap",
        Chart(
            "When it breaks even",
            "line",
            "£ million, cumulative",
            "month",
            days,
            columns,
            words,
            tuple(columns)[1:],
        ),
    )
    chances = [100 * float(month["probability"]) for month in months]
    words = "The share of replications in which the cumulative difference is at most the tolerance."
    yield figure(
        f"{id}-chance",
        Chart(
            "How likely it is cost-neutral by then",
            "line",
            "percent",
            "month",
            days,
            {"probability": chances},
            words,
        ),
    )


def _million(value: Any) -> float:
    return math.nan if value is None else float(value) / MILLION


def _by_year(verdict: Mapping[str, Any]) -> Iterator[Markup]:
    rows: list[Cells] = []
    for year in verdict["years"]:
        gap, total = _three(year["gap_gbp"]), _three(year["cumulative_gbp"])
        chance = f"{100 * float(year['probability']):.0f} %"
        rows.append([str(year["year"]), _with_half(gap), _with_half(total), chance])
    heads = ("year", "gap in the year", "cumulative gap", "probability neutral")
    yield grid("The gap to no roll-out, set-up included, by year", heads, rows)
    yield paragraph(
        f"Neutral means: the cumulative gap is at most {verdict['tolerance_percent']:g} percent of what no "
        "roll-out costs."
    )


def _with_half(values: tuple[float, float, float]) -> str:
    mean, low, high = values
    half = (high - low) / 2
    return signed(mean) + ("" if math.isnan(half) else f" ± {pounds(half)}")
