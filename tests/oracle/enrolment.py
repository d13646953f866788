"""Who will ever come to the council, when, and what each is like: drawn before the run.

Money at birth stands in `needs` and `endowments`.
"""

from __future__ import annotations

from math import floor
from typing import Any

from ibsim.evidence import Evidence
from ibsim.scenario.model import ResolvedScenario
from tests.oracle.calendar import DAY, Calendar
from tests.oracle.draws import Draws, single, spread_factor
from tests.oracle.people import GROUPS

DAYS_A_YEAR = 365.25
REFERRED = len(GROUPS)
"""Ids say who somebody is: the group (from here on for referrals) above 40 bits of a running number."""
AGES = {"PD": (18, 64), "LD": (18, 90), "MH": (18, 64), "OP": (65, 105)}
TRANSITION_AGE = 26
"""'Transitions' are people of the LD and PD groups under this age."""
BANDS = ("critical", "substantial", "moderate", "low")
Row = dict[str, Any]
"""One person's columns, by the names of the engine's people table."""


def enrolled(scenario: ResolvedScenario, seed: int, number: int) -> list[Row]:
    """Everybody in the order of arrival: first the stock, group by group, then referrals as they come."""
    calendar, draws = scenario.calendar, Draws(seed, number)
    days = Calendar(calendar.start, calendar.first_day, calendar.end)
    levers = scenario.timeline[0][1]
    rows: list[Row] = []
    for code, group in enumerate(GROUPS):
        for k in range(getattr(levers.population.clients_at_start, group)):
            rows.append({"id": (code << 40) + k, "group": code, "arrives_at": 0, "extra": False})
    for code in range(len(GROUPS)):
        rows += _referrals(levers.population, days, draws, code)
    rows.sort(key=lambda row: row["arrives_at"])
    for row in rows:
        _draw_person(row, levers, scenario.evidence, draws)
    return rows


def _referrals(s: Any, days: Calendar, draws: Draws, code: int) -> list[Row]:
    """Referrals come at random, at a rate that follows the year's growth and the months' profile."""
    group = GROUPS[code]
    response = getattr(s.demand_response_percent, group) / 100
    growth = 1 + getattr(s.referral_growth_percent_per_year, group) / 100
    a_year = getattr(s.referrals_per_year, group) * (1 + response)
    expected = [0.0]  # referrals before each midnight
    for day in range(days.n_days):
        rate = a_year / DAYS_A_YEAR * growth ** ((day - days.start_day) / DAYS_A_YEAR)
        if s.monthly_profile_percent is not None:
            rate = rate * s.monthly_profile_percent[(days.date_of(day).month - 4) % 12] * 12 / 100
        expected.append(expected[-1] + rate)
    rows: list[Row] = []
    passed, k, day = 0.0, 0, 0
    while True:
        id = (REFERRED + code << 40) + k
        passed += draws.exponential("arrival", id)
        if passed >= expected[-1]:
            return rows
        while expected[day + 1] < passed:
            day += 1
        part = (passed - expected[day]) / (expected[day + 1] - expected[day])
        at = min(floor((day + part) * DAY), days.n_days * DAY - 1)
        extra = draws.uniform("demand response", id) < response / (1 + response)
        rows.append({"id": id, "group": code, "arrives_at": at, "extra": extra})
        k += 1


def _draw_person(row: Row, levers: Any, evidence: Evidence, draws: Draws) -> None:
    """What somebody is like, and how each room will find them."""
    id, group = row["id"], GROUPS[row["group"]]
    stock = row["id"] >> 40 < REFERRED
    population, access, review = levers.population, levers.access, levers.review

    def yes(name: str, percent: float) -> bool:
        return draws.uniform(name, id) < percent / 100

    def spread(name: str, sigma: float) -> float:
        return single(spread_factor(draws.normal(name, id), sigma))

    holds = population.package_at_start_percent if stock else population.package_new_percent
    package = yes("package", getattr(holds, group))
    paid = yes("direct payment", getattr(population.direct_payment_at_start_percent, group))
    age = evidence.value("age-mean", group) + evidence.value("age-sd", group) * draws.normal("age", id)
    low, high = AGES[group]
    age = max(low, min(high, round(age)))
    rates = population.exit_rate_package_per_year if package else population.exit_rate_other_per_year
    simple = yes("simple", getattr(access.simple_assessment_percent, group))
    kept = draws.uniform("kept open", id) * 100 < getattr(review.kept_open_percent, group)
    row |= {
        "has_package": package,
        "direct_payment": package and paid,
        "age": age,
        "transition": group in ("PD", "LD") and age < TRANSITION_AGE,
        "locality": floor(draws.uniform("locality", id) * population.localities),
        "exit_rate": single(getattr(rates, group)),
        "exit_exposure": single(draws.exponential("exit", id)),
        "simple": simple,
        "urgent": not simple and yes("urgent", getattr(access.urgent_percent, group)),
        "band": _band(access, group, stock, draws.uniform("band", id)),
        "kept_open": package and kept,
        "simple_spread": spread("simple hours", access.simple_assessment_sigma),
        "assessment_spread": spread("assessment hours", levers.assessment.hours_sigma),
        "planning_spread": spread("planning hours", levers.planning.hours_sigma),
        "arranging_spread": spread("arranging hours", levers.brokerage.hours_sigma),
        "review_spread": spread("review hours", review.hours_sigma),
        "kind_of_ib_assessment": single(draws.uniform("kind of ib assessment", id) * 100),
        "leader_place": single(draws.uniform("who plans", id) * 100),
        "officer_place": single(draws.uniform("reviewing officer", id) * 100),
        "recruits_assistant": yes(
            "personal assistant", getattr(levers.brokerage.personal_assistant_percent, group)
        ),
        "points_normal": single(draws.normal("points", id)),
        "ilf_place": single(draws.uniform("ilf", id)),
        "ilf_brings": yes("ilf kept", levers.funding.ilf.kept_percent),
    }


def _band(access: Any, group: str, stock: bool, place: float) -> int:
    """The FACS band, 0 for critical; those who are supported at the start are eligible then."""
    shares = [getattr(getattr(access, f"{band}_percent"), group) / 100 for band in BANDS]
    if stock:
        place *= sum(shares[: BANDS.index(access.facs_threshold) + 1])
    return sum(place >= sum(shares[: band + 1]) for band in range(3))
