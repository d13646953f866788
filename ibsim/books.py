"""The books of a replication: that people, hours and pounds add up, and that nothing outgrows its place."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ibsim import pathway
from ibsim.engine.shared import OUTGROWN
from ibsim.engine.signs import check_columns, check_not_negative, check_timers, whole_sums
from ibsim.engine.stages import check_changes, check_stages
from ibsim.engine.state import Records
from ibsim.engine.verbs import MOST_KEPT
from ibsim.engine.world import Machine
from ibsim.errors import ScenarioError
from ibsim.policy import signoff
from ibsim.policy.market import room as market
from ibsim.policy.market.verbs import MOST_PRICE
from ibsim.policy.workforce import room as staff
from ibsim.treasury import Treasury
from ibsim.units import DAY_MINUTES
from ibsim.words import INCOME, Category

YEAR_PENCE = 500_000_000
WEEK_PENCE = YEAR_PENCE // 50
"""The most that is kept of one person: sums made of it, for a year and grown, are still whole numbers."""
GIVEN = dict.fromkeys(("sp_sum", "ilf_award", "atw_sum", "one_off_pence"), YEAR_PENCE) | dict.fromkeys(
    (
        "services_pence", "payment_support_pence", "payroll_pence", "sp_apart", "sp_conventional",
        "ilf_conventional", "ices_ib", "ices_conventional",
    ),
    WEEK_PENCE,
)  # fmt: skip
"""What people are given before the clock starts, once or a year, and a week: pence at the most."""

EITHER_WAY = (Category.IN_HOUSE, Category.OTHER_SERVICES)
"""Categories that may hold less than nothing."""
LEAST = {"spent_pence": -YEAR_PENCE * 100, "final_budget": signoff.UNSETTLED}
"""Amounts of people that may be below nought, and the least that they hold.

What is taken back counts against what was spent: of somebody whose support was short it may leave less
than nothing, at the worst a hundred years of the most that is kept.  A budget may not be settled.
"""
EARLIEST = -200 * 366 * DAY_MINUTES
"""Before any moment that a council's own file can name."""


def sums_of(section: str, people: Records) -> AbstractContextManager[None]:
    """A section's sums of people's money are filled in: none may outgrow what is kept of one person."""
    return whole_sums(section, {name: people[name] for name in GIVEN}, GIVEN)


def check_fits(where: str, machine: Machine, providers: market.Market) -> None:
    """Refuse a run in which a price, or one person's points or week, outgrows its place.

    `where` names the scenario.  Raises ScenarioError: what outgrows its place is the levers' doing, and would
    come back as another number.
    """
    dear = [providers.made.names[row] for row in np.flatnonzero(providers.market["price"] >= MOST_PRICE)]
    if providers.books.wage.max() >= MOST_PRICE:
        dear.append("assistants in the labour market")
    if dear:
        raise ScenarioError(
            f"{where}, market",
            f"the price of {dear[0]} comes to {MOST_PRICE // 100:,} pounds a unit",
            "what one unit of a service costs stays below that in every year",
            "lower the prices, or what raises them: price_rise_most_percent, wage_adjustment_per_year",
        )
    if machine.timers.today[OUTGROWN]:
        raise ScenarioError(
            f"{where}, packages, allocation, market",
            "one person's points, or a week of support, come to more than ibsim keeps",
            f"points are at most {MOST_KEPT:,}; a week costs at most {MOST_KEPT // 100:,} pounds for each "
            f"payer and service, and takes at most {MOST_KEPT:,} minutes or thousandths of a meal or a visit",
            "lower the pounds (plan_content_factor, ceiling_gbp_per_year, prices), bring listed "
            "providers' prices nearer to one another, or let points drift less (drift_percent_per_year)",
        )


def check(
    people: Records, machine: Machine, rooms: tuple[Treasury, staff.Workforce, market.Market], end: int
) -> dict[str, int]:
    """People, hours and pounds add up, exactly, at minute `end`.

    Returns how much was checked in each of the books; raises BooksError.
    """
    treasury, workforce, providers = rooms
    return {
        "columns": check_columns(people, EARLIEST, end, LEAST),
        "timers": check_timers(machine.timers.today, machine.timers.due),
        "stages": check_stages(machine.flows, people["stage"], people["stage_since"], end),
        "changes of stage": check_changes(machine.changes, machine.flows, pathway.FOLLOWS),
        "pence": treasury.check(),
        "task minutes": workforce.check_books(),
        "providers": providers.check_books(machine),
        "never negative": check_not_negative(_amounts(machine, providers, workforce)),
    }


def _amounts(
    machine: Machine, providers: market.Market, workforce: staff.Workforce
) -> dict[str, NDArray[Any]]:
    """What nobody can have less than none of, beside people's own amounts.

    In-house overheads may turn out either way, and other services hold what rounding leaves.  A grant may
    come in another arm than the council's payment before it, so that arms are taken together.
    """
    spend = machine.ledger.sum(axis=(0, -1))
    spend[:, [*INCOME, Category.CLAWBACK]] *= -1
    return {f"{name} of a provider": providers.market[name] for name in market.AMOUNTS} | {
        "pence a week for a service": machine.bought,
        "volume a week of a service": machine.volume,
        "pence for a category (income the other way round)": np.delete(spend, EITHER_WAY, axis=1),
        "minutes of a task": workforce.work.tables.tasks["done"],
    }
