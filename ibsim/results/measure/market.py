"""The market: providers' books as metrics, and what their closures do to people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ibsim.policy.market.books import BLOCK, BUDGET, COVERED, MISSED, SPOT, VOID
from ibsim.policy.market.verbs import ASSISTANTS, COVER
from ibsim.results.measure.cubes import Batch, Cube, Cubes, Ints, ratio
from ibsim.results.measure.money import spend
from ibsim.results.measure.waits import wait
from ibsim.words import CONVENTIONAL, IB, Category, Event

HOME_CARE = int(Category.HOME_CARE)
Table = Mapping[str, NDArray[Any]]
PENCE_OF = {
    "in_house_gbp": Category.IN_HOUSE,
    "void_gbp": Category.VOID,
    "market_support_gbp": Category.MARKET_SUPPORT,
    "bridging_gbp": Category.BRIDGING,
}


def market(cubes: Cubes, ledger: Ints, table: Table) -> None:
    """Measure the market; `table` is what it tells of each provider and year (`Market.table`)."""
    for name, category in PENCE_OF.items():
        spend(cubes, ledger, name, (category,))
    _providers(cubes, table)
    _home_care(cubes, table)
    _assistants(cubes, table)
    _people(cubes)


def _whole(cubes: Cubes, name: str, yearly: Cube, whole: Cube | float) -> None:
    """A metric of the council as a whole: float64[year], and its value over all years."""
    cube = np.full((5, 3, cubes.n_years + 1), np.nan)
    cube[4, 2] = np.append(yearly, whole)
    cubes.metrics[name] = cube


def _providers(cubes: Cubes, table: Table) -> None:
    exits = table["exits"].sum(axis=0).astype(np.float64)
    _whole(cubes, "provider_exits", exits, exits.sum())
    entries = table["entries"].sum(axis=0).astype(np.float64)
    _whole(cubes, "provider_entries", entries, entries.sum())
    price, sold = table["price_gbp"], table["sold"].astype(np.float64)
    used = (sold[..., BLOCK] * price).sum(axis=0)
    paid = used + (sold[..., VOID] * price).sum(axis=0)
    _whole(cubes, "block_used_percent", 100 * ratio(used, paid), _over(100 * used.sum(), paid.sum()))
    refused, asked = (table[name].sum(axis=0).astype(np.float64) for name in ("refused", "asked"))
    by_year = [cubes.by_year(values) for values in (refused, asked)]
    _whole(cubes, "searches_in_vain_percent", 100 * ratio(*by_year), _over(100 * refused.sum(), asked.sum()))


def _over(above: float, below: float) -> float:
    return float(above) / float(below) if below > 0 else float("nan")


def _home_care(cubes: Cubes, table: Table) -> None:
    """Shares, price and hours of home care; what the council's own costs."""
    here = (table["service"] == HOME_CARE) & (np.arange(table["service"].size) > COVER)
    sold = table["sold"][here].astype(np.float64)
    bought = sold[..., BLOCK] + sold[..., SPOT] + sold[..., BUDGET]
    share = 100 * np.nan_to_num(ratio(bought, bought.sum(axis=0)))
    whole = 100 * np.nan_to_num(ratio(bought.sum(axis=1), np.asarray(bought.sum())))
    _whole(cubes, "home_care_hhi", _if_any(bought, (share**2).sum(axis=0)), (whole**2).sum())
    price = table["price_gbp"][here]
    spent, hours = (bought * price).sum(axis=0), bought.sum(axis=0)
    _whole(cubes, "home_care_gbp_per_hour", ratio(spent, hours), _over(spent.sum(), hours.sum()))
    own = here & table["in_house"]
    cost, volume = table["cost_gbp"][own].sum(axis=0), table["volume"][own].sum(axis=0)
    _whole(cubes, "in_house_unit_cost_gbp_per_hour", ratio(cost, volume), _over(cost.sum(), volume.sum()))
    weeks = np.append(table["weeks"], table["weeks"].sum()).astype(np.float64)
    _hours(cubes, "home_care_hours_per_week", sold, weeks)
    assistants = table["sold"][[ASSISTANTS]].astype(np.float64)
    _hours(cubes, "assistant_hours_per_week", assistants, weeks)
    of_both = np.concatenate([sold, assistants])
    missed = of_both[..., MISSED].sum(axis=0)
    placed = of_both[..., [BLOCK, SPOT, BUDGET, COVERED]].sum(axis=(0, 2))
    percent = 100 * ratio(missed, placed)
    _whole(cubes, "hours_missed_percent", percent, _over(100 * missed.sum(), placed.sum()))


def _if_any(bought: Cube, values: Cube) -> Cube:
    return np.where(bought.sum(axis=0) > 0, values, np.nan)


def _hours(cubes: Cubes, name: str, sold: Cube, weeks: Cube) -> None:
    """Hours in place by arm, mean over weeks: float64[provider, year, place] sums of weeks."""
    cube = np.full((5, 3, cubes.n_years + 1), np.nan)
    for arm, places in ((CONVENTIONAL, [BLOCK, SPOT, COVERED]), (IB, [BUDGET])):
        yearly = sold[..., places].sum(axis=(0, 2))
        cube[4, arm] = ratio(np.append(yearly, yearly.sum()), weeks)
    cube[4, 2] = cube[4, :2].sum(axis=0)
    cubes.metrics[name] = cube


def _assistants(cubes: Cubes, table: Table) -> None:
    for name, column in (("pa_wage_gbp_per_hour", "wage_gbp"), ("pa_tightness", "tightness")):
        monthly = table[column].astype(np.float64)
        yearly = cubes.by_year(monthly) / cubes.by_year(np.ones(cubes.n_months))
        _whole(cubes, name, yearly, monthly.mean())
        series = np.full((5, 3, cubes.n_months), np.nan)
        series[4, 2] = monthly
        cubes.series[name] = series


def _people(cubes: Cubes) -> None:
    """Who lost a provider, who waited for one, and how long."""
    history = cubes.history
    cubes.count("people_displaced", cubes.batch(Event.DISPLACED))
    found = cubes.batch(Event.ROOM_FOUND, history.value(Event.ROOM_FOUND, 1))
    cubes.count("people_short_of_room", found)
    wait(cubes, "room", found, history.value(Event.ROOM_FOUND))
    again: Batch = cubes.batch(Event.PLACED_AGAIN)
    wait(cubes, "new_provider", again, history.value(Event.PLACED_AGAIN))
