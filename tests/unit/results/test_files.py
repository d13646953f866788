from __future__ import annotations

import csv
import io
import json
import math
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyarrow import parquet

from ibsim.errors import RunError
from ibsim.results.metrics import DIARY_TASKS, REGISTRY
from ibsim.results.parquet import EVENT_COLUMNS, write_events
from ibsim.results.store import write_run
from ibsim.results.summary import RunResult
from ibsim.results.textfiles import SUMMARY_COLUMNS, diary_csv, number, summary_csv, text_cell
from ibsim.units import ARMS, GROUPS
from ibsim.words import Category, Stream
from tests.unit.fake_model import judged_result, small_result


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def result(tmp_path: Path) -> RunResult:
    return small_result(tmp_path)


def test_summary_has_fixed_columns_and_order(result: RunResult) -> None:
    text = summary_csv(result.summary)
    rows = rows_of(text)
    assert text.splitlines()[0] == ",".join(SUMMARY_COLUMNS)
    assert "\r" not in text
    assert list(dict.fromkeys(row["metric"] for row in rows)) == list(REGISTRY)
    keys = [(row["group"], row["arm"], row["year"]) for row in rows if row["metric"] == "referrals"]
    assert keys[:4] == [
        ("PD", "conventional", "2006-07"), ("PD", "conventional", "2007-08"), ("PD", "conventional", "all"),
        ("PD", "IB", "2006-07"),
    ]  # fmt: skip
    assert keys[-1] == ("all", "all", "all")
    assert len(keys) == 5 * 3 * 3 - 3, "nobody counts in the MH group's IB arm"


def test_summary_has_the_numbers(result: RunResult) -> None:
    values = [tables.metrics["exits"][4, 2, 1] for tables in result.tables]
    (row,) = [
        row
        for row in rows_of(summary_csv(result.summary))
        if (row["metric"], row["group"], row["arm"], row["year"]) == ("exits", "all", "all", "2007-08")
    ]
    assert float(row["mean"]) == pytest.approx(np.mean(values), abs=1e-4)
    assert float(row["p50"]) == pytest.approx(np.median(values), abs=1e-4)
    assert (row["unit"], row["replications"]) == ("people", "3")
    assert result.summary.cell("exits", year="2007-08").mean == pytest.approx(np.mean(values))


def test_a_metric_where_nobody_counts_keeps_its_row_for_all(result: RunResult) -> None:
    rows = [row for row in rows_of(summary_csv(result.summary)) if row["metric"].startswith("planner_")]
    assert len(rows) == 1
    assert list(rows[0].values()) == [
        "planner_utilisation_percent",
        "all",
        "all",
        "all",
        "percent",
        *[""] * 7,
        "0",
    ]


def test_one_replication_leaves_spread_and_interval_empty(tmp_path: Path) -> None:
    row = rows_of(summary_csv(small_result(tmp_path, replications=1).summary))[0]
    assert row["mean"] and row["p10"] == row["p90"] == row["mean"]
    assert (row["sd"], row["ci_low"], row["ci_high"]) == ("", "", "")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.00001, "0"),
        (100.0, "100"),
        (1234567.25, "1234567.25"),
        (1 / 3, "0.3333"),
        (math.nan, ""),
    ],
)
def test_numbers_are_short_and_fixed(value: float, text: str) -> None:
    assert number(value, 4) == text


def test_an_infinite_result_is_refused() -> None:
    with pytest.raises(RunError, match="infinite"):
        number(math.inf, 4)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@cmd", "\tx"])
def test_text_stays_text_in_a_spreadsheet(text: str) -> None:
    assert text_cell(text) == f"'{text}"
    assert text_cell(f"a{text}") == f"a{text}"


def test_no_text_of_the_files_starts_like_a_formula(result: RunResult) -> None:
    for text, numbers in (
        (summary_csv(result.summary), set(SUMMARY_COLUMNS[5:])),
        (diary_csv(result.summary), set()),
    ):
        for row in rows_of(text):
            assert all(
                cell[:1] not in {"=", "+", "-", "@"} for key, cell in row.items() if key not in numbers
            )


def test_diary_has_each_task_twice_a_year_and_percentages_of_the_week(result: RunResult) -> None:
    rows = rows_of(diary_csv(result.summary))
    assert len(rows) == 3 * len(DIARY_TASKS) * 2
    week = [row for row in rows if (row["year"], row["ib_cases"]) == ("2007-08", "some")]
    assert sum(float(row["percent"]) for row in week) == pytest.approx(100, abs=0.01)
    first = np.mean([tables.diary[1, 0, 1] for tables in result.tables])
    assert float(week[0]["hours_a_week"]) == pytest.approx(first, abs=1e-4)
    assert (rows[-1]["year"], rows[-1]["task_number"], rows[-1]["ib_cases"]) == ("all", "travel", "some")


def test_diary_of_a_year_without_such_workers_is_empty(tmp_path: Path) -> None:
    result = small_result(tmp_path)
    for tables in result.tables:
        tables.diary[0, :, 1] = math.nan
    rows = [row for row in rows_of(diary_csv(result.summary)) if row["year"] == "2006-07"]
    assert {(row["hours_a_week"], row["percent"]) for row in rows if row["ib_cases"] == "some"} == {("", "")}
    assert all(row["hours_a_week"] for row in rows if row["ib_cases"] == "none")


