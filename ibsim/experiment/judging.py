"""Replications with the verdict's metrics in them, for studies that ask for one of these."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from ibsim.experiment.replicate import Task
from ibsim.experiment.runs import CarryOut, carry_out
from ibsim.results.gap import gap_between
from ibsim.results.gap_metrics import gap_metrics
from ibsim.scenario.variants import Pair, has_rollout

if TYPE_CHECKING:
    from ibsim.experiment.bank import Store
    from ibsim.replication import Keep
    from ibsim.results.tables import Tables
    from ibsim.scenario.model import ResolvedScenario

Key = tuple[str, int, int]


def carrying(metrics: Iterable[str], *, drawn: bool = True) -> CarryOut:
    """How tasks are carried out where these metrics are asked for: the verdict's take pairs of replications.

    With `drawn` as False the pairs rest on the evidence as it stands, whatever the scenario says of its
    verdict: a study that moves the evidence itself must not have it drawn as well.
    """
    if {metric.name for metric in gap_metrics()}.isdisjoint(metrics):
        return carry_out
    return partial(carry_out_judged, drawn=drawn)


def carry_out_judged(
    tasks: Sequence[Task],
    *,
    executor: Executor | None = None,
    jobs: int = 1,
    bank: Store | None = None,
    keep: Keep | None = None,
    drawn: bool = True,
) -> Iterator[tuple[int, Tables]]:
    """As `carry_out`, with the gap to the twin among each task's metrics; a twin is run once for all."""
    pairs = {id(task.scenario): _pair(task.scenario, drawn) for task in tasks}
    needs = [_needs(task, pairs[id(task.scenario)]) for task in tasks]
    wanted = {key: task for need in needs for key, task in need.items()}
    keys = list(wanted)
    found: dict[Key, Tables] = {}
    waiting = dict(enumerate(needs))
    for at, tables in carry_out(list(wanted.values()), executor=executor, jobs=jobs, bank=bank, keep=keep):
        found[keys[at]] = tables
        whole = [place for place, need in waiting.items() if keys[at] in need and need.keys() <= found.keys()]
        for place in whole:
            del waiting[place]
            yield place, _judged(tasks[place], pairs[id(tasks[place].scenario)], found)


def _pair(scenario: ResolvedScenario, drawn: bool) -> Pair:
    """The scenario's pair; a council without a roll-out is its own twin."""
    return Pair.of(scenario, drawn=drawn) if has_rollout(scenario) else Pair(scenario, scenario)


def _key(task: Task) -> Key:
    return task.scenario.hash, task.seed, task.number


def _needs(task: Task, pair: Pair) -> dict[Key, Task]:
    """The runs that a task takes: its own, and both halves of its pair, where these are others."""
    runs = [task, *(Task(scenario, task.seed, task.number) for scenario in (pair.scenario, pair.twin))]
    return {_key(run): run for run in runs}


def _judged(task: Task, pair: Pair, found: dict[Key, Tables]) -> Tables:
    own = found[_key(task)]
    half, twin = (found[scenario.hash, task.seed, task.number] for scenario in (pair.scenario, pair.twin))
    scenario = task.scenario
    tolerance = scenario.levers.verdict.tolerance_percent
    gap = gap_between(half, twin, scenario.calendar.start, tolerance)
    metrics, series = {**own.metrics, **gap.metrics}, {**own.series, **gap.series}
    # every model's tables are a dataclass, which the protocol cannot say
    return cast("Tables", replace(cast("Any", own), metrics=metrics, series=series))
