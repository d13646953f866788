"""The pool of personal assistants: demand moves wages and recruiting as its laws say."""

from __future__ import annotations

from math import exp, log
from typing import Any

import numpy as np
import pytest

from ibsim.draws import Draws
from ibsim.policy.market import MarketSettings
from ibsim.policy.market.assistants import MILLION, Pool
from ibsim.policy.market.books import Books
from ibsim.policy.market.providers import make
from ibsim.policy.market.verbs import ASSISTANTS, N_SOLD, TIGHTNESS
from tests.unit.policy.filling import filled
from tests.unit.policy.small import evidence

HOURS = 1_000 * 60
WAGE = 900
LAWS = {
    "spare_percent": 20.0, "supply_elasticity": 1.5, "wage_adjustment_per_year": 1.2, "tightness_power": 1.0
}  # fmt: skip


class Labour:
    """A pool in balance at 1,000 hours a week and nine pounds an hour."""

    def __init__(self, **levers: float) -> None:
        given: dict[str, Any] = {
            "assistants": LAWS | levers,
            "prices": {"assistant_gbp_per_hour": WAGE / 100},
        }
        self.settings = filled(MarketSettings, given, evidence()).assistants
        made = make(self.settings_of(given), np.zeros(N_SOLD), Draws(7, 0), 0.1)
        self.market, self.shops = made.market, made.shops
        self.books = Books.empty(self.market.size, 3, 36)
        self.pool = Pool(made, self.books)
        self.market["spot"][ASSISTANTS] = HOURS
        self.pool.calibrate(self.settings)

    @staticmethod
    def settings_of(given: dict[str, Any]) -> MarketSettings:
        return filled(MarketSettings, given, evidence())

    def months(self, demand: float, n: int) -> None:
        """So many months at a demand relative to the start's, the rest of it bought with budgets."""
        self.market["budget"][ASSISTANTS] = round((demand - 1) * HOURS)
        for month in range(n):
            self.pool.month(self.settings, month)

    @property
    def wage(self) -> float:
        """Of the last month, relative to the start's."""
        return float(self.books.wage[self.books.wage > 0][-1]) / WAGE

    @property
    def recruiting(self) -> float:
        """How many times as long as at the start recruiting takes."""
        return float(self.shops[ASSISTANTS, TIGHTNESS]) / MILLION


def test_a_pool_in_balance_stays_there() -> None:
    labour = Labour()
    labour.months(1.0, 12)
    assert labour.wage == labour.recruiting == 1.0


def test_hours_on_offer_are_those_taken_and_the_spare_ones() -> None:
    assert Labour().market["capacity"][ASSISTANTS] == 1.2 * HOURS


def test_demand_raises_the_wage_at_its_pace() -> None:
    labour = Labour()
    labour.months(1.1, 1)
    # a tenth more demand than supply: a tenth of 1.2 a year closes in a month
    assert labour.wage == pytest.approx(exp(1.2 / 12 * log(1.1)))
    labour = Labour()
    labour.months(1.1, 36)
    # in the end the wage brings out as many hours as are wanted: 1.1 = wage ** 1.5
    assert labour.wage == pytest.approx(1.1 ** (1 / 1.5), rel=0.003)


def test_nobody_is_paid_more_before_the_yearly_review() -> None:
    labour = Labour()
    labour.months(1.1, 12)
    assert labour.market["price"][ASSISTANTS] == WAGE
    labour.pool.new_wage()
    assert labour.market["price"][ASSISTANTS] == round(WAGE * labour.wage) > WAGE


def test_recruiting_slows_as_spare_hours_are_taken() -> None:
    # of 200 spare hours 100 are left: those who look choose among half as many
    for power in (1.0, 2.0):
        labour = Labour(tightness_power=power)
        labour.months(1.1, 1)
        assert labour.recruiting == pytest.approx(2.0**power, rel=1e-6)
    roomy = Labour(spare_percent=100.0)
    roomy.months(1.1, 1)
    assert roomy.recruiting == pytest.approx(1 / 0.9, rel=1e-6)


def test_the_wage_brings_spare_hours_back() -> None:
    labour = Labour()
    labour.months(1.1, 1)
    at_once = labour.recruiting
    labour.months(1.1, 35)
    # at the wage of the long run 1,320 hours are on offer for 1,100 wanted
    assert labour.recruiting == pytest.approx(200 / 220, rel=0.01)
    assert labour.recruiting < at_once / 2


def test_a_scarcity_beyond_all_measure_is_bounded() -> None:
    for power in (1.0, 3.0):
        labour = Labour(tightness_power=power)
        labour.months(3.0, 1)
        assert labour.recruiting == 5.0


def test_only_hours_gained_draw_staff_from_agencies() -> None:
    labour = Labour()
    labour.market["budget"][ASSISTANTS] = 6_000
    assert labour.pool.month(labour.settings, 0) == 6_000
    labour.market["budget"][ASSISTANTS] = 0
    assert labour.pool.month(labour.settings, 1) == 0