def test_equal_results_give_equal_bytes(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        folder.mkdir()
        write_run(folder, small_result(tmp_path, kept=True))
    one, two = folders
    names = sorted(path.name for path in one.iterdir())
    assert names == [
        "diary.csv", "events.parquet", "ledger.parquet", "manifest.json", "people.parquet",
        "providers.csv", "replications.parquet", "series.parquet", "summary.csv",
    ]  # fmt: skip
    for name in set(names) - {"manifest.json"}:
        assert (one / name).read_bytes() == (two / name).read_bytes(), name
    manifests = [json.loads((folder / "manifest.json").read_text()) for folder in folders]
    assert manifests[0]["digest"] == manifests[1]["digest"]
    assert {key for key in manifests[0] if manifests[0][key] != manifests[1][key]} <= {"run", "sha256"}


def test_other_dice_give_another_digest(tmp_path: Path) -> None:
    digests = set()
    for seed in (1, 2):
        folder = tmp_path / str(seed)
        folder.mkdir()
        write_run(folder, small_result(tmp_path, seed=seed))
        digests.add(json.loads((folder / "manifest.json").read_text())["digest"])
    assert len(digests) == 2


def test_manifest_tells_how_to_make_it_again(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    result = small_result(tmp_path)
    write_run(folder, result)
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    assert (found["name"], found["why"], found["seed"], found["replications"]) == (
        "The council",
        "to test",
        1,
        3,
    )
    assert found["scenario"]["hash"] == result.scenario.hash
    assert found["scenario"]["tree"]["calendar"] == {"years": 2}
    assert found["scenario"]["resolved"][0]["levers"]["workforce"]["caseload_limit"] > 0
    assert found["evidence"]["digest"] == result.scenario.evidence.digest
    assert found["books_checked"] == {"hours": 3, "people": 9}
    assert found["queues"][0] == {"name": "team trays", "people_waiting": 40.0, "wait_days": 12.5}
    assert found["run"]["versions"]["numpy"] == np.__version__
    texts, tables = ("diary", "providers", "summary"), ("ledger", "replications", "series")
    names = {f"{name}.csv" for name in texts} | {f"{name}.parquet" for name in tables}
    assert set(found["files"]) == names


def test_the_ledger_file_has_every_penny_of_every_replication(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    result = small_result(tmp_path)
    result.tables[1].ledger[:] = 0
    result.tables[1].ledger[13, Stream.DFG, Category.ADAPTATION, 3, 1] = 2**53 + 1
    write_run(folder, result)
    table = parquet.read_table(folder / "ledger.parquet").to_pandas()
    assert list(table) == [
        "replication", "month", "year", "payer", "category", "group", "arm", "pence",
    ]  # fmt: skip
    assert (table["pence"] != 0).all() and table["pence"].dtype == np.int64
    for place, tables in enumerate(result.tables, start=1):
        mine = table[table["replication"] == place]
        assert len(mine) == np.count_nonzero(tables.ledger)
        for axis, (column, words) in enumerate(
            (("payer", [s.name.lower() for s in Stream]), ("category", [c.name.lower() for c in Category]),
             ("group", GROUPS), ("arm", ARMS)), start=1,
        ):  # fmt: skip
            others = tuple(place for place in range(5) if place != axis)
            sums = mine.groupby(column, observed=False)["pence"].sum()
            wanted = tables.ledger.sum(axis=others)
            assert [sums.get(word, 0) for word in words] == wanted.tolist()
    assert table[table["replication"] == 2].iloc[0].tolist() == [
        2, "2007-05", "2007-08", "dfg", "adaptation", "OP", "IB", 2**53 + 1,
    ]  # fmt: skip


def test_series_is_tidy(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    result = small_result(tmp_path)
    write_run(folder, result)
    table = parquet.read_table(folder / "series.parquet").to_pylist()
    assert len(table) == 5 * 3 * 24
    assert list(table[0]) == [
        "metric", "group", "arm", "month", "unit", "mean", "ci_low", "ci_high", "replications",
    ]  # fmt: skip
    last = table[-1]
    assert (last["metric"], last["group"], last["arm"], last["unit"]) == (
        "ib_holders",
        "all",
        "all",
        "people",
    )
    assert (last["month"], last["replications"]) == (date(2008, 3, 1), 3)
    assert last["mean"] == pytest.approx(np.mean([t.series["ib_holders"][4, 2, 23] for t in result.tables]))


def test_events_have_the_columns_of_an_event_log(tmp_path: Path) -> None:
    events = small_result(tmp_path, kept=True).tables[0].events
    assert events is not None
    write_events(tmp_path / "events.parquet", events)
    table = parquet.read_table(tmp_path / "events.parquet")
    assert table.column_names == [*EVENT_COLUMNS, "team"]
    assert table.to_pylist()[1] == {
        "entity_id": 7, "pathway": "IB", "event_type": "queue", "event": "assessment", "time": 1.5,
        "resource_id": None, "run_number": 1, "team": "OP",
    }  # fmt: skip


def test_events_without_a_needed_column_are_a_fault(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="event_type"):
        write_events(tmp_path / "events.parquet", {"entity_id": np.array([1])})
    assert not (tmp_path / "events.parquet").exists()


def test_the_same_result_gives_the_same_bytes(tmp_path: Path) -> None:
    """Metrics with the same unit, month by month: Arrow leaves bytes unset where a word stands twice."""
    found = judged_result(tmp_path)
    sums = set()
    for copy in range(12):
        folder = tmp_path / str(copy)
        folder.mkdir()
        write_run(folder, found)
        sums.add(json.loads((folder / "manifest.json").read_text())["digest"])
    assert len(sums) == 1
