"""Support planning: who plans, how long it takes, and the care plan of the conventional system."""

from __future__ import annotations

from pydantic import Field, model_validator

from ibsim.policy.lever import ByGroup, Days, Hours, Percent, Pounds, Settings, Sigma, Visits, lever


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
