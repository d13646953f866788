"""England, council by council: every council is a scenario of its own, and only its summary is kept."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from hashlib import blake2b
from typing import TYPE_CHECKING

from ibsim.experiment.replicate import Task
from ibsim.experiment.runs import carry_out
from ibsim.results.england import CouncilRow, EnglandResult
from ibsim.results.national import NationalSum

if TYPE_CHECKING:
    from ibsim.experiment.bank import Bank
    from ibsim.results.tables import Tables
    from ibsim.scenario.england import Council
    from ibsim.scenario.model import ResolvedScenario

SEED_BYTES = 7
"""Seeds of councils stay below 2**56."""


def council_seed(seed: int, name: str) -> int:
    """A council's own seed: with one seed for all, their people would share their dice.

    It depends on the run's seed and the council's name alone, so that two strategies with the same seed
    meet the same people in every council.
    """
    return int.from_bytes(blake2b(f"{seed} {name}".encode(), digest_size=SEED_BYTES).digest(), "big")


def run_england(
    family: Sequence[tuple[Council, ResolvedScenario]],
    seed: int,
    replications: int,
    sets: Sequence[str] = (),
    *,
    executor: Executor | None = None,
    jobs: int = 1,
    bank: Bank | None = None,
    on_done: Callable[[int], None] = lambda number: None,
) -> EnglandResult:
    """Run replications 1 to `replications` of every council, a scenario each, and add them up.

    `sets` only says what was changed in every council.  At most one replication of them is held at a time.
    `on_done` is called with the number of the replication for each council that is done.
    """
    started = time.perf_counter()
    rows = [CouncilRow(council) for council, _ in family]
    nation, books = NationalSum(), Counter[str]()
    for number in range(1, replications + 1):
        tasks = [Task(scenario, council_seed(seed, council.name), number) for council, scenario in family]
        found = carry_out(tasks, executor=executor, jobs=jobs, bank=bank)
        for place, tables in _in_order(found):
            nation.add(tables.metrics)
            rows[place].add(tables)
            books.update({name: int(times) for name, times in tables.books.items()})
            on_done(number)
        nation.close()
    return EnglandResult(
        calendar=family[0][1].calendar,
        evidence=family[0][1].evidence,
        hashes=tuple(scenario.hash for _, scenario in family),
        seed=seed,
        replications=replications,
        sets=tuple(sets),
        rows=tuple(rows),
        metrics=nation.metrics,
        yearly=nation.statistics(),
        books=dict(sorted(books.items())),
        jobs=jobs,
        seconds=time.perf_counter() - started,
    )


def _in_order(found: Iterator[tuple[int, Tables]]) -> Iterator[tuple[int, Tables]]:
    """Tables in the order of their places, as soon as all before them are there."""
    early: dict[int, Tables] = {}
    turn = 0
    for place, tables in found:
        early[place] = tables
        while turn in early:
            yield turn, early.pop(turn)
            turn += 1
