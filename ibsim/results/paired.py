"""Two scenarios and more set side by side, replication by replication, with the same dice in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from ibsim.errors import InputError
from ibsim.results.metrics import ARM_LABELS, GROUP_LABELS, REGISTRY
from ibsim.results.precision import PERCENT, Reached, Wanted, needed
from ibsim.results.statistics import Floats, Statistics, summarise
from ibsim.results.summary import RunResult

DRAWS = 3_000
"""Bootstrap draws behind the probability that a scenario is best."""
Better = Literal["higher", "lower"]


@dataclass(frozen=True)
class Objective:
    """By which metric (all groups, both arms, all years) scenarios are ranked, and which way is better."""

    metric: str
    better: Better

    @classmethod
    def of(cls, metric: str, direction: str = "") -> Objective:
        """The objective as a user names it; the registry knows the direction of most metrics."""
        Wanted((metric,))  # a known name
        known = REGISTRY[metric].direction
        way = direction or known.partition("_")[0]
        if way == "higher":
            return cls(metric, "higher")
        if way == "lower":
            return cls(metric, "lower")
        rule = "a metric that is neither good nor bad in itself needs --direction higher or lower"
        raise InputError(f"the objective {metric!r}", f"direction {way!r}", rule, "say which is better")


@dataclass(frozen=True)
class Rank:
    """One scenario's place: its mean, the probability that its mean is best, how often it was best."""

    label: str
    mean: float
    probability_best: float
    best_in_share: float


@dataclass(frozen=True)
class Part:
    """One step of a waterfall: the levers that it changes, and each replication's values after it."""

    levers: tuple[str, ...]
    changes: tuple[str, ...]
    values: Floats


@dataclass(frozen=True)
class Waterfall:
    """Why a scenario differs from the first: its levers changed one after the other, in a stated order.

    `metrics` names the columns of the values, which are [replications, metrics]; `start` are those of the
    first scenario, and the last part's are those of the other.
    """

    label: str
    order: str
    metrics: tuple[str, ...]
    start: Floats
    parts: tuple[Part, ...]

    def levels(self, column: int) -> list[float]:
        """The mean of a metric in the first scenario and after each step."""
        values = [self.start, *(part.values for part in self.parts)]
        return [float(summarise(step[:, column]).mean) for step in values]


@dataclass(frozen=True)
class Comparison:
    """Scenarios run with the same seed and as often; the first is what the others are set against."""

    results: tuple[RunResult, ...]
    labels: tuple[str, ...]
    objective: Objective
    percent: float = PERCENT
    precision: tuple[Reached, ...] = ()
    waterfalls: tuple[Waterfall, ...] = ()

    @property
    def replications(self) -> int:
        """How often each scenario was run."""
        return len(self.results[0].tables)

    @cached_property
    def metrics(self) -> tuple[str, ...]:
        """The metrics that every scenario measured, in the order of the registry."""
        return tuple(
            name for name in REGISTRY if all(name in result.summary.metrics for result in self.results)
        )

    def differences(self, other: int) -> Statistics:
        """Statistics of scenario `other` less the first: arrays [metric, 5, 3, Y+1].

        A replication counts where both scenarios have a value.
        """
        return summarise(self._cubes(other) - self._cubes(0))

    def means(self, other: int) -> tuple[Floats, Floats]:
        """The means of the first scenario and of `other`, over the replications that count in both."""
        first, second = self._cubes(0), self._cubes(other)
        either = np.isnan(first) | np.isnan(second)
        first[either] = second[either] = np.nan
        return summarise(first).mean, summarise(second).mean

    def needed(self, found: Statistics) -> Floats:
        """How many replications would bring each difference's half-width to `percent` of the first's mean."""
        base = np.abs(summarise(self._cubes(0)).mean)
        return needed(found.sd, base * self.percent / 100)

    def at(self, metric: str, group: str = "all", arm: str = "all", year: str = "all") -> tuple[int, ...]:
        """Where a number stands in these arrays."""
        years = self.results[0].summary.years
        return (
            self.metrics.index(metric),
            GROUP_LABELS.index(group),
            ARM_LABELS.index(arm),
            years.index(year),
        )

    @cached_property
    def ranking(self) -> tuple[Rank, ...]:
        """The scenarios by the mean of the objective, best first."""
        place = self.metrics.index(self.objective.metric)
        values = np.stack([self._cubes(k)[:, place, -1, -1, -1] for k in range(len(self.results))], axis=1)
        return rank(values, self.labels, self.objective.better, self.results[0].seed)

    def _cubes(self, which: int) -> Floats:
        tables = self.results[which].tables
        return np.array([[table.metrics[name] for name in self.metrics] for table in tables])


def rank(values: Floats, labels: Sequence[str], better: Better, seed: int) -> tuple[Rank, ...]:
    """Rank scenarios by values [replications, scenarios], best mean first; the seed decides the bootstrap.

    Replications in which a scenario has no value are left out for all.  The probability is the share of
    bootstrap draws (of whole replications, so that what the dice have in common stays in common) in which
    the scenario's mean is best; those that tie share it.
    """
    sign = 1.0 if better == "higher" else -1.0
    whole = values[~np.isnan(values).any(axis=1)]
    n = len(whole)
    if n == 0:
        return tuple(Rank(label, np.nan, np.nan, np.nan) for label in labels)
    dice = np.random.default_rng(seed)
    # Deviations from one column: scenarios that are the same in each replication tie exactly.
    apart = whole - whole[:, :1]
    drawn = np.stack([apart[dice.integers(0, n, n)].mean(axis=0) for _ in range(DRAWS)])
    probability, often = _share_best(sign * drawn), _share_best(sign * whole)
    means = whole.mean(axis=0)
    order = sorted(range(len(labels)), key=lambda k: (-sign * means[k], k))
    return tuple(Rank(labels[k], float(means[k]), float(probability[k]), float(often[k])) for k in order)


def _share_best(values: Floats) -> Floats:
    best = values == values.max(axis=1, keepdims=True)
    return np.asarray((best / best.sum(axis=1, keepdims=True)).mean(axis=0), dtype=np.float64)
