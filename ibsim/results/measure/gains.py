"""How people fare: outcomes and health costs for the time that support is in place, and what IBs gain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ibsim.engine.state import I32, Records
from ibsim.engine.world import World
from ibsim.policy.outcomes import HEALTH_SERVICES, Outcomes
from ibsim.results.measure.cubes import Cube, Cubes, ratio, with_all_years, with_totals
from ibsim.results.measure.flows import support_minutes
from ibsim.results.outcome_metrics import CASE
from ibsim.results.snapshots import weekly_services
from ibsim.units import ARMS, DAY_MINUTES, DAYS_PER_YEAR, WEEKS_PER_YEAR
from ibsim.words import CONVENTIONAL, IB, IB_SUPPORT

Floats = NDArray[np.float64]
Columns = dict[str, NDArray[Any]]
Asked = Callable[[World, I32], Outcomes]
"""The outcomes of some people of a world."""
YEAR_MINUTES = DAYS_PER_YEAR * DAY_MINUTES
WEEK_MINUTES = 7 * DAY_MINUTES


def weekly_cost(people: Records, arm: int, content: Cube) -> Floats:
    """Pounds a week of all payers for package or plan, care management left out: float64[n].

    Who has given an IB up had what it held then; the conventional package stands for an IB that nobody had.
    """
    package = weekly_services(people, CONVENTIONAL, content)
    streams = ("sp_conventional", "ilf_conventional", "ices_conventional")
    conventional: Floats = package + sum(people[name] for name in streams) / 100
    if arm == CONVENTIONAL:
        return conventional
    holds = people["final_budget"] >= 0
    ilf_apart = np.where(holds, people["ilf_apart"], people["past_apart_pence"])
    apart = (people["sp_apart"] + people["ices_ib"] + ilf_apart / WEEKS_PER_YEAR) / 100
    had = holds | (people["past_ib_pence"] > 0)
    return np.where(had, weekly_services(people, IB, content) + apart, conventional)


@dataclass(frozen=True)
class Health:
    """How health costs split (float64[group, arm, service]), and in-patient days a year (by group, arm)."""

    shares: Floats
    days: Floats


class Fared:
    """Package holders who ever had support, and how each would fare with either."""

    def __init__(self, cubes: Cubes, asked: Asked, content: Cube) -> None:
        world = cubes.world
        had = world.people["has_package"] & (world.people["supported_since"] >= 0)
        self.people = np.flatnonzero(had).astype(np.int32)
        self.place = np.full(world.n, -1, dtype=np.int64)
        self.place[self.people] = np.arange(self.people.size)
        self.group = world.groups[self.people].astype(np.int64)
        rows = world.people[self.people]
        self.weekly = [weekly_cost(rows, arm, content) for arm in range(len(ARMS))]
        self.minutes = np.zeros((cubes.n_years, len(ARMS), self.people.size))
        """[year, arm, person]"""
        for year, who, whole, in_ib in support_minutes(cubes):
            at = self.place[who]
            mine = at >= 0
            self.minutes[year, CONVENTIONAL, at[mine]] = (whole - in_ib)[mine]
            self.minutes[year, IB, at[mine]] = in_ib[mine]
        usual = asked(world, self.people).of(CONVENTIONAL, self.weekly[CONVENTIONAL])
        self.of = [usual, self._with_ib(world, asked, usual)]

    def _with_ib(self, world: World, asked: Asked, usual: dict[str, Floats]) -> dict[str, Floats]:
        """How holders fare with their IB; of the others nobody asks."""
        holders = np.flatnonzero(self.minutes[:, IB].any(axis=0))
        if holders.size == 0:
            return usual
        own = asked(world, self.people[holders]).of(IB, self.weekly[IB][holders])
        held = {name: values.copy() for name, values in usual.items()}
        for name, values in own.items():
            held[name][holders] = values
        return held


def gains(cubes: Cubes, fared: Fared, health: Health) -> None:
    """Measure outcomes and health costs by group, arm and year."""
    spent = [found["health"] for found in fared.of]
    values: dict[str, list[Floats]] = {
        "ascot_mean": [found["ascot"] for found in fared.of],
        "control_mean": [found["control"] for found in fared.of],
        "in_control_percent": [100 * in_control(found) for found in fared.of],
        "ghq_mean": [found["ghq"] for found in fared.of],
        "ghq_case_percent": [100 * (found["ghq"] >= CASE).astype(np.float64) for found in fared.of],
        "quality_of_life_mean": [found["quality_of_life"] for found in fared.of],
        "satisfied_percent": [100 * found["satisfied"] for found in fared.of],
        "health_gbp_per_person_week": spent,
        "hospital_days_per_person_year": [health.days[fared.group, arm] for arm in range(len(ARMS))],
    }
    for place, service in enumerate(HEALTH_SERVICES):
        shares = [health.shares[fared.group, arm, place] for arm in range(len(ARMS))]
        each = [costs * share for costs, share in zip(spent, shares, strict=True)]
        values[f"health_gbp_per_person_week_{service}"] = each
    time = _totals(_by_cell(fared, None, fared.minutes))
    for name, of_arm in values.items():
        cubes.metrics[name] = ratio(_totals(_by_cell(fared, of_arm, fared.minutes)), time)
    cubes.metrics["health_gbp"] = _totals(_by_cell(fared, spent, fared.minutes)) / WEEK_MINUTES
    conventional, held = fared.of[CONVENTIONAL], fared.of[IB]
    for name, gained in (
        ("ascot_gain_point_years", held["ascot"] - conventional["ascot"]),
        ("in_control_gain_person_years", in_control(held) - in_control(conventional)),
    ):
        nothing = np.zeros(gained.size)
        cubes.metrics[name] = _totals(_by_cell(fared, [nothing, gained], fared.minutes)) / YEAR_MINUTES


def in_control(found: dict[str, Floats]) -> Floats:
    """1 for those who feel in control of their daily lives, 0 for the others."""
    return (found["control"] == 2).astype(np.float64)


def _by_cell(fared: Fared, values: list[Floats] | None, minutes: Floats) -> Cube:
    """Sums of values times minutes by group, arm and year: float64[4, 2, years]."""
    out = np.zeros((4, len(ARMS), minutes.shape[0]))
    for year, of_arms in enumerate(minutes):
        for arm, time in enumerate(of_arms):
            weights = time if values is None else time * values[arm]
            out[:, arm, year] = np.bincount(fared.group, weights=weights, minlength=4)
    return out


def _totals(inner: Cube) -> Cube:
    return with_all_years(with_totals(inner))


def interviewed(trial: Columns, people: I32, world: World, asked: Asked, content: Cube) -> Columns:
    """What the evaluators heard: each person's outcomes with the support in place at the interview.

    Columns of `OUTCOMES`, and `support_gbp_per_week`: what the plan holds for those in the IB arm who had
    one by then (NaN for the others, as their costs were not known), the package in the comparison arm.
    """
    rows = world.people[people]
    for name in rows.dtype.names or ():
        rows[name] = trial[name]
    costs = [weekly_cost(rows, arm, content) for arm in range(len(ARMS))]
    outcomes = asked(world, people)
    found = [outcomes.of(arm, costs[arm]) for arm in range(len(ARMS))]
    has_ib = trial["support"] == IB_SUPPORT
    heard: Columns = {
        name: np.where(has_ib, found[IB][name], found[CONVENTIONAL][name]) for name in found[IB]
    }
    # the report prints health costs of the arms as they were randomised, whatever was in place by then
    heard["health"] = np.where(trial["trial"] == IB, found[IB]["health"], found[CONVENTIONAL]["health"])
    planned = np.where(trial["signed_at"] >= 0, costs[IB], np.nan)
    return heard | {"support_gbp_per_week": np.where(trial["trial"] == IB, planned, costs[CONVENTIONAL])}
