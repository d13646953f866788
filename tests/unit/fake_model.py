"""A stand-in for the model: tables drawn at random by seed and replication, in milliseconds."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ibsim.errors import BooksError
from ibsim.policy.market.books import Books
from ibsim.policy.market.providers import PROVIDER
from ibsim.policy.market.verbs import N_SHOP
from ibsim.results.gap import gap_between
from ibsim.results.metrics import DIARY_TASKS, REGISTRY
from ibsim.results.summary import RunResult
from ibsim.scenario import ResolvedScenario, load
from ibsim.words import SOLD, Category, Stream

Columns = dict[str, NDArray[Any]]


@dataclass
class FakeKeep:
    people: bool = False
    events: bool = False


@dataclass
class FakeTables:
    metrics: Columns
    series: Columns
    diary: NDArray[np.float64]
    people: Columns | None
    events: Columns | None
    books: dict[str, int]
    timing: dict[str, float]
    binding: Columns
    ledger: NDArray[np.int64]
    trial: Columns | None = None
    gains: Columns = field(default_factory=dict)
    providers: Columns = field(default_factory=dict)


def fake_run(scenario: ResolvedScenario, seed: int, number: int, keep: FakeKeep | None = None) -> FakeTables:
    """Random tables of the right shapes: nobody is in the MH group's IB arm, no planners anywhere."""
    keep = keep or FakeKeep()
    dice = np.random.default_rng((seed, number))
    years = scenario.calendar.years
    metrics = {name: 100 * dice.random((5, 3, years + 1)) for name in REGISTRY}
    for values in metrics.values():
        values[2, 1] = np.nan
    metrics["planner_utilisation_percent"][:] = np.nan
    events: Columns = {
        "entity_id": np.array([7, 7]),
        "pathway": np.array(["IB", "IB"]),
        "event_type": np.array(["arrival_departure", "queue"]),
        "event": np.array(["arrival", "assessment"]),
        "time": np.array([0.0, 1.5]),
        "resource_id": np.array([np.nan, np.nan]),
        "team": np.array(["OP", "OP"]),
    }
    people: Columns = {"person": np.arange(3), "group": np.array(["PD", "LD", "OP"])}
    return FakeTables(
        metrics=metrics,
        series={"ib_holders": 100 * dice.random((5, 3, 12 * years))},
        diary=dice.random((years + 1, len(DIARY_TASKS), 2)),
        people=people if keep.people else None,
        events=events if keep.events else None,
        books={"people": 3, "hours": 1},
        timing={"engine": time.perf_counter() % 1},
        binding={"team trays": np.array([40.0, 12.5]), "panel": np.array([4.0, 3.0])},
        ledger=dice.integers(-9, 10, (12 * years, len(Stream), len(Category), 4, 2)),
        providers=_providers(dice, years),
    )


def _providers(dice: np.random.Generator, years: int) -> Columns:
    """Three providers that sell at random: the pool of assistants, whoever covers, and an agency."""
    market, shops = np.zeros(3, dtype=PROVIDER), np.ones((len(SOLD), N_SHOP), dtype=np.int64)
    market["service"] = [0, 0, 1]
    books = Books.empty(3, years, 12 * years)
    books.sold[:] = dice.integers(1, 1_000, books.sold.shape)
    books.weeks[:], books.state[:] = 52, 1
    books.income[:], books.cost[:], books.volume[:] = 300.0, 200.0, 100.0
    named = {"name": np.array(["Assistants", "Cover", "=Agency"]), "service": market["service"]}
    named |= {"size": np.array([0, 1, 3]), "in_house": np.zeros(3, dtype=np.bool_)}
    return named | books.yearly(market, shops, np.arange(12 * years) // 12)


def fake_module() -> ModuleType:
    """A module to stand in the place of `ibsim.replication`."""
    module = ModuleType("ibsim.replication")
    named = {"run": fake_run, "Keep": FakeKeep, "Tables": FakeTables}
    vars(module).update(named)
    return module


def slow_first(scenario: ResolvedScenario, seed: int, number: int) -> FakeTables:
    """Later replications finish earlier."""
    time.sleep(0.2 if number == 1 else 0.0)
    return fake_run(scenario, seed, number)


def failing(scenario: ResolvedScenario, seed: int, number: int) -> FakeTables:
    if number == 2:
        raise BooksError("3 people in, 2 out")
    return fake_run(scenario, seed, number)


def dying(scenario: ResolvedScenario, seed: int, number: int) -> FakeTables:
    if number == 3:
        os._exit(9)
    return fake_run(scenario, seed, number)


def torn(scenario: ResolvedScenario, seed: int, number: int) -> FakeTables:
    """Of replication 3 half the result is sent; then the worker is dead, as after `kill -9`."""
    if number == 3:

        def half(pipe: Any, content: Any, write: Any = None) -> None:
            os.write(pipe.fileno(), bytes(content)[: len(content) // 2])
            os.kill(os.getpid(), signal.SIGKILL)

        Connection._send = half  # type: ignore[attr-defined]  # the last step of sending
    return fake_run(scenario, seed, number)


def endless(scenario: ResolvedScenario, seed: int, number: int) -> FakeTables:
    time.sleep(60)
    return fake_run(scenario, seed, number)


def small_scenario(
    folder: Path, text: str = "calendar: {years: 2}\n", stem: str = "council"
) -> ResolvedScenario:
    """Write and load a scenario of two years."""
    path = folder / f"{stem}.yaml"
    path.write_text(f"name: The council\nwhy: to test\n{text}", encoding="utf-8")
    return load(path)


def small_result(folder: Path, replications: int = 3, seed: int = 1, *, kept: bool = False) -> RunResult:
    """A run of the small scenario."""
    scenario = small_scenario(folder)
    keep = FakeKeep(people=kept, events=kept)
    tables = tuple(fake_run(scenario, seed, number, keep) for number in range(1, replications + 1))
    return RunResult(scenario, seed, tables, jobs=1, seconds=1.0)


def judged_result(folder: Path, replications: int = 3) -> RunResult:
    """A run of a small scenario with a roll-out, and its gaps to a twin of other dice."""
    waves = "rollout: [{from: 2006-04-01, groups: [OP], to: at_review}]\n"
    scenario = small_scenario(folder, f"calendar: {{years: 2}}\n{waves}")
    numbers = range(1, replications + 1)
    tables, twins = ([fake_run(scenario, seed, number) for number in numbers] for seed in (1, 2))
    gaps = [
        gap_between(one, twin, scenario.calendar.start, 0.0) for one, twin in zip(tables, twins, strict=True)
    ]
    return RunResult(scenario, 1, tuple(tables), jobs=1, seconds=1.0, gaps=tuple(gaps))
