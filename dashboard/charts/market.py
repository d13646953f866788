"""Providers in pictures: where they stand, who may close, what is under block, what assistants earn."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache

from dashboard.charts.chart import Absent, Chart, Shown
from dashboard.charts.drawing import (
    CELL_COLUMNS,
    Trace,
    bars,
    cell_row,
    hatched,
    known,
    picture,
    rounded,
    titled,
)
from dashboard.charts.palette import BETTER, GREY, INK, SERIES, WORSE
from dashboard.charts.words import INTERVAL, figure, listed, plural, readable
from dashboard.data.extras import Provider
from dashboard.data.measures import LIKELY_TO_CLOSE
from dashboard.data.run import Run

KEPT = 32
NO_PROVIDERS = (
    "This result folder has no list of providers (providers.csv): it was written before there was a market."
)
SYMBOLS = ("circle", "square", "diamond", "cross", "triangle-up", "star")
BANDS = (
    ("closes with under 5 percent", 0.05, BETTER),
    ("closes with 5 to 20 percent", LIKELY_TO_CLOSE, SERIES[5]),
    ("closes with 20 percent or more", math.inf, WORSE),
)
WIDEST = 40.0
"""A margin beyond so many percent, either way, is drawn at the edge of the picture."""
SHOWN = 14
"""How many providers a list shows: those most likely to close."""
FEWEST = 5
"""How many it shows where none is."""


def _in(run: Run, year: str) -> list[Provider]:
    """The providers in a year; in the last one where all years are asked for."""
    wanted = run.years[-1] if year == "all" and run.years else year
    return [one for one in run.providers if one.year == wanted and one.is_firm]


def _risk(one: Provider) -> float:
    return one.closure_probability if one.closure_probability == one.closure_probability else 0.0


@lru_cache(maxsize=KEPT)
def standing(run: Run, year: str) -> Shown:
    """Every provider by volume and margin, with its way since the first year."""
    key, title = "provider-map", "Where providers stand"
    found = [one for one in _in(run, year) if one.volume > 0 and one.margin_percent == one.margin_percent]
    if not found:
        return Absent(key, title, NO_PROVIDERS)
    losing = [one for one in found if one.margin_percent < 0]
    risky = [one for one in found if _risk(one) >= LIKELY_TO_CLOSE]
    services = list(dict.fromkeys(one.service for one in run.providers if one.is_firm))
    beyond = sum(abs(one.margin_percent) > WIDEST for one in found)
    return Chart(
        key=key,
        title=(
            f"{len(losing)} of {plural(len(found), 'provider')} lose money in {found[0].year}; "
            f"{len(risky)} are likely to close"
        ),
        subtitle=(
            "Each mark is a provider: hours, attendances or meals sold a week (logarithmic) against "
            "margin, means over replications. Lines: the way since the first year. Shapes: "
            + listed(
                f"{readable(one).lower()} {SYMBOLS[at % len(SYMBOLS)]}" for at, one in enumerate(services)
            )
            + (f". Off the picture, at its edge: {beyond} (see the table)." if beyond else ".")
        ),
        figure=picture(
            [_trails(run, found), *_marks(found, services)],
            xaxis={"type": "log", "title": titled("sold a week, own units"), "dtick": 1},
            yaxis={
                "title": titled("margin, percent"),
                "zeroline": True,
                "zerolinecolor": INK,
                "zerolinewidth": 2,
            },
        ),
        columns=(
            *("Provider", "Service", "Size", "Unit", "Sold a week", "Margin, %", "Price, £", "Unit cost, £"),
            *("People", "Closes with, %", "Displaced people"),
        ),
        rows=tuple(
            (
                *(one.name, readable(one.service), readable(one.size), one.unit, one.volume),
                *(
                    known(one.margin_percent),
                    known(one.price_gbp),
                    known(one.unit_cost_gbp),
                    known(one.people),
                ),
                *(known(100 * one.closure_probability), known(one.displaced_people)),
            )
            for one in sorted(found, key=lambda one: -_risk(one))
        ),
        alt=(
            f"{plural(len(found), 'provider')} in {found[0].year}. Losing money: "
            f"{listed(one.name for one in losing) or 'none'}. Likely to close: "
            f"{listed(one.name for one in risky) or 'none'}."
        ),
        source="providers.csv",
        height=460,
    )


def _trails(run: Run, found: list[Provider]) -> Trace:
    """The way of each provider from the first year to the one shown."""
    x: list[float | None] = []
    y: list[float | None] = []
    for one in found:
        way = [
            earlier
            for earlier in run.providers
            if earlier.provider == one.provider and earlier.year <= one.year and earlier.volume > 0
        ]
        way.sort(key=lambda earlier: earlier.year)
        x += [*(rounded(earlier.volume) for earlier in way), None]
        y += [*(_within(earlier) for earlier in way), None]
    return {
        "type": "scatter", "mode": "lines", "x": x, "y": y, "line": {"color": GREY, "width": 1},
        "hoverinfo": "skip", "showlegend": False,
    }  # fmt: skip


def _marks(found: list[Provider], services: list[str]) -> Iterable[Trace]:
    low = -math.inf
    most = max((one.people for one in found if one.people == one.people), default=1.0) or 1.0
    for words, high, colour in BANDS:
        there = [one for one in found if low <= _risk(one) < high]
        low = high
        if there:
            yield {
                "type": "scatter", "mode": "markers", "name": words,
                "x": [rounded(one.volume) for one in there],
                "y": [_within(one) for one in there],
                "text": [_said(one) for one in there], "hovertemplate": "%{text}<extra></extra>",
                "marker": {
                    "color": colour, "line": {"color": INK, "width": 1}, "opacity": 0.9,
                    "size": [_size(one, most) for one in there],
                    "symbol": [SYMBOLS[services.index(one.service) % len(SYMBOLS)] for one in there],
                },
            }  # fmt: skip


def _within(one: Provider) -> float | None:
    """The margin as it is drawn."""
    return rounded(
        max(-WIDEST, min(WIDEST, one.margin_percent)) if one.margin_percent == one.margin_percent else None
    )


def _size(one: Provider, most: float) -> float:
    people = one.people if one.people == one.people else 0.0
    return round(9 + 17 * math.sqrt(max(people, 0.0) / most), 1)


def _said(one: Provider) -> str:
    margin = figure(one.margin_percent, "percent")
    parts = [f"{one.name}: {figure(one.volume, one.unit)} a week, margin {margin}"]
    if one.people == one.people:
        parts.append(plural(one.people, "person", "people"))
    parts.append(f"closes with {figure(100 * _risk(one), 'percent')}")
    return "; ".join(parts)


@lru_cache(maxsize=KEPT)
def closures(run: Run, year: str) -> Shown:
    """The providers most likely to close, and how many people that moves."""
    key, title = "closures", "Who may close"
    found = sorted(_in(run, year), key=lambda one: -_risk(one))
    if not found:
        return Absent(key, title, NO_PROVIDERS)
    shown = [one for one in found if _risk(one) > 0][:SHOWN] or found[:FEWEST]
    moved = sum(one.displaced_people for one in found if one.displaced_people == one.displaced_people)
    first = found[0]
    return Chart(
        key=key,
        title=(
            f"{first.name} is most likely to close ({figure(100 * _risk(first), 'percent')}); closures move "
            f"{plural(moved, 'person', 'people')} in {first.year}"
            if _risk(first) > 0
            else f"No provider has closed by {first.year} in any replication"
        ),
        subtitle=(
            f"Share of replications in which the provider has given notice by the end of {first.year}, "
            f"percent, the {len(shown)} likeliest of {len(found)}; beside the bar: people displaced."
        ),
        figure=picture(
            [
                {
                    "type": "bar", "orientation": "h", "y": [one.name for one in shown],
                    "x": [rounded(100 * _risk(one)) for one in shown], "marker": {"color": WORSE},
                    "text": [
                        _moved(one) for one in shown
                    ],
                    "textposition": "outside", "cliponaxis": False, "hovertemplate": "%{y}: %{x:.0f}%",
                }
            ],
            xaxis={"title": titled("percent of replications"), "range": [0, 100]},
            yaxis={"autorange": "reversed"},
            showlegend=False,
        ),
        columns=("Provider", "Service", "Closes with, %", "Displaced people", "Reserves, £"),
        rows=tuple(
            (
                one.name, readable(one.service), known(100 * one.closure_probability),
                known(one.displaced_people), known(one.reserves_gbp),
            )
            for one in found
        ),
        alt="Most likely to close: "
        + listed(f"{one.name} {figure(100 * _risk(one), 'percent')}" for one in shown[:5])
        + ".",
        source="providers.csv",
        height=120 + 26 * len(shown),
    )  # fmt: skip


def _moved(one: Provider) -> str:
    """The people whom a provider's closure moves, in words; nothing for hardly anybody."""
    return plural(one.displaced_people, "person", "people") if one.displaced_people >= 0.5 else ""


