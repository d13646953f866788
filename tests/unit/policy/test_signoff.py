"""Sign-off: how many sums change and by how much, who takes that, and who gives up."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import norm

from ibsim.engine.shared import Shared
from tests.unit.policy.deployed import near
from tests.unit.policy.signing import signing
from tests.unit.policy.small import Small, evidence

INDICATIVE = 1_000_000
"""Pence a year."""
MANY = 8_000
"""In each group."""


def settled(levers: dict[str, Any] | None = None, in_each_group: int = MANY) -> tuple[Small, Shared]:
    """People whose sum of the same size has been settled with these levers of sign-off."""
    small = Small(in_each_group, {"signoff": levers or {}})
    w = small.shared()
    for p in range(small.world.n):
        signing.settle(w, p, INDICATIVE, 0.0, 1e9)
    return small, w


def ratios(small: Small) -> NDArray[np.float64]:
    """Final against indicative."""
    found: NDArray[np.float64] = small.world.people["final_budget"] / INDICATIVE
    return found


def test_most_sums_stay_to_the_penny_and_the_share_that_changes_is_the_levers() -> None:
    small, _ = settled()
    changed = small.world.people["final_budget"] != INDICATIVE
    # 7 of the 44 people interviewed whose IB was in place
    assert evidence().value("final-changed-percent") == pytest.approx(700 / 44, rel=1e-4)
    assert near(changed, 7 / 44)
    gaps = small.world.people["budget_gap"]
    assert not gaps[~changed].any()
    assert gaps == pytest.approx(ratios(small) - 1, abs=1e-6)


@pytest.mark.parametrize(("mean", "sigma"), [(0.0, 0.25), (-20.0, 0.4), (50.0, 0.0)])
def test_changes_have_the_mean_and_spread_of_the_levers(mean: float, sigma: float) -> None:
    small, _ = settled({"changed_percent": 100.0, "gap_percent": mean, "gap_sigma": sigma})
    found = ratios(small)
    assert near(found, 1 + mean / 100, at_least=1e-6)
    logs = np.log(found)
    assert logs.std() == pytest.approx(sigma, rel=0.02, abs=1e-6)
    assert near(logs, np.log(1 + mean / 100) - sigma**2 / 2, at_least=1e-6)


def test_the_same_people_are_changed_whatever_the_size_and_more_where_the_share_grows() -> None:
    small, _ = settled({"gap_sigma": 0.1}, 2_000)
    larger, _ = settled({"gap_sigma": 0.5}, 2_000)
    more, _ = settled({"changed_percent": 40.0, "gap_sigma": 0.1}, 2_000)
    few = small.world.people["final_budget"] != INDICATIVE
    assert np.array_equal(few, larger.world.people["final_budget"] != INDICATIVE)
    assert np.array_equal(ratios(more)[few], ratios(small)[few])
    assert (more.world.people["final_budget"] != INDICATIVE).sum() > few.sum()


def test_a_change_beyond_the_tolerance_calls_for_a_new_plan() -> None:
    small, w = settled(in_each_group=2_000)
    calls = np.array([signing.gap_calls_for_a_new_plan(w, p) for p in range(small.world.n)])
    assert np.array_equal(calls, np.abs(ratios(small).astype(np.float32) - 1) > 0.05)
    # in closed form: the share whose change is outside the twentieth, of those who are changed
    above, below = (np.log(1.05) + 0.25**2 / 2) / 0.25, (np.log(0.95) + 0.25**2 / 2) / 0.25
    assert near(calls, 7 / 44 * (norm.sf(above) + norm.cdf(below)))


def refusals(gap: float, percent: float = 10.0) -> NDArray[np.bool_]:
    """Who gives up at a gap."""
    small = Small(MANY, {"signoff": {"gap_refusal_percent": percent}})
    w = small.shared()
    small.world.people["budget_gap"] = gap
    return np.array([signing.refuses_gap(w, p) for p in range(small.world.n)])


def test_refusals_are_in_proportion_to_the_fall_and_nobody_refuses_a_rise() -> None:
    quarter, half, eighth = refusals(-0.25), refusals(-0.5), refusals(-0.125)
    assert near(quarter, 0.10)
    assert near(half, 0.20)
    assert near(eighth, 0.05)
    assert (quarter <= half).all(), "who refuses a smaller fall refuses a larger one"
    assert not refusals(0.0).any()
    assert not refusals(0.8).any()
    assert refusals(-0.3, 100.0).all()


def test_a_sum_that_is_taken_back_is_settled_anew() -> None:
    small, w = settled(in_each_group=5)
    assert all(signing.settled(w, p) for p in range(small.world.n))
    signing.unsettle(w, 3)
    assert not signing.settled(w, 3)
    signing.settle_at(w, 3, 123_456)
    person = small.world.people[3]
    assert (person["final_budget"], person["budget_gap"]) == (123_456, 0.0)
