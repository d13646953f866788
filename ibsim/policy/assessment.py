"""Assessment: community care, IB self- or supported assessment, both merged or in parallel, carers'."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from ibsim.policy.lever import ByGroup, Days, Factor, Hours, Percent, Settings, Sigma, Visits, choice, lever
from ibsim.units import DAY_MINUTES, HOUR_MINUTES

if TYPE_CHECKING:
    from ibsim.engine.world import World

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Bools = NDArray[np.bool_]


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


class Assessment:
    """The room of assessments: what each takes, and what the person's side adds."""

    def __init__(self, world: World, settings: AssessmentSettings) -> None:
        self._world = world
        self._settings = settings
        self._spread = world.spread("assessment hours", settings.hours_sigma)
        self.assessed_at = world.columns.own("assessed_at", np.full(world.n, -1, dtype=np.int64))
        self._kind = world.draws.uniform("kind of ib assessment", world.ids)

    def change(self, settings: AssessmentSettings) -> None:
        """New rules hold from now on."""
        self._settings = settings

    def note(self, people: I32, at: I64) -> None:
        """An assessment is complete."""
        self.assessed_at[people] = at

    @property
    def merged(self) -> bool:
        """Whether new referrals' two assessments are merged into one."""
        return self._settings.ib_mode == "merged"

    def conventional_minutes(self, people: I32) -> I64:
        """Minutes for a community care assessment."""
        return self._minutes(people, self._settings.conventional_hours.array()[self._world.groups[people]])

    def reassessment_minutes(self, people: I32) -> I64:
        """Minutes for a reassessment."""
        return self._minutes(people, self._settings.reassessment_hours.array()[self._world.groups[people]])

    def carer_minutes(self, people: I32) -> I64:
        """Minutes for a carer's assessment."""
        return self._minutes(people, np.full(people.size, self._settings.carer_assessment_hours))

    def ib_minutes(self, people: I32, merged: bool = False) -> I64:
        """Minutes for an IB assessment, by who fills it in; merged ones contain the community care part."""
        s, groups = self._settings, self._world.groups[people]
        hours = s.ib_hours.array()[groups]
        kind = self._kind[people] * 100
        alone = kind < s.self_percent
        led = kind >= s.self_percent + s.supported_percent
        hours = hours * np.where(alone, s.self_hours_factor, np.where(led, s.professional_hours_factor, 1.0))
        if merged:
            hours = np.maximum(hours, s.conventional_hours.array()[groups]) * s.merged_hours_factor
        return self._minutes(people, hours)

    def _minutes(self, people: I32, hours: NDArray[np.float64]) -> I64:
        return np.rint(hours * HOUR_MINUTES * self._spread[people]).astype(np.int64)

    def appointment(self, people: I32, urgent: Bools) -> I64:
        """Minutes until the first visit: none where the work is urgent."""
        s = self._settings
        wait = self._world.days("appointment", people, s.appointment_days_median, s.appointment_sigma)
        return np.where(urgent, 0, wait)

    def forms(self, people: I32) -> I64:
        """Minutes that the person takes over the IB forms, pauses included."""
        s, world = self._settings, self._world
        wait = world.days("ib forms", people, s.ib_forms_days_median, s.ib_forms_sigma)
        return wait + self.pause("assessment", people, s.paused_percent)

    def pause(self, where: str, people: I32, percent: float) -> I64:
        """Minutes that people put a step off: none for most, long for the others."""
        world = self._world
        paused = world.chance(f"{where} paused", people, percent / 100)
        decision = f"{where} pause"
        length = world.draws.exponential(decision, world.ids[people], world.occurrence(decision, people))
        return np.rint(paused * length * self._settings.pause_days_mean * DAY_MINUTES).astype(np.int64)

    def with_carer(self, people: I32) -> Bools:
        """Whose assessment brings a separate carer's assessment."""
        return self._world.chance("carer", people, self._settings.carer_assessment_percent / 100)

    @property
    def visits(self) -> int:
        """Pieces of a community care assessment."""
        return self._settings.conventional_visits

    @property
    def ib_visits(self) -> int:
        """Pieces of an IB assessment."""
        return self._settings.ib_visits

    @property
    def gap_days(self) -> int:
        """Least days between two visits."""
        return round(self._settings.visit_gap_days)

    @property
    def screening_minutes(self) -> float:
        """Mean minutes for a contact that ends at screening."""
        return self._settings.screening_hours * HOUR_MINUTES