COUNTS = (("Providers that close", "provider_exits"), ("People displaced", "people_displaced"))


@lru_cache(maxsize=KEPT)
def displaced(run: Run) -> Shown:
    """Closures and displaced people, year by year."""
    key, title = "displaced", "Closures and the people they move"
    found = {
        words: [run.cell(metric, year=year) for year in run.years]
        for words, metric in COUNTS
        if run.has(metric)
    }
    if not found:
        return Absent(key, title, "This result folder has no provider_exits or people_displaced.")
    totals = {words: sum(cell.mean for cell in cells if cell.replications) for words, cells in found.items()}
    told = listed(f"{words.lower()} {figure(value)}" for words, value in totals.items())
    return Chart(
        key=key,
        title=f"Over all years: {told}",
        subtitle=f"A year, mean over replications; whiskers: {INTERVAL}.",
        figure=picture(
            [
                bars(run.years, cells, words, SERIES[at], marker=hatched(SERIES[at], at))
                for at, (words, cells) in enumerate(found.items())
            ],
            barmode="group",
            xaxis={"type": "category"},
            yaxis={"title": titled("a year"), "rangemode": "tozero"},
        ),
        columns=("What", "Year", *CELL_COLUMNS),
        rows=tuple(
            cell_row(words, year, cell=cell)
            for words, cells in found.items()
            for year, cell in zip(run.years, cells, strict=True)
        ),
        alt=f"Over all years: {told}.",
    )
