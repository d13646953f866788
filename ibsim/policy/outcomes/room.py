"""What each person's life is like with conventional support and with an IB (Tables 6.12 to 6.16, 7.3, 7.4).

Every outcome has the level of the person's group, moved by the person's own attributes and the value of
the support as the report's production functions say, and a draw that is the same in every scenario.  An
IB adds its effect while it is in place.  It is all worked out once, at the end of a run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ibsim.draws import normal_places
from ibsim.policy.outcomes import laws
from ibsim.policy.outcomes.settings import OutcomesSettings
from ibsim.units import ARMS, GROUPS
from ibsim.words import IB

if TYPE_CHECKING:
    from ibsim.engine.world import World
    from ibsim.evidence import Evidence

Floats = NDArray[np.float64]
I32 = NDArray[np.int32]
OUTCOMES = ("ascot", "control", "ghq", "quality_of_life", "satisfied", "health")
"""What is known of a person: ASCOT 0 to 4.57, control 0 to 2, GHQ 0 to 12 (higher is worse), quality of
life 1 to 7, satisfied 0 or 1, pounds a week of the health service."""
HEALTH_SERVICES = ("day_hospital", "nurse", "therapist", "gp", "ae", "chiropodist", "inpatient")
TERMS = {
    "ascot": ("adl_squared", "employed", "cognitive_impairment", "age", "proxy"),
    "control": ("adl_squared", "cognitive_impairment", "age", "proxy"),
    "ghq": ("adl", "adl_squared", "age", "age_squared", "proxy"),
    "quality_of_life": ("employed", "age_squared", "proxy"),
    "satisfaction": ("age", "carer_in_household", "white", "proxy"),
}
"""The attributes in each production function that people here have; the spend comes on top."""
CURVED = ("ascot", "quality_of_life")
"""Outcomes to which spend adds less and less, until it adds nothing more."""
HAS = ("employed", "cognitive_impairment", "carer_in_household", "white")


@dataclass(frozen=True)
class Typical:
    """The people whose outcomes are printed: equally likely values by group, float64[4, n] each.

    A person who is like them has their level; `ages` in years, `adl` activities done without help,
    `spend` pounds a week.
    """

    ages: Floats
    adl: NDArray[np.int64]
    spend: Floats

    @staticmethod
    def places(n: int = 200) -> tuple[Floats, Floats]:
        """Where equally likely values stand: uniforms, and the same on a standard normal."""
        uniforms = (np.arange(n) + 0.5) / n
        return uniforms, normal_places(uniforms)


def health_shares(evidence: Evidence) -> Floats:
    """How health costs split by service: float64[group, arm, service], shares that add up to 1."""
    costs = np.empty((len(GROUPS), len(ARMS), len(HEALTH_SERVICES)))
    for place, service in enumerate(HEALTH_SERVICES):
        name = f"health-{service.replace('_', '-')}"
        arms = [evidence.value(f"{name}-gbp-per-week", arm) for arm in ARMS]
        costs[:, :, place] = np.outer(evidence.by_group(f"{name}-group-factor"), arms)
    shares: Floats = costs / costs.sum(axis=2, keepdims=True)
    return shares


def hospital_days(evidence: Evidence) -> Floats:
    """In-patient days a year: float64[group, arm]."""
    half_years = 2.0
    arms = [evidence.value("health-inpatient-days", name) for name in ARMS]
    return half_years * np.outer(evidence.by_group("health-inpatient-days-factor"), arms)


class Outcomes:
    """The outcomes of some people, by what support they have."""

    def __init__(
        self, world: World, people: I32, settings: OutcomesSettings, evidence: Evidence, typical: Typical
    ) -> None:
        self._settings, self._evidence, self._typical = settings, evidence, typical
        self._group = world.groups[people].astype(np.int64)
        self._draws, self._ids = world.draws, world.ids[people]
        columns = world.people
        asked_another = evidence.by_group("proxy-percent")[self._group] / 100
        self._proxy = world.draws.chance("proxy", self._ids, asked_another)
        own = {name: columns[name][people] for name in HAS} | {"proxy": self._proxy}
        own |= self._scores(columns["age"][people], columns["adl_without_help"][people])
        them = {
            name: evidence.by_group(f"{name.replace('_', '-')}-percent") / 100 for name in (*HAS, "proxy")
        }
        printed = self._scores(typical.ages, typical.adl)
        them |= {name: values.mean(axis=1) for name, values in printed.items()}
        self._moved = {name: self._terms(name, own, them) for name in TERMS}

    def _scores(self, ages: NDArray[np.generic], able: NDArray[np.generic]) -> dict[str, Floats]:
        """Ages and the report's ADL score, each with its square."""
        value = self._evidence.value
        age, adl = ages.astype(np.float64), able.astype(np.float64)
        adl = value("outcome-adl-score-floor") + value("outcome-adl-score-step") * adl
        return {"age": age, "age_squared": age**2, "adl": adl, "adl_squared": adl**2}

    def _terms(
        self, outcome: str, own: Mapping[str, NDArray[np.generic]], them: Mapping[str, Floats]
    ) -> Floats:
        """How far people's attributes move them from the level of their group."""
        moved = np.zeros(self._group.size)
        for term in TERMS[outcome]:
            slope = self._slope(outcome, term)
            # satisfaction is printed for all groups together, so that groups differ by their attributes
            typical = np.full(4, self._overall(them[term])) if outcome == "satisfaction" else them[term]
            moved += slope * (own[term].astype(np.float64) - typical[self._group])
        return moved

    def _overall(self, by_group: Floats) -> float:
        """The mean of all who were asked about satisfaction, by the numbers of each group."""
        facts, arms = self._evidence.facts, ("ib", "comparison")
        asked = [sum(facts[f"qol-{g.lower()}-{arm}-n"].value for arm in arms) for g in GROUPS]
        return float(np.average(by_group, weights=asked))

    def _slope(self, outcome: str, term: str) -> float:
        return self._evidence.value(f"{outcome}-slope-{term}".replace("_", "-"))

    def of(self, arm: int, pounds_a_week: Floats) -> dict[str, Floats]:
        """Everybody's outcomes (see `OUTCOMES`) in an arm, with support of this value: float64[n] each."""
        s, draws, ids = self._settings, self._draws, self._ids
        ascot = self._mean(arm, "ascot", s.ascot_conventional.array(), pounds_a_week)
        ghq = self._mean(arm, "ghq", s.ghq_conventional.array(), pounds_a_week)
        life = self._mean(arm, "quality_of_life", s.quality_of_life_conventional.array(), pounds_a_week)
        found = {
            "ascot": laws.ascot(draws.uniform("ascot", ids), ascot, self._evidence.value("ascot-scale-top")),
            "control": self._control(arm, pounds_a_week),
            "ghq": laws.ghq(draws.uniform("ghq", ids), ghq, self._evidence.value("ghq-score-top")),
            "quality_of_life": laws.seven_points(draws.uniform("quality of life", ids), life),
            "satisfied": self._satisfied(arm, pounds_a_week),
            "health": self._health(arm),
        }
        # powers differ in their last bits between processors
        return {name: np.rint(values * 1e4) / 1e4 for name, values in found.items()}

    def _mean(self, arm: int, outcome: str, level: Floats, pounds: Floats) -> Floats:
        """What a person of these attributes has on the mean."""
        return level[self._group] + self._shift(arm, outcome, pounds)

    def _shift(self, arm: int, outcome: str, pounds: Floats) -> Floats:
        """What attributes, the value of the support and, in its arm, the IB make of the group's level."""
        spend = self._worth(outcome, pounds)
        usual = self._worth(outcome, self._typical.spend).mean(axis=1)
        if outcome == "satisfaction":
            usual = np.full(4, self._overall(usual))
        moved: Floats = self._moved[outcome] + spend - usual[self._group]
        if arm == IB:
            moved = moved + self._effect(outcome)[self._group]
        return moved

    def _worth(self, outcome: str, pounds: Floats) -> Floats:
        """What the value of the support adds; a curve is held at its peak."""
        slope = self._slope(outcome, "spend")
        if outcome not in CURVED:
            return slope * pounds
        bend = self._slope(outcome, "spend_squared")
        held = np.minimum(pounds, -slope / (2 * bend)) if bend < 0 < slope else pounds
        return slope * held + bend * held**2

    def _effect(self, outcome: str) -> Floats:
        """What an IB in place adds, by group."""
        effect = np.full(4, float(getattr(self._settings, f"{outcome}_ib_effect")))
        if outcome == "satisfaction":
            return effect
        more: Floats = getattr(self._settings, f"{outcome}_ib_difference").array()
        return effect + more * self._settings.group_differences_percent / 100

    def _control(self, arm: int, pounds: Floats) -> Floats:
        s, shift = self._settings, self._shift(arm, "control", pounds)
        has = s.in_control_conventional_percent.array()[self._group] / 100
        lacks = s.no_control_conventional_percent.array()[self._group] / 100
        return laws.three_levels(self._draws.uniform("control", self._ids), has, lacks, shift)

    def _satisfied(self, arm: int, pounds: Floats) -> Floats:
        share = self._settings.satisfied_conventional_percent / 100
        shift = self._shift(arm, "satisfaction", pounds) / self._evidence.value("satisfaction-spread-points")
        threshold = laws.place(share)
        return (self._draws.normal("satisfaction", self._ids) + shift + threshold > 0).astype(np.float64)

    def _health(self, arm: int) -> Floats:
        """Pounds a week of the health service: far from equal, the same person's the same."""
        s, sigma = self._settings, self._evidence.value("health-cost-sigma")
        levels = s.health_ib_gbp_per_week if arm == IB else s.health_conventional_gbp_per_week
        own = np.exp(sigma * self._draws.normal("health", self._ids) - sigma * sigma / 2)
        costs: Floats = levels.array()[self._group] * own
        return costs
