"""Sign-off: the decision on a plan, the final budget and its gap, and the rework of what is returned."""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from pydantic import Field

from ibsim.compiled import compiled
from ibsim.engine.shared import Shared
from ibsim.engine.verbs import chance, draw, minutes_of
from ibsim.engine.world import Columns, Rules
from ibsim.normal import normal_of
from ibsim.policy.lever import Days, Hours, Percent, Settings, Sigma, choice, lever
from ibsim.units import DAY_MINUTES, HOUR_MINUTES
from ibsim.words import Decision

if TYPE_CHECKING:
    from ibsim.engine.world import World


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
    changed_percent: Percent = lever(
        "final-changed-percent", "percent", "support plans whose sum is changed on the way to sign-off"
    )
    gap_percent: Annotated[float, Field(ge=-95, le=500)] = lever(
        "final-gap-mean-percent", "percent", "by how much, against the indicative budget, on the mean"
    )
    gap_sigma: Sigma = lever("final-gap-sigma", "log units", "spread of those changes")
    gap_tolerance_percent: Percent = lever(
        "gap-tolerance-percent", "percent", "a change up to this size is taken without a new plan"
    )
    gap_replan_hours: Hours = lever(
        "gap-replan-hours", "hours", "co-ordinator's time to plan again for a changed sum"
    )
    gap_refusal_percent: Percent = lever(
        "gap-refusal-percent", "percent", "people who give up when the sum falls by a quarter; in proportion"
    )


UNSETTLED = -1
COLUMNS: Columns = (
    ("final_budget", np.int32),  # pence a year of council money; UNSETTLED until it is settled
    ("budget_gap", np.float32),  # final against indicative, less 1
    ("past_ib_pence", np.int64),  # pence a year of all payers in the IB that was given up last
    ("past_apart_pence", np.int32),  # and what ILF paid a year beside it
)


GAP_OF_REFUSAL = 0.25
"""The fall of the sum that the lever of refusals speaks of."""


def fill(world: World) -> None:
    """Nothing is settled yet."""
    world.people["final_budget"] = UNSETTLED


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
        "final_changed": s.changed_percent / 100,
        "final_gap": 1 + s.gap_percent / 100,
        "final_gap_sigma": s.gap_sigma,
        "gap_tolerance": s.gap_tolerance_percent / 100,
        "gap_replan_minutes": s.gap_replan_hours * HOUR_MINUTES,
        "gap_refusal": s.gap_refusal_percent / 100 / GAP_OF_REFUSAL,
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


@compiled
def settled(w: Shared, p: int) -> bool:
    """Whether the final budget has been set."""
    known: bool = w.people[p].final_budget >= 0
    return known


@compiled
def unsettle(w: Shared, p: int) -> None:
    """The plan is off: a later one is settled anew."""
    w.people[p].final_budget = UNSETTLED


@compiled
def give_up(w: Shared, p: int, streams: int, apart: int) -> None:
    """An IB ends whose holder goes on without it: what it held, and what streams had in it and beside it."""
    person = w.people[p]
    person.past_ib_pence, person.past_apart_pence = person.final_budget + streams, apart
    unsettle(w, p)


@compiled
def settle(w: Shared, p: int, indicative: int, floor: float, ceiling: float) -> None:
    """Set the final budget: the indicative sum for most, more or less of it for some, within the limits."""
    rule, person = w.rules[w.people[p].group], w.people[p]
    pence = float(indicative)
    if chance(w, Decision.FINAL_CHANGED, p, rule.final_changed):
        sigma = rule.final_gap_sigma
        pence *= rule.final_gap * exp(sigma * normal_of(draw(w, Decision.GAP, p)) - sigma * sigma / 2)
    person.final_budget = minutes_of(min(max(pence, floor), ceiling))
    person.budget_gap = person.final_budget / indicative - 1 if indicative > 0 else 0.0


@compiled
def settle_at(w: Shared, p: int, pence: int) -> None:
    """Set the final budget to a sum that nobody has been told before: there is no gap."""
    w.people[p].final_budget, w.people[p].budget_gap = pence, 0.0


@compiled
def add(w: Shared, p: int, pence: int) -> None:
    """Add to (or take from) a final budget that has been settled, within the limits of any budget."""
    rule, person = w.rules[w.people[p].group], w.people[p]
    whole = float(person.final_budget + pence)
    person.final_budget = minutes_of(min(max(whole, rule.budget_floor), rule.budget_ceiling))


@compiled
def gap_calls_for_a_new_plan(w: Shared, p: int) -> bool:
    """Whether the sum has changed by more than is taken as it is."""
    wide: bool = abs(w.people[p].budget_gap) > w.rules[w.people[p].group].gap_tolerance
    return wide


@compiled
def refuses_gap(w: Shared, p: int) -> bool:
    """Whether the person gives up because the sum has fallen."""
    fall = -w.people[p].budget_gap
    if fall <= 0:
        return False
    return chance(w, Decision.GAP_REFUSED, p, min(w.rules[w.people[p].group].gap_refusal * fall, 1.0))
