"""A sweep that has been run: statistics at each point, and which dimension moved what."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, cast

import numpy as np

from ibsim.experiment.judging import carrying
from ibsim.experiment.points import Crew, cubes, run_points
from ibsim.experiment.sweep.plan import Cells, Dimension, Plan
from ibsim.experiment.varying import LEVER, UNCERTAINTY
from ibsim.results.statistics import Floats, Statistics, summarise
from ibsim.units import financial_year, year_label

if TYPE_CHECKING:
    from ibsim.results.tables import Tables
    from ibsim.scenario import ResolvedScenario

MOST_BINS = 8
SMALLEST_BIN = 3
"""Drawn values are set side by side in at most eight bins of equal size, each of three points or more."""


@dataclass(frozen=True)
class SweepResult:
    """A plan and, for each of its points, statistics of shape [metric, group, arm, year].

    `wholes` are the replications of each point over all groups, arms and years: float64[point,
    replication, metric].  `years` labels the last axis, `all` at the end; `base_hash` is the scenario as
    it stands.  `jobs` and `seconds` say how it was run.
    """

    plan: Plan
    years: tuple[str, ...]
    statistics: tuple[Statistics, ...]
    wholes: Floats
    base_hash: str
    jobs: int
    seconds: float

    def means(self, metric: int) -> Floats:
        """A metric's means at the points, over all groups, arms and years: float64[points]."""
        return np.array([found.mean[metric, -1, -1, -1] for found in self.statistics])

    def half_width(self, metric: int, one: int, other: int) -> float:
        """The half-width of the paired difference of two points; NaN of single replications."""
        found = summarise(self.wholes[one, :, metric] - self.wholes[other, :, metric])
        return float(found.ci_high - found.ci_low) / 2

    def influences(self, metric: int) -> list[Influence]:
        """How far each dimension accounts for a metric's differences, the most influential first."""
        found = [
            _influence(dimension, [point[number] for point in self.plan.points], self.means(metric))
            for number, dimension in enumerate(self.plan.dimensions)
        ]
        return sorted(found, key=lambda influence: -influence.share)


@dataclass(frozen=True)
class Influence:
    """How far one dimension accounts for a metric's differences between points.

    `share` (0 to 1) is the part of the variance between points that goes with the dimension alone;
    `direction` is 1 where more of it goes with more of the metric, -1 with less, 0 with neither.
    """

    dimension: Dimension
    share: float
    direction: int


def run_sweep(plan: Plan, crew: Crew) -> SweepResult:
    """Run every point of a plan with the same dice; see `run_points`."""
    started = time.perf_counter()
    base = plan.base.at({}, {})
    calendar = base.calendar

    def reduce(tables: tuple[Tables, ...]) -> tuple[Statistics, Floats]:
        values = cubes(tables, plan.metrics, calendar.years)
        return summarise(values), values[:, :, -1, -1, -1]

    crew = replace(crew, carry=carrying(plan.metrics))
    found = run_points((partial(at, plan, point) for point in plan.points), crew, reduce)
    first = financial_year(calendar.start)
    labels = (*(year_label(first + year) for year in range(calendar.years)), "all")
    return SweepResult(
        plan,
        labels,
        tuple(statistics for statistics, _ in found),
        np.array([whole for _, whole in found]),
        base.hash,
        crew.jobs,
        time.perf_counter() - started,
    )


def at(plan: Plan, point: tuple[Cells, ...]) -> ResolvedScenario:
    """The scenario of one point."""
    evidence = cast("dict[str, float]", plan.settings(point, UNCERTAINTY))
    return plan.base.at(plan.settings(point, LEVER), evidence)


def _influence(dimension: Dimension, cells: list[Cells], means: Floats) -> Influence:
    """The correlation ratio of the means by the dimension's values, corrected for what chance would give."""
    counts = ~np.isnan(means)
    y = means[counts]
    kept = [cell for cell, one in zip(cells, counts, strict=True) if one]
    if y.size < 2 or np.ptp(y) == 0:
        return Influence(dimension, 0.0, 0)
    bins = list(_bins(kept))
    between = sum(y[members].size * (y[members].mean() - y.mean()) ** 2 for members in bins)
    share = float(between / ((y - y.mean()) ** 2).sum())
    if y.size > len(bins) > 1:
        share = 1 - (1 - share) * (y.size - 1) / (y.size - len(bins))
    return Influence(dimension, min(max(share, 0.0), 1.0), _direction(kept, y))


def _bins(cells: list[Cells]) -> Iterator[list[int]]:
    """Indices of the points that have the same cells, or near ones where nearly every point has its own."""
    by_cells: dict[Cells, list[int]] = {}
    for number, cell in enumerate(cells):
        by_cells.setdefault(cell, []).append(number)
    if len(by_cells) * SMALLEST_BIN <= len(cells) or not all(map(_is_number, by_cells)):
        yield from by_cells.values()
        return
    order = sorted(range(len(cells)), key=lambda number: (cast("float", cells[number][0]), number))
    many = max(min(MOST_BINS, len(cells) // SMALLEST_BIN), 1)
    for part in np.array_split(np.array(order), many):
        yield part.tolist()


def _direction(cells: list[Cells], y: Floats) -> int:
    """The sign of the rank correlation with a number; 0 for words."""
    if not all(map(_is_number, cells)):
        return 0
    from scipy.stats import rankdata

    x = rankdata([cast("float", cell[0]) for cell in cells])
    slope = float(((x - x.mean()) * (rankdata(y) - (y.size + 1) / 2)).sum())
    return int(np.sign(round(slope, 9)))


def _is_number(cells: Cells) -> bool:
    return all(isinstance(cell, (int, float)) and not isinstance(cell, bool) for cell in cells)
