"""Sign-off: the decision on a care plan or support plan, and the rework of what is returned."""

from __future__ import annotations

from typing import Literal

from ibsim.compiled import compiled
from ibsim.engine.shared import Shared
from ibsim.engine.verbs import chance
from ibsim.engine.world import Columns, Rules
from ibsim.policy.lever import Days, Hours, Percent, Settings, choice, lever
from ibsim.units import DAY_MINUTES, HOUR_MINUTES
from ibsim.words import Decision


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


COLUMNS: Columns = ()


def rules(settings: SignoffSettings) -> Rules:
    """The levers that compiled verbs read."""
    s = settings
    return {
        "support_plan_by_panel": float(s.support_plan_by == "panel"),
        "care_plan_by_panel": float(s.care_plan_by == "panel"),
        "approval_minutes": s.care_plan_hours * HOUR_MINUTES,
        "sign_off_minutes": s.support_plan_hours * HOUR_MINUTES,
        "plan_returned": s.returned_percent / 100,
        "rework_delay": s.rework_days * DAY_MINUTES,
        "rework_minutes": s.rework_hours * HOUR_MINUTES,
    }


@compiled
def by_panel(w: Shared, p: int, ib: bool) -> bool:
    """Whether a panel decides on plans of this arm; a team manager does otherwise."""
    rule = w.rules[w.people[p].group]
    return (rule.support_plan_by_panel if ib else rule.care_plan_by_panel) > 0


@compiled
def plan_returned(w: Shared, p: int) -> bool:
    """Whether a support plan comes back for rework this time."""
    return chance(w, Decision.PLAN_RETURNED, p, w.rules[w.people[p].group].plan_returned)
