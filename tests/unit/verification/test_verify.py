"""`ibsim verify`: when a comparison holds, how it is told, and the exit code."""

from __future__ import annotations

import csv
import io
import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from ibsim.cli import app
from ibsim.experiment.executors import local_executor
from ibsim.verification import catalogue, networks, queues
from ibsim.verification.catalogue import Check, findings
from ibsim.verification.finding import Estimate, Finding, exactly
from ibsim.verification.telling import COLUMNS, figure, lines, tree, verification_csv, words

QUICK = (Check(0, partial(queues.overload, 3.0)), Check(1, networks.little))


def wrong() -> list[Finding]:
    return [exactly("One is two", 1, 2)]


def test_a_comparison_holds_within_four_standard_errors_if_it_is_known_well_enough() -> None:
    near = Finding("mean", 10.0, 10.4, half_width=0.196, most_half_width=0.5)
    assert near.z == pytest.approx(4.0) and near.finds == pytest.approx(0.05645)
    assert Finding("mean", 10.0, 10.39, 0.196, 0.5).ok and not Finding("mean", 10.0, 10.41, 0.196, 0.5).ok
    assert not Finding("mean", 10.0, 10.0, 0.6, 0.5).ok, "one that could not fail is no check"


def test_exact_comparisons_allow_nothing() -> None:
    assert exactly("n", 3, 3).ok and not exactly("n", 3, 3 + 1e-9).ok
    assert exactly("n", 3, 2).z == -np.inf


def test_the_intercept_is_that_of_the_pools() -> None:
    lengths = [1, 2, 3, 4]
    pools = np.array([5.0, 7.0, 9.0])
    by_pool = [pools + 2 * length - 0.5 * length**2 for length in lengths]
    estimate = Estimate.at_length_0(lengths, by_pool)
    assert estimate.mean == pytest.approx(7.0)
    assert estimate.error == pytest.approx(2 / np.sqrt(3))


def test_findings_keep_their_order_on_any_number_of_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "CHECKS", QUICK)
    done: list[int] = []
    alone = findings(None, done.append)
    with local_executor(2) as executor:
        apart = findings(executor, lambda place: None)
    assert apart == alone and done == [0, 1, 2]
    assert all(one.ok for one in alone)
    assert len({one.check for one in alone}) == len(alone)


def test_words_table_and_file_say_the_same() -> None:
    found = [
        exactly("A count", 1_000, 1_000),
        Finding("A mean", 2.0, 2.5, half_width=0.1, most_half_width=0.2),
        Finding("Another", 2.0, 2.0, half_width=0.5, most_half_width=0.2),
        *wrong(),
    ]
    rows = list(csv.DictReader(io.StringIO(verification_csv(found))))
    assert tuple(rows[0]) == COLUMNS
    assert [row["ok"] for row in rows] == ["yes", "no", "no", "no"] and rows[3]["z"] == "inf"
    verdicts = [line.split("  ")[-1] for line in lines(found)][1:]
    assert verdicts == ["ok", "WRONG", "NOT KNOWN WELL ENOUGH", "WRONG"]
    told = list(words(found))
    assert told[0].startswith("3 of 4") and len(told) == 4
    assert not tree(found)["ok"] and tree(found[:1])["ok"]
    assert next(words(found[:1])).startswith("All 1 comparisons hold")
    assert [figure(value) for value in (12_345, 2e10, 0.12345)] == ["12,345", "20,000.0m", "0.1235"]


def test_the_command_ends_with_one_where_a_check_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(catalogue, "CHECKS", (*QUICK, Check(2, wrong)))
    out = tmp_path / "log.csv"
    done = CliRunner().invoke(app, ["verify", "--jobs", "1", "--out", str(out), "--json"])
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert [row["check"] for row in told["checks"] if not row["ok"]] == ["One is two"]
    assert "One is two" in out.read_text(encoding="utf-8")
    again = CliRunner().invoke(app, ["verify", "--jobs", "1", "--out", str(out)])
    assert again.exit_code == 2, "a file that is there is refused before anything is run"


def test_the_command_ends_with_nought_where_all_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "CHECKS", QUICK)
    done = CliRunner().invoke(app, ["verify", "--jobs", "1"])
    assert done.exit_code == 0 and "comparisons hold" in done.stdout
