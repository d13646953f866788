"""The levers of allocation: how budgets come about, who agrees them, and how long that takes."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from ibsim.policy.lever import ByGroup, Days, Factor, Hours, Percent, Pounds, Settings, Sigma, choice, lever

Agreed = Literal["manager", "panel"]
Method = Literal["points", "outcome", "hours"]
Bias = Annotated[float, Field(ge=-90, le=500)]
Share = Annotated[float, Field(ge=0, le=1_000)]


class PointsSettings(Settings):
    """The RAS: from needs to points, and from points to pounds."""

    method: Method = choice(
        "points",
        "points times a price; outcome: the cost of the plan, without an indicative sum; hours of care",
        dated=False,
    )
    prices: Literal["group", "single"] = choice(
        "group", "a price per point for each group, or a single one", dated=False
    )
    points: ByGroup[Annotated[float, Field(ge=0.01, le=10_000)]] = lever(
        "ras-points", "points", "mean points of true needs", dated=False
    )
    sample_people: Annotated[int, Field(ge=1, le=100_000)] = lever(
        "ras-sample", "people", "people behind each price in the desk-top exercise", dated=False
    )
    money_percent_of_package: ByGroup[Share] = lever(
        "ras-money-percent-of-package",
        "percent",
        "money shared out by the RAS over the cost of the services in place before",
    )
    contingency_percent: Percent = lever(
        "ras-contingency-percent", "percent", "held back of that money when the price is set"
    )
    recalibration_weeks: Annotated[int, Field(ge=0, le=520)] = lever(
        "ras-recalibration-weeks",
        "weeks",
        "weeks from one setting of the price to the next; 0 is never",
        dated=False,
    )
    drift_percent_per_year: Annotated[float, Field(ge=-50, le=100)] = lever(
        "points-drift-percent-per-year",
        "percent a year",
        "growth of the points stated for the same needs",
        dated=False,
    )
    floor_gbp_per_year: Pounds = lever("budget-floor-gbp-per-year", "pounds a year", "no budget is below")
    ceiling_gbp_per_year: Pounds = lever("budget-ceiling-gbp-per-year", "pounds a year", "no budget is above")
    self_bias_percent: ByGroup[Bias] = lever(
        "self-assessment-bias-percent",
        "percent",
        "overstatement (or under-, below 0) of people by themselves",
    )
    supported_bias_percent: ByGroup[Bias] = lever(
        "supported-assessment-bias-percent", "percent", "overstatement in supported self-assessments"
    )
    professional_bias_percent: Bias = lever(
        "professional-assessment-bias-percent", "percent", "overstatement by co-ordinators"
    )
    self_noise: Sigma = lever("self-assessment-noise", "log units", "spread of points for the same needs")
    supported_noise: Sigma = lever("supported-assessment-noise", "log units", "the same, supported")
    professional_noise: Sigma = lever(
        "professional-assessment-noise", "log units", "the same, by co-ordinators"
    )
    outcome_gbp_per_year: ByGroup[Pounds] = lever(
        "asc-budget-gbp-per-year", "pounds a year", "outcome-focused: mean cost of the plan to the council"
    )
    outcome_sigma: Sigma = lever(
        "outcome-cost-sigma", "log units", "outcome-focused: spread of that cost for the same needs"
    )
    outcome_assessment_factor: Factor = lever(
        "outcome-assessment-hours-factor", "times", "outcome-focused: hours of an IB assessment"
    )
    outcome_plan_factor: Factor = lever(
        "outcome-plan-hours-factor", "times", "outcome-focused: hours of a support plan"
    )
    gbp_per_hour: Pounds = lever(
        "hours-based-gbp-per-hour", "pounds an hour", "hours-based: price of an hour"
    )
    hours_per_week: ByGroup[Annotated[float, Field(ge=0.1, le=168)]] = lever(
        "hours-based-hours-per-week", "hours a week", "hours-based: mean hours"
    )
    protection_percent: Percent = lever(
        "transitional-protection-percent", "percent", "of the old package that a budget keeps at least"
    )
    protection_years: Annotated[float, Field(ge=0, le=40)] = lever(
        "transitional-protection-years", "years", "years for which it is kept"
    )

    @model_validator(mode="after")
    def _floor_below_ceiling(self) -> PointsSettings:
        if self.floor_gbp_per_year > self.ceiling_gbp_per_year:
            raise ValueError(
                f"floor_gbp_per_year {self.floor_gbp_per_year:g} must not be above "
                f"ceiling_gbp_per_year {self.ceiling_gbp_per_year:g}"
            )
        return self


class AllocationSettings(Settings):
    """How an indicative budget comes about, and how long that takes."""

    ras: PointsSettings = Field(description="points to pounds")
    ras_usable_from: date | None = Field(
        default=None,
        description="first day on which the RAS can be used; until then assessments wait for their budget",
        json_schema_extra={"unit": "date", "dated": False},
    )
    scoring_hours: Hours = lever(
        "ras-scoring-hours", "hours", "co-ordinator's time to score and enter an assessment"
    )
    agreed_by: Agreed = choice("panel", "who agrees the indicative budget")
    agreement_hours: Hours = lever("agreement-hours", "hours", "a manager's time to agree one budget or plan")
    panel_interval_weeks: Annotated[int, Field(ge=1, le=52)] = lever(
        "panel-interval-weeks", "weeks", "weeks from one panel meeting to the next", dated=False
    )
    panel_cases: Annotated[int, Field(ge=0, le=100_000)] = lever(
        "panel-cases", "cases", "cases that one panel meeting can decide"
    )
    returned_percent: Percent = lever(
        "indicative-returned-percent",
        "percent",
        "assessments returned for rescoring before the budget is agreed",
    )
    adjusted_percent: Percent = lever(
        "panel-adjusted-percent", "percent", "budgets that those who agree them change"
    )
    adjustment_percent: Annotated[float, Field(ge=-90, le=500)] = lever(
        "panel-adjustment-percent", "percent", "by how much, on the mean"
    )
    adjustment_sigma: Sigma = lever("panel-adjustment-sigma", "log units", "spread of those changes")
    dispute_percent: Percent = lever("dispute-percent", "percent", "people who dispute their budget")
    dispute_upheld_percent: Percent = lever("dispute-upheld-percent", "percent", "disputes that raise it")
    dispute_uplift_percent: Annotated[float, Field(ge=0, le=500)] = lever(
        "dispute-uplift-percent", "percent", "by how much"
    )
    dispute_hours: Hours = lever("dispute-hours", "hours", "co-ordinator's time for a dispute")
    dispute_days: Days = lever("dispute-days", "days", "days until a dispute is heard")
    refusal_if_lower_percent: Percent = lever(
        "refusal-if-lower-percent",
        "percent",
        "people who refuse when the indicative budget is below their package",
    )
