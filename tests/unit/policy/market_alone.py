"""One day centre of the council's own list, whose books are kept by hand beside the model's."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ibsim.draws import Draws
from ibsim.policy.market import MarketSettings, starting
from ibsim.policy.market.books import Books
from ibsim.policy.market.fortunes import Month
from ibsim.policy.market.providers import THOUSANDTHS, make
from ibsim.policy.market.standing import Turn, When
from ibsim.policy.market.verbs import N_SOLD
from ibsim.words import Category
from tests.councils import merged
from tests.unit.policy.filling import filled
from tests.unit.policy.small import evidence

DAYS = (30, 31, 30, 31, 31, 30, 31, 30, 31, 31, 28, 31) * 3
"""Of the months of three years from April on."""
PRICE, FIXED_SHARE, PLACES = 40, 0.6, 100
"""Pounds an attendance, the fixed share of costs, and attendances a week at the start."""
WEEKLY = PRICE * PLACES
"""What the centre costs, and earns, a week at the start: it has no margin."""
STILL: dict[str, Any] = {
    "providers": {"margin_percent": 0.0, "margin_sigma_percent": 0.0},
    "matching": {"invoice_gbp": 0.0, "short_notice_percent": 0.0, "unpaid_percent": 0.0},
    "fortunes": {
        "base_exit_percent_per_year": 0.0,
        "price_response_share": 0.0,
        "fixed_cost_shed_percent_per_year": 0.0,
        "diversification_percent_per_year": 0.0,
        "closure_notice_weeks": 0.0,
    },
}
"""Nothing happens but what its volume does to the centre."""


def when(month: int) -> When:
    """The end of a month, in a year from April to March."""
    return When(month, month // 12, sum(DAYS[: month + 1]), month % 12 == 11)


class Alone:
    """The centre, with these pounds in reserve; `levers` change those of `STILL`."""

    def __init__(self, reserves: float, levers: dict[str, Any] | None = None) -> None:
        listed = {
            "name": "Riverside",
            "service": "day_care",
            "capacity_per_week": 120.0,
            "price_gbp": float(PRICE),
            "reserves_gbp": reserves,
            "fixed_cost_percent": FIXED_SHARE * 100,
        }
        tree = merged(STILL, {"providers": {"listed": [listed]}}, levers or {})
        self.settings = filled(MarketSettings, tree, evidence())
        made = make(self.settings, np.zeros(N_SOLD), Draws(7, 0), 0.1)
        self.row = made.names.index("Riverside")
        self.market, self.year_of = made.market, [month // 12 for month in range(len(DAYS))]
        self.books = Books.empty(self.market.size, 3, len(DAYS))
        self.months = Month(made, self.books, Draws(7, 0))
        self.attend(PLACES)
        used = self.market["spot"].astype(np.float64)
        starting.set_prices(self.months, self.settings, used)
        starting.calibrate(self.months, self.settings, used)

    def attend(self, places: float) -> None:
        """So many attendances a week from now on, all bought by the council as spot."""
        self.market["spot"][self.row] = round(places * THOUSANDTHS)

    def close(self, month: int) -> Turn:
        """Close a month in which the council has paid for what was attended."""
        weeks = DAYS[month] / 7
        paid: NDArray[np.int64] = np.zeros((self.market.size, 2), np.int64)
        volume = self.market["spot"][self.row] / THOUSANDTHS
        paid[self.row, 0] = round(volume * int(self.market["price"][self.row]) * weeks)
        return self.months.close(self.settings, paid, DAYS[month], when(month))

    def last_month(self, places: float) -> int:
        """The month at whose end the centre gives up, at so many attendances a week; -1 if it never does."""
        self.attend(places)
        for month in range(len(DAYS)):
            if self.row in self.close(month).gives_notice:
                return month
        return -1

    @property
    def reserves(self) -> float:
        """Pounds that the centre has left."""
        return float(self.months.reserves[self.row]) / 100

    def unit_cost(self, month: int) -> float:
        """Pounds an attendance in a month that is about to be closed."""
        before = self.books.cost[self.row].sum(), self.books.volume[self.row].sum()
        self.close(month)
        cost, volume = self.books.cost[self.row].sum(), self.books.volume[self.row].sum()
        return float((cost - before[0]) / 100 / ((volume - before[1]) / THOUSANDTHS))


HOME_CARE, DAY_CARE = int(Category.HOME_CARE), int(Category.DAY_CARE)
