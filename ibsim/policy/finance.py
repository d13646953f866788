"""Finance: what an hour of each desk costs; the only room that posts to the ledger."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ibsim.policy.lever import Percent, Pounds, Settings, lever
from ibsim.units import DAY_MINUTES, split_pence
from ibsim.words import IB_SUPPORT, NOTHING

if TYPE_CHECKING:
    from ibsim.engine.world import World

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
WEEK_MINUTES = 7 * DAY_MINUTES


class Category(IntEnum):
    """What money is spent on."""

    PACKAGE = 0
    OTHER_SUPPORT = 1
    PLANNING_FEE = 2
    PANEL = 3
    CARE_MANAGEMENT = 4


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


class Finance:
    """The room that posts.  Packages are accrued by the minute and posted at month ends and changes.

    A person's postings in one spell of support always add up to the whole pence of its length so far.
    """

    def __init__(self, world: World, settings: FinanceSettings) -> None:
        self._world = world
        self._settings = settings
        n = world.n
        self.spent = world.columns.own("spent_pence", np.zeros(n, dtype=np.int64))
        self._rate = np.zeros(n, dtype=np.int64)
        self._since = np.zeros(n, dtype=np.int64)
        self.staff_pence = 0
        self._posted = np.zeros(n, dtype=np.int64)

    def change(self, settings: FinanceSettings) -> None:
        """New prices hold from now on."""
        self._settings = settings

    def start_spell(self, people: I32, at: I64, pence_per_week: I64) -> None:
        """Support at this price begins."""
        self._rate[people], self._since[people], self._posted[people] = pence_per_week, at, 0

    def accrue(self, people: I32, until: I64) -> None:
        """Post what has become due since the last posting, up to each moment."""
        support = self._world.columns["support"][people]
        due = (until - self._since[people]) * self._rate[people] // WEEK_MINUTES
        amount = due - self._posted[people]
        self._posted[people] = due
        self.spent[people] += amount
        month = self._month(int(until[-1])) if until.size else -1
        package = self._world.columns["has_package"][people]
        where = self._where(people, (support == IB_SUPPORT).astype(np.int64))
        for category, mine in ((Category.PACKAGE, package), (Category.OTHER_SUPPORT, ~package)):
            self._world.ledger.post(month, category, where[mine], amount[mine])

    def month_end(self, until: int) -> None:
        """Post everybody's support up to a moment."""
        people = np.flatnonzero(self._world.columns["support"] != NOTHING).astype(np.int32)
        self.accrue(people, np.full(people.size, until, dtype=np.int64))

    def fee(self, people: I32, at: I64, category: Category, pence: int) -> None:
        """Post a fee for each of these people."""
        if people.size and pence:
            arm = self._world.columns["arm"][people].astype(np.int64)
            amount = np.full(people.size, pence, dtype=np.int64)
            self._world.ledger.post(self._month(int(at[-1])), category, self._where(people, arm), amount)
            self.spent[people] += amount

    def staff(self, until: int, hours: NDArray[np.float64], shares: NDArray[np.float64]) -> None:
        """Post a month's pay: `hours` [desk, 3] (ordinary, overtime, agency), `shares` [desk, group and arm]."""
        overtime, agency = self._premiums
        pence = np.rint((hours * [1.0, overtime, agency]).sum(axis=1) * self._hourly_pence).astype(np.int64)
        everywhere = np.arange(shares.shape[1], dtype=np.int64)
        for desk, amount in enumerate(pence):
            parts = split_pence(int(amount), shares[desk])
            self._world.ledger.post(self._month(until), Category.CARE_MANAGEMENT, everywhere, parts)
            self.staff_pence += int(parts.sum())

    @property
    def panel_pence(self) -> int:
        """A panel's time for one case."""
        return round(self._settings.panel_gbp_per_case * 100)

    @property
    def _hourly_pence(self) -> NDArray[np.float64]:
        """Pence an hour of co-ordinators, access staff, planners, reviewing officers and managers."""
        s = self._settings
        return 100 * np.array(
            [
                s.care_coordinator_gbp_per_hour,
                s.access_team_gbp_per_hour,
                s.support_planner_gbp_per_hour,
                s.reviewing_officer_gbp_per_hour,
                s.team_manager_gbp_per_hour,
            ]
        )

    @property
    def _premiums(self) -> tuple[float, float]:
        """Factors on overtime and on agency hours."""
        s = self._settings
        return 1 + s.overtime_premium_percent / 100, 1 + s.agency_premium_percent / 100

    def _month(self, at: int) -> int:
        clock = self._world.clock
        return int(clock.month[min((at - 1) // DAY_MINUTES if at else 0, clock.n_days - 1)])

    def _where(self, people: I32, arm: I64) -> I64:
        return self._world.groups[people].astype(np.int64) * 2 + arm
