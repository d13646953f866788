"""Charts: what is drawn is what the files say, every chart has its table and its words, and gaps are told."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dashboard.charts import backlog, funnel, load, pathway, staff, waits
from dashboard.charts.chart import Absent, Chart, Shown
from dashboard.charts.words import MINUS, figure, month_name
from dashboard.data.run import Run
from ibsim.evidence.tables import diary
from ibsim.results.metrics import STAGES
from ibsim.results.store import write_run
from tests.unit.fake_model import FakeTables, small_result

Draw = Callable[[Run], Shown]
YEAR = "2007-08"
CHARTS: dict[str, Draw] = {
    "funnel": lambda run: funnel.funnel(run, "OP", YEAR),
    "assessed": lambda run: waits.bands(run, "assessed", YEAR),
    "services": lambda run: waits.bands(run, "services", YEAR),
    "waits": lambda run: waits.waits(run, YEAR),
    "by age": lambda run: backlog.by_age(run, "OP", YEAR),
    "ages": lambda run: backlog.ages(run, "all", YEAR),
    "week": lambda run: staff.week(run, YEAR),
    "tasks": lambda run: staff.tasks(run, YEAR),
    "utilisation": load.utilisation,
    "caseloads": load.caseloads,
    "extra hours": load.extra_hours,
    "learning": load.learning,
    "pathway": lambda run: pathway.pathway(run, "2007-01", "all"),
    "queues": lambda run: backlog.queues(run, "OP"),
    "overdue": lambda run: backlog.overdue(run, "all"),
    "work coming": lambda run: load.work_coming(run, "all"),
}
MONTHLY = ("pathway", "queues", "overdue", "work coming")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run with every yearly metric, and the monthly series that the charts need."""
    return written(tmp_path_factory.mktemp("run"), monthly=True)


def written(folder: Path, *, monthly: bool) -> Run:
    result = small_result(folder)
    if monthly:
        found = []
        for tables in result.tables:
            values = tables.series["ib_holders"]
            more = {name: values + place for place, name in enumerate(sorted(SERIES))}
            assert isinstance(tables, FakeTables)
            found.append(replace(tables, series={**tables.series, **more}))
        result = replace(result, tables=tuple(found))
    out = folder / "out"
    out.mkdir()
    write_run(out, result)
    return Run.read(out, "out")


SERIES = {
    "people_waiting", "people_supported_31_march", "referrals", "assessments_completed", "plans_signed_off",
    "exits", "consents", "reviews_due", "reviews_completed", "reviews_overdue",
    "wait_days_referral_to_assessment",
    *(f"people_waiting_{stage}" for stage in STAGES),
}  # fmt: skip


def drawn(name: str, run: Run) -> Chart:
    chart = CHARTS[name](run)
    assert isinstance(chart, Chart)
    return chart


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_a_figure_with_a_table_and_words(name: str, run: Run) -> None:
    from plotly.graph_objects import Figure

    chart = drawn(name, run)
    Figure(chart.figure)  # Plotly refuses what it does not know
    text = json.dumps(chart.figure, allow_nan=False)
    assert len(text) < 60_000, "small enough to be sent at every click"
    assert chart.rows and all(len(row) == len(chart.columns) for row in chart.rows)
    for words in (chart.title, chart.subtitle, chart.alt):
        assert words and not re.search(r"\b(nan|None)\b", words)
    assert not any(value != value for row in chart.rows for value in row), "nobody is None, never NaN"
    assert chart is CHARTS[name](run), "drawn once, then kept"


@pytest.mark.parametrize("name", MONTHLY)
def test_a_folder_without_the_numbers_says_so_instead(name: str, tmp_path: Path) -> None:
    shown = CHARTS[name](written(tmp_path, monthly=False))
    assert isinstance(shown, Absent) and shown.reason


