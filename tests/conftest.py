"""For all tests: plain Python where asked (NUMBA_DISABLE_JIT=1), who compiles first, and one browser."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

if os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0"):
    # Draws count modulo 2**64; compiled code does so silently, NumPy's scalars would warn.
    np.seterr(over="ignore")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile the engine before several workers (`-n`) start, so that not each compiles it for itself."""
    if not getattr(session.config.option, "numprocesses", None):
        return  # one process, or a worker of this one
    from ibsim.experiment.warming import compile_engine, is_compiled

    if not is_compiled():
        print("Compiling the engine, once for these sources: about a minute", flush=True)
        compile_engine()


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of a session see: what one has made under a lock, the others take."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "shared"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without a sandbox where it runs as root, and silent towards the network.

    A process has one: Playwright cannot be started while it runs.
    """
    from playwright.sync_api import sync_playwright

    from ibsim.results.report.printing import browser

    arguments = [
        *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
        *("--disable-background-networking", "--disable-component-update"),
    ]
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=shutil.which(browser()), args=arguments)
        yield found
        found.close()
