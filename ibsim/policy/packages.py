"""Packages: what a person needs, and what conventional services cost, from the expenditure functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ibsim.caseload import NOTHING_KNOWN, Known
from ibsim.compiled import Whole, compiled
from ibsim.engine.shared import Shared
from ibsim.engine.verbs import minutes_of
from ibsim.engine.world import Columns, Rules
from ibsim.policy.lever import ByGroup, Factor, Pounds, Settings, Sigma, lever
from ibsim.units import WEEKS_PER_YEAR

if TYPE_CHECKING:
    from ibsim.engine.world import World
    from ibsim.evidence import Evidence

Floats = NDArray[np.float64]
I32 = NDArray[np.int32]
ADL_ACTIVITIES = 12
MOST_EXTREME = 4.0
"""Rank, on the scale of a standard normal, of a package that is beyond what a council of any size has."""


class PackagesSettings(Settings):
    """What services cost in the conventional arm, how needs spread, and how far the two go together."""

    conventional_services_gbp_per_week: ByGroup[Pounds] = lever(
        "services-conventional-gbp-per-week",
        "pounds a week",
        "mean services of a conventional package, other streams and care management left out",
        dated=False,
    )
    conventional_sigma: ByGroup[Sigma] = lever(
        "conventional-services-sigma",
        "log units",
        "spread of conventional packages, attributes included",
        dated=False,
    )
    needs_sigma: ByGroup[Sigma] = lever(
        "needs-sigma", "log units", "spread of needs under IBs, attributes included", dated=False
    )
    plan_content_factor: ByGroup[Factor] = lever(
        "plan-content-factor",
        "times",
        "what a pound of an IB buys at the unit costs that conventional packages are counted in",
        dated=False,
    )
    arm_correlation: Annotated[float, Field(ge=-1, le=1)] = lever(
        "arm-cost-correlation", "rank correlation", "how far one person's two costs go together", dated=False
    )
    other_clients_gbp_per_week: ByGroup[Pounds] = lever(
        "other-clients-gbp-per-week",
        "pounds a week",
        "mean cost of clients without an ongoing package",
        dated=False,
    )
    council_factor: Factor = lever(
        "council-cost-factor", "times", "the council's people against the evaluation's sample", dated=False
    )


COLUMNS: Columns = (
    ("services_pence", np.int32),  # a week, of conventional support
    ("needs", np.float32),  # against the group's mean
    ("needs_rank", np.float32),  # the same on the scale of a standard normal
    ("services_rank", np.float32),
    ("adl_without_help", np.int8),
    ("cognitive_impairment", np.bool_),
    ("carer_in_household", np.bool_),
    ("employed", np.bool_),
    ("white", np.bool_),
)


def fill(world: World, settings: PackagesSettings, evidence: Evidence, known: Known = NOTHING_KNOWN) -> None:
    """Fill in everybody's needs, and what conventional services cost a week.

    Both are lognormal round an expenditure function (log link), with the spread of their group as a
    whole; a person's two share their rank up to the correlation.  Needs have mean 1 in each group.  Where
    the council's file says what services cost, they cost that, and its rank is the person's.
    """
    people, draws, ids, groups = world.people, world.draws, world.ids, world.groups
    attributes = _Attributes(world, evidence)
    first, second = draws.normal("package rank", ids), draws.normal("ib rank", ids)
    package = people["has_package"]
    level = np.where(
        package,
        settings.conventional_services_gbp_per_week.array()[groups] * settings.council_factor,
        settings.other_clients_gbp_per_week.array()[groups],
    )
    sigma = settings.conventional_sigma.array()
    told, pence = known.said("services_pence")
    factor = pence / np.maximum(level[told] * 100, 1e-9)
    first[told] = attributes.ranks(told, attributes.conventional, sigma, factor)
    rho = settings.arm_correlation
    shared = rho * first + np.sqrt(1 - rho * rho) * second
    everybody = np.arange(world.n, dtype=np.int32)
    needs = attributes.spread(everybody, attributes.ib, settings.needs_sigma.array(), shared)
    services = attributes.spread(everybody, attributes.conventional, sigma, first)
    people["needs"], people["needs_rank"] = needs, _rank(needs, settings.needs_sigma.array()[groups])
    people["services_rank"] = _rank(services, sigma[groups])
    people["services_pence"] = np.rint(level * services * 100)
    known.put("services_pence", people["services_pence"])


def rules(settings: PackagesSettings) -> Rules:
    """The levers that compiled verbs read."""
    return {"plan_content": settings.plan_content_factor.array()}


@compiled
def conventional_services(w: Shared, p: int) -> int:
    """Pence a week of conventional services."""
    return w.people[p].services_pence


@compiled
def worth(w: Shared, p: int, pence_a_year: Whole) -> int:
    """What a sum of an IB comes to a week, in the pounds that conventional packages are counted in."""
    return minutes_of(pence_a_year * w.rules[w.people[p].group].plan_content / WEEKS_PER_YEAR)


@compiled
def years_sum(w: Shared, p: int, pence_a_week: int) -> int:
    """The sum of an IB, pence a year, that would be worth a package of this price."""
    content = w.rules[w.people[p].group].plan_content
    return minutes_of(pence_a_week * WEEKS_PER_YEAR / content) if content > 0 else 0


def _rank(factor: Floats, sigma: Floats) -> Floats:
    """A lognormal factor with mean 1 on the scale of a standard normal."""
    return (np.log(factor) + sigma * sigma / 2) / np.maximum(sigma, 1e-9)


class _Attributes:
    """The attributes in the expenditure functions, and their effect relative to the group's mean."""

    def __init__(self, world: World, evidence: Evidence) -> None:
        draws, ids, groups = world.draws, world.ids, world.groups
        self._groups, self._evidence = groups, evidence
        self._adl_law = [_binomial(ADL_ACTIVITIES, p / 100) for p in evidence.by_group("adl-able-percent")]
        place = draws.uniform("adl", ids)
        adl = np.zeros(world.n, dtype=np.int8)
        for group, law in enumerate(self._adl_law):
            here = groups == group
            adl[here] = _adl_at(place[here], law)
        self._adl = world.people["adl_without_help"] = adl
        self._shares = {
            name: evidence.by_group(f"{name.replace('_', '-')}-percent") / 100
            for name in ("cognitive_impairment", "carer_in_household", "employed", "white")
        }
        self._has = {name: draws.uniform(name, ids) < share[groups] for name, share in self._shares.items()}
        for name, has in self._has.items():
            world.people[name] = has

    def spread(
        self, people: I32, law: Callable[[I32], tuple[Floats, Floats]], sigma: Floats, ranks: Floats
    ) -> Floats:
        """Factors with mean 1 and this spread by group, of which the attributes explain their part.

        `ranks` are standard normals for what they leave.
        """
        effect, explained = law(people)
        left = np.sqrt(np.maximum(sigma * sigma - explained, 0.0))[self._groups[people]]
        return effect * np.exp(left * ranks - left * left / 2)

    def ranks(
        self, people: I32, law: Callable[[I32], tuple[Floats, Floats]], sigma: Floats, factors: Floats
    ) -> Floats:
        """The standard normals from which `spread` makes these factors; the most extreme are drawn in."""
        effect, explained = law(people)
        left = np.sqrt(np.maximum(sigma * sigma - explained, 0.0))[self._groups[people]]
        normals = (np.log(np.maximum(factors, 1e-9) / effect) + left * left / 2) / np.maximum(left, 1e-9)
        return np.clip(normals, -MOST_EXTREME, MOST_EXTREME)

    def conventional(self, people: I32) -> tuple[Floats, Floats]:
        """Effect on the conventional package (Tables 7.6 and 7.8)."""
        value = self._evidence.value
        effects = {
            "cognitive_impairment": value("cost-cognitive-impairment"),
            "carer_in_household": value("cost-carer-in-household"),
            "employed": value("cost-employed"),
            "white": value("cost-white"),
        }
        return self._effect(people, effects, value("cost-adl"), value("cost-adl-squared"))

    def ib(self, people: I32) -> tuple[Floats, Floats]:
        """Effect on needs under an IB (Table 7.7, whose two ADL items are a straight line here)."""
        value = self._evidence.value
        effects = {"carer_in_household": value("cost-ib-carer-in-household")}
        return self._effect(people, effects, value("cost-ib-adl"), 0.0)

    def _effect(
        self, people: I32, binary: dict[str, float], adl: float, adl_squared: float
    ) -> tuple[Floats, Floats]:
        """exp(b x) over its expectation in the person's group, and its variance in logs by group."""
        groups = self._groups[people]
        count = np.arange(ADL_ACTIVITIES + 1)
        slope = adl * count + adl_squared * count**2
        curve = np.exp(slope)
        expected = np.array([float(law @ curve) for law in self._adl_law])
        explained = np.array([float(law @ slope**2 - (law @ slope) ** 2) for law in self._adl_law])
        effect = curve[self._adl[people]] / expected[groups]
        for name, coefficient in binary.items():
            share = self._shares[name]
            explained = explained + coefficient**2 * share * (1 - share)
            effect = effect * np.exp(coefficient * self._has[name][people])
            effect = effect / (1 - share + share * np.exp(coefficient))[groups]
        return effect, explained


def typical_spend(settings: PackagesSettings, means: Floats, places: Floats) -> Floats:
    """Weekly sums with these means, at these places of a standard normal: float64[group, place]."""
    sigma = settings.conventional_sigma.array()[:, None]
    spend: Floats = means[:, None] * np.exp(sigma * places - sigma * sigma / 2)
    return spend


def typical_adl(evidence: Evidence, uniforms: Floats) -> NDArray[np.int64]:
    """The activities done without help that stand at these places of the law: int64[group, place]."""
    laws = [_binomial(ADL_ACTIVITIES, p / 100) for p in evidence.by_group("adl-able-percent")]
    return np.array([_adl_at(uniforms, law) for law in laws])


def _adl_at(uniforms: Floats, law: Floats) -> NDArray[np.int64]:
    return np.searchsorted(np.cumsum(law)[:-1], uniforms, side="right")


def _binomial(n: int, p: float) -> Floats:
    """The probabilities of 0 to n successes."""
    law = np.ones(1)
    for _ in range(n):
        law = np.convolve(law, [1 - p, p])
    return law
