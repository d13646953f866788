"""Roll-out: waves, trial mode, refusal, and how recruiting answers to a deadline."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from ibsim.policy.lever import Days, Factor, Percent, Settings, Sigma, lever

RolloutGroup = Literal["PD", "LD", "MH", "OP", "transitions"]


class Wave(Settings):
    """One wave: from a day on, some groups are offered IBs at one point of their way."""

    from_: date = Field(alias="from", description="first day of the wave")
    until: date | None = Field(default=None, description="first day on which the wave no longer offers")
    groups: Annotated[list[RolloutGroup], Field(min_length=1)] = Field(
        description="groups that are offered; transitions are LD and PD under 26"
    )
    to: Literal["new_referrals", "at_review", "everyone"] = Field(
        description="offer at first assessment, at the next review, or to the whole caseload"
    )
    share_percent: Percent = Field(
        default=100.0, description="of those reached, the share that is offered an IB"
    )
    localities: list[Annotated[int, Field(ge=1, le=50)]] | None = Field(
        default=None, description="only in these localities (numbered from 1)"
    )
    teams: list[Annotated[int, Field(ge=1, le=1_000)]] | None = Field(
        default=None, description="only these teams of each group and locality (numbered from 1)"
    )
    quota: Annotated[int, Field(ge=1, le=1_000_000)] | None = Field(
        default=None, description="people to be approached by the deadline, then the wave ends"
    )
    deadline: date | None = Field(default=None, description="day by which the quota is to be met")

    weeks: Annotated[float, Field(gt=0, le=520)] = Field(
        default=52.0, description="an offer to everyone without a quota is spread over this many weeks"
    )

    @model_validator(mode="after")
    def _quota_has_deadline(self) -> Wave:
        if (self.quota is None) != (self.deadline is None):
            raise ValueError("quota and deadline go together: give both or neither")
        if self.deadline is not None and self.deadline <= self.from_:
            raise ValueError(f"deadline {self.deadline} must be later than from {self.from_}")
        if self.until is not None and self.until <= self.from_:
            raise ValueError(f"until {self.until} must be later than from {self.from_}")
        return self


class Trial(Settings):
    """Trial mode: those approached consent or not, and are randomised, as the evaluation did."""

    enabled: bool = Field(default=False, description="randomise those approached, as the evaluation did")
    consent_percent: Percent = lever("trial-consent-percent", "percent", "people approached who consent")
    randomised_to_ib_percent: Percent = lever(
        "trial-randomised-percent", "percent", "people who consented that are randomised to an IB"
    )


class RolloutSettings(Settings):
    """Waves, refusal, and how recruiting answers to a deadline."""

    waves: list[Wave] = Field(default_factory=list, description="the waves of the roll-out, in any order")
    trial: Trial = Field(description="trial mode")
    suitable_percent: Percent = lever(
        "suitable-percent", "percent", "people whom their co-ordinator thinks suitable to be offered an IB"
    )
    refusal_percent: Percent = lever("refusal-percent", "percent", "people offered an IB who refuse it")
    refusal_factor_direct_payment: Factor = lever(
        "refusal-factor-direct-payment", "times", "how much likelier holders of a direct payment refuse"
    )
    refusal_factor_ilf: Factor = lever(
        "refusal-factor-ilf", "times", "how much likelier holders of an ILF award refuse"
    )
    consent_days_median: Days = lever("consent-days-median", "days", "median days from an offer to an answer")
    consent_sigma: Sigma = lever("consent-sigma", "log units", "spread of those days")
    return_percent: Percent = lever(
        "return-to-conventional-percent",
        "percent a year",
        "IB holders who return to conventional support in a year",
    )
    pressure_weeks: Annotated[float, Field(ge=1, le=260)] = lever(
        "pressure-weeks", "weeks", "last weeks before a deadline in which recruiting is pressed", dated=False
    )
    effort_before_pressure_percent: Percent = lever(
        "effort-before-pressure-percent",
        "percent",
        "pace of recruiting before that, against an even pace",
        dated=False,
    )
