"""How precisely some metrics are known after so many replications, and how precisely they should be."""

from __future__ import annotations

import difflib
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ibsim.errors import InputError
from ibsim.results.metrics import REGISTRY
from ibsim.results.statistics import CONFIDENCE, Floats, summarise

HEADLINES = (
    "people_supported",
    "wait_days_referral_to_in_place",
    "reviews_overdue",
    "ib_holders",
    "gross_cost_gbp",
)
"""What `--replications auto` makes precise unless metrics are named."""
PERCENT = 5.0
MOST = 200


@dataclass(frozen=True)
class Wanted:
    """Which metrics (all groups, both arms, all years) are to be known within how many percent of their mean.

    `most` is the number of replications at which to stop in any case.
    """

    metrics: tuple[str, ...] = HEADLINES
    percent: float = PERCENT
    most: int = MOST

    def __post_init__(self) -> None:
        for name in self.metrics:
            if name not in REGISTRY:
                near = difflib.get_close_matches(name, REGISTRY, 1)
                remedy = f"did you mean `{near[0]}`?" if near else "`ibsim metrics` lists them"
                raise InputError(
                    f"the metric {name!r}", "no such metric", "a metric has a known name", remedy
                )


@dataclass(frozen=True)
class Reached:
    """How precisely a metric is known: the half-width of its 95 percent interval, as such and in percent.

    `percent` is of the absolute mean (of the first scenario's mean where differences are meant); NaN where
    fewer than two replications count, or that mean is zero and the half-width is not.
    """

    metric: str
    mean: float
    half_width: float
    percent: float
    replications: int
    enough: bool

    @property
    def counts(self) -> bool:
        """Whether anybody counted in any replication."""
        return self.replications > 0


def reached(
    wanted: Wanted, values: Floats | Sequence[Floats], scales: Floats | Sequence[Floats]
) -> list[Reached]:
    """The precision of each wanted metric; `values` and `scales` are [replications, metrics].

    The half-width of the mean of the values is set against the mean of the scales: the values themselves
    for a run, the first scenario's values for differences.  A metric in which nobody counts is precise
    enough.
    """
    found, base = summarise(values), summarise(scales)
    out = []
    for place, metric in enumerate(wanted.metrics):
        n, half = int(found.replications[place]), float(found.ci_high[place] - found.ci_low[place]) / 2
        percent = _percent(half, abs(float(base.mean[place])))
        enough = n == 0 or percent <= wanted.percent
        out.append(Reached(metric, float(found.mean[place]), half, percent, n, enough))
    return out


def _percent(half: float, mean: float) -> float:
    if half == 0:
        return 0.0
    return 100 * half / mean if mean else math.nan


def needed(sd: Floats, half_width: Floats) -> Floats:
    """How many replications make the half-width of a 95 percent interval as small as given; at least 3.

    By the spread found so far, with Student's t at that number; NaN where the spread is not known, infinite
    where the half-width wanted is zero and the spread is not.
    """
    from scipy.special import stdtrit

    sd, half_width = np.broadcast_arrays(np.asarray(sd, dtype=float), np.asarray(half_width, dtype=float))
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(sd == 0, 0.0, sd / half_width)
        n = np.maximum(np.ceil((1.96 * ratio) ** 2), 3.0)
        for _ in range(10):  # the normal's n is too small, by a few
            n += (stdtrit(n - 1, 0.5 + CONFIDENCE / 2) * ratio) ** 2 > n
    return np.where(np.isnan(ratio), np.nan, n)
