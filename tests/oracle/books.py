"""What providers sold, earned and spent: the oracle's accounts, laid beside those of the engine."""

from __future__ import annotations

from collections import Counter
from math import isclose
from typing import TYPE_CHECKING, Any

from ibsim.words import SOLD, Category
from tests.oracle.providers import UNIT, Kind, Provider, Terms

if TYPE_CHECKING:
    from tests.oracle.council import Council

SOLD_AS = ("block", "spot", "budget", "private", "void", "missed", "covered")
"""The seven volumes of a provider's week."""


class Books:
    """Sums of weeks and months, and what stood at the last month end of each year.

    Volumes are parts of the unit, money pence; `years` has sums and `stands` the last word by
    (what, provider, year), `months` sums by (what, provider or service, month).
    """

    def __init__(self) -> None:
        self.years: Counter[tuple[str, int, int]] = Counter()
        self.weeks: Counter[int] = Counter()
        self.stands: dict[tuple[str, int, int], float] = {}
        self.months: Counter[tuple[str, int, int]] = Counter()
        self.labour: dict[int, tuple[float, float]] = {}
        """assistants' wage, and how scarce they are, by month"""

    def note_week(self, council: Council, year: int) -> None:
        """A week's volumes: what is placed is bought, and is delivered or missed."""
        self.weeks[year] += 1
        for one in council.market.providers:
            if not one.promised:
                continue
            volumes = {
                "block": one.used[Terms.BLOCK],
                "spot": one.used[Terms.SPOT],
                "budget": one.used[Terms.BUDGET],
                "covered": one.used[Terms.COVERED],
                "private": one.private if one.is_alive else 0,
                "void": one.idle_block if one.is_alive else 0,
                "missed": round(_missed(council, one)),
            }
            for what, volume in volumes.items():
                if volume:
                    self.years[what, one.number, year] += volume

    def note_people(self, council: Council, year: int) -> None:
        """Count the people of each provider at a year's end."""
        for person in council.people:
            for place in person.purse.places.values():
                self.years["people", place.provider, year] += 1


def _missed(council: Council, one: Provider) -> float:
    """The part of a week's volume that is missed; more of what is asked for at short notice."""
    market = council.levers.market
    if one.kind == Kind.POOL:
        return one.bought * (market.assistants.missed_percent / 100)
    matching = market.matching
    short = one.used[Terms.BUDGET] * (matching.short_notice_percent / 100)
    usual = (one.bought - short) * (matching.missed_percent / 100)
    return float(usual + short * (matching.missed_short_notice_percent / 100))


def expected_table(council: Council) -> dict[tuple[str, int, int], float]:
    """What results ought to tell of each provider (or service) by (what, row, year or month)."""
    market, calendar = council.market, council.calendar
    books = market.books
    out: dict[tuple[str, int, int], float] = {}
    year_of = {calendar.month(day): calendar.year(day) for day in reversed(range(calendar.n_days))}
    for one in market.providers:
        row, unit = one.number, UNIT[one.service]
        for year in range(calendar.n_years):
            for what in SOLD_AS:
                out[f"sold {what}", row, year] = books.years[what, row, year] / unit
            for what in ("people", "exits", "entries", "displaced"):
                out[what, row, year] = books.years[what, row, year]
            out["volume", row, year] = books.stands.get(("volume", row, year), 0.0) / unit
            for what in ("income", "cost", "reserves", "price"):
                out[f"{what}_gbp", row, year] = books.stands.get((what, row, year), 0.0) / 100
            out["state", row, year] = books.stands.get(("state", row, year), 0)
            for what in ("void", "in_house", "grant"):
                months = [month for month in range(calendar.n_months) if year_of[month] == year]
                out[f"{what}_gbp", row, year] = sum(books.months[what, row, m] for m in months) / 100
    for month in range(calendar.n_months):
        wage, scarcity = books.labour[month]
        out["wage_gbp", 0, month], out["tightness", 0, month] = wage / 100, scarcity
        for service in SOLD:
            for what in ("asked", "refused"):
                out[what, int(service), month] = books.months[what, int(service), month]
    return out


def first_provider_difference(council: Council, table: dict[str, Any]) -> str | None:
    """The first figure in which the engine's table of providers and the oracle's accounts differ."""
    for (what, row, when), value in expected_table(council).items():
        if what in ("wage_gbp", "tightness"):
            theirs = float(table[what][when])
        elif what.startswith("sold "):
            theirs = float(table["sold"][row, when, SOLD_AS.index(what.removeprefix("sold "))])
        else:
            theirs = float(table[what][row, when])
        if not isclose(theirs, value, rel_tol=1e-9, abs_tol=1e-6):
            name = Category(row).name if what in ("asked", "refused") else table["name"][row]
            return f"{what} of {name} at {when}: engine {theirs}, oracle {value}"
    return None
