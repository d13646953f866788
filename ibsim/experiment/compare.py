"""Scenarios compared with common random numbers: run, differences, ranking, and why they differ."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace

import numpy as np

from ibsim.experiment.bank import Bank
from ibsim.experiment.growing import Sample, grow
from ibsim.experiment.judging import carrying
from ibsim.experiment.replicate import Task
from ibsim.experiment.runs import CarryOut, carry_out, headlines
from ibsim.experiment.waterfall import Step, refuse_other_calendar, steps
from ibsim.results.paired import Comparison, Objective, Part, Waterfall
from ibsim.results.precision import HEADLINES, PERCENT, Reached, Wanted
from ibsim.results.statistics import Floats
from ibsim.results.summary import RunResult
from ibsim.results.tables import Tables
from ibsim.scenario.model import ResolvedScenario

VERDICT = ("cost_neutral_probability",)
"""What is asked for where every scenario is to be judged."""


@dataclass(frozen=True)
class Workplace:
    """Where replications run and are stored, and who is told of each that is there, by its number."""

    executor: Executor | None = None
    jobs: int = 1
    bank: Bank | None = None
    on_done: Callable[[int], None] = field(default=lambda number: None)
    carry: CarryOut = carry_out


def compare(
    scenarios: Sequence[ResolvedScenario],
    labels: Sequence[str],
    seed: int,
    often: int | Wanted,
    objective: Objective,
    *,
    place: Workplace | None = None,
    waterfalls: bool = True,
    verdict: bool = False,
) -> Comparison:
    """Run scenarios with the same seed and numbers, and set each against the first.

    `often` is a number of replications, or a precision of the differences that decides it (against the
    larger of the two means).  With `verdict` each is judged against no roll-out as well.  Raises InputError
    unless all have the same calendar.
    """
    for other in scenarios[1:]:
        refuse_other_calendar(scenarios[0], other)
    asked = [objective.metric, *(often.metrics if isinstance(often, Wanted) else ())]
    place = replace(place or Workplace(), carry=carrying([*asked, *(VERDICT if verdict else ())]))
    started = time.perf_counter()
    tables: list[list[Tables]] = [[] for _ in scenarios]
    precision: tuple[Reached, ...] = ()
    if isinstance(often, Wanted):
        metrics, percent = often.metrics, often.percent
        each = Wanted(metrics * (len(scenarios) - 1), percent, often.most)
    else:
        metrics, percent = (), PERCENT

    def more(numbers: range) -> list[Sample]:
        found = _run(scenarios, seed, numbers, place)
        for kept, new in zip(tables, found, strict=True):
            kept.extend(new)
        return [_sample([new[k] for new in found], metrics) for k in range(len(numbers))]

    if isinstance(often, Wanted):
        count, precision = grow(each, place.jobs, more)
    else:
        count = often
        more(range(1, count + 1))
    seconds = time.perf_counter() - started
    results = tuple(
        RunResult(scenario, seed, tuple(kept[:count]), place.jobs, seconds)
        for scenario, kept in zip(scenarios, tables, strict=True)
    )
    why = _waterfalls(results, labels, objective, place) if waterfalls else ()
    return Comparison(results, tuple(labels), objective, percent, precision, why)


def _sample(found: Sequence[Tables], metrics: Sequence[str]) -> Sample:
    """The differences of one replication, and what they are measured against."""
    first, *others = (headlines(tables, metrics) for tables in found)
    differences = [other - first for other in others]
    scales = [np.fmax(np.abs(other), np.abs(first)) for other in others]
    return np.concatenate(differences), np.concatenate(scales)


def _run(
    scenarios: Sequence[ResolvedScenario], seed: int, numbers: range, place: Workplace
) -> list[list[Tables]]:
    """The tables [scenario][number]; replication by replication, so that an interrupt keeps whole pairs."""
    wanted = [(which, number) for number in numbers for which in range(len(scenarios))]
    tasks = [Task(scenarios[which], seed, number) for which, number in wanted]
    found: dict[tuple[int, int], Tables] = {}
    for at, tables in place.carry(tasks, executor=place.executor, jobs=place.jobs, bank=place.bank):
        found[wanted[at]] = tables
        place.on_done(wanted[at][1])
    return [[found[which, number] for number in numbers] for which in range(len(scenarios))]


def _waterfalls(
    results: Sequence[RunResult], labels: Sequence[str], objective: Objective, place: Workplace
) -> tuple[Waterfall, ...]:
    """Why each scenario differs from the first, for the objective and the headline metrics."""
    first, *others = results
    known = first.tables[0].metrics
    metrics = tuple(name for name in dict.fromkeys([objective.metric, *HEADLINES]) if name in known)
    numbers = range(1, len(first.tables) + 1)
    found = []
    for label, other in zip(labels[1:], others, strict=True):
        order, way = steps(first.scenario, other.scenario)
        between = [step.scenario for step in way[:-1]]
        tables = [*_run(between, first.seed, numbers, place), list(other.tables)]
        parts = [_part(step, run, metrics) for step, run in zip(way, tables, strict=False)]
        found.append(Waterfall(label, order, metrics, _values(first.tables, metrics), tuple(parts)))
    return tuple(found)


def _part(step: Step, tables: Sequence[Tables], metrics: Sequence[str]) -> Part:
    return Part(step.levers, step.changes, _values(tables, metrics))


def _values(tables: Sequence[Tables], metrics: Sequence[str]) -> Floats:
    return np.array([headlines(one, metrics) for one in tables])
