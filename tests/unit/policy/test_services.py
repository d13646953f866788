"""What money buys: use as in Tables 5.5 and 5.6, money as in Table 7.2, and every penny in one place."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ibsim.engine.world import World
from ibsim.evidence import load
from ibsim.policy.deployment import SERVICES, ServiceSplit, service_split
from ibsim.policy.deployment.services import service_weights
from ibsim.policy.lever import Misfit
from ibsim.units import ARMS, GROUPS, WEEKS_PER_YEAR, split_pence
from ibsim.words import CONVENTIONAL, IB
from tests.unit.policy.deployed import deployed, near, ranks, settings

SIGMA = {
    CONVENTIONAL: load().by_group("conventional-services-sigma"),
    # what needs, assessment, panels, disputes and changes in planning make of it together
    IB: np.array([0.876, 0.971, 0.617, 0.671]),
}
IN_TABLE_7_2 = {"personal_assistance": "personal-assistant", "home_care": "home-care", "meals": "meals"}
CELLS = [pytest.param(arm, group, id=f"{ARMS[arm]}-{GROUPS[group]}") for arm in (0, 1) for group in range(4)]


@pytest.fixture(scope="module")
def council() -> World:
    return deployed()


@pytest.fixture(scope="module")
def split() -> ServiceSplit:
    return service_split(settings(), SIGMA[IB], SIGMA[CONVENTIONAL])


def uses(world: World, arm: int) -> NDArray[np.bool_]:
    """Who has what: bool[n, service]."""
    bits = world.people["ib_services" if arm == IB else "conventional_services"]
    return (bits[:, None] >> np.arange(len(SERVICES)) & 1).astype(bool)


def pounds_a_week(world: World, arm: int) -> NDArray[np.float64]:
    """What everybody's services come to, lognormal with the group's mean in Table 7.1."""
    rank = ranks(world)[0 if arm == IB else 1]
    sigma = SIGMA[arm][world.groups]
    name = "services-ib-gbp-per-week" if arm == IB else "services-conventional-gbp-per-week"
    money: NDArray[np.float64] = load().by_group(name)[world.groups] * np.exp(sigma * rank - sigma**2 / 2)
    return money


@pytest.mark.parametrize(("arm", "group"), CELLS)
def test_as_many_use_a_service_as_in_the_tables(council: World, arm: int, group: int) -> None:
    levers = settings().ib_services if arm == IB else settings().conventional_services
    expected, _ = levers.table()
    found = uses(council, arm)[council.groups == group]
    for service, name in enumerate(SERVICES):
        assert near(found[:, service], expected[service, group]), name
    if arm == IB:
        facts, plans = load().facts, load().facts[f"ib-plan-records-{GROUPS[group].lower()}-n"].value
        for name in ("personal-assistance", "leisure"):
            printed = facts[f"use-{name}-{GROUPS[group].lower()}-n"].value / plans
            assert near(found[:, SERVICES.index(name.replace("-", "_"))], printed), name


@pytest.mark.parametrize(("arm", "group"), CELLS)
def test_money_on_each_service_is_table_7_2s(
    council: World, split: ServiceSplit, arm: int, group: int
) -> None:
    here, facts = council.groups == group, load().facts
    money = (split.shares(council, arm) * pounds_a_week(council, arm)[:, None])[here]
    arm_name = "ib" if arm == IB else "comparison"
    for name, row in IN_TABLE_7_2.items():
        printed = facts[f"weekly-component-{row}-{GROUPS[group].lower()}-{arm_name}-mean"].value
        assert near(money[:, SERVICES.index(name)], printed), name
    levers = settings().ib_services if arm == IB else settings().conventional_services
    for service, name in enumerate(SERVICES):
        assert near(money[:, service], levers.table()[1][service, group]), name


def test_users_of_assistants_have_what_table_5_5_prints(council: World, split: ServiceSplit) -> None:
    money = split.shares(council, IB)[:, 0] * pounds_a_week(council, IB)
    for group, name in enumerate(GROUPS):
        users = uses(council, IB)[:, 0] & (council.groups == group)
        printed = load().facts[f"use-personal-assistance-{name.lower()}-mean"].value
        a_year = money[users].mean() * WEEKS_PER_YEAR
        if name == "MH":
            # 39 pounds a week from 31 percent of plans are 6,475 a year of each, whatever the law
            assert a_year > 1.5 * printed
        else:
            assert a_year == pytest.approx(printed, rel=0.15)


@pytest.mark.parametrize("arm", [CONVENTIONAL, IB])
def test_larger_sums_go_with_more_services(council: World, arm: int) -> None:
    rank, assistants = ranks(council)[0 if arm == IB else 1], uses(council, arm)[:, 0]
    assert assistants[rank > 1].mean() > assistants[rank < -1].mean() + 0.2
    alike = deployed({"service_use_correlation": 0.0}, np.arange(40_000, dtype=np.int64))
    rank, assistants = ranks(alike)[0 if arm == IB else 1], uses(alike, arm)[:, 0]
    assert abs(assistants[rank > 1].mean() - assistants[rank < -1].mean()) < 0.03


@pytest.mark.parametrize("arm", [CONVENTIONAL, IB])
def test_everybodys_money_goes_to_what_they_use_and_nowhere_else(
    council: World, split: ServiceSplit, arm: int
) -> None:
    shares = split.shares(council, arm)
    assert shares.shape == (council.n, len(SERVICES))
    assert np.allclose(shares.sum(axis=1), 1, rtol=0, atol=1e-12)
    assert not shares[~uses(council, arm)].any()
    assert (shares[:, -1] > 0).all()


def test_parts_add_up_to_the_penny(council: World, split: ServiceSplit) -> None:
    shares = split.shares(council, IB)
    for p, pence in ((0, 1), (1, 99_999), (2, 0), (3, 123_457)):
        parts = split.split(council, IB, p, pence)
        assert parts.sum() == pence
        assert (np.abs(parts - shares[p] * pence) < 1).all()
        assert np.array_equal(parts, split_pence(pence, shares[p]))


@pytest.mark.parametrize("arm", [CONVENTIONAL, IB])
def test_groups_totals_add_up_to_the_penny(council: World, split: ServiceSplit, arm: int) -> None:
    pence = np.rint(pounds_a_week(council, arm) * 100).astype(np.int64)
    pence[council.groups == 2] = 0
    totals = split.totals(council, arm, pence)
    together = split.shares(council, arm) * pence[:, None]
    for group in range(4):
        here = council.groups == group
        assert totals[group].sum() == pence[here].sum()
        assert np.abs(totals[group] - together[here].sum(axis=0)).max() < 1


def test_weights_are_solved_once_in_a_process(split: ServiceSplit) -> None:
    before = service_weights.cache_info()
    again = service_split(settings(), SIGMA[IB], SIGMA[CONVENTIONAL])
    after = service_weights.cache_info()
    assert after.misses == before.misses
    assert after.hits == before.hits + len(GROUPS) * len(ARMS)
    assert np.array_equal(again.weights, split.weights)
    assert split.in_house_share == settings().in_house_home_care_percent / 100


def test_evidence_drawn_within_its_ranges_can_be_met() -> None:
    evidence = load()
    rows = {
        name: evidence.row(name, "MH") for name in ("service-use-correlation", "conventional-services-sigma")
    }
    correlations, sigmas = ((row.low, row.high) for row in rows.values())
    for rho, sigma, other in product(correlations, sigmas, (20.0, 45.0)):
        assert rho is not None
        assert sigma is not None
        given: dict[str, Any] = {
            "service_use_correlation": rho,
            "ib_services": {"other_mainstream_percent": other},
        }
        split = service_split(settings(given), SIGMA[IB], np.array([0.7, 0.75, sigma, 0.5]))
        assert np.isfinite(split.table).all()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"service_use_correlation": 0.0},
            "deployment.conventional_services.personal_assistance_gbp_per_week.MH: the people",
        ),
        ({"ib_services": {"meals_gbp_per_week": {"OP": 90.0}}}, "90 pounds a week on meals"),
        ({"ib_services": {"home_care_percent": {"LD": 2.0}}}, "on home_care are 15% of all money, and 2%"),
    ],
)
def test_money_that_its_users_do_not_have_is_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(Misfit) as caught:
        service_split(settings(given), SIGMA[IB], SIGMA[CONVENTIONAL])
    assert said in f"{'.'.join(map(str, caught.value.path))}: {caught.value}"
