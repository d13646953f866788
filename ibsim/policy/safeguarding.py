"""Adult protection: urgent referrals about people with support, and the work that they bring."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ibsim.policy.lever import Factor, Hours, Settings, lever


class SafeguardingSettings(Settings):
    """How often an adult-protection referral comes, and what it takes."""

    referrals_per_1000_per_year: Annotated[float, Field(ge=0, le=5_000)] = lever(
        "protection-referrals-per-1000-per-year",
        "per 1,000 a year",
        "adult-protection referrals about clients",
    )
    hours: Hours = lever("protection-hours", "hours", "co-ordinator's time for an adult-protection referral")
    ib_factor: Factor = lever(
        "protection-ib-factor", "times", "how much likelier a referral is about an IB holder"
    )
