"""Support planning: who plans, how long it takes, and the care plan of the conventional system."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from pydantic import Field, model_validator

from ibsim.compiled import compiled
from ibsim.engine.shared import Shared
from ibsim.engine.verbs import elapsed, minutes_of
from ibsim.engine.world import Columns, Rules
from ibsim.policy.lever import ByGroup, Days, Hours, Percent, Pounds, Settings, Sigma, Visits, lever
from ibsim.units import DAY_MINUTES, HOUR_MINUTES
from ibsim.words import Decision, Desk, Leader

if TYPE_CHECKING:
    from ibsim.engine.world import World


class WhoPlans(Settings):
    """Shares of who leads an IB support plan; they add up to 100."""

    coordinator_percent: Percent = lever(
        "plans-led-by-coordinator-percent", "percent", "led by the co-ordinator"
    )
    support_planner_percent: Percent = lever(
        "plans-led-by-support-planner-percent", "percent", "led by an in-house support planner"
    )
    external_broker_percent: Percent = lever(
        "plans-led-by-external-broker-percent", "percent", "led by an external broker or provider, for a fee"
    )
    user_or_family_percent: Percent = lever(
        "plans-led-by-user-or-family-percent", "percent", "led by the person, family or friends"
    )

    @model_validator(mode="after")
    def _adds_up(self) -> WhoPlans:
        total = (
            self.coordinator_percent
            + self.support_planner_percent
            + self.external_broker_percent
            + self.user_or_family_percent
        )
        if abs(total - 100) > 0.01:
            raise ValueError(f"the four shares of who plans must add up to 100; they add up to {total:g}")
        return self


class PlanningSettings(Settings):
    """Hours and delays of planning."""

    care_plan_hours: ByGroup[Hours] = lever(
        "care-plan-hours", "hours", "co-ordinator's time for a conventional care plan"
    )
    replan_hours: Hours = lever("replan-hours", "hours", "time to change a plan after a reassessment")
    who_plans: WhoPlans = Field(description="who leads support plans")
    coordinator_hours: Hours = lever(
        "support-plan-hours", "hours", "co-ordinator's time for a support plan that the co-ordinator leads"
    )
    hours_sigma: Sigma = lever(
        "support-plan-hours-sigma", "log units", "spread of planning hours between people", dated=False
    )
    coordinator_hours_if_user_leads: Hours = lever(
        "support-plan-hours-if-user-leads", "hours", "co-ordinator's time when the person or family leads"
    )
    coordinator_hours_if_planner_leads: Hours = lever(
        "support-plan-hours-if-planner-leads", "hours", "co-ordinator's time when a planner or broker leads"
    )
    planner_hours: Hours = lever("planner-hours", "hours", "a support planner's time for one plan")
    planner_notice_days: Days = lever(
        "planner-appointment-days", "days", "shortest notice of a planner's or broker's first visit"
    )
    broker_days_median: Days = lever(
        "broker-days-median", "days", "median days that an external broker takes"
    )
    broker_sigma: Sigma = lever("broker-sigma", "log units", "spread of those days")
    broker_fee_gbp: Pounds = lever("broker-fee-gbp", "pounds", "an external broker's fee for one plan")
    visits: Visits = lever("support-plan-visits", "visits", "visits in which a support plan is made")
    choosing_days_median: Days = lever(
        "choosing-days-median", "days", "median days that the person takes to choose and find costs"
    )
    choosing_sigma: Sigma = lever("choosing-sigma", "log units", "spread of those days")
    paused_percent: Percent = lever(
        "planning-paused-percent", "percent", "people who put planning off (illness, crisis, second thoughts)"
    )


COLUMNS: Columns = (
    ("planning_spread", np.float32),
    ("leader_place", np.float32),
    ("plan_leader", np.int8),
)


def fill(world: World, settings: PlanningSettings) -> None:
    """Fill in what planning takes for each person, and each one's place among those who lead."""
    world.people["planning_spread"] = world.spread("planning hours", settings.hours_sigma)
    world.people["leader_place"] = world.draws.uniform("who plans", world.ids) * 100
    world.people["plan_leader"] = -1


