"""Assessment: community care, IB self- or supported assessment, both merged or in parallel, carers'."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import model_validator

from ibsim.compiled import compiled
from ibsim.engine.shared import Shared
from ibsim.engine.verbs import DAY, chance, elapsed, exponential, minutes_of
from ibsim.engine.world import Columns, Rules
from ibsim.policy.lever import ByGroup, Days, Factor, Hours, Percent, Settings, Sigma, Visits, choice, lever
from ibsim.units import HOUR_MINUTES
from ibsim.words import Decision, FilledIn

if TYPE_CHECKING:
    from ibsim.engine.world import World


class AssessmentSettings(Settings):
    """Hours belong to the person and the task; delays on the person's side cannot be shortened by staff."""

    conventional_hours: ByGroup[Hours] = lever(
        "assessment-hours", "hours", "co-ordinator's time for a community care assessment"
    )
    conventional_visits: Visits = lever("assessment-visits", "visits", "pieces in which that time is spent")
    hours_sigma: Sigma = lever(
        "assessment-hours-sigma", "log units", "spread of the hours between people", dated=False
    )
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
                "self_percent, supported_percent and professional_percent must add up to 100; "
                f"they add up to {total:g}"
            )
        return self


COLUMNS: Columns = (
    ("assessment_spread", np.float32),
    ("kind_of_ib_assessment", np.float32),
    ("assessed_at", np.int32),
)


def fill(world: World, settings: AssessmentSettings) -> None:
    """Fill in what assessments take for each person."""
    world.people["assessment_spread"] = world.spread("assessment hours", settings.hours_sigma)
    world.people["kind_of_ib_assessment"] = world.draws.uniform("kind of ib assessment", world.ids) * 100
    world.people["assessed_at"] = -1


def rules(settings: AssessmentSettings) -> Rules:
    """The levers that compiled verbs read."""
    s = settings
    conventional, ib = s.conventional_hours.array(), s.ib_hours.array()
    return {
        "assessment_minutes": conventional * HOUR_MINUTES,
        "reassessment_minutes": s.reassessment_hours.array() * HOUR_MINUTES,
        "carer_minutes": s.carer_assessment_hours * HOUR_MINUTES,
        "carer_share": s.carer_assessment_percent / 100,
        "ib_assessment_minutes": ib * HOUR_MINUTES,
        "merged_minutes": np.maximum(ib, conventional) * s.merged_hours_factor * HOUR_MINUTES,
        "merged": float(s.ib_mode == "merged"),
        "self_percent": s.self_percent,
        "not_professional_percent": s.self_percent + s.supported_percent,
        "self_factor": s.self_hours_factor,
        "professional_factor": s.professional_hours_factor,
        "assessment_visits": float(s.conventional_visits),
        "ib_assessment_visits": float(s.ib_visits),
        "visit_gap_days": float(round(s.visit_gap_days)),
        "appointment_days": s.appointment_days_median,
        "appointment_sigma": s.appointment_sigma,
        "forms_days": s.ib_forms_days_median,
        "forms_sigma": s.ib_forms_sigma,
        "assessment_paused": s.paused_percent / 100,
        "pause_days": s.pause_days_mean,
    }


@compiled
def assessment_minutes(w: Shared, p: int) -> int:
    """Minutes for a community care assessment."""
    return minutes_of(w.rules[w.people[p].group].assessment_minutes * w.people[p].assessment_spread)


@compiled
def reassessment_minutes(w: Shared, p: int) -> int:
    """Minutes for a reassessment."""
    return minutes_of(w.rules[w.people[p].group].reassessment_minutes * w.people[p].assessment_spread)


@compiled
def carer_minutes(w: Shared, p: int) -> int:
    """Minutes for a carer's assessment."""
    return minutes_of(w.rules[w.people[p].group].carer_minutes * w.people[p].assessment_spread)


@compiled
def ib_minutes(w: Shared, p: int, merged: bool) -> int:
    """Minutes for an IB assessment, by who fills it in; a merged one contains the community care part."""
    rule, person = w.rules[w.people[p].group], w.people[p]
    minutes = rule.merged_minutes if merged else rule.ib_assessment_minutes
    kind = filled_in_by(w, p)
    if kind == FilledIn.SELF:
        minutes *= rule.self_factor
    elif kind == FilledIn.PROFESSIONAL:
        minutes *= rule.professional_factor
    return minutes_of(minutes * person.assessment_spread)


@compiled
def filled_in_by(w: Shared, p: int) -> int:
    """Who fills the IB assessment in: the person, the person with support, or the co-ordinator."""
    rule, place = w.rules[w.people[p].group], w.people[p].kind_of_ib_assessment
    if place < rule.self_percent:
        return FilledIn.SELF + 0
    return FilledIn.SUPPORTED + 0 if place < rule.not_professional_percent else FilledIn.PROFESSIONAL + 0


@compiled
def appointment(w: Shared, p: int) -> int:
    """Minutes until the first visit suits everybody."""
    rule = w.rules[w.people[p].group]
    return elapsed(w, Decision.APPOINTMENT, p, rule.appointment_days, rule.appointment_sigma)


@compiled
def pause(w: Shared, whether: int, length: int, p: int, share: float) -> int:
    """Minutes that a person puts a step off: none for most, long for the others."""
    if not chance(w, whether, p, share):
        return 0
    return minutes_of(exponential(w, length, p) * w.rules[w.people[p].group].pause_days * DAY)


@compiled
def forms(w: Shared, p: int) -> int:
    """Minutes that the person takes over the IB forms, pauses included."""
    rule = w.rules[w.people[p].group]
    wait = elapsed(w, Decision.FORMS, p, rule.forms_days, rule.forms_sigma)
    return wait + pause(w, Decision.ASSESSMENT_PAUSED, Decision.ASSESSMENT_PAUSE, p, rule.assessment_paused)


@compiled
def with_carer(w: Shared, p: int) -> bool:
    """Whether the assessment brings a separate carer's assessment."""
    return chance(w, Decision.CARER, p, w.rules[w.people[p].group].carer_share)


@compiled
def assessed(w: Shared, p: int, at: int) -> None:
    """An assessment is complete."""
    w.people[p].assessed_at = at
