"""The points of a sweep: every combination of a grid, or a sample that fills the space evenly."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

import numpy as np

from ibsim.experiment.sweep.plan import Cells, Design, Dimension
from ibsim.results.statistics import Floats

_EDGE = 1e-9
"""A sample lies at least so far inside the range, for distributions without ends."""


def grid_size(dimensions: Sequence[Dimension]) -> int:
    """How many points a grid has, without making them."""
    return math.prod(len(dimension.levels) for dimension in dimensions)


def grid(dimensions: Sequence[Dimension]) -> tuple[tuple[Cells, ...], ...]:
    """Every combination of the listed values; the last dimension moves fastest."""
    return tuple(product(*(dimension.levels for dimension in dimensions)))


def sample(
    dimensions: Sequence[Dimension], design: Design, points: int, seed: int
) -> tuple[tuple[Cells, ...], ...]:
    """A Latin hypercube or a scrambled Sobol sample of so many points; the same seed gives the same ones."""
    places = unit_sample(len(dimensions), design, points, seed)
    return tuple(
        tuple(dimension.drawn(place) for dimension, place in zip(dimensions, row, strict=True))
        for row in places.tolist()
    )


def unit_sample(dimensions: int, design: Design, points: int, seed: int) -> Floats:
    """Places strictly between 0 and 1: float64[points, dimensions].

    A Sobol sample is balanced when the number of points is a power of two, and only then; the caller
    sees to that.
    """
    from scipy.stats import qmc

    kind = qmc.Sobol if design == "sobol" else qmc.LatinHypercube
    places: Floats = np.clip(kind(dimensions, rng=seed).random(points), _EDGE, 1 - _EDGE)
    return places
