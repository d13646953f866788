"""For the dashboard's tests: small results of real runs, and the application over them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from dash import Dash

from dashboard.app import create_app
from dashboard.runs.manager import Runs
from dashboard.settings import Settings
from ibsim.experiment.warming import ensure_compiled

ROOT = Path(__file__).resolve().parents[2]
SHORT = ("--set", "calendar.years=2", "--set", "calendar.warm_up_years=0", "--replications", "3", "--quiet")
SCENARIOS = {"base": "metropolitan", "pilot": "metropolitan-pilot"}


@pytest.fixture(scope="session")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the results of the average council without and with the pilot; not to be changed."""
    ensure_compiled()
    folder = tmp_path_factory.mktemp("results")
    for name, scenario in SCENARIOS.items():
        command = [sys.executable, "-m", "ibsim", "run", scenario, *SHORT, "--out", str(folder / name)]
        subprocess.run(command, cwd=ROOT, check=True)
    return folder


@pytest.fixture
def own_results(results: Path, tmp_path: Path) -> Path:
    """A copy of the results that a test may damage."""
    return Path(shutil.copytree(results, tmp_path / "results"))


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Runs]:
    """A queue in a folder of its own."""
    queue = Runs(tmp_path / "what-if")
    yield queue
    for status in queue.look(fresh=True):
        queue.cancel(status.job.id)
    queue.close()


@pytest.fixture
def app(results: Path, runs: Runs) -> Dash:
    """The dashboard over the results, for this machine alone."""
    return create_app([results], Settings(runs.folder, hosts=("localhost", "127.0.0.1")), runs)
