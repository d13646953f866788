"""Allocation: points on a form, the price of a point, and the budget that comes of both."""

from __future__ import annotations

from collections import Counter
from math import exp, log
from typing import TYPE_CHECKING

from ibsim.policy.allocation.settings import PointsSettings
from ibsim.words import Decision, Timer
from tests.oracle.calendar import DAY, WEEKS_A_YEAR, YEAR
from tests.oracle.draws import spread_factor, whole
from tests.oracle.people import GROUPS, Person

if TYPE_CHECKING:
    from tests.oracle.council import Council

FEWEST = 20
"""A price is not set anew on fewer people: one large package would move it for everybody."""
KINDS = ("self", "supported", "professional")


def points_on_form(s: PointsSettings, person: Person, kind: str, drift: float) -> int:
    """Whole points, at least one: true needs with what this kind of assessment adds and how it scatters."""
    bias = getattr(s, f"{kind}_bias_percent")
    share = (bias if kind == "professional" else getattr(bias, person.group)) / 100
    noise = getattr(s, f"{kind}_noise")
    true = getattr(s.points, person.group) * person.born.needs * drift
    return max(1, whole(true * (1 + share) * spread_factor(person.born.points_normal, noise)))


class PriceList:
    """The price per point of each group, pence a year, as the council sets it from time to time."""

    def __init__(self, council: Council) -> None:
        self.council = council
        a = council.first_levers.assessment
        self.kind_shares = [getattr(a, f"{kind}_percent") / 100 for kind in KINDS]
        self.set_at = council.calendar.start_day * DAY
        s = council.first_levers.allocation.ras
        self.of = {group: 0.0 for group in GROUPS}
        # where no package can be looked at: plans at their mean cost, over the points expected
        money = {group: getattr(s.outcome_gbp_per_year, group) * 100 for group in GROUPS}
        points = {group: self.expected_points(s, group) for group in GROUPS}
        self._set(money, points, s)
        self.stated: Counter[str] = Counter()
        self.packages: Counter[str] = Counter()
        self.people: Counter[str] = Counter()
        self._desk_top(s)

    def expected_points(self, s: PointsSettings, group: str) -> float:
        """Mean points stated by a group, whoever fills the forms in."""
        shares = [
            getattr(s.self_bias_percent, group) / 100,
            getattr(s.supported_bias_percent, group) / 100,
            s.professional_bias_percent / 100,
        ]
        mean = sum(part * share for part, share in zip(self.kind_shares, shares, strict=True))
        return float(getattr(s.points, group) * (1 + mean))

    def _desk_top(self, s: PointsSettings) -> None:
        """What the packages of a sample cost, over the points on their forms; each stands for its group."""
        draws = self.council.draws
        money, points = {}, {}
        for group in GROUPS:
            stock = [
                person
                for person in self.council.people
                if person.group == group and person.born.has_package and person.born.arrives_at == 0
            ]
            stock.sort(key=lambda person: draws.uniform("desk-top sample", person.id))
            sample = stock[: s.sample_people]
            each = len(stock) / max(len(sample), 1)
            money[group] = each * sum(person.born.services_pence * WEEKS_A_YEAR for person in sample)
            points[group] = each * sum(
                points_on_form(s, person, self._desk_top_kind(person), 1.0) for person in sample
            )
        shared = {group: self._money(s, group, money[group]) for group in GROUPS}
        self._set(shared, points, s)

    def _desk_top_kind(self, person: Person) -> str:
        place = self.council.draws.uniform("desk-top kind", person.id)
        if place < self.kind_shares[0]:
            return "self"
        return "supported" if place < self.kind_shares[0] + self.kind_shares[1] else "professional"

    def _money(self, s: PointsSettings, group: str, packages: float) -> float:
        return float(packages * getattr(s.money_percent_of_package, group) / 100)

    def _set(self, money: dict[str, float], points: dict[str, float], s: PointsSettings) -> None:
        """Share the money out over the points, less what is held back; without points a price stays."""
        if s.prices == "single":
            all_money, all_points = sum(money.values()), sum(points.values())
            money, points = {group: all_money for group in GROUPS}, {group: all_points for group in GROUPS}
        for group in GROUPS:
            if points[group] > 0:
                self.of[group] = money[group] * (1 - s.contingency_percent / 100) / points[group]

    def count(self, person: Person, package_pence_a_year: int) -> None:
        """Keep an assessment for the next price."""
        self.stated[person.group] += person.points
        self.packages[person.group] += package_pence_a_year
        self.people[person.group] += 1

    def recalibrate(self) -> None:
        """Set the price anew on those assessed since the last time, where they are enough."""
        s = self.council.levers.allocation.ras
        enough = {group: self.people[group] >= FEWEST for group in GROUPS}
        if s.prices == "single":
            enough = {group: sum(self.people.values()) >= FEWEST for group in GROUPS}
        money = {group: self._money(s, group, self.packages[group]) * enough[group] for group in GROUPS}
        points = {group: float(self.stated[group]) * enough[group] for group in GROUPS}
        self._set(money, points, s)
        for group in GROUPS:
            if enough[group]:
                self.stated[group] = self.packages[group] = self.people[group] = 0


