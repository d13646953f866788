"""What is under block, and when it is let go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from dashboard.charts.chart import Absent, Chart, Shown, Value
from dashboard.charts.drawing import (
    Trace,
    hatched,
    picture,
    rounded,
    titled,
)
from dashboard.charts.market import NO_PROVIDERS, SHOWN
from dashboard.charts.palette import SERIES
from dashboard.charts.words import figure, listed, readable
from dashboard.data.run import Run

KEPT = 32
KINDS = (
    ("Under block", "council_hours_block"),
    ("Spot", "council_hours_spot"),
    ("Individual budgets", "ib_hours"),
    ("Private", "private_hours"),
)


@lru_cache(maxsize=KEPT)
def volumes(run: Run) -> Shown:
    """What home care agencies and in-house home care sell to whom, year by year."""
    key, title = "block-and-spot", "Block, spot and budgets"
    service = "home_care"
    found = [one for one in run.providers if one.service == service]
    if not found:
        return Absent(key, title, NO_PROVIDERS)
    sums = {
        words: {year: _sum(getattr(one, column) for one in found if one.year == year) for year in run.years}
        for words, column in KINDS
    }
    first, last = run.years[0], run.years[-1]
    block = sums["Under block"]
    change = 100 * (block[last] / block[first] - 1) if block[first] else 0.0
    way = f"falls by {figure(-change, 'percent')}" if change < 0 else f"grows by {figure(change, 'percent')}"
    void = _sum(one.void_gbp for one in run.providers)
    return Chart(
        key=key,
        title=(
            f"Home care under block {way} from {first} to {last}; block paid and not used costs "
            f"{figure(void, 'pounds')}"
        ),
        subtitle=(
            "Home care in thousand hours a week by who buys, means. Void counts all services and "
            f"years. {_terms(run)}"
        ),
        figure=picture(
            [_bar(words, years, at) for at, (words, years) in enumerate(sums.items())],
            barmode="stack",
            xaxis={"type": "category"},
            yaxis={"title": titled("thousand hours a week")},
            legend={"traceorder": "normal"},
        ),
        columns=("Service", "Year", "Under block", "Spot", "Individual budgets", "Private", "Void, £"),
        rows=_service_rows(run),
        alt=f"Home care hours in {last}: "
        + listed(f"{words.lower()} {figure(round(years[last]))}" for words, years in sums.items())
        + ".",
        source="providers.csv",
    )


def _sum(values: Iterable[float]) -> float:
    """The sum of the numbers that are known."""
    return sum(value for value in values if value == value)


def _bar(words: str, years: Mapping[str, float], at: int) -> Trace:
    return {
        "type": "bar", "name": words, "x": list(years),
        "y": [rounded(hours / 1000) for hours in years.values()],
        "marker": hatched(SERIES[at], at), "hovertemplate": "%{x}: %{y:.1f} thousand",
    }  # fmt: skip


def _service_rows(run: Run) -> tuple[tuple[Value, ...], ...]:
    columns = [column for _, column in KINDS] + ["void_gbp"]
    sums: dict[tuple[str, str], list[float]] = {}
    for one in run.providers:
        of = sums.setdefault((one.service, one.year), [0.0] * len(columns))
        for at, column in enumerate(columns):
            value = getattr(one, column)
            of[at] += value if value == value else 0.0
    return tuple((readable(service), year, *values) for (service, year), values in sums.items())


def _terms(run: Run) -> str:
    """When blocks end and are let go, as the scenario's levers say."""
    market: Any = run.levers().get("market")
    contracts: Any = market.get("contracts") if isinstance(market, Mapping) else None
    if not isinstance(contracts, Mapping):
        return "The scenario says nothing of when blocks end."
    parts = []
    for name, words in (
        ("block_term_years", "blocks run for {:g} years, their ends spread over it"),
        ("block_renewal_percent", "they are renewed at {:g} percent of what was used"),
        ("block_release_percent", "{:g} percent of unused hours are handed back"),
        ("block_notice_months", "with {:g} months' notice"),
    ):
        value = contracts.get(name)
        if isinstance(value, (int, float)):
            parts.append(words.format(value))
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}." if text else "The scenario says nothing of when blocks end."


@lru_cache(maxsize=KEPT)
def releases(run: Run) -> Shown:
    """How each provider's block is let go: block hours by year as a share of the first year's."""
    key, title = "block-releases", "When blocks are let go"
    ways: dict[str, dict[str, float]] = {}
    for one in run.providers:
        if one.council_hours_block == one.council_hours_block:
            ways.setdefault(one.name, {})[one.year] = one.council_hours_block
    first = run.years[0] if run.years else ""
    ways = {name: hours for name, hours in ways.items() if hours.get(first, 0.0) > 0}
    if not ways:
        reason = "No provider has a block in this result." if run.providers else NO_PROVIDERS
        return Absent(key, title, reason)
    shares = {
        name: [100 * hours.get(year, 0.0) / hours[first] for year in run.years]
        for name, hours in ways.items()
    }
    let_go = {
        name: next((year for year, share in zip(run.years, parts, strict=True) if share < 50), "later")
        for name, parts in shares.items()
    }
    names = sorted(shares, key=lambda name: shares[name][-1])
    shown = names[:SHOWN]
    half = [name for name in names if let_go[name] != "later"]
    return Chart(
        key=key,
        title=(
            f"{len(half)} of {len(names)} blocks are down to less than half by {run.years[-1]}"
            if half
            else f"No block is down to half by {run.years[-1]}; the lowest is {names[0]}'s"
        ),
        subtitle=(
            f"Block of each provider in percent of its block in {first}, means; the {len(shown)} that fall "
            f"most. {_terms(run)}"
        ),
        figure=picture(
            [
                {
                    "type": "heatmap", "x": list(run.years), "y": shown,
                    "z": [[rounded(share) for share in shares[name]] for name in shown],
                    "zmin": 0, "zmax": 100, "colorscale": [[0, "#ffffff"], [1, SERIES[0]]],
                    "xgap": 2, "ygap": 2, "texttemplate": "%{z:.0f}",
                    "colorbar": {"title": {"text": "%"}, "len": 0.8},
                    "hovertemplate": "%{y}, %{x}: %{z:.0f}%<extra></extra>",
                }
            ],
            xaxis={"type": "category", "showgrid": False},
            yaxis={"showgrid": False},
        ),
        columns=("Provider", *(f"{year}, %" for year in run.years), "Below half from"),
        rows=tuple((name, *shares[name], let_go[name]) for name in names),
        alt="Blocks in percent of the first year's at the end: "
        + listed(f"{name} {figure(shares[name][-1], 'percent')}" for name in names)
        + ".",
        source="providers.csv",
        height=120 + 26 * len(shown),
    )  # fmt: skip
