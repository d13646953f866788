"""A stand-in for the model whose metrics are known functions of levers and evidence, with common dice."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np

from ibsim.results.metrics import REGISTRY
from ibsim.scenario import ResolvedScenario
from tests.unit.fake_model import FakeKeep, FakeTables, fake_run

Formula = Callable[[ResolvedScenario], float]


def linear_module(formulas: dict[str, Formula], noise: float = 1.0) -> ModuleType:
    """A module to stand in the place of `ibsim.replication`.

    Each named metric is its formula plus noise that depends on seed and replication alone.
    """

    def run(scenario: ResolvedScenario, seed: int, number: int, keep: FakeKeep | None = None) -> FakeTables:
        tables = fake_run(scenario, seed, number, keep)
        for name, formula in formulas.items():
            assert name in REGISTRY
            dice = np.random.default_rng((seed, number))
            tables.metrics[name][:] = formula(scenario) + noise * dice.standard_normal()
        return tables

    module = ModuleType("ibsim.replication")
    module.run, module.Keep, module.Tables = run, FakeKeep, FakeTables  # type: ignore[attr-defined]  # a module made by hand
    return module
