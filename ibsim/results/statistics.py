"""Statistics over replications, for whole cubes at once; a NaN does not count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CONFIDENCE = 0.95
QUANTILES = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Statistics:
    """Mean, spread, interval and percentiles over replications; arrays of one shape.

    `replications` says how many counted.  NaN: `mean` and percentiles where none counted, `sd` and
    the 95 percent interval of the mean (Student's t) where fewer than two did.
    """

    mean: Floats
    sd: Floats
    ci_low: Floats
    ci_high: Floats
    p10: Floats
    p50: Floats
    p90: Floats
    replications: NDArray[np.int64]


def summarise(values: Floats | Sequence[Floats]) -> Statistics:
    """Statistics along the first axis, which is the replications in the order of their numbers."""
    cube = np.asarray(values, dtype=np.float64)
    counted = ~np.isnan(cube)
    n = counted.sum(axis=0)
    ordered = np.sort(cube, axis=0)  # NaN last, so that the first n of each column count
    # Deviations from one of the values: equal values have exactly this mean, and a spread of exactly 0.
    base = ordered[0]
    with np.errstate(invalid="ignore", divide="ignore"):
        shift = np.where(counted, cube - base, 0.0).sum(axis=0) / n
        mean = base + shift
        squares = np.where(counted, (cube - base - shift) ** 2, 0.0).sum(axis=0)
        sd = np.where(n > 1, np.sqrt(squares / (n - 1)), np.nan)
        half = _t_quantile(n) * sd / np.sqrt(n)
    p10, p50, p90 = (_quantile(ordered, n, q) for q in QUANTILES)
    return Statistics(mean, sd, mean - half, mean + half, p10, p50, p90, n.astype(np.int64))


def _quantile(ordered: Floats, n: NDArray[np.int64], q: float) -> Floats:
    """The quantile by linear interpolation between the first `n` values of each sorted column."""
    place = np.maximum(n - 1, 0) * q
    below = np.floor(place).astype(np.int64)
    above = np.minimum(below + 1, np.maximum(n - 1, 0))
    low = np.take_along_axis(ordered, below[np.newaxis], axis=0)[0]
    high = np.take_along_axis(ordered, above[np.newaxis], axis=0)[0]
    return np.asarray(low + (high - low) * (place - below), dtype=np.float64)


def _t_quantile(n: NDArray[np.int64]) -> Floats:
    """Student's t for the two-sided interval of `n` values; NaN for fewer than two."""
    from scipy.special import stdtrit

    sizes, where = np.unique(n, return_inverse=True)
    freedom = np.where(sizes > 1, sizes - 1, np.nan).astype(np.float64)
    quantiles = np.asarray(stdtrit(freedom, 0.5 + CONFIDENCE / 2), dtype=np.float64)
    return quantiles[where].reshape(n.shape)
