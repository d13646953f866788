"""Sign-off: the decision on a care plan or support plan, and the rework of what is returned."""

from __future__ import annotations

from typing import Literal

from ibsim.policy.lever import Days, Hours, Percent, Settings, choice, lever


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
