"""Who needs care: the stock at the start, the people referred, their attributes, and when they leave."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from ibsim.policy.lever import ByGroup, Count, Percent, RatePerYear, Settings, lever


class PopulationSettings(Settings):
    """The council's people.  None of it can change during a run: the same people are in every scenario."""

    clients_at_start: ByGroup[Count] = lever(
        "clients-at-start", "people", "service users with support at the start of the run", dated=False
    )
    contacts_per_year: Count = lever(
        "contacts-per-year", "contacts a year", "new contacts that reach the access team", dated=False
    )
    contacts_going_further_percent: Percent = lever(
        "contacts-going-further-percent",
        "percent",
        "contacts that lead to further work beyond the access team",
        dated=False,
    )
    referrals_per_year: ByGroup[Count] = lever(
        "referrals-per-year", "people a year", "new people referred for a first assessment", dated=False
    )
    referral_growth_percent_per_year: ByGroup[Annotated[float, Field(ge=-50, le=50)]] = lever(
        "referral-growth-percent-per-year",
        "percent a year",
        "growth of referrals from year to year",
        dated=False,
    )
    monthly_profile_percent: list[Percent] | None = Field(
        default=None,
        description="share of a year's referrals in each month, April first; twelve numbers that add up to 100",
        json_schema_extra={"unit": "percent", "dated": False},
    )
    package_at_start_percent: ByGroup[Percent] = lever(
        "package-at-start-percent",
        "percent",
        "clients at the start with an ongoing community package",
        dated=False,
    )
    package_new_percent: ByGroup[Percent] = lever(
        "package-new-percent", "percent", "new clients who get an ongoing community package", dated=False
    )
    exit_rate_package_per_year: ByGroup[RatePerYear] = lever(
        "exit-rate-package-per-year", "a year", "exits of people with an ongoing package", dated=False
    )
    exit_rate_other_per_year: ByGroup[RatePerYear] = lever(
        "exit-rate-other-per-year", "a year", "exits of clients without an ongoing package", dated=False
    )
    withdrawal_rate_per_year: RatePerYear = lever(
        "withdrawal-rate-per-year", "a year", "people who withdraw while they wait for support", dated=False
    )
    direct_payment_at_start_percent: ByGroup[Percent] = lever(
        "direct-payment-at-start-percent",
        "percent",
        "package holders on a direct payment at the start",
        dated=False,
    )
    needs_change_rate_per_year: ByGroup[RatePerYear] = lever(
        "needs-change-rate-per-year",
        "a year",
        "changes of need that call for an unplanned review",
        dated=False,
    )
    demand_response_percent: ByGroup[Percent] = lever(
        "demand-response-percent", "percent", "further referrals that come forward only where IBs are on offer",
        dated=False,
    )  # fmt: skip
    localities: Annotated[int, Field(ge=1, le=50)] = lever(
        "localities", "localities", "areas with teams of their own", dated=False
    )

    @model_validator(mode="after")
    def _profile_adds_up(self) -> PopulationSettings:
        profile = self.monthly_profile_percent
        if profile is not None and (len(profile) != 12 or abs(sum(profile) - 100) > 0.01):
            raise ValueError(
                f"monthly_profile_percent needs twelve numbers that add up to 100; "
                f"these {len(profile)} add up to {sum(profile):g}"
            )
        return self
