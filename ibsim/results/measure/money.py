"""Money: what support and care management cost, from the ledger."""

from __future__ import annotations

import numpy as np

from ibsim.results.measure.cubes import Cube, Cubes, Ints, ratio, with_all_years, with_totals
from ibsim.results.measure.flows import support_minutes
from ibsim.units import DAY_MINUTES
from ibsim.words import CARE_MANAGEMENT_TIME, INCOME, PACKAGE, SETUP, Category, Stream

CARE_MANAGEMENT = (
    *CARE_MANAGEMENT_TIME,
    Category.SUPPORT_PLANNERS,
    Category.PLANNING_FEE,
    Category.PANEL,
)
BY_ACTIVITY = {
    "assessment": (Category.ASSESSMENT_TIME,),
    "planning": (Category.PLANNING_TIME, Category.SUPPORT_PLANNERS, Category.PLANNING_FEE),
    "review": (Category.REVIEW_TIME,),
    "decision": (Category.DECISION_TIME, Category.PANEL),
    "case_support": (Category.CASE_SUPPORT_TIME,),
    "contact": (Category.CONTACT_TIME,),
    "travel": (Category.TRAVEL_TIME,),
    "organisational": (Category.ORGANISATIONAL_TIME,),
    "spare": (Category.SPARE_TIME,),
    "premiums": (Category.OVERTIME_PREMIUM, Category.AGENCY_PREMIUM),
}
"""Care management by the diary's activities; together they are all of it."""
SPENDING = tuple(category for category in Category if category not in INCOME)


def money(cubes: Cubes, ledger: Ints, visits: Cube) -> None:
    """Measure spend and weekly costs; `visits` are pounds a week by group and arm, float64[4, 2]."""
    by_group = _person_weeks(cubes)
    everybody, holders = (with_all_years(with_totals(weeks)) for weeks in by_group)
    spend(cubes, ledger, "package_gbp", PACKAGE)
    spend(cubes, ledger, "care_management_gbp", CARE_MANAGEMENT)
    for activity, categories in BY_ACTIVITY.items():
        spend(cubes, ledger, f"care_management_gbp_{activity}", categories)
    spend(cubes, ledger, "setup_gbp", SETUP)
    spend(cubes, ledger, "dual_running_gbp", (Category.DUAL_ADMINISTRATION,))
    spend(cubes, ledger, "gross_cost_gbp")
    spend(cubes, -ledger, "income_gbp", INCOME)
    spend(cubes, ledger, "net_cost_gbp", tuple(Category))
    for payer in Stream:
        spend(cubes, ledger, f"funding_gbp_{payer.name.lower()}", payers=(payer,))
    cubes.metrics["package_gbp_per_person_week"] = ratio(cubes.metrics["package_gbp"], holders)
    seen = with_all_years(with_totals(by_group[1] * visits[:, :, None]))
    cubes.metrics["social_care_gbp_per_person_week"] = ratio(cubes.metrics["package_gbp"] + seen, holders)
    cubes.metrics["care_management_gbp_per_person_week"] = ratio(
        cubes.metrics["care_management_gbp"], everybody
    )


def spend(
    cubes: Cubes,
    ledger: Ints,
    name: str,
    categories: tuple[Category, ...] = SPENDING,
    payers: tuple[Stream, ...] = tuple(Stream),
) -> None:
    """Pounds by group, arm, year and month, of some categories and payers together."""
    clock = cubes.world.clock
    pence = ledger[: cubes.n_months][:, list(payers)][:, :, list(categories)].sum(axis=(1, 2))
    monthly = np.moveaxis(pence.astype(np.float64), 0, 2) / 100
    first_days = [int(np.flatnonzero(clock.month == month)[0]) for month in range(cubes.n_months)]
    year = clock.year[first_days]
    yearly = np.stack([monthly[:, :, year == y].sum(axis=2) for y in range(cubes.n_years)], axis=2)
    cubes.metrics[name] = with_all_years(with_totals(yearly))
    cubes.series[name] = with_totals(monthly)


def _person_weeks(cubes: Cubes) -> tuple[Cube, Cube]:
    """Weeks of support by group, arm and year: of everybody, and of package holders."""
    world = cubes.world
    everybody = np.zeros((4, 2, cubes.n_years))
    holders = np.zeros_like(everybody)
    for year, people, whole, in_ib in support_minutes(cubes):
        package = world.people["has_package"][people]
        group = world.groups[people].astype(np.int64)
        for arm, minutes in ((0, whole - in_ib), (1, in_ib)):
            everybody[:, arm, year] = np.bincount(group, weights=minutes, minlength=4)
            holders[:, arm, year] = np.bincount(group, weights=minutes * package, minlength=4)
    week = 7 * DAY_MINUTES
    return everybody / week, holders / week
