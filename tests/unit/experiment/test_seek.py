"""The search for the least lever, on models whose answer is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
import pytest

from ibsim.experiment.samples import Evaluate, Floats, Point
from ibsim.experiment.seek.front import front
from ibsim.experiment.seek.least import least
from ibsim.experiment.seek.targets import MET, NOT_MET, UNDECIDED, Target, find
from ibsim.experiment.seek.trials import Rule, Trials, usual_rule

GRID = tuple(float(value) for value in range(21))
NINETY = Target("y >= 90", at_least=True, limit=90.0)


def noisy(mean: Callable[..., float], sd: float, seed: int = 0, own: float = 0.1) -> Evaluate:
    """One output: mean(point), with dice common to all points, and some of each point's own."""

    def evaluate(point: Point, numbers: Sequence[int]) -> Floats:
        common = [np.random.default_rng((seed, number)).normal() for number in numbers]
        place = [round(1000 * value) for value in point]
        alone = [np.random.default_rng((seed, number, 1, *place)).normal() for number in numbers]
        return (mean(*point) + sd * (np.array(common) + own * np.array(alone)))[:, np.newaxis]

    return evaluate


def trials(evaluate: Evaluate, *targets: Target, most: int | None = None) -> Trials:
    return Trials(evaluate, targets, usual_rule(0.95, targets, most))


@pytest.mark.parametrize("answer", [0, 1, 4, 5, 7, 13, 19, 20])
@pytest.mark.parametrize("at_least", [True, False])
def test_finds_the_least_value_wherever_it_lies(answer: int, at_least: bool) -> None:
    sign = 1 if at_least else -1
    target = Target("", at_least, 90.0 * sign)
    found = least(trials(noisy(lambda x: sign * (90 + 4 * (x - answer + 0.5)), 2.0), target), GRID)
    assert found.found is not None and found.found.point == (answer,)
    assert found.before is None if answer == 0 else found.before is not None
    assert found.is_monotone


def test_the_greatest_value_is_sought_by_a_range_that_falls() -> None:
    found = least(trials(noisy(lambda x: 100 - x, 0.5), NINETY), GRID[::-1])
    assert found.found is not None and found.found.point in {(9.0,), (10.0,)}


def test_far_values_take_few_replications_and_near_ones_more() -> None:
    search = trials(noisy(lambda x: 80 + x, 3.0), NINETY)
    least(search, GRID)
    assert len(search.tried[0.0,].values) == len(search.tried[20.0,].values) == 6
    assert max(len(tried.values) for tried in search.tried.values()) > 6


def test_a_value_right_at_the_limit_stays_undecided_and_is_not_called_met() -> None:
    search = trials(noisy(lambda x: 90.0 if x < 12 else 99.0, 5.0, seed=3), NINETY)
    found = least(search, GRID)
    assert found.found is not None and found.found.point == (12.0,)
    assert found.before is not None and found.before.verdict == UNDECIDED
    assert len(found.before.values) == search.rule.looks[-1]


@pytest.mark.parametrize("share", [None, 80.0])
def test_what_does_not_meet_is_called_met_seldom_enough(share: float | None) -> None:
    """The worst case lies on the limit itself: with 95 percent confidence at most 5 in 100 are called met.

    800 searches: 5 percent and four standard errors (0.77 percent each) are 8.1.
    """
    quantile = 0.0 if share is None else -0.8416212
    target = Target("", at_least=True, limit=quantile, percent=share)
    wrong = 0
    for seed in range(800):
        values = np.random.default_rng(seed).normal(size=96)
        search = Trials(lambda point, numbers, v=values: v[np.array(numbers) - 1][:, None], [target],
                        Rule(0.95, (6, 12, 24, 48, 96)))  # fmt: skip
        wrong += search.decide((0.0,)).verdict == MET
    assert wrong / 800 <= 0.05 + 4 * np.sqrt(0.05 * 0.95 / 800)


def test_where_none_meets_the_nearest_is_named() -> None:
    found = least(trials(noisy(lambda x: 80 - (x - 10) ** 2, 1.0), NINETY), GRID)
    assert found.found is None and found.best.point == (10.0,)


