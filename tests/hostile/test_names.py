"""A name that no file can have is told wherever a command takes one: place, finding, rule and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ibsim.cli import app

PILOT, LONG = "metropolitan-pilot", "x" * 300


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", LONG],
        ["diff", PILOT, LONG],
        ["run", LONG, "--out", "there"],
        ["run", PILOT, "--out", LONG],
        ["run", PILOT, "--out", "there", "--progress-file", LONG],
        ["run", PILOT, "--out", "there", "--set", f"population.caseload_file={LONG}.csv"],
        ["compare", PILOT, LONG, "--out", "there"],
        ["sweep", LONG, "--out", "there"],
        ["sweep", "planners-and-posts", "--out", LONG],
        ["backtest", LONG, PILOT],
        ["fit", PILOT, "--data", LONG],
        ["caseload", LONG],
        ["workbook", LONG, "--out", "there.xlsx"],
        ["workbook", PILOT, "--out", f"{LONG}.xlsx"],
        ["report", LONG, "--out", "there.html"],
        ["dashboard", LONG],
        ["dashboard", "--account", LONG],
    ],
    ids=" ".join,
)
def test_a_name_too_long_for_a_file_is_told(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2, result.output
    assert all(f"\n  {part}:" in result.output for part in ("found", "rule", "remedy")), result.output
    assert not list(tmp_path.iterdir())
