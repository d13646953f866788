"""Money: what support and care management cost, from the ledger."""

from __future__ import annotations

import numpy as np

from ibsim.results.measure.cubes import Cube, Cubes, Ints, ratio, with_all_years, with_totals
from ibsim.results.measure.flows import support_spells
from ibsim.units import DAY_MINUTES
from ibsim.words import Category

CARE_MANAGEMENT = (Category.CARE_MANAGEMENT, Category.PLANNING_FEE, Category.PANEL)


def money(cubes: Cubes, ledger: Ints) -> None:
    """Measure spend and weekly costs."""
    everybody, holders = _person_weeks(cubes)
    _spend(cubes, ledger, "package_gbp", (Category.PACKAGE,))
    _spend(cubes, ledger, "care_management_gbp", CARE_MANAGEMENT)
    _spend(cubes, ledger, "gross_cost_gbp", tuple(Category))
    cubes.metrics["package_gbp_per_person_week"] = ratio(cubes.metrics["package_gbp"], holders)
    cubes.metrics["care_management_gbp_per_person_week"] = ratio(
        cubes.metrics["care_management_gbp"], everybody
    )


def _spend(cubes: Cubes, ledger: Ints, name: str, categories: tuple[Category, ...]) -> None:
    """Pounds by group, arm, year and month, of some categories together."""
    clock = cubes.world.clock
    pence = ledger[: cubes.n_months, list(categories)].sum(axis=1)
    monthly = np.moveaxis(pence.astype(np.float64), 0, 2) / 100
    first_days = [int(np.flatnonzero(clock.month == month)[0]) for month in range(cubes.n_months)]
    year = clock.year[first_days]
    yearly = np.stack([monthly[:, :, year == y].sum(axis=2) for y in range(cubes.n_years)], axis=2)
    cubes.metrics[name] = with_all_years(with_totals(yearly))
    cubes.series[name] = with_totals(monthly)


def _person_weeks(cubes: Cubes) -> tuple[Cube, Cube]:
    """Weeks of support by group, arm and year: of everybody, and of package holders."""
    world, clock = cubes.world, cubes.world.clock
    people, since, until = support_spells(cubes)
    package = world.people["has_package"][people]
    group = world.groups[people].astype(np.int64)
    ib_since, ib_until = cubes.ib_since[people], cubes.ib_until[people]
    everybody = np.zeros((4, 2, cubes.n_years))
    holders = np.zeros_like(everybody)
    for year in range(cubes.n_years):
        days = np.flatnonzero(clock.year == year)
        first, last = int(days[0]) * DAY_MINUTES, (int(days[-1]) + 1) * DAY_MINUTES
        start, end = np.maximum(since, first), np.minimum(until, last)
        whole = np.maximum(end - start, 0)
        in_ib = np.maximum(np.minimum(end, ib_until) - np.maximum(start, ib_since), 0)
        for arm, minutes in ((0, whole - in_ib), (1, in_ib)):
            everybody[:, arm, year] = np.bincount(group, weights=minutes, minlength=4)
            holders[:, arm, year] = np.bincount(group, weights=minutes * package, minlength=4)
    week = 7 * DAY_MINUTES
    return (
        with_all_years(with_totals(everybody)) / week,
        with_all_years(with_totals(holders)) / week,
    )
