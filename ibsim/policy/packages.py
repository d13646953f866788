"""Packages: what a person's support costs a week in either arm, from the expenditure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ibsim.compiled import compiled
from ibsim.engine.shared import Shared
from ibsim.engine.world import Columns
from ibsim.policy.lever import ByGroup, Factor, Pounds, Settings, lever
from ibsim.units import GROUPS
from ibsim.words import CONVENTIONAL_SUPPORT, IB_SUPPORT

if TYPE_CHECKING:
    from ibsim.engine.world import World
    from ibsim.evidence import Evidence

Floats = NDArray[np.float64]
I32 = NDArray[np.int32]
ADL_ACTIVITIES = 12


class PackagesSettings(Settings):
    """Means by group and arm, the spread, and how far one person's two costs go together."""

    conventional_gbp_per_week: ByGroup[Pounds] = lever(
        "package-conventional-gbp-per-week",
        "pounds a week",
        "mean conventional package, care management left out",
        dated=False,
    )
    ib_gbp_per_week: ByGroup[Pounds] = lever(
        "package-ib-gbp-per-week", "pounds a week", "mean cost of an IB in place, care management left out",
        dated=False,
    )  # fmt: skip
    gamma_shape: Annotated[float, Field(gt=0, le=100)] = lever(
        "package-gamma-shape",
        "shape",
        "shape of the Gamma spread round the expenditure function",
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
    ("conventional_pence", np.int32),  # a week
    ("ib_pence", np.int32),  # a week
    ("adl_without_help", np.int8),
    ("cognitive_impairment", np.bool_),
    ("carer_in_household", np.bool_),
    ("employed", np.bool_),
    ("white", np.bool_),
)


def fill(world: World, settings: PackagesSettings, evidence: Evidence) -> None:
    """Fill in what everybody's support costs a week, in either arm.

    Both costs follow an expenditure function (log link) with Gamma spread; a person's two costs share
    their rank up to the correlation.  Means by group are the settings', whatever the attributes.
    """
    people, draws, ids = world.people, world.draws, world.ids
    package = np.flatnonzero(people["has_package"]).astype(np.int32)
    need = _Attributes(world, evidence)
    first = draws.normal("package rank", ids)
    second = draws.normal("ib rank", ids[package])
    rho = settings.arm_correlation
    groups = world.groups[package]
    scale = settings.council_factor * 100
    level = need.conventional(package) * settings.conventional_gbp_per_week.array()[groups] * scale
    conventional = settings.other_clients_gbp_per_week.array()[world.groups] * 100
    conventional[package] = level
    people["conventional_pence"] = np.rint(conventional * _gamma(first, settings.gamma_shape))
    level = need.ib(package) * settings.ib_gbp_per_week.array()[groups] * scale
    rank = rho * first[package] + np.sqrt(1 - rho * rho) * second
    people["ib_pence"][package] = np.rint(level * _gamma(rank, settings.gamma_shape))


@compiled
def cost(w: Shared, p: int, support: int) -> int:
    """Pence a week of support in place: nothing where there is none."""
    if support == IB_SUPPORT:
        return w.people[p].ib_pence
    return w.people[p].conventional_pence if support == CONVENTIONAL_SUPPORT else 0


def _gamma(normals: Floats, shape: float) -> Floats:
    """Gamma factors with mean 1 at the ranks of these normals, from a fine table of the inverse."""
    from scipy.special import gammaincinv, ndtr

    grid = np.linspace(-6.0, 6.0, 2401)
    table = gammaincinv(shape, ndtr(grid)) / shape
    return np.interp(normals, grid, table)


class _Attributes:
    """The attributes in the expenditure functions, and their effect relative to the group's mean."""

    def __init__(self, world: World, evidence: Evidence) -> None:
        draws, ids, groups = world.draws, world.ids, world.groups
        self._groups, self._evidence = groups, evidence
        self._adl_law = [_binomial(ADL_ACTIVITIES, p / 100) for p in evidence.by_group("adl-able-percent")]
        place = draws.uniform("adl", ids)
        adl = np.zeros(world.n, dtype=np.int8)
        for group in range(len(GROUPS)):
            here = groups == group
            adl[here] = np.searchsorted(np.cumsum(self._adl_law[group])[:-1], place[here], side="right")
        self._adl = world.people["adl_without_help"] = adl
        self._shares = {
            name: evidence.by_group(f"{name.replace('_', '-')}-percent") / 100
            for name in ("cognitive_impairment", "carer_in_household", "employed", "white")
        }
        self._has = {name: draws.uniform(name, ids) < share[groups] for name, share in self._shares.items()}
        for name, has in self._has.items():
            world.people[name] = has

    def conventional(self, people: I32) -> Floats:
        """Effect on the conventional package (Tables 7.6 and 7.8)."""
        value = self._evidence.value
        effects = {
            "cognitive_impairment": value("cost-cognitive-impairment"),
            "carer_in_household": value("cost-carer-in-household"),
            "employed": value("cost-employed"),
            "white": value("cost-white"),
        }
        return self._effect(people, effects, value("cost-adl"), value("cost-adl-squared"))

    def ib(self, people: I32) -> Floats:
        """Effect on the cost of the IB (Table 7.7, whose two ADL items are a straight line here)."""
        value = self._evidence.value
        effects = {"carer_in_household": value("cost-ib-carer-in-household")}
        return self._effect(people, effects, value("cost-ib-adl"), 0.0)

    def _effect(self, people: I32, binary: dict[str, float], adl: float, adl_squared: float) -> Floats:
        """exp(b x) over its expectation in the person's group, attribute by attribute."""
        groups = self._groups[people]
        count = np.arange(ADL_ACTIVITIES + 1)
        curve = np.exp(adl * count + adl_squared * count**2)
        expected = np.array([float(law @ curve) for law in self._adl_law])
        effect = curve[self._adl[people]] / expected[groups]
        for name, coefficient in binary.items():
            share = self._shares[name][groups]
            effect = effect * np.exp(coefficient * self._has[name][people])
            effect = effect / (1 - share + share * np.exp(coefficient))
        return effect


def _binomial(n: int, p: float) -> Floats:
    """The probabilities of 0 to n successes."""
    law = np.ones(1)
    for _ in range(n):
        law = np.convolve(law, [1 - p, p])
    return law
