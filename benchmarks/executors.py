"""What an executor adds to a task: a scenario goes out, tables come back, nothing is simulated between."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from functools import cache
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any

from ibsim.experiment.executors import opened
from ibsim.experiment.replicate import replicate
from ibsim.scenario.resolve import load

if TYPE_CHECKING:
    from ibsim.replication import Tables
    from ibsim.scenario.model import ResolvedScenario

WORKERS = 2
SHORT = ("calendar.years=5", "calendar.warm_up_years=0", "population.clients_at_start=50")
"""The tables of a small council are as large as those of any other."""


@cache
def _stored() -> Tables:
    from ibsim.replication import run

    few = ("population.referrals_per_year=10", "population.contacts_per_year=50")
    return run(load("metropolitan", [*SHORT, *few]), 1, 1)


def recall(scenario: ResolvedScenario, seed: int, number: int) -> Tables:
    """The tables of one replication that each process has run once."""
    return _stored()


def answer(scenario: ResolvedScenario, seed: int, number: int) -> int:
    """The least that a task can do."""
    return number


@contextmanager
def _opened(name: str) -> Iterator[tuple[Executor | None, int]]:
    """One of the executors by its short name."""
    if name != "dask":
        with opened(WORKERS if name == "pool" else 1) as found:
            yield found
        return
    from .loopback import loopback_cluster

    with (
        TemporaryDirectory() as folder,
        loopback_cluster(Path(folder), WORKERS) as address,
        opened(WORKERS, address) as found,
    ):
        yield found


def overhead(name: str, tasks: int) -> dict[str, Any]:
    """Seconds until an executor has answered, and then for so many tasks: without tables, and with them."""
    scenario = load("metropolitan")
    _stored()
    begun = perf_counter()
    with _opened(name) as (executor, jobs):
        # more than there are workers, so that each has answered, and has its tables, before the clock starts
        first, numbers = range(1, 4 * WORKERS + 1), range(1, tasks + 1)
        replicate(answer, scenario, 1, first, executor=executor, jobs=jobs)
        started = perf_counter() - begun
        replicate(recall, scenario, 1, first, executor=executor, jobs=jobs)
        began = perf_counter()
        replicate(answer, scenario, 1, numbers, executor=executor, jobs=jobs)
        without = perf_counter() - began
        replicate(recall, scenario, 1, numbers, executor=executor, jobs=jobs)
        whole = perf_counter() - began
    return {
        "walls": [without, whole - without],
        "start_seconds": started,
        "scenario_bytes": len(ForkingPickler.dumps(scenario)),
        "tables_bytes": len(ForkingPickler.dumps(_stored())),
    }
