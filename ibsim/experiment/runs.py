"""One scenario's replications as a result: what `ibsim run` does between reading and writing."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from typing import TYPE_CHECKING

from ibsim.experiment.replicate import Runner, replicate, run_one
from ibsim.results.summary import RunResult

if TYPE_CHECKING:
    from ibsim.results.tables import Tables
    from ibsim.scenario.model import ResolvedScenario


def run_scenario(
    scenario: ResolvedScenario,
    seed: int,
    replications: int,
    *,
    executor: Executor | None = None,
    jobs: int = 1,
    people: bool = False,
    events: bool = False,
    on_done: Callable[[int], None] = lambda number: None,
) -> RunResult:
    """Run replications 1 to `replications` of a scenario; see `replicate` for the executor and errors.

    With `people` or `events` those tables of replication 1 are kept.
    """
    runner: Runner[Tables] = run_one
    if people or events:
        from ibsim.replication import Keep

        runner = partial(run_one, keep=Keep(people=people, events=events))
    started = time.perf_counter()
    numbers = range(1, replications + 1)
    tables = replicate(runner, scenario, seed, numbers, executor=executor, jobs=jobs, on_done=on_done)
    return RunResult(scenario, seed, tables, jobs, time.perf_counter() - started)
