"""Outcomes of people by hand: shares of health costs, scales, and whom satisfaction tells apart."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from ibsim.council import COLUMNS
from ibsim.draws import Draws
from ibsim.engine.clock import Clock
from ibsim.engine.world import World
from ibsim.policy import packages, population
from ibsim.policy.outcomes import Outcomes, OutcomesSettings, Typical, health_shares
from ibsim.policy.outcomes.room import HEALTH_SERVICES
from ibsim.policy.packages import PackagesSettings
from ibsim.units import ARMS, GROUPS
from tests.unit.policy.filling import filled
from tests.unit.policy.small import evidence

PEOPLE = 2_000
POUNDS = np.full(PEOPLE, 200.0)
"""A week, for everybody."""


def outcomes(group: int) -> Outcomes:
    """The same people, counted among this group: alike in all but that."""
    ids, known = np.arange(PEOPLE, dtype=np.int64), evidence()
    world = World(Clock(date(2006, 4, 1), 1, 0), Draws(7, 0), ids, np.full(PEOPLE, group, np.int8), COLUMNS)
    world.people["age"], world.people["adl_without_help"] = 40 + ids % 30, ids % 13
    for place, name in enumerate(("employed", "cognitive_impairment", "carer_in_household", "white")):
        world.people[name] = ids >> place & 1
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
