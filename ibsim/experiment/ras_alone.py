"""The RAS on its own: what it would give everybody who has a package, without running the council."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ibsim.errors import InputError
from ibsim.experiment.ras_stock import Promise, Stock
from ibsim.policy.allocation import AllocationSettings, PointsSettings
from ibsim.policy.allocation.room import METHODS
from ibsim.results.ras import GROUP_COLUMNS, RasAlone, Row
from ibsim.scenario.model import Levers, ResolvedScenario
from ibsim.units import GROUPS, WEEKS_PER_YEAR

Floats = NDArray[np.float64]
I64 = NDArray[np.int64]
Bools = NDArray[np.bool_]
Values = Floats | I64 | Bools
PERCENTILES = (10, 25, 50, 75, 90)


def ras_alone(scenario: ResolvedScenario, seed: int, replications: int, on: date | None = None) -> RasAlone:
    """The RAS of a scenario with the levers of a day (the run's first one if None), over replications.

    Raises InputError for a day outside the run, and for a council in which nobody has a package.
    """
    levers = levers_on(scenario, on or scenario.timeline[0][0])
    found: dict[tuple[str, str, str], list[Floats]] = {}
    for number in range(1, replications + 1):
        stock = Stock(scenario, levers, seed, number)
        if not stock.groups.size:
            where = f"{scenario.path}, population.clients_at_start"
            rule = "the RAS is tried out on the people who have a package at the start"
            raise InputError(where, "nobody with a package", rule, "give the council some people")
        for table, item, unit, values in _measures(stock, levers.allocation):
            found.setdefault((table, item, unit), []).append(values)
    rows = tuple(Row(*key, np.array(values)) for key, values in found.items())
    return RasAlone(scenario.name, levers.allocation.ras, seed, rows)


def levers_on(scenario: ResolvedScenario, day: date) -> Levers:
    """The levers in force on a day of the run; raises InputError for another day."""
    first, end = scenario.calendar.first_day, scenario.calendar.end
    if not first <= day < end:
        rule = f"{scenario.name} runs from {first} to the day before {end}"
        raise InputError("--on", str(day), rule, "give a day in between, or leave it out")
    return [levers for since, levers in scenario.timeline if since <= day][-1]


Measure = tuple[str, str, str, Floats]


def _measures(stock: Stock, settings: AllocationSettings) -> Iterator[Measure]:
    """Every number of one replication: table, item, unit, float64[5] over the groups and all of them."""
    r, prices = settings.ras, _prices(stock, settings.ras)
    promise = stock.promise(settings, prices)
    of = _Groups(stock.groups)
    yield "price list", "people", "people", of.total(np.ones(stock.groups.size))
    if r.method != "outcome":
        unit = {"points": "pounds a year", "hours": "pounds an hour"}[r.method]
        one = prices / 100 / (WEEKS_PER_YEAR if r.method == "hours" else 1)
        single = (one == one[0]).all()
        each = np.where(of.total(np.ones(stock.groups.size))[:-1] > 0, one, np.nan)
        yield "price list", "price", unit, np.append(each, one[0] if single else np.nan)
        yield "price list", "points", "points", of.mean(stock.points(r).astype(np.float64))
    yield from _budgets(of, promise.budget, r)
    yield from _compared(of, stock, promise.budget)
    yield from _account(of, stock, promise, r)
    yield from _what_if(of, stock, settings, promise.budget)


def _prices(stock: Stock, r: PointsSettings) -> Floats:
    """Pence a year for a point, or for an hour a week; nought where plans set the sum."""
    if r.method == "points":
        return stock.prices(r)
    return np.full(len(GROUPS), r.gbp_per_hour * 100 * WEEKS_PER_YEAR if r.method == "hours" else 0.0)


class _Groups:
    """Sums, means and percentiles by group, and over everybody."""

    def __init__(self, groups: NDArray[np.int8]) -> None:
        self._masks = [groups == group for group in range(len(GROUPS))] + [np.ones(groups.size, dtype=bool)]

    def each(self, values: Values, measure: Callable[[Floats], float]) -> Floats:
        """A measure of each group's values; NaN where there is nobody."""
        parts = [values[mask].astype(np.float64) for mask in self._masks]
        return np.array([measure(part) if part.size else np.nan for part in parts])

    def total(self, values: Values) -> Floats:
        return np.array([float(values[mask].sum()) for mask in self._masks])

    def mean(self, values: Values) -> Floats:
        return self.each(values, lambda part: float(part.mean()))

    def mean_where(self, values: Floats, chosen: Bools) -> Floats:
        """The mean over those chosen; NaN where there are none."""
        return self.each(np.where(chosen, values, np.nan), _mean_of_numbers)


def _mean_of_numbers(part: Floats) -> float:
    there = part[~np.isnan(part)]
    return float(there.mean()) if there.size else np.nan


def _percentile(percentile: int, part: Floats) -> float:
    return float(np.percentile(part, percentile))


def _budgets(of: _Groups, budget: I64, r: PointsSettings) -> Iterator[Measure]:
    pounds = budget / 100
    yield "budgets", "mean", "pounds a year", of.mean(pounds)
    yield "budgets", "sd", "pounds a year", of.each(pounds, lambda part: float(part.std()))
    for percentile in PERCENTILES:
        values = of.each(pounds, partial(_percentile, percentile))
        yield "budgets", f"p{percentile}", "pounds a year", values
    yield "budgets", "at_floor", "percent", 100 * of.mean(pounds <= r.floor_gbp_per_year)
    yield "budgets", "at_ceiling", "percent", 100 * of.mean(pounds >= r.ceiling_gbp_per_year)


def _compared(of: _Groups, stock: Stock, budget: I64) -> Iterator[Measure]:
    change = (stock.worth(budget) - stock.services) / 100
    ratio = of.total(stock.worth(budget)) / np.maximum(of.total(stock.services), 1.0)
    yield "against packages", "losers", "percent", 100 * of.mean(change < 0)
    yield "against packages", "loss", "pounds a week", -of.mean_where(change, change < 0)
    yield "against packages", "winners", "percent", 100 * of.mean(change > 0)
    yield "against packages", "gain", "pounds a week", of.mean_where(change, change > 0)
    yield "against packages", "worth", "percent", 100 * ratio


def _account(of: _Groups, stock: Stock, promise: Promise, r: PointsSettings) -> Iterator[Measure]:
    """From the money to what is promised, each step by what it adds."""
    money = of.total(stock.money(r)) / 100
    shared = money * (1 - r.contingency_percent / 100)
    steps = [getattr(promise, name) for name in Promise.__dataclass_fields__]
    sums = [of.total(step) / 100 for step in steps]
    names = ("adjustments", "floor_and_ceiling", "protection", "disputes")
    yield "money", "money", "pounds a year", money
    yield "money", "contingency", "pounds a year", shared - money
    yield "money", "to_share_out", "pounds a year", shared
    yield "money", "formula", "pounds a year", sums[0]
    for name, before, after in zip(names, sums, sums[1:], strict=False):
        yield "money", name, "pounds a year", after - before
    yield "money", "promised", "pounds a year", sums[-1]
    for name, against in (("over_shared", shared), ("over_money", money)):
        over = np.divide(sums[-1], against, out=np.full(len(GROUP_COLUMNS), np.nan), where=against > 0)
        yield "money", name, "percent", 100 * (over - 1)


def _what_if(of: _Groups, stock: Stock, s: AllocationSettings, budget: I64) -> Iterator[Measure]:
    """The same people under another price or rule: what it adds to the total, and who then has less."""
    for name, settings, prices in _variants(stock, s):
        other = stock.promise(settings, prices).budget
        yield "what if", name, "pounds a year", of.total(other - budget) / 100
        yield "what if", name, "percent", 100 * of.mean(stock.worth(other) < stock.services)


def _variants(stock: Stock, s: AllocationSettings) -> Iterator[tuple[str, AllocationSettings, Floats]]:
    r, prices = s.ras, _prices(stock, s.ras)

    def with_ras(**changes: object) -> AllocationSettings:
        return s.model_copy(update={"ras": r.model_copy(update=changes)})

    if r.method != "outcome":
        pound = 100.0 if r.method == "points" else 100 * WEEKS_PER_YEAR
        yield "one_pound", s, prices + pound
        yield "one_percent", s, prices * 1.01
    if r.method == "points":
        rule = "single" if r.prices == "group" else "group"
        other = with_ras(prices=rule)
        yield f"{rule}_prices", other, stock.prices(other.ras)
    for method in METHODS:
        if method != r.method:
            other = with_ras(method=method)
            yield f"{method}_method", other, _prices(stock, other.ras)
    if r.method != "outcome":
        if r.protection_percent and r.protection_years:
            yield "no_protection", with_ras(protection_percent=0.0), prices
        protected = with_ras(protection_percent=100.0, protection_years=max(r.protection_years, 1.0))
        yield "full_protection", protected, prices
