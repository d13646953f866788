"""Reviews: early monitoring, first and annual reviews, what lateness leads to, and closing a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ibsim.caseload import NOTHING_KNOWN, UNSAID, Caseload, Known
from ibsim.compiled import compiled
from ibsim.engine.shared import Shared
from ibsim.engine.verbs import YEAR, cancel, chance, exponential, lasting, minutes_of, set_timer
from ibsim.engine.world import Columns, Rules
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
from ibsim.units import DAY_MINUTES, HOUR_MINUTES
from ibsim.words import Decision, Desk, Timer

if TYPE_CHECKING:
    from ibsim.engine.world import World


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
        "kept-open-percent",
        "percent",
        "package holders whose case stays open to a named co-ordinator",
        dated=False,
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
COLUMNS: Columns = (
    ("review_spread", np.float32),
    ("officer_place", np.float32),
    ("kept_open", np.bool_),
    ("review_due_at", np.int32),
    ("review_open", np.bool_),  # it has fallen due and is open work
    ("review_overdue", np.bool_),
    ("first_review_done", np.bool_),
    ("crisis_left", np.float32),
    ("crisis_since", np.int32),
)


NO_REVIEW = -1
"""Stands in `review_due_at` for nothing due; due dates are whole days, so none falls on it."""


def fill(world: World, settings: ReviewSettings, known: Known = NOTHING_KNOWN) -> None:
    """Fill in what reviews take for each person, and whose case stays open for good."""
    people, draws, ids = world.people, world.draws, world.ids
    people["review_spread"] = world.spread("review hours", settings.hours_sigma)
    people["officer_place"] = draws.uniform("reviewing officer", ids) * 100
    kept = draws.uniform("kept open", ids) * 100 < settings.kept_open_percent.array()[world.groups]
    people["kept_open"] = people["has_package"] & kept
    open_now, is_open = known.said("case_open", waiting=False)
    people["kept_open"][open_now] = is_open
    people["review_due_at"] = NO_REVIEW


def booked_days(
    settings: ReviewSettings, caseload: Caseload, first_day: int
) -> tuple[NDArray[np.int64], NDArray[np.bool_], NDArray[np.bool_]]:
    """For each row of the council's file: when its next review is due, if that is known, if it is the first.

    It is the date given, or an interval after the last review, or the first review after support that began
    a short while before `first_day`.  Without a last review the first one is meant where the date given lies
    nearer to it.  Days as `date.toordinal` counts them; the backlog has none.
    """
    first, interval = round(settings.first_review_weeks * 7), round(settings.interval_weeks * 7)
    since, last, booked = (
        column.astype(np.int64) for column in (caseload.since, caseload.last_review, caseload.next_review)
    )
    has_since, has_last, has_next = since != UNSAID, last != UNSAID, booked != UNSAID
    due = np.where(has_next, booked, np.where(has_last, last + interval, since + first))
    is_first = ~has_last & has_since & (2 * (due - since) <= first + interval)
    said = has_next | has_last | (has_since & (due >= first_day))
    return due, said & ~caseload.waiting, is_first


def booked(
    settings: ReviewSettings, known: Known
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.bool_]]:
    """Whose next review the council's file says: who, when it is due (minutes), whether it is the first."""
    if known.caseload is None:
        return known.people, known.rows.astype(np.int64), known.rows.astype(bool)
    days, said, is_first = booked_days(settings, known.caseload, known.first_day)
    due_at = (days[known.rows] - known.first_day) * DAY_MINUTES
    there = said[known.rows]
    return known.people[there], due_at[there], is_first[known.rows][there]


def rules(settings: ReviewSettings) -> Rules:
    """The levers that compiled verbs read."""
    s = settings
    return {
        "first_review": s.first_review_weeks * WEEK_MINUTES,
        "review_interval": s.interval_weeks * WEEK_MINUTES,
        "review_minutes": s.hours.array() * HOUR_MINUTES,
        "officer_factor": s.officer_hours_factor,
        "officer_percent": s.by_reviewing_officers_percent,
        "grace": s.grace_days * DAY_MINUTES,
        "monitoring_minutes": s.monitoring_hours * HOUR_MINUTES,
        "case_open": s.case_open_weeks_conventional * WEEK_MINUTES,
        "case_open_ib": s.case_open_weeks_ib * WEEK_MINUTES,
        "reassessed": s.reassessment_percent / 100,
        "crisis_rate": s.crisis_rate_per_year.array(),
        "crisis_factor": s.crisis_factor_overdue,
        "unplanned_minutes": s.unplanned_review_hours.array() * HOUR_MINUTES,
    }


@compiled
def review_minutes(w: Shared, p: int, by_officer: bool) -> int:
    """Minutes for a first or annual review."""
    rule = w.rules[w.people[p].group]
    factor = rule.officer_factor if by_officer else 1.0
    return minutes_of(rule.review_minutes * factor * w.people[p].review_spread)


