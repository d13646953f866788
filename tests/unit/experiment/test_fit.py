"""Fitting, on models whose answer is known: what was planted is found, what cannot be known is said."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from ibsim.experiment.fit.emulator import emulate
from ibsim.experiment.fit.fitting import Found, Problem, covariance, fit, usual_effort
from ibsim.experiment.fit.knowing import Knowledge, agreements, knowledge
from ibsim.experiment.samples import Floats, Point, Samples

MIX = np.random.default_rng(5).normal(size=(6, 6))
Mean = Callable[[Floats], Floats]


def model(mean: Mean, sd: float = 1.0) -> Callable[[Point, Sequence[int]], Floats]:
    """Six figures whose dice go together, partly common to all points and partly a point's own."""

    def evaluate(point: Point, numbers: Sequence[int]) -> Floats:
        place = [round(1e6 * value) for value in point]
        common = np.array([np.random.default_rng((1, number)).normal(size=6) for number in numbers])
        alone = np.array([np.random.default_rng((2, number, *place)).normal(size=6) for number in numbers])
        dice = (0.9 * common + np.sqrt(1 - 0.81) * alone) @ MIX.T
        return np.asarray(mean(np.array(point)) + sd * dice)

    return evaluate


def curved(x: Floats) -> Floats:
    """Two levers over 0 to 10, no output straight."""
    a, b = x
    return np.array([10 * a, 8 * b, a * b, 50 * np.sqrt(a + 1), 30 * np.exp(-b / 5), 5 * a - 3 * b])


def together(x: Floats) -> Floats:
    """The first two levers act through their sum only."""
    total = x[0] + x[1]
    return np.array([8 * total, 3 * total + 5 * x[2], 7 * x[2], total**1.2, 4 * x[2], total - x[2]])


def council(mean: Mean, truth: Sequence[float], number: int) -> Floats:
    """A council's figures: one throw of other dice at the planted values."""
    return np.asarray(model(mean)(tuple(truth), [number])[0])


def fitting(
    mean: Mean, data: Floats, levers: int, samples: Samples | None = None, held: Sequence[int] = ()
) -> tuple[Found, Knowledge, Problem]:
    def point(place: Floats) -> Point:
        return tuple(float(f"{10 * value:.6g}") for value in place)

    fitted = np.array([number not in held for number in range(len(data))])
    problem = Problem(data, np.zeros(len(data)), fitted, np.full(levers, 0.5), point)
    found = fit(samples or Samples(model(mean)), problem, usual_effort(levers, 1))
    return found, knowledge(problem, found), problem


def test_planted_levers_lie_in_their_intervals_as_often_as_these_say() -> None:
    """95 percent of 60 fits with two levers each; four standard errors below are 84 percent."""
    truth, samples = (4.0, 6.5), Samples(model(curved))
    hits, narrow = [], []
    for number in range(1000, 1060):
        _, known, _ = fitting(curved, council(curved, truth, number), 2, samples)
        for value, one in zip(truth, known.levers, strict=True):
            hits.append(10 * one.low <= value <= 10 * one.high)
            narrow.append(one.high - one.low)
    assert np.mean(hits) >= 0.84
    assert np.mean(narrow) < 0.2, "an interval that holds everything says nothing"


def test_levers_that_act_through_their_sum_are_named_together() -> None:
    found, known, _ = fitting(together, council(together, (3.0, 5.0, 4.0), 1000), 3)
    assert [set(tangle.levers) for tangle in known.tangles] == [{0, 1}]
    one, other = known.tangles[0].shares
    assert known.tangles[0].open and one / other == pytest.approx(-1, abs=0.3)
    assert [lever.found for lever in known.levers] == [False, False, True]
    assert 10 * (found.place[0] + found.place[1]) == pytest.approx(8.0, abs=1.0), "their sum is known"
    assert 10 * known.levers[2].low <= 4.0 <= 10 * known.levers[2].high


def test_a_lever_without_effect_is_named_alone() -> None:
    _, known, _ = fitting(
        lambda x: 8 * x[0] + np.arange(6.0), council(lambda x: 8 * x[0] + np.arange(6.0), (3.0, 5.0), 1000), 2
    )
    assert [tangle.levers for tangle in known.tangles] == [(1,)]
    assert known.levers[0].found and not known.levers[1].found


def test_figures_that_are_held_back_agree_as_chance_has_it() -> None:
    """Differences in standard errors over 40 councils: mean square 1, give or take."""
    samples, truth = Samples(model(curved)), (4.0, 6.5)
    left = []
    for number in range(1000, 1040):
        found, known, problem = fitting(curved, council(curved, truth, number), 2, samples, held=(2, 5))
        rows = agreements(problem, found, known)
        left += [rows[2].difference, rows[5].difference]
    assert 0.5 <= np.mean(np.square(left)) <= 1.8


def test_figures_that_no_lever_can_give_widen_the_intervals() -> None:
    data = council(curved, (4.0, 6.5), 1001)
    _, close, _ = fitting(curved, data, 2)
    found, far, _ = fitting(curved, data + np.array([0, 0, 40, 0, 40, 0]), 2)
    assert close.stretch == 1.0 and far.stretch > 3 and far.chance < 0.001
    assert found.misfit > found.freedom


def test_an_answer_at_the_edge_of_a_range_is_told() -> None:
    _, known, _ = fitting(curved, curved(np.array([4.0, 14.0])), 2)
    assert known.levers[1].at_edge and not known.levers[0].at_edge


def test_the_emulator_is_exact_for_a_quadratic_and_its_slopes_are_the_derivatives() -> None:
    places = np.random.default_rng(3).uniform(size=(20, 2))

    def outputs(x: Floats) -> Floats:
        return np.column_stack([1 + 2 * x[:, 0] - x[:, 1] + 3 * x[:, 0] * x[:, 1], x[:, 1] ** 2])

    found = emulate(places, outputs(places))
    there = np.array([0.3, 0.8])
    assert found.at(there[np.newaxis]) == pytest.approx(outputs(there[np.newaxis]))
    assert found.slopes(there) == pytest.approx(np.array([[2 + 3 * 0.8, -1 + 3 * 0.3], [0, 1.6]]))
    assert found.error == pytest.approx(0, abs=1e-9)


def test_the_covariance_is_that_of_the_dice_and_can_be_inverted_with_few_of_them() -> None:
    many = covariance([model(curved)((4.0, 6.5), range(1, 4001))])
    assert many == pytest.approx(MIX @ MIX.T, abs=0.1 * np.abs(MIX @ MIX.T).max())
    few = covariance([model(curved)((4.0, 6.5), range(1, 4))])
    assert np.linalg.eigvalsh(few).min() > 0
