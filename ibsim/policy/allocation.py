"""Allocation: from an assessment to an indicative budget, and who agrees it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from ibsim.policy.lever import Hours, Percent, Settings, choice, lever

Agreed = Literal["manager", "panel"]


class AllocationSettings(Settings):
    """How an indicative budget comes about, and how long that takes."""

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
    refusal_if_lower_percent: Percent = lever(
        "refusal-if-lower-percent",
        "percent",
        "people who refuse when the indicative budget is below their package",
    )
    indicative_spread: Annotated[float, Field(ge=0, le=2)] = lever(
        "indicative-spread", "log units", "spread of the indicative budget round the cost of the person's IB"
    )
