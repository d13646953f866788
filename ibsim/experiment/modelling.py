"""A scenario with levers as a model that experiments evaluate: a point sets the levers, outputs come back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING

import numpy as np

from ibsim.experiment.outputs import Output
from ibsim.experiment.ranges import LeverRange
from ibsim.experiment.replicate import Task
from ibsim.experiment.runs import CarryOut, carry_out
from ibsim.experiment.samples import Floats, Point
from ibsim.scenario import ResolvedScenario, load

if TYPE_CHECKING:
    from ibsim.experiment.bank import Bank
    from ibsim.results.tables import Tables

Run = Callable[[ResolvedScenario, Sequence[int]], Sequence["Tables"]]
"""Runs the replications of these numbers, or takes them from where they are stored."""


def runs(
    seed: int,
    *,
    executor: Executor | None = None,
    jobs: int = 1,
    bank: Bank | None = None,
    carry: CarryOut = carry_out,
) -> Run:
    """Replications with this seed on an executor, through the bank where there is one; see `carrying`."""

    def run(scenario: ResolvedScenario, numbers: Sequence[int]) -> Sequence[Tables]:
        tasks = [Task(scenario, seed, number) for number in numbers]
        found = dict(carry(tasks, executor=executor, jobs=jobs, bank=bank))
        return [found[place] for place in range(len(tasks))]

    return run


class ScenarioModel:
    """The outputs of a scenario as a function of its levers; an `Evaluate`."""

    def __init__(
        self,
        scenario: str,
        sets: Sequence[str],
        ranges: Sequence[LeverRange],
        outputs: Sequence[Output],
        run: Run,
    ) -> None:
        """`scenario` and `sets` are as for `load`; the levers of `ranges` are set after `sets`."""
        self._scenario, self._sets = scenario, tuple(sets)
        self.ranges, self.outputs, self._run = tuple(ranges), tuple(outputs), run

    def sets(self, point: Point) -> list[str]:
        """All that is set at a point, as `--set` would be given it."""
        levers = zip(self.ranges, point, strict=True)
        return [*self._sets, *(text for one, value in levers for text in one.sets(value))]

    def scenario(self, point: Point) -> ResolvedScenario:
        """The scenario with its levers at a point."""
        return load(self._scenario, self.sets(point))

    def __call__(self, point: Point, numbers: Sequence[int]) -> Floats:
        """The outputs of these replications: float64[len(numbers), len(outputs)]."""
        tables = self._run(self.scenario(point), numbers)
        return np.array([[output.of(one) for output in self.outputs] for one in tables], dtype=np.float64)
