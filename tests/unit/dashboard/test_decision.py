"""The Decision page: what it says of targets, differences and the verdict follows from the files."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from dashboard.charts.chart import Absent, Chart
from dashboard.charts.verdict import fan, waterfall
from dashboard.context import Context
from dashboard.data.library import Library
from dashboard.data.measures import exact, measures
from dashboard.data.run import Cell
from dashboard.data.targets import MET, MISSED, UNKNOWN, UNSURE, Target, targets
from dashboard.pages import decision
from dashboard.view import View
from ibsim.errors import ResultFolderError
from tests.unit.dashboard.folders import VERDICT, add, result_folder
from tests.unit.dashboard.reading import words


def cell(mean: float, low: float, high: float) -> Cell:
    return Cell(mean, 1.0, low, high, low, mean, high, 5)


@pytest.mark.parametrize(
    ("rule", "found", "said"),
    [
        ("at_least", cell(80, 76, 84), MET),
        ("at_least", cell(80, 70, 90), UNSURE),
        ("at_least", cell(60, 55, 65), MISSED),
        ("at_most", cell(60, 55, 65), MET),
        ("at_most", cell(80, 76, 84), MISSED),
        ("at_most", cell(75, 70, 80), UNSURE),
        ("at_most", exact(75), MET),
        ("at_least", exact(74.9), MISSED),
        ("at_least", exact(math.nan), UNKNOWN),
    ],
)
def test_a_target_is_met_only_where_the_interval_says_so(rule: str, found: Cell, said: str) -> None:
    assert Target("reviews", "m", rule, 75.0, "assumed", "", "why").met(found) == said


def test_a_link_sets_a_target_and_nonsense_does_not(tmp_path: Path) -> None:
    shipped = targets([], {})
    assert shipped["wait"].value == 56 and shipped["wait"].reasoning
    assert targets([], {"target_wait": "42"})["wait"].value == 42
    for nonsense in ("", "soon", "nan", "inf", "1e999", "1" * 400 + "x"):
        assert targets([], {"target_wait": nonsense}) == shipped
    (tmp_path / "targets.csv").write_text(
        "key,metric,rule,value,status,source,reasoning\nwait,longest_wait,at_most,30,assumed,,ours\n"
    )
    ours = targets([tmp_path], {})
    assert ours["wait"].value == 30 and ours["reviews"] == shipped["reviews"]
    (tmp_path / "targets.csv").write_text(
        "key,metric,rule,value,status,source,reasoning\nwait,longest_wait,about,x,,,\n"
    )
    with pytest.raises(ResultFolderError, match="at_least or at_most"):
        targets([tmp_path], {})


def test_the_verdict_is_what_the_file_says(tmp_path: Path) -> None:
    folder = result_folder(tmp_path, "one")
    add(folder, "verdict.json", json.dumps(VERDICT).encode())
    library = Library([tmp_path])
    run = library.run("one")
    assert run.verdict is not None
    assert decision.headline(run.verdict) == "Not cost-neutral: £290k more than carrying on"
    shown = words(decision.layout(Context.of(View(results=("one",)), library)))
    assert VERDICT["sentence"] in shown
    assert "0.31 (0.14 to 0.53)" in shown
    told = shown[shown.index("The two causes that matter most") :]
    assert told.index("Care management: +£420k") < told.index("Set-up: +£371k")
    assert "Packages" not in told, "two causes are enough for a director"
    drawn = fan(run)
    assert isinstance(drawn, Chart)
    months = VERDICT["months"]
    line = drawn.figure["data"][-1]
    assert line["y"] == [pytest.approx(month["cumulative_gbp"]["mean"] / 1e6) for month in months]
    assert drawn.rows[0][1:] == (500_000, 300_000, 480_000, 700_000, 0.0)


def test_the_causes_add_up_to_the_gap(tmp_path: Path) -> None:
    folder = result_folder(tmp_path, "one")
    add(folder, "verdict.json", json.dumps(VERDICT).encode())
    chart = waterfall(Library([tmp_path]).run("one"))
    assert isinstance(chart, Chart)
    steps = chart.figure["data"][0]
    assert steps["measure"][-1] == "total"
    assert sum(steps["y"][:-1]) == pytest.approx(steps["y"][-1])
    assert "care management (+£420k) and set-up (+£371k)" in chart.title


def test_a_result_without_a_verdict_says_why(tmp_path: Path) -> None:
    result_folder(tmp_path, "one")
    library = Library([tmp_path])
    run = library.run("one")
    assert isinstance(fan(run), Absent) and isinstance(waterfall(run), Absent)
    shown = words(decision.layout(Context.of(View(results=("one",)), library)))
    assert "has no verdict" in shown and "nan" not in shown.split()


def test_without_any_result_the_page_says_so(tmp_path: Path) -> None:
    shown = words(decision.layout(Context.of(View(), Library([tmp_path]))))
    assert "There is no result to show" in shown


def test_the_longest_wait_is_the_longer_of_the_two_ways(tmp_path: Path) -> None:
    result_folder(tmp_path, "one")
    run = Library([tmp_path]).run("one")
    wait = next(measure for measure in measures(run) if measure.key == "wait")
    both = [
        run.cell("wait_days_referral_to_in_place_p90", arm="conventional", year="2007-08").mean,
        run.cell("wait_days_consent_to_in_place_p90", arm="IB", year="2007-08").mean,
    ]
    assert wait.cell.mean == max(both)


def test_the_others_stand_beside_the_result_in_front(tmp_path: Path) -> None:
    result_folder(tmp_path, "one")
    result_folder(tmp_path, "two", seed=2)
    library = Library([tmp_path])
    view = View(results=("one",), against="two")
    shown = words(decision.layout(Context.of(view, library)))
    beside = shown[shown.index("Beside the others") :]
    assert "(baseline)" in beside
    share = library.run("two").cell("ib_share_percent", year="2007-08").mean
    assert f"{share:.1f}%" in beside