@compiled
def unplanned_minutes(w: Shared, p: int) -> int:
    """Minutes for an unplanned review."""
    return minutes_of(w.rules[w.people[p].group].unplanned_minutes * w.people[p].review_spread)


@compiled
def goes_to_officer(w: Shared, p: int) -> bool:
    """Whether the person's reviews go to reviewing officers, where there are any."""
    if not w.desk_open[Desk.OFFICER]:
        return False
    return w.people[p].officer_place < w.rules[w.people[p].group].officer_percent


@compiled
def grace(w: Shared, p: int) -> int:
    """Minutes after the due date in which a review still counts as on time."""
    return minutes_of(w.rules[w.people[p].group].grace)


@compiled
def schedule(w: Shared, p: int, due_at: int) -> None:
    """The next review falls due then."""
    w.people[p].review_due_at = due_at
    w.people[p].review_open = False
    set_timer(w, Timer.REVIEW_DUE, p, due_at)
    cancel(w, Timer.LATE, p)


@compiled
def schedule_first(w: Shared, p: int, at: int) -> None:
    """The first review falls due some weeks after support is in place."""
    w.people[p].first_review_done = False
    schedule(w, p, at + minutes_of(w.rules[w.people[p].group].first_review))


@compiled
def schedule_next(w: Shared, p: int, at: int) -> None:
    """The next review falls due an interval after this one."""
    schedule(w, p, at + max(1, minutes_of(w.rules[w.people[p].group].review_interval)))


@compiled
def weeks_between(w: Shared, p: int) -> float:
    """Weeks from one review to the next."""
    weeks: float = w.rules[w.people[p].group].review_interval / WEEK_MINUTES
    return weeks


@compiled
def schedule_stock(w: Shared, p: int, share: float) -> None:
    """At the start the stock's reviews fall due over the coming interval, at a share of it."""
    w.people[p].first_review_done = True
    schedule(w, p, minutes_of(share * w.rules[w.people[p].group].review_interval))


@compiled
def schedule_known(w: Shared, p: int, due_at: int, first: bool) -> None:
    """At the start the next review is known; one that fell due before has no timer."""
    w.people[p].first_review_done = not first
    if due_at >= 0:
        schedule(w, p, due_at)
    else:
        w.people[p].review_due_at = due_at


@compiled
def opens(w: Shared, p: int) -> None:
    """A review has fallen due: it is open work."""
    w.people[p].review_open = True


@compiled
def replaced(w: Shared, p: int) -> None:
    """Something else takes the place of a review that waits."""
    w.people[p].review_open = False


@compiled
def resume(w: Shared, p: int, at: int) -> None:
    """Reviews run again for who stays as before; what fell due meanwhile is due now.

    A review that was open before the offer still is.
    """
    if w.people[p].review_open:
        return
    set_timer(w, Timer.REVIEW_DUE, p, int(max(np.int64(w.people[p].review_due_at), np.int64(at) + 1)))


@compiled
def _rate(w: Shared, p: int) -> float:
    rule = w.rules[w.people[p].group]
    return rule.crisis_rate * (rule.crisis_factor if w.people[p].review_overdue else 1.0)


@compiled
def _set_crisis(w: Shared, p: int, at: int) -> None:
    w.people[p].crisis_since = at
    set_timer(w, Timer.CRISIS, p, at + lasting(w.people[p].crisis_left, _rate(w, p)))


@compiled
def start_crises(w: Shared, p: int, at: int) -> None:
    """Draw the person's next crisis: a unit exponential, used up at the rate that holds."""
    w.people[p].crisis_left = exponential(w, Decision.CRISIS, p)
    _set_crisis(w, p, at)


@compiled
def set_overdue(w: Shared, p: int, at: int, overdue: bool) -> None:
    """A review becomes, or is no longer, overdue: from now on a crisis is likelier, or less so."""
    person = w.people[p]
    if person.review_overdue == overdue:
        return
    years = (at - person.crisis_since) / YEAR
    person.crisis_left = max(person.crisis_left - years * _rate(w, p), 0.0)
    person.review_overdue = overdue
    _set_crisis(w, p, at)


@compiled
def reviewed(w: Shared, p: int, at: int) -> None:
    """A review is done: the person is up to date again."""
    w.people[p].first_review_done = True
    set_overdue(w, p, at, False)


@compiled
def needs_reassessment(w: Shared, p: int) -> bool:
    """Whether a review leads to a reassessment."""
    return chance(w, Decision.REASSESSMENT, p, w.rules[w.people[p].group].reassessed)


@compiled
def stop_reviews(w: Shared, p: int) -> None:
    """Nothing more falls due for who has left."""
    cancel(w, Timer.REVIEW_DUE, p)
    cancel(w, Timer.LATE, p)
    cancel(w, Timer.CRISIS, p)
    w.people[p].review_overdue = w.people[p].review_open = False
    w.people[p].review_due_at = NO_REVIEW
