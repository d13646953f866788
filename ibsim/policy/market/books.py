"""What providers sold, earned and spent: one account a provider, month and year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ibsim.engine.state import Records
from ibsim.policy.market.settings import MarketSettings
from ibsim.policy.market.verbs import ASSISTANTS, CLOSING, OPEN, UNIT

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
BLOCK, SPOT, BUDGET, PRIVATE, VOID, MISSED, COVERED = range(7)
"""Places of a week's volumes in `sold`."""


@dataclass
class Books:
    """Providers' accounts; volumes in parts of the unit, money in pence.

    `sold` int64[provider, year, 7] sums weeks, `weeks` int64[year] counts them.  `income`, `cost`, `volume`,
    `reserves` float64[provider, year] belong to the months of a year; `wage` and `tightness` float64[month]
    to personal assistants; `asked` and `refused` int64[service, month] are searches for a provider.
    """

    sold: Ints
    weeks: Ints
    void_pence: Ints
    in_house_pence: Ints
    grant_pence: Ints
    income: Floats
    cost: Floats
    volume: Floats
    reserves: Floats
    price: Floats
    people: Ints
    exits: Ints
    entries: Ints
    state: NDArray[np.int8]
    wage: Floats
    tightness: Floats
    asked: Ints
    refused: Ints
    displaced: Ints

    @classmethod
    def empty(cls, n: int, years: int, months: int) -> Books:
        """Accounts in which nothing is written yet."""

        def of(*size: int) -> Floats:
            return np.zeros(size)

        def whole(*size: int) -> Ints:
            return np.zeros(size, dtype=np.int64)

        return cls(
            sold=whole(n, years, 7),
            weeks=whole(years),
            void_pence=whole(n, months),
            in_house_pence=whole(n, months),
            grant_pence=whole(n, months),
            income=of(n, years),
            cost=of(n, years),
            volume=of(n, years),
            reserves=of(n, years),
            price=of(n, years),
            people=whole(n, years),
            exits=whole(n, years),
            entries=whole(n, years),
            state=np.zeros((n, years), dtype=np.int8),
            wage=of(months),
            tightness=of(months),
            asked=whole(5, months),
            refused=whole(5, months),
            displaced=whole(n, years),
        )

    def note_week(self, market: Records, year: int, void: Ints, settings: MarketSettings) -> None:
        """Write a week's volumes down: what is placed is bought, and is delivered or missed."""
        matching = settings.matching
        here = alive(market)
        sold, missed = self.sold[:, year], matching.missed_percent / 100
        for place, name in ((BLOCK, "block_used"), (SPOT, "spot"), (BUDGET, "budget"), (COVERED, "covered")):
            sold[:, place] += market[name]
        sold[:, PRIVATE] += np.where(here, market["private"], 0)
        sold[:, VOID] += np.where(here, void, 0)
        placed = market["block_used"] + market["spot"] + market["budget"] + market["covered"]
        short = market["budget"] * (matching.short_notice_percent / 100)
        lost = (placed - short) * missed + short * (matching.missed_short_notice_percent / 100)
        lost[ASSISTANTS] = placed[ASSISTANTS] * (settings.assistants.missed_percent / 100)
        sold[:, MISSED] += np.rint(lost).astype(np.int64)
        self.weeks[year] += 1

    def yearly(self, market: Records, shops: Ints, year_of: Ints) -> dict[str, NDArray[Any]]:
        """What results tell of each provider and year; volumes in units a week, money in pounds.

        `year_of` int64[month] is each month's year.
        """
        unit = shops[market["service"], UNIT]
        weekly = self.sold / np.maximum(self.weeks, 1)[None, :, None] / unit[:, None, None]
        years = self.sold.shape[1]

        def by_year(monthly: Ints) -> Floats:
            return np.stack([monthly[:, year_of == year].sum(axis=1) for year in range(years)], axis=1) / 100

        return {
            "weekly": weekly,
            "void_gbp": by_year(self.void_pence),
            "grant_gbp": by_year(self.grant_pence),
            "in_house_gbp": by_year(self.in_house_pence),
            "sold": self.sold / unit[:, None, None],
            "weeks": self.weeks,
            "income_gbp": self.income / 100,
            "cost_gbp": self.cost / 100,
            "volume": self.volume / unit[:, None],
            "reserves_gbp": self.reserves / 100,
            "price_gbp": self.price / 100,
            "people": self.people,
            "exits": self.exits,
            "entries": self.entries,
            "state": self.state,
            "displaced": self.displaced,
            "wage_gbp": self.wage / 100,
            "tightness": self.tightness,
            "asked": self.asked,
            "refused": self.refused,
        }


def alive(market: Records) -> NDArray[np.bool_]:
    """Which providers still have people: those that are open, and those that have given notice."""
    state = market["state"]
    out: NDArray[np.bool_] = (state == OPEN) | (state == CLOSING)
    return out
