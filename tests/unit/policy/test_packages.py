"""Packages: needs and services spread as the expenditure functions and the printed spreads say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import binom

from ibsim.engine.world import World
from ibsim.units import GROUPS
from tests.unit.policy.deployed import near
from tests.unit.policy.small import Small, evidence

Floats = NDArray[np.float64]
PEOPLE = 60_000
"""In each group."""
ARMS = {"services": "conventional-services-sigma", "needs": "needs-sigma"}
"""What a person costs in the conventional system and needs under an IB, and the printed spread of each."""
EFFECTS = {
    "services": ("cost-adl", "cost-adl-squared", {
        name: f"cost-{name}" for name in ("cognitive-impairment", "carer-in-household", "employed", "white")
    }),
    "needs": ("cost-ib-adl", "", {"carer-in-household": "cost-ib-carer-in-household"}),
}  # fmt: skip


@pytest.fixture(scope="module")
def council() -> World:
    return Small(PEOPLE).world


def pounds(world: World, group: int) -> Floats:
    """Conventional services of a group, pounds a week."""
    found: Floats = world.people["services_pence"][world.groups == group] / 100
    return found


def explained(arm: str, group: str) -> float:
    """Variance in logs that the attributes of the expenditure function make in a group, in closed form."""
    value = evidence().value
    linear, squared, binary = EFFECTS[arm]
    count = np.arange(13)
    slope = value(linear) * count + (value(squared) * count**2 if squared else 0)
    able = binom.pmf(count, 12, value("adl-able-percent", group) / 100)
    shares = {name: value(f"{name}-percent", group) / 100 for name in binary}
    return float(able @ slope**2 - (able @ slope) ** 2) + sum(
        value(row) ** 2 * shares[name] * (1 - shares[name]) for name, row in binary.items()
    )


@pytest.mark.parametrize("group", range(4), ids=GROUPS)
def test_services_cost_what_is_printed_and_needs_have_mean_1(council: World, group: int) -> None:
    mean = evidence().value("services-conventional-gbp-per-week", GROUPS[group])
    assert near(pounds(council, group), mean)
    assert near(council.people["needs"][council.groups == group], 1.0)


@pytest.mark.parametrize("arm", ARMS)
@pytest.mark.parametrize("group", range(4), ids=GROUPS)
def test_spreads_are_the_printed_ones_whatever_the_attributes_explain(
    council: World, arm: str, group: int
) -> None:
    values = pounds(council, group) if arm == "services" else council.people["needs"][council.groups == group]
    spread = evidence().value(ARMS[arm], GROUPS[group])
    logs = np.log(values.astype(np.float64))
    # pence rounded and an effect that is not quite normal: within a fiftieth
    assert logs.std() == pytest.approx(spread, rel=0.02)
    assert 0 < explained(arm, GROUPS[group]) < spread**2


@pytest.mark.parametrize("arm", ARMS)
@pytest.mark.parametrize("group", range(4), ids=GROUPS)
def test_attributes_explain_what_the_expenditure_function_says(arm: str, group: int) -> None:
    # nothing but the attributes: a spread below what they explain leaves no room for anything else
    none = {name: 0.0 for name in GROUPS}
    world = Small(20_000, {"packages": {"conventional_sigma": none, "needs_sigma": none}}).world
    values = pounds(world, group) if arm == "services" else world.people["needs"][world.groups == group]
    found = np.log(values.astype(np.float64))
    # a variance over 20,000 people is known to about a fiftieth
    assert found.var() == pytest.approx(explained(arm, GROUPS[group]), rel=0.08)
    assert near(values / values.mean(), 1.0)


def test_needs_under_an_ib_fall_by_the_same_part_with_every_activity_that_is_done_without_help() -> None:
    # Table 7.7 has a straight line where the conventional package has a curve
    none = dict.fromkeys(GROUPS, 0.0)
    people, value = Small(500, {"packages": {"needs_sigma": none}}).world.people, evidence().value
    slope = value("cost-ib-adl") * people["adl_without_help"].astype(float)
    slope += value("cost-ib-carer-in-household") * people["carer_in_household"]
    rest = np.log(people["needs"].astype(float)) - slope
    for group in range(len(GROUPS)):
        assert np.ptp(rest[people["group"] == group]) < 1e-5


def left_over(world: World, rows: slice = slice(None)) -> dict[str, Floats]:
    """Logs of both factors less what the attributes make of them, in the PD group."""
    value, people = evidence().value, world.people[world.groups == 0]
    out = {}
    for arm, (linear, squared, binary) in EFFECTS.items():
        column: Any = people["services_pence"] if arm == "services" else people["needs"]
        adl = people["adl_without_help"].astype(np.float64)
        slope = value(linear) * adl + (value(squared) * adl**2 if squared else 0)
        for name, row in binary.items():
            slope = slope + value(row) * people[name.replace("-", "_")]
        out[arm] = np.log(column.astype(np.float64)) - slope
    return out


@pytest.mark.parametrize("correlation", [-1.0, 0.0, 0.7, 1.0])
def test_what_attributes_leave_goes_together_as_the_lever_says(correlation: float) -> None:
    rest = left_over(Small(20_000, {"packages": {"arm_correlation": correlation}}).world)
    found = np.corrcoef(rest["services"], rest["needs"])[0, 1]
    # four standard errors of a correlation over 20,000 people, and pence that are rounded
    assert found == pytest.approx(correlation, abs=4 / np.sqrt(20_000) + 1e-3)


def test_the_correlation_moves_needs_and_never_services(council: World) -> None:
    other = Small(1000, {"packages": {"arm_correlation": 0.0}}).world.people
    ours = council.people[: other.size]
    assert np.array_equal(other["services_pence"], ours["services_pence"])
    assert not np.array_equal(other["needs"], ours["needs"])


def test_other_clients_cost_what_is_left_of_englands_spend() -> None:
    world = Small(10_000, package=False).world
    for group, name in enumerate(GROUPS):
        assert near(pounds(world, group), evidence().value("other-clients-gbp-per-week", name))


def test_the_councils_factor_scales_packages_alone() -> None:
    factor: dict[str, Any] = {"packages": {"council_factor": 1.1}}
    for package, ratio in ((True, 1.1), (False, 1.0)):
        plain, dear = Small(1000, package=package).world, Small(1000, factor, package=package).world
        dearer = dear.people["services_pence"].sum() / plain.people["services_pence"].sum()
        assert dearer == pytest.approx(ratio, rel=1e-5)
        assert np.array_equal(plain.people["needs"], dear.people["needs"])
