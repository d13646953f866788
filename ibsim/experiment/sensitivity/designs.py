"""Where to look and what to make of it: Morris trajectories, Saltelli samples, and their estimators.

Everything works on places from 0 to 1 in each factor's range, and on results of any further shape.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ibsim.results.statistics import CONFIDENCE, Floats

LEVELS = np.array([0, 1, 2, 3]) / 3
"""Morris (1991): four levels, and steps of two thirds of the range, visit all four equally often."""
STEP = 2 / 3
RESAMPLES = 1_000
_ENDS = ((1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2)
_EDGE = 1e-9
"""A sample lies at least so far inside the range, for distributions without ends."""


@dataclass(frozen=True)
class Trajectories:
    """Walks through the space that move one factor a step: places float64[walks, factors + 1, factors].

    `order[w, s]` is the factor that step `s` of walk `w` moves, `steps[w, f]` by how much factor `f` moves.
    """

    places: Floats
    order: NDArray[np.int64]
    steps: Floats


@dataclass(frozen=True)
class Estimate:
    """Numbers by factor with the ends of their 95 percent bootstrap intervals; arrays of one shape."""

    value: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Screening:
    """Morris's measures, in units of the result over a factor's whole range: float64[factor, ...].

    `mu` is the mean elementary effect, `mu_star` the mean of their sizes, `sigma` their spread, which is
    large where the effect bends or depends on other factors.
    """

    mu: Estimate
    mu_star: Estimate
    sigma: Estimate


@dataclass(frozen=True)
class Indices:
    """Sobol indices, shares of the result's variance: of a factor alone, and with all that it joins in."""

    first: Estimate
    total: Estimate


def trajectories(factors: int, walks: int, seed: int) -> Trajectories:
    """So many random walks; each factor starts from the four levels as equally often as can be."""
    dice = np.random.default_rng((seed, 1))
    levels = np.resize(np.arange(LEVELS.size), walks)
    starts = np.stack([LEVELS[dice.permutation(levels)] for _ in range(factors)], axis=1)
    order = np.stack([dice.permutation(factors) for _ in range(walks)])
    steps = np.where(starts < 0.5, STEP, -STEP)
    places = np.repeat(starts[:, np.newaxis], factors + 1, axis=1)
    for walk in range(walks):
        for step, factor in enumerate(order[walk]):
            places[walk, step + 1 :, factor] += steps[walk, factor]
    return Trajectories(np.clip(places, 0, 1), order, steps)


def elementary_effects(walked: Trajectories, results: Floats) -> Floats:
    """Change of the result for each factor and walk, over the whole range: float64[factor, walk, ...].

    results: float64[walk, factors + 1, ...].
    """
    walks, factors = walked.order.shape
    changes = np.diff(results, axis=1)
    effects = np.empty((factors, walks, *results.shape[2:]))
    for walk in range(walks):
        for step, factor in enumerate(walked.order[walk]):
            effects[factor, walk] = changes[walk, step] / walked.steps[walk, factor]
    return effects


def screen(effects: Floats, seed: int) -> Screening:
    """Morris's measures of elementary effects, float64[factor, walk, ...], with bootstrap intervals."""
    walks = effects.shape[1]
    again = np.random.default_rng((seed, 2)).integers(0, walks, (RESAMPLES, walks))

    def estimate(measure: Callable[[Floats], Floats]) -> Estimate:
        drawn = np.array([measure(effects[:, pick]) for pick in again])
        return _estimate(measure(effects), drawn)

    def spread(of: Floats) -> Floats:
        return np.asarray(of.std(axis=1, ddof=1) if walks > 1 else np.full(of[:, 0].shape, np.nan))

    return Screening(
        estimate(lambda of: np.asarray(of.mean(axis=1))),
        estimate(lambda of: np.asarray(np.abs(of).mean(axis=1))),
        estimate(spread),
    )


def saltelli_places(factors: int, points: int, seed: int) -> Floats:
    """Two scrambled Sobol samples A and B, then A with each column of B.

    float64[factors + 2, points, factors]; `points` is a power of two.
    """
    from scipy.stats import qmc

    both = np.clip(qmc.Sobol(2 * factors, rng=seed).random(points), _EDGE, 1 - _EDGE)
    one, other = both[:, :factors], both[:, factors:]
    mixed = np.repeat(one[np.newaxis], factors, axis=0)
    for factor in range(factors):
        mixed[factor, :, factor] = other[:, factor]
    return np.concatenate([one[np.newaxis], other[np.newaxis], mixed])


def indices(results: Floats, seed: int) -> Indices:
    """First and total order by Saltelli's estimators (2010), with bootstrap intervals.

    float64[factor, output]; 0 where nothing varies.  results: float64[factors + 2, points, outputs] at
    `saltelli_places`.
    """
    points = results.shape[1]
    found = _indices(results)
    again = np.random.default_rng((seed, 3)).integers(0, points, (RESAMPLES, points))
    drawn = np.array([_indices(results[:, pick]) for pick in again])
    return Indices(_estimate(found[0], drawn[:, 0]), _estimate(found[1], drawn[:, 1]))


def _indices(results: Floats) -> Floats:
    """First and total order: float64[2, factor, output]; 0 where nothing varies."""
    from scipy.stats import sobol_indices

    values = np.moveaxis(results, -1, 1)  # [factors + 2, output, point]
    found = sobol_indices(func={"f_A": values[0], "f_B": values[1], "f_AB": values[2:]}, n=results.shape[1])
    shape = (results.shape[2], results.shape[0] - 2)
    both = np.array([np.reshape(part, shape).T for part in (found.first_order, found.total_order)])
    # SciPy gives 0 for what cannot be worked out; a result that nobody counts in has no index.
    return np.where(np.isnan(results).any(axis=(0, 1)), np.nan, both)


def _estimate(value: Floats, drawn: Floats) -> Estimate:
    low, high = np.quantile(drawn, _ENDS, axis=0)
    return Estimate(value, low, high)
