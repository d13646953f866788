"""Outcomes of people by hand: shares of health costs, scales, and whom satisfaction tells apart."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from scipy.stats import norm

from ibsim.council import COLUMNS
from ibsim.draws import Draws
from ibsim.engine.clock import Clock
from ibsim.engine.world import World
from ibsim.policy import packages, population
from ibsim.policy.outcomes import Outcomes, OutcomesSettings, Typical, health_shares, hospital_days
from ibsim.policy.outcomes.room import HEALTH_SERVICES
from ibsim.policy.packages import PackagesSettings
from ibsim.units import ARMS, GROUPS
from ibsim.words import CONVENTIONAL, IB
from tests.unit.policy.deployed import near
from tests.unit.policy.filling import filled
from tests.unit.policy.small import evidence

PEOPLE = 2_000
POUNDS = np.full(PEOPLE, 200.0)
"""A week, for everybody."""


def outcomes(group: int, **same: int) -> Outcomes:
    """The same people, counted among this group: alike in all but that; `same` is what all of them have."""
    ids, known = np.arange(PEOPLE, dtype=np.int64), evidence()
    world = World(Clock(date(2006, 4, 1), 1, 0), Draws(7, 0), ids, np.full(PEOPLE, group, np.int8), COLUMNS)
    world.people["age"], world.people["adl_without_help"] = 40 + ids % 30, ids % 13
    for place, name in enumerate(("employed", "cognitive_impairment", "carer_in_household", "white")):
        world.people[name] = ids >> place & 1
    for name, value in same.items():
        world.people[name] = value
    uniforms, places = Typical.places()
    usual = known.by_group("outcome-sample-gbp-per-week")
    typical = Typical(
        population.typical_ages(known, places),
        packages.typical_adl(known, uniforms),
        packages.typical_spend(filled(PackagesSettings), usual, places),
    )
    return Outcomes(world, np.arange(PEOPLE, dtype=np.int32), filled(OutcomesSettings), known, typical)


def test_every_pound_of_health_care_goes_to_one_service() -> None:
    shares, known = health_shares(evidence()), evidence()
    assert shares.shape == (len(GROUPS), len(ARMS), len(HEALTH_SERVICES))
    assert (shares > 0).all()
    assert shares.sum(axis=2) == pytest.approx(np.ones((len(GROUPS), len(ARMS))), rel=1e-12)
    for arm, name in enumerate(ARMS):
        cost = {s: known.value(f"health-{s}-gbp-per-week", name) for s in ("nurse", "gp")}
        more = {s: known.by_group(f"health-{s}-group-factor") for s in ("nurse", "gp")}
        nurse, gp = (shares[:, arm, HEALTH_SERVICES.index(service)] for service in ("nurse", "gp"))
        assert nurse / gp == pytest.approx(cost["nurse"] * more["nurse"] / (cost["gp"] * more["gp"]))


def test_outcomes_keep_to_their_scales_and_to_four_places() -> None:
    ends = {"ascot": 4.57, "control": 2, "ghq": 12, "quality_of_life": 7, "satisfied": 1, "health": np.inf}
    for arm in range(len(ARMS)):
        found = outcomes(0).of(arm, POUNDS)
        assert set(found) == set(ends)
        for name, values in found.items():
            assert 0 <= values.min() < values.max() <= ends[name], name
            assert values * 1e4 == pytest.approx(np.rint(values * 1e4), abs=1e-6), name


def test_satisfaction_hangs_on_who_people_are_and_not_on_their_group() -> None:
    # it is printed for all groups together; whoever was asked about another answers in another way
    first, last = (outcomes(group).of(0, POUNDS) for group in (0, 3))
    proxies = evidence().by_group("proxy-percent").max() / 100
    asked = ~Draws(7, 0).chance("proxy", np.arange(PEOPLE, dtype=np.int64), np.full(PEOPLE, proxies))
    assert asked.sum() > PEOPLE / 3
    assert np.array_equal(first["satisfied"][asked], last["satisfied"][asked])
    assert not np.array_equal(first["ascot"][asked], last["ascot"][asked])
    shares = evidence().by_group("proxy-percent")[[0, 3]] / 100
    ids = np.arange(PEOPLE, dtype=np.int64)
    in_one = Draws(7, 0).chance("proxy", ids, shares.max()) & ~Draws(7, 0).chance("proxy", ids, shares.min())
    assert (first["satisfied"] != last["satisfied"])[in_one].any()


@pytest.mark.parametrize("outcome", ["ascot", "quality_of_life"])
def test_money_adds_less_and_less_until_it_adds_nothing(outcome: str) -> None:
    name = outcome.replace("_", "-")
    slope, bend = (evidence().value(f"{name}-slope-{term}") for term in ("spend", "spend-squared"))
    peak = -slope / (2 * bend)
    made = outcomes(0)
    half, top, beyond = (made.of(0, np.full(PEOPLE, part * peak))[outcome] for part in (0.5, 1.0, 3.0))
    assert np.array_equal(top, beyond)
    # from half the peak on it is a quarter of all that money adds; the same draws on either side
    gained = slope * peak / 8
    assert (top - half).mean() == pytest.approx(gained, rel=0.15) and (top >= half).all()


def test_who_has_a_job_does_better_by_what_the_production_function_says() -> None:
    without, job = (outcomes(0, employed=has).of(0, POUNDS)["quality_of_life"] for has in (0, 1))
    slope = evidence().value("quality-of-life-slope-employed")
    assert (job - without).mean() == pytest.approx(slope, rel=0.15)


def test_an_ib_moves_satisfaction_by_its_points_on_the_scale_of_the_answers() -> None:
    alike = {"age": 60, "employed": 0, "cognitive_impairment": 0, "carer_in_household": 0, "white": 1}
    made, effect = outcomes(0, **alike), filled(OutcomesSettings).satisfaction_ib_effect
    shares = [made.of(arm, POUNDS)["satisfied"].mean() for arm in (CONVENTIONAL, IB)]
    moved = norm.ppf(shares[IB]) - norm.ppf(shares[CONVENTIONAL])
    # a share of 2,000 people; those who were asked through another differ a little
    assert moved == pytest.approx(effect / evidence().value("satisfaction-spread-points"), rel=0.3)


@pytest.mark.parametrize("arm", range(len(ARMS)), ids=ARMS)
def test_health_care_is_spread_widely_round_its_printed_level(arm: int) -> None:
    settings, sigma = filled(OutcomesSettings), evidence().value("health-cost-sigma")
    level = (settings.health_ib_gbp_per_week if arm == IB else settings.health_conventional_gbp_per_week).PD
    logs = np.log(outcomes(0).of(arm, POUNDS)["health"])
    assert near(logs, np.log(level) - sigma**2 / 2)
    assert logs.std() == pytest.approx(sigma, rel=0.1)


def test_a_year_in_hospital_is_two_of_the_half_years_that_are_printed() -> None:
    days, known = hospital_days(evidence()), evidence()
    for arm, name in enumerate(ARMS):
        printed = known.value("health-inpatient-days", name) * known.by_group("health-inpatient-days-factor")
        assert days[:, arm] == pytest.approx(printed + printed)