def test_a_response_that_turns_is_told() -> None:
    """A hump: it is met in the middle only, and neither end says so."""
    found = least(trials(noisy(lambda x: 95 - (x - 10) ** 2 / 2, 1.0), NINETY), GRID)
    assert found.found is not None and 6 <= found.found.point[0] <= 8
    assert not found.is_monotone and found.relapses


def test_noise_alone_is_not_taken_for_a_turn() -> None:
    """Level nearly everywhere: steps are noise, and each point's own dice make them go both ways."""
    told = [
        least(
            trials(noisy(lambda x: 92.0 if x >= 20 else 80.0, 1.0, seed, own=1.0), NINETY), GRID
        ).is_monotone
        for seed in range(60)
    ]
    assert np.mean(told) >= 0.85


def test_all_targets_are_met_together() -> None:
    def evaluate(point: Point, numbers: Sequence[int]) -> Floats:
        dice = np.array([np.random.default_rng(number).normal(size=2) for number in numbers])
        return np.array([80 + point[0], 40 - point[0]]) + 0.2 * dice

    search = trials(evaluate, NINETY, Target("z <= 25", at_least=False, limit=24.5))
    found = least(search, GRID)
    assert found.found is not None and found.found.point == (16.0,)


def test_a_share_of_replications_is_shown_with_enough_of_them() -> None:
    """Mean 90 + x, spread 2: 95 percent of replications reach 90 from x = 3.3 on."""
    target = Target("", at_least=True, limit=90.0, percent=95.0)
    search = trials(noisy(lambda x: 90 + x, 2.0, own=0.0), target)
    assert search.rule.looks[-1] >= 2 * np.log(search.rule.doubt) / np.log(0.95)
    found = least(search, GRID)
    assert found.found is not None and 4 <= found.found.point[0] <= 6


def test_nobody_counting_meets_nothing() -> None:
    nobody = np.full(6, np.nan)
    assert find(NINETY, nobody, 0.05).verdict == NOT_MET
    assert find(Target("", True, 90.0, percent=50.0), nobody, 0.05).verdict == NOT_MET


def staircase(allowed: Callable[..., bool], *grids: Sequence[float]) -> set[Point]:
    """The true front, by trying everything."""
    met = [point for point in product(*grids) if allowed(*point)]
    return {p for p in met if not any(q != p and all(a <= b for a, b in zip(q, p, strict=True)) for q in met)}


def test_the_front_of_two_levers_is_the_true_one() -> None:
    grid = GRID[:11]
    search = trials(noisy(lambda x, y: 70.5 + 2 * x + 3 * y, 0.3), NINETY)
    found = front(search, [grid, grid], [1.0, 1.0], most=60, seed=1)
    assert {tried.point for tried in found.points} == staircase(lambda x, y: 2 * x + 3 * y > 19.5, grid, grid)
    assert found.is_complete and not found.contradictions
    assert sum(found.points[0].point) == 7, "the cheapest comes first"


def test_a_front_that_is_cut_short_says_so() -> None:
    search = trials(noisy(lambda x, y: 70.5 + 2 * x + 3 * y, 0.3), NINETY)
    found = front(search, [GRID, GRID], [0.0, 0.0], most=8, seed=1)
    assert not found.is_complete and len(search.tried) <= 8


def test_the_front_of_three_levers_can_be_bettered_in_no_single_lever() -> None:
    grid = GRID[:9]
    search = trials(noisy(lambda x, y, z: 70.5 + 2 * x + 3 * y + z, 0.3), NINETY)
    found = front(search, [grid] * 3, [1.0] * 3, most=200, seed=1)
    true = staircase(lambda x, y, z: 2 * x + 3 * y + z > 19.5, grid, grid, grid)
    assert found.is_complete and {tried.point for tried in found.points} <= true


def test_more_that_harms_is_told_of_a_front() -> None:
    search = trials(noisy(lambda x, y: 95 - (x - 4) ** 2 - (y - 4) ** 2, 0.3), NINETY)
    found = front(search, [GRID[:11], GRID[:11]], [0.0, 0.0], most=60, seed=1)
    assert found.points and found.contradictions
