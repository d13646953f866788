"""Sign-off: the decision on a care plan or support plan, and the rework of what is returned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from ibsim.policy.lever import Days, Hours, Percent, Settings, choice, lever
from ibsim.units import DAY_MINUTES, HOUR_MINUTES

if TYPE_CHECKING:
    from ibsim.engine.world import World

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Bools = NDArray[np.bool_]


class SignoffSettings(Settings):
    """Who signs, how often a plan comes back, and what the rework takes."""

    support_plan_by: Literal["manager", "panel"] = choice("manager", "who signs off an IB support plan")
    care_plan_by: Literal["manager", "panel"] = choice("manager", "who approves a conventional care plan")
    care_plan_hours: Hours = lever(
        "approval-hours", "hours", "a manager's time to approve a conventional plan"
    )
    support_plan_hours: Hours = lever(
        "sign-off-hours", "hours", "a manager's time to sign off a support plan"
    )
    returned_percent: Percent = lever(
        "plans-returned-percent", "percent", "support plans returned for rework at a sign-off"
    )
    rework_days: Days = lever(
        "rework-days", "days", "days that the person and planner take to change the plan"
    )
    rework_hours: Hours = lever("rework-hours", "hours", "co-ordinator's time for the rework of a plan")


class Signoff:
    """The room that decides on plans."""

    def __init__(self, world: World, settings: SignoffSettings) -> None:
        self._world = world
        self._settings = settings

    def change(self, settings: SignoffSettings) -> None:
        """New rules hold from now on."""
        self._settings = settings

    def by_panel(self, ib: bool) -> bool:
        """Whether a panel decides on plans of this arm; a team manager does otherwise."""
        return (self._settings.support_plan_by if ib else self._settings.care_plan_by) == "panel"

    def minutes(self, n: int, ib: bool) -> I64:
        """A manager's minutes for one decision."""
        hours = self._settings.support_plan_hours if ib else self._settings.care_plan_hours
        return np.full(n, round(hours * HOUR_MINUTES), dtype=np.int64)

    def returned(self, people: I32) -> Bools:
        """Whose support plan comes back for rework this time."""
        return self._world.chance("plan returned", people, self._settings.returned_percent / 100)

    @property
    def rework_delay(self) -> int:
        """Minutes that the person and the planner take over the change."""
        return round(self._settings.rework_days * DAY_MINUTES)

    def rework_minutes(self, n: int) -> I64:
        """The co-ordinator's minutes for the rework."""
        return np.full(n, round(self._settings.rework_hours * HOUR_MINUTES), dtype=np.int64)
