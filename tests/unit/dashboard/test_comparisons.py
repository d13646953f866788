"""Comparison folders as `ibsim compare` writes them: what the dashboard reads is what stands there."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dashboard.data.comparison import Comparison
from dashboard.data.differences import PAIRED, change
from dashboard.data.library import COMPARISON, Library
from ibsim.errors import ResultFolderError
from ibsim.results import paired
from ibsim.results.comparison_files import write_comparison
from ibsim.results.store import write_run
from tests.unit.fake_model import fake_run, small_result, small_scenario

METRIC = "people_waiting"


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of each of two scenarios, and a comparison of them with a waterfall of one step."""
    parent = tmp_path_factory.mktemp("compared")
    first = small_result(parent)
    scenario = small_scenario(parent, "calendar: {years: 2}\nreview: {interval_weeks: 40}\n", "often")
    tables = tuple(fake_run(scenario, 1, number + 10) for number in range(1, 4))
    other = replace(first, scenario=scenario, tables=tables)
    values = [np.array([[t.metrics[METRIC][-1, -1, -1]] for t in one.tables]) for one in (first, other)]
    part = paired.Part(("review.interval_weeks",), ("52 -> 40",), values[1])
    waterfall = paired.Waterfall("often", "in order", (METRIC,), values[0], (part,))
    found = paired.Comparison(
        (first, other), ("council", "often"), paired.Objective.of(METRIC), waterfalls=(waterfall,)
    )
    folder = parent / "results"
    for name, run in (("council", first), ("often", other)):
        (folder / name).mkdir(parents=True)
        write_run(folder / name, run)
    (folder / "why").mkdir()
    write_comparison(folder / "why", found)
    return folder


def test_differences_and_steps_are_those_of_the_files(results: Path) -> None:
    library = Library([results])
    assert [entry.kind for entry in library.entries()].count(COMPARISON) == 1
    found = library.comparison("why")
    assert found.labels == ("council", "often") and found.replications == 3
    with (results / "why" / "comparison.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(found.differences) == len(rows) > 1000
    for row in rows[:: len(rows) // 50]:
        one = found.difference(row["scenario"], row["metric"], row["group"], row["arm"], row["year"])
        assert one is not None
        assert (one.first, one.other, one.difference) == tuple(
            float(row[name]) for name in ("first", "other", "difference")
        )
    start, step = found.waterfalls["often", METRIC]
    assert step.levers == "review.interval_weeks" and step.changes == "52 -> 40"
    assert start.level + step.part == pytest.approx(step.level)
    assert found.difference("often", "no_such_metric") is None


def test_a_comparison_of_two_runs_is_found_from_the_runs(results: Path) -> None:
    library = Library([results])
    first, other = library.run("council"), library.run("often")
    pairing = library.pairing(first, other)
    assert pairing is not None and pairing.id == "why"
    assert library.pairing(other, first) is None, "it is the other way round"
    told = change(METRIC, first, other, pairing)
    one = pairing.difference("often", METRIC)
    assert told is not None and one is not None and told.how == PAIRED
    assert (told.difference, told.low, told.high) == (one.difference, one.low, one.high)


def test_a_run_is_no_comparison_and_the_other_way_round(results: Path) -> None:
    library = Library([results])
    with pytest.raises(ResultFolderError, match="holds a run"):
        library.comparison("council")
    with pytest.raises(ResultFolderError, match="holds a comparison"):
        library.run("why")


def test_a_damaged_comparison_is_named(results: Path, tmp_path: Path) -> None:
    import shutil

    folder = Path(shutil.copytree(results / "why", tmp_path / "why"))
    path = folder / "waterfall.csv"
    path.write_text(path.read_text().replace("review", "renew"))
    with pytest.raises(ResultFolderError, match="changed or damaged") as told:
        Comparison.read(folder, "why")
    assert told.value.where.endswith("waterfall.csv")
