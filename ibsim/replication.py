"""One replication: build the council, run it, hand back its tables."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ibsim.council import Council
from ibsim.policy import (
    finance,
    outcomes,
)
from ibsim.results.eventlog import event_log
from ibsim.results.measure import Told, measure
from ibsim.results.measure.gains import Health, interviewed
from ibsim.scenario.model import ResolvedScenario
from ibsim.scenario.variants import in_replication
from ibsim.units import DAY_MINUTES, GROUPS


@dataclass(frozen=True)
class Keep:
    """What to keep beside the metrics: one row a person, one row an event."""

    people: bool = False
    events: bool = False


@dataclass(frozen=True)
class Tables:
    """What a replication hands back (see `ibsim.results.tables`)."""

    metrics: dict[str, NDArray[np.float64]]
    series: dict[str, NDArray[np.float64]]
    diary: NDArray[np.float64]
    people: dict[str, NDArray[Any]] | None
    events: dict[str, NDArray[Any]] | None
    books: dict[str, int]
    timing: dict[str, float]
    binding: dict[str, NDArray[np.float64]]
    ledger: NDArray[np.int64]
    trial: dict[str, NDArray[Any]] | None
    gains: dict[str, NDArray[Any]]
    providers: dict[str, NDArray[Any]]


def run(scenario: ResolvedScenario, seed: int, number: int, keep: Keep | None = None) -> Tables:
    """Run replication `number` of a scenario with a seed; the same three give the same tables anywhere.

    Raises BooksError if people, hours or pounds do not add up.
    """
    council = Council(in_replication(scenario, seed, number), seed, number)
    council.run()
    return tables_of(council, keep or Keep())


def tables_of(council: Council, keep: Keep) -> Tables:
    """Everything that results need, and nothing that ties it to this process."""
    began, evidence = perf_counter(), council.scenario.evidence
    providers = council.market.table()
    told = Told(
        council.contacts[: council.clock.n_years].tolist(),
        round(council.levers.review.grace_days * DAY_MINUTES),
        council.price_list[: council.clock.n_years],
        finance.visits_weekly(council.levers.finance),
        council.outcomes_of,
        Health(outcomes.health_shares(evidence), outcomes.hospital_days(evidence)),
        council.content,
        providers,
    )
    measured = measure(council.world, council.machine, council.workforce, council.snapshots, told)
    tables = Tables(
        metrics=measured.metrics,
        series=measured.series,
        diary=measured.diary,
        people=_everybody(council) if keep.people else None,
        events=event_log(council.machine.history, council.clock) if keep.events else None,
        books=council.books,
        timing=council.stopwatch.seconds,
        binding=measured.binding,
        ledger=council.machine.ledger[: council.clock.n_months].copy(),
        trial=_trial(council),
        gains=measured.gains,
        providers=providers,
    )
    council.stopwatch.add("measuring", began)
    return tables


def _trial(council: Council) -> dict[str, NDArray[Any]] | None:
    """The trial's people as the evaluators saw them, and what they heard."""
    trial = council.interviews.table(council.machine.history)
    if trial is None:
        return None
    who = council.interviews.people
    return trial | interviewed(trial, who, council.world, council.outcomes_of, council.content)


def _everybody(council: Council) -> dict[str, NDArray[Any]]:
    """One row a person, with every column."""
    people = council.world.people
    columns = {name: people[name].copy() for name in people.dtype.names or ()}
    return columns | {"group": np.array(GROUPS)[council.world.groups]}
