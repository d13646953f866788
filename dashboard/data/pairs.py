"""Two runs replication by replication: with the same dice, differences have narrow intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dashboard.data.run import Run
from dashboard.data.series import read_parquet
from ibsim.results.parquet import REPLICATIONS
from ibsim.results.statistics import summarise

Key = tuple[str, str, str]
Values = NDArray[np.float64]
_COLUMNS = ("metric", "arm", "year", "replication", "value")
KEPT = 24
"""Of so many results the replications are kept in memory once read."""


def pairable(first: Run, other: Run) -> bool:
    """Whether the same dice fell in both, and both folders hold their replications one by one."""
    there = all(REPLICATIONS in run.manifest.get("files", {}) for run in (first, other))
    return there and first.seed == other.seed and first.years == other.years


def paired(first: Run, other: Run, metric: str, arm: str, year: str) -> tuple[float, float, float] | None:
    """`other` less `first` over the replications of both: mean and 95 percent interval (NaN for one alone).

    None where they cannot be paired, or nobody counts in both.
    """
    if not pairable(first, other):
        return None
    one, two = (_values(run).get((metric, arm, year)) for run in (first, other))
    if one is None or two is None:
        return None
    n = min(one.size, two.size)
    found = summarise(two[:n] - one[:n])
    if not found.replications or math.isnan(float(found.mean)):
        return None
    return float(found.mean), float(found.ci_low), float(found.ci_high)


def _values(run: Run) -> Mapping[Key, Values]:
    return _read(run.path, str(run.manifest.get("digest")), run.replications)


@lru_cache(maxsize=KEPT)
def _read(folder: Path, digest: str, replications: int) -> Mapping[Key, Values]:
    """The value of each replication by metric, arm and year, all groups together; NaN where nobody counts."""
    table = read_parquet(folder / REPLICATIONS, _COLUMNS)
    columns = [table.column(name).to_pylist() for name in _COLUMNS]
    found: dict[Key, Values] = {}
    for metric, arm, year, number, value in zip(*columns, strict=True):
        key = (str(metric), str(arm), str(year))
        if key not in found:
            found[key] = np.full(replications, np.nan)
        if value is not None and 1 <= number <= replications:
            found[key][number - 1] = value
    return found
