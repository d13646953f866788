"""First contact: the access team, urgent work, simple assessments, and eligibility (FACS)."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from ibsim.policy.lever import ByGroup, Hours, Minutes, Percent, Posts, Settings, choice, lever
from ibsim.units import GROUPS

FacsBand = Literal["critical", "substantial", "moderate", "low"]
FACS_BANDS: tuple[FacsBand, ...] = ("critical", "substantial", "moderate", "low")


class AccessSettings(Settings):
    """The front door."""

    access_team_fte: Posts = lever("access-team-fte", "posts", "filled posts in the access team")
    minutes_per_contact: Minutes = lever(
        "minutes-per-contact", "minutes", "access team's time for one contact"
    )
    simple_assessment_percent: ByGroup[Percent] = lever(
        "simple-assessment-percent", "percent", "first assessments that the access team does itself"
    )
    simple_assessment_hours: Hours = lever(
        "simple-assessment-hours", "hours", "access team's time for a simple assessment and its plan"
    )
    urgent_percent: ByGroup[Percent] = lever(
        "urgent-percent", "percent", "other referrals that are urgent (hospital discharge, crisis, duty)"
    )
    facs_threshold: FacsBand = choice("moderate", "the lowest FACS band that the council supports")
    critical_percent: ByGroup[Percent] = lever(
        "facs-critical-percent", "percent", "people assessed whose needs are critical"
    )
    substantial_percent: ByGroup[Percent] = lever(
        "facs-substantial-percent", "percent", "people assessed whose needs are substantial"
    )
    moderate_percent: ByGroup[Percent] = lever(
        "facs-moderate-percent", "percent", "people assessed whose needs are moderate"
    )
    low_percent: ByGroup[Percent] = lever(
        "facs-low-percent", "percent", "people assessed whose needs are low, or who need no support"
    )

    @model_validator(mode="after")
    def _bands_add_up(self) -> AccessSettings:
        for group in GROUPS:
            total = sum(getattr(getattr(self, f"{band}_percent"), group) for band in FACS_BANDS)
            if abs(total - 100) > 0.01:
                raise ValueError(
                    f"the four FACS shares of {group} must add up to 100; they add up to {total:g}"
                )
        return self
