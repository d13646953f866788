"""The people of a council who have a package, and what its RAS would give each of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ibsim.draws import Draws
from ibsim.engine.clock import Clock
from ibsim.engine.world import World
from ibsim.policy import assessment, packages, population
from ibsim.policy.allocation import AllocationSettings, PointsSettings, ras
from ibsim.policy.allocation import room as allocation
from ibsim.scenario.model import Levers, ResolvedScenario
from ibsim.units import WEEKS_PER_YEAR
from ibsim.words import FilledIn

Floats = NDArray[np.float64]
I64 = NDArray[np.int64]
Bools = NDArray[np.bool_]
COLUMNS = (*population.COLUMNS, *assessment.COLUMNS, *allocation.COLUMNS, *packages.COLUMNS)


@dataclass(frozen=True)
class Promise:
    """What a RAS gives each person, pence a year, step by step; all arrays are over people.

    `formula` is what points and price (or hours, or the plan's cost) make of it, `adjusted` what those who
    agree it make of that, `limited` that between floor and ceiling, `protected` with transitional protection,
    and `budget` after disputes.
    """

    formula: Floats
    adjusted: Floats
    limited: I64
    protected: I64
    budget: I64


class Stock:
    """The people of a council who have a package at the start, with the dice that they have in a run.

    The price list, the points and the budgets are those of the council's own rooms: a run in which all of
    them were assessed on its first day would give them the same sums, before changes in planning.
    """

    def __init__(self, scenario: ResolvedScenario, levers: Levers, seed: int, number: int) -> None:
        first = scenario.timeline[0][1]
        self._world = world = _stock(scenario, first, Draws(seed, number))
        a = levers.assessment
        self._shares = np.array([a.self_percent, a.supported_percent, a.professional_percent]) / 100
        here = world.people["has_package"]
        self.people, self.groups = world.people[here], world.groups[here]
        self._ids = world.ids[here]
        self.services: Floats = self.people["services_pence"].astype(np.float64)
        self.content = levers.packages.plan_content_factor.array()[self.groups]
        place = self.people["kind_of_ib_assessment"].astype(np.float64)
        kinds = np.full(place.size, FilledIn.PROFESSIONAL, dtype=np.int64)
        kinds[place < a.self_percent + a.supported_percent] = FilledIn.SUPPORTED
        kinds[place < a.self_percent] = FilledIn.SELF
        self._kinds = kinds

    def prices(self, settings: PointsSettings) -> Floats:
        """Pence a point a year by group, from the council's desk-top exercise."""
        return allocation.PriceList(self._world, settings, self._shares).prices

    def points(self, settings: PointsSettings) -> I64:
        """Whole points on each person's form."""
        needs, normals = self.people["needs"].astype(np.float64), self.people["points_normal"]
        return ras.state_points(settings, self.groups, needs, self._kinds, normals)

    def money(self, settings: PointsSettings) -> Floats:
        """The money that the RAS has for each person, pence a year, contingency included."""
        share = settings.money_percent_of_package.array()[self.groups] / 100
        money: Floats = self.services * WEEKS_PER_YEAR * share
        return money

    def worth(self, budget: I64) -> I64:
        """What budgets come to a week, in the pounds that packages are counted in."""
        return _whole(budget * self.content / WEEKS_PER_YEAR)

    def promise(self, settings: AllocationSettings, prices: Floats) -> Promise:
        """What the RAS gives everybody at these prices (pence a point, or an hour a week for a year)."""
        r, formula = settings.ras, self._formula(settings.ras, prices)
        limits = np.array([r.floor_gbp_per_year, r.ceiling_gbp_per_year]) * 100
        if r.method == "outcome":
            limited = _whole(np.clip(formula, *limits))
            return Promise(formula, formula, limited, limited, limited)
        adjusted = formula * self._adjustments(settings)
        present = _whole(self._years_sums())
        kept = r.protection_percent / 100 * present if r.protection_years > 0 else np.zeros(present.size)
        limited = _whole(np.clip(adjusted, *limits))
        protected = _whole(np.clip(np.maximum(adjusted, kept), *limits))
        raised = _whole(np.clip(protected * (1 + settings.dispute_uplift_percent / 100), *limits))
        disputed = self._chance("disputes", settings.dispute_percent)
        upheld = disputed & self._chance("upheld", settings.dispute_upheld_percent)
        return Promise(formula, adjusted, limited, protected, np.where(upheld, raised, protected))

    def _years_sums(self) -> Floats:
        """The budgets that would be worth the packages, pence a year."""
        sums = self.services * WEEKS_PER_YEAR
        out: Floats = np.divide(sums, self.content, out=np.zeros(sums.size), where=self.content > 0)
        return out

    def _formula(self, r: PointsSettings, prices: Floats) -> Floats:
        if r.method == "outcome":
            normal, mean = self._normal("outcome_cost"), r.outcome_gbp_per_year.array()[self.groups] * 100
            spread = np.exp(r.outcome_sigma * normal - r.outcome_sigma**2 / 2)
            return np.asarray(mean * self.people["needs"] * spread)
        points = self.points(r)
        if r.method == "points":
            return np.asarray(points * prices[self.groups])
        per_point = r.hours_per_week.array() / ras.expected_points(r, self._shares)
        hours = np.maximum(_whole(per_point[self.groups] * points), 1)
        return np.asarray(hours * prices[self.groups])

    def _adjustments(self, s: AllocationSettings) -> Floats:
        """The factor by which those who agree it change each budget: 1 for most."""
        spread = np.exp(s.adjustment_sigma * self._normal("adjustment") - s.adjustment_sigma**2 / 2)
        changed = self._chance("adjusted", s.adjusted_percent)
        return np.where(changed, (1 + s.adjustment_percent / 100) * spread, 1.0)

    def _chance(self, decision: str, percent: float) -> Bools:
        return self._world.draws.chance(decision, self._ids, percent / 100)

    def _normal(self, decision: str) -> Floats:
        return self._world.draws.normal(decision, self._ids)


def _stock(scenario: ResolvedScenario, levers: Levers, draws: Draws) -> World:
    """The people who have support when a run starts, as the rooms fill them in."""
    clock = Clock(scenario.calendar.start, 1, 0)
    roll = population.enrol(levers.population, clock, draws, scenario.caseload)
    stock = roll.stock
    roll = population.Roll(*(getattr(roll, name)[stock] for name in population.Roll.__dataclass_fields__))
    known = population.known(scenario.caseload, clock, roll)
    world = World(clock, draws, roll.ids, roll.groups, COLUMNS)
    population.fill(world, levers.population, scenario.evidence, roll, known)
    assessment.fill(world, levers.assessment)
    packages.fill(world, levers.packages, scenario.evidence, known)
    allocation.fill(world)
    return world


def _whole(values: Floats) -> I64:
    """Rounded as compiled verbs round."""
    return np.floor(values + 0.5).astype(np.int64)
