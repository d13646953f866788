from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from ibsim import replication
from ibsim.experiment import warming

ROOT = Path(__file__).resolve().parents[3]
STRATEGY = "metropolitan-total-transformation"


@pytest.fixture(autouse=True)
def replications(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the replications that were run; they compile nothing."""
    numbers: list[int] = []
    monkeypatch.setattr(replication, "run", lambda scenario, seed, number: numbers.append(number))
    return numbers


def test_an_engine_is_compiled_when_its_mark_is_there(
    replications: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numba.config, "DISABLE_JIT", 0)
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "none"))
    assert not warming.is_compiled()
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    assert not warming.is_compiled()
    warming.compile_engine()
    assert warming.is_compiled() and replications == [1]


def test_a_cache_that_cannot_be_written_ends_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path / "none"))
    warming.compile_engine()
    assert not (tmp_path / "none").exists()


def test_nothing_is_compiled_where_numba_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numba.config, "DISABLE_JIT", 1)
    assert warming.is_compiled()


@pytest.mark.slow
def test_the_first_run_compiles_once_and_all(tmp_path: Path) -> None:
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONPATH": str(ROOT)}
    environment.pop("NUMBA_CACHE_DIR", None)

    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "ibsim", "run", *arguments, "--json"]
        found = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
        )
        return found.stderr

    def machine_code() -> list[Path]:
        return sorted((tmp_path / "cache").rglob("*.nbc"))

    first = run(STRATEGY, "--replications", "2", "--jobs", "2", "--set", "calendar.years=2")
    assert first.count("Compiling the engine") == 1
    compiled = machine_code()
    assert compiled
    # Other scenarios call nothing that the first run did not compile.
    for scenario in ("county", "metropolitan-pilot"):
        told = run(scenario, "--replications", "1", "--jobs", "1", "--people", "--events")
        assert "Compiling" not in told
    assert machine_code() == compiled
