"""A run's results put together: statistics over its replications, ready to be written or shown."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from ibsim.results.metrics import ARM_LABELS, GROUP_LABELS, REGISTRY, check_names
from ibsim.results.statistics import Floats, Statistics, summarise
from ibsim.units import financial_year, year_label

if TYPE_CHECKING:
    from ibsim.results.cost_effectiveness import Effect
    from ibsim.results.gap import Gap
    from ibsim.results.precision import Reached
    from ibsim.results.tables import Tables
    from ibsim.scenario.model import ResolvedScenario


@dataclass(frozen=True)
class RunResult:
    """What a run hands to those who write or show it: scenario, seed and tables by replication number.

    `tables[0]` is replication 1.  `jobs` and `seconds` say how it was run; no result depends on them.
    `precision` says what was reached where the number of replications was left to it.  `gaps` are the gaps
    to the twin without a roll-out, one a replication; none where the verdict was not asked for.
    """

    scenario: ResolvedScenario
    seed: int
    tables: tuple[Tables, ...]
    jobs: int
    seconds: float
    precision: tuple[Reached, ...] = ()
    gaps: tuple[Gap, ...] = ()

    @cached_property
    def yearly(self) -> tuple[Mapping[str, Floats], ...]:
        """Each replication's metrics by year, its gap's among them (see `ibsim.results.tables`)."""
        own = [dict(tables.metrics) for tables in self.tables]
        gaps = [gap.metrics for gap in self.gaps] or [{} for _ in own]
        return tuple(found | gap for found, gap in zip(own, gaps, strict=True))

    @cached_property
    def monthly(self) -> tuple[Mapping[str, Floats], ...]:
        """Likewise by month."""
        own = [dict(tables.series) for tables in self.tables]
        gaps = [gap.series for gap in self.gaps] or [{} for _ in own]
        return tuple(found | gap for found, gap in zip(own, gaps, strict=True))

    @cached_property
    def summary(self) -> Summary:
        """Every metric's statistics; RunError if the model measured an unknown name."""
        return Summary.of(self)

    @cached_property
    def effects(self) -> tuple[Effect, ...]:
        """What an IB costs more and what its holders gain by it, by group and outcome."""
        from ibsim.results.cost_effectiveness import effects

        return effects(self.tables, self.seed)


@dataclass(frozen=True)
class Cell:
    """One number of the summary: mean over replications, its 95 percent interval, how many counted."""

    mean: float
    ci_low: float
    ci_high: float
    replications: int

    @property
    def counts(self) -> bool:
        """Whether anybody counted in any replication."""
        return not math.isnan(self.mean)


@dataclass(frozen=True)
class Queue:
    """Where people wait: how many at a time, and how many days each on average (means over replications)."""

    name: str
    people_waiting: float
    wait_days: float


@dataclass(frozen=True)
class Summary:
    """Statistics of all metrics: arrays of shape [metric, 5, 3, Y+1], [series, 5, 3, M] and [Y+1, T, 2].

    `metrics` and `series` name the first axes, both in the order of the registry; `years` labels the last
    axis of the yearly ones, `all` at the end; `queues` comes longest waiting time in all first.
    """

    metrics: tuple[str, ...]
    series: tuple[str, ...]
    years: tuple[str, ...]
    yearly: Statistics
    monthly: Statistics
    diary: Statistics
    queues: tuple[Queue, ...]

    @classmethod
    def of(cls, result: RunResult) -> Summary:
        """Summarise the tables of a run's replications, which must all have the same names and shapes."""
        tables = result.tables
        yearly, monthly = result.yearly, result.monthly
        check_names([*yearly[0], *monthly[0]])
        metrics = tuple(name for name in REGISTRY if name in yearly[0])
        series = tuple(name for name in REGISTRY if name in monthly[0])
        first = financial_year(result.scenario.calendar.start)
        n_years = tables[0].diary.shape[0] - 1
        return cls(
            metrics=metrics,
            series=series,
            years=(*(year_label(first + year) for year in range(n_years)), "all"),
            yearly=summarise(_stack([[found[name] for name in metrics] for found in yearly])),
            monthly=summarise(_stack([[found[name] for name in series] for found in monthly])),
            diary=summarise(_stack([t.diary for t in tables])),
            queues=_queues(tables),
        )

    def cell(self, metric: str, group: str = "all", arm: str = "all", year: str = "all") -> Cell:
        """One number by its labels; nobody counts where the model did not measure the metric."""
        if metric not in self.metrics:
            REGISTRY[metric]  # a name that is no metric is a mistake of the caller: KeyError
            return Cell(math.nan, math.nan, math.nan, 0)
        at = (
            self.metrics.index(metric),
            GROUP_LABELS.index(group),
            ARM_LABELS.index(arm),
            self.years.index(year),
        )
        found = self.yearly
        low, high = float(found.ci_low[at]), float(found.ci_high[at])
        return Cell(float(found.mean[at]), low, high, int(found.replications[at]))


def _stack(values: object) -> Floats:
    return np.asarray(values, dtype=np.float64)


def _queues(tables: tuple[Tables, ...]) -> tuple[Queue, ...]:
    """The queues by people waiting (people times days of a year: the waiting time in all), longest first."""
    found, nobody = [], np.array([0.0, np.nan])  # a replication leaves out what nobody waited for in it
    for name in dict.fromkeys(name for t in tables for name in t.binding):
        people, days = summarise(_stack([t.binding.get(name, nobody)[:2] for t in tables])).mean
        found.append(Queue(name, float(people), float(days)))
    return tuple(sorted(found, key=lambda queue: (-np.nan_to_num(queue.people_waiting), queue.name)))
