"""The local pool of personal assistants: its wage, its supply, and how hard it is to find one."""

from __future__ import annotations

from math import exp, log
from typing import Any

from tests.oracle.providers import Provider, Terms

MILLION = 1_000_000


def bounded(settings: Any, ratio: float) -> float:
    """A ratio within the bounds beyond which the pool's own law says nothing any more."""
    return float(min(max(ratio, 1 / settings.most_tightness), settings.most_tightness))


class Pool:
    """Supply answers to the wage, and the wage to demand; new wages are paid from the yearly review on."""

    def __init__(self, row: Provider) -> None:
        self.row = row
        self.first_wage = self.wage = float(row.price)
        self.first_demand = self.demand = 0.0
        self.tightness = 1.0
        """how many times as long as at the start it takes to find an assistant, in millionths"""

    def _taken(self) -> float:
        return float(self.row.used[Terms.SPOT] + self.row.used[Terms.BUDGET])

    def start(self, settings: Any) -> None:
        """What people have at the start is what the pool is in balance with."""
        self.first_demand = self.demand = self._taken()
        self.row.capacity = round(self.demand * (1 + settings.spare_percent / 100))

    def month(self, settings: Any) -> tuple[float, float]:
        """Close a month; returns the parts of hours that assistants have gained, and how scarce they are."""
        before, self.demand = self.demand, self._taken()
        supply = self.first_demand * (self.wage / self.first_wage) ** settings.supply_elasticity
        balance = bounded(settings, self.demand / supply) if supply > 0 else 1.0
        self.wage *= exp(settings.wage_adjustment_per_year / 12 * log(balance))
        scarcity = self._scarcity(settings, supply)
        self.tightness = round(MILLION * bounded(settings, scarcity**settings.tightness_power)) / MILLION
        return max(self.demand - before, 0.0), scarcity

    def _scarcity(self, settings: Any, supply: float) -> float:
        """How many times as many hours stood spare at the start as now: who advertises chooses among them."""
        spare = settings.spare_percent / 100
        if supply <= 0:
            return 1.0
        if spare <= 0:
            return bounded(settings, self.demand / supply)
        now = supply * (1 + spare) - self.demand
        return bounded(settings, self.first_demand * spare / now) if now > 0 else settings.most_tightness

    def pay_new_wage(self) -> None:
        """The wage of the labour market is paid from now on."""
        self.row.price = max(round(self.wage), 1)
