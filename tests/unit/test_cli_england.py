"""`ibsim england` on the command line, with a model that answers at once."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ibsim.cli import app
from ibsim.experiment import warming
from tests.unit import fake_model


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setitem(sys.modules, "ibsim.replication", fake_model.fake_module())
    monkeypatch.setattr(warming, "is_compiled", lambda: True)
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(os.listdir(folder))


def england(*arguments: str) -> Result:
    given = ("england", "--jobs", "1", "--set", "calendar.years=1", *arguments)
    return CliRunner().invoke(app, given)


def test_england_is_set_beside_its_returns(here: Path) -> None:
    result = england("--out", "out", "--replications", "2")
    assert result.exit_code == 0, result.output
    assert names(here / "out") == ["councils.csv", "manifest.json", "national.csv"]
    assert "= 1,770,000 (150 councils)" in " ".join(result.stdout.split())
    assert "Clients in the year" in result.stdout and "1,770,000 2006-07" in result.stdout
    assert "Changed in every council: calendar.years=1" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 100
    told = json.loads(england("--json").stdout)
    assert told["results"] == str(Path("results") / "england-1")
    assert {row["figure"] for row in told["beside_returns"]} >= {"Clients in the year", "Reviews completed"}


def test_england_refuses_a_slip_before_anything_runs(here: Path) -> None:
    before = names(here)
    result = england("--set", "rollout.waves.0.share_percent=5")
    assert result.exit_code == 2 and "share_percent" in result.stderr and not result.stdout
    assert names(here) == before


def test_england_goes_on_where_it_was_stopped(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers: list[int] = []

    def stopping(*arguments: object) -> fake_model.FakeTables:
        numbers.append(1)
        if len(numbers) == 11:
            raise KeyboardInterrupt
        return fake_model.fake_run(*arguments)  # type: ignore[arg-type]  # handed on as they come

    monkeypatch.setattr(sys.modules["ibsim.replication"], "run", stopping)
    stopped = england("--out", "out")
    assert stopped.exit_code == 130 and "the same command goes on" in stopped.stderr
    assert not (here / "out").exists()
    assert england("--out", "out").exit_code == 0
    assert len(numbers) == 11 + 140, "ten councils were there already"
