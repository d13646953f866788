"""Small councils that the engine and the oracle both run, each a test of its own, for `make mutants`."""

from __future__ import annotations

from pathlib import Path

import pytest

from ibsim.scenario import load
from tests.councils import Laboratory
from tests.oracle.books import first_provider_difference
from tests.oracle.compare import first_difference, run_both
from tests.oracle.councils import random_council

COUNCILS = 12


@pytest.mark.parametrize("seed", range(COUNCILS))
def test_engine_and_oracle_agree(seed: int, tmp_path: Path) -> None:
    scenario = Laboratory(tmp_path).scenario(random_council(seed, load("metropolitan").evidence))
    both = run_both(scenario, seed)
    assert first_difference(both) is None
    assert first_provider_difference(both.oracle, both.engine.market.table()) is None
