"""Metrics of time: how long each step takes, how many arrive in good time, who waits and how long."""

from __future__ import annotations

from ibsim.results.aged import OVERDUE, WAITED
from ibsim.results.metric import LESS, MORE, Metric, wait

STAGES = ("assessment", "allocation", "planning", "sign_off", "arranging")
"""The stages at which people wait, in the order of the pathway."""


def wait_metrics() -> tuple[Metric, ...]:
    """All metrics of waits and queues, in the order in which results list them."""
    return (*_waits(), *_timeliness(), *_queues(), *_backlog())


def _waits() -> tuple[Metric, ...]:
    return (
        *wait(
            "wait_days_referral_to_assessment",
            "from a new client's referral to the completed first assessment, by date of completion.",
        ),
        *wait(
            "wait_days_assessment_to_indicative",
            "from the completed IB assessment to the agreed indicative budget, by date of agreement.",
        ),
        *wait(
            "wait_days_indicative_to_sign_off",
            "from the agreed indicative budget to the support plan's sign-off, by date of sign-off.",
        ),
        *wait(
            "wait_days_sign_off_to_in_place",
            "from the plan's sign-off or approval until all services are in place, by that date, both arms.",
        ),
        *wait(
            "wait_days_referral_to_in_place",
            "from a new client's referral until all services are in place, by that date, both arms.",
        ),
        *wait(
            "wait_days_consent_to_in_place",
            "from consent to an IB until its support is in place, by that date.",
        ),
    )


def _timeliness() -> tuple[Metric, ...]:
    assessed = (("2_days", "2 days"), ("2_weeks", "14 days"), ("4_weeks", "28 days"))
    served = (("2_weeks", "14 days"), ("4_weeks", "28 days"))
    return (
        *(
            Metric(
                f"assessed_within_{name}_percent",
                "percent",
                f"Percent of new clients whose completed assessment came within {words} of first contact "
                "(calendar days), by date of completion.",
                MORE,
                "percent",
            )
            for name, words in assessed
        ),
        *(
            Metric(
                f"services_within_{name}_percent",
                "percent",
                f"Percent of new clients with all services in place within {words} of the completed "
                "assessment (calendar days), by the date on which they were in place.",
                MORE,
                "percent",
            )
            for name, words in served
        ),
    )


def _queues() -> tuple[Metric, ...]:
    stages = (
        ("assessment", "for an assessment to be completed"),
        ("allocation", "for an indicative budget to be agreed"),
        ("planning", "for a care plan or support plan to be written"),
        ("sign_off", "for a plan's approval, rework among it"),
        ("arranging", "for approved support to be in place"),
    )
    days = "Mean days since they came to it, of the people"
    return (
        Metric(
            "people_waiting",
            "people",
            "People between referral or consent and support in place, at any stage; average over the days of "
            "the year.",
            LESS,
            "stock",
        ),
        *(
            Metric(
                f"people_waiting_{stage}",
                "people",
                f"People who wait {what}; average over the days of the year.",
                LESS,
                "stock",
            )
            for stage, what in stages
        ),
        Metric(
            "waiting_age_days",
            "days",
            "Mean days since the referral or consent, of the people waiting at any stage on the last day of "
            "the year.",
            LESS,
            "mean",
        ),
        *(
            Metric(
                f"waiting_age_days_{stage}",
                "days",
                f"{days} who wait {what} on the last day of the year.",
                LESS,
                "mean",
            )
            for stage, what in stages
        ),
    )


def _backlog() -> tuple[Metric, ...]:
    day = "on the last day of the year"
    waiting = "People waiting at any stage, since their referral or consent"
    overdue = "People whose first or annual review is overdue past the days of grace, since its due date"
    return (
        *(
            Metric(f"backlog_waiting_{name}", "people", f"{waiting}, {words}, {day}.", LESS, "stock")
            for name, words, _ in WAITED
        ),
        *(
            Metric(f"backlog_overdue_{name}", "people", f"{overdue}, {words}, {day}.", LESS, "stock")
            for name, words, _ in OVERDUE
        ),
    )
