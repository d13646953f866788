"""The levers of the five streams: mode, who is eligible, what is awarded, how long it takes, its cap."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ibsim.policy.lever import (
    ByGroup,
    Days,
    Factor,
    Hours,
    Percent,
    Pounds,
    Settings,
    Sigma,
    choice,
    lever,
)

Mode = Literal["integrated", "aligned", "recharge", "excluded"]
MODE = (
    "integrated: joins the IB without an application; aligned: after an application and its own decision; "
    "recharge: the council pays and charges it on; excluded: stays apart from the IB"
)
Decisions = Annotated[float, Field(ge=0, le=100_000)]
DECISIONS = "applications that its staff decide in a week"


class SupportingPeople(Settings):
    """SP: housing-related support, of which a capped share may go into IBs."""

    mode: Mode = choice("integrated", MODE)
    take_up_percent: ByGroup[Percent] = lever(
        "sp-take-up-percent", "percent", "IB holders whose housing-related support joins the IB", dated=False
    )
    gbp_per_year: ByGroup[Pounds] = lever("sp-amount-gbp-per-year", "pounds a year", "mean sum", dated=False)
    sigma: ByGroup[Sigma] = lever("sp-amount-sigma", "log units", "spread of those sums", dated=False)
    budget_gbp_per_year: Annotated[float, Field(ge=0, le=1e10)] = lever(
        "sp-budget-gbp-per-council", "pounds a year", "the council's SP grant"
    )
    cap_percent: Percent = lever("sp-cap-percent", "percent", "of the grant that may go into IBs")
    award_percent: Percent = lever("sp-award-percent", "percent", "applications granted, where aligned")
    application_hours: Hours = lever(
        "sp-hours", "hours", "co-ordinator's time for an application or recharge"
    )
    decision_days: Days = lever("sp-decision-days", "days", "days to a decision, where aligned")
    decisions_per_week: Decisions = lever("sp-decisions-per-week", "applications a week", DECISIONS)
    ib_apart_gbp_per_week: ByGroup[Pounds] = lever(
        "sp-ib-gbp-per-week", "pounds a week", "mean that stays apart from an IB", dated=False
    )
    conventional_gbp_per_week: ByGroup[Pounds] = lever(
        "sp-conventional-gbp-per-week", "pounds a week", "mean beside a conventional package", dated=False
    )
    holders_percent: Percent = lever(
        "sp-prior-percent", "percent", "package holders with SP support apart", dated=False
    )


class IndependentLiving(Settings):
    """ILF: personal care only, above a threshold of council care; decided by a national body."""

    mode: Mode = choice("aligned", MODE)
    threshold_gbp_per_week: Pounds = lever(
        "ilf-threshold-gbp-per-week", "pounds a week", "least council-funded personal care of a new applicant"
    )
    personal_care_percent: ByGroup[Percent] = lever(
        "personal-care-percent", "percent", "of council-funded care that is personal care", dated=False
    )
    conventional_gbp_per_week: ByGroup[Pounds] = lever(
        "ilf-conventional-gbp-per-week", "pounds a week", "mean beside a conventional package", dated=False
    )
    held_percent: ByGroup[Percent] = lever(
        "ilf-prior-of-eligible-percent",
        "percent",
        "people above the threshold under an IB who hold an award already",
        dated=False,
    )
    kept_percent: Percent = lever(
        "ilf-prior-kept-percent", "percent", "holders of an award who bring it into the IB", dated=False
    )
    application_percent: ByGroup[Percent] = lever(
        "ilf-application-percent", "percent", "people above the threshold without an award who apply"
    )
    success_percent: Percent = lever("ilf-success-percent", "percent", "applications that win an award")
    award_gbp_per_year: ByGroup[Pounds] = lever(
        "ilf-award-gbp-per-year", "pounds a year", "mean award", dated=False
    )
    award_sigma: ByGroup[Sigma] = lever("ilf-award-sigma", "log units", "spread of awards", dated=False)
    award_cap_gbp_per_year: Pounds = lever(
        "ilf-award-cap-gbp-per-year", "pounds a year", "no award is above", dated=False
    )
    oldest_applicant: Annotated[int, Field(ge=0, le=120)] = lever(
        "ilf-oldest-applicant", "years", "nobody older may apply anew"
    )
    application_hours: Hours = lever("ilf-hours", "hours", "co-ordinator's time for an application")
    decision_days_median: Days = lever("ilf-decision-days", "days", "median days to a decision")
    decision_sigma: Sigma = lever("ilf-decision-sigma", "log units", "spread of those days")
    decisions_per_week: Decisions = lever("ilf-decisions-per-week", "applications a week", DECISIONS)
    counted_on_percent: Percent = lever(
        "ilf-second-guess-percent",
        "percent",
        "applications whose award is put into the sum before it is decided",
    )
    shortfall_met_percent: Percent = lever(
        "ilf-shortfall-met-percent",
        "percent",
        "of an award refused or out of reach that the council pays in its place",
    )
    two_plans_percent: Percent = lever(
        "ilf-two-plans-percent", "percent", "applications while which two support plans are written"
    )
    second_plan_factor: Factor = lever(
        "ilf-second-plan-hours-factor", "times", "hours of the second plan against the first"
    )


class AccessToWork(Settings):
    """AtW: support at work, almost never drawn."""

    mode: Mode = choice("aligned", MODE)
    take_up_percent: Percent = lever(
        "atw-take-up-percent",
        "percent",
        "IB holders who work the hours needed and whose award joins the IB",
        dated=False,
    )
    gbp_per_year: Pounds = lever("atw-award-gbp-per-year", "pounds a year", "an award", dated=False)
    application_hours: Hours = lever("atw-hours", "hours", "co-ordinator's time for an application")
    decision_days: Days = lever("atw-decision-days", "days", "days to a decision")
    decisions_per_week: Decisions = lever("atw-decisions-per-week", "applications a week", DECISIONS)


class DisabledFacilities(Settings):
    """DFG: capital for adaptations, after an OT's assessment and a means test, in either arm.

    No budget of the pilots had a grant in it: it is a sum of its own beside any support.
    """

    mode: Literal["aligned", "recharge"] = choice(
        "aligned", "aligned: the grant comes first; recharge: the council pays first and charges it on"
    )
    need_percent_per_year: ByGroup[Percent] = lever(
        "dfg-need-percent", "percent a year", "package holders who come to need a major adaptation"
    )
    means_test_passed_percent: Percent = lever(
        "dfg-means-test-passed-percent", "percent", "whom the means test leaves a grant"
    )
    award_gbp: Pounds = lever("dfg-award-gbp", "pounds", "mean cost of an adaptation")
    award_sigma: Sigma = lever("dfg-award-sigma", "log units", "spread of those costs")
    limit_gbp: Pounds = lever("dfg-limit-gbp", "pounds", "no grant is above")
    decision_days: Days = lever("dfg-days", "days", "days from the OT's assessment to the grant")
    decisions_per_week: Decisions = lever("dfg-decisions-per-week", "applications a week", DECISIONS)
    upfront_percent: Percent = lever(
        "dfg-upfront-percent", "percent", "paid by the council before the grant and charged on after it"
    )


class Equipment(Settings):
    """ICES: community equipment, at a bulk price from the service or at a high-street price in a budget."""

    mode: Mode = choice("recharge", MODE)
    ib_gbp_per_week: ByGroup[Pounds] = lever(
        "ices-ib-gbp-per-week", "pounds a week", "mean beside an IB", dated=False
    )
    conventional_gbp_per_week: ByGroup[Pounds] = lever(
        "ices-conventional-gbp-per-week", "pounds a week", "mean beside a conventional package", dated=False
    )
    ib_percent: ByGroup[Percent] = lever(
        "ices-ib-percent", "percent", "IB holders with equipment", dated=False
    )
    conventional_percent: ByGroup[Percent] = lever(
        "ices-conventional-percent", "percent", "conventional package holders with equipment", dated=False
    )
    sigma: Sigma = lever("ices-sigma", "log units", "spread of its cost", dated=False)
    high_street_factor: Factor = lever(
        "ices-high-street-factor", "times", "price in the shops against the service's bulk price"
    )
    ot_percent: Percent = lever("ot-assessment-percent", "percent", "equipment that takes an OT's assessment")


class FundingSettings(Settings):
    """Who else pays, and how it joins an IB."""

    sp: SupportingPeople = Field(description="Supporting People")
    ilf: IndependentLiving = Field(description="Independent Living Fund")
    atw: AccessToWork = Field(description="Access to Work")
    dfg: DisabledFacilities = Field(description="Disabled Facilities Grant")
    ices: Equipment = Field(description="Integrated Community Equipment Service")
    ot_hours: Hours = lever("ot-assessment-hours", "hours", "an OT's time for one assessment")
    ot_wait_days: Days = lever("ot-wait-days", "days", "days until an OT has a day free")