def test_the_funnel_shows_the_summary_and_the_evaluation(run: Run) -> None:
    chart = drawn("funnel", run)
    model, report = chart.figure["data"]
    for place, (_, metric, _) in enumerate(funnel.STEPS):
        cell = run.cell(metric, "OP", "IB", YEAR)
        assert model["x"][place] == pytest.approx(cell.mean, rel=1e-5)
        assert chart.rows[place][1:4] == (cell.mean, cell.low, cell.high)
        assert model["error_x"]["array"][place] == pytest.approx(cell.high - cell.mean, rel=1e-4)
    assert report["x"] == [90, 73, 55, 45], "Table 4.4"


def test_the_bands_of_a_group_are_all_of_its_people(run: Run) -> None:
    within = [
        run.cell(f"services_within_{limit}_percent", "OP", "all", YEAR).mean
        for limit in ("2_weeks", "4_weeks")
    ]
    chart = drawn("services", run)
    row = next(row for row in chart.rows if row[0] == "Older people")
    assert row[1] == pytest.approx(within[0])
    assert row[2] == pytest.approx(max(within[1] - within[0], 0))
    assert row[3] == pytest.approx(100 - within[1])


def test_the_pathway_shows_the_month_that_was_asked_for(run: Run) -> None:
    found: dict[str, Any] = {}
    for month in ("2006-05", "2007-02"):
        chart = pathway.pathway(run, month, "LD")
        assert isinstance(chart, Chart) and month_name(month) in chart.title
        row = next(row for row in chart.rows if row[:2] == ("Individual budgets", "Planning"))
        found[month] = row[2]
        assert row[2] == run.months("people_waiting_planning", "LD", "IB").at(month)
        texts = [note["text"] for note in chart.figure["layout"]["annotations"]]
        assert f"<b>{figure(round(row[2] or 0))}</b>" in texts
    assert found["2006-05"] != found["2007-02"]


def test_the_pathway_uses_one_scale_for_all_months(run: Run) -> None:
    def longest(month: str) -> float:
        chart = pathway.pathway(run, month, "all")
        assert isinstance(chart, Chart)
        bars = [shape for shape in chart.figure["layout"]["shapes"] if shape["line"]["width"] == 0]
        return float(max(bar["x1"] - bar["x0"] for bar in bars))

    widths = [longest(month) for month in pathway.months(run)]
    assert max(widths) == pytest.approx(pathway.WIDTH) and min(widths) < pathway.WIDTH


def test_the_week_counts_every_task_once(run: Run) -> None:
    chart = drawn("week", run)
    for cases in ("none", "some"):
        row = next(row for row in chart.rows if row[0] == f"Model, {staff.CASES[cases]}")
        hours = sum(line.hours for line in run.diary if line.year == YEAR and line.ib_cases == cases)
        assert row[-1] == pytest.approx(hours)
    printed = staff.printed()
    assert sum(printed["none"].values()) == pytest.approx(sum(task.hours_no_ib for task in diary()))


def test_caseloads_stand_beside_the_evaluations(run: Run) -> None:
    chart = drawn("caseloads", run)
    assert chart.figure["layout"]["shapes"][0]["y0"] == 22
    rows = {row[:2]: row[2] for row in chart.rows}
    assert rows["Older people", YEAR] == run.cell("caseload_mean", "OP", "all", YEAR).mean


def test_learning_is_the_scenarios_own_curve(run: Run) -> None:
    first = run.levers()["workforce"]["learning_first_case_factor"]
    cases = run.levers()["workforce"]["learning_cases"]
    rows = {row[0]: row[1] for row in drawn("learning", run).rows}
    assert rows[0] == pytest.approx(first)
    for count, factor in rows.items():
        assert isinstance(count, int) and isinstance(factor, float)
        assert factor == pytest.approx(1 + (first - 1) * math.exp(-count / cases))


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (1_234_567, "pounds", "£1.2m"), (123_456_789, "pounds", "£123m"), (-45_678, "pounds", f"{MINUS}£46k"),
        (250.4, "pounds a week", "£250 a week"), (9.5, "pounds", "£9.50"), (999_600, "pounds", "£1.0m"),
        (52.46, "percent", "52.5%"), (39.5, "days", "39.5 days"), (1234.4, "people", "1,234 people"),
        (math.nan, "days", "–"), (-0.0, "", "0"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_people_say_them(value: float, unit: str, said: str) -> None:
    assert figure(value, unit) == said
