"""The price list that the council keeps, and the verbs that make an indicative budget of an assessment."""

from __future__ import annotations

from math import exp, log
from typing import TYPE_CHECKING

import numpy as np

from ibsim.compiled import compiled
from ibsim.engine.shared import Shared
from ibsim.engine.state import I64
from ibsim.engine.verbs import YEAR, chance, draw, kept, minutes_of, set_timer
from ibsim.engine.world import Columns, Rules
from ibsim.normal import normal_of
from ibsim.policy.allocation import ras
from ibsim.policy.allocation.settings import AllocationSettings, PointsSettings
from ibsim.units import DAY_MINUTES, GROUPS, HOUR_MINUTES, WEEKS_PER_YEAR
from ibsim.words import Decision, FilledIn, Timer

if TYPE_CHECKING:
    from ibsim.engine.world import World

Floats = ras.Floats
METHODS = ("points", "outcome", "hours")
POINTS, OUTCOME, HOURS = 0, 1, 2
STATED, MONEY, PEOPLE = 0, 1, 2
"""Places in the tally of a group: points, old packages in pence a year, and people since the last price."""
FEWEST = 20
"""A price is not set anew on fewer people: one large package would move it for everybody."""

COLUMNS: Columns = (
    ("points", np.int32),
    ("points_normal", np.float32),
    ("indicative_budget", np.int32),  # pence a year
    ("indicative_at", np.int32),
    ("unprotected_budget", np.int32),  # what the indicative budget would be without protection
    ("disputed", np.int8),  # 1 while a dispute is heard, 2 after it
)


def fill(world: World) -> None:
    """Fill in how far each person's form will miss the needs, and that nothing is agreed yet."""
    world.people["points_normal"] = world.draws.normal("points", world.ids)
    world.people["indicative_at"] = -1


class PriceList:
    """The price per point of each group, pence a year, as the council sets it from time to time."""

    def __init__(self, world: World, settings: PointsSettings, kind_shares: Floats) -> None:
        self._world, self._settings, self.kind_shares = world, settings, kind_shares
        self.prices = self._assumed(settings)
        self.set_at = world.clock.start_day * DAY_MINUTES
        self._desk_top(settings)

    def _assumed(self, s: PointsSettings) -> Floats:
        """Prices where no package can be looked at: plans at their mean cost, over the points expected."""
        money, points = s.outcome_gbp_per_year.array() * 100, ras.expected_points(s, self.kind_shares)
        if s.prices == "single":
            money, points = np.full(len(GROUPS), money.sum()), np.full(len(GROUPS), points.sum())
        pairs = zip(money, points, strict=True)
        return np.array([ras.price(sum_, stated, s.contingency_percent) for sum_, stated in pairs])

    def _desk_top(self, settings: PointsSettings) -> None:
        """The desk-top exercise: what the packages of a sample cost, over the points on their forms."""
        people, draws = self._world.people, self._world.draws
        stock = people["has_package"] & (people["arrives_at"] == 0)
        turn = draws.uniform("desk-top sample", self._world.ids)
        money, points = np.zeros(len(GROUPS)), np.zeros(len(GROUPS))
        for group in range(len(GROUPS)):
            there = np.flatnonzero(stock & (self._world.groups == group))
            sample = there[np.argsort(turn[there], kind="stable")[: settings.sample_people]]
            # a single price is that of the council's mix of groups, not of the sample's
            each = there.size / max(sample.size, 1)
            money[group] = each * (people["services_pence"][sample] * WEEKS_PER_YEAR).sum()
            points[group] = each * self._points(sample).sum()
        self._set(money, points, settings)

    def _points(self, people: I64) -> I64:
        known, draws = self._world.people[people], self._world.draws
        place = draws.uniform("desk-top kind", self._world.ids[people])
        kinds = np.searchsorted(np.cumsum(self.kind_shares)[:-1], place, side="right")
        return ras.state_points(
            self._settings, known["group"], known["needs"].astype(np.float64), kinds, known["points_normal"]
        )

    def recalibrate(self, tally: I64, settings: PointsSettings) -> None:
        """Set the price anew on those assessed since the last time, and start to count again."""
        enough = tally[:, PEOPLE] >= FEWEST
        if settings.prices == "single":
            enough[:] = tally[:, PEOPLE].sum() >= FEWEST
        counted = np.where(enough[:, None], tally, 0).astype(np.float64)
        self._set(counted[:, MONEY], counted[:, STATED], settings)
        tally[enough] = 0

    def _set(self, packages: Floats, points: Floats, s: PointsSettings) -> None:
        """Prices from old packages, pence a year, and points by group; groups without points keep theirs."""
        money = packages * s.money_percent_of_package.array() / 100
        if s.prices == "single":
            money, points = np.full(len(GROUPS), money.sum()), np.full(len(GROUPS), points.sum())
        for group in np.flatnonzero(points > 0):
            self.prices[group] = ras.price(money[group], points[group], s.contingency_percent)


