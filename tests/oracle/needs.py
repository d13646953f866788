"""Needs and what conventional services cost, from the expenditure functions, one person after the other."""

from __future__ import annotations

from math import comb, exp, log, sqrt
from typing import NamedTuple

from ibsim.evidence import Evidence
from ibsim.scenario.model import Levers
from tests.oracle.draws import Draws, single
from tests.oracle.people import GROUPS

ACTIVITIES = 12
TRAITS = ("cognitive_impairment", "carer_in_household", "employed", "white")
Columns = dict[str, float]


class Who(NamedTuple):
    """What is known of somebody before any money is drawn."""

    id: int
    group: str
    has_package: bool
    age: int
    arrives_at: int


class Function:
    """One expenditure function on a log scale: what somebody's attributes do against the group's mean."""

    def __init__(self, law: Laws, adl: float, adl_squared: float, traits: dict[str, float]) -> None:
        self.law, self.traits = law, traits
        self.slope = [adl * n + adl_squared * n * n for n in range(ACTIVITIES + 1)]

    def expected(self, group: str) -> float:
        """The mean effect of the activities in a group."""
        return sum(p * exp(x) for p, x in zip(self.law.able[group], self.slope, strict=True))

    def variance(self, group: str) -> float:
        """The variance, in logs, that attributes explain in a group."""
        law = self.law.able[group]
        mean = sum(p * x for p, x in zip(law, self.slope, strict=True))
        out = sum(p * x * x for p, x in zip(law, self.slope, strict=True)) - mean * mean
        for trait, b in self.traits.items():
            share = self.law.share[trait, group]
            out += b * b * share * (1 - share)
        return out

    def factor(self, known: Columns, group: str, sigma: float, rank: float) -> float:
        """A lognormal factor with mean 1 and this spread in the group, of which attributes are a part."""
        effect = exp(self.slope[int(known["adl_without_help"])]) / self.expected(group)
        for trait, b in self.traits.items():
            share = self.law.share[trait, group]
            effect *= exp(b * known[trait]) / (1 - share + share * exp(b))
        left = sqrt(max(sigma * sigma - self.variance(group), 0.0))
        return float(effect * exp(left * rank - left * left / 2))


class Laws:
    """The shares of each group with each attribute, and the two functions."""

    def __init__(self, evidence: Evidence) -> None:
        value = evidence.value
        self.able = {group: _binomial(value("adl-able-percent", group) / 100) for group in GROUPS}
        self.share = {
            (trait, group): value(f"{trait.replace('_', '-')}-percent", group) / 100
            for trait in TRAITS
            for group in GROUPS
        }
        coefficients = {trait: value(f"cost-{trait.replace('_', '-')}") for trait in TRAITS}
        self.conventional = Function(self, value("cost-adl"), value("cost-adl-squared"), coefficients)
        carer = {"carer_in_household": value("cost-ib-carer-in-household")}
        self.with_ib = Function(self, value("cost-ib-adl"), 0.0, carer)


def _binomial(p: float) -> list[float]:
    """The law of the activities that somebody does without help."""
    return [comb(ACTIVITIES, n) * p**n * (1 - p) ** (ACTIVITIES - n) for n in range(ACTIVITIES + 1)]


def place_in(law: list[float], uniform: float) -> int:
    """Which outcome of a law stands at a place between 0 and 1."""
    below = 0.0
    for outcome, chance in enumerate(law[:-1]):
        below += chance
        if uniform < below:
            return outcome
    return len(law) - 1


def needs_of(who: Who, levers: Levers, laws: Laws, draws: Draws) -> Columns:
    """Somebody's attributes, needs (mean 1 in the group) and conventional services, pence a week."""
    own, group = levers.packages, who.group
    known: Columns = {"adl_without_help": place_in(laws.able[group], draws.uniform("adl", who.id))}
    for trait in TRAITS:
        known[trait] = draws.uniform(trait, who.id) < laws.share[trait, group]
    first, second = draws.normal("package rank", who.id), draws.normal("ib rank", who.id)
    rho = own.arm_correlation
    needs_sigma, sigma = getattr(own.needs_sigma, group), getattr(own.conventional_sigma, group)
    together = rho * first + sqrt(1 - rho * rho) * second
    needs = laws.with_ib.factor(known, group, needs_sigma, together)
    services = laws.conventional.factor(known, group, sigma, first)
    if who.has_package:
        level = getattr(own.conventional_services_gbp_per_week, group) * own.council_factor
    else:
        level = getattr(own.other_clients_gbp_per_week, group)
    return known | {
        "needs": single(needs),
        "needs_rank": _rank(needs, needs_sigma),
        "services_rank": _rank(services, sigma),
        "services_pence": round(level * services * 100),
    }


def _rank(factor: float, sigma: float) -> float:
    """Where a lognormal factor with mean 1 stands on a standard normal."""
    return single((log(factor) + sigma * sigma / 2) / max(sigma, 1e-9))