# --- one person's budget ------------------------------------------------------------------------------


def usable_at(council: Council) -> int:
    """The moment from which the RAS can be used."""
    start = council.levers.allocation.ras_usable_from
    return 0 if start is None else max(council.calendar.day_of(start), 0) * DAY


def state(council: Council, person: Person, at: int, kind: str) -> None:
    """Put points on the form; they drift upwards with the years since the price list was first set."""
    s = council.levers.allocation.ras
    years = max(at - max(usable_at(council), council.prices.set_at), 0) / YEAR
    person.points = points_on_form(s, person, kind, exp(log(1 + s.drift_percent_per_year / 100) * years))
    package = whole(person.born.services_pence * WEEKS_A_YEAR)
    council.prices.count(person, package)


def within(council: Council, pence: float) -> int:
    """A sum between the floor and the ceiling."""
    s = council.levers.allocation.ras
    return whole(min(max(pence, s.floor_gbp_per_year * 100), s.ceiling_gbp_per_year * 100))


def allocate(council: Council, person: Person, at: int, present: int) -> None:
    """The indicative budget from the points; some are changed as they are agreed.

    Protection keeps a share of `present`, what the support in place would be worth, pence a year.
    """
    a = council.levers.allocation
    s = a.ras
    if s.method == "hours":
        per_point = getattr(s.hours_per_week, person.group) / council.prices.expected_points(s, person.group)
        hours = max(1, whole(per_point * person.points))
        pence = hours * (s.gbp_per_hour * 100 * WEEKS_A_YEAR)
    else:
        pence = person.points * council.prices.of[person.group]
    if council.chance(Decision.ADJUSTED, person, a.adjusted_percent / 100):
        change = spread_factor(council.normal(Decision.ADJUSTMENT, person), a.adjustment_sigma)
        pence *= (1 + a.adjustment_percent / 100) * change
    protected = s.protection_percent / 100 if s.protection_years > 0 else 0.0
    person.unprotected_budget = within(council, pence)
    person.indicative_budget = within(council, max(pence, protected * present))
    person.indicative_at = at


def plan_cost(council: Council, person: Person) -> int:
    """Outcome-focused: what the plan costs the council."""
    s = council.levers.allocation.ras
    mean = getattr(s.outcome_gbp_per_year, person.group) * 100 * person.born.needs
    return within(
        council, mean * spread_factor(council.normal(Decision.OUTCOME_COST, person), s.outcome_sigma)
    )


def by_outcome(council: Council) -> bool:
    """Whether plans are made without an indicative sum."""
    return council.levers.allocation.ras.method == "outcome"


def disputes(council: Council, person: Person) -> bool:
    """Whether the person disputes the budget; nobody does so twice."""
    if person.dispute:
        return False
    if not council.chance(Decision.DISPUTES, person, council.levers.allocation.dispute_percent / 100):
        return False
    person.dispute = "heard now"
    return True


def hear(council: Council, person: Person, at: int) -> None:
    """A dispute has been heard: some budgets are raised."""
    a = council.levers.allocation
    person.dispute = "over"
    if council.chance(Decision.UPHELD, person, a.dispute_upheld_percent / 100):
        uplift = 1 + a.dispute_uplift_percent / 100
        person.indicative_budget = within(council, person.indicative_budget * uplift)
        person.unprotected_budget = within(council, person.unprotected_budget * uplift)
    person.indicative_at = at


def raise_budget(council: Council, person: Person, pence: int) -> None:
    """The council pays what another stream does not: in the final budget, once that is settled."""
    if person.final_budget is not None:
        person.final_budget = within(council, person.final_budget + pence)
    else:
        person.indicative_budget = within(council, person.indicative_budget + pence)
        person.unprotected_budget = within(council, person.unprotected_budget + pence)


def refuses_lower(council: Council, person: Person, budget: int, present: int) -> bool:
    """Whether the person refuses because a budget is worth less than the support in place."""
    share = council.levers.allocation.refusal_if_lower_percent / 100
    return budget < present and council.chance(Decision.REFUSES_LOWER, person, share)


def watch_protection(council: Council, person: Person, at: int) -> None:
    """A protected budget falls to what the points make of it when its years are over."""
    if person.indicative_budget > person.unprotected_budget:
        years = council.levers.allocation.ras.protection_years
        council.set_timer(Timer.PROTECTION_ENDS, person, at + whole(years * YEAR))


def end_protection(council: Council, person: Person) -> None:
    """The years are over: the final budget falls in proportion to what protection added."""
    final = person.final_budget or 0
    if person.indicative_budget > person.unprotected_budget:
        final = whole(final * person.unprotected_budget / person.indicative_budget)
    person.final_budget = within(council, final)
