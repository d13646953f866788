"""Replications of scenarios, from the bank where they are stored and run where they are not."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ibsim.experiment.bank import Store, part_key
from ibsim.experiment.growing import Sample, grow
from ibsim.experiment.replicate import Runner, Task, finished, run_one
from ibsim.results.precision import Reached, Wanted
from ibsim.results.statistics import Floats
from ibsim.results.summary import RunResult

if TYPE_CHECKING:
    from ibsim.replication import Keep
    from ibsim.results.tables import Tables
    from ibsim.scenario.model import ResolvedScenario


class CarryOut(Protocol):
    """Carries out tasks: `carry_out` itself, or that with the verdict's metrics in each task's tables."""

    def __call__(
        self,
        tasks: Sequence[Task],
        /,
        *,
        executor: Executor | None = None,
        jobs: int = 1,
        bank: Store | None = None,
        keep: Keep | None = None,
    ) -> Iterator[tuple[int, Tables]]:
        """Each task's tables with its place in `tasks`, as they come."""


def carry_out(
    tasks: Sequence[Task],
    *,
    executor: Executor | None = None,
    jobs: int = 1,
    bank: Store | None = None,
    keep: Keep | None = None,
) -> Iterator[tuple[int, Tables]]:
    """Each task's tables with its place in `tasks`, as they come: first the stored ones, then the others.

    What is not in the bank is run (see `finished` for the executor, `jobs` and errors) and stored as it
    finishes, so that an interrupt loses at most what is in flight.  `keep` holds for replication 1.
    """
    runner: Runner[Tables] = run_one if keep is None else partial(run_one, keep=keep)
    keys = [part_key(task.scenario, task.seed, task.number, keep) for task in tasks] if bank else []
    missing = []
    for place in range(len(tasks)):
        stored = bank.get(keys[place]) if bank else None
        if stored is None:
            missing.append(place)
        else:
            yield place, stored
    wanted = [tasks[place] for place in missing]
    for number, tables in finished(runner, wanted, executor=executor, jobs=jobs):
        if bank:
            bank.put(keys[missing[number]], tables)
        yield missing[number], tables


def replications(
    scenario: ResolvedScenario,
    seed: int,
    numbers: Iterable[int],
    *,
    executor: Executor | None = None,
    jobs: int = 1,
    bank: Store | None = None,
    keep: Keep | None = None,
    carry: CarryOut | None = None,
    on_done: Callable[[int], None] = lambda number: None,
    seen: Callable[[int, Tables], None] = lambda number, tables: None,
) -> tuple[Tables, ...]:
    """The replications `numbers` of a scenario, in that order; see `carry_out`.

    `carry` carries them out in its place (see `ibsim.experiment.judging`).  `on_done(number)` and
    `seen(number, tables)` are called in this thread for each that is there.
    """
    tasks = [Task(scenario, seed, number) for number in numbers]
    done: dict[int, Tables] = {}
    for place, tables in (carry or carry_out)(tasks, executor=executor, jobs=jobs, bank=bank, keep=keep):
        done[place] = tables
        on_done(tasks[place].number)
        seen(tasks[place].number, tables)
    return tuple(done[place] for place in range(len(tasks)))


def run_scenario(
    scenario: ResolvedScenario,
    seed: int,
    count: int | Wanted,
    *,
    executor: Executor | None = None,
    jobs: int = 1,
    bank: Store | None = None,
    keep: Keep | None = None,
    on_done: Callable[[int], None] = lambda number: None,
    seen: Callable[[int, Tables], None] = lambda number, tables: None,
) -> RunResult:
    """Replications 1 to `count` of a scenario as a result, or as many as a precision takes.

    See `replications`.  What a precision finds is the same as a run of that many replications.
    """
    from ibsim.experiment.judging import carrying

    started = time.perf_counter()
    tables: list[Tables] = []

    def more(numbers: range) -> list[Sample]:
        found = replications(
            scenario, seed, numbers,
            executor=executor, jobs=jobs, bank=bank, keep=keep, on_done=on_done, seen=seen,
            carry=carrying(wanted.metrics),
        )  # fmt: skip
        tables.extend(found)
        return [(headlines(one, wanted.metrics),) * 2 for one in found]

    precision: tuple[Reached, ...] = ()
    if isinstance(count, Wanted):
        wanted = count
        count, precision = grow(wanted, jobs, more)
    else:
        wanted = Wanted(())
        more(range(1, count + 1))
    seconds = time.perf_counter() - started
    return RunResult(scenario, seed, tuple(tables[:count]), jobs, seconds, precision)


def headlines(tables: Tables, metrics: Sequence[str]) -> Floats:
    """The values of some metrics over all groups, both arms and all years; NaN where one was not measured."""
    values = [tables.metrics[name][-1, -1, -1] if name in tables.metrics else np.nan for name in metrics]
    return np.array(values, dtype=np.float64)