def rules(settings: AllocationSettings, usable_at: int, prices: PriceList) -> Rules:
    """The levers that compiled verbs read; `usable_at` is the moment from which the RAS can be used."""
    s, r = settings, settings.ras
    bias, noise = ras.kind_laws(r)
    expected = ras.expected_points(r, prices.kind_shares)
    per_point = r.hours_per_week.array() / expected
    return {
        "budget_by_panel": float(s.agreed_by == "panel"),
        "scoring_minutes": s.scoring_hours * HOUR_MINUTES,
        "agreement_minutes": s.agreement_hours * HOUR_MINUTES,
        "indicative_returned": s.returned_percent / 100,
        "refuses_lower": s.refusal_if_lower_percent / 100,
        "ras_usable_at": float(usable_at),
        "drift_from": float(max(usable_at, prices.set_at)),
        "ras_method": float(METHODS.index(r.method)),
        "price": prices.prices,
        "true_points": r.points.array(),
        "bias_self": bias[FilledIn.SELF],
        "bias_supported": bias[FilledIn.SUPPORTED],
        "bias_professional": bias[FilledIn.PROFESSIONAL],
        "noise_self": noise[FilledIn.SELF],
        "noise_supported": noise[FilledIn.SUPPORTED],
        "noise_professional": noise[FilledIn.PROFESSIONAL],
        "drift": log(1 + r.drift_percent_per_year / 100),
        "budget_floor": r.floor_gbp_per_year * 100,
        "budget_ceiling": r.ceiling_gbp_per_year * 100,
        "outcome_pence": r.outcome_gbp_per_year.array() * 100,
        "outcome_sigma": r.outcome_sigma,
        "outcome_assessing": r.outcome_assessment_factor if r.method == "outcome" else 1.0,
        "outcome_planning": r.outcome_plan_factor if r.method == "outcome" else 1.0,
        "care_hours_per_point": per_point,
        "care_hour_pence": r.gbp_per_hour * 100 * WEEKS_PER_YEAR,
        "protected": r.protection_percent / 100 if r.protection_years > 0 else 0.0,
        "protected_for": r.protection_years * YEAR,
        "adjusted": s.adjusted_percent / 100,
        "adjustment": 1 + s.adjustment_percent / 100,
        "adjustment_sigma": s.adjustment_sigma,
        "disputes": s.dispute_percent / 100,
        "upheld": s.dispute_upheld_percent / 100,
        "uplift": 1 + s.dispute_uplift_percent / 100,
        "dispute_minutes": s.dispute_hours * HOUR_MINUTES,
        "dispute_delay": s.dispute_days * DAY_MINUTES,
    }


@compiled
def score_returned(w: Shared, p: int) -> bool:
    """Whether the score is sent back this time."""
    return chance(w, Decision.INDICATIVE_RETURNED, p, w.rules[w.people[p].group].indicative_returned)


@compiled
def state(w: Shared, p: int, at: int, kind: int, package_pence_a_year: int) -> None:
    """Put points on the person's form, and count them for the next price.

    `kind` says who fills it in; points drift upwards with the years since the desk-top exercise.
    """
    rule, person = w.rules[w.people[p].group], w.people[p]
    bias, noise = rule.bias_supported, rule.noise_supported
    if kind == FilledIn.SELF:
        bias, noise = rule.bias_self, rule.noise_self
    elif kind == FilledIn.PROFESSIONAL:
        bias, noise = rule.bias_professional, rule.noise_professional
    years = max(at - rule.drift_from, 0.0) / YEAR
    drifted = rule.true_points * person.needs * exp(rule.drift * years)
    person.points = kept(w, ras.stated(drifted, bias, noise, person.points_normal))
    tally = w.tally[person.group]
    tally[STATED] += person.points
    tally[MONEY] += package_pence_a_year
    tally[PEOPLE] += 1


