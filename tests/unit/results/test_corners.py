"""Corners of results: nobody counts, nothing is known, one replication, numbers without an end."""

from __future__ import annotations

import errno
import io
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from rich.console import Console

from ibsim.books import YEAR_PENCE
from ibsim.errors import InputError, ResultFolderError
from ibsim.replication import Tables
from ibsim.results import guarded, store
from ibsim.results.comparison_files import needed_cell, waterfall_csv
from ibsim.results.comparison_words import sentences
from ibsim.results.gain_files import gain_texts
from ibsim.results.paired import Comparison, Objective, Part, Waterfall, rank
from ibsim.results.precision import Wanted, reached
from ibsim.results.ras import RasAlone, Row, show_ras
from ibsim.results.reading import read_folder
from ibsim.results.report import Contents, ValidationRow
from ibsim.results.report.assurance import assurance
from ibsim.results.snapshots import weekly_services
from ibsim.results.summary import Queue
from ibsim.results.terminal import binding_sentence, show
from ibsim.results.verdict import verdict_of
from ibsim.results.warmup import Settling, settled_after
from ibsim.results.workbook.returns import national_returns
from ibsim.results.workbook.standing import levers_table
from ibsim.results.workbook.study import _values
from ibsim.results.workbook.verdict_parts import verdict_charts
from ibsim.scenario import load
from ibsim.units import WEEKS_PER_YEAR
from ibsim.words import IB
from tests.unit.fake_model import FakeTables, judged_result, small_result
from tests.unit.results.test_cost_effectiveness import trial
from tests.unit.results.test_report import kept


def test_a_number_of_replications_that_no_run_could_reach_is_left_out() -> None:
    assert [needed_cell(value) for value in (math.nan, math.inf, 12.0, 1e12)][:3] == ["", "", "12"]
    assert needed_cell(1e12).startswith("over ")


def test_the_direction_of_an_objective_is_the_metrics_own_or_the_users() -> None:
    assert Objective.of("review_compliance_percent").better == "higher"
    assert Objective.of("reviews_overdue").better == "lower"
    assert Objective.of("ib_holders", "higher").better == "higher"
    with pytest.raises(InputError, match="--direction"):
        Objective.of("ib_holders")


def test_where_no_replication_has_every_scenario_nobody_is_ranked() -> None:
    values = np.array([[1.0, math.nan], [math.nan, 2.0]])
    found = rank(values, ["a", "b"], "higher", seed=1)
    assert [one.label for one in found] == ["a", "b"] and all(math.isnan(one.mean) for one in found)


def test_a_mean_of_nought_without_spread_is_as_precise_as_can_be() -> None:
    values = np.array([[0.0, 0.0], [0.0, 2.0], [0.0, -2.0]])
    sure, unsure = reached(Wanted(("ib_holders", "reviews_overdue"), 5.0), values, values)
    assert sure.percent == 0.0 and sure.enough
    assert math.isnan(unsure.percent) and not unsure.enough, "any half-width is too much of nought"


def test_a_manifest_too_large_to_be_one_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"format": 1, "files": {}}), encoding="utf-8")
    monkeypatch.setattr(guarded, "MAX_BYTES", 10)
    with pytest.raises(ResultFolderError, match="larger than"):
        read_folder(tmp_path)


def test_a_disk_that_is_full_at_the_start_is_told_and_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Path) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(store, "_sync", full)
    with pytest.raises(ResultFolderError, match="No space left"), store.claim(tmp_path / "deep" / "run"):
        raise AssertionError("nothing may start")
    assert not (tmp_path / "deep" / "run").exists()


def test_settled_months_are_told_in_words() -> None:
    drift = np.concatenate([np.linspace(0, 100, 12), np.full(48, 100.0)])
    found = Settling.of("ib_holders", np.tile(drift, (3, 1)), 12)
    assert found.settled_months is not None and 0 < found.settled_months <= 24
    assert f"settles after {found.settled_months} months" in found.sentence()
    assert settled_after(np.array([1.0])) is None, "a month says nothing"
    assert settled_after(np.full(60, math.nan)) is None, "nobody counts"


def test_returns_leave_out_where_nobody_counts(tmp_path: Path) -> None:
    result = small_result(tmp_path)
    for tables in result.tables:
        tables.metrics["contacts"][2] = math.nan
    table, _ = national_returns(result)
    groups = [row[3] for row in table.rows if row[1] == "Contacts"]
    assert groups and "MH" not in groups and "OP" in groups


def test_a_lever_that_changes_on_a_day_has_a_row_for_that_day_alone(tmp_path: Path) -> None:
    steps = [
        {"from": "2006-04-01", "levers": {"workforce": {"team_size": 9, "in_house_share_percent": 5}}},
        {"from": "2007-04-01", "levers": {"workforce": {"team_size": 12, "in_house_share_percent": 5}}},
    ]
    rows = levers_table({"resolved": steps, "tree": {}}).rows
    assert [(row[0], row[1], row[2]) for row in rows] == [
        ("workforce.team_size", "2006-04-01", 9),
        ("workforce.in_house_share_percent", "2006-04-01", 5),
        ("workforce.team_size", "2007-04-01", 12),
    ]


def test_a_column_with_a_number_without_end_stays_text_in_excel() -> None:
    assert _values(("1", "", "2.5")) == [1.0, None, 2.5]
    assert _values(("1", "inf")) == ["1", "inf"]
    assert _values(("'=x", "a")) == ["=x", "a"]


