"""Metrics of outcomes: how people fare with the support they have, and what the health service spends."""

from __future__ import annotations

from collections.abc import Iterator

from ibsim.policy.outcomes import HEALTH_SERVICES
from ibsim.results.metric import LESS, MORE, NEUTRAL, Direction, Kind, Metric

MEANS: dict[str, tuple[str, Direction, Kind, str]] = {
    "ascot_mean": (
        "points", MORE, "mean",
        "social care outcome (ASCOT), 0 to 4.57 (Tables 6.4, 6.12). In doubt: the report's effect of an IB "
        "stands only with proxies and unfinished plans accounted for, and the coefficient of proxies is out "
        "of line",
    ),
    "control_mean": (
        "points", MORE, "mean",
        "control over daily life: 0 high needs, 1 low needs, 2 in control (Tables 6.5 to 6.9, 6.13)",
    ),
    "in_control_percent": (
        "percent", MORE, "percent", "share of those who feel in control of their daily lives (Table 6.5)",
    ),
    "ghq_mean": (
        "points", LESS, "mean",
        "strain (GHQ-12), 0 to 12, higher is worse (Tables 6.4, 6.14). In doubt: the footnote of Table 6.14 "
        "contradicts its text on the sign, and the effect is far from significant",
    ),
    "ghq_case_percent": ("percent", LESS, "percent", "share of GHQ-12 scores of four or more (Table 6.4)"),
    "quality_of_life_mean": ("points", MORE, "mean", "quality of life, 1 to 7 (Tables 6.4, 6.15)"),
    "satisfied_percent": (
        "percent", MORE, "percent",
        "share of those extremely or very satisfied with their support (Tables 6.10, 6.16). In doubt: the "
        "coefficient of age is printed as that of its square",
    ),
    "health_gbp_per_person_week": (
        "pounds a week", LESS, "mean",
        "what the health service spends, which is not in the council's books (Tables 7.3, 7.4; its weeks, "
        "four to a month, run some 8 percent high)",
    ),
    "hospital_days_per_person_year": (
        "days a year", LESS, "mean", "days as an in-patient (Tables 7.3, 7.4)",
    ),
}  # fmt: skip
"""Means over the time that package holders have support: unit, direction, kind, words."""
WORDS = {"gp": "GPs", "ae": "accident and emergency", "inpatient": "in-patient stays",
         "day_hospital": "day hospital"}  # fmt: skip
CASE = 4.0
"""A GHQ score from which on strain is taken as likely (appendix C.1.3)."""


def outcome_metrics() -> tuple[Metric, ...]:
    """All metrics of outcomes, in the order in which results list them."""
    return tuple(_outcomes())


def _outcomes() -> Iterator[Metric]:
    weighted = "by the time in the year for which they have support, in the arm of that support"
    for name, (unit, direction, kind, words) in MEANS.items():
        yield Metric(name, unit, f"Package holders, {weighted}: {words}.", direction, kind)
    for service in HEALTH_SERVICES:
        words = f"of what the health service spends, that on: {WORDS.get(service, service)} (Tables 7.3, 7.4)"
        yield Metric(f"health_gbp_per_person_week_{service}", "pounds a week",
                     f"Package holders, {weighted}: {words}.", NEUTRAL, "mean")  # fmt: skip
    yield Metric(
        "health_gbp",
        "pounds",
        "What the health service spends on package holders while they have support, in the year; the "
        "council's books do not have it.",
        NEUTRAL,
        "money",
    )
    gained = "that IB holders gain against conventional support for the same people, times the years"
    yield Metric(
        "ascot_gain_point_years",
        "points x years",
        f"Points of ASCOT {gained} in the year for which the IB is in place.",
        MORE,
        "count",
    )
    yield Metric(
        "in_control_gain_person_years",
        "person-years",
        "Years in the year for which IB holders feel in control of their daily lives, less those for which "
        "the same people would with conventional support.",
        MORE,
        "count",
    )
