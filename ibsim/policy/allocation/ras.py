"""RAS arithmetic: points stated, and the price that shares out a sum of money over them."""

from __future__ import annotations

from math import exp, floor

import numpy as np
from numpy.typing import NDArray

from ibsim.compiled import compiled, entry
from ibsim.policy.allocation.settings import PointsSettings

MOST_POINTS = 1e15
"""Beyond what is kept of one person, and within what a float counts one by one."""
Floats = NDArray[np.float64]
I64 = NDArray[np.int64]


@compiled
def stated(true_points: float, bias: float, noise: float, normal: float) -> int:
    """Whole points on the form, at least one: needs with the kind's bias (a share) and noise (log units)."""
    points = true_points * (1 + bias) * exp(noise * normal - noise * noise / 2)
    return max(1, floor(min(points, MOST_POINTS) + 0.5))


@entry
def _state_all(true_points: Floats, bias: Floats, noise: Floats, normals: Floats, out: I64) -> None:
    for i in range(out.size):
        out[i] = stated(true_points[i], bias[i], noise[i], normals[i])


def kind_laws(settings: PointsSettings) -> tuple[Floats, Floats]:
    """Bias (a share) by kind of assessment and group, float64[3, 4], and noise by kind, float64[3]."""
    s = settings
    professional = np.full(4, s.professional_bias_percent)
    bias = np.array([s.self_bias_percent.array(), s.supported_bias_percent.array(), professional]) / 100
    return bias, np.array([s.self_noise, s.supported_noise, s.professional_noise])


def state_points(
    settings: PointsSettings, groups: NDArray[np.int8], needs: Floats, kinds: I64, normals: Floats
) -> I64:
    """The points on the forms of some people, int64[n]: `needs` against the group's mean."""
    bias, noise = kind_laws(settings)
    out = np.empty(groups.size, dtype=np.int64)
    true = settings.points.array()[groups] * needs
    _state_all(true, bias[kinds, groups], noise[kinds], np.asarray(normals, dtype=np.float64), out)
    return out


def expected_points(settings: PointsSettings, kind_shares: Floats) -> Floats:
    """Mean points stated by group, float64[4], in closed form (whole points move it by under a thousandth).

    `kind_shares` float64[3] are the shares of the kinds of assessment.
    """
    bias, _ = kind_laws(settings)
    mean: Floats = settings.points.array() * (1 + kind_shares @ bias)
    return mean


def price(money_pence: float, points: float, contingency_percent: float) -> float:
    """Pence a point a year: the money less what is held back, over the points."""
    return money_pence * (1 - contingency_percent / 100) / points if points > 0 else 0.0
