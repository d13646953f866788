"""The verdict's pairs: a scenario's replications and its twin's, with the same dice and the same evidence."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ibsim.experiment.runs import replications
from ibsim.results.gap import gap_between
from ibsim.scenario.variants import Pair, has_rollout

if TYPE_CHECKING:
    from ibsim.experiment.bank import Store
    from ibsim.results.summary import RunResult
    from ibsim.results.tables import Tables
    from ibsim.scenario.model import ResolvedScenario


@dataclass(frozen=True)
class TwinBank:
    """A twin's replications: in the run's own bank and in the one that all runs share."""

    own: Store | None
    shared: Store | None

    def get(self, key: str) -> Tables | None:
        """The tables under a key, from either; what the shared one has is kept in the run's own too."""
        found = self.own.get(key) if self.own else None
        if found is None and self.shared:
            found = self.shared.get(key)
            if found is not None and self.own:
                self.own.put(key, found)
        return found

    def put(self, key: str, tables: Tables) -> None:
        """Store tables in both."""
        for bank in (self.own, self.shared):
            if bank:
                bank.put(key, tables)


@dataclass(frozen=True)
class Pairing:
    """Where pairs run, and where their replications are kept.

    `own` is the run's bank; `shared` the one in which twins are kept for other runs.  `on_done` is called,
    in this thread, for each replication that is there.
    """

    executor: Executor | None = None
    jobs: int = 1
    own: Store | None = None
    shared: Store | None = None
    on_done: Callable[[int], None] = field(default=lambda number: None)


def extra_runs(scenario: ResolvedScenario) -> int:
    """How many runs the verdict adds to each replication of a scenario."""
    if not has_rollout(scenario):
        return 0
    return 1 + Pair.of(scenario).scenario.draws_evidence


def with_verdict(result: RunResult, place: Pairing) -> RunResult:
    """A run's result with the gap of each of its replications, whose other halves are run here.

    Without a roll-out a council is its own twin: nothing is run, and each gap is exactly nothing.  With
    `verdict.uncertainty: point` the result's own replications are the scenario's half.
    """
    started = time.perf_counter()
    scenario, own = result.scenario, result.tables
    drawn = twins = own
    if has_rollout(scenario):
        pair, numbers = Pair.of(scenario), range(1, len(own) + 1)
        if pair.scenario.draws_evidence:
            drawn = _run(pair.scenario, result.seed, numbers, place, place.own)
        twins = _run(pair.twin, result.seed, numbers, place, TwinBank(place.own, place.shared))
    start, tolerance = scenario.calendar.start, scenario.levers.verdict.tolerance_percent
    gaps = tuple(
        gap_between(tables, twin, start, tolerance) for tables, twin in zip(drawn, twins, strict=True)
    )
    return replace(result, gaps=gaps, seconds=result.seconds + time.perf_counter() - started)


def _run(
    scenario: ResolvedScenario, seed: int, numbers: range, place: Pairing, bank: Store | None
) -> tuple[Tables, ...]:
    return replications(
        scenario, seed, numbers,
        executor=place.executor, jobs=place.jobs, bank=bank, on_done=place.on_done,
    )  # fmt: skip
