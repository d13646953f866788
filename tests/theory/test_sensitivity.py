"""Sensitivity estimators against functions whose indices are known in closed form."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from ibsim.experiment.sensitivity import designs
from ibsim.experiment.sensitivity.designs import (
    elementary_effects,
    indices,
    saltelli_places,
    screen,
    trajectories,
)

A, B = 7.0, 0.1


def ishigami(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ishigami and Homma (1990) on places 0 to 1 of the range -pi to pi."""
    x = math.pi * (2 * places - 1)
    value = np.sin(x[..., 0]) + A * np.sin(x[..., 1]) ** 2 + B * x[..., 2] ** 4 * np.sin(x[..., 0])
    return np.asarray(value)


def ishigami_indices() -> tuple[list[float], list[float]]:
    """First and total order from the function's variance components."""
    v1 = 0.5 * (1 + B * math.pi**4 / 5) ** 2
    v2 = A**2 / 8
    v13 = B**2 * math.pi**8 * 8 / 225
    variance = v1 + v2 + v13
    return [v1 / variance, v2 / variance, 0.0], [
        (v1 + v13) / variance, v2 / variance, v13 / variance,
    ]  # fmt: skip


def test_sobol_indices_of_ishigamis_function_fit_their_closed_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(designs, "RESAMPLES", 10)
    found = indices(ishigami(saltelli_places(3, 4096, 1))[..., np.newaxis], 1)
    for estimate, truth in zip((found.first, found.total), ishigami_indices(), strict=True):
        assert estimate.value[:, 0] == pytest.approx(truth, abs=0.02)


def test_bootstrap_intervals_hold_the_closed_form_about_as_often_as_they_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(designs, "RESAMPLES", 200)
    first, total = ishigami_indices()
    inside = 0
    for seed in range(20):
        found = indices(ishigami(saltelli_places(3, 128, seed))[..., np.newaxis], seed)
        for estimate, truth in ((found.first, first), (found.total, total)):
            for factor in range(3):
                inside += estimate.low[factor, 0] <= truth[factor] <= estimate.high[factor, 0]
    # Sobol points fall more evenly than the bootstrap takes them to, so intervals are wide, never narrow.
    assert inside / 120 >= 0.90


def test_elementary_effects_of_a_plane_are_its_slopes_without_spread() -> None:
    slopes = np.array([3.0, -2.0, 0.0, 0.5])
    walked = trajectories(4, 5, 1)
    found = screen(elementary_effects(walked, (walked.places @ slopes)[..., np.newaxis]), 1)
    assert found.mu.value[:, 0] == pytest.approx(slopes)
    assert found.mu_star.value[:, 0] == pytest.approx(np.abs(slopes))
    assert found.sigma.value[:, 0] == pytest.approx(np.zeros(4), abs=1e-9)


def test_an_effect_that_depends_on_another_factor_has_spread_and_both_signs() -> None:
    walked = trajectories(2, 40, 1)
    product = (walked.places[..., 0] - 0.5) * (walked.places[..., 1] - 0.5)
    found = screen(elementary_effects(walked, product[..., np.newaxis]), 1)
    assert abs(found.mu.value[0, 0]) < found.mu_star.value[0, 0] / 3
    assert found.sigma.value[0, 0] > found.mu_star.value[0, 0] / 2


@pytest.mark.parametrize("walks", [1, 4, 10])
def test_a_walk_moves_each_factor_once_and_stays_in_the_range(walks: int) -> None:
    walked = trajectories(6, walks, 3)
    assert walked.places.min() >= 0 and walked.places.max() <= 1
    moved = np.abs(np.diff(walked.places, axis=1)) > 1e-9
    assert (moved.sum(axis=1) == 1).all(), "each factor once a walk"
    assert (moved.sum(axis=2) == 1).all(), "one factor a step"
