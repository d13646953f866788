"""Reviews: early monitoring, first and annual reviews, what lateness leads to, and closing a case."""

from __future__ import annotations

from ibsim.policy.lever import ByGroup, Days, Factor, Hours, Percent, RatePerYear, Settings, Weeks, lever


class ReviewSettings(Settings):
    """When a review is due, what it takes, and what happens when it is late."""

    first_review_weeks: Weeks = lever(
        "first-review-weeks", "weeks", "first review after services are in place"
    )
    interval_weeks: Weeks = lever("review-interval-weeks", "weeks", "next review after a review")
    hours: ByGroup[Hours] = lever("review-hours", "hours", "time for a review by a co-ordinator")
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
