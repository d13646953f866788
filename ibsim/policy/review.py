"""Reviews: early monitoring, first and annual reviews, what lateness leads to, and closing a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ibsim.engine.world import years_to_minutes
from ibsim.policy.lever import (
    ByGroup,
    Days,
    Factor,
    Hours,
    Percent,
    RatePerYear,
    Settings,
    Sigma,
    Weeks,
    lever,
)
from ibsim.units import DAY_MINUTES, DAYS_PER_YEAR, HOUR_MINUTES
from ibsim.words import Timer

if TYPE_CHECKING:
    from ibsim.engine.world import World

I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Bools = NDArray[np.bool_]


class ReviewSettings(Settings):
    """When a review is due, what it takes, and what happens when it is late."""

    first_review_weeks: Weeks = lever(
        "first-review-weeks", "weeks", "first review after services are in place"
    )
    interval_weeks: Weeks = lever("review-interval-weeks", "weeks", "next review after a review")
    hours: ByGroup[Hours] = lever("review-hours", "hours", "time for a review by a co-ordinator")
    hours_sigma: Sigma = lever(
        "review-hours-sigma", "log units", "spread of review hours between people", dated=False
    )
    officer_hours_factor: Factor = lever(
        "reviewing-officer-hours-factor", "times", "hours of a reviewing officer against a co-ordinator's"
    )
    by_reviewing_officers_percent: Percent = lever(
        "reviews-by-officers-percent", "percent", "reviews that go to reviewing officers, where there are any"
    )
    grace_days: Days = lever(
        "review-grace-days", "days", "a review done this long after it is due counts as on time"
    )
    monitoring_hours: Hours = lever("ib-monitoring-hours", "hours", "early monitoring of a new IB")
    case_open_weeks_conventional: Weeks = lever(
        "case-open-weeks-conventional",
        "weeks",
        "a case stays open to its co-ordinator after services are in place",
    )
    case_open_weeks_ib: Weeks = lever("case-open-weeks-ib", "weeks", "the same for an IB (early monitoring)")
    kept_open_percent: ByGroup[Percent] = lever(
        "kept-open-percent", "percent", "package holders whose case stays open to a named co-ordinator"
    )
    reassessment_percent: Percent = lever(
        "reviews-to-reassessment-percent", "percent", "reviews that lead to a reassessment"
    )
    crisis_rate_per_year: ByGroup[RatePerYear] = lever(
        "crisis-rate-per-year", "a year", "crises of people whose review is in date"
    )
    crisis_factor_overdue: Factor = lever(
        "crisis-factor-overdue", "times", "how much likelier a crisis is while the review is overdue"
    )
    unplanned_review_hours: ByGroup[Hours] = lever(
        "unplanned-review-hours", "hours", "time for an unplanned review"
    )


WEEK_MINUTES = 7 * DAY_MINUTES


class Review:
    """The room of reviews: due dates, lateness and the crises that it breeds."""

    def __init__(self, world: World, settings: ReviewSettings) -> None:
        self._world = world
        self._settings = settings
        own = world.columns.own
        self._spread = world.spread("review hours", settings.hours_sigma)
        self._officer = world.draws.uniform("reviewing officer", world.ids) * 100
        self._kept_open = own(
            "kept_open",
            world.columns["has_package"]
            & (
                world.draws.uniform("kept open", world.ids)
                < settings.kept_open_percent.array()[world.groups] / 100
            ),
        )
        self.due_at = own("review_due_at", np.full(world.n, -1, dtype=np.int64))
        self.overdue = own("review_overdue", np.zeros(world.n, dtype=bool))
        self.first_done = own("first_review_done", np.zeros(world.n, dtype=bool))
        self._crisis_left = np.zeros(world.n)
        self._crisis_since = np.zeros(world.n, dtype=np.int64)

    def change(self, settings: ReviewSettings) -> None:
        """New rules hold from now on."""
        self._settings = settings

    def minutes(self, people: I32, by_officer: bool = False) -> I64:
        """Minutes for a first or annual review."""
        factor = self._settings.officer_hours_factor if by_officer else 1.0
        hours = self._settings.hours.array()[self._world.groups[people]] * factor
        return np.rint(hours * HOUR_MINUTES * self._spread[people]).astype(np.int64)

    def unplanned_minutes(self, people: I32) -> I64:
        """Minutes for an unplanned review."""
        hours = self._settings.unplanned_review_hours.array()[self._world.groups[people]]
        return np.rint(hours * HOUR_MINUTES * self._spread[people]).astype(np.int64)

    def by_officer(self, people: I32) -> Bools:
        """Whose reviews go to reviewing officers, where there are any."""
        return self._officer[people] < self._settings.by_reviewing_officers_percent

    def kept_open(self, people: I32) -> Bools:
        """Whose case stays open to a named co-ordinator for good."""
        return self._kept_open[people]

    def case_open_minutes(self, ib: bool) -> int:
        """How long a case stays open after support is in place."""
        s = self._settings
        weeks = s.case_open_weeks_ib if ib else s.case_open_weeks_conventional
        return round(weeks * WEEK_MINUTES)

    def monitoring_minutes(self, n: int) -> I64:
        """Minutes for the early monitoring of a new IB."""
        return np.full(n, round(self._settings.monitoring_hours * HOUR_MINUTES), dtype=np.int64)

    def schedule_first(self, people: I32, at: I64) -> None:
        """The first review falls due some weeks after support is in place."""
        self.first_done[people] = False
        self._schedule(people, at + round(self._settings.first_review_weeks * WEEK_MINUTES))

    def schedule_next(self, people: I32, at: I64) -> None:
        """The next review falls due an interval after this one."""
        self._schedule(people, at + round(self._settings.interval_weeks * WEEK_MINUTES))

    def schedule_stock(self, people: I32) -> None:
        """At the start the stock's reviews fall due over the coming interval, evenly."""
        world = self._world
        share = world.draws.uniform("first due", world.ids[people])
        interval = max(self._settings.interval_weeks * WEEK_MINUTES, 1.0)
        self._schedule(people, np.rint(share * interval).astype(np.int64))
        self.first_done[people] = True

    def _schedule(self, people: I32, due_at: I64) -> None:
        self.due_at[people] = due_at
        self._world.timers.set(Timer.REVIEW_DUE, people, due_at)
        self._world.timers.cancel(Timer.LATE, people)

    def fell_due(self, people: I32, due_at: I64) -> None:
        """The days of grace begin."""
        self._world.timers.set(Timer.LATE, people, due_at + self.grace + 1)

    @property
    def grace(self) -> int:
        """Minutes after the due date in which a review still counts as on time."""
        return round(self._settings.grace_days * DAY_MINUTES)

    def resume(self, people: I32, at: I64) -> None:
        """Reviews run again for people who stay as they were; what fell due meanwhile is due now."""
        self._world.timers.set(Timer.REVIEW_DUE, people, np.maximum(self.due_at[people], at + 1))

    def became_late(self, people: I32, at: I64) -> None:
        """Grace is over: from now on a crisis is likelier."""
        self._use_up(people, at)
        self.overdue[people] = True
        self._set_crisis(people, at)

    def reviewed(self, people: I32, at: I64) -> None:
        """A review is done: the person is up to date again."""
        self.first_done[people] = True
        late = people[self.overdue[people]]
        if late.size:
            now = at[self.overdue[people]]
            self._use_up(late, now)
            self.overdue[late] = False
            self._set_crisis(late, now)

    def reassessed(self, people: I32) -> Bools:
        """Whose review leads to a reassessment."""
        return self._world.chance("review to reassessment", people, self._settings.reassessment_percent / 100)

    def start_crises(self, people: I32, at: I64) -> None:
        """Draw each person's next crisis: a unit exponential, used up at the rate that holds."""
        world = self._world
        occurrence = world.occurrence("crisis", people)
        self._crisis_left[people] = world.draws.exponential("crisis", world.ids[people], occurrence)
        self._set_crisis(people, at)

    def _rate(self, people: I32) -> NDArray[np.float64]:
        base = self._settings.crisis_rate_per_year.array()[self._world.groups[people]]
        return base * np.where(self.overdue[people], self._settings.crisis_factor_overdue, 1.0)

    def _use_up(self, people: I32, at: I64) -> None:
        years = (at - self._crisis_since[people]) / (DAYS_PER_YEAR * DAY_MINUTES)
        left = self._crisis_left[people] - years * self._rate(people)
        self._crisis_left[people] = np.maximum(left, 0.0)
        self._crisis_since[people] = at

    def _set_crisis(self, people: I32, at: I64) -> None:
        self._crisis_since[people] = at
        after = years_to_minutes(self._crisis_left[people], self._rate(people))
        self._world.timers.set(Timer.CRISIS, people, at + after)

    def stop(self, people: I32) -> None:
        """Nothing more falls due for people who have left."""
        for timer in (Timer.REVIEW_DUE, Timer.LATE, Timer.CRISIS):
            self._world.timers.cancel(timer, people)
        self.overdue[people] = False
        self.due_at[people] = -1
