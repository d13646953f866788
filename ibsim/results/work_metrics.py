"""Metrics of staff and money: the co-ordinators' week, caseloads, what care management and support cost."""

from __future__ import annotations

from ibsim.results.metric import LESS, NEUTRAL, Metric

CARE_MANAGEMENT_ACTIVITIES = {
    "assessment": "assessments of all kinds, screening and adult protection",
    "planning": "care plans, support plans and arranging services, with in-house planners and brokers' fees",
    "review": "monitoring and reviews",
    "decision": "managers' approvals and sign-off, and the panel",
    "case_support": "support, paperwork, exchange with others and supervision that follow open cases",
    "contact": "the access team's answers to first contacts",
    "travel": "co-ordinators' travel and time that the diary leaves out",
    "organisational": "training, meetings, administration and breaks",
    "spare": "paid time of a desk in which none of its tasks was done",
    "premiums": "what overtime and agency cover cost above the plain hour",
}
"""What care-management money goes on, by the suffix of its metrics; together they are all of it."""


def work_metrics() -> tuple[Metric, ...]:
    """All metrics of staff and money, in the order in which results list them."""
    return (*_staff(), *_money())


def _staff() -> tuple[Metric, ...]:
    each = "of a co-ordinator at work"
    return (
        Metric(
            "caseload_mean",
            "cases",
            "Cases open to a named co-ordinator, a co-ordinator in post; average over the days of the year. "
            "By group: the teams of the group; by arm: cases of that arm.",
            NEUTRAL,
            "mean",
        ),
        Metric(
            "coordinator_utilisation_percent",
            "percent",
            "Hours worked on cases by co-ordinators as a percentage of their case hours available (the week "
            "less organisational time, leave, sickness and vacancies; overtime in neither).",
            NEUTRAL,
            "percent",
        ),
        Metric(
            "coordinator_hours_per_week",
            "hours a week",
            "Recorded hours in a week at work, all activities, travel and overtime among them; by arm: "
            "co-ordinators with some IB cases (IB) and with none (conventional).",
            NEUTRAL,
            "mean",
        ),
        Metric(
            "overtime_hours",
            "hours",
            "Paid overtime of the co-ordinators in the year, all of them together.",
            LESS,
            "count",
        ),
        Metric(
            "recorded_extra_hours",
            "hours",
            "Hours in the year that co-ordinators recorded above their contract, paid or not; paid overtime "
            "is not among them.",
            LESS,
            "count",
        ),
        Metric(
            "rework_hours",
            "hours",
            "Co-ordinators' and planners' hours in the year on plans returned at sign-off.",
            LESS,
            "count",
        ),
        *(
            Metric(
                f"case_hours_{activity}",
                "hours a week",
                f"Hours on {words} in a week {each}; by arm: co-ordinators with some IB cases (IB) and with "
                "none (conventional).",
                NEUTRAL,
                "mean",
            )
            for activity, words in (
                ("assessment", "assessment (Table 12.4, documents and travel apart)"),
                ("planning", "care plans, support plans and arranging services (Table 12.4)"),
                ("review", "monitoring and reviews (Table 12.4)"),
            )
        ),
        Metric(
            "planner_utilisation_percent",
            "percent",
            "Hours worked by in-house support planners as a percentage of their hours available.",
            NEUTRAL,
            "percent",
        ),
    )


def _money() -> tuple[Metric, ...]:
    week = "pounds a week"
    return (
        Metric(
            "care_management_gbp_per_person_week",
            week,
            "Spend on care management in the year, divided by the person-weeks of people supported.",
            LESS,
            "mean",
        ),
        Metric(
            "package_gbp_per_person_week",
            week,
            "Spend on support packages in the year, divided by the person-weeks of package holders.",
            NEUTRAL,
            "mean",
        ),
        Metric(
            "care_management_gbp",
            "pounds",
            "Spend on care management in the year: pay of co-ordinators, access team, planners, reviewing "
            "officers and OTs, managers for approvals, overtime and agency cover; fees and the panel.",
            LESS,
            "money",
        ),
        *(
            Metric(
                f"care_management_gbp_{activity}",
                "pounds",
                f"The part of care_management_gbp that goes on {words}.",
                NEUTRAL,
                "money",
            )
            for activity, words in CARE_MANAGEMENT_ACTIVITIES.items()
        ),
        Metric(
            "package_gbp",
            "pounds",
            "Spend on support packages in the year, both arms, in prices of the scenario's price base.",
            NEUTRAL,
            "money",
        ),
        Metric(
            "gross_cost_gbp",
            "pounds",
            "All spend in the year before charges and grants: packages, the support of other clients (care "
            "homes above all), care management, set-up and dual running, whichever stream pays; less what IB "
            "holders give back.",
            LESS,
            "money",
        ),
        Metric(
            "setup_gbp",
            "pounds",
            "Spend in the year on introducing IBs: the project team, systems, training, support planning and "
            "brokerage, market management (appendix D), then a project leader.",
            LESS,
            "money",
        ),
        Metric(
            "dual_running_gbp",
            "pounds",
            "Spend in the year on the administration and accounts of two systems side by side; block hours "
            "paid and not used are apart.",
            LESS,
            "money",
        ),
        Metric(
            "income_gbp",
            "pounds",
            "Income in the year: users' charges for packages and grants for piloting IBs.",
            NEUTRAL,
            "money",
        ),
        Metric("net_cost_gbp", "pounds", "The gross cost of the year less its income.", LESS, "money"),
    )
