"""Finance: what an hour of each desk costs; the only room that posts to the ledger."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ibsim.compiled import compiled, entry
from ibsim.engine.shared import Shared
from ibsim.engine.verbs import post
from ibsim.engine.world import Columns, Rules
from ibsim.policy.lever import Percent, Pounds, Settings, lever
from ibsim.units import DAY_MINUTES, split_pence
from ibsim.words import IB_SUPPORT, NOTHING, Category

I64 = NDArray[np.int64]
WEEK_MINUTES = 7 * DAY_MINUTES


class FinanceSettings(Settings):
    """Prices of staff time, in the price base of the scenario."""

    care_coordinator_gbp_per_hour: Pounds = lever(
        "care-coordinator-gbp-per-hour", "pounds an hour", "a care co-ordinator's hour, overheads included"
    )
    access_team_gbp_per_hour: Pounds = lever(
        "access-team-gbp-per-hour", "pounds an hour", "an access worker's hour"
    )
    support_planner_gbp_per_hour: Pounds = lever(
        "support-planner-gbp-per-hour", "pounds an hour", "an in-house support planner's hour"
    )
    reviewing_officer_gbp_per_hour: Pounds = lever(
        "reviewing-officer-gbp-per-hour", "pounds an hour", "a reviewing officer's hour"
    )
    team_manager_gbp_per_hour: Pounds = lever(
        "team-manager-gbp-per-hour", "pounds an hour", "a team manager's hour"
    )
    panel_gbp_per_case: Pounds = lever("panel-gbp-per-case", "pounds", "a panel's time for one case")
    overtime_premium_percent: Percent = lever(
        "overtime-premium-percent", "percent", "paid on top for overtime"
    )
    agency_premium_percent: Percent = lever(
        "agency-premium-percent", "percent", "paid on top for agency cover"
    )


COLUMNS: Columns = (
    ("spell_rate", np.int32),  # pence a week
    ("spell_since", np.int32),
    ("spell_posted", np.int64),  # pence
    ("spent_pence", np.int64),
)


def rules(settings: FinanceSettings) -> Rules:
    """The levers that compiled verbs read."""
    return {"panel_fee": float(round(settings.panel_gbp_per_case * 100))}


@compiled
def start_spell(w: Shared, p: int, at: int, pence_per_week: int) -> None:
    """Support at this price begins."""
    person = w.people[p]
    person.spell_rate, person.spell_since, person.spell_posted = pence_per_week, at, 0


@compiled
def accrue(w: Shared, p: int, until: int) -> None:
    """Post what has become due since the last posting, up to a moment.

    A person's postings in one spell of support always add up to the whole pence of its length so far.
    """
    person = w.people[p]
    if person.support == NOTHING:
        return
    due = (np.int64(until) - person.spell_since) * person.spell_rate // WEEK_MINUTES
    amount = due - person.spell_posted
    person.spell_posted = due
    person.spent_pence += amount
    category = Category.PACKAGE if person.has_package else Category.OTHER_SUPPORT
    post(w, until, category, person.group, 1 if person.support == IB_SUPPORT else 0, amount)


@entry
def accrue_all(w: Shared, until: int, known: int) -> None:
    """Post the support of the first `known` people up to a moment."""
    for p in range(known):
        accrue(w, p, until)


@compiled
def fee(w: Shared, p: int, at: int, category: int, pence: int) -> None:
    """Post a fee for one person."""
    w.people[p].spent_pence += pence
    post(w, at, category, w.people[p].group, w.people[p].arm, pence)


class Payroll:
    """Pay of the desks, posted month by month at the prices in force."""

    def __init__(self, settings: FinanceSettings) -> None:
        self.settings = settings
        self.posted = 0
        """all pence of pay posted"""

    def post(self, ledger: I64, hours: NDArray[np.float64], shares: NDArray[np.float64]) -> int:
        """Post a month's pay to `ledger` [category, group, arm]; returns its pence.

        `hours` float64[desk, 3] (ordinary, overtime, agency), `shares` float64[desk, groups * arms].
        """
        s = self.settings
        per_hour = 100 * np.array(
            [
                s.care_coordinator_gbp_per_hour,
                s.access_team_gbp_per_hour,
                s.support_planner_gbp_per_hour,
                s.reviewing_officer_gbp_per_hour,
                s.team_manager_gbp_per_hour,
            ]
        )
        factors = [1.0, 1 + s.overtime_premium_percent / 100, 1 + s.agency_premium_percent / 100]
        total = 0
        for desk, pence in enumerate(np.rint((hours * factors).sum(axis=1) * per_hour)):
            parts = split_pence(int(pence), shares[desk])
            ledger[Category.CARE_MANAGEMENT] += parts.reshape(ledger.shape[1:])
            total += int(pence)
        self.posted += total
        return total