def rules(settings: PlanningSettings) -> Rules:
    """The levers that compiled verbs read."""
    s, who = settings, settings.who_plans
    by_planner = who.coordinator_percent + who.support_planner_percent
    return {
        "care_plan_minutes": s.care_plan_hours.array() * HOUR_MINUTES,
        "replan_minutes": s.replan_hours * HOUR_MINUTES,
        "led_by_coordinator": who.coordinator_percent,
        "led_by_planner": by_planner,
        "led_by_broker": by_planner + who.external_broker_percent,
        "plan_minutes": s.coordinator_hours * HOUR_MINUTES,
        "plan_minutes_if_user_leads": s.coordinator_hours_if_user_leads * HOUR_MINUTES,
        "plan_minutes_if_planner_leads": s.coordinator_hours_if_planner_leads * HOUR_MINUTES,
        "planner_minutes": s.planner_hours * HOUR_MINUTES,
        "planner_notice": s.planner_notice_days * DAY_MINUTES,
        "broker_days": s.broker_days_median,
        "broker_sigma": s.broker_sigma,
        "broker_fee": float(round(s.broker_fee_gbp * 100)),
        "plan_visits": float(s.visits),
        "choosing_days": s.choosing_days_median,
        "choosing_sigma": s.choosing_sigma,
        "planning_paused": s.paused_percent / 100,
    }


@compiled
def choose_leader(w: Shared, p: int) -> int:
    """Who leads the plan; without planners in post their share falls to the co-ordinators."""
    rule, place = w.rules[w.people[p].group], w.people[p].leader_place
    leader = Leader.USER_OR_FAMILY
    if place < rule.led_by_coordinator:
        leader = Leader.COORDINATOR
    elif place < rule.led_by_planner:
        leader = Leader.SUPPORT_PLANNER if w.desk_open[Desk.PLANNER] else Leader.COORDINATOR
    elif place < rule.led_by_broker:
        leader = Leader.EXTERNAL_BROKER
    w.people[p].plan_leader = leader
    return w.people[p].plan_leader


@compiled
def care_plan_minutes(w: Shared, p: int) -> int:
    """Minutes for a conventional care plan."""
    return minutes_of(w.rules[w.people[p].group].care_plan_minutes * w.people[p].planning_spread)


@compiled
def replan_minutes(w: Shared, p: int) -> int:
    """Minutes to change a plan after a reassessment."""
    return minutes_of(w.rules[w.people[p].group].replan_minutes * w.people[p].planning_spread)


@compiled
def coordinator_plan_minutes(w: Shared, p: int) -> int:
    """The co-ordinator's minutes for a support plan, by who leads it."""
    rule, leader = w.rules[w.people[p].group], w.people[p].plan_leader
    minutes = rule.plan_minutes_if_planner_leads
    if leader == Leader.COORDINATOR:
        minutes = rule.plan_minutes
    elif leader == Leader.USER_OR_FAMILY:
        minutes = rule.plan_minutes_if_user_leads
    return minutes_of(minutes * w.people[p].planning_spread)


@compiled
def planner_minutes(w: Shared, p: int) -> int:
    """A support planner's minutes for the plan."""
    return minutes_of(w.rules[w.people[p].group].planner_minutes * w.people[p].planning_spread)


@compiled
def choosing(w: Shared, p: int) -> int:
    """Minutes that the person takes to choose and to find out what things cost."""
    rule = w.rules[w.people[p].group]
    return elapsed(w, Decision.CHOOSING, p, rule.choosing_days, rule.choosing_sigma)


@compiled
def brokering(w: Shared, p: int) -> int:
    """Minutes that an external broker takes, notice included."""
    rule = w.rules[w.people[p].group]
    return minutes_of(rule.planner_notice) + elapsed(
        w, Decision.BROKER, p, rule.broker_days, rule.broker_sigma
    )
