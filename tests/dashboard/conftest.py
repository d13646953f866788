"""For the dashboard's tests: small results of real runs, and the application over them."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from dash import Dash
from filelock import FileLock
from playwright.sync_api import Browser, Page

from dashboard.app import create_app
from dashboard.runs.manager import Runs
from dashboard.settings import Settings
from ibsim.experiment.warming import ensure_compiled
from tests.dashboard.browser import SECONDS, Watched, served

ROOT = Path(__file__).resolve().parents[2]
SHORT = ("--set", "calendar.years=2", "--set", "calendar.warm_up_years=0", "--replications", "3", "--quiet")
SCENARIOS = {"base": "metropolitan", "pilot": "metropolitan-pilot"}


@pytest.fixture(scope="session")
def results(shared: Path) -> Path:
    """A folder with the results of the average council without and with the pilot; not to be changed."""
    ensure_compiled()
    folder = shared / "results"
    with FileLock(shared / "results.lock"):
        for name, scenario in SCENARIOS.items():
            out = folder / name
            if not out.exists():
                command = [sys.executable, "-m", "ibsim", "run", scenario, *SHORT, "--out", str(out)]
                subprocess.run(command, cwd=ROOT, check=True)
    return folder


@pytest.fixture
def own_results(results: Path, tmp_path: Path) -> Path:
    """A copy of the results that a test may damage."""
    return Path(shutil.copytree(results, tmp_path / "results"))


def emptied(queue: Runs) -> None:
    """Cancel all jobs, wait until their processes have ended, and close the queue."""
    for status in queue.look(fresh=True):
        queue.cancel(status.job.id)
    deadline = time.monotonic() + SECONDS
    while queue.busy() and time.monotonic() < deadline:
        time.sleep(0.02)
    queue.close()


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Runs]:
    """A queue in a folder of its own."""
    queue = Runs(tmp_path / "what-if")
    yield queue
    emptied(queue)


@pytest.fixture
def app(results: Path, runs: Runs) -> Dash:
    """The dashboard over the results, for this machine alone."""
    return create_app([results], Settings(runs.folder, hosts=("localhost", "127.0.0.1")), runs)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page of its own, without a past."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def site(results: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a dashboard over the results, with a queue of its own."""
    queue = Runs(tmp_path_factory.mktemp("what-if"))
    with served(results, queue) as address:
        yield address
    emptied(queue)


@pytest.fixture
def watched(page: Page, site: str) -> Iterator[Watched]:
    """A page before the dashboard; what it said or asked for that it should not have fails the test."""
    found = Watched(page, site)
    yield found
    assert found.errors == []
    assert found.abroad == []
