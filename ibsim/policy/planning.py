"""Support planning: who plans, how long it takes, and the care plan of the conventional system."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from ibsim.policy.lever import ByGroup, Days, Hours, Percent, Pounds, Settings, Sigma, Visits, lever
from ibsim.units import DAY_MINUTES, HOUR_MINUTES

if TYPE_CHECKING:
    from ibsim.engine.world import World

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Bools = NDArray[np.bool_]


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
        "support-plan-hours-sigma", "log units", "spread of planning hours between people"
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


class Leader(IntEnum):
    """Who leads a support plan."""

    COORDINATOR = 0
    SUPPORT_PLANNER = 1
    EXTERNAL_BROKER = 2
    USER_OR_FAMILY = 3


class Planning:
    """The room of care plans and support plans."""

    def __init__(self, world: World, settings: PlanningSettings) -> None:
        self._world = world
        self._settings = settings
        self._spread = world.spread("planning hours", settings.hours_sigma)
        self._place = world.draws.uniform("who plans", world.ids)
        self.leader = world.columns.own("plan_leader", np.full(world.n, -1, dtype=np.int8))

    def change(self, settings: PlanningSettings) -> None:
        """New rules hold from now on."""
        self._settings = settings

    def care_plan_minutes(self, people: I32) -> I64:
        """Minutes for a conventional care plan."""
        return self._minutes(people, self._settings.care_plan_hours.array()[self._world.groups[people]])

    def replan_minutes(self, people: I32) -> I64:
        """Minutes to change a plan after a reassessment."""
        return self._minutes(people, np.full(people.size, self._settings.replan_hours))

    def choose_leader(self, people: I32, planners: bool) -> NDArray[np.int8]:
        """Who leads each plan; without planners in post their share falls to the co-ordinators."""
        who = self._settings.who_plans
        shares = [
            who.coordinator_percent,
            who.support_planner_percent,
            who.external_broker_percent,
            who.user_or_family_percent,
        ]
        leader = np.searchsorted(np.cumsum(shares)[:3] / 100, self._place[people], side="right").astype(
            np.int8
        )
        if not planners:
            leader[leader == Leader.SUPPORT_PLANNER] = Leader.COORDINATOR
        self.leader[people] = leader
        return leader

    def coordinator_minutes(self, people: I32) -> I64:
        """The co-ordinator's minutes for each plan, by who leads it."""
        s = self._settings
        hours = np.array(
            [
                s.coordinator_hours,
                s.coordinator_hours_if_planner_leads,
                s.coordinator_hours_if_planner_leads,
                s.coordinator_hours_if_user_leads,
            ]
        )
        return self._minutes(people, hours[self.leader[people]])

    def planner_minutes(self, people: I32) -> I64:
        """A support planner's minutes for each plan."""
        return self._minutes(people, np.full(people.size, self._settings.planner_hours))

    def _minutes(self, people: I32, hours: NDArray[np.float64]) -> I64:
        return np.rint(hours * HOUR_MINUTES * self._spread[people]).astype(np.int64)

    def choosing(self, people: I32) -> I64:
        """Minutes that the person takes to choose and to find out what things cost."""
        s = self._settings
        return self._world.days("choosing", people, s.choosing_days_median, s.choosing_sigma)

    def broker_delay(self, people: I32) -> I64:
        """Minutes that an external broker takes."""
        s = self._settings
        notice = round(s.planner_notice_days * DAY_MINUTES)
        return notice + self._world.days("broker", people, s.broker_days_median, s.broker_sigma)

    @property
    def planner_notice(self) -> int:
        """Minutes' notice of a planner's first visit."""
        return round(self._settings.planner_notice_days * DAY_MINUTES)

    @property
    def visits(self) -> int:
        """Visits in which a support plan is made."""
        return self._settings.visits

    @property
    def paused_percent(self) -> float:
        """People who put planning off."""
        return self._settings.paused_percent

    @property
    def broker_fee_pence(self) -> int:
        """An external broker's fee."""
        return round(self._settings.broker_fee_gbp * 100)
