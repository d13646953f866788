"""How outcomes spread about their mean: bounded laws in closed form, each with exactly the mean asked for.

The same uniform gives a better outcome wherever the mean is better, so that nobody loses by a gain.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ibsim.draws import normal_places

Floats = NDArray[np.float64]
MARGIN = 0.005
"""How near a mean may come to an end of its scale, as a share of it."""
STEPS = 6
"""Steps of a seven-point scale."""
SURE = 1e9


def ascot(uniforms: Floats, means: Floats, top: float) -> Floats:
    """Social care outcomes from 0 to `top`: the unmet need is beta(1, b).

    At the means of Table 6.3 its standard deviations are 0.85 and 0.82; 0.89 and 0.79 are printed.
    """
    unmet = 1 - _within(means / top)
    return top * (1 - unmet_need(uniforms, unmet))


def unmet_need(uniforms: Floats, means: Floats) -> Floats:
    """Shares of full need, few of them large; the higher the uniform, the better the person fares."""
    return 1 - uniforms ** (means / (1 - means))


def ghq(uniforms: Floats, means: Floats, top: float) -> Floats:
    """GHQ scores from 0 to `top`, a power of the uniform: most people near none, some near all.

    With the means of the comparison groups four points or more come to 6 to 60 percent; Table 6.4 has
    7 to 60.
    """
    return top * uniforms ** (1 / _within(means / top) - 1)


def seven_points(uniforms: Floats, means: Floats) -> Floats:
    """Whole points from 1 to 7, one and as many as six trials with the mean's chance."""
    chance = _within((means - 1) / STEPS)
    points, below = np.ones(uniforms.size), np.zeros(uniforms.size)
    term = (1 - chance) ** STEPS
    for step in range(STEPS):
        below += term
        points += uniforms > below
        term = term * (STEPS - step) / (step + 1) * chance / (1 - chance)
    return points


def three_levels(uniforms: Floats, high: Floats, low: Floats, shift: Floats) -> Floats:
    """An ordered logit of 0, 1 and 2: `high` and `low` are the shares of 2 and 0; `shift` is in log odds."""
    reached = [uniforms < _shifted(share, shift) for share in (high, 1 - low)]
    return reached[0].astype(np.float64) + reached[1]


def _shifted(shares: Floats, shift: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        odds = np.minimum(shares / (1 - shares), SURE) * np.exp(shift)
    return odds / (1 + odds)


def place(share: float) -> float:
    """Where a share of people stands on a standard normal; none and all stand far outside."""
    if 0 < share < 1:
        return float(normal_places(np.array([share]))[0])
    return SURE if share >= 1 else -SURE


def _within(shares: Floats) -> Floats:
    return np.clip(shares, MARGIN, 1 - MARGIN)