def test_the_gap_of_one_replication_has_no_tenths(tmp_path: Path) -> None:
    for replications, names in ((1, ["mean"]), (3, ["mean", "a tenth below", "a tenth above"])):
        verdict = verdict_of(judged_result(tmp_path, replications))
        assert verdict is not None
        line = verdict_charts(verdict)[1]
        assert list(line.series) == names and set(line.faint) <= set(line.series)


def test_the_terminal_tells_the_verdict_and_the_one_queue_that_binds(tmp_path: Path) -> None:
    result = judged_result(tmp_path)
    out = io.StringIO()
    show(result, Path("results/run"), Console(file=out, width=200, highlight=False))
    assert "Verdict: " in out.getvalue()
    alone = replace(result.summary, queues=(Queue("panel", 12.0, 3.0), Queue("team trays", 0.0, 0.0)))
    assert "Next:" not in binding_sentence(alone) and "100 percent" in binding_sentence(alone)


def test_a_trials_findings_have_a_file_of_their_own(tmp_path: Path) -> None:
    found = trial(np.random.default_rng(6))
    gains = found.gains | {"winners_all": np.zeros((5, 5))}
    result = small_result(tmp_path, replications=1)
    (tables,) = result.tables
    told = replace(cast(FakeTables, tables), trial=found.trial, gains=gains)
    files = dict(gain_texts(replace(result, tables=(cast(Tables, told),))))
    assert "PD,ascot" in files["cost_effectiveness_trial.csv"]


def test_the_terminal_tells_what_people_gained_where_anybody_has_an_ib(tmp_path: Path) -> None:
    gains = trial(np.random.default_rng(6)).gains | {"winners_all": np.zeros((5, 5))}
    result = small_result(tmp_path, replications=1)
    (tables,) = result.tables
    told = replace(cast(FakeTables, tables), gains=gains)
    out = io.StringIO()
    run = replace(result, tables=(cast(Tables, told),))
    show(run, Path("results/run"), Console(file=out, width=200, highlight=False))
    assert "What people gained (IB holders against the same people" in out.getvalue()
    assert "social care outcome +" in out.getvalue()


def test_where_every_figure_is_inside_no_table_of_misfits_stands(tmp_path: Path) -> None:
    run = kept(tmp_path / "run", small_result(tmp_path, replications=2))
    rows = [
        ValidationRow("4.4", "", "all", "IB", "agreed", 90, 88, 80, 95, inside, "fitted")
        for inside in (True, False)
    ]
    for chosen, told in ((rows[:1], False), (rows, True)):
        parts = list(assurance(Contents((run,), validation=tuple(chosen), validation_file="v.csv")))
        assert any("Outside the uncertainty" in part.body.text for part in parts) == told


EXITS = Objective("people_supported", "lower")


def test_where_two_single_runs_differ_in_all_each_line_says_so_without_an_interval(tmp_path: Path) -> None:
    runs = tuple(small_result(tmp_path, replications=1, seed=seed) for seed in (1, 2))
    text = "\n".join(sentences(Comparison(runs, ("a", "b"), EXITS)))
    assert "b instead of a:" in text and "No difference that these replications can tell" not in text


def test_steps_of_another_metric_or_to_nobody_are_not_told_but_written_empty(tmp_path: Path) -> None:
    runs = tuple(small_result(tmp_path, seed=seed) for seed in (1, 2))
    start, after = np.full((3, 1), 5.0), np.full((3, 1), math.nan)
    told = []
    for metric, values in (
        ("reviews_overdue", start),
        ("people_supported", after),
        ("people_supported", start),
    ):
        steps = Waterfall("b", "as listed", (metric,), start, (Part(("staff",), ("1 to 2",), values),))
        comparison = Comparison(runs, ("a", "b"), EXITS, waterfalls=(steps,))
        told.append("Why people_supported" in "\n".join(sentences(comparison)))
        last = waterfall_csv(comparison).splitlines()[-1].split(",")
        assert (last[8] == "") == math.isnan(values[0, 0])
    assert told == [False, False, True]


def test_a_scenario_in_which_nobody_counts_has_no_place(tmp_path: Path) -> None:
    runs = tuple(small_result(tmp_path, seed=seed) for seed in (1, 2))
    for tables in runs[1].tables:
        tables.metrics["people_supported"][:] = math.nan
    assert "b: nobody counts" in "\n".join(sentences(Comparison(runs, ("a", "b"), EXITS)))


def test_a_table_of_the_ras_without_rows_is_not_shown() -> None:
    rows = (Row("money", "promised", "pounds a year", np.full((2, 5), 3e6)),)
    out = io.StringIO()
    found = RasAlone("ours", load("metropolitan").levers.allocation.ras, 1, rows)
    show_ras(found, Console(file=out, width=120, highlight=False))
    assert "Promised" in out.getvalue() and "Price list" not in out.getvalue()


def test_an_ib_of_the_most_that_every_payer_gives_is_summed_whole() -> None:
    payers = ("final_budget", "sp_budget", "ilf_budget", "atw_budget", "counted_on")
    person = np.zeros(
        1, [(name, np.int32) for name in payers] + [("past_ib_pence", np.int64), ("group", int)]
    )
    for name in payers:
        person[name] = YEAR_PENCE  # the most of one; five are more than 32 bits hold
    assert weekly_services(person, IB, np.ones(4)) == pytest.approx(5 * YEAR_PENCE / 100 / WEEKS_PER_YEAR)
