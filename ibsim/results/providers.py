"""`providers.csv`: each provider and year over the replications, and how likely it is to close."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ibsim.policy.market.books import BLOCK, BUDGET, COVERED, PRIVATE, SPOT
from ibsim.policy.market.providers import SIZES
from ibsim.policy.market.verbs import ASSISTANTS, CLOSED, CLOSING, COVER, NOT_YET, OPEN
from ibsim.results.textfiles import csv_text, number, text_cell
from ibsim.words import SOLD

if TYPE_CHECKING:
    from ibsim.results.tables import Tables

Floats = NDArray[np.float64]
UNIT_NAMES = ("hours", "hours", "attendances", "hours", "meals")
"""What each service is counted in, by the services' codes."""
NUMBERS = (
    "council_hours_block",
    "council_hours_spot",
    "ib_hours",
    "private_hours",
    "price_gbp",
    "unit_cost_gbp",
    "margin_percent",
    "reserves_gbp",
    "void_gbp",
    "grant_gbp",
    "people",
    "open_share",
    "closure_probability",
    "displaced_people",
)
COLUMNS = ("provider", "name", "service", "size", "unit", "year", *NUMBERS)
DECIMALS = {"open_share": 4, "closure_probability": 4}
USUAL_DECIMALS = 2


@dataclass(frozen=True)
class ProviderYear:
    """One provider in one year: means over the replications in which it was there.

    Volumes are `unit` a week (called hours whatever the unit), money is pounds of the year, `reserves_gbp`
    at its end.  `open_share` is the share of replications in which it is open at the year's end,
    `closure_probability` that of those in which it had opened and has given notice or closed by then;
    `displaced_people` are those whom that reached in the year.
    """

    provider: int
    name: str
    service: str
    size: str
    unit: str
    year: str
    numbers: Mapping[str, float]

    def rounded(self, name: str) -> float:
        """A number to the decimals that files tell it to; NaN where nothing is known."""
        return round(self.numbers[name], DECIMALS.get(name, USUAL_DECIMALS))


def provider_years(tables: Sequence[Tables], years: Sequence[str]) -> list[ProviderYear]:
    """Each provider that was ever there, year by year; `years` are the labels."""
    stacks = [_numbers(one.providers) for one in tables]
    there = np.array([stack.pop("there") for stack in stacks]) > 0
    out = []
    first = tables[0].providers
    means = {name: _mean([stack[name] for stack in stacks], there) for name in stacks[0]}
    opened = np.array([one.providers["state"] != NOT_YET for one in tables])
    gone = np.array([np.isin(one.providers["state"], (CLOSING, CLOSED)) for one in tables])
    closed = _mean([one.astype(np.float64) for one in gone], opened)
    still = np.mean([one.providers["state"] == OPEN for one in tables], axis=0)
    for row in np.flatnonzero(opened.any(axis=(0, 2))):
        service = int(first["service"][row])
        for year, label in enumerate(years):
            numbers = {name: float(mean[row, year]) for name, mean in means.items()}
            numbers |= {
                "open_share": float(still[row, year]),
                "closure_probability": float(closed[row, year]),
            }
            if row in (ASSISTANTS, COVER):
                numbers |= dict.fromkeys(("unit_cost_gbp", "margin_percent", "reserves_gbp"), np.nan)
            size = SIZES[int(first["size"][row])]
            name = str(first["name"][row])
            named = SOLD[service].name.lower() if row != COVER else "cover"
            out.append(ProviderYear(int(row), name, named, size, UNIT_NAMES[service], label, numbers))
    return out


def most_at_risk(rows: Sequence[ProviderYear]) -> list[tuple[ProviderYear, float]]:
    """Providers by the people whom their closing would reach, each with those, as its last year tells.

    Reached are the people of its busiest year times the probability that it has closed by the end.
    """
    last = max((row.year for row in rows), default="")
    busiest: dict[int, float] = {}
    for row in rows:
        people = row.numbers["people"]
        busiest[row.provider] = max(busiest.get(row.provider, 0.0), 0.0 if np.isnan(people) else people)
    known = [(row, busiest[row.provider]) for row in rows if row.year == last and row.provider > COVER]
    closing = [
        (row, people) for row, people in known if row.numbers["closure_probability"] > 0 and people > 0
    ]
    return sorted(closing, key=lambda one: (-one[0].numbers["closure_probability"] * one[1], one[0].provider))


def risk_sentence(rows: Sequence[ProviderYear], told: int = 3) -> str:
    """Which providers' closing would reach most people, and how likely it is."""
    risks = most_at_risk(rows)[:told]
    if not risks:
        return "No provider closes in any replication."
    named = [
        f"{row.name} ({100 * row.numbers['closure_probability']:.0f} percent by {row.year}, "
        f"{people:,.0f} people)"
        for row, people in risks
    ]
    return f"Closures that would reach most people: {', '.join(named)}."


def _numbers(table: Mapping[str, NDArray[Any]]) -> dict[str, Floats]:
    """One replication's numbers by provider and year, and whether the provider was there."""
    weekly = table["weekly"]
    sold = weekly[..., [BLOCK, SPOT, BUDGET, COVERED]].sum(axis=2)
    with np.errstate(divide="ignore", invalid="ignore"):
        unit_cost = np.where(table["volume"] > 0, table["cost_gbp"] / table["volume"], np.nan)
        earned = table["income_gbp"]
        margin = np.where(earned > 0, 100 * (earned - table["cost_gbp"]) / earned, np.nan)
    return {
        "council_hours_block": weekly[..., BLOCK],
        "council_hours_spot": weekly[..., SPOT] + weekly[..., COVERED],
        "ib_hours": weekly[..., BUDGET],
        "private_hours": weekly[..., PRIVATE],
        "price_gbp": table["price_gbp"],
        "unit_cost_gbp": unit_cost,
        "margin_percent": margin,
        "reserves_gbp": table["reserves_gbp"],
        "void_gbp": table["void_gbp"],
        "grant_gbp": table["grant_gbp"],
        "people": table["people"].astype(np.float64),
        "displaced_people": table["displaced"].astype(np.float64),
        "there": ((sold > 0) | np.isin(table["state"], (OPEN, CLOSING))).astype(np.float64),
    }


def _mean(stack: Sequence[Floats], counts: NDArray[np.bool_]) -> Floats:
    """Means over replications, of those that count and are known; NaN where there are none."""
    values = np.array(stack)
    known = counts & ~np.isnan(values)
    total = np.where(known, values, 0.0).sum(axis=0)
    n = known.sum(axis=0)
    return np.divide(total, n, out=np.full(total.shape, np.nan), where=n > 0)


def providers_csv(rows: Sequence[ProviderYear]) -> str:
    """The file: a row a provider and year, empty where nothing is known."""
    return csv_text(COLUMNS, _lines(rows))


def _lines(rows: Sequence[ProviderYear]) -> Iterator[list[str]]:
    for row in rows:
        labels = [str(row.provider), text_cell(row.name), row.service, row.size, row.unit, row.year]
        yield labels + [number(row.numbers[name], DECIMALS.get(name, USUAL_DECIMALS)) for name in NUMBERS]
