"""Metrics of people: how many get through, how reviews keep up, how individual budgets grow."""

from __future__ import annotations

from ibsim.results.metric import LESS, MORE, NEUTRAL, Metric

_OVER = "Percent of people offered an IB whose cohort is complete and who are still supported"
_FUNNEL = f"{_OVER} 189 days after consent (refusers: after the offer)"
_COHORT = "Counted in the year in which the 189 days end."


def flow_metrics() -> tuple[Metric, ...]:
    """All metrics that count people, in the order in which results list them."""
    return (*_volumes(), *_reviews(), *_individual_budgets())


def _volumes() -> tuple[Metric, ...]:
    return (
        Metric(
            "people_supported",
            "people",
            "People who had support or an open case on at least one day of the year, each once; "
            "by arm: the arm of their last such day.",
            NEUTRAL,
            "count",
        ),
        Metric(
            "people_supported_31_march",
            "people",
            "People with support or an open case on 31 March, the last day of the financial year; "
            "over all years: on the run's last day.",
            NEUTRAL,
            "stock",
        ),
        Metric(
            "referrals",
            "people",
            "People not yet supported who were referred in the year, whatever came of it.",
            NEUTRAL,
            "count",
        ),
        Metric(
            "contacts", "contacts", "Contacts that the access team dealt with in the year.", NEUTRAL, "count"
        ),
        Metric(
            "assessments_completed",
            "assessments",
            "Assessments completed in the year, of both kinds: first assessments, simple ones among them, "
            "and reassessments; an IB's community care and self-assessment count as one.",
            NEUTRAL,
            "count",
        ),
        Metric(
            "first_assessments_new_clients",
            "assessments",
            "Assessments completed in the year that were the person's first since the referral.",
            NEUTRAL,
            "count",
        ),
        Metric(
            "plans_signed_off",
            "plans",
            "Care plans and support plans approved in the year; a plan returned for rework counts once, "
            "when it is approved.",
            MORE,
            "count",
        ),
        Metric(
            "protection_referrals",
            "referrals",
            "Adult-protection referrals that arrived in the year.",
            NEUTRAL,
            "count",
        ),
        Metric(
            "exits",
            "people",
            "People whose support ended in the year: died, moved, became ineligible or passed to the health "
            "service.",
            NEUTRAL,
            "count",
        ),
    )


def _reviews() -> tuple[Metric, ...]:
    return (
        Metric(
            "reviews_due",
            "reviews",
            "First and annual reviews whose due date fell in the year, for people still supported on it.",
            NEUTRAL,
            "count",
        ),
        Metric(
            "reviews_completed",
            "reviews",
            "First, annual and unplanned reviews completed in the year, whenever they were due.",
            MORE,
            "count",
        ),
        Metric(
            "reviews_overdue",
            "people",
            "People whose first or annual review was past its due date and the days of grace and not done, "
            "on the last day of the year.",
            LESS,
            "stock",
        ),
        Metric(
            "review_compliance_percent",
            "percent",
            "Percent of first and annual reviews due in the year that were completed by their due date and "
            "the days of grace; reviews whose grace ends after the run are left out.",
            MORE,
            "percent",
        ),
        Metric(
            "overdue_days_mean",
            "days",
            "Mean days past the due date of the reviews overdue on the last day of the year.",
            LESS,
            "mean",
        ),
        Metric(
            "unplanned_reviews",
            "reviews",
            "Reviews completed in the year that a crisis or a change of needs set off.",
            LESS,
            "count",
        ),
        Metric(
            "crises",
            "crises",
            "Crises in the year of people with support; each arrives as urgent work.",
            LESS,
            "count",
        ),
    )


def _individual_budgets() -> tuple[Metric, ...]:
    people = "people"
    return (
        Metric(
            "ib_holders",
            people,
            "People whose IB support was in place on the last day of the year.",
            NEUTRAL,
            "stock",
        ),
        Metric(
            "ib_share_percent",
            "percent",
            "IB holders as a percentage of people with a support package in place, on the last day of "
            "the year.",
            NEUTRAL,
            "percent",
        ),
        Metric("offers_made", people, "People to whom an IB was offered in the year.", NEUTRAL, "count"),
        Metric(
            "offers_refused", people, "People who refused the offer of an IB in the year.", NEUTRAL, "count"
        ),
        Metric("consents", people, "People who agreed in the year to take an IB.", NEUTRAL, "count"),
        Metric(
            "withdrawals",
            people,
            "People who agreed to an IB and gave it up in the year before their IB support was in place.",
            LESS,
            "count",
        ),
        Metric(
            "returns_to_conventional",
            people,
            "IB holders who went back to conventional support in the year.",
            LESS,
            "count",
        ),
        Metric(
            "funnel_6_months_agreed_percent",
            "percent",
            f"{_FUNNEL}: who had agreed. {_COHORT}",
            MORE,
            "percent",
        ),
        Metric(
            "funnel_6_months_assessed_percent",
            "percent",
            f"{_FUNNEL}: whose IB assessment was completed. {_COHORT}",
            MORE,
            "percent",
        ),
        Metric(
            "funnel_6_months_plan_percent",
            "percent",
            f"{_FUNNEL}: whose support plan was signed off. {_COHORT}",
            MORE,
            "percent",
        ),
        Metric(
            "funnel_6_months_in_place_percent",
            "percent",
            f"{_FUNNEL}: whose IB support was in place. {_COHORT}",
            MORE,
            "percent",
        ),
        *(
            Metric(
                f"in_place_{name}_percent",
                "percent",
                f"Percent of those whose IB support was in place 189 days after consent who had had it for "
                f"{words} by then (Table 4.5). {_COHORT}",
                NEUTRAL,
                "percent",
            )
            for name, words in (
                ("under_1_month", "less than a month (under 30.4375 days)"),
                ("1_to_3_months", "one to three months (30.4375 to under 91.3125 days)"),
                ("over_3_months", "three months (91.3125 days) or more"),
            )
        ),
    )
