"""Intervals cover as often as they say, equal scenarios are rarely told apart, and common dice pay.

A thousand experiments of twenty replications each would take an hour, so some hundred replications of a very
small council are run once and experiments are drawn from these, with replacement: what is drawn from is then
the whole population, with the model's own skewness, and its mean is the truth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from ibsim.replication import run
from ibsim.results.statistics import Statistics, summarise
from tests.councils import Laboratory, part_of_council, wave

pytestmark = pytest.mark.slow

Floats = NDArray[np.float64]

METRICS = (
    "referrals", "reviews_completed", "review_compliance_percent", "wait_days_referral_to_in_place",
    "people_waiting", "reviews_overdue", "plans_signed_off", "gross_cost_gbp", "care_management_gbp",
    "caseload_mean",
)  # fmt: skip
BASE = (part_of_council(0.05), {"calendar": {"years": 1, "warm_up_years": 0}}, wave("new_referrals"))
WEEKLY_PANEL = {"allocation": {"panel_interval_weeks": 1}}
POOL = 160
EXPERIMENTS = 1_000
SIZES = (5, 20)


@dataclass(frozen=True)
class Pools:
    """Replications of the small council, float64[replication, metric]: with two seeds, and changed."""

    base: Floats
    other_seed: Floats
    panel: Floats


@pytest.fixture(scope="module")
def pools(lab: Laboratory) -> Pools:
    def of(change: Mapping[str, object], seed: int = 1) -> Floats:
        scenario = lab.scenario(*BASE, change)
        tables = (run(scenario, seed, number) for number in range(1, POOL + 1))
        return np.array([[one.metrics[name][-1, -1, -1] for name in METRICS] for one in tables])

    return Pools(of({}), of({}, seed=2), of(WEEKLY_PANEL))


def experiments(population: Floats, size: int, dice: int) -> Floats:
    """Samples of replications: float64[size, experiment, metric]."""
    picked = np.random.default_rng(dice).integers(0, len(population), (size, EXPERIMENTS))
    return population[picked]


def shares(holds: NDArray[np.bool_]) -> dict[str, float]:
    """The percentage of experiments in which something holds, by metric."""
    return dict(zip(METRICS, (100 * holds.mean(axis=0)).round(1).tolist(), strict=True))


def covered(found: Statistics, truth: Floats) -> dict[str, float]:
    return shares((found.ci_low <= truth) & (truth <= found.ci_high))


@pytest.mark.parametrize("size", SIZES)
def test_intervals_of_means_cover_as_they_say(pools: Pools, size: int) -> None:
    """Between 92.7 and 97.3 percent, which an interval that covers 95 fails once in a thousand times.

    Power: one that covers 90 percent is found 99 times in 100, one that covers 91 some 97 times; so is a
    normal quantile in place of Student's with five replications (88 percent).
    """
    found = covered(summarise(experiments(pools.base, size, dice=size)), pools.base.mean(axis=0))
    assert all(92.7 <= share <= 97.3 for share in found.values()), found


def test_intervals_of_paired_differences_cover_as_they_say(pools: Pools) -> None:
    """The same for what a weekly panel changes, replication by replication, with 20 of them; the same power.

    With five replications of so small a council the plans' difference, which is nought in a third of them,
    covers less often: an effect that is nothing in many replications needs more of them.
    """
    apart = pools.panel - pools.base
    some = apart.std(axis=0) > 0  # what the lever cannot move has a difference of exactly nought
    assert {name for name, moved in zip(METRICS, some, strict=True) if not moved} == {"referrals"}
    found = covered(summarise(experiments(apart, 20, dice=120)), apart.mean(axis=0))
    assert all(92.7 <= share <= 97.3 for name, share in found.items() if name != "referrals"), found
    assert found["referrals"] == 100


def test_equal_scenarios_with_other_seeds_are_rarely_told_apart(pools: Pools) -> None:
    """A/A: false alarms in 3.0 to 7.5 percent of experiments of 20 replications a side.

    Power: a rate of 10 percent is found 99 times in 100, and so is one of 1.5 percent.
    """
    means = [pool.mean(axis=0) for pool in (pools.base, pools.other_seed)]
    errors = [pool.var(axis=0, ddof=1) / POOL for pool in (pools.base, pools.other_seed)]
    assert (np.abs(means[0] - means[1]) <= 4 * np.sqrt(errors[0] + errors[1])).all(), "two seeds, one council"
    both = np.concatenate([pools.base, pools.other_seed])
    found = summarise(experiments(both, 20, dice=7) - experiments(both, 20, dice=8))
    alarms = shares((found.ci_low > 0) | (found.ci_high < 0))
    assert all(3.0 <= share <= 7.5 for share in alarms.values()), alarms


def test_equal_scenarios_with_the_same_seed_do_not_differ_at_all(lab: Laboratory) -> None:
    """Written in other words, and run again: every metric of every group, arm and year is the same.

    Power: a single draw that depends on anything but its address would show.
    """
    refusal = lab.scenario(*BASE).levers.rollout.refusal_percent
    other = lab.scenario(*BASE, {"rollout": {"refusal_percent": refusal}})
    for number in (1, 2, 3):
        one, again = run(lab.scenario(*BASE), 1, number), run(other, 1, number)
        assert other.path != lab.scenario(*BASE).path
        for name, cube in one.metrics.items():
            np.testing.assert_array_equal(cube, again.metrics[name], err_msg=name)


def test_common_dice_cut_the_variance_of_a_small_effect(
    pools: Pools, capsys: pytest.CaptureFixture[str]
) -> None:
    """At least tenfold against independent runs, in every metric that the effect reaches.

    Power: without common dice the ratio would be 1, with a standard error of about 0.1.
    """
    common = (pools.panel - pools.base).var(axis=0, ddof=1)
    independent = (pools.panel - pools.other_seed).var(axis=0, ddof=1)
    ratios = {
        name: float(apart / together)
        for name, apart, together in zip(METRICS, independent, common, strict=True)
        if together > 0
    }
    with capsys.disabled():
        told = ", ".join(f"{name} {ratio:,.0f}" for name, ratio in ratios.items())
        print(f"\nVariance of the difference, independent over common dice: {told}")
    assert len(ratios) >= 8
    assert min(ratios.values()) >= 10, ratios
