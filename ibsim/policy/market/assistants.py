"""The local pool of personal assistants: wage, supply, and how hard it is to find one."""

from __future__ import annotations

import numpy as np

from ibsim.policy.market.books import Books
from ibsim.policy.market.providers import Made
from ibsim.policy.market.settings import Assistants
from ibsim.policy.market.verbs import ASSISTANTS, MOST_PRICE, REF, TIGHTNESS

MILLION = 1_000_000


class Pool:
    """Supply answers to the wage, and the wage to demand; new wages hold for all at the yearly review."""

    def __init__(self, made: Made, books: Books) -> None:
        self._market, self._shops, self._books = made.market, made.shops, books
        self._first_demand = self._demand = 0.0
        self._first_wage = self._wage = float(self._shops[0, REF])
        self._shops[0, TIGHTNESS] = MILLION

    def _taken(self) -> float:
        row = self._market[ASSISTANTS]
        return float(row["spot"] + row["budget"])

    def calibrate(self, settings: Assistants) -> None:
        """What people have at the start is what the pool is in balance with."""
        self._first_demand = self._demand = self._taken()
        self._market["capacity"][ASSISTANTS] = round(self._demand * (1 + settings.spare_percent / 100))

    def month(self, settings: Assistants, month: int) -> float:
        """Close a month; returns the hours (in parts) that assistants have gained in it."""
        demand = self._taken()
        gained = demand - self._demand
        self._demand = demand
        supply = self._first_demand * (self._wage / self._first_wage) ** settings.supply_elasticity
        tight = _bounded(settings, demand / supply) if supply > 0 else 1.0
        change = float(np.exp(settings.wage_adjustment_per_year / 12 * np.log(tight)))
        self._wage = min(self._wage * change, float(MOST_PRICE))
        scarcity = self._scarcity(settings, demand, supply)
        self._shops[0, TIGHTNESS] = round(MILLION * _bounded(settings, scarcity**settings.tightness_power))
        self._books.wage[month], self._books.tightness[month] = self._wage, scarcity
        return max(gained, 0.0)

    def _scarcity(self, settings: Assistants, demand: float, supply: float) -> float:
        """How many times as many hours stood spare at the start as now: who advertises chooses among them."""
        spare = settings.spare_percent / 100
        if supply <= 0 or spare <= 0:
            return _bounded(settings, demand / supply) if supply > 0 else 1.0
        now = supply * (1 + spare) - demand
        return _bounded(settings, self._first_demand * spare / now) if now > 0 else settings.most_tightness

    def new_wage(self) -> None:
        """The wage of the labour market is paid from now on."""
        self._market["price"][ASSISTANTS] = max(round(self._wage), 1)


def _bounded(settings: Assistants, tight: float) -> float:
    """Beyond its bounds the pool's own law says nothing any more."""
    return min(max(tight, 1 / settings.most_tightness), settings.most_tightness)
