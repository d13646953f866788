"""For validation: small councils, each run once for all tests of the session, and the law of a large one."""

from __future__ import annotations

import pytest

from ibsim.validation.law import Law, population_law
from tests.councils import Laboratory
from tests.validation.crowd import crowd

CLIENTS = 57_000
"""In each group: of them nine tenths have packages, some 205,000 people."""


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Laboratory:
    return Laboratory(tmp_path_factory.mktemp("councils"))


@pytest.fixture(scope="session")
def law(lab: Laboratory) -> Law:
    """What the rules make of a population by the shipped levers."""
    return population_law(lab.scenario(crowd(CLIENTS)))