@compiled
def within(w: Shared, p: int, pence: float) -> int:
    """A sum between the floor and the ceiling, in whole pence."""
    rule = w.rules[w.people[p].group]
    return minutes_of(min(max(pence, rule.budget_floor), rule.budget_ceiling))


@compiled
def allocate(w: Shared, p: int, at: int, present: int) -> None:
    """Set the indicative budget, pence a year, from the points; some are changed as they are agreed.

    `present` is what would be worth the support in place, pence a year: protection keeps a share of it.
    """
    rule, person = w.rules[w.people[p].group], w.people[p]
    if rule.ras_method == HOURS:
        hours = max(1, minutes_of(rule.care_hours_per_point * person.points))
        pence = hours * rule.care_hour_pence
    else:
        pence = person.points * rule.price
    if chance(w, Decision.ADJUSTED, p, rule.adjusted):
        sigma = rule.adjustment_sigma
        normal = normal_of(draw(w, Decision.ADJUSTMENT, p))
        pence *= rule.adjustment * exp(sigma * normal - sigma * sigma / 2)
    person.unprotected_budget = within(w, p, pence)
    person.indicative_budget = within(w, p, max(pence, rule.protected * present))
    person.indicative_at = at


@compiled
def without_sum(w: Shared, p: int, at: int) -> None:
    """Outcome-focused: the way to a plan is open, without a sum."""
    person = w.people[p]
    person.indicative_budget, person.unprotected_budget, person.indicative_at = 0, 0, at


@compiled
def plan_cost(w: Shared, p: int) -> int:
    """Outcome-focused: what the plan costs the council, pence a year."""
    rule = w.rules[w.people[p].group]
    sigma = rule.outcome_sigma
    normal = normal_of(draw(w, Decision.OUTCOME_COST, p))
    return within(w, p, rule.outcome_pence * w.people[p].needs * exp(sigma * normal - sigma * sigma / 2))


@compiled
def by_outcome(w: Shared, p: int) -> bool:
    """Whether plans are made without an indicative sum."""
    outcome: bool = w.rules[w.people[p].group].ras_method == OUTCOME
    return outcome


@compiled
def disputes(w: Shared, p: int) -> bool:
    """Whether the person disputes the budget; nobody does so twice."""
    if w.people[p].disputed or not chance(w, Decision.DISPUTES, p, w.rules[w.people[p].group].disputes):
        return False
    w.people[p].disputed = 1
    return True


@compiled
def in_dispute(w: Shared, p: int) -> bool:
    """Whether a dispute is being heard."""
    heard: bool = w.people[p].disputed == 1
    return heard


@compiled
def hear(w: Shared, p: int, at: int) -> None:
    """A dispute has been heard: some budgets are raised."""
    rule, person = w.rules[w.people[p].group], w.people[p]
    person.disputed = 2
    if chance(w, Decision.UPHELD, p, rule.upheld):
        person.indicative_budget = within(w, p, person.indicative_budget * rule.uplift)
        person.unprotected_budget = within(w, p, person.unprotected_budget * rule.uplift)
    person.indicative_at = at


@compiled
def add(w: Shared, p: int, pence: int) -> None:
    """Raise an agreed budget: the council pays what another stream does not."""
    person = w.people[p]
    person.indicative_budget = within(w, p, person.indicative_budget + pence)
    person.unprotected_budget = within(w, p, person.unprotected_budget + pence)


@compiled
def refuses_lower(w: Shared, p: int, budget: int, present: int) -> bool:
    """Whether the person refuses because a budget is worth less than the support in place."""
    if budget >= present:
        return False
    return chance(w, Decision.REFUSES_LOWER, p, w.rules[w.people[p].group].refuses_lower)


@compiled
def without_protection(w: Shared, p: int, final: int) -> int:
    """What a final budget falls to when protection ends, pence a year."""
    person = w.people[p]
    if person.indicative_budget <= person.unprotected_budget:
        return final
    return minutes_of(np.float64(final) * person.unprotected_budget / person.indicative_budget)


@compiled
def watch_protection(w: Shared, p: int, at: int) -> None:
    """A protected budget falls to what the points make of it when its years are over."""
    person = w.people[p]
    if person.indicative_budget > person.unprotected_budget:
        set_timer(w, Timer.PROTECTION_ENDS, p, at + minutes_of(w.rules[person.group].protected_for))
