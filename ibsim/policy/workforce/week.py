"""The working week: how many minutes each worker has today, and what the week is made of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ibsim.engine.clock import Clock
from ibsim.engine.workday import Workday
from ibsim.policy.workforce.posts import Desk, Posts, Rota
from ibsim.policy.workforce.settings import WorkforceSettings
from ibsim.units import GROUPS

I64 = NDArray[np.int64]
PER_DAY = 60 / 5
"""Minutes a day of an hour a week."""


def case_minutes(settings: WorkforceSettings, with_ib: bool) -> float:
    """A co-ordinator's minutes a day for cases: the week less organisational time and travel."""
    hours = settings.hours_per_week - settings.organisational_hours_per_week
    travel = settings.travel_hours_per_case_hour
    if with_ib:
        hours += settings.ib_extra_hours_per_week - settings.ib_organisational_hours_per_week
        travel = settings.ib_travel_hours_per_case_hour
    return max(hours, 0.0) / (1 + travel) * PER_DAY


class Week:
    """Today's capacity, and the year's sums of what it was made of.

    Sums are float64 or int64 [year, with IB cases, group]: `days` worked by co-ordinators (in full
    posts), `support` minutes that follow open cases, `capacity` minutes for cases, `overtime` and
    `extra` minutes; `desk_days` and `desk_minutes` [year, desk]; `cases` [year, group, with IB arm]
    summed over working days, `in_post` [year, group] likewise.
    """

    def __init__(self, clock: Clock, posts: Posts, rota: Rota) -> None:
        self._clock, self._posts, self._rota = clock, posts, rota
        years, groups = clock.n_years + 1, len(GROUPS)
        self.days = np.zeros((years, 2, groups))
        self.support = np.zeros((years, 2, groups), dtype=np.int64)
        self.capacity = np.zeros((years, 2, groups), dtype=np.int64)
        self.overtime = np.zeros((years, 2, groups), dtype=np.int64)
        self.recorded = np.zeros((years, 2, groups))
        """hours at work, paid overtime left out"""
        self.extra = np.zeros((years, 2, groups))
        """hours recorded above the contract"""
        self.organisational = np.zeros((years, 2, groups))
        self.travel = np.zeros((years, 2, groups))
        """minutes"""
        self._hours = np.zeros((len(Desk), 3))
        self.minutes_available = 0
        """minutes given to everybody for tasks, overtime included"""
        self.desk_minutes = np.zeros((years, 5), dtype=np.int64)
        self.cases = np.zeros((years, groups, 2))
        self.in_post = np.zeros((years, groups))
        self.working_days = np.zeros(years, dtype=np.int64)
        self._coordinator = posts.desk == Desk.COORDINATOR
        self._rows = int(self._coordinator.sum())

    def start(self, day: int, settings: WorkforceSettings, work: Workday, contact_minutes: int) -> None:
        """Set every worker's capacity for the day and add the day to the sums."""
        year = max(int(self._clock.year[day]), -1)
        workers, posts, k = work.workers, self._posts, self._rows
        employed = posts.share * (workers["active"] > 0)
        present = employed * self._rota.present(day, settings)
        flagged = (workers["flagged_cases"][:k] > 0).astype(np.int64)
        by_flag = np.array([case_minutes(settings, False), case_minutes(settings, True)])
        whole = np.rint(by_flag[flagged] * present[:k]).astype(np.int64)
        cases = workers["cases"][:k]
        rate = settings.support_hours_per_case_per_week * PER_DAY
        support = np.minimum(np.rint(cases * rate).astype(np.int64) * (present[:k] > 0), whole)
        overtime = self._overtime(settings, work, whole - support, present[:k])
        workers["capacity"][:k] = whole - support + overtime
        self._desks(settings, workers, present, contact_minutes)
        place = flagged * len(GROUPS) + posts.group[:k]
        shape = (2, len(GROUPS))
        organisational = settings.organisational_hours_per_week + (
            settings.ib_organisational_hours_per_week * flagged
        )
        travel = np.array([settings.travel_hours_per_case_hour, settings.ib_travel_hours_per_case_hour])
        extra = settings.ib_extra_hours_per_week / 5 * flagged * present[:k]
        for total, values in (
            (self.days, present[:k]),
            (self.recorded, settings.hours_per_week / 5 * present[:k] + extra),
            (self.extra, extra),
            (self.organisational, organisational * PER_DAY * present[:k]),
            (self.travel, whole * travel[flagged]),
            (self.support, support),
            (self.capacity, whole),
            (self.overtime, overtime),
        ):
            total[year] += np.bincount(place, weights=values, minlength=8).reshape(shape).astype(total.dtype)
        self.minutes_available += int(workers["capacity"].sum())
        self._book_hours(settings, present, flagged, overtime)
        self.desk_minutes[year] += np.bincount(posts.desk, weights=workers["capacity"], minlength=5).astype(
            np.int64
        )
        group = posts.group[:k]
        flagged_cases = workers["flagged_cases"][:k]
        self.cases[year, :, 0] += np.bincount(group, weights=cases - flagged_cases, minlength=4)
        self.cases[year, :, 1] += np.bincount(group, weights=flagged_cases, minlength=4)
        self.in_post[year] += np.bincount(group, weights=employed[:k], minlength=4)
        self.working_days[year] += 1

    def _book_hours(
        self, settings: WorkforceSettings, present: NDArray[np.float64], flagged: I64, overtime: I64
    ) -> None:
        """Hours at work today by desk: ordinary, overtime, and of agency staff."""
        posts = self._posts
        recorded = settings.hours_per_week * present / 5
        recorded[: self._rows] += settings.ib_extra_hours_per_week / 5 * present[: self._rows] * flagged
        agency = posts.agency * recorded
        for column, hours in ((0, recorded - agency), (2, agency)):
            self._hours[:, column] += np.bincount(posts.desk, weights=hours, minlength=len(Desk))
        self._hours[Desk.COORDINATOR, 1] += overtime.sum() / 60

    def take_hours(self, settings: WorkforceSettings) -> NDArray[np.float64]:
        """Hours at work by desk since the last call (ordinary, overtime, agency).

        Team managers count with the hours that they give to approvals and sign-off.
        """
        hours, self._hours = self._hours, np.zeros_like(self._hours)
        if settings.hours_per_week > 0:
            hours[Desk.MANAGER] *= settings.manager_case_hours_per_week / settings.hours_per_week
        return hours

    def _overtime(
        self, settings: WorkforceSettings, work: Workday, minutes: I64, present: NDArray[np.float64]
    ) -> I64:
        """Paid overtime for co-ordinators whose in-tray holds more than the day, up to the limit."""
        if settings.overtime_hours_per_week_max == 0:
            return np.zeros(minutes.size, dtype=np.int64)
        committed = work.tables.committed[: minutes.size].sum(axis=1)
        most = np.rint(settings.overtime_hours_per_week_max * PER_DAY * present).astype(np.int64)
        return np.clip(committed - minutes, 0, most)

    def _desks(
        self,
        settings: WorkforceSettings,
        workers: NDArray[np.void],
        present: NDArray[np.float64],
        contact_minutes: int,
    ) -> None:
        """The other desks' minutes; contacts come off the access team's, shared by who is there."""
        k, desk = self._rows, self._posts.desk[self._rows :]
        hours = np.where(
            desk == Desk.MANAGER, settings.manager_case_hours_per_week, settings.desk_hours_per_week
        )
        minutes = hours * PER_DAY * present[k:]
        here = np.where(desk == Desk.ACCESS, present[k:], 0.0)
        if here.sum() > 0:
            minutes = np.maximum(minutes - contact_minutes * here / here.sum(), 0.0)
        workers["capacity"][k:] = np.rint(minutes).astype(np.int64)
