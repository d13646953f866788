"""Assessment: community care, IB self- or supported assessment, both merged or in parallel, carers'."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from ibsim.policy.lever import ByGroup, Days, Factor, Hours, Percent, Settings, Sigma, Visits, choice, lever


class AssessmentSettings(Settings):
    """Hours belong to the person and the task; delays on the person's side cannot be shortened by staff."""

    conventional_hours: ByGroup[Hours] = lever(
        "assessment-hours", "hours", "co-ordinator's time for a community care assessment"
    )
    conventional_visits: Visits = lever("assessment-visits", "visits", "pieces in which that time is spent")
    hours_sigma: Sigma = lever("assessment-hours-sigma", "log units", "spread of the hours between people")
    visit_gap_days: Days = lever("visit-gap-days", "days", "earliest next visit after one")
    appointment_days_median: Days = lever(
        "appointment-days-median",
        "days",
        "median days until the first visit suits everybody and facts are in",
    )
    appointment_sigma: Sigma = lever("appointment-sigma", "log units", "spread of those days")
    reassessment_hours: ByGroup[Hours] = lever(
        "reassessment-hours", "hours", "co-ordinator's time for a reassessment after a change of need"
    )
    carer_assessment_percent: Percent = lever(
        "carer-assessment-percent", "percent", "assessments that bring a separate carer's assessment"
    )
    carer_assessment_hours: Hours = lever("carer-assessment-hours", "hours", "time for a carer's assessment")
    screening_hours: Hours = lever(
        "screening-hours", "hours", "co-ordinator's time for a contact that ends at screening"
    )
    ib_mode: Literal["parallel", "merged"] = choice(
        "parallel", "new referrals: community care and IB assessment in parallel, or merged into one"
    )
    ib_hours: ByGroup[Hours] = lever(
        "ib-assessment-hours", "hours", "co-ordinator's time for an IB assessment"
    )
    ib_visits: Visits = lever("ib-assessment-visits", "visits", "pieces in which that time is spent")
    merged_hours_factor: Factor = lever(
        "merged-hours-factor", "times", "hours of a merged assessment against the longer of the two"
    )
    self_percent: Percent = lever("self-assessment-percent", "percent", "IB assessments by the person alone")
    supported_percent: Percent = lever(
        "supported-assessment-percent",
        "percent",
        "IB assessments by the person with a co-ordinator's support",
    )
    professional_percent: Percent = lever(
        "professional-assessment-percent", "percent", "IB assessments led by the co-ordinator"
    )
    self_hours_factor: Factor = lever(
        "self-assessment-hours-factor", "times", "hours when the person assesses alone"
    )
    professional_hours_factor: Factor = lever(
        "professional-assessment-hours-factor", "times", "hours when the co-ordinator leads"
    )
    ib_forms_days_median: Days = lever(
        "ib-forms-days-median", "days", "median days that the person takes over the IB forms"
    )
    ib_forms_sigma: Sigma = lever("ib-forms-sigma", "log units", "spread of those days")
    paused_percent: Percent = lever(
        "assessment-paused-percent",
        "percent",
        "people who put the IB assessment off (illness, crisis, second thoughts)",
    )
    pause_days_mean: Days = lever("pause-days-mean", "days", "mean length of a pause on the person's side")

    @model_validator(mode="after")
    def _kinds_add_up(self) -> AssessmentSettings:
        total = self.self_percent + self.supported_percent + self.professional_percent
        if abs(total - 100) > 0.01:
            raise ValueError(
                f"self_percent, supported_percent and professional_percent must add up to 100; they add up to {total:g}"
            )
        return self
