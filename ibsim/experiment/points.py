"""Running a study: the replications of many points, each reduced at once to what the study keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from ibsim.experiment.replicate import Task
from ibsim.experiment.runs import CarryOut, carry_out
from ibsim.results.metrics import ARM_LABELS, GROUP_LABELS
from ibsim.results.statistics import Floats

if TYPE_CHECKING:
    from ibsim.experiment.bank import Bank
    from ibsim.results.tables import Tables
    from ibsim.scenario import ResolvedScenario

T = TypeVar("T")
TASKS_AT_ONCE = 16
"""Replications a worker of the points that are in memory together."""


@dataclass(frozen=True)
class Crew:
    """Who runs the replications, and with which dice: every point has the same, so that points compare.

    `on_done` is called with its number as each replication finishes; see `carry_out` for the others.
    `carry` carries them out: with the verdict's metrics where the study asks for them (see `carrying`).
    """

    seed: int
    replications: int
    executor: Executor | None = None
    jobs: int = 1
    bank: Bank | None = None
    on_done: Callable[[int], None] = lambda number: None
    carry: CarryOut = carry_out


def run_points(
    points: Iterable[Callable[[], ResolvedScenario]], crew: Crew, reduce: Callable[[tuple[Tables, ...]], T]
) -> list[T]:
    """Run each point's replications and keep what `reduce` makes of their tables, in the order of points.

    Points are built and run some at a time, so that neither their scenarios nor their tables pile up.
    """
    at_once = max(TASKS_AT_ONCE * crew.jobs // crew.replications, 1)
    waiting = iter(points)
    kept: list[T] = []
    while some := [build() for build in islice(waiting, at_once)]:
        kept += [reduce(tables) for tables in _run(some, crew)]
    return kept


def _run(scenarios: list[ResolvedScenario], crew: Crew) -> Iterator[tuple[Tables, ...]]:
    numbers = range(1, crew.replications + 1)
    tasks = [Task(scenario, crew.seed, number) for scenario in scenarios for number in numbers]
    done: dict[int, Tables] = {}
    for place, tables in crew.carry(tasks, executor=crew.executor, jobs=crew.jobs, bank=crew.bank):
        done[place] = tables
        crew.on_done(tasks[place].number)
    for first in range(0, len(tasks), crew.replications):
        yield tuple(done[place] for place in range(first, first + crew.replications))


def cubes(tables: tuple[Tables, ...], metrics: tuple[str, ...], years: int) -> Floats:
    """Some metrics of replications: float64[replication, metric, group, arm, year], NaN where unmeasured."""
    nobody = np.full((len(GROUP_LABELS), len(ARM_LABELS), years + 1), np.nan)
    return np.array([[one.metrics.get(name, nobody) for name in metrics] for one in tables])
