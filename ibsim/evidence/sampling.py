"""Redrawing an uncertain row from its range, by inverse transform of one uniform number.

One number a row, addressed by the row's key, keeps draws apart: a new row in the pack, or a row
that stops varying, changes nobody else's draw.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from statistics import NormalDist

from ibsim.evidence.rows import CEILINGS, Row

_NORMAL = NormalDist()
_Z95 = _NORMAL.inv_cdf(0.975)


def redraw(row: Row, draw: Callable[[str], float]) -> Row:
    """The row with its value redrawn; it is a `point` afterwards, so that it is drawn once only."""
    uniform = draw(row.key)
    if not 0.0 < uniform < 1.0:
        raise ValueError(f"a draw lies strictly between 0 and 1, not at {uniform!r} ({row.key})")
    value = quantile(row, uniform)
    return replace(row, value=value, printed=repr(value), distribution="point", origin="draw")


def quantile(row: Row, uniform: float) -> float:
    """The row's value at `uniform` of its distribution, in the row's unit.

    uniform: from low to high.  triangular: mode at the row's value.  normal and lognormal: low and
    high are the 95 percent interval, and the tails are cut half an interval beyond its ends; they never
    turn negative where low is not, nor pass 100 percent (or a share of 1) where high does not.
    """
    low, high, mode = row.low, row.high, row.value
    if low is None or high is None or isinstance(mode, str):
        raise ValueError(f"{row.key} has no range to draw from")
    if row.distribution == "uniform":
        return low + uniform * (high - low)
    if row.distribution == "triangular":
        return _triangular(low, mode, high, uniform)
    z = _NORMAL.inv_cdf(uniform)
    if row.distribution == "lognormal":
        centre, spread = (math.log(low) + math.log(high)) / 2, (math.log(high) - math.log(low)) / (2 * _Z95)
        drawn = math.exp(centre + z * spread)
    else:
        drawn = (low + high) / 2 + z * (high - low) / (2 * _Z95)
    bottom, top = limits(row.unit, low, high)
    return min(max(drawn, bottom), top)


def limits(unit: str, low: float, high: float) -> tuple[float, float]:
    """Between what a drawn value must lie: the range widened by half of it on each side, within sense."""
    half = (high - low) / 2
    bottom = max(low - half, 0.0) if low >= 0 else low - half
    ceiling = CEILINGS.get(unit, math.inf)
    return bottom, min(high + half, ceiling) if high <= ceiling else high + half


def _triangular(low: float, mode: float, high: float, uniform: float) -> float:
    split = (mode - low) / (high - low)
    if uniform < split:
        return low + math.sqrt(uniform * (high - low) * (mode - low))
    return high - math.sqrt((1 - uniform) * (high - low) * (high - mode))
