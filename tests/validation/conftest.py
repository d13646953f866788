"""For validation: small councils, each run once for all tests of the session, and the law of a large one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from ibsim.validation.law import Law, population_law
from tests.councils import Laboratory
from tests.validation.crowd import crowd

CLIENTS = 57_000
"""In each group: of them nine tenths have packages, some 205,000 people."""


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Laboratory:
    return Laboratory(tmp_path_factory.mktemp("councils"))


@pytest.fixture(scope="session")
def law(lab: Laboratory, shared: Path) -> Law:
    """What the rules make of a population by the shipped levers."""
    file = shared / "law.npz"
    with FileLock(shared / "law.lock"):
        if not file.exists():
            law = population_law(lab.scenario(crowd(CLIENTS)))
            package, plan = law.services
            np.savez(
                file,
                people=law.people,
                conventional=law.conventional,
                package=package,
                plan=plan,
                visits=law.visits,
            )
    with np.load(file) as kept:
        return Law(kept["people"], kept["conventional"], (kept["package"], kept["plan"]), kept["visits"])
