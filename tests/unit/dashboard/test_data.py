"""Reading result folders: the dashboard shows what the files say, and names what is wrong with a folder."""

from __future__ import annotations

import csv
import json
import math
import os
from pathlib import Path

import pytest

from dashboard.data.differences import ALONE, APART, PAIRED, change, judgement
from dashboard.data.ledger import Posting
from dashboard.data.library import DAMAGED, RUN, Library
from dashboard.data.pairs import pairable
from dashboard.data.run import NOBODY, Run
from ibsim.errors import ResultFolderError
from ibsim.results.seal import write_manifest
from ibsim.results.store import write_run
from tests.unit.dashboard.folders import add
from tests.unit.fake_model import small_result


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Two runs of a small scenario with other seeds."""
    for seed in (1, 2):
        folder = tmp_path / "results" / f"council-{seed}"
        folder.mkdir(parents=True)
        write_run(folder, small_result(tmp_path, seed=seed))
    return tmp_path / "results"


def test_every_row_of_the_summary_is_read_as_it_stands(results: Path) -> None:
    run = Run.read(results / "council-1", "council-1")
    with (results / "council-1" / "summary.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["replications"] != "0"]
    assert len(run.cells) == len(rows) > 1000
    for row in rows:
        cell = run.cell(row["metric"], row["group"], row["arm"], row["year"])
        assert cell.mean == float(row["mean"])
        assert (cell.low, cell.high) == (float(row["ci_low"]), float(row["ci_high"]))
        assert cell.replications == int(row["replications"])
        assert run.unit(row["metric"]) == row["unit"]


def test_a_number_that_is_not_there_is_nobody_not_nought(results: Path) -> None:
    run = Run.read(results / "council-1", "council-1")
    assert run.cell("planner_utilisation_percent") is NOBODY
    assert not run.has("planner_utilisation_percent")
    assert math.isnan(run.cell("ib_holders", "MH", "IB").mean)
    assert len(run.months("no_such_metric")) == 0


def test_months_come_in_their_order_with_their_intervals(results: Path) -> None:
    series = Run.read(results / "council-1", "council-1").months("ib_holders", "OP", "IB")
    assert series.months[0] == "2006-04"
    assert list(series.months) == sorted(series.months) and len(series) == 24
    for low, mean, high in zip(series.low, series.mean, series.high, strict=True):
        assert low is not None and mean is not None and high is not None
        assert low <= mean <= high
    assert series.at("2006-04") == series.mean[0]
    assert series.at("1999-01") is None


def test_the_library_finds_runs_by_names_that_are_no_paths(results: Path) -> None:
    library = Library([results])
    assert {entry.id for entry in library.runs()} == {"council-1", "council-2"}
    assert library.run("council-1").name == "The council"
    assert library.run("council-1") is library.run("council-1"), "read once, then kept"
    for hostile in (
        "../council-1",
        str(results / "council-1"),
        "",
        "council-1/../council-2",
        "\0",
        "x" * 9999,
    ):
        with pytest.raises(ResultFolderError) as told:
            library.run(hostile)
        assert len(str(told.value)) < 400


def test_a_single_result_folder_may_be_given_itself(results: Path) -> None:
    assert [entry.id for entry in Library([results / "council-1"]).runs()] == ["council-1"]


def test_new_results_are_found_and_a_run_under_way_is_not(results: Path) -> None:
    library = Library([results])
    assert len(library.runs()) == 2
    hidden = results / ".council-3.part"
    (results / "council-1").rename(hidden)
    library._looked_at -= 60  # as if a minute had passed
    assert {entry.id for entry in library.runs()} == {"council-2"}


def break_half_a_manifest(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_bytes(path.read_bytes()[:1000])


def break_no_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def break_old_format(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace('"format": ', '"format": 1', 1))


def break_a_summary(folder: Path) -> None:
    path = folder / "summary.csv"
    path.write_bytes(path.read_bytes()[:-200])


def break_lost_series(folder: Path) -> None:
    (folder / "series.parquet").unlink()


def break_noise(folder: Path) -> None:
    add(folder, "series.parquet", b"no parquet at all")


def break_words_for_numbers(folder: Path) -> None:
    text = (folder / "summary.csv").read_text().splitlines()
    cells = text[1].split(",")
    cells[5] = "many"
    add(folder, "summary.csv", "\n".join([text[0], ",".join(cells), *text[2:]]).encode())


def break_verdict(folder: Path) -> None:
    add(folder, "verdict.json", b'{"probability": "often"}')


def break_a_path_out(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["../../secret"] = "0"
    write_manifest(folder, manifest)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (break_half_a_manifest, "half of it"),
        (break_no_manifest, "not there"),
        (break_old_format, "another version"),
        (break_a_summary, "changed or damaged"),
        (break_lost_series, "not there"),
        (break_noise, "not a Parquet file"),
        (break_words_for_numbers, "no number"),
        (break_verdict, "probability"),
        (break_a_path_out, "no file of this folder"),
    ],
)
def test_a_damaged_folder_gets_one_clear_message(spoil: object, said: str, results: Path) -> None:
    assert callable(spoil)
    spoil(results / "council-1")
    library = Library([results])
    assert any(entry.id == "council-1" for entry in library.entries()), "named, not left out"
    with pytest.raises(ResultFolderError, match=said) as told:
        library.run("council-1")
    assert told.value.remedy and "council-1" in told.value.where
    assert library.run("council-2").name == "The council", "the others can still be read"


def test_damaged_folders_come_last_and_say_why(results: Path) -> None:
    break_half_a_manifest(results / "council-1")
    entries = Library([results]).entries()
    assert [(entry.id, entry.kind) for entry in entries] == [("council-2", RUN), ("council-1", DAMAGED)]
    assert entries[1].problem is not None


def test_a_change_between_runs_is_the_difference_of_their_means(results: Path) -> None:
    library = Library([results])
    first, other = library.run("council-1"), library.run("council-2")
    found = change("people_waiting", first, other)
    assert found is not None and found.how == APART
    assert found.difference == other.cell("people_waiting").mean - first.cell("people_waiting").mean
    assert found.low < found.difference < found.high
    same = change("people_waiting", first, first)
    assert same is not None and same.difference == 0 and not same.told_apart
    assert change("planner_utilisation_percent", first, other) is None


def test_runs_with_the_same_dice_are_paired(results: Path, tmp_path: Path) -> None:
    folder = results / "again"
    folder.mkdir()
    result = small_result(tmp_path, seed=1)
    for tables in result.tables:
        tables.metrics["people_waiting"][:] += 5
    write_run(folder, result)
    library = Library([results])
    found = change("people_waiting", library.run("council-1"), library.run("again"))
    assert found is not None and found.how == PAIRED
    assert found.difference == pytest.approx(5)
    assert found.high - found.low == pytest.approx(0, abs=1e-9), "what differs is policy, not dice"
    assert pairable(library.run("council-1"), library.run("again"))
    assert not pairable(library.run("council-1"), library.run("council-2"))


def test_one_replication_has_no_interval(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    folder.mkdir()
    write_run(folder, small_result(tmp_path, replications=1))
    run = Run.read(folder, "one")
    found = change("people_waiting", run, run)
    assert found is not None and found.how == ALONE and math.isnan(found.low) and not found.told_apart


def test_better_and_worse_follow_the_metrics_direction() -> None:
    assert judgement("review_compliance_percent", 1) == "better"
    assert judgement("people_waiting", 1) == "worse"
    assert judgement("referrals", 1) == ""
    assert judgement("people_waiting", 0) == ""


def test_the_ledger_is_a_mean_over_replications_to_the_penny(results: Path) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    folder = results / "council-1"
    path = folder / "ledger.parquet"
    columns = {
        "replication": [1, 1, 2], "month": ["2006-04"] * 3, "year": ["2006-07"] * 3, "payer": ["ASC"] * 3,
        "category": ["PANEL", "PANEL", "PANEL"], "group": ["OP"] * 3, "arm": ["IB"] * 3,
        "pence": [100, 50, 350],
    }  # fmt: skip
    parquet.write_table(pa.table(columns), path)
    add(folder, "ledger.parquet", path.read_bytes())
    ledger = Run.read(folder, "council-1").ledger
    assert ledger is not None and ledger.replications == 2
    assert ledger.pounds == {Posting("2006-07", "ASC", "PANEL", "OP", "IB"): 2.5}
    assert ledger.total(lambda posting: posting.payer) == {"ASC": 2.5}


def test_a_link_out_of_the_results_is_not_followed(results: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (results / "council-1").rename(outside)
    os.symlink(outside, results / "council-1")
    assert {entry.id for entry in Library([results]).runs()} == {"council-2"}
